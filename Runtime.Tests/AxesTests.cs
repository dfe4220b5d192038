// Networks of several inputs, axes and heads: shapes, lengths, names, losses, gradients, on one thread and on several.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class AxesTests
{
    private static readonly int[] Lengths = [6, 1, 3];
    private static readonly int[] TargetLengths = [2, 4, 3];

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void EveryHeadHasItsOwnAxis(bool timeMajor, bool training)
    {
        TinyNetwork net = new(new PairProgram(timeMajor), 4);
        Workspace ws = net.CreateWorkspace(5, 8, training, maxTargetSteps: 7);
        Assert.Equal((5, 8, 7), (ws.MaxBatch, ws.MaxSteps, ws.MaxTargetSteps));
        Fill(ws, timeMajor);
        ws.Forward(ForwardMode.Inference);
        Assert.Equal(["input", "decoder_input"], ws.InputNames.ToArray());
        Assert.Equal(["words", "sum", "pairs"], ws.HeadNames.ToArray());
        float[] attention = new float[3 * 4 * 6];
        ws.OutputOf("attention.weights", attention);
        for (int b = 0; b < 3; b++)
        {
            float[] x = TestData.Random(18, 1).AsSpan(b * 6, Lengths[b]).ToArray();
            double[][] e = Linear.Encode(net, x), d = Linear.Decode(net, e[^1], TestData.RandomInts(12, 3, 2).AsSpan(b * 4, TargetLengths[b]));
            TestData.Near(Floats(e[^1]), ws.OutputOfHead("sum").Slice(b * 3, 3));
            for (int t = 0; t < 4; t++)
            {
                int row = timeMajor ? (t * 3) + b : (b * 4) + t;
                TestData.Near(t < TargetLengths[b] ? Floats(d[t]) : new float[3], ws.Output.Slice(row * 3, 3));
                for (int s = 0; s < 6; s++)
                {
                    double expected = t < TargetLengths[b] && s < Lengths[b] ? d[t][0] * e[s][0] : 0;
                    Assert.Equal((float)expected, attention[(row * 6) + s], 1e-5f);
                }
            }

            for (int t = 0; t < 5; t++)
            {
                // The length along the axis that follows is one less, and may be 0.
                float expected = t < Lengths[b] - 1 ? x[t] + x[t + 1] : 0;
                Assert.Equal(expected, ws.OutputOfHead("pairs")[timeMajor ? (t * 3) + b : (b * 5) + t], 1e-6f);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void LossesOfHeadsAddUpAndGradientsAgreeWithDifferences(int threads)
    {
        TinyNetwork net = new(new PairProgram(), 4);
        using ParallelWorkspace ws = new(net.Core, 5, 8, threads, training: true, processors: threads, maxTargetSteps: 7);
        ws.ComputeInputGradient = true;
        Fill(ws, timeMajor: false);
        double Loss()
        {
            ws.Forward(ForwardMode.Training);
            return ws.Loss();
        }

        double loss = Loss();
        Assert.Equal((0.5 * ws.LossOf("words")) + (2 * ws.LossOf("sum")) + (0.25 * ws.LossOf("pairs")), loss, 1e-9);
        Assert.Equal(9 + 3 + 7, ws.CountedPositions);
        ws.ZeroGradients();
        ws.Backward();
        foreach (Parameter p in net.Parameters)
        {
            float[] gradient = new float[p.Count];
            p.CopyGradientTo(ws.Gradients, gradient);
            TestData.Near(Linear.Differences(p.ToArray(), v => p.CopyFrom(v), Loss), gradient, 5e-3);
        }

        // The parameter of the learned start has got the sum of the rows' gradients.
        float[] rows = new float[9], learned = new float[3];
        ws.ZeroGradients();
        Assert.Equal(loss, ws.ForwardBackward(), 1e-9);
        ws.GetInitialStateGradient("encoder.h", rows);
        net.Parameters["encoder.h0"].CopyGradientTo(ws.Gradients, learned);
        TestData.Near(Enumerable.Range(0, 3).Select(u => rows[u] + rows[3 + u] + rows[6 + u]).ToArray(), learned);
        float[] inputGradient = ws.InputGradientOf("input").ToArray();
        TestData.Near(Linear.Differences(ws.Input.ToArray(), v => v.CopyTo(ws.Input), Loss), inputGradient, 5e-3);
        Loss();
        ws.Backward();
        Assert.Contains("tokens have none", Assert.Throws<NotSupportedException>(() => ws.InputGradientOf("decoder_input").Length).Message, StringComparison.Ordinal);
        Assert.Contains("as a whole", Assert.Throws<NotSupportedException>(() => ws.ForwardBackward(lastSteps: 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TargetsAreShiftedIntoTheDecodersInput()
    {
        Workspace ws = new TinyNetwork(new PairProgram(timeMajor: true), 4).CreateWorkspace(2, 2, maxTargetSteps: 3);
        ws.Resize(2, 2, 3);
        new[] { 2, 0, 1, 1, 0, 2 }.CopyTo(ws.TargetClasses);
        ws.ShiftTargets();
        Assert.Equal([1, 1, 2, 0, 1, 1], ws.TokensOf("decoder_input").ToArray());
        Assert.Contains("no decoder", Assert.Throws<NotSupportedException>(() => new TinyNetwork().CreateWorkspace(1).ShiftTargets()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShapesAndNamesAreChecked()
    {
        TinyNetwork net = new(new PairProgram(), 4);
        Workspace ws = net.CreateWorkspace(2, 3, maxTargetSteps: 4);
        Says<ArgumentOutOfRangeException>("needs at least 2 steps for one output ('pairs' of its convolutions), 1 were asked for", () => ws.Resize(2, 1));
        Says<ArgumentOutOfRangeException>("needs at least 2 steps", () => net.CreateWorkspace(2, 1));
        Says<ArgumentOutOfRangeException>("1 to 4 steps of the decoder, 5 were asked for", () => ws.Resize(2, 3, 5));
        Assert.Equal((3, 4), (ws.Steps, ws.TargetSteps));
        ws.Resize(1, 2, 3);
        Assert.Equal((2, 3, 3), (ws.Steps, ws.TargetSteps, ws.OutputSteps));
        Says<ArgumentOutOfRangeException>("Sequence 0 has length 4; it must be 1 to 3", () => ws.SetTargetLengths([4]));
        Says<ArgumentException>("mask [Batch = 1, TargetSteps = 3] (or one a sequence) has 3 elements here, 2 were given", () => ws.SetMask([1, 1]));
        Says<ArgumentException>("mask [Batch = 1, pairs = 1] (or one a sequence) has 1 elements", () => ws.SetMask("pairs", [1, 1]));
        Says<ArgumentException>("has no head 'x'. It has words, sum, pairs", () => _ = ws.OutputOfHead("x").Length);
        Says<ArgumentException>("has no input 'x'. It has input, decoder_input", () => _ = ws.InputOf("x").Length);
        Says<InvalidOperationException>("on 'pairs' takes values: fill TargetOf(\"pairs\")", () => _ = ws.TargetClassesOf("pairs").Length);
        ws.TokensOf("decoder_input").Fill(3);
        Says<InvalidOperationException>("as 'decoder_input': Pair takes tokens 0 to 2", () => ws.Forward(ForwardMode.Inference));
        Says<ArgumentException>("has no state 'decoder.h'. It has encoder.h", () => net.CreateWorkspace(1, training: false).SetInitialState("decoder.h", []));
        Workspace plain = new TinyNetwork().CreateWorkspace(1);
        Says<ArgumentException>("no decoder with steps of its own", () => plain.Resize(1, 2, 3));
        Says<NotSupportedException>("has no decoder", () => plain.SetTargetLengths([1]));
        Says<ArgumentException>("no decoder with steps of its own", () => new TinyNetwork().CreateWorkspace(1, maxTargetSteps: 3));
        Assert.Equal(0, plain.TargetSteps);
    }

    [Fact]
    public void MasksClassWeightsAndAnIgnoredClassWeighPositions()
    {
        float[] weights = [0.5f, 3f, 1f];
        TinyNetwork plain = new(new PairProgram(), 4), weighed = new(new PairProgram(words: new(LossKind.SoftmaxCrossEntropy, 1f, IgnoredClass: 2, ClassWeights: weights)), 4);
        using ParallelWorkspace a = new(plain.Core, 3, 6, 1, true, 1), b = new(weighed.Core, 3, 6, 2, true, 2);
        Fill(a, false);
        Fill(b, false);
        float[] mask = Enumerable.Range(0, 12).Select(i => i % 5 == 0 ? 0f : 1f).ToArray();
        a.SetMask(mask);
        b.SetMask("words", mask);
        a.Forward(ForwardMode.Training);
        b.ForwardBackward();
        double sum = 0, total = 0;
        int counted = 0;
        for (int row = 0; row < 12; row++)
        {
            int target = a.TargetClasses[row];
            if (row % 4 >= TargetLengths[row / 4] || mask[row] == 0 || target == 2)
            {
                continue;
            }

            double[] y = a.Output.Slice(row * 3, 3).ToArray().Select(v => (double)v).ToArray();
            sum += weights[target] * (Math.Log(y.Sum(Math.Exp)) - y[target]);
            total += weights[target];
            counted++;
        }

        Assert.Equal(sum / total, b.LossOf("words"), 1e-6);
        Assert.Equal(counted + 3 + 7, b.CountedPositions);
    }

    [Fact]
    public void AStepOfAPassAllocatesNothing()
    {
        TinyNetwork net = new(new PairProgram(keep: 0.5f, keepWeights: 0.5f), 4);
        using ParallelWorkspace ws = new(net.Core, 3, 6, 2, true, 2);
        MonteCarlo sampler = new(ws, "sum");
        float[] mean = new float[9], deviation = new float[9], mask = new float[12];
        AllocationTests.AllocatesNothing(() =>
        {
            Fill(ws, false, noAllocation: true);
            ws.SetMask(mask);
            ws.ForwardBackward();
            _ = ws.OutputOfHead("pairs").Length;
            ws.CarryState();
            ws.Resize(3, 5, 2, keepStates: true);
            sampler.Predict(3, mean, deviation);
        });
    }

    internal static void Fill(Workspace ws, bool timeMajor, bool noAllocation = false)
    {
        ws.Resize(3, 6, 4);
        if (!noAllocation)
        {
            Put(TestData.Random(18, 1), ws.Input, 6);
            Put(TestData.RandomInts(12, 3, 2), ws.TokensOf("decoder_input"), 4);
            Put(TestData.RandomInts(12, 3, 3), ws.TargetClassesOf("words"), 4);
            TestData.Random(9, 4).CopyTo(ws.TargetOf("sum"));
            Put(TestData.Random(15, 5), ws.TargetOf("pairs"), 5);
        }

        ws.SetLengths(Lengths);
        ws.SetTargetLengths(TargetLengths);

        void Put<T>(T[] values, Span<T> destination, int steps)
        {
            for (int i = 0; i < values.Length; i++)
            {
                destination[timeMajor ? (i % steps * 3) + (i / steps) : i] = values[i];
            }
        }
    }

    private static float[] Floats(double[] values) => values.Select(v => (float)v).ToArray();
}
