// Calls from within a training, from other threads, and after one that was broken off.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class TrainerCallTests
{
    private static readonly TinyOptions Stateful = new() { Sequence = true, Units = 3, Keep = 0.8f };

    /// <summary>A report that evaluates, predicts and saves changes not a bit of the training, nor of what it reports.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void WhatAReportAsksForLeavesTheTrainingAlone(int threads, bool stateful)
    {
        (float[] quiet, TrainingHistory expected) = Train(null);
        List<double> losses = [];
        (float[] asked, TrainingHistory got) = Train((trainer, net, p) =>
        {
            // Larger than what is trained on, and of other steps: the workspace must grow.
            SequenceData other = Data(stateful, stateful ? 9 : 40, 7);
            EvaluationResult result = trainer.Evaluate(other);
            Assert.Equal(result, trainer.Evaluate(other));
            Assert.Equal(40 * (stateful ? 0 : 2), stateful ? 0 : trainer.Predict(other).Length);
            Assert.NotEmpty(net.Bytes());
            losses.Add(result.Loss);
        });
        Assert.Equal(quiet, asked);
        Assert.Equal(expected.Epochs.Select(e => (e.Training, e.Validation)), got.Epochs.Select(e => (e.Training, e.Validation)));
        Assert.True(losses.Distinct().Count() > 1);

        (float[], TrainingHistory) Train(Action<Trainer, TinyNetwork, TrainingProgress>? report)
        {
            TinyNetwork net = new(3, stateful ? Stateful : new() { Keep = 0.8f });
            Trainer trainer = Trainer.For(net, new Adam(0.01f), new() { BatchSize = 4, Threads = threads, Stateful = stateful, Seed = 3 });
            trainer.Processors = 2;
            TrainingHistory history = trainer.Fit(
                Data(stateful, 11, 5), 2, Data(stateful, 5, 5), report is null ? null : new Reports(p => report(trainer, net, p)), cancellationToken: TestContext.Current.CancellationToken);
            return (net.Parameters.Values.ToArray(), history);
        }
    }

    [Fact]
    public void AnEpochsMetricsAreItsOwnWhateverIsEvaluatedMeanwhile()
    {
        SequenceData train = TestData.Learnable(20), far = SequenceData.FromArrays(new float[60], Enumerable.Repeat(1000f, 8).ToArray(), 5, 3, 2);
        Trainer trainer = Create(out _);
        TrainingHistory history = trainer.Fit(train, 2, progress: new Reports(p => Assert.InRange(trainer.Evaluate(far).Loss, 1e5, 1e7)));
        Assert.All(history.Epochs, e => Assert.InRange(e.Training.Loss, 0, 10));
        Assert.All(history.Epochs, e => Assert.Equal(20, e.Training.Positions));
    }

    [Fact]
    public void AFitWithinAFitIsRefusedAndTheOuterOneCanGoOn()
    {
        Trainer trainer = Create(out _);
        List<string> messages = [];
        TrainingHistory history = trainer.Fit(TestData.Learnable(20), 1, progress: new Reports(p =>
            messages.Add(Assert.Throws<InvalidOperationException>(() => trainer.Fit(TestData.Learnable(5), 1)).Message)));
        Assert.Single(history.Epochs);
        Assert.All(messages, m => Assert.Contains("called from within its Fit", m, StringComparison.Ordinal));
        Assert.NotEmpty(messages);
        trainer.Fit(TestData.Learnable(20), 1, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>As Progress&lt;T&gt; does it: reports come on threads of the pool while the training runs on.</summary>
    [Fact]
    public void ACallFromAnotherThreadIsRefusedWithTheReason()
    {
        Trainer trainer = Create(out _);
        List<Exception> thrown = [];
        trainer.Fit(TestData.Learnable(20), 1, progress: new Reports(p =>
        {
            foreach (Action call in new Action[] { () => trainer.Evaluate(TestData.Learnable(5)), () => trainer.Predict(TestData.Learnable(5)), () => trainer.Fit(TestData.Learnable(5), 1) })
            {
                Thread thread = new(() => thrown.Add(Assert.ThrowsAny<Exception>(call)));
                thread.Start();
                thread.Join();
            }
        }));
        Assert.Equal(12, thrown.Count);
        Assert.All(thrown, e => Assert.Contains("is in Fit on another thread", Assert.IsType<InvalidOperationException>(e).Message, StringComparison.Ordinal));
        trainer.Evaluate(TestData.Learnable(5));
    }

    /// <summary>The best epoch's parameters are those that it ended with, not those that a report loaded.</summary>
    [Fact]
    public void ALoadInAReportDoesNotPassForTheEpochsParameters()
    {
        TinyNetwork net = new(), other = new(9);
        byte[] file = other.Bytes();
        SequenceData validation = TestData.Learnable(10, seed: 8);
        Trainer trainer = Trainer.For(net, new Adam(0.05f), new() { BatchSize = 5, EarlyStopping = new(9) });
        TrainingHistory history = trainer.Fit(TestData.Learnable(40), 3, validation, new Reports(p =>
        {
            if (p.Completed is not null)
            {
                net.Load(file);
            }
        }));
        Assert.Equal(history.Best.Validation!.Loss, trainer.Evaluate(validation).Loss);
    }

    [Fact]
    public void ARateThatAReportSetsIsTheOptimizersFromThenOn()
    {
        Sgd sgd = new(0.1f);
        Trainer trainer = Trainer.For(new TinyNetwork(), sgd, new() { BatchSize = 10, LearningRate = LearningRateSchedule.StepDecay(1, 0.5) });
        TrainingHistory history = trainer.Fit(TestData.Learnable(20), 3, progress: new Reports(p => sgd.LearningRate = p is { Epoch: 1, Completed: not null } ? 0.8f : sgd.LearningRate));
        Assert.Equal([0.1f, 0.4f, 0.2f], history.Epochs.Select(e => e.LearningRate));
        Assert.Equal(0.8f, sgd.LearningRate);
        trainer.Fit(TestData.Learnable(20), 1, progress: new Reports(p => sgd.LearningRate = 0.3f));
        Assert.Equal(0.3f, sgd.LearningRate);
    }

    /// <summary>Broken off by its token, by a report or by a loss: parameters are those of the last update, and the trainer goes on.</summary>
    [Theory]
    [InlineData("cancel", 1)]
    [InlineData("cancel", 2)]
    [InlineData("throw", 1)]
    [InlineData("throw", 2)]
    [InlineData("diverge", 1)]
    [InlineData("diverge", 2)]
    public void AfterATrainingThatWasBrokenOffEverythingCanBeUsed(string how, int threads)
    {
        TinyNetwork net = new();
        Sgd sgd = new(0.1f, 0.9f);
        Trainer trainer = Trainer.For(net, sgd, new() { BatchSize = 5, Threads = threads, EarlyStopping = new(3), LearningRate = LearningRateSchedule.Exponential(0.5) });
        trainer.Processors = 2;
        using CancellationTokenSource source = new();
        float[] last = [];
        float[] x = TestData.Random(300, 3);
        SequenceData good = SequenceData.FromArrays(x, TestData.Random(40, 4), 5, 3, 2);
        trainer.Fit(good, 1, cancellationToken: TestContext.Current.CancellationToken);
        Thread[] own = trainer.Workspace!.OwnThreads.ToArray();
        Exception thrown = Assert.ThrowsAny<Exception>(() => trainer.Fit(good, 3, progress: new Reports(p =>
        {
            if (p is { Epoch: 2, Batch: 2 })
            {
                last = net.Parameters.Values.ToArray();
                switch (how)
                {
                    case "cancel": source.Cancel(); break;
                    case "throw": throw new FormatException("mine");
                    default: Array.Fill(x, float.NaN); break;
                }
            }
        }), cancellationToken: source.Token));
        Assert.IsType(how switch { "cancel" => typeof(OperationCanceledException), "throw" => typeof(FormatException), _ => typeof(TrainingDivergedException) }, thrown);
        Assert.Equal(last, net.Parameters.Values.ToArray());
        Assert.All(last, v => Assert.True(float.IsFinite(v)));
        Assert.Equal(0.1f, sgd.LearningRate);
        TestData.Random(300, 3).CopyTo(x, 0);
        Assert.All(own, t => Assert.True(t.IsAlive));
        Assert.Equal(threads - 1, own.Length);
        Assert.True(double.IsFinite(trainer.Evaluate(good).Loss));
        TrainingHistory history = trainer.Fit(good, 2, good, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, history.Epochs.Count);
        Assert.Equal(own, trainer.Workspace!.OwnThreads.ToArray());
    }

    /// <summary>A training that is always broken off in its first epoch must not see the same first batches again and again.</summary>
    [Fact]
    public void AnEpochThatWasBrokenOffIsNotTakenUpInTheSameOrder()
    {
        TinyNetwork net = new();
        Trainer trainer = Trainer.For(net, new Sgd(0), new() { BatchSize = 1, Threads = 1 });
        List<float> first = [];
        for (int again = 0; again < 6; again++)
        {
            Assert.Throws<FormatException>(() => trainer.Fit(TestData.Learnable(50), 1, progress: new Reports(p =>
            {
                first.Add(trainer.Workspace!.Input[0]);
                throw new FormatException();
            })));
        }

        Assert.True(first.Distinct().Count() > 3);
    }

    [Fact]
    public void AWorkspaceThatCannotBeHadLeavesTheTrainerAsItWas()
    {
        Trainer trainer = Trainer.For(new TinyNetwork(1, new() { Limit = true }), new Sgd(0.1f));
        EvaluationResult before = trainer.Evaluate(TestData.Learnable(5));
        Assert.Contains("cannot be had", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Predict(TestData.Learnable(5, steps: 6))).Message, StringComparison.Ordinal);
        Assert.Equal(before, trainer.Evaluate(TestData.Learnable(5)));
    }

    [Fact]
    public void ATrainingWithoutEndCanBeAskedForAndCancelled()
    {
        using CancellationTokenSource source = new();
        List<TimeSpan> remaining = [];
        Assert.Throws<OperationCanceledException>(() => Create(out _).Fit(TestData.Learnable(20), int.MaxValue, progress: new Reports(p =>
        {
            Thread.Sleep(p.Epoch == 1 ? 20 : 0);
            remaining.Add(p.Remaining);
            if (p.Epoch == 3)
            {
                source.Cancel();
            }
        }), cancellationToken: source.Token));
        Assert.All(remaining, r => Assert.True(r > TimeSpan.Zero));
        StringWriter text = new();
        new ConsoleProgress(text, plain: false, () => 200).Report(new TrainingProgress(1, 2, 1, 3, 0.5, 1, TimeSpan.Zero, TimeSpan.MaxValue, null));
        new ConsoleProgress(text, plain: false, () => 200).Report(new TrainingProgress(1, 2, 1_500_000_000, 2_000_000_000, 0.5, 1, TimeSpan.Zero, TimeSpan.MaxValue, null));
        Assert.Contains("1/3", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("[##################......]", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ABatchMayBeLargerThanAnyData()
    {
        Trainer trainer = Trainer.For(new TinyNetwork(), new Adam(0.01f), new() { BatchSize = int.MaxValue, Threads = 1 });
        SequenceData data = TestData.Learnable(7);
        Assert.Equal(7, trainer.Fit(data, 2, data).Last.Training.Positions);
        Assert.Equal(7, trainer.Evaluate(data).Positions);
        Assert.Equal(14, trainer.Predict(data).Length);
        Assert.Equal(1, trainer.Fit(data.Take(1), 1).Last.Training.Positions);
    }

    private static SequenceData Data(bool stateful, int samples, int steps) => stateful
        ? SequenceData.Windows(TestData.Random(((samples * steps) + 1) * 3, 7), steps, features: 3, stride: steps, targetEveryStep: true)
        : TestData.Learnable(samples, steps);

    private static Trainer Create(out TinyNetwork net)
    {
        net = new TinyNetwork();
        return Trainer.For(net, new Adam(0.01f), new() { BatchSize = 5, Threads = 1 });
    }
}
