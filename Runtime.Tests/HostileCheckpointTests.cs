// Trainings that are broken off where nobody expects it: by reports, metrics and data at odd moments, with options combined, folders full of other things,
// and the same trainer asked again and again.
// Long because: each case is one way in which a training is broken off, and all of them need the same networks and comparisons.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class HostileCheckpointTests : IDisposable
{
    private const int Epochs = 3, Updates = 7;

    private readonly string _directory = Directory.CreateTempSubdirectory("seqgen-hostile-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AReportThatThrowsAtOnceAgainAndAgainLosesNothing(bool stateful)
    {
        Kind kind = stateful ? Stateful(1) : new();
        string whole = Whole(kind);
        Checkpoints folder = Folder("at-once");
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(stateful ? 8 : 10, () => new OperationCanceledException())));
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, _ => throw new OperationCanceledException()));
        }

        Training failing = new(kind);
        Assert.Throws<InvalidDataException>(() => failing.Fit(folder, _ => throw new InvalidDataException()));
        failing.Resume();
        Assert.Equal(whole, failing.Outcome);
        Training last = new(kind);
        last.Fit(folder);
        Assert.Equal(whole, last.Outcome);
    }

    [Fact]
    public void AReportThatHalvesTheRateAtABatchDoesItOnce()
    {
        Kind kind = new();
        Action<TrainingProgress> Halves(Training training, Action? then = null) => p =>
        {
            if (p is { Epoch: 2, Batch: 3 })
            {
                training.Trainer.Optimizer.LearningRate /= 2;
                then?.Invoke();
            }
        };
        Training whole = new(kind), cut = new(kind), again = new(kind), finished = new(kind), longer = new(kind);
        whole.Fit(null, Halves(whole));
        Checkpoints folder = Folder("halved");
        using CancellationTokenSource cancellation = new();
        Assert.Throws<OperationCanceledException>(() => cut.Fit(folder, Halves(cut, cancellation.Cancel), token: cancellation.Token));
        again.Fit(folder, Halves(again));
        Assert.Equal(whole.Outcome, again.Outcome);
        finished.Fit(folder, Halves(finished));
        Assert.Equal(whole.Outcome, finished.Outcome);
        whole.Resume(5);
        longer.Fit(folder, epochs: 5);
        Assert.Equal(whole.Outcome, longer.Outcome);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(9, 10)]
    [InlineData(10, 16)]
    public void FitIsTriedAgainByTheSameTrainer(int first, int second)
    {
        // A loop around Fit that goes on after whatever happened; the report lowers the rate in between.
        Kind kind = new();
        Action<TrainingProgress> Lowers(Training training, Action<TrainingProgress>? then = null) => p =>
        {
            if (p is { Epoch: 1, Batch: 2 } or { Epoch: 2, Batch: 2 })
            {
                training.Trainer.Optimizer.LearningRate = 0.02f / (2 + p.Epoch);
            }

            then?.Invoke(p);
        };
        Training whole = new(kind);
        whole.Fit(null, Lowers(whole));
        Training again = new(kind);
        Checkpoints folder = Folder("again");
        Assert.Throws<InvalidDataException>(() => again.Fit(folder, Lowers(again, After(first, () => new InvalidDataException()))));
        Assert.Throws<InvalidDataException>(() => again.Fit(folder, Lowers(again, After(second, () => new InvalidDataException()))));
        again.Trainer.Evaluate(TestData.Learnable(90));
        again.Fit(folder, Lowers(again));
        Assert.Equal(whole.Outcome, again.Outcome);

        // And by another process.
        Training other = new(kind);
        other.Fit(folder, Lowers(other));
        Assert.Equal(whole.Outcome, other.Outcome);
    }

    [Fact]
    public void AnUpdateThatFailsAtItsLastBatchLeavesTheStatesBeforeIt()
    {
        Kind kind = Stateful(2);
        string whole = Whole(kind);
        float[] series = Series();
        Training broken = new(kind with { Train = Windows(series) });
        float good = series[(17 * 3) + 1];
        string message = Assert.Throws<TrainingDivergedException>(() => broken.Fit(report: p => series[(17 * 3) + 1] = p.Batch == 2 ? float.NaN : good)).Message;
        Assert.Contains("batch 4", message, StringComparison.Ordinal);
        series[(17 * 3) + 1] = good;
        broken.Resume();
        Assert.Equal(whole, broken.Outcome);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(16)]
    public void EvaluatingMoreThanIsTrainedOnInBetweenChangesNothing(int threads)
    {
        Kind kind = new() { Options = new() { BatchSize = 32, Seed = 3, Threads = threads }, Train = TestData.Learnable(12), Validation = null };
        string whole = Whole(kind);
        Training training = new(kind);
        training.Fit(epochs: 1);
        training.Trainer.Evaluate(TestData.Learnable(50));
        training.Resume();
        Assert.Equal(whole, training.Outcome);
        Training first = new(kind);
        first.Trainer.Predict(TestData.Learnable(50));
        Checkpoints folder = Folder("larger");
        Assert.Throws<OperationCanceledException>(() => first.Fit(folder, After(1, () => new OperationCanceledException())));
        Training second = new(kind);
        second.Fit(folder);
        Assert.Equal(whole, second.Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheFileOfTheBestEpochIsThereHoweverItsReportEnded(bool throws)
    {
        // The first epoch stays the best.
        Kind kind = new() { Options = new() { BatchSize = 4, Seed = 3, Threads = 1, Monitor = Metric.Of("loss, more is better", true, r => r.Loss) } };
        Checkpoints folder = Folder("best");
        if (throws)
        {
            Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(Updates, () => new OperationCanceledException())));
        }
        else
        {
            Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(Updates + 1, () => new OperationCanceledException())));
            File.Delete(Path.Combine(folder.Folder, Checkpoints.BestName));
        }

        Training training = new(kind);
        Assert.Equal(1, training.Fit(folder).Best.Epoch);
        training.Trainer.RestoreBest();
        TinyNetwork best = kind.Network();
        best.Core.Load(Path.Combine(folder.Folder, Checkpoints.BestName));
        Assert.Equal(training.Net.Parameters.Values.ToArray(), best.Parameters.Values.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void DamagedCheckpointsDoNotCountAmongThoseThatStay(int keep)
    {
        Kind kind = new();
        string whole = Whole(kind);
        Checkpoints folder = new(Path.Combine(_directory, "kept")) { Keep = keep, EveryUpdates = 2, Waits = true };
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(18, () => new OperationCanceledException())));
        foreach (string file in Directory.GetFiles(folder.Folder, "training-*"))
        {
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..^8]);
        }

        for (int at = 3; at < 20; at += 4)
        {
            Training training = new(kind);
            Assert.Throws<OperationCanceledException>(() => training.Fit(folder, After(at, () => new OperationCanceledException())));
            if (at > 3)
            {
                Assert.Contains($"{at - 4:d10}", training.Trainer.History!.Notices[^1], StringComparison.Ordinal);
            }
        }

        Training last = new(kind);
        last.Fit(folder);
        Assert.Equal(whole, last.Outcome);
        Assert.Equal(keep, Directory.GetFiles(folder.Folder, "training-*").Length);
    }

    [Fact]
    public void WhatElseIsInTheFolderStaysThere()
    {
        Kind kind = new();
        string whole = Whole(kind);
        Checkpoints folder = new(Path.Combine(_directory, "full")) { Keep = 1, Waits = true };
        string At(string name) => Path.Combine(folder.Folder, name);
        Directory.CreateDirectory(At("training-0000000099.safetensors"));
        new TinyNetwork(5).Save(At("training-2024.safetensors"));
        File.WriteAllText(At("training-.safetensors"), "mine");
        File.WriteAllText(At("training-12a.safetensors"), "mine");
        File.WriteAllText(At("training-0000000007.safetensors.txt"), "mine");
        File.CreateSymbolicLink(At("training-0000000098.safetensors"), At("nowhere"));
        string[] before = Directory.GetFileSystemEntries(folder.Folder);
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(9, () => new OperationCanceledException())));
        Training last = new(kind);
        last.Fit(folder);
        Assert.Equal(whole, last.Outcome);
        Assert.Empty(before.Except(Directory.GetFileSystemEntries(folder.Folder)));
    }

    [Fact]
    public void ACheckpointWithoutItsSumIsDamaged()
    {
        Checkpoints folder = Folder("sum");
        new Training(new()).Fit(folder);
        string file = Directory.GetFiles(folder.Folder, "training-*").Order(StringComparer.Ordinal).Last();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf("seqgen.crc32c"u8) + 12]++;
        bytes[^3] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Throws<NetworkFileException>(() => CheckpointFile.Open(file).Dispose());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMetricThatThrowsLeavesAnEpochThatIsCountedOnce(bool fromFile)
    {
        int calls = 0;
        bool armed = false;
        Kind kind = new()
        {
            Options = new()
            {
                BatchSize = 4,
                Seed = 3,
                Threads = 1,
                LearningRate = LearningRateSchedule.Exponential(0.5),
                WeightAverage = 0.8,
                Monitor = Metric.Of("mine", false, r => armed && ++calls == 2 ? throw new OperationCanceledException() : r.Loss),
            },
        };
        string whole = Whole(kind);
        armed = true;
        Checkpoints? folder = fromFile ? Folder("metric") : null;
        Training cut = new(kind);
        Assert.Throws<OperationCanceledException>(() => cut.Fit(folder));
        Training last = fromFile ? new(kind) : cut;
        _ = fromFile ? last.Fit(folder) : last.Resume();
        Assert.Equal(whole, last.Outcome);
    }

    [Fact]
    public void EpochsThatWereLoweredAndRaisedAgainChangeNothing()
    {
        foreach (Kind kind in new[] { new(), Stateful(1), Stateful(2) })
        {
            Training whole = new(kind), cut = new(kind), lowered = new(kind), raised = new(kind);
            whole.Fit(epochs: 5);
            Checkpoints folder = Folder(Guid.NewGuid().ToString("N"));
            int at = kind.Train == Data ? 17 : 13;
            Assert.Throws<OperationCanceledException>(() => cut.Fit(folder, After(at, () => new OperationCanceledException()), 5));
            List<int> epochs = [];
            Assert.Equal(2, lowered.Fit(folder, p => epochs.Add(p.Epoch), 1).Epochs.Count);
            Assert.All(epochs, e => Assert.Equal(1, e));
            raised.Fit(folder, epochs: 5);
            Assert.Equal(whole.Outcome, raised.Outcome);
            cut.Resume(1);
            cut.Resume(5);
            Assert.Equal(whole.Outcome, cut.Outcome);
            Assert.All(cut.Trainer.History!.Epochs, e => Assert.InRange(e.Duration, TimeSpan.Zero, TimeSpan.FromSeconds(60)));
        }
    }

    [Fact]
    public void WhatIsBetterIsPartOfWhatIsMonitored()
    {
        TrainerOptions Of(bool higher) => new() { BatchSize = 4, Seed = 3, Threads = 1, Monitor = Metric.Of("mine", higher, r => r.Loss) };
        Checkpoints folder = Folder("direction");
        new Training(new() { Options = Of(true) }).Fit(folder, epochs: 2);
        Assert.Contains("Monitor", Assert.Throws<NetworkFileException>(() => new Training(new() { Options = Of(false) }).Fit(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResumeWithoutTheValidationIsRefused()
    {
        Training training = new(new());
        training.Fit(epochs: 1);
        float[] before = training.Net.Parameters.Values.ToArray();
        Assert.Contains("validation", Assert.Throws<ArgumentException>(() => training.Trainer.Resume(Data, 3)).Message, StringComparison.Ordinal);
        Assert.Equal(before, training.Net.Parameters.Values.ToArray());
        training.Resume();
        Assert.Equal(Whole(new()), training.Outcome);
    }

    [Fact]
    public void NotesHoldAnyText()
    {
        string path = Path.Combine(_directory, "notes.safetensors");
        Dictionary<string, string> notes = new()
        {
            [""] = "",
            ["seqgen.crc32c"] = "00000000",
            ["\"seqgen.crc32c\":\""] = "\"seqgen.crc32c\":\"12345678\"",
            ["a/b\\c"] = "line\r\n\0\t\u2028",
            ["ключ 🗝"] = "\U0001F9EA é \u0301",
            ["training/"] = new string('x', 100_000),
        };
        TinyNetwork net = new(3);
        Adam adam = new();
        Checkpoint.Save(path, net, adam, notes);
        Assert.Equal(notes.OrderBy(n => n.Key, StringComparer.Ordinal), Checkpoint.Load(path, net, adam).OrderBy(n => n.Key, StringComparer.Ordinal));
        Assert.ThrowsAny<ArgumentException>(() => Checkpoint.Save(path, net, adam, new Dictionary<string, string> { ["none"] = null! }));
        Assert.Equal(notes.Count, Checkpoint.Load(path, net, adam).Count);
    }

    [Fact]
    public void AnOptimizerOfOnesOwnGoesOnAndOneWhoseStateCannotBeReadIsRefused()
    {
        Kind kind = new() { Optimizer = () => new Signs("a/b", "a") };
        string whole = Whole(kind);
        Checkpoints folder = Folder("own");
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(9, () => new OperationCanceledException())));
        Training last = new(kind);
        last.Fit(folder);
        Assert.Equal(whole, last.Outcome);

        string path = Path.Combine(_directory, "own.safetensors");
        Assert.Contains("twice", Assert.Throws<InvalidOperationException>(() => Checkpoint.Save(path, new TinyNetwork(3), new Signs("a", "a"))).Message, StringComparison.Ordinal);
        Assert.Contains("floats", Assert.Throws<InvalidOperationException>(() => Checkpoint.Save(path, new TinyNetwork(3), new Signs("a", "b", less: 1))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    public static TheoryData<bool, int, bool, bool?, double> Combinations
    {
        get
        {
            TheoryData<bool, int, bool, bool?, double> all = [];
            foreach (bool stateful in new[] { false, true })
            {
                foreach (int accumulated in new[] { 1, 2, 9 })
                {
                    foreach (bool average in new[] { false, true })
                    {
                        foreach (bool? restores in new bool?[] { null, false, true })
                        {
                            all.Add(stateful, accumulated, average, restores, stateful ? 0.3 : 0);
                            all.Add(stateful, accumulated, average, restores, stateful ? 0 : 0.3);
                        }
                    }
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void OptionsCombined(bool stateful, int accumulated, bool average, bool? restores, double split)
    {
        // What is monitored goes up and down, so that the best epoch is in the middle and a plateau comes.
        Kind made = stateful ? Stateful(1) : new();
        Kind kind = made with
        {
            Validation = split > 0 ? null : made.Validation,
            Options = new()
            {
                BatchSize = stateful ? 3 : 4,
                Seed = 3,
                Threads = 2,
                Stateful = stateful,
                AccumulatedBatches = accumulated,
                WeightAverage = average ? 0.7 : null,
                ValidationSplit = split,
                EarlyStopping = restores is { } restore ? new(2) { RestoreBest = restore } : null,
                LearningRate = LearningRateSchedule.ReduceOnPlateau(0.5, patience: 0).WithWarmup(1.5),
                Monitor = Metric.Of("wave", true, r => Math.Sin(1e4 * r.Loss)),
                GradientClipping = GradientClipping.ByNorm(0.2f),
            },
        };
        Training whole = new(kind);
        int batches = 0;
        whole.Fit(report: p => batches = p.Batches, epochs: 4);
        string outcome = whole.Outcome;
        int epochs = whole.Trainer.History!.Epochs.Count;
        for (int at = 1; at <= epochs * batches; at += 2)
        {
            Checkpoints folder = new(Path.Combine(_directory, $"{at}")) { EveryUpdates = 2, Waits = true };
            Training cut = new(kind), other = new(kind);
            if (Record.Exception(() => cut.Fit(folder, After(at, () => at % 3 == 0 ? new InvalidDataException() : new OperationCanceledException()), 4)) is null)
            {
                continue;
            }

            cut.Trainer.Evaluate(kind.Train);
            other.Fit(folder, epochs: 4);
            Assert.Equal(outcome, other.Outcome);
            if (cut.Trainer.History!.Epochs.Count > 0)
            {
                cut.Trainer.RestoreBest();
            }

            cut.Resume(4);
            Assert.Equal(outcome, cut.Outcome);
        }

        // To the end of a shorter one, what is best brought back, and on.
        Training parts = new(kind);
        parts.Fit(epochs: 1);
        parts.Resume(2);
        parts.Resume(4);
        Assert.Equal(outcome, parts.Outcome);
        Checkpoints growing = Folder("growing");
        for (int to = 1; to <= 4; to++)
        {
            Training longer = new(kind);
            longer.Fit(growing, epochs: to);
            if (to == 4)
            {
                Assert.Equal(outcome, longer.Outcome);
            }
        }
    }

    [Theory]
    [InlineData(StateStart.Random)]
    [InlineData(StateStart.Learned)]
    public void NoiseOnWeightsAndStatesAndHeadsGoOn(StateStart start)
    {
        Kind kind = new()
        {
            Network = () => new TinyNetwork(new PairProgram(start: start, keep: 0.8f, keepWeights: 0.7f), 6),
            Optimizer = () => new AdamW(0.03f),
            Train = Pairs(40),
            Validation = Pairs(9),
            Options = new()
            {
                BatchSize = 8,
                Seed = 5,
                Threads = 2,
                AccumulatedBatches = 2,
                WeightAverage = 0.8,
                TeacherForcing = TeacherForcing.InverseSigmoid(3),
                EarlyStopping = new(9),
                Monitor = Metric.Accuracy.OfHead("words"),
            },
        };
        string whole = Whole(kind);
        for (int at = 1; at < 15; at += 2)
        {
            Checkpoints folder = Folder($"{at}");
            Training cut = new(kind), other = new(kind);
            Assert.Throws<OperationCanceledException>(() => cut.Fit(folder, After(at, () => new OperationCanceledException())));
            other.Fit(folder);
            Assert.Equal(whole, other.Outcome);
            cut.Resume();
            Assert.Equal(whole, cut.Outcome);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AReportMayAskForAnything(bool stateful)
    {
        Kind kind = stateful ? Stateful(2) : new();
        string whole = Whole(kind);
        Checkpoints folder = Folder("busy");
        for (bool over = false; !over;)
        {
            Training busy = new(kind);
            Training? nested = null;
            int reports = 0;
            busy.Fit(folder, p =>
            {
                busy.Trainer.Evaluate(kind.Train);
                busy.Trainer.Predict(kind.Train);
                busy.Net.Save(Path.Combine(_directory, "net.safetensors"));
                Checkpoint.Save(Path.Combine(_directory, "own.safetensors"), busy.Net, busy.Trainer.Optimizer);
                nested ??= new(kind);
                nested.Fit(epochs: 1);
                if (++reports % 4 == 0)
                {
                    busy.Trainer.Stop();
                }
            });
            over = busy.Trainer.History!.Epochs.Count == Epochs;
            if (over)
            {
                Assert.Equal(whole, busy.Outcome);
            }
        }
    }

    [Fact]
    public void TwoTrainingsOfOneTrainerGoOnInAnotherProcess()
    {
        Kind kind = new() { Options = new() { BatchSize = 4, Seed = 3, Threads = 1, EarlyStopping = new(9), LearningRate = LearningRateSchedule.Exponential(0.7) } };
        Training whole = new(kind);
        whole.Fit(epochs: 2);
        whole.Fit(epochs: 2);
        whole.Fit();

        // The first not kept, the second and the third each in a folder of its own, and each broken off.
        string second = Path.Combine(_directory, "second"), third = Path.Combine(_directory, "third");
        for (int at = 3; at < 40; at += 3)
        {
            Training training = new(kind);
            int updates = 0;
            Action<TrainingProgress> break_ = _ =>
            {
                if (++updates == at)
                {
                    throw new OperationCanceledException();
                }
            };
            Exception? error = Record.Exception(() =>
            {
                training.Fit(epochs: 2);
                training.Fit(new(second) { Waits = true }, break_, 2);
                training.Fit(new(third) { Waits = true }, break_);
            });
            if (error is null)
            {
                Assert.Equal(whole.Outcome, training.Outcome);
                return;
            }

            Assert.IsType<OperationCanceledException>(error);
        }
    }

    [Fact]
    public void CancelledBeforeItBeginsItIsTheSameAfterwards()
    {
        Kind kind = new() { Network = () => new TinyNetwork(3, new() { Normalization = true, Keep = 0.8f }), Options = new() { BatchSize = 4, Seed = 3, Threads = 1, WeightAverage = 0.5, EarlyStopping = new(5) } };
        string whole = Whole(kind);
        Checkpoints folder = Folder("unbegun");
        Training cut = new(kind);
        Assert.Throws<OperationCanceledException>(() => cut.Fit(folder, token: new(true)));
        Assert.Single(Directory.GetFiles(folder.Folder, "training-*"));
        cut.Resume();
        Assert.Equal(whole, cut.Outcome);
        Training last = new(kind);
        last.Fit(folder);
        Assert.Equal(whole, last.Outcome);
    }

    [Fact]
    public void AFolderThatIsAFileIsRefusedAndALinkToOneIsAFolder()
    {
        Kind kind = new();
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "mine");
        Training training = new(kind);
        Assert.Contains(file, Assert.ThrowsAny<Exception>(() => training.Fit(new(file))).Message, StringComparison.Ordinal);
        Assert.Null(training.Trainer.History);
        Assert.Equal("mine", File.ReadAllText(file));
        Directory.CreateDirectory(Path.Combine(_directory, "real"));
        string link = Path.Combine(_directory, "link");
        Directory.CreateSymbolicLink(link, Path.Combine(_directory, "real"));
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(new(link), After(8, () => new OperationCanceledException())));
        training.Fit(new(Path.Combine(_directory, "real")));
        Assert.Equal(Whole(kind), training.Outcome);
    }

    [Fact]
    public void ParametersThatAReportChangedAreThereAfterwards()
    {
        Kind kind = new() { Options = new() { BatchSize = 4, Seed = 3, Threads = 1, EarlyStopping = new(9) } };
        Action<TrainingProgress> Changes(Training training, Action? then = null) => p =>
        {
            if (p is { Epoch: 1, Batch: 5 } or { Epoch: 2, Batch: Updates })
            {
                Parameter first = training.Net.Parameters.First();
                first.CopyFrom([.. first.ToArray().Select(v => v * 0.5f)]);
                training.Trainer.Optimizer.Reset();
                then?.Invoke();
            }
        };
        Training whole = new(kind), cut = new(kind), again = new(kind), last = new(kind);
        whole.Fit(null, Changes(whole));
        Checkpoints folder = Folder("changed");
        Assert.Throws<OperationCanceledException>(() => cut.Fit(folder, Changes(cut, () => throw new OperationCanceledException())));
        Assert.Throws<OperationCanceledException>(() => again.Fit(folder, Changes(again, () => throw new OperationCanceledException())));
        last.Fit(folder, Changes(last));
        Assert.Equal(whole.Outcome, last.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ASchedulesExceptionAndAnOptimizersAreBetweenUpdates(bool optimizer)
    {
        int asked = 0;
        bool armed = false;
        void Asked()
        {
            if (armed && ++asked % 6 == 0)
            {
                throw asked % 4 == 0 ? new OperationCanceledException() : new InvalidDataException();
            }
        }

        Kind kind = new()
        {
            Optimizer = () => new Signs("long", "short", update: optimizer ? Asked : null),
            Options = new() { BatchSize = 4, Seed = 3, Threads = 1, LearningRate = new Schedule(() => Asked(), !optimizer) },
        };
        string whole = Whole(kind);
        armed = true;
        Training resumed = new(kind);
        Exception? error = Record.Exception(() => resumed.Fit());
        for (int i = 0; error is not null && i < 20; i++)
        {
            error = Record.Exception(() => resumed.Resume());
        }

        Assert.Equal(whole.Split("updates")[0], resumed.Outcome.Split("updates")[0]);
        if (optimizer)
        {
            return;
        }

        Assert.Equal(whole, resumed.Outcome);
        Checkpoints folder = new(Path.Combine(_directory, "asked")) { EveryUpdates = 1, Waits = true };
        for (int i = 0; i < 20; i++)
        {
            Training other = new(kind);
            if (Record.Exception(() => other.Fit(folder)) is null)
            {
                Assert.Equal(whole, other.Outcome);
                return;
            }
        }

        Assert.Fail("It never ended.");
    }

    [Fact]
    public void AGradientOfWhichNothingIsKnownDoesNotPass()
    {
        // What comes of differences of losses that are not finite.
        foreach (GradientComparison nothing in new[] { new("w", "its gradient", 1, 0, double.PositiveInfinity), new GradientComparison("w", "its gradient", double.NaN, 1, 0) })
        {
            Assert.False(new GradientCheckResult("Net", [new("v", "its gradient", 1, 1, 0), nothing]).Passes);
        }
    }

    private sealed class Schedule(Action asked, bool asks) : LearningRateSchedule
    {
        public override double Factor(in TrainingPosition at)
        {
            if (asks)
            {
                asked();
            }

            return 1 / (1.0 + at.Epoch);
        }
    }

    private static SequenceData Data { get; } = TestData.Learnable(26);

    private static SequenceData Valid { get; } = TestData.Learnable(9, seed: 8);

    private static float[] Series() => TestData.Random(210, 1);

    private static SequenceData Windows(float[] series) => SequenceData.Windows(series, 5, features: 3, stride: 5, targetEveryStep: true);

    private static Kind Stateful(int accumulated) => new()
    {
        Network = () => new TinyNetwork(3, new() { Sequence = true, Units = 3, Keep = 0.8f }),
        Train = Windows(Series()),
        Validation = null,
        Options = new() { BatchSize = 3, Seed = 3, Threads = 1, Stateful = true, AccumulatedBatches = accumulated },
    };

    private static SequenceData Pairs(int count) => SequenceData.FromArrays(TestData.Random(count * 5, 3), null, 5, lengths: Enumerable.Range(0, count).Select(i => 1 + (i % 5)).ToArray())
        .WithClasses(TestData.RandomInts(count * 3, 3, 3), steps: 3, lengths: Enumerable.Range(0, count).Select(i => 1 + (i % 3)).ToArray())
        .WithTargets(TestData.Random(count * 3, 5), outputs: 3, head: "sum").WithTargets(TestData.Random(count * 5, 6), steps: 5, head: "pairs");

    private static string Whole(Kind kind)
    {
        Training training = new(kind);
        training.Fit();
        return training.Outcome;
    }

    /// <summary>Throws once, in the report after some batches.</summary>
    private static Action<TrainingProgress> After(int batches, Func<Exception> exception)
    {
        bool done = false;
        return p =>
        {
            if (!done && ((p.Epoch - 1) * p.Batches) + p.Batch >= batches)
            {
                done = true;
                throw exception();
            }
        };
    }

    private Checkpoints Folder(string name) => new(Path.Combine(_directory, name)) { Waits = true };

    private sealed record Kind
    {
        public Func<TinyNetwork> Network { get; init; } = () => new TinyNetwork(3, new() { Keep = 0.8f });

        public Func<Optimizer> Optimizer { get; init; } = () => new Adam(0.02f);

        public TrainerOptions Options { get; init; } = new() { BatchSize = 4, Seed = 3, Threads = 1 };

        public SequenceData Train { get; init; } = Data;

        public SequenceData? Validation { get; init; } = Valid;
    }

    /// <summary>What one process has.</summary>
    private sealed class Training
    {
        private readonly Kind _kind;

        public Training(Kind kind)
        {
            _kind = kind;
            Net = kind.Network();
            Trainer = Trainer.For(Net, kind.Optimizer(), kind.Options);
            Trainer.Processors = 4;
        }

        public TinyNetwork Net { get; }

        public Trainer Trainer { get; }

        /// <summary>All that must be the same.</summary>
        public string Outcome
        {
            get
            {
                TrainingHistory history = Trainer.History!;
                StringBuilder text = new();
                foreach (EpochResult e in history.Epochs)
                {
                    text.AppendLine(CultureInfo.InvariantCulture, $"{e.Epoch} {e.LearningRate:R} {e.Monitored:R} {e.Training.Loss:R} {e.Training.Positions} {e.Validation?.Loss:R}");
                }

                text.AppendLine(CultureInfo.InvariantCulture, $"best {history.Best.Epoch}, stopped early {history.StoppedEarly}, updates {Trainer.Optimizer.StepCount}, rate {Trainer.Optimizer.LearningRate}");
                return text.Append(Convert.ToHexString(MemoryMarshal.AsBytes(Net.Parameters.Values))).ToString();
            }
        }

        public TrainingHistory Fit(Checkpoints? folder = null, Action<TrainingProgress>? report = null, int epochs = Epochs, CancellationToken token = default) =>
            Trainer.Fit(_kind.Train, epochs, _kind.Validation, report is null ? null : new Reports(report), folder, token);

        public TrainingHistory Resume(int epochs = Epochs) => Trainer.Resume(_kind.Train, epochs, _kind.Validation);
    }

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    /// <summary>An optimizer of one's own, with a long and a short memory.</summary>
    private sealed class Signs(string longName, string shortName, int less = 0, Action? update = null) : Optimizer(0.01f)
    {
        private float[] _long = [];
        private float[] _short = [];

        protected override IReadOnlyList<OptimizerSlot> Slots => _long.Length == 0 ? [] : [new(longName, _long), new(shortName, _short.AsMemory(less))];

        protected override void Allocate(int length) => (_long, _short) = (new float[length], new float[length]);

        protected override void Clear()
        {
            Array.Clear(_long);
            Array.Clear(_short);
        }

        protected override void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients, in UpdateSettings settings)
        {
            if (start == 0)
            {
                update?.Invoke();
            }

            for (int i = 0; i < parameters.Length; i++)
            {
                ref float slow = ref _long[start + i], fast = ref _short[start + i];
                (slow, fast) = ((0.9f * slow) + gradients[i], (0.3f * fast) + gradients[i]);
                parameters[i] -= settings.LearningRate * (slow + fast);
            }
        }
    }
}
