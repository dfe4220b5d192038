// Weights in losses: of samples, positions and values, in workspaces, data sets and metrics. Knows sums written out in double.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class WeightTests
{
    private const int Batch = 5, Steps = 4, Size = 2;

    /// <summary>Weights of values: some 0, some above 1.</summary>
    private static readonly float[] ByValue = [.. Enumerable.Range(0, Batch * Steps * Size).Select(i => i % 5 == 3 ? 0f : 0.25f * (1 + (i % 7)))];

    /// <summary>By hand: (0.5 * 1 + 2 * 4) / 2.5, (0.5 * 1 + 2 * 2) / 2.5, (0.5 * 0.5 + 2 * 1.5) / 2.5; slopes are 2 w / 2.5 (y - target), w / 2.5 and w / 2.5.</summary>
    [Fact]
    public void WeightedMeansByHand()
    {
        AlignedBuffer y = new(16), t = new(16), w = new(16), dy = new(16);
        new[] { 1f, 2, 3 }.CopyTo(y.Span);
        new[] { 0, 0, float.NaN }.CopyTo(t.Span);
        new[] { 0.5f, 2, 0 }.CopyTo(w.Span);
        Assert.Equal(3.4, Losses.MeanSquaredError(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3), 1e-6);
        Assert.Equal(1.8, Losses.MeanAbsoluteError(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3), 1e-6);
        Assert.Equal(1.3, Losses.Huber(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3, 1), 1e-6);
        Losses.MeanSquaredErrorGradient(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3, 1, ref dy.Origin, 16);
        TestData.Near([0.4f, 3.2f, 0], dy.Span[..3], 1e-6);
        Losses.HuberGradient(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3, 1, 1, ref dy.Origin, 16);
        TestData.Near([0.2f, 0.8f, 0], dy.Span[..3], 1e-6);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public void LossesAreMeansWeighedBySamplesPositionsOrValues(bool timeMajor, int threads)
    {
        TinyNetwork net = new(3, new() { Sequence = true, TimeMajor = timeMajor });
        using ParallelWorkspace ws = new(net.Core, Batch, Steps, threads, training: true, processors: threads);
        ws.Resize(Batch, Steps);
        TestData.Random(ws.Input.Length, 1).CopyTo(ws.Input);
        float[] lengths = [4, 2, 4, 3, 1], target = TestData.Random(ws.Target.Length, 2);
        ws.SetLengths([.. lengths.Select(l => (int)l)]);
        int Sequence(int row) => timeMajor ? row % Batch : row / Steps;
        int Step(int row) => timeMajor ? row / Batch : row % Steps;
        foreach (int length in new[] { Batch, Batch * Steps, Batch * Steps * Size })
        {
            float[] mask = ByValue[..length];
            double Weight(int row, int k) => Step(row) >= lengths[Sequence(row)] ? 0 : mask[length == Batch ? Sequence(row) : length == Batch * Steps ? row : (row * Size) + k];
            target.CopyTo(ws.Target);
            for (int i = 0; i < ws.Target.Length; i++)
            {
                ws.Target[i] = Weight(i / Size, i % Size) == 0 ? float.NaN : ws.Target[i];
            }

            ws.SetMask(mask);
            ws.ZeroGradients();
            double got = ws.ForwardBackward(), sum = 0, total = 0;
            int counted = 0;
            for (int row = 0; row < Batch * Steps; row++)
            {
                for (int k = 0; k < Size; k++)
                {
                    double error = ws.Output[(row * Size) + k] - target[(row * Size) + k];
                    (sum, total) = (sum + (Weight(row, k) * error * error), total + Weight(row, k));
                }

                counted += Weight(row, 0) + Weight(row, 1) > 0 ? 1 : 0;
            }

            Assert.Equal(sum / total, got, 1e-6 * got);
            Assert.Equal(total / Size, ws.CountedWeight, 1e-6);
            Assert.Equal(counted, ws.CountedPositions);
            Assert.DoesNotContain(ws.Gradients.ToArray(), float.IsNaN);
            foreach (Parameter p in net.Parameters)
            {
                float[] gradient = new float[p.Count], values = p.ToArray();
                p.CopyGradientTo(ws.Gradients, gradient);
                float[] quotients = [.. values.Select((v, i) => (float)((Shifted(p, values, i, 1e-3f) - Shifted(p, values, i, -1e-3f)) / 2e-3))];
                TestData.Near(quotients, gradient, 5e-3);
            }

            ws.Reduction = LossReduction.SumOverSteps;
            Assert.Equal(sum / (Size * Batch), ws.ForwardBackward(), 1e-6 * sum);
            ws.Reduction = LossReduction.Mean;
        }

        double Shifted(Parameter p, float[] values, int index, float by)
        {
            float[] moved = [.. values];
            moved[index] += by;
            p.CopyFrom(moved);
            ws.Forward(ForwardMode.Training);
            double loss = ws.Loss();
            p.CopyFrom(values);
            return loss;
        }
    }

    /// <summary>Weights of 1 are no weights, to the bit; and weights are relative.</summary>
    [Fact]
    public void OnlyRatiosOfWeightsCount()
    {
        TinyNetwork net = new(3, new() { Sequence = true });
        Workspace ws = net.CreateWorkspace(Batch, Steps);
        TestData.Random(ws.Input.Length, 1).CopyTo(ws.Input);
        TestData.Random(ws.Target.Length, 2).CopyTo(ws.Target);
        double plain = Run([], out float[] gradients), halves = Run(ByValue, out float[] some), eights = Run([.. ByValue.Select(w => 16 * w)], out float[] others);
        foreach (int length in new[] { Batch, Batch * Steps, Batch * Steps * Size })
        {
            Assert.Equal(plain, Run([.. Enumerable.Repeat(1f, length)], out float[] got), 1e-7);
            TestData.Near(gradients, got, 1e-6);
        }

        Assert.Equal(halves, eights);
        Assert.Equal(some, others);
        Assert.True(double.IsFinite(Run([.. ByValue.Select(w => 1e37f * w)], out others)));
        TestData.Near(some, others, 1e-6);

        double Run(float[] mask, out float[] gradients)
        {
            ws.SetMask(mask);
            ws.ZeroGradients();
            double loss = ws.ForwardBackward();
            gradients = ws.Gradients.ToArray();
            return loss;
        }
    }

    /// <summary>The mean of -log softmax over the other positions, as PyTorch's ignore_index has it; what is not ignored and no class is a mistake.</summary>
    [Theory]
    [InlineData(-100)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void AnyNumberCanBeTheIgnoredClass(int ignored)
    {
        TinyNetwork net = new(3, new() { Sequence = true, Units = 3, FullLoss = new LossPlan(LossKind.SoftmaxCrossEntropy, IgnoredClass: ignored) });
        TinyNetwork own = new(3, new() { Sequence = true, Units = 3, Loss = LossKind.None });
        CustomLoss same = CustomLoss.OfClasses((output, target, gradient) =>
        {
            double sum = Math.Exp(output[0]) + Math.Exp(output[1]) + Math.Exp(output[2]);
            for (int k = 0; k < 3; k++)
            {
                gradient[k] = (float)((Math.Exp(output[k]) / sum) - (k == target ? 1 : 0));
            }

            return Math.Log(sum) - output[target];
        });
        int[] classes = [.. Enumerable.Range(0, 8 * 5).Select(i => i % 3 == 0 ? ignored : i % 2 * 2)];
        SequenceData data = SequenceData.FromClasses(TestData.Random(8 * 15, 1), classes, 5, 3, targetEveryStep: true);
        Trainer trainer = Trainer.For(net, new Sgd(0.1f), new() { BatchSize = 3 }), custom = Trainer.For(own, new Sgd(0.1f), new() { BatchSize = 3, Losses = [same with { IgnoredClass = ignored }] });
        float[] y = trainer.Predict(data);
        double loss = 0;
        int counted = 0, right = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            if (classes[i] != ignored)
            {
                float[] row = y[(3 * i)..((3 * i) + 3)];
                loss += Math.Log(row.Sum(v => Math.Exp(v))) - row[classes[i]];
                counted++;
                right += Array.IndexOf(row, row.Max()) == classes[i] ? 1 : 0;
            }
        }

        EvaluationResult result = trainer.Evaluate(data, [Measure.Classification()]);
        Assert.Equal((loss / counted, counted), (result.Loss, (int)result.Positions), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && a.Item2 == b.Item2);
        Assert.Equal((double)right / counted, result.Accuracy!.Value, 1e-12);
        Assert.Equal((double)right / counted, result.Measures["accuracy"], 1e-12);
        Assert.True(GradientCheck.Run(net, data).Passes);
        trainer.Fit(data, 2);
        custom.Fit(data, 2);
        TestData.Near(net.Parameters.Values, own.Parameters.Values, 2e-6);

        classes[1] = ignored == -100 ? -1 : -100;
        Assert.Contains($"Sample 0 has class {classes[1]} at step 1; Tiny takes 0 to 2", Assert.Throws<ArgumentException>(() => trainer.Fit(SequenceData.FromClasses(new float[120], classes, 5, 3, targetEveryStep: true), 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsOfClassesAndPositionsMultiply()
    {
        TinyNetwork net = new(3, new() { Units = 3, FullLoss = new LossPlan(LossKind.SoftmaxCrossEntropy, IgnoredClass: 1, ClassWeights: [0.5f, 1, 4]) });
        SequenceData samples = SequenceData.FromClasses(TestData.Random(4 * 15, 1), [0, 1, 2, 2], 5, 3, mask: [2, 9, 0.25f, 0]);
        Trainer trainer = Trainer.For(net, new Adam());
        EvaluationResult result = trainer.Evaluate(samples);
        float[] y = trainer.Predict(samples);
        double Loss(int i, int target) => Math.Log(y.Skip(3 * i).Take(3).Sum(v => Math.Exp(v))) - y[(3 * i) + target];
        int Best(int i) => Array.IndexOf(y[(3 * i)..((3 * i) + 3)], y[(3 * i)..((3 * i) + 3)].Max());
        Assert.Equal(((2 * 0.5 * Loss(0, 0)) + (0.25 * 4 * Loss(2, 2))) / ((2 * 0.5) + (0.25 * 4)), result.Loss, 1e-6);
        Assert.Equal(2, result.Positions);

        // The share of right ones knows nothing of what classes weigh.
        Assert.Equal(((Best(0) == 0 ? 2 : 0) + (Best(2) == 2 ? 0.25 : 0)) / 2.25, result.Accuracy!.Value, 1e-9);
    }

    [Fact]
    public void DataSetsWeighSamplesTargetsAndValuesAndSoDoMetrics()
    {
        TinyNetwork net = new(3, new() { Sequence = true });
        Trainer trainer = Trainer.For(net, new Adam(), new() { BatchSize = 2 });
        float[] x = TestData.Random(Batch * Steps * 3, 1), targets = TestData.Random(Batch * Steps * Size, 2);
        foreach (int length in new[] { Batch, Batch * Steps, Batch * Steps * Size })
        {
            float[] mask = ByValue[..length], given = [.. targets];
            for (int i = 0; i < given.Length; i++)
            {
                given[i] = mask[i / (given.Length / length)] == 0 ? float.NaN : given[i];
            }

            SequenceData data = SequenceData.FromArrays(x, given, Steps, 3, Size, targetEveryStep: true, mask: mask);
            float[] y = trainer.Predict(data);
            double total = 0, squares = 0, absolutes = 0;
            for (int i = 0; i < given.Length; i++)
            {
                double weight = mask[i / (given.Length / length)], error = y[i] - targets[i];
                (total, squares, absolutes) = (total + weight, squares + (weight * error * error), absolutes + (weight * Math.Abs(error)));
            }

            foreach (EvaluationResult result in new[] { trainer.Evaluate(data), trainer.Evaluate(data.Shuffle(3)) })
            {
                Assert.Equal(squares / total, result.Loss, 1e-6);
                Assert.Equal(Math.Sqrt(squares / total), result.RootMeanSquaredError!.Value, 1e-6);
                Assert.Equal(absolutes / total, result.MeanAbsoluteError!.Value, 1e-6);
            }

            MeasureResults measured = trainer.Evaluate(data, [Measure.RootMeanSquaredError, Measure.MeanAbsoluteError]).Measures;
            Assert.Equal(Math.Sqrt(squares / total), measured["RMSE"], 1e-6);
            Assert.Equal(absolutes / total, measured["MAE"], 1e-6);
            SequenceData added = SequenceData.FromArrays(x, null, Steps, 3).WithTargets(given, Size, Steps, mask: mask);
            Assert.Equal(trainer.Evaluate(data).Loss, trainer.Evaluate(added).Loss);

            // What counts is checked value by value.
            int counted = Array.FindIndex(given, v => !float.IsNaN(v));
            given[counted] = float.PositiveInfinity;
            Assert.Contains($"value {counted % Size}; targets must be finite", Assert.Throws<ArgumentException>(() => trainer.Evaluate(data)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Windows that go on from each other are cut, and so are the weights of their values.</summary>
    [Fact]
    public void PartsOfWindowsKeepTheirWeights()
    {
        SequenceData data = SequenceData.FromArrays(new float[Batch * Steps * 3], new float[Batch * Steps * Size], Steps, 3, Size, targetEveryStep: true, mask: ByValue).Section(1, 2);
        Workspace ws = new TinyNetwork(3, new() { Sequence = true }).CreateWorkspace(Batch, Steps);
        ws.Fill(data, [0, 1, 2, 3, 4]);
        ws.Forward(ForwardMode.Training);
        ws.Loss();
        Assert.Equal(Enumerable.Range(0, ByValue.Length).Where(i => i / Size % Steps is 1 or 2).Sum(i => ByValue[i]) / Size, ws.CountedWeight, 1e-6);
        SequenceData samples = SequenceData.FromArrays(new float[Batch * Steps * 3], new float[Batch * Steps * Size], Steps, 3, Size, targetEveryStep: true, mask: [1, 2, 0, 3, 4]).Section(1, 2);
        ws.Fill(samples, [4, 3]);
        ws.Forward(ForwardMode.Training);
        ws.Loss();
        Assert.Equal(2 * (4 + 3), ws.CountedWeight);
    }

    [Fact]
    public void WeightsOfValuesAllocateOnce()
    {
        Workspace ws = new TinyNetwork(3, new() { Sequence = true }).CreateWorkspace(Batch, Steps);
        SequenceData data = SequenceData.FromArrays(new float[Batch * Steps * 3], new float[Batch * Steps * Size], Steps, 3, Size, targetEveryStep: true, mask: ByValue);
        int[] samples = [0, 1, 2, 3, 4];
        void Step()
        {
            ws.Fill(data, samples);
            ws.ZeroGradients();
            ws.ForwardBackward();
        }

        Step();
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
