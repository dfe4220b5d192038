// Histories and what is measured of a training: measuring changes nothing, and all numbers come back from a file. Knows the trainings of CheckpointTests.Kinds.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class CheckpointTests
{
    [Theory]
    [MemberData(nameof(KindsAndThreads))]
    public void MeasuringChangesNoBit(string kind, int threads)
    {
        Outcome without = Train(kind, threads, null, options: o => o with { Insight = null });
        Outcome with = Train(kind, threads, null, options: o => o with { Insight = new(2) { GradientFlow = true } });
        Assert.Empty(without.History!.Measurements);
        int updates = without.History.Epochs.Count * ((AnEpoch(kind) + Kinds[kind].Options.AccumulatedBatches - 1) / Kinds[kind].Options.AccumulatedBatches);
        Assert.Equal(Enumerable.Range(0, (updates + 1) / 2).Select(i => (2L * i) + 1), with.History!.Measurements.Select(m => m.Update));
        Assert.True(without.Network.Parameters.Values.SequenceEqual(with.Network.Parameters.Values), "parameters differ");
        Assert.Equal(Text(without.History.Epochs), Text(with.History.Epochs));
    }

    [Fact]
    public void HistoriesComeBackNumberByNumber()
    {
        EvaluationResult result = new() { Loss = 0.1 + 0.2, Positions = 1L << 40, Accuracy = 1 / 3d, RootMeanSquaredError = double.PositiveInfinity, MeanAbsoluteError = double.NaN };
        EpochResult epoch = new()
        {
            Epoch = 7,
            LearningRate = 1.1e-7f,
            Duration = TimeSpan.FromTicks(123),
            Validation = result,
            Monitored = -1 / 7d,
            Training = new() { Loss = -1e-300, Positions = 3, Heads = new Dictionary<string, EvaluationResult> { ["b"] = result, ["a"] = result with { Loss = double.NegativeInfinity } } },
        };
        string text = Text([epoch]);
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal(text, Text([.. json.RootElement.EnumerateArray().Select(HistoryText.Read)]));
        Assert.Equal(0.1 + 0.2, HistoryText.Read(json.RootElement[0]).Validation!.Loss);

        TrainingMeasurement measurement = new()
        {
            Update = 1L << 40,
            Epoch = 3,
            Loss = double.NaN,
            LearningRate = 1.1e-7f,
            GradientNorm = 1 / 3d,
            ClippingFactor = 0.1 + 0.2,
            Parameters = [new("a.weight", 1 / 7d, double.PositiveInfinity, 0), new("b\"", 1e-300, 0, 2)],
            Activations = [new("a", "a.i", "sigmoid", 7, 1 / 3d, 0.25, 0), new("b", "b", "relu", 2, 0.1 + 0.2, 0, 0.5)],
            GradientFlow = new("Tiny", [1, 4], [new("a.h", [0.1 + 0.2, double.NaN]), new("a.c", [1, 2])]),
        };
        string measured = Text([measurement, measurement with { GradientFlow = null, Update = 2 }]);
        using JsonDocument lines = JsonDocument.Parse(measured);
        Assert.Equal(measured, Text([.. lines.RootElement.EnumerateArray().Select(HistoryText.ReadMeasurement)]));
        Assert.Equal(double.PositiveInfinity, HistoryText.ReadMeasurement(lines.RootElement[0]).Parameters[0].Norm);
    }

    [Fact]
    public void ACheckpointOfAnotherVersionIsRefusedAndItIsSaidWhatReadsIt()
    {
        Checkpoints folder = Folder("old");
        Train("dropout", 1, folder, epochs: 1);
        string[] paths = Directory.GetFiles(folder.Folder, "training-*");
        foreach (string path in paths)
        {
            byte[] file = File.ReadAllBytes(path);
            int version = file.AsSpan().IndexOf("\\u0022version\\u0022:2"u8), sum = file.AsSpan().IndexOf("\"seqgen.crc32c\":\""u8) + 17;
            Assert.True(version > 0 && sum > 17);
            file[version + 20] = (byte)'1';
            file.AsSpan(sum, 8).Fill((byte)'0');
            Checksum checksum = default;
            checksum.Append(file);
            Encoding.ASCII.GetBytes(checksum.ToString(), file.AsSpan(sum));
            File.WriteAllBytes(path, file);
        }

        // It is no damaged one that another training may take the place of.
        Outcome again = Train("dropout", 1, folder, epochs: 2);
        const string Said = "this checkpoint is of version 1, this SeqGen reads version 2. Go on with the SeqGen that wrote it";
        Assert.Contains(Said, Assert.IsType<NetworkFileException>(again.Error).Message, StringComparison.Ordinal);
        Assert.Equal(paths.Order(), Directory.GetFiles(folder.Folder, "training-*").Order());
        Assert.Contains(Said, Assert.Throws<NetworkFileException>(() => Checkpoint.Load(paths[0], again.Network, new Adam())).Message, StringComparison.Ordinal);
        again.Network.Load(File.ReadAllBytes(paths[0]));
        Assert.Null(Train("dropout", 1, Folder("other"), epochs: 1).Error);
    }

    [Fact]
    public void ALongHistoryDoesNotLieInTheHeader()
    {
        // The header of the format has 100 MB at most.
        Checkpoints folder = Folder("long");
        Outcome whole = Train("dropout", 1, folder, epochs: 60);
        string path = Directory.GetFiles(folder.Folder, "training-*").Max()!;
        using FileStream stream = File.OpenRead(path);
        SafetensorsHeader header = SafetensorsHeader.Read(stream, path);
        Assert.InRange(header.DataStart, 1, 4000);
        Assert.Equal("U8", header.Tensors["training/history"].Type);
        Assert.InRange(header.Tensors["training/history"].End - header.Tensors["training/history"].Begin, 60 * 100, 60 * 4000);
        Same(whole, Train("dropout", 1, folder, epochs: 60), "read back");
    }
}
