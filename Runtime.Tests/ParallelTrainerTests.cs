// The trainer on several threads.
using System;
using System.Linq;
using System.Threading;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class ParallelTrainerTests
{
    private static readonly TinyOptions Options = new() { Keep = 0.8f, Normalization = true };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void OneNumberOfThreadsGivesTheSameBitsAndAnotherTheSameUpToRounding(int threads)
    {
        (float[] values, TrainingHistory history) = Train(threads);
        (float[] again, TrainingHistory same) = Train(threads);
        Assert.Equal(values, again);
        Assert.Equal(history.Epochs.Select(e => (e.Training, e.Validation)), same.Epochs.Select(e => (e.Training, e.Validation)));
        (float[] serial, TrainingHistory one) = Train(1);
        TestData.Near(serial, values, 1e-5);
        Assert.Equal(one.Last.Training.Loss, history.Last.Training.Loss, 1e-6);
        Assert.Equal(one.Last.Training.Positions, history.Last.Training.Positions);
    }

    [Fact]
    public void OnOneProcessorItTrainsAsEverOnOneThread()
    {
        (float[] asked, _) = Train(3, processors: 1);
        Assert.Equal(Train(1).Values, asked);
        Assert.Equal(Train(0, processors: 1).Values, asked);
        Assert.Equal(Train(2).Values, Train(0).Values);
    }

    [Fact]
    public void EvaluationsAndPredictionsAreThoseOfOneThread()
    {
        SequenceData data = SequenceData.FromClasses(
            TestData.Random(23 * 15, 1), TestData.RandomInts(23 * 5, 2, 2), 5, 3, targetEveryStep: true, lengths: TestData.RandomInts(23, 5, 3).Select(l => l + 1).ToArray());
        TinyOptions options = new() { Sequence = true, TimeMajor = true, Loss = LossKind.SoftmaxCrossEntropy };
        Trainer one = Create(new TinyNetwork(3, options), 1), two = Create(new TinyNetwork(3, options), 2);
        EvaluationResult expected = one.Evaluate(data), got = two.Evaluate(data);
        Assert.Equal((expected.Positions, expected.Accuracy), (got.Positions, got.Accuracy));
        Assert.Equal(expected.Loss, got.Loss, 1e-9);
        Assert.Equal(one.Predict(data), two.Predict(data));
    }

    [Fact]
    public void DivergenceIsReportedWithTheParametersBeforeTheBatch()
    {
        SequenceData good = TestData.Learnable(16);
        float[] x = TestData.Random(16 * 15, 3), y = new float[32];
        y[29] = 1e25f;
        TinyNetwork net = new();
        Trainer trainer = Create(net, 2);
        trainer.Fit(good, 1);
        float[] before = net.Parameters.Values.ToArray();
        SequenceData bad = SequenceData.FromArrays(x, y, 5, 3, 2);
        Assert.Contains("the loss is Infinity", Assert.Throws<TrainingDivergedException>(() => trainer.Fit(bad.Skip(8), 1)).Message, StringComparison.Ordinal);
        Assert.Equal(before, net.Parameters.Values.ToArray());
        Assert.True(double.IsFinite(trainer.Fit(good, 1).Last.Training.Loss));
    }

    [Fact]
    public void ItStopsBetweenBatchesAndGoesOnWithLargerData()
    {
        Trainer trainer = Create(new TinyNetwork(), 2);
        using CancellationTokenSource stop = new();
        int batches = 0;
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(TestData.Learnable(80), 1, progress: new Counter(() =>
        {
            batches++;
            stop.Cancel();
        }), cancellationToken: stop.Token));
        Assert.Equal(1, batches);
        Thread[] threads = trainer.Workspace!.OwnThreads.ToArray();
        trainer.Fit(TestData.Learnable(16, steps: 9), 1);
        Assert.All(threads, t => Assert.False(t.IsAlive));
    }

    private static Trainer Create(TinyNetwork net, int threads, int processors = 2)
    {
        Trainer trainer = Trainer.For(net, new Adam(0.01f), new() { BatchSize = 8, Threads = threads, Seed = 5, GradientClipping = GradientClipping.ByNorm(0.5f), EarlyStopping = new(patience: 9) });
        trainer.Processors = processors;
        return trainer;
    }

    private static (float[] Values, TrainingHistory History) Train(int threads, int processors = 2)
    {
        TinyNetwork net = new(4, Options);

        // 41 samples: the last batch is one sequence, smaller than the number of threads.
        TrainingHistory history = Create(net, threads, processors).Fit(TestData.Learnable(41), 3, TestData.Learnable(10, seed: 8));
        return (net.Parameters.Values.ToArray(), history);
    }

    private sealed class Counter(Action report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report();
    }
}
