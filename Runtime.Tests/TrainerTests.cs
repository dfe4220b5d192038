// The training loop on a hand-written network.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class TrainerTests
{
    [Fact]
    public void ItLearnsAndReportsWhatItMeasures()
    {
        TinyNetwork net = new();
        SequenceData data = TestData.Learnable(200), test = TestData.Learnable(50, seed: 9);
        Trainer trainer = Trainer.For(net, new Adam(0.02f), new() { BatchSize = 16, GradientClipping = GradientClipping.ByNorm(1) });
        double before = trainer.Evaluate(test).Loss;
        TrainingHistory history = trainer.Fit(data, 30, test);
        Assert.Equal(30, history.Epochs.Count);
        EvaluationResult result = trainer.Evaluate(test);
        Assert.InRange(result.Loss, 0, before / 20);
        Assert.Equal(history.Last.Validation, result);

        float[] y = trainer.Predict(test);
        double squares = 0, absolutes = 0;
        for (int i = 0; i < 50; i++)
        {
            BlockSample<float> target = test.Values![i];
            for (int j = 0; j < 2; j++)
            {
                squares += Math.Pow((double)y[(2 * i) + j] - target[j], 2);
                absolutes += Math.Abs((double)y[(2 * i) + j] - target[j]);
            }
        }

        Assert.Equal(50, result.Positions);
        Assert.Equal(squares / 100, result.Loss, 1e-7);
        Assert.Equal(Math.Sqrt(squares / 100), result.RootMeanSquaredError!.Value, 1e-7);
        Assert.Equal(absolutes / 100, result.MeanAbsoluteError!.Value, 1e-7);
        Assert.Null(result.Accuracy);
    }

    [Fact]
    public void OneSeedFixesEveryBitAndAnotherDoesNot()
    {
        (float[], double) Train(ulong seed)
        {
            TinyNetwork net = new(4, new() { Keep = 0.8f });
            TrainingHistory history = Trainer.For(net, new Adam(0.01f), new() { BatchSize = 7, Seed = seed }).Fit(TestData.Learnable(40), 3);
            return (net.Parameters.Values.ToArray(), history.Last.Training.Loss);
        }

        (float[] values, double loss) = Train(5);
        (float[] again, double same) = Train(5);
        Assert.Equal(values, again);
        Assert.Equal(loss, same);
        Assert.NotEqual(values, Train(6).Item1);
    }

    [Fact]
    public void AnUnshuffledEpochIsTheHandWrittenLoopWithItsRemainderBatch()
    {
        TinyNetwork a = new(3), b = new(3);
        SequenceData data = TestData.Learnable(10);
        TrainingHistory history = Trainer.For(a, new Sgd(0.1f, 0.9f), new() { BatchSize = 4, Shuffle = false }).Fit(data, 1);
        Sgd sgd = new(0.1f, 0.9f);
        Workspace ws = b.CreateWorkspace(4);
        double loss = 0;
        foreach ((int first, int count) in new[] { (0, 4), (4, 4), (8, 2) })
        {
            ws.Resize(count, 5);
            for (int i = 0; i < count; i++)
            {
                data.Inputs![first + i].CopyTo(ws.Input[(i * 15)..]);
                data.Values![first + i].CopyTo(ws.Target[(i * 2)..]);
            }

            ws.Forward(ForwardMode.Training);
            loss += ws.Loss() * count;
            ws.ZeroGradients();
            ws.Backward();
            sgd.Step(b.Parameters, ws.Gradients);
        }

        Assert.Equal(b.Parameters.Values.ToArray(), a.Parameters.Values.ToArray());
        Assert.Equal(loss / 10, history.Last.Training.Loss, 1e-12);
        Assert.Equal(10, history.Last.Training.Positions);
    }

    [Fact]
    public void LossesAreMeansOverCountedPositionsWhateverTheBatches()
    {
        int[] lengths = [5, 1, 3, 5, 2, 4, 1];
        float[] mask = Enumerable.Range(0, 35).Select(i => i % 3 == 0 ? 0f : 1f).ToArray();
        SequenceData data = SequenceData.FromClasses(
            TestData.Random(7 * 15, 1), TestData.RandomInts(35, 2, 2), 5, 3, targetEveryStep: true, lengths, mask);
        EvaluationResult[] results = new[] { 1, 2, 3, 7 }.Select(size => Trainer.For(
            new TinyNetwork(3, new() { Sequence = true, TimeMajor = size == 3, Loss = LossKind.SoftmaxCrossEntropy }), new Sgd(0), new() { BatchSize = size }).Evaluate(data)).ToArray();
        int counted = Enumerable.Range(0, 35).Count(i => i % 5 < lengths[i / 5] && mask[i] == 1);
        Assert.All(results, r => Assert.Equal(counted, r.Positions));
        Assert.All(results, r => Assert.Equal(results[0].Loss, r.Loss, 1e-6));
        Assert.All(results, r => Assert.Equal(results[0].Accuracy, r.Accuracy));
        Assert.InRange(results[0].Accuracy!.Value, 0.01, 0.99);
    }

    [Fact]
    public void AccuracyCountsTheFirstOfTheLargestOutputs()
    {
        TinyNetwork net = new(3, new() { Units = 37, Loss = LossKind.SoftmaxCrossEntropy });
        float[] x = TestData.Random(60 * 15, 1);
        float[] y = Trainer.For(net, new Sgd(0)).Predict(SequenceData.FromClasses(x, new int[60], 5, 3));
        int[] classes = Enumerable.Range(0, 60).Select(i => Array.IndexOf(y, y.Skip(37 * i).Take(37).Max(), 37 * i) - (37 * i)).ToArray();
        Assert.Equal(1, Trainer.For(net, new Sgd(0)).Evaluate(SequenceData.FromClasses(x, classes, 5, 3)).Accuracy);
        int[] some = classes.Select((c, i) => i < 15 ? c : (c + 1 + (i % 36)) % 37).ToArray();
        Assert.Equal(0.25, Trainer.For(net, new Sgd(0)).Evaluate(SequenceData.FromClasses(x, some, 5, 3)).Accuracy);

        foreach (Parameter p in net.Parameters)
        {
            p.CopyFrom(new float[p.Count]);
        }

        Assert.Equal(15 / 60.0, Trainer.For(net, new Sgd(0)).Evaluate(SequenceData.FromClasses(x, classes.Select((_, i) => i < 15 ? 0 : i % 36 + 1).ToArray(), 5, 3)).Accuracy);
    }

    [Fact]
    public void BinaryTargetsAreRightOrWrongValueByValue()
    {
        TinyNetwork net = new(3, new() { Loss = LossKind.BinaryCrossEntropy });
        float[] x = TestData.Random(60 * 15, 1);
        float[] y = Trainer.For(net, new Sgd(0)).Predict(SequenceData.FromArrays(x, null, 5, 3));
        float[] targets = y.Select((v, i) => (v > 0) == (i % 4 != 0) ? 1f : 0f).ToArray();
        Assert.Equal(0.75, Trainer.For(net, new Sgd(0)).Evaluate(SequenceData.FromArrays(x, targets, 5, 3, 2)).Accuracy);
    }

    [Fact]
    public void EarlyStoppingRestoresTheBestParameters()
    {
        TinyNetwork net = new();
        SequenceData train = TestData.Learnable(32), validation = TestData.Learnable(32, seed: 8);
        Sgd sgd = new(0.2f);
        // A rate that explodes after three epochs: the best epoch is certainly not the last.
        Trainer trainer = Trainer.For(net, sgd, new() { EarlyStopping = new(2), LearningRate = new Explode(), BatchSize = 8 });
        TrainingHistory history = trainer.Fit(train, 50, validation);
        Assert.True(history.StoppedEarly);
        Assert.Equal(history.Epochs.Count, history.Best.Epoch + 2);
        Assert.Equal(history.Epochs.Min(e => e.Monitored), history.Best.Monitored);
        Assert.Equal(history.Best.Validation!.Loss, trainer.Evaluate(validation).Loss);
        Assert.Equal(0.2f, sgd.LearningRate);
    }

    [Fact]
    public void ALossThatIsNotFiniteStopsBeforeTheParametersChange()
    {
        TinyNetwork net = new();
        float[] before = net.Parameters.Values.ToArray();
        float[] x = TestData.Random(60, 1), y = new float[8];
        y[4] = -1e25f;
        Trainer trainer = Trainer.For(net, new Sgd(0.1f));
        string message = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(SequenceData.FromArrays(x, y, 5, 3, 2), 1)).Message;
        Assert.Contains("epoch 1, batch 1: the loss is Infinity", message, StringComparison.Ordinal);
        Assert.Contains("It begins with sample 2: ", message, StringComparison.Ordinal);
        Assert.Contains("Sample 2 has the target -1E+25, value 0: that may be why", message, StringComparison.Ordinal);
        Assert.Contains("lower learning rate (now 0.1)", message, StringComparison.Ordinal);
        Assert.Equal(before, net.Parameters.Values.ToArray());
    }

    [Fact]
    public void AValidationLossThatIsNotANumberIsNotTakenForTheBest()
    {
        // Data that was checked, and is changed while it is in use.
        float[] x = new float[60], y = new float[8];
        Trainer trainer = Trainer.For(new TinyNetwork(), new Sgd(0.1f), new() { BatchSize = 4, EarlyStopping = new(2) });
        string message = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(
            TestData.Learnable(8), 5, SequenceData.FromArrays(x, y, 5, 3, 2), new Reports { OnReport = _ => x.AsSpan(3, 3).Fill(float.PositiveInfinity) })).Message;
        Assert.Contains("The validation loss of Tiny is not a number after epoch 1", message, StringComparison.Ordinal);
        Assert.Contains("It begins with sample 0: ", message, StringComparison.Ordinal);
        Assert.Contains("Sample 0 has Infinity as input at step 1, feature 0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInfiniteValidationLossIsNotTakenForTheBest()
    {
        float[] y = new float[8];
        y[5] = 1e25f;
        Trainer trainer = Trainer.For(new TinyNetwork(), new Sgd(0.1f), new() { EarlyStopping = new(2) });
        string message = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(TestData.Learnable(8), 5, SequenceData.FromArrays(new float[60], y, 5, 3, 2))).Message;
        Assert.Contains("The validation loss of Tiny is infinite after epoch 1", message, StringComparison.Ordinal);
        Assert.Contains("It begins with sample 2: all layers' outputs are finite there, and its loss is Infinity", message, StringComparison.Ordinal);
        Assert.Contains("Sample 2 has the target 1E+25, value 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUpdateThatLeavesTheRangeOfFloatsIsNotTheLastWord()
    {
        TinyNetwork net = new();
        float[] x = TestData.Random(60, 1, 1e3f), y = TestData.Random(8, 2, 1e3f);
        string message = Assert.Throws<TrainingDivergedException>(() => Trainer.For(net, new Sgd(3e38f)).Fit(SequenceData.FromArrays(x, y, 5, 3, 2), 1)).Message;
        Assert.Contains("diverged in epoch 1: after its last update a parameter is", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-12f, 0f)]
    [InlineData(1e-30f, 0f)]
    [InlineData(1e12f, 0f)]
    [InlineData(1f, 1000f)]
    public void TheLimitBelowWhichAFeatureIsAConstantIsRelative(float scale, float shift)
    {
        TinyNetwork net = new(1, new() { Normalization = true });
        float[] x = TestData.Random(200 * 15, 1).Select((v, i) => i % 3 == 1 ? 0.1f : i % 3 == 2 ? 0f : (v * scale) + shift).ToArray();
        InputNormalization.Fit(net, SequenceData.FromArrays(x, null, 5, 3));
        double mean = Enumerable.Range(0, 1000).Average(r => (double)x[3 * r]), std = Math.Sqrt(Enumerable.Range(0, 1000).Average(r => Math.Pow(x[3 * r] - mean, 2)));
        float[] deviations = net.Parameters[InputNormalization.StdName].ToArray();
        Assert.Equal(1, deviations[0] / std, 1e-6);
        Assert.Equal([1f, 1f], deviations[1..]);
    }

    [Fact]
    public void ValuesThatAreNotFiniteCannotBeNormalized()
    {
        TinyNetwork net = new(1, new() { Normalization = true });
        float[] x = TestData.Random(60, 1);
        x[16] = float.PositiveInfinity;
        Assert.Contains("Sample 1 has Infinity as input at step 0, feature 1: inputs are finite", Assert.Throws<ArgumentException>(() => InputNormalization.Fit(net, SequenceData.FromArrays(x, null, 5, 3))).Message, StringComparison.Ordinal);
        Assert.False(InputNormalization.IsSet(net));
    }

    [Fact]
    public void DataThatDoesNotFitIsRefusedWithTheReason()
    {
        TinyNetwork values = new(), classes = new(1, new() { Loss = LossKind.SoftmaxCrossEntropy, Tokens = 4 });
        Trainer v = Trainer.For(values, new Sgd(0.1f)), c = Trainer.For(classes, new Sgd(0.1f));
        void Says(string text, Action action) => Assert.Contains(text, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
        Says("has 2 features a step; Tiny takes 3", () => v.Fit(SequenceData.FromArrays(new float[10], new float[2], 5, 2, 2), 1));
        Says("has targets of 1 values; Tiny gives 2", () => v.Fit(SequenceData.FromArrays(new float[15], new float[1], 5, 3, 1), 1));
        Says("has no targets", () => v.Evaluate(SequenceData.FromArrays(new float[15], null, 5, 3)));
        Says("has a target for every step; Tiny gives one output a sequence", () => v.Fit(SequenceData.FromArrays(new float[15], new float[10], 5, 3, 2, true), 1));
        Says("has classes as targets", () => v.Fit(SequenceData.FromClasses(new float[15], new int[1], 5, 3), 1));
        Says("has numbers as inputs; Tiny takes tokens", () => c.Fit(SequenceData.FromClasses(new float[15], new int[1], 5, 3), 1));
        Says("Sample 1 has token 4 at step 2; Tiny takes 0 to 3", () => c.Fit(SequenceData.FromTokenClasses([0, 1, 2, 3, 3, 4], [0, 1], 3), 1));
        Says("Sample 1 has class 2; Tiny takes 0 to 1", () => c.Fit(SequenceData.FromTokenClasses([0, 1, 2, 3, 3, 3], [0, 2], 3), 1));
        Assert.Throws<NotSupportedException>(() => Trainer.For(new TinyNetwork(1, new() { Loss = LossKind.None }), new Sgd(1)));
    }

    [Fact]
    public void ValidationSplitNormalizationAndProgressWork()
    {
        TinyNetwork net = new(1, new() { Normalization = true });
        float[] x = TestData.Random(100 * 15, 1);
        for (int i = 0; i < x.Length; i += 3)
        {
            (x[i], x[i + 1], x[i + 2]) = ((x[i] * 20) + 100, x[i + 1] - 5, 7);
        }

        Reports reports = new();
        Trainer trainer = Trainer.For(net, new Adam(0.01f), new() { ValidationSplit = 0.2, BatchSize = 32 });
        TrainingHistory history = trainer.Fit(SequenceData.FromArrays(x, new float[200], 5, 3, 2), 2, progress: reports);
        Assert.Equal(80, history.Last.Training.Positions);
        Assert.Equal(20, history.Last.Validation!.Positions);
        double mean = Enumerable.Range(0, 400).Average(r => (double)x[3 * r]), std = Math.Sqrt(Enumerable.Range(0, 400).Average(r => Math.Pow(x[3 * r] - mean, 2)));
        TestData.Near([(float)mean, (float)Enumerable.Range(0, 400).Average(r => (double)x[(3 * r) + 1]), 7], net.Parameters[InputNormalization.MeanName].ToArray(), 1e-6);
        Assert.Equal(std, net.Parameters[InputNormalization.StdName].ToArray()[0], 1e-4);
        Assert.Equal(1f, net.Parameters[InputNormalization.StdName].ToArray()[2]);
        Assert.Equal([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], reports.All.Select(r => (r.Epoch, r.Batch)));
        Assert.Equal(history.Epochs, reports.All.Where(r => r.Completed is not null).Select(r => r.Completed!));
        float[] fitted = net.Parameters[InputNormalization.MeanName].ToArray();
        trainer.Fit(TestData.Learnable(10), 1);
        Assert.Equal(fitted, net.Parameters[InputNormalization.MeanName].ToArray());
    }

    [Fact]
    public void CancellationStopsBetweenBatches()
    {
        using CancellationTokenSource source = new();
        Reports reports = new() { OnReport = _ => source.Cancel() };
        Trainer trainer = Trainer.For(new TinyNetwork(), new Sgd(0.1f), new() { BatchSize = 5 });
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(TestData.Learnable(20), 5, progress: reports, cancellationToken: source.Token));
        Assert.Single(reports.All);
    }

    [Fact]
    public void ConsoleProgressDrawsABarOrPlainLines()
    {
        StringWriter bar = new(), plain = new();
        Trainer.For(new TinyNetwork(), new Sgd(0.1f), new() { BatchSize = 5 }).Fit(TestData.Learnable(20), 2, progress: new ConsoleProgress(bar, plain: false, () => 200));
        Trainer.For(new TinyNetwork(), new Sgd(0.1f), new() { BatchSize = 5 }).Fit(TestData.Learnable(20), 2, progress: new ConsoleProgress(plain, plain: true));
        Assert.Contains("\repoch 1/2 [######..................]  1/4  loss ", bar.ToString(), StringComparison.Ordinal);
        string[] lines = plain.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        StringWriter noted = new();
        new ConsoleProgress(noted, plain: true).Report(new(1, 2, 0, 4, 0, 0, default, default, null) { Notice = "going on from here" });
        new ConsoleProgress(noted, plain: true).Report(new(1, 2, 4, 4, 0, 0, default, default, new() { Epoch = 1, LearningRate = 1, Duration = default, Monitored = 1, Training = new() { Loss = 1, Positions = 1 } })
        {
            Checkpoint = new("file", 2048, TimeSpan.FromMilliseconds(0.25), TimeSpan.FromMilliseconds(3)),
        });
        Assert.StartsWith("going on from here" + Environment.NewLine + "epoch 1/2", noted.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("checkpoint 2 KiB, 0.2 + 3.0 ms" + Environment.NewLine, noted.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("epoch 2/2  loss ", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("\r", plain.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private sealed class Explode : LearningRateSchedule
    {
        public override double Factor(in TrainingPosition at) => at.Epoch < 3 ? 1 : 500;
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public Action<TrainingProgress>? OnReport { get; init; }

        public void Report(TrainingProgress value)
        {
            All.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
