// Options of the trainer and the optimizers that change which update is made: accumulated batches, groups of parameters, what is monitored, stopping.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

public sealed class TrainerOptionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AccumulatedBatchesAreTheHandWrittenLoop(int threads)
    {
        SequenceData data = TestData.Learnable(22);
        TinyOptions noisy = new() { Keep = 0.8f };
        TinyNetwork trained = new(3, noisy), own = new(3, noisy);
        Trainer trainer = Trainer.For(trained, new Adam(0.01f), new()
        {
            BatchSize = 4,
            AccumulatedBatches = 4,
            Shuffle = false,
            Threads = threads,
            GradientClipping = GradientClipping.ByNorm(0.1f),
            LearningRate = LearningRateSchedule.StepDecay(1, 0.5).PerUpdate(),
        });
        trainer.Processors = 2;
        List<TrainingProgress> reports = [];
        trainer.Fit(data, 2, progress: new Reports(reports.Add));

        // Six batches an epoch, so updates of four and of two.
        Adam adam = new(0.01f);
        using ParallelWorkspace workspace = new(own.Core, 4, 5, threads, training: true, processors: 2);
        (int seen, int updates) = (0, 0);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            foreach (int[][] group in Enumerable.Range(0, 22).Chunk(4).Chunk(4))
            {
                workspace.ZeroGradients();
                foreach (int[] samples in group)
                {
                    workspace.Fill(data, samples);
                    workspace.SampleOffset = seen;
                    seen += samples.Length;
                    workspace.ForwardBackward();
                }

                foreach (ref float g in workspace.Gradients)
                {
                    g *= 1f / group.Length;
                }

                GradientClipping.ByNorm(0.1f).Apply(workspace);
                adam.LearningRate = (float)(0.01f * Math.Pow(0.5, updates++));
                adam.Step(workspace);
            }
        }

        Assert.Equal(4, trainer.Optimizer.StepCount);
        Assert.Equal(own.Parameters.Values.ToArray(), trained.Parameters.Values.ToArray());
        Assert.Equal([4, 6, 4, 6], reports.Select(r => r.Batch));
    }

    [Fact]
    public void AnAccumulatedUpdateThatDivergesLeavesSumsAndCountsAsTheyWere()
    {
        SequenceData data = TestData.Learnable(24);
        TinyNetwork net = new(3), other = new(3);
        TrainerOptions options = new() { BatchSize = 4, AccumulatedBatches = 3, Threads = 1 };
        Trainer trainer = Trainer.For(net, new Adam(0.01f), options), whole = Trainer.For(other, new Adam(0.01f), options);
        TrainingHistory expected = whole.Fit(data, 2);

        // Its first update is right; before the second all turns to NaN, and is mended afterwards.
        float[] right = [];
        Assert.Throws<TrainingDivergedException>(() => trainer.Fit(data, 2, progress: new Reports(p =>
        {
            right = net.Parameters.Values.ToArray();
            using ParameterEdit edit = net.Parameters.Edit();
            edit.Values.Fill(float.NaN);
        })));
        using (ParameterEdit edit = net.Parameters.Edit())
        {
            right.CopyTo(edit.Values);
        }

        TrainingHistory got = trainer.Resume(data, 2);
        Assert.Equal(other.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
        Assert.Equal(expected.Epochs.Select(e => e.Training), got.Epochs.Select(e => e.Training));
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("rmsprop")]
    [InlineData("adagrad")]
    public void GroupsHaveRatesOfTheirOwnAndNoDecayWhereTheySaySo(string which)
    {
        Optimizer Create(float rate, bool decays, IReadOnlyList<ParameterGroup>? groups = null)
        {
            float decay = decays ? 0.3f : 0;
            groups ??= [];
            return which switch
            {
                "sgd" => new Sgd(rate, 0.9f, weightDecay: decay) { Groups = groups },
                "adam" => new Adam(rate, weightDecay: decay) { Groups = groups },
                "adamw" => new AdamW(rate, weightDecay: decay) { Groups = groups },
                "rmsprop" => new RmsProp(rate, weightDecay: decay) { Groups = groups },
                _ => new Adagrad(rate, weightDecay: decay) { Groups = groups },
            };
        }

        TinyNetwork Train(Optimizer optimizer, int threads = 1)
        {
            TinyNetwork net = new(1, new() { Units = 18 });
            using ParallelWorkspace workspace = new(net.Core, 4, 5, threads, training: true, processors: 2);
            for (int k = 0; k < 5; k++)
            {
                workspace.ZeroGradients();
                TestData.Random(workspace.Gradients.Length, (ulong)k + 1).CopyTo(workspace.Gradients);

                // Padding has no gradient.
                foreach ((int start, int length) in PackedLayout.PaddingRanges(net.Core.Plan))
                {
                    workspace.Gradients.Slice(start, length).Clear();
                }

                optimizer.Step(workspace);
            }

            return net;
        }

        string[] names = [.. new TinyNetwork(1, new() { Units = 18 }).Parameters.Select(p => p.Name)];
        string biases = Assert.Single(names, n => n.Contains("bias", StringComparison.Ordinal)), first = names.First(n => n != biases);
        ParameterGroup[] groups = [new("*bias*") { Decays = false, RateFactor = 2 }, new("nothing", first[..^1] + "?") { RateFactor = 0.5f }];
        TinyNetwork grouped = Train(Create(0.1f, true, groups));
        Assert.Equal(grouped.Parameters.Values.ToArray(), Train(Create(0.1f, true, groups), threads: 2).Parameters.Values.ToArray());
        foreach (Parameter parameter in grouped.Parameters)
        {
            Optimizer alone = parameter.Name == biases ? Create(0.2f, false) : Create(parameter.Name == first ? 0.05f : 0.1f, true);
            Assert.Equal(Train(alone).Parameters[parameter.Name].ToArray(), parameter.ToArray());
        }

        Assert.Contains("[*bias*: rate x 2, no decay]", groups[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AGroupOfNothingIsAnErrorThatListsTheParameters()
    {
        TinyNetwork net = new();
        string message = Assert.Throws<ArgumentException>(() => Trainer.For(net, new Adam { Groups = [new("*"), new("rnn.*")] })).Message;
        Assert.Contains("[rnn.*: rate x 1] has no trainable parameter that is in no group before it", message, StringComparison.Ordinal);
        Assert.Contains(net.Parameters.First().Name, message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("a") { RateFactor = float.NaN });
    }

    [Fact]
    public void WhatIsMonitoredDecidesForTheBestEpochEarlyStoppingAndPlateaus()
    {
        SequenceData data = SequenceData.FromClasses(TestData.Random(60 * 15, 1), TestData.RandomInts(60, 2, 4), 5, 3);
        TinyOptions classes = new() { Loss = LossKind.SoftmaxCrossEntropy };
        Trainer trainer = Trainer.For(new TinyNetwork(1, classes), new Sgd(0.5f, 0.9f), new()
        {
            BatchSize = 6,
            Monitor = Metric.Accuracy,
            EarlyStopping = new(4),
            LearningRate = LearningRateSchedule.ReduceOnPlateau(0.5, patience: 1),
        });
        TrainingHistory history = trainer.Fit(data.Take(40), 60, data.Skip(40));
        Assert.True(history.StoppedEarly);
        Assert.Equal(history.Epochs.Max(e => e.Validation!.Accuracy), history.Best.Validation!.Accuracy);
        Assert.Equal(history.Best.Validation.Accuracy, history.Best.Monitored);
        Assert.Equal(history.Best.Epoch + 4, history.Last.Epoch);
        Assert.NotEqual(history.Epochs.MinBy(e => e.Validation!.Loss)!.Epoch, history.Best.Epoch);

        // The same rule by hand.
        (double best, int waited, float rate) = (double.NegativeInfinity, 0, 0.5f);
        foreach (EpochResult epoch in history.Epochs)
        {
            Assert.Equal(rate, epoch.LearningRate);
            (best, waited) = epoch.Monitored > best + 1e-4 ? (epoch.Monitored, 0) : (best, waited + 1);
            (rate, waited) = waited > 1 ? (rate / 2, 0) : (rate, waited);
        }

        Metric own = Metric.Of("twice the loss", higherIsBetter: false, r => 2 * r.Loss);
        TrainingHistory twice = Trainer.For(new TinyNetwork(), new Sgd(0.1f), new() { Monitor = own }).Fit(TestData.Learnable(10), 2);
        Assert.Equal(2 * twice.Last.Training.Loss, twice.Last.Monitored);
        Says<NotSupportedException>("Tiny has no accuracy to monitor: its loss is MeanSquaredError", () => Trainer.For(new TinyNetwork(), new Adam(), new() { Monitor = Metric.Accuracy }));
        Says<NotSupportedException>("has one loss: monitor RMSE without OfHead", () => Trainer.For(new TinyNetwork(), new Adam(), new() { Monitor = Metric.RootMeanSquaredError.OfHead("x") }));
        Says<NotSupportedException>("say whose accuracy to monitor, with OfHead: words, ", () => Trainer.For(new TinyNetwork(new PairProgram()), new Adam(), new() { Monitor = Metric.Accuracy }));
        Says<NotSupportedException>("no head 'word'", () => Trainer.For(new TinyNetwork(new PairProgram()), new Adam(), new() { Monitor = Metric.Accuracy.OfHead("word") }));
        Trainer.For(new TinyNetwork(new PairProgram()), new Adam(), new() { Monitor = Metric.Accuracy.OfHead("words") });
        Says<NotSupportedException>("monitor share of all without OfHead", () => Trainer.For(new TinyNetwork(), new Adam(), new() { Monitor = Metric.Of("share of all", true, r => r.Loss).OfHead("x") }));
        Assert.Equal("accuracy of words", Metric.Accuracy.OfHead("words").Name);
        Metric none = Metric.Of("nothing", true, _ => double.NaN);
        Says<InvalidOperationException>("The monitored nothing is NaN", () => Trainer.For(new TinyNetwork(), new Adam(), new() { Monitor = none }).Fit(TestData.Learnable(10), 2));
    }

    [Fact]
    public void TheMeanOfTheParametersIsValidatedKeptAndGivenBack()
    {
        SequenceData data = TestData.Learnable(24), validation = TestData.Learnable(9, seed: 8);
        TinyNetwork plain = new(3, new() { FreezeInput = true }), averaged = new(3, new() { FreezeInput = true });
        float[]? mean = null;
        List<double> losses = [];
        Trainer hand = Trainer.For(plain, new Adam(0.05f), new() { BatchSize = 4, Threads = 1 });
        hand.Fit(data, 3, progress: new Reports(p =>
        {
            float[] now = plain.Parameters.Values.ToArray();
            mean = mean is null ? now : [.. mean.Zip(now, (m, n) => (m * 0.9f) + (n * (float)(1 - 0.9)))];
            if (p.Completed is not null)
            {
                TinyNetwork other = new(3, new() { FreezeInput = true });
                using (ParameterEdit edit = other.Parameters.Edit())
                {
                    mean.CopyTo(edit.Values);
                }

                losses.Add(Trainer.For(other, new Adam(), new() { BatchSize = 4, Threads = 1 }).Evaluate(validation).Loss);
            }
        }));
        Trainer trainer = Trainer.For(averaged, new Adam(0.05f), new() { BatchSize = 4, Threads = 1, WeightAverage = 0.9 });
        TrainingHistory history = trainer.Fit(data, 3, validation);
        TestData.Near(mean!, averaged.Parameters.Values, 1e-6);
        Assert.All(history.Epochs.Zip(losses), e => Assert.Equal(e.Second, e.First.Validation!.Loss, 1e-6));

        // What is trained are the parameters themselves.
        hand.Resume(data, 4);
        trainer.Resume(data, 4, validation);
        Assert.NotEqual(plain.Parameters.Values.ToArray(), averaged.Parameters.Values.ToArray());
        Assert.Equal(hand.History!.Last.Training.Loss, trainer.History!.Last.Training.Loss);
    }

    [Fact]
    public void StopEndsATrainingAfterTheUpdateAndResumeGoesOn()
    {
        SequenceData data = TestData.Learnable(24);
        TinyNetwork whole = new(3), net = new(3);
        TrainerOptions options = new() { BatchSize = 4, Threads = 1, EarlyStopping = new(9) };
        Trainer.For(whole, new Adam(0.01f), options).Fit(data, 4);
        Trainer trainer = Trainer.For(net, new Adam(0.01f), options);
        TrainingHistory history = trainer.Fit(data, 4, progress: new Reports(p =>
        {
            if (p is { Epoch: 2, Batch: 3 })
            {
                trainer.Stop();
            }
        }));
        Assert.Single(history.Epochs);
        Assert.Equal(9, trainer.Optimizer.StepCount);
        Assert.Equal(4, trainer.Resume(data, 4).Epochs.Count);
        Assert.Equal(whole.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
        Says<InvalidOperationException>("Stop ends a training that runs", trainer.Stop);
    }
}
