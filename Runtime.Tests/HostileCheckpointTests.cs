// Trainings that are broken off where nobody expects it: by reports, metrics and data at odd moments, with options combined, and the same trainer asked
// again and again.
using System;
using System.IO;
using System.Linq;
using System.Threading;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class HostileCheckpointTests : IDisposable
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
}
