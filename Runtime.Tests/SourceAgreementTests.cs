// Windows of random options, from an array, a panel, a file, and cut by loops that a child could write: the same numbers, the same rows, parts that know nothing of each other, the same training.
// More draws than a build has time for: SEQGEN_DRAWS=5000.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class SourceAgreementTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    internal static int Draws(int usual) => int.TryParse(Environment.GetEnvironmentVariable("SEQGEN_DRAWS"), CultureInfo.InvariantCulture, out int draws) ? draws : usual;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void EverySourceGivesWhatALoopCuts()
    {
        for (int seed = 0; seed < Draws(150); seed++)
        {
            Draw draw = new(seed);
            List<(int Series, int Row, float[] Input, float[] Known, float[] Target)> expected = draw.Cut();
            if (expected.Count == 0)
            {
                Assert.Throws<ArgumentException>(() => draw.FromArray());
                continue;
            }

            SequenceData array = draw.FromArray();
            List<SequenceData> all = [array];
            if (draw.Options.TargetSeries is null && draw.Options.Resets is null)
            {
                all.Add(SequenceData.Windows([.. draw.Panel()], draw.Options with { SeriesIds = null }));
            }

            using SeriesFile file = draw.ToFile(_path);
            all.Add(SequenceData.Windows(file, draw.Options));
            Random random = new(seed);
            foreach (SequenceData data in all)
            {
                Assert.Equal(expected.Count, data.Count);
                SequenceData view = data.Shuffle((ulong)seed).Skip(data.Count / 4);
                for (int i = 0; i < view.Count; i++)
                {
                    SampleIndex index = view.IndexOf(i);
                    var (series, row, input, known, target) = expected[index.Sample];
                    int place = view.Index(i);
                    Assert.True(
                        (series, row, row + draw.FirstTarget) == (index.Series, index.Row, index.TargetRow) && Same(input, view.Inputs![place].ToArray()) && Same(target, view.Values![place].ToArray())
                        && (known.Length == 0 ? view.InputBlocks.Length == 1 : Same(known, view.InputBlocks[1].Values![place].ToArray())),
                        $"draw {seed}, sample {index}: {draw.Options}");
                }
            }

            // The last window of a series that ends where a window's targets begin is that window.
            var (s, r, x, ahead, _) = expected[random.Next(expected.Count)];
            float[] own = draw.Panel()[s], future = own[((r + draw.Options.Timesteps) * draw.Options.Columns)..((r + draw.Options.Timesteps + draw.Ahead) * draw.Options.Columns)];
            SequenceData last = SequenceData.LastWindow(own[..((r + draw.Options.Timesteps) * draw.Options.Columns)], draw.Options with { SeriesIds = null, TargetSeries = null, TargetColumns = [], Resets = null }, future);
            Assert.True(last.Count == 1 && Same(x, last.Inputs![0].ToArray()) && (ahead.Length == 0 || Same(ahead, last.InputBlocks[1].Values![0].ToArray())) && last.IndexOf(0).Row == r && last.IndexOf(0).TargetRow == r + draw.FirstTarget, $"draw {seed}: last window");
        }
    }

    [Fact]
    public void PartsKnowNothingOfEachOther()
    {
        for (int seed = 0; seed < Draws(400); seed++)
        {
            Draw draw = new(seed);
            Random random = new(seed);
            int gap = random.Next(3) == 0 ? random.Next(1, 6) : 0;
            SharedRows shared = (SharedRows)random.Next(2);
            List<(SequenceData Before, SequenceData After)> pairs = [];
            try
            {
                SequenceData data = draw.FromArray();
                if (random.Next(2) == 0)
                {
                    pairs.Add(data.SplitInTime(0.3 + (0.5 * random.NextDouble()), shared, gap));
                }
                else
                {
                    pairs.AddRange(data.Backtest(random.Next(1, 4), random.Next(0, 3), random.Next(0, 2) * 3, shared, gap));
                }

                if (draw.Options.SeriesIds is not null)
                {
                    var (some, others) = data.SplitByGroup(0.5, (ulong)seed);
                    Assert.Empty(Rows(some, draw, fromInputs: true).Intersect(Rows(others, draw, fromInputs: true)));
                    Assert.Equal(data.Count, some.Count + others.Count);
                }
            }
            catch (ArgumentException)
            {
                // Too little for two parts.
            }

            int least = gap + 1;
            foreach (var (before, after) in pairs)
            {
                HashSet<(int, int)> learnt = Rows(before, draw, fromInputs: false), asked = Rows(after, draw, fromInputs: shared == SharedRows.None);
                Assert.True(!learnt.Overlaps(asked), $"draw {seed}: {shared}, gap {gap}, {draw.Options}");
                foreach (IGrouping<int, (int, int)> series in asked.GroupBy(r => r.Item1))
                {
                    int[] past = [.. learnt.Where(r => r.Item1 == series.Key).Select(r => r.Item2)];
                    int apart = past.Length == 0 ? Most : series.Min(r => r.Item2) - past.Max();
                    Assert.True(apart >= least, $"draw {seed}: {apart} rows apart, gap {gap}, {shared}, {draw.Options}");
                }
            }
        }
    }

    [Fact]
    public void WhatIsMissingIsFoundWhereverItIs()
    {
        for (int seed = 0; seed < Draws(150); seed++)
        {
            Draw draw = new(seed, simple: true);
            Random random = new(seed);
            for (int i = random.Next(4); i > 0; i--)
            {
                draw.Series[random.Next(draw.Series.Length)] = float.NaN;
            }

            var expected = draw.Cut();
            if (expected.Count == 0)
            {
                continue;
            }

            int features = expected[0].Input.Length / draw.Options.Timesteps, size = expected[0].Target.Length / (draw.Options.Target == WindowTarget.EveryStep ? draw.Options.Timesteps : 1);
            TinyNetwork net = new(1, new() { Features = features, Units = size, Timesteps = draw.Options.Timesteps, Sequence = draw.Options.Target == WindowTarget.EveryStep });
            using SeriesFile file = draw.ToFile(_path);
            foreach (SequenceData data in new[] { draw.FromArray(), SequenceData.Windows(file, draw.Options) })
            {
                SequenceData view = data.Shuffle((ulong)seed).Take((data.Count + 1) / 2);
                bool isInput = Enumerable.Range(0, view.Count).Any(i => expected[view.IndexOf(i).Sample].Input.Any(float.IsNaN)), isTarget = Enumerable.Range(0, view.Count).Any(i => expected[view.IndexOf(i).Sample].Target.Any(float.IsNaN));
                Exception? found = Record.Exception(() => DataChecks.Check(view, net.Core.Plan, targets: true, nameof(view)));
                Assert.True((isInput || isTarget) == found is ArgumentException, $"draw {seed}: {found?.Message ?? "nothing was found"} {draw.Options}");
                found = Record.Exception(() => DataChecks.Check(view.IgnoreMissingTargets(), net.Core.Plan, targets: true, nameof(view)));
                Assert.True(isInput == found is ArgumentException, $"draw {seed}: {found?.Message ?? "nothing was found"} of inputs, {draw.Options}");
            }
        }
    }

    [Fact]
    public void EverySourceTrainsTheSameBits()
    {
        for (int seed = 0; seed < Draws(25); seed++)
        {
            Draw draw = new(seed, simple: true);
            var expected = draw.Cut();
            if (expected.Count < 4)
            {
                continue;
            }

            Random random = new(seed);
            bool everyStep = draw.Options.Target == WindowTarget.EveryStep;
            int steps = draw.Options.Timesteps, features = expected[0].Input.Length / steps, size = expected[0].Target.Length / (everyStep ? steps : 1);
            int[]? lengths = random.Next(2) == 0 ? null : [.. expected.Select(_ => random.Next(1, steps + 1))];
            int blocks = random.Next(3) == 0 ? random.Next(1, 6) : 0, buckets = lengths is not null && blocks == 0 ? random.Next(0, 4) : 0;
            TrainerOptions options = new() { BatchSize = random.Next(1, 9), Seed = (ulong)seed, ShuffleBlock = blocks, BucketBatches = buckets, Threads = random.Next(1, 3) };
            float[] inputs = [.. expected.SelectMany(e => e.Input)], targets = [.. expected.SelectMany(e => e.Target)];
            List<(string From, SequenceData Data)> all = [("arrays", SequenceData.FromArrays(inputs, targets, steps, features, size, everyStep, lengths))];
            using SeriesFile series = draw.ToFile(_path);
            string[] files = [Path.GetTempFileName(), Path.GetTempFileName()];
            File.WriteAllBytes(files[0], MemoryMarshal.AsBytes(inputs.AsSpan()).ToArray());
            File.WriteAllBytes(files[1], MemoryMarshal.AsBytes(targets.AsSpan()).ToArray());
            using SeriesFile x = SeriesFile.OpenRaw(files[0], features), y = SeriesFile.OpenRaw(files[1], size);
            all.Add(("files", SequenceData.FromFiles(x, y, steps, features, size, everyStep, lengths)));
            if (lengths is null)
            {
                all.Add(("windows", draw.FromArray()));
                all.Add(("windows of a file", SequenceData.Windows(series, draw.Options)));
            }

            float[][] trained = [.. all.Select(one =>
            {
                TinyNetwork net = new(3, new() { Features = features, Units = size, Timesteps = steps, Sequence = everyStep });
                Trainer trainer = Trainer.For(net, new Adam(0.01f), options);
                trainer.Fit(one.Data, 2);
                return (float[])[.. net.Parameters.Values, .. trainer.Predict(one.Data), (float)trainer.Evaluate(one.Data).Loss];
            })];
            for (int i = 1; i < trained.Length; i++)
            {
                Assert.True(Same(trained[0], trained[i]), $"draw {seed}: {all[i].From}, {options.BatchSize} a batch, blocks {blocks}, buckets {buckets}, {draw.Options}");
            }

            Array.ForEach(files, File.Delete);
        }
    }

    private const int Most = int.MaxValue;

    private static bool Same(float[] a, float[] b) => a.Length == b.Length && MemoryMarshal.AsBytes(a.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(b.AsSpan()));

    /// <summary>Rows that samples learn, or read and learn.</summary>
    private static HashSet<(int Series, int Row)> Rows(SequenceData data, Draw draw, bool fromInputs)
    {
        HashSet<(int, int)> rows = [];
        for (int i = 0; i < data.Count; i++)
        {
            SampleIndex index = data.IndexOf(i);
            for (int row = fromInputs ? index.Row : index.TargetRow; row <= index.Row + draw.LastTarget; row++)
            {
                rows.Add((index.Series, row));
            }
        }

        return rows;
    }

    /// <summary>Random series and options.</summary>
    private sealed class Draw
    {
        private readonly int[] _rows;

        /// <param name="seed">What is drawn.</param>
        /// <param name="simple">Targets that a network without a decoder has, of the series itself.</param>
        public Draw(int seed, bool simple = false)
        {
            Random random = new(seed);
            _rows = [.. Enumerable.Range(0, random.Next(3) == 0 ? random.Next(2, 5) : 1).Select(_ => random.Next(1, 45))];
            int columns = random.Next(1, 5), rows = _rows.Sum();
            Series = [.. Enumerable.Range(0, rows * columns).Select(_ => (random.NextSingle() * 2) - 1)];
            int targetColumns = !simple && random.Next(4) == 0 ? random.Next(1, 4) : columns;
            Options = new()
            {
                Timesteps = random.Next(1, 9),
                Columns = columns,
                StepsAhead = random.Next(3) == 0 ? random.Next(1, 6) : 1,
                TargetSteps = random.Next(2) == 0 ? random.Next(1, 6) : 1,
                Target = (WindowTarget)random.Next(simple ? 2 : 3),
                InputColumns = Some(random, columns, always: false),
                KnownColumns = random.Next(3) == 0 ? Some(random, columns, always: true) : [],
                TargetColumns = Some(random, targetColumns, always: false),
                TargetSeries = targetColumns == columns ? null : [.. Enumerable.Range(0, rows * targetColumns).Select(_ => random.NextSingle())],
                Stride = random.Next(2) == 0 ? random.Next(1, 12) : 1,
                SeriesIds = _rows.Length == 1 ? null : [.. _rows.SelectMany((count, s) => Enumerable.Repeat(7 - s, count))],
                SkipShortSeries = true,
            };
        }

        public float[] Series { get; }

        public WindowOptions Options { get; }

        /// <summary>Rows after the inputs up to the last target.</summary>
        public int Ahead => Options.StepsAhead - 1 + Options.TargetSteps;

        public int LastTarget => Options.Timesteps - 1 + Ahead;

        public int FirstTarget => Options.StepsAhead + (Options.Target == WindowTarget.EveryStep ? 0 : Options.Timesteps - 1);

        public SequenceData FromArray() => SequenceData.Windows(Series, Options);

        public SeriesFile ToFile(string path)
        {
            File.WriteAllBytes(path, [1, 2, 3, 4, 5, .. MemoryMarshal.AsBytes(Series.AsSpan())]);
            return SeriesFile.OpenRaw(path, Options.Columns, skip: 5);
        }

        public List<float[]> Panel()
        {
            int row = 0;
            return [.. _rows.Select(count => Series[(row * Options.Columns)..((row += count) * Options.Columns)])];
        }

        public List<(int Series, int Row, float[] Input, float[] Known, float[] Target)> Cut()
        {
            List<(int, int, float[], float[], float[])> windows = [];
            int begin = 0;
            int[] inputs = All(Options.InputColumns, Options.Columns), targets = All(Options.TargetColumns, (Options.TargetSeries ?? Series).Length / _rows.Sum());
            for (int s = 0; s < _rows.Length; s++)
            {
                for (int row = 0; row + LastTarget < _rows[s]; row += Options.Stride)
                {
                    List<float> input = [], known = [], target = [];
                    for (int t = 0; t < Options.Timesteps; t++)
                    {
                        input.AddRange(inputs.Select(c => At(Series, begin + row + t, c)));
                        for (int h = 0; h < Options.TargetSteps; h++)
                        {
                            if (Options.Target != WindowTarget.DecoderSteps)
                            {
                                input.AddRange(Options.KnownColumns.Select(c => At(Series, begin + row + t + Options.StepsAhead + h, c)));
                            }

                            if (Options.Target == WindowTarget.EveryStep)
                            {
                                target.AddRange(targets.Select(c => At(Options.TargetSeries ?? Series, begin + row + t + Options.StepsAhead + h, c)));
                            }
                        }
                    }

                    for (int h = 0; h < Options.TargetSteps; h++)
                    {
                        int at = begin + row + Options.Timesteps - 1 + Options.StepsAhead + h;
                        if (Options.Target == WindowTarget.DecoderSteps)
                        {
                            known.AddRange(Options.KnownColumns.Select(c => At(Series, at, c)));
                        }

                        if (Options.Target != WindowTarget.EveryStep)
                        {
                            target.AddRange(targets.Select(c => At(Options.TargetSeries ?? Series, at, c)));
                        }
                    }

                    windows.Add((s, row, [.. input], [.. known], [.. target]));
                }

                begin += _rows[s];
            }

            return windows;
        }

        private float At(float[] series, int row, int column) => series[(row * (series.Length / _rows.Sum())) + column];

        private static int[] All(IReadOnlyList<int> chosen, int columns) => chosen.Count > 0 ? [.. chosen] : [.. Enumerable.Range(0, columns)];

        private static int[] Some(Random random, int columns, bool always) =>
            always || random.Next(2) == 0 ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(columns)).Distinct()] : [];
    }
}
