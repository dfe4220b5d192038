// Options, noise and data combined, and several trainings of one trainer: all go on from anywhere.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class HostileCheckpointTests
{
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
            Train = TestData.Pairs(40),
            Validation = TestData.Pairs(9),
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
}
