// Trainings that are broken off anywhere and go on: from files, in the same process, with files damaged or of another training.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class CheckpointTests : IDisposable
{
    private const int Epochs = 3;

    private readonly string _directory = Directory.CreateTempSubdirectory("seqgen-checkpoints-").FullName;

    public static TheoryData<string, int> KindsAndThreads => new(Kinds.Keys.SelectMany(k => new[] { 1, 2, 4 }, (k, threads) => (k, threads)));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(KindsAndThreads))]
    public void ATrainingThatIsCancelledAfterAnyUpdateEndsWithTheSameBits(string kind, int threads)
    {
        Outcome whole = Train(kind, threads, null);
        int updates = Updates(kind, whole);
        for (int at = 1; at < updates; at += 1 + (updates / 15))
        {
            Checkpoints folder = Folder($"{at}");

            // From a report, or by the token, before the next batch.
            using CancellationTokenSource cancellation = new();
            Outcome cut = Train(kind, threads, folder, new Breaks(at, () => at % 2 == 0 ? new OperationCanceledException() : null, cancellation), cancellation: cancellation.Token);
            Assert.IsType<OperationCanceledException>(cut.Error);
            Same(whole, Train(kind, threads, folder), $"cancelled after {at} updates");
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndThreads))]
    public void ATrainingThatFailsIsRepeatedFromTheLastCheckpointWithTheSameBits(string kind, int threads)
    {
        Outcome whole = Train(kind, threads, null);
        int updates = Updates(kind, whole);
        Checkpoints folder = new(Path.Combine(_directory, "failing")) { EveryUpdates = 3, EveryEpochs = 0 };

        // Again and again, each time some updates further.
        for (int at = 2; at < updates; at += 5)
        {
            Assert.IsType<InvalidDataException>(Train(kind, threads, folder, new Breaks(at, () => new InvalidDataException())).Error);
        }

        Outcome last = Train(kind, threads, folder);
        Same(whole, last, "failed again and again");
        Assert.Contains("going on from", Assert.Single(last.History!.Notices), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(KindsAndThreads))]
    public void ResumeGoesOnInTheSameProcess(string kind, int threads)
    {
        Outcome whole = Train(kind, threads, null);
        int updates = Updates(kind, whole);
        for (int at = 1; at < updates; at += 1 + (updates / 5))
        {
            Kind made = Kinds[kind];
            TinyNetwork net = made.Network();
            Trainer trainer = Create(made, net, threads);
            Assert.ThrowsAny<Exception>(() => trainer.Fit(made.Train, Epochs, made.Validation, new Breaks(at, () => at % 2 == 0 ? new OperationCanceledException() : new InvalidDataException())));
            Assert.InRange(trainer.History!.Epochs.Count, at / AnEpoch(kind), (at + 2) / AnEpoch(kind));

            // What happens between changes nothing.
            trainer.Evaluate(made.Train);
            Same(whole, new Outcome(trainer.Resume(made.Train, Epochs, made.Validation), null, net), $"resumed after {at} updates");
        }
    }

    [Fact]
    public void ResumeAfterTheEndGoesOnFromTheLastUpdateAndNotFromTheBestEpoch()
    {
        Outcome longer = Train("plateau", 1, null, epochs: 9, options: o => o with { EarlyStopping = new(9) });
        Kind kind = Kinds["plateau"] with { Options = Kinds["plateau"].Options with { EarlyStopping = new(9) } };
        TinyNetwork net = kind.Network();
        Trainer trainer = Create(kind, net, 1);
        trainer.Fit(kind.Train, 4, kind.Validation);
        TrainingHistory history = trainer.Resume(kind.Train, 9, kind.Validation);
        Same(longer, new Outcome(history, null, net), "4 epochs and 5 more");
        Assert.Contains("has 23 samples, 5 were given", Assert.Throws<ArgumentException>(() => trainer.Resume(kind.Train.Take(5), 10)).Message, StringComparison.Ordinal);
        Assert.Contains("Call Fit", Assert.Throws<InvalidOperationException>(() => Create(kind, kind.Network(), 1).Resume(kind.Train, 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFinishedTrainingIsOverAndCanBeMadeLonger()
    {
        Checkpoints folder = Folder("finished");
        Outcome first = Train("dropout", 1, folder);
        Outcome again = Train("dropout", 1, folder, new Breaks(1, () => new InvalidDataException()));
        Same(first, again, "finished");
        Same(Train("dropout", 1, null, epochs: 5), Train("dropout", 1, folder, epochs: 5), "longer");
    }

    [Fact]
    public void DamagedCheckpointsArePassedOverAndItIsSaid()
    {
        Outcome whole = Train("dropout", 1, null);
        Checkpoints folder = Folder("damaged");
        Assert.NotNull(Train("dropout", 1, folder, new Breaks(17, () => new OperationCanceledException())).Error);
        string[] files = [.. Directory.GetFiles(folder.Folder, "training-*").Order(StringComparer.Ordinal)];
        Assert.Equal(3, files.Length);
        byte[] bytes = File.ReadAllBytes(files[^1]);
        Random random = new(5);
        for (int i = 0; i < 300; i++)
        {
            // One bit anywhere, or the end missing.
            byte[] damaged = [.. bytes];
            int at = random.Next(bytes.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(files[^1], i % 10 == 0 ? bytes[..at] : damaged);
            Assert.Throws<NetworkFileException>(() => CheckpointFile.Open(files[^1]).Dispose());
        }

        File.WriteAllBytes(files[^2], bytes[..^4]);
        List<string> told = [];
        Outcome last = Train("dropout", 1, folder, new Reports(p => told.Add(p.Notice ?? "")));
        Same(whole, last, "from the oldest");
        Assert.Contains("damaged", last.History!.Notices[0], StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(files[^2]), last.History.Notices[1], StringComparison.Ordinal);
        Assert.Contains("going on from", last.History.Notices[2], StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(files[0]), told[0], StringComparison.Ordinal);
        Assert.All(told.Skip(1), t => Assert.Equal("", t));
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedByNameAndNothingChanges()
    {
        Checkpoints folder = Folder("other");
        Train("dropout", 1, folder);
        (string, Func<Kind, Kind>)[] changes =
        [
            ("optimizer: Adam(beta1 0.9, beta2 0.999, epsilon 1E-08, weightDecay 0, amsgrad False) then, Adam(beta1 0.8, ", k => k with { Optimizer = () => new Adam(0.02f, beta1: 0.8) }),
            ("learning rate: 0.02 then, 0.03 now", k => k with { Optimizer = () => new Adam(0.03f) }),
            ("optimizer: Adam(beta1 0.9, beta2 0.999, epsilon 1E-08, weightDecay 0, amsgrad False) then, AdamW(", k => k with { Optimizer = () => new AdamW(0.02f) }),
            ("BatchSize: 4 then, 5 now", k => k with { Options = k.Options with { BatchSize = 5 } }),
            ("Seed: 3 then, 4 now", k => k with { Options = k.Options with { Seed = 4 } }),
            ("Shuffle: True then, False now", k => k with { Options = k.Options with { Shuffle = false } }),
            ("GradientClipping: None then, ByValue(1) now", k => k with { Options = k.Options with { GradientClipping = GradientClipping.ByValue(1) } }),
            ("LearningRate: Constant then, StepDecay(epochs 3, factor 0.1) now", k => k with { Options = k.Options with { LearningRate = LearningRateSchedule.StepDecay(3) } }),
            ("EarlyStopping: none then, EarlyStopping(patience 3, minDelta 0) now", k => k with { Options = k.Options with { EarlyStopping = new(3) } }),
            ("training data: 26 samples", k => k with { Train = TestData.Learnable(26, seed: 77) }),
            ("training data: 26 samples", k => k with { Train = k.Train.Take(25) }),
            ("training data: 26 samples", k => k with { Train = k.Train.Shuffle(1) }),
            ("validation data: 9 samples", k => k with { Validation = null }),
        ];
        foreach ((string expected, Func<Kind, Kind> change) in changes)
        {
            Kind kind = change(Kinds["dropout"]);
            TinyNetwork net = kind.Network();
            float[] before = net.Parameters.Values.ToArray();
            Trainer trainer = Create(kind, net, 1);
            string message = Assert.Throws<NetworkFileException>(() => trainer.Fit(kind.Train, Epochs, kind.Validation, checkpoints: folder)).Message;
            Assert.Contains(expected, message, StringComparison.Ordinal);
            Assert.Equal(before, net.Parameters.Values.ToArray());
            Assert.Equal(0, trainer.Optimizer.StepCount);
            trainer.Fit(kind.Train, 1, kind.Validation);
        }

        Trainer two = Create(Kinds["dropout"], Kinds["dropout"].Network(), 2);
        Assert.Contains("threads: 1 then, 2 now", Assert.Throws<NetworkFileException>(() => two.Fit(Kinds["dropout"].Train, 1, Kinds["dropout"].Validation, checkpoints: folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderHoldsTheLastAndTheBestAndBelongsToOneTraining()
    {
        Checkpoints folder = new(Path.Combine(_directory, "deep", "er")) { Keep = 2, EveryUpdates = 4, Waits = true };
        Kind kind = Kinds["dropout"];
        TinyNetwork net = kind.Network();
        Trainer trainer = Create(kind, net, 1);
        CheckpointReport? report = null;
        bool nested = false;
        TrainingHistory history = trainer.Fit(kind.Train, Epochs, kind.Validation, new Reports(p =>
        {
            report = p.Checkpoint ?? report;
            if (!nested)
            {
                nested = true;
                Trainer other = Create(kind, kind.Network(), 1);
                Assert.Contains("another training writes", Assert.Throws<InvalidOperationException>(() => other.Fit(kind.Train, 1, kind.Validation, checkpoints: folder)).Message, StringComparison.Ordinal);
            }
        }), folder);
        string[] names = [.. Directory.GetFiles(folder.Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        Assert.Equal([".seqgen-lock", "best.safetensors", "training-0000000020.safetensors", "training-0000000021.safetensors"], names);
        Assert.InRange(report!.Bytes, 1000, 100_000);
        Assert.True(report.Waited >= TimeSpan.Zero && report.Written > TimeSpan.Zero);

        // A checkpoint and the best are files of parameters too.
        TinyNetwork loaded = kind.Network();
        loaded.Core.Load(Path.Combine(folder.Folder, names[^1]));
        Assert.Equal(net.Parameters.Values.ToArray(), loaded.Parameters.Values.ToArray());
        loaded.Core.Load(Path.Combine(folder.Folder, Checkpoints.BestName));
        Assert.Equal(history.Best.Validation!.Loss, Create(kind, loaded, 1).Evaluate(kind.Validation!).Loss);
    }

    [Theory]
    [InlineData("updates", 22)]
    [InlineData("time", 22)]
    [InlineData("epochs", 4)]
    [InlineData("no", 2)]
    public void CheckpointsAreWrittenWhenTheyAreDueAndNotOtherwise(string due, int expected)
    {
        // One of the beginning, one of the end, and between them as it is said.
        Checkpoints folder = new(Path.Combine(_directory, due))
        {
            EveryEpochs = due == "epochs" ? 1 : 0,
            EveryUpdates = due == "updates" ? 1 : 0,
            Every = due == "time" ? TimeSpan.FromTicks(1) : default,
            Keep = 99,
            KeepBest = due == "no",
            Waits = true,
        };
        Train("dropout", 1, folder);
        Assert.Equal(expected, Directory.GetFiles(folder.Folder, "training-*").Length);
        Assert.Equal(folder.KeepBest, File.Exists(Path.Combine(folder.Folder, Checkpoints.BestName)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Checkpoints("x") { Every = TimeSpan.FromTicks(-1) });
    }

    [Fact]
    public void ACheckpointThatCannotBeWrittenEndsTheTrainingAndSaysSo()
    {
        Checkpoints folder = Folder("full");
        Outcome outcome = Train("dropout", 1, folder, new Reports(p =>
        {
            if (p is { Epoch: 2, Batch: 1 })
            {
                // A folder in the place of a file cannot be replaced by one.
                for (int update = 9; update < 15; update++)
                {
                    Directory.CreateDirectory(Path.Combine(folder.Folder, $"training-{update:d10}.safetensors"));
                }
            }
        }));
        Assert.Contains("a checkpoint could not be written", Assert.IsType<IOException>(outcome.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALoopOfOnesOwnSavesAndGoesOn()
    {
        SequenceData data = TestData.Learnable(12);
        string path = Path.Combine(_directory, "loop.safetensors");
        float[] Loop(int from, int to, bool save, bool load)
        {
            TinyNetwork net = new(5);
            Adam adam = new(0.01f);
            if (load)
            {
                IReadOnlyDictionary<string, string> notes = Checkpoint.Load(path, net, adam);
                Assert.Equal("3", notes["step"]);
                Assert.Equal(3, adam.StepCount);
                Assert.Equal(0.005f, adam.LearningRate);
            }

            Workspace ws = net.CreateWorkspace(12);
            for (int step = from; step < to; step++)
            {
                ws.Fill(data, Enumerable.Range(0, 12).ToArray());
                ws.Forward(ForwardMode.Training);
                ws.Loss();
                ws.ZeroGradients();
                ws.Backward();
                adam.LearningRate = step == 2 ? 0.005f : adam.LearningRate;
                adam.Step(ws);
            }

            if (save)
            {
                Checkpoint.Save(path, net, adam, new Dictionary<string, string> { ["step"] = $"{to}" });
            }

            return net.Parameters.Values.ToArray();
        }

        float[] whole = Loop(0, 6, false, false);
        Loop(0, 3, true, false);
        Assert.Equal(whole, Loop(3, 6, false, true));

        // Of another optimizer, or none at all.
        TinyNetwork other = new(9);
        float[] before = other.Parameters.Values.ToArray();
        Assert.Contains("the checkpoint's optimizer is Adam(", Assert.Throws<NetworkFileException>(() => Checkpoint.Load(path, other, new Sgd(0.1f))).Message, StringComparison.Ordinal);
        string plain = Path.Combine(_directory, "plain.safetensors");
        other.Save(plain);
        Assert.Contains("it is no checkpoint", Assert.Throws<NetworkFileException>(() => Checkpoint.Load(plain, other, new Adam())).Message, StringComparison.Ordinal);
        TinyNetwork wide = new(9, new() { Units = 4 });
        Assert.Throws<NetworkFileException>(() => Checkpoint.Load(path, wide, new Adam()));
        Assert.Equal(before, other.Parameters.Values.ToArray());
        Kind kind = Kinds["dropout"];
        string folder = Path.Combine(_directory, "loops");
        Directory.CreateDirectory(folder);
        File.Copy(path, Path.Combine(folder, "training-0000000003.safetensors"));
        string message = Assert.Throws<NetworkFileException>(() => Create(kind, kind.Network(), 1).Fit(kind.Train, 1, kind.Validation, checkpoints: new(folder))).Message;
        Assert.Contains("it was written by Checkpoint.Save, not by a trainer", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhateverEndsATrainingTheHistoryAndTheBestParametersAreThere()
    {
        Kind kind = Kinds["dropout"];
        TinyNetwork net = kind.Network();
        Trainer trainer = Create(kind, net, 1);
        Assert.Null(trainer.History);
        Assert.Throws<InvalidOperationException>(trainer.RestoreBest);
        float[] best = [];
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(kind.Train, 9, kind.Validation, new Reports(p =>
        {
            if (p.Completed is not null)
            {
                best = trainer.History is null ? net.Parameters.Values.ToArray() : best;
            }

            if (p is { Epoch: 2, Batch: 3 })
            {
                throw new OperationCanceledException();
            }
        })));
        Assert.Single(trainer.History!.Epochs);
        Assert.Equal(1, trainer.History.Best.Epoch);
        trainer.RestoreBest();
        Assert.Equal(best, net.Parameters.Values.ToArray());

        TinyNetwork spoilt = kind.Network();
        Trainer exploding = Create(kind, spoilt, 1);
        TrainingDivergedException diverged = Assert.Throws<TrainingDivergedException>(() => exploding.Fit(kind.Train, 9, kind.Validation, new Reports(p =>
        {
            if (p is { Epoch: 3, Batch: 2 })
            {
                Parameter first = spoilt.Parameters.First();
                first.CopyFrom(Enumerable.Repeat(float.NaN, first.Count).ToArray());
            }
        })));
        Assert.Equal(2, diverged.History!.Epochs.Count);
        Assert.Equal(2, exploding.History!.Epochs.Count);
        exploding.RestoreBest();
        Assert.Equal(diverged.History.Best.Validation!.Loss, exploding.Evaluate(kind.Validation!).Loss);

        Trainer none = Create(kind, kind.Network(), 1);
        Assert.Throws<OperationCanceledException>(() => none.Fit(kind.Train, 9, kind.Validation, cancellationToken: new CancellationToken(true)));
        Assert.Empty(none.History!.Epochs);
        Assert.Throws<InvalidOperationException>(() => none.History.Best);
    }
}
