// Outputs read as probabilities, classes and intervals, from workspaces and trainers. Knows small networks; refuses to know how they learn.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class ProbabilityTests
{
    [Fact]
    public void ScoresAreReadByTheirDefinitions()
    {
        // e^1 : e^2 : e^0 with their sum 11.107..., by hand.
        float[] p = new float[3];
        ClassScores.Softmax([1, 2, 0], p);
        TestData.Near([0.24472847f, 0.66524096f, 0.09003057f], p, 1e-7);
        ClassScores.Softmax([1000, 999, -1000], p);
        TestData.Near([0.73105858f, 0.26894142f, 0], p, 1e-7);
        ClassScores.Softmax([float.NegativeInfinity, 0, 0], p);
        Assert.Equal([0, 0.5f, 0.5f], p);
        ClassScores.Softmax([float.NaN, 0, 0], p);
        Assert.All(p, v => Assert.True(float.IsNaN(v)));
        ClassScores.Sigmoid([0, 1, -1000], p);
        TestData.Near([0.5f, 0.73105858f, 0], p, 1e-7);
        Assert.Equal(1, ClassScores.Highest([1, 3, 3]));
        Assert.Equal(-1, ClassScores.Highest([1, float.NaN, 3]));
        Assert.Equal(-1, ClassScores.Highest([]));
        int[] top = new int[3];
        ClassScores.Top([1, 5, 3, 5, 4], top);
        Assert.Equal([1, 3, 4], top);
        ClassScores.Top([3, 2, 1], top);
        Assert.Equal([0, 1, 2], top);
        ClassScores.Top([3, float.NaN, 1], top);
        Assert.Equal([-1, -1, -1], top);
        ClassScores.Top([3], []);
        Assert.Contains("highest 3 of 2", Assert.Throws<ArgumentException>(() => ClassScores.Top([3, 2], top)).Message);
        Assert.Contains("room for 2", Assert.Throws<ArgumentException>(() => ClassScores.Softmax([3, 2, 1], p.AsSpan(0, 2))).Message);
    }

    [Theory]
    [InlineData(false, LossKind.SoftmaxCrossEntropy)]
    [InlineData(true, LossKind.SoftmaxCrossEntropy)]
    [InlineData(true, LossKind.BinaryCrossEntropy)]
    public void ATrainerGivesThemInTheOrderOfItsSamplesAndNoneBeyondLengths(bool timeMajor, LossKind kind)
    {
        TinyNetwork net = new(5, new() { Sequence = true, TimeMajor = timeMajor, Units = 3, Loss = kind });
        int[] lengths = [5, 2, 3, 1, 4, 5, 5];
        SequenceData data = SequenceData.FromArrays(TestData.Random(7 * 15, 1, 3), null, 5, 3, lengths: lengths);
        Trainer trainer = Trainer.For(net, new Sgd(0.1f), new() { BatchSize = 3 });
        float[] y = trainer.Predict(data), p = trainer.PredictProbabilities(data);
        int[] classes = trainer.PredictClasses(data);
        bool isSoftmax = kind == LossKind.SoftmaxCrossEntropy;
        for (int i = 0; i < 35; i++)
        {
            float[] row = y[(3 * i)..(3 * (i + 1))];
            bool isThere = i % 5 < lengths[i / 5];
            double sum = row.Sum(v => Math.Exp(v));
            for (int k = 0; k < 3; k++)
            {
                Assert.Equal(!isThere ? 0 : isSoftmax ? Math.Exp(row[k]) / sum : 1 / (1 + Math.Exp(-row[k])), p[(3 * i) + k], 1e-6);
                Assert.True(isSoftmax || classes[(3 * i) + k] == (!isThere ? -1 : row[k] > 0 ? 1 : 0));
            }

            Assert.True(!isSoftmax || classes[i] == (isThere ? Array.IndexOf(row, row.Max()) : -1));
        }

        if (isSoftmax)
        {
            var (top, likely) = trainer.PredictTop(data, 2);
            Assert.Equal(classes, Enumerable.Range(0, 35).Select(i => top[2 * i]));
            Assert.Equal([-1, -1], top[14..16]);
            Assert.Equal(p[top[1]], likely[1]);
            Assert.Contains("1 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.PredictTop(data, 4)).Message);
        }
        else
        {
            Assert.Contains("a yes or no each", Assert.Throws<NotSupportedException>(() => trainer.PredictTop(data, 1)).Message);
        }

        // The workspace's are the same, in its own order.
        Workspace workspace = net.CreateWorkspace(7);
        workspace.Fill(data, [0, 1, 2, 3, 4, 5, 6]);
        workspace.Forward(ForwardMode.Inference);
        float[] own = new float[105];
        int[] ownClasses = new int[classes.Length];
        workspace.CopyProbabilities(own);
        workspace.CopyClasses(ownClasses);
        int width = ownClasses.Length / 35;
        for (int i = 0; i < 35; i++)
        {
            int row = timeMajor ? (i % 5 * 7) + (i / 5) : i;
            Assert.Equal(p[(3 * i)..(3 * (i + 1))], own[(3 * row)..(3 * (row + 1))]);
            Assert.Equal(classes[(width * i)..(width * (i + 1))], ownClasses[(width * row)..(width * (row + 1))]);
        }

        Assert.Contains("room for 3", Assert.Throws<ArgumentException>(() => workspace.CopyClasses(new int[3])).Message);
    }

    [Fact]
    public void ValuesAreNoProbabilities()
    {
        TinyNetwork net = new();
        Trainer trainer = Trainer.For(net, new Sgd(0.1f));
        Assert.Contains("values (its loss is MeanSquaredError)", Assert.Throws<NotSupportedException>(() => trainer.PredictProbabilities(TestData.Learnable(3))).Message);
        Assert.Contains("of a head without a loss", Assert.Throws<NotSupportedException>(() => new TinyNetwork(1, new() { Loss = LossKind.None }).CreateWorkspace(1).CopyClasses([])).Message);
    }

    [Fact]
    public void IntervalsOfANetworkCoverAndAreKeptWithIt()
    {
        TinyNetwork net = new(3);
        Random random = new(4);
        float[] x = TestData.Random(700 * 15, 5), y = [.. Enumerable.Range(0, 1400).Select(i => (x[(i / 2 * 15) + 12] * 0.5f) + ((random.NextSingle() - 0.5f) * (i % 2 == 0 ? 1 : 4)))];
        float[] mask = [.. Enumerable.Range(0, 700).Select(i => i % 50 == 0 ? 0f : 1)];
        SequenceData data = SequenceData.FromArrays(x, y, 5, 3, 2, mask: mask), heldOut = data.Skip(200).Take(250), test = data.Skip(450);
        Trainer trainer = Trainer.For(net, new Adam(0.02f), new() { BatchSize = 32 });
        trainer.Fit(data.Take(200), 10);
        SplitConformal conformal = trainer.Calibrate(heldOut, 0.8);
        float[] truths = y[900..], predicted = trainer.Predict(heldOut);
        double[] residuals = [.. Enumerable.Range(0, 250).Where(i => (i + 200) % 50 != 0).Select(i => Math.Abs((double)predicted[(2 * i) + 1] - y[400 + (2 * i) + 1])).Order()];
        Assert.Equal(245, residuals.Length);
        Assert.Equal(residuals[(int)Math.Ceiling(246 * 0.8) - 1], conformal.Margins[1]);
        net.Core.Metadata["interval"] = conformal.ToString();
        (float[] lower, float[] upper) = trainer.PredictIntervals(test, SplitConformal.Parse(net.Core.Metadata["interval"]!));
        MeasureResults results = SplitConformal.Check(lower, upper, truths, 2);
        Assert.InRange(results.Get("coverage", step: 0), 0.72, 0.88);
        Assert.InRange(results.Get("coverage", step: 1), 0.72, 0.88);
        Assert.True(results.Get("width", step: 1) > 2 * results.Get("width", step: 0));
        Assert.Contains("margins are of 1 numbers around Quantiles", Assert.Throws<ArgumentException>(() => trainer.PredictIntervals(test, SplitConformal.FitQuantiles(new float[9], new float[9], new float[9], 0.5))).Message);
        TinyNetwork classes = new(1, new() { Loss = LossKind.SoftmaxCrossEntropy });
        Assert.Contains("are no values", Assert.Throws<NotSupportedException>(() => Trainer.For(classes, new Sgd(0.1f)).Calibrate(test, 0.9)).Message);
    }
}
