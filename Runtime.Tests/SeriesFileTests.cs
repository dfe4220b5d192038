// Data on disk: the same bits as in memory, read ahead without allocating, and every way a file can be wrong.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

public sealed class SeriesFileTests : IDisposable
{
    private const int Columns = 4, RowCount = 200;

    private static readonly WindowOptions Options = new() { Timesteps = 6, Columns = Columns, InputColumns = [0, 1, 3], TargetColumns = [2, 0], StepsAhead = 2, Stride = 3 };

    private readonly string _folder = Directory.CreateTempSubdirectory("seqgen-series-").FullName;
    private readonly float[] _series = [.. Enumerable.Range(0, RowCount * Columns).Select(i => MathF.Sin(0.37f * i) + (0.001f * i))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Of a series that is larger than what is kept of it.</summary>
    [Fact]
    public void LastWindowsAndBaselinesReadAFileAsTheyReadAnArray()
    {
        const int Count = 150_000;
        float[] series = [.. Enumerable.Range(0, Count * Columns).Select(i => i % 97 == 0 ? float.NaN : MathF.Sin(0.013f * i) + (1e-6f * i))];
        string path = Path.Combine(_folder, "long.f32");
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(series.AsSpan()).ToArray());
        WindowOptions options = new() { Timesteps = 6, Columns = Columns, TargetColumns = [2, 0], TargetSteps = 3, KnownColumns = [1], Stride = 30_011, Target = WindowTarget.DecoderSteps };
        using SeriesFile file = SeriesFile.OpenRaw(path, Columns);
        float[] future = new float[3 * Columns];
        SequenceData last = SequenceData.LastWindow(file, options, future), expected = SequenceData.LastWindow(series, options, future);
        Assert.False(last.IsOnDisk);
        Assert.Equal(expected.Inputs![0].ToArray(), last.Inputs![0].ToArray());
        Assert.Equal(Count - 6, last.IndexOf(0).Row);
        int[] ids = [.. Enumerable.Range(0, Count).Select(r => r / 40_000)];
        SequenceData panel = SequenceData.LastWindow(file, options with { SeriesIds = ids }, new float[4 * 3 * Columns]);
        Assert.Equal(series[(39_994 * Columns)..(40_000 * Columns)], panel.Inputs![0].ToArray());
        SequenceData disk = SequenceData.Windows(file, options), memory = SequenceData.Windows(series, options);
        foreach (Func<Baseline> make in new Func<Baseline>[] { Baseline.Persistence, () => Baseline.SeasonalNaive(4_801), () => Baseline.SeasonalNaive(31, drift: true), () => Baseline.LinearAr(4) })
        {
            Baseline own = make(), other = make();
            SequenceData few = SequenceData.Windows(file, options with { Stride = 7 }), same = SequenceData.Windows(series, options with { Stride = 7 });
            own.Fit(few);
            other.Fit(same);
            Assert.Equal(other.Predict(memory), own.Predict(disk));
        }

        Says<ArgumentException>("has 4 columns; the options say 3", () => SequenceData.LastWindow(file, options with { Columns = 3 }));
    }

    public static TheoryData<string> Kinds => ["windows", "every step", "contiguous", "panel", "skipped and taken", "blocks", "accumulated", "stateful"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ATrainingIsTheSameToTheBitFromDiskAndFromMemory(string kind)
    {
        using SeriesFile file = Raw();
        WindowOptions options = kind switch
        {
            "every step" => Options with { Target = WindowTarget.EveryStep },
            "contiguous" => new() { Timesteps = 5, Columns = Columns, InputColumns = [1, 2, 3], TargetColumns = [0, 1] },
            "panel" => Options with { SeriesIds = [.. Enumerable.Range(0, RowCount).Select(r => r / 70)], TargetSteps = 1 },
            "stateful" => Options with { Target = WindowTarget.EveryStep, Stride = 6, StepsAhead = 1 },
            _ => Options,
        };
        TrainerOptions trainer = new()
        {
            BatchSize = 7,
            Seed = 5,
            Stateful = kind == "stateful",
            ShuffleBlock = kind == "blocks" ? 10 : 0,
            AccumulatedBatches = kind == "accumulated" ? 3 : 1,
        };
        SequenceData Of(SequenceData data) => kind == "skipped and taken" ? data.Skip(3).Take(40).Shuffle(1) : data;
        bool sequence = options.Target == WindowTarget.EveryStep;
        (float[] disk, EvaluationResult diskEnd, float[] diskOutputs) = Train(Of(SequenceData.Windows(file, options)));
        (float[] memory, EvaluationResult memoryEnd, float[] memoryOutputs) = Train(Of(SequenceData.Windows(_series, options)));
        Assert.Equal(memory, disk);
        Assert.Equal(memoryEnd.Loss, diskEnd.Loss);
        Assert.Equal(memoryOutputs, diskOutputs);
        Assert.NotEqual(0, memoryEnd.Loss);

        (float[], EvaluationResult, float[]) Train(SequenceData data)
        {
            TinyNetwork net = new(1, new() { Sequence = sequence });
            Trainer one = Trainer.For(net, new Adam(1e-2f), trainer);
            one.Fit(data, 3, validation: data.Take(11));
            return (net.Parameters.Values.ToArray(), one.Evaluate(data), one.Predict(data));
        }
    }

    [Fact]
    public void SamplesInFilesAreThoseOfArrays()
    {
        float[] targets = [.. Enumerable.Range(0, 80).Select(i => MathF.Cos(i))];
        File.WriteAllBytes(At("y"), MemoryMarshal.AsBytes(targets.AsSpan()).ToArray());
        float[] inputs = _series[..(40 * 5 * 3)];
        File.WriteAllBytes(At("x"), [1, 2, 3, .. MemoryMarshal.AsBytes(inputs.AsSpan())]);
        using SeriesFile x = SeriesFile.OpenRaw(At("x"), 3, skip: 3), y = SeriesFile.OpenRaw(At("y"), 2);
        int[] lengths = [.. Enumerable.Range(0, 40).Select(i => 1 + (i % 5))];
        SequenceData disk = SequenceData.FromFiles(x, y, 5, 3, 2, lengths: lengths), memory = SequenceData.FromArrays(inputs, targets, 5, 3, 2, lengths: lengths);
        Assert.True(disk.IsOnDisk);
        Assert.False(memory.IsOnDisk);
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(memory.Inputs![i].ToArray(), disk.Inputs![i].ToArray());
            Assert.Equal(memory.Values![i].ToArray(), disk.Values![i].ToArray());
        }

        Assert.Equal(Trained(memory), Trained(disk));
        Says<ArgumentException>("has 600 numbers: expected is a multiple of 28", () => SequenceData.FromFiles(x, null, 7, 4));
        Says<ArgumentException>("has 80 numbers; 40 samples have 120 targets", () => SequenceData.FromFiles(x, y, 5, 3, 3));
        Assert.False(SequenceData.FromFiles(x, null, 5, 3).HasTargets);
    }

    [Fact]
    public void ATensorOfASafetensorsFileIsASeries()
    {
        SafetensorsWriter writer = new();
        writer.Add("other", [3], (to, _) => to.Fill(1));
        writer.Add("series", [RowCount, 2, 2], (to, first) => _series.AsSpan(first, to.Length).CopyTo(to));
        using (FileStream stream = File.Create(At("s")))
        {
            writer.Write(stream);
        }

        using SeriesFile file = SeriesFile.OpenSafetensors(At("s"), "series");
        Assert.Equal((RowCount, Columns), (file.Rows, file.Columns));
        Assert.Equal(Trained(SequenceData.Windows(_series, Options)), Trained(SequenceData.Windows(file, Options)));
        using SeriesFile flat = SeriesFile.OpenSafetensors(At("s"), "other");
        Assert.Equal((3, 1), (flat.Rows, flat.Columns));
        Says<NetworkFileException>("which tensor is to be read has to be said; the file has other, series", () => SeriesFile.OpenSafetensors(At("s")));
        Says<NetworkFileException>("there is no tensor 'third'; the file has other, series", () => SeriesFile.OpenSafetensors(At("s"), "third"));
        File.WriteAllText(At("t"), "not one");
        Assert.Throws<NetworkFileException>(() => SeriesFile.OpenSafetensors(At("t")));
    }

    [Fact]
    public void ATrainingThatIsBrokenOffGoesOnAndAnotherFileIsRefused()
    {
        using SeriesFile file = Raw();
        SequenceData data = SequenceData.Windows(file, Options), memory = SequenceData.Windows(_series, Options);
        Checkpoints folder = new(At("run"));
        TrainerOptions options = new() { BatchSize = 7, Seed = 5, ShuffleBlock = 9 };
        TinyNetwork whole = new(1), net = new(1);
        Trainer.For(whole, new Adam(1e-2f), options).Fit(memory, 4);
        Trainer.For(net, new Adam(1e-2f), options).Fit(data, 2, checkpoints: folder);
        net = new(2);
        Trainer.For(net, new Adam(1e-2f), options).Fit(data, 4, checkpoints: folder);
        Assert.Equal(whole.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());

        float[] other = [.. _series];
        other[400]++;
        using SeriesFile changed = Raw(other, "other");
        foreach (SequenceData wrong in (SequenceData[])[SequenceData.Windows(changed, Options), data.Skip(1), SequenceData.Windows(file, Options with { Stride = 2 }), SequenceData.Windows(file, Options with { InputColumns = [1, 0, 3] })])
        {
            Says<NetworkFileException>("training data", () => Trainer.For(new TinyNetwork(1), new Adam(1e-2f), options).Fit(wrong, 4, checkpoints: folder));
        }
    }

    [Fact]
    public void WhatIsWrongWithAFileIsSaid()
    {
        File.WriteAllBytes(At("odd"), new byte[10]);
        Says<InvalidDataException>("has 10 bytes; rows of 2 float32 numbers are a positive multiple of 8", () => SeriesFile.OpenRaw(At("odd"), 2));
        Says<InvalidDataException>("0 bytes after the first 10", () => SeriesFile.OpenRaw(At("odd"), 2, skip: 10));
        Assert.Throws<FileNotFoundException>(() => SeriesFile.OpenRaw(At("none")));
        using SeriesFile file = Raw();
        Says<ArgumentException>("has 4 columns; the options say 3", () => SequenceData.Windows(file, new() { Timesteps = 3, Columns = 3 }));
        Says<ArgumentException>("A window of 300 steps", () => SequenceData.Windows(file, new() { Timesteps = 300, Columns = 4 }));
        TinyNetwork net = new(1);
        Says<ArgumentException>("a Stateful training shuffles whole Lanes", () => Trainer.For(net, new Adam(), new() { ShuffleBlock = 3, Stateful = true }));
        Says<ArgumentException>("Shuffle is off", () => Trainer.For(net, new Adam(), new() { ShuffleBlock = 3, Shuffle = false }));
    }

    /// <summary>What the reading thread meets comes out where the batch is asked for; afterwards all goes on.</summary>
    [Fact]
    public void AFileThatIsClosedOrCutFailsWhereItIsRead()
    {
        SeriesFile file = Raw();
        SequenceData data = SequenceData.Windows(file, Options);
        using BatchReader reader = new(data, 4);
        reader.Take([0, 1], [2, 3]);
        Assert.Equal(SequenceData.Windows(_series, Options).Inputs![3].ToArray(), reader.Take([2, 3], []).Inputs![1].ToArray());
        file.Dispose();
        reader.Take([2, 3], [4, 5]);
        Assert.Throws<ObjectDisposedException>(() => reader.Take([4, 5], []));
        Assert.Throws<ObjectDisposedException>(() => reader.Take([6], []));

        using SeriesFile cut = Raw(name: "cut");
        SequenceData windows = SequenceData.Windows(cut, Options);
        if (!OperatingSystem.IsWindows())
        {
            using (FileStream stream = new(At("cut"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                stream.SetLength(500);
            }

            Says<EndOfStreamException>("became shorter while it was read", () => Trained(windows));
        }
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(12, 4)]
    [InlineData(5, 7)]
    [InlineData(9, 1)]
    public void BlocksAreShuffledAndWithinThemSamples(int count, int size)
    {
        HashSet<string> orders = [];
        for (ulong seed = 0; seed < 30; seed++)
        {
            int[] order = new int[count], again = new int[count];
            new BlockOrder(count, size).Fill(order, new RandomSource(seed));
            BlockOrder twice = new(count, size);
            twice.Fill(again, new RandomSource(seed + 1));
            twice.Fill(again, new RandomSource(seed));
            Assert.Equal(order, again);
            Assert.Equal(Enumerable.Range(0, count), order.Order());
            List<int> blocks = [];
            foreach (int sample in order)
            {
                if (blocks.Count == 0 || blocks[^1] != sample / size)
                {
                    blocks.Add(sample / size);
                }
            }

            Assert.Equal((count + size - 1) / size, blocks.Count);
            orders.Add(string.Join(' ', order));
        }

        Assert.InRange(orders.Count, 20, 30);
    }

    /// <summary>Batches of near lengths are read ahead like others, and run to their longest.</summary>
    [Fact]
    public void BucketsAreTheSameFromDisk()
    {
        float[] x = TestData.Random(40 * 15, 1), y = TestData.Random(40 * 2, 2);
        int[] lengths = [.. Enumerable.Range(0, 40).Select(i => 1 + (i * 7 % 5))];
        File.WriteAllBytes(At("bx"), MemoryMarshal.AsBytes(x.AsSpan()).ToArray());
        File.WriteAllBytes(At("by"), MemoryMarshal.AsBytes(y.AsSpan()).ToArray());
        using SeriesFile inputs = SeriesFile.OpenRaw(At("bx"), 3), targets = SeriesFile.OpenRaw(At("by"), 2);
        float[] Run(SequenceData data)
        {
            TinyNetwork net = new(1);
            Trainer.For(net, new Adam(1e-2f), new() { BatchSize = 4, Seed = 5, BucketBatches = 3 }).Fit(data, 2);
            return net.Parameters.Values.ToArray();
        }

        Assert.Equal(Run(SequenceData.FromArrays(x, y, 5, 3, 2, lengths: lengths)), Run(SequenceData.FromFiles(inputs, targets, 5, 3, 2, lengths: lengths)));
    }

    private static float[] Trained(SequenceData data)
    {
        TinyNetwork net = new(1);
        Trainer.For(net, new Adam(1e-2f), new() { BatchSize = 7, Seed = 5 }).Fit(data, 2);
        return net.Parameters.Values.ToArray();
    }

    private SeriesFile Raw(float[]? series = null, string name = "raw")
    {
        File.WriteAllBytes(At(name), MemoryMarshal.AsBytes((series ?? _series).AsSpan()).ToArray());
        return SeriesFile.OpenRaw(At(name), Columns);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
