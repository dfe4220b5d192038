// The trainings that are broken off: networks, optimizers, settings and data of all kinds, and what is compared of them.
// Knows how each is made and run; refuses to know where it is broken off.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class CheckpointTests
{
    /// <summary>Trainings of all kinds: what a network, an optimizer and options are made of, and its data.</summary>
    private static readonly Dictionary<string, Kind> Kinds = new()
    {
        ["dropout"] = new(() => new TinyNetwork(3, new() { Keep = 0.8f }), () => new Adam(0.02f), new() { BatchSize = 4, Seed = 3, Insight = new(3) { GradientFlow = true } }, TestData.Learnable(26), TestData.Learnable(9, seed: 8)),
        ["plateau"] = new(
            () => new TinyNetwork(3), () => new Sgd(0.3f, 0.9f, nesterov: true),
            new() { BatchSize = 5, LearningRate = LearningRateSchedule.ReduceOnPlateau(0.5, patience: 0, minDelta: 0.01), EarlyStopping = new(2), GradientClipping = GradientClipping.ByNorm(0.1f) },
            TestData.Learnable(23), TestData.Learnable(9, seed: 8)),
        ["accumulated"] = new(
            () => new TinyNetwork(3, new() { Keep = 0.8f }), () => new Adam(0.02f, amsgrad: true) { Groups = [new("rnn.*") { RateFactor = 0.5f }] },
            new() { BatchSize = 4, AccumulatedBatches = 3, Insight = new(2), Monitor = Metric.Of("negative loss", true, r => -r.Loss), WeightAverage = 0.8, LearningRate = LearningRateSchedule.ReduceOnPlateau(0.5, patience: 0, minDelta: 0.1, relative: true) },
            TestData.Learnable(46), TestData.Learnable(9, seed: 8)),
        ["normalized"] = new(
            () => new TinyNetwork(3, new() { Normalization = true }), () => new RmsProp(), new() { BatchSize = 4, ValidationSplit = 0.2, LearningRate = LearningRateSchedule.Cosine(1) }, TestData.Learnable(26)),
        ["stateful"] = new(
            () => new TinyNetwork(3, new() { Sequence = true, Units = 3, Keep = 0.8f }), () => new Adagrad(), new() { BatchSize = 3, Stateful = true, Insight = new(4) { GradientFlow = true } },
            SequenceData.Windows(TestData.Random(210, 1), 5, features: 3, stride: 5, targetEveryStep: true)),
        ["buckets"] = new(
            () => new TinyNetwork(3, new() { Sequence = true, Keep = 0.8f }), () => new Adam(0.02f), new() { BatchSize = 4, Seed = 5, BucketBatches = 2 },
            SequenceData.FromArrays(TestData.Random(26 * 15, 1), TestData.Random(26 * 10, 2), 5, 3, 2, targetEveryStep: true, lengths: [.. Enumerable.Range(0, 26).Select(i => 1 + (i * 7 % 5))])),
        ["handed in"] = new(
            () => new TinyNetwork(3, new() { Loss = LossKind.None, Keep = 0.8f }), () => new Adam(0.02f), new() { BatchSize = 4, Seed = 3, Losses = [CustomLoss.OfElements(CustomLossTests.LogCosh)], EarlyStopping = new(2), Insight = new(3) { GradientFlow = true } },
            TestData.Learnable(26), TestData.Learnable(9, seed: 8)),
        ["pair"] = new(
            () => new TinyNetwork(new PairProgram(), 6), () => new AdamW(0.03f), new() { BatchSize = 8, Insight = new(2), TeacherForcing = TeacherForcing.Linear(1, 0.2), LearningRate = LearningRateSchedule.Exponential(0.9) }, TestData.Pairs(40)),
    };

    private static int Updates(string kind, Outcome whole) => whole.History!.Epochs.Count * AnEpoch(kind);

    /// <summary>Batches; a training of several an update is broken off after the update that a batch belongs to.</summary>
    private static int AnEpoch(string kind) => (int)Math.Ceiling(Math.Round(Kinds[kind].Train.Count * (1 - Kinds[kind].Options.ValidationSplit)) / Kinds[kind].Options.BatchSize);

    private static Trainer Create(Kind kind, TinyNetwork net, int threads)
    {
        Trainer trainer = Trainer.For(net, kind.Optimizer(), kind.Options with { Threads = threads });
        trainer.Processors = 4;
        return trainer;
    }

    private static Outcome Train(string kind, int threads, Checkpoints? folder, IProgress<TrainingProgress>? progress = null, int epochs = Epochs, Func<TrainerOptions, TrainerOptions>? options = null, CancellationToken cancellation = default)
    {
        Kind made = Kinds[kind];
        made = made with { Options = options?.Invoke(made.Options) ?? made.Options };
        TinyNetwork net = made.Network();
        Trainer trainer = Create(made, net, threads);
        TrainingHistory? history = null;
        Exception? error = Record.Exception(() => history = trainer.Fit(made.Train, epochs, made.Validation, progress, folder, cancellation));
        return new Outcome(history, error, net);
    }

    private static void Same(Outcome expected, Outcome got, string what)
    {
        Assert.True(got.Error is null, $"{what}: {got.Error}");
        Assert.True(expected.Network.Parameters.Values.SequenceEqual(got.Network.Parameters.Values), $"{what}: parameters differ");
        Assert.Equal(Text(expected.History!.Epochs), Text(got.History!.Epochs));
        Assert.Equal(Text(expected.History.Measurements), Text(got.History.Measurements));
        Assert.Equal(expected.History.StoppedEarly, got.History.StoppedEarly);
        Assert.Equal(expected.History.Best.Epoch, got.History.Best.Epoch);
    }

    private static string Text(IReadOnlyList<TrainingMeasurement> measurements) => Text(measurements, HistoryText.Write);

    private static string Text(IReadOnlyList<EpochResult> epochs) => Text(epochs, (json, epoch) => HistoryText.Write(json, epoch with { Duration = TimeSpan.Zero }));

    private static string Text<T>(IReadOnlyList<T> results, Action<Utf8JsonWriter, T> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartArray();
            foreach (T result in results)
            {
                write(json, result);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private Checkpoints Folder(string name) => new(Path.Combine(_directory, name)) { Waits = true };

    /// <summary>A training.</summary>
    private sealed record Kind(Func<TinyNetwork> Network, Func<Optimizer> Optimizer, TrainerOptions Options, SequenceData Train, SequenceData? Validation = null);

    private sealed record Outcome(TrainingHistory? History, Exception? Error, TinyNetwork Network);

    /// <summary>Throws in the report after some updates, or cancels there.</summary>
    private sealed class Breaks(int at, Func<Exception?> exception, CancellationTokenSource? cancellation = null) : IProgress<TrainingProgress>
    {
        private bool _done;

        public void Report(TrainingProgress value)
        {
            if (!_done && ((value.Epoch - 1) * value.Batches) + value.Batch >= at && value.Notice is null)
            {
                _done = true;
                cancellation?.Cancel();
                if (exception() is { } thrown)
                {
                    throw thrown;
                }
            }
        }
    }
}
