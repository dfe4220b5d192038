// Noise in workspaces: keys, laws, masks on weights, prediction with dropout left on.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class NoiseUseTests
{
    [Fact]
    public void NoisesOfOneLayerDifferAndHaveLawsOfTheirOwn()
    {
        Workspace ws = new TinyNetwork(new PairProgram(keep: 0.5f), 4).CreateWorkspace(64, 2, maxTargetSteps: 1);
        float[] x = new float[64], y = new float[64], plain = new float[64 * 16];
        ws.Seed = 5;
        ws.Forward(ForwardMode.Training);
        ws.OutputOf("noise.x", x);
        ws.OutputOf("noise.y", y);
        Assert.Equal([0f, 2f], x.Distinct().Order());
        Assert.Equal([0f, 7f], y.Distinct().Order());
        Assert.NotEqual(x, y.Select(v => v * 2 / 7));
        Noise.FillBernoulli(5, 3, 0, 64, 1, 1, 0.5f, ref plain[0], 16);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => plain[i * 16]), x);
        ws.Forward(ForwardMode.Inference);
        ws.OutputOf("noise.y", y);
        Assert.All(y, v => Assert.Equal(4f, v));

        // A given noise stays until Resize; after it, the expected value is back.
        ws.SetNoise("encoder.y", Enumerable.Repeat(3f, 64).ToArray());
        ws.Forward(ForwardMode.Inference);
        ws.OutputOf("noise.y", y);
        Assert.All(y, v => Assert.Equal(3f, v));
        ws.Resize(64, 2, 1);
        ws.Forward(ForwardMode.Inference);
        ws.OutputOf("noise.y", y);
        Assert.All(y, v => Assert.Equal(4f, v));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void APassWithMaskedWeightsIsOneOfTheNetworkThatHasThem(int threads)
    {
        float[] mask = [0, 2, 2];
        TinyNetwork masked = new(new PairProgram(keepWeights: 0.5f), 4), plain = new(new PairProgram(), 4);
        float[] w = masked.Parameters["w"].ToArray();
        plain.Parameters["w"].CopyFrom(w.Select((v, i) => v * mask[i]).ToArray());
        using ParallelWorkspace a = new(masked.Core, 3, 6, threads, true, threads);
        Workspace b = plain.CreateWorkspace(3);
        AxesTests.Fill(a, false);
        AxesTests.Fill(b, false);
        a.SetNoise("encoder.w", mask);
        float[] first = new float[3], mine = new float[3], theirs = new float[3];
        for (int pass = 1; pass <= 2; pass++)
        {
            // Gradients add up over passes: only what a pass adds is multiplied by its mask.
            Assert.Equal(b.ForwardBackward(), a.ForwardBackward(), 1e-6);
            masked.Parameters["w"].CopyGradientTo(a.Gradients, mine);
            plain.Parameters["w"].CopyGradientTo(b.Gradients, theirs);
            TestData.Near(theirs.Select((g, i) => g * mask[i]).ToArray(), mine);
            masked.Parameters["table"].CopyGradientTo(a.Gradients, new float[9]);
        }

        Assert.Equal(w, masked.Parameters["w"].ToArray());
        AxesTests.Fill(a, false);
        a.Forward(ForwardMode.Inference);
        plain.Parameters["w"].CopyFrom(w);
        b.Forward(ForwardMode.Inference);
        Assert.Equal(b.Output.ToArray(), a.Output.ToArray());
        Assert.Contains("as parameter 'w', has 3 elements here, 2 were given", Assert.Throws<ArgumentException>(() => a.SetNoise("encoder.w", [1, 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MasksOnWeightsAreDrawnOnceAPass()
    {
        TinyNetwork net = new(new PairProgram(keepWeights: 0.5f), 4);
        Workspace one = net.CreateWorkspace(3);
        using ParallelWorkspace two = new(net.Core, 3, 6, 2, true, 2);
        AxesTests.Fill(one, false);
        AxesTests.Fill(two, false);
        int different = 0;
        float[]? last = null;
        for (int pass = 0; pass < 10; pass++)
        {
            (one.SampleOffset, two.SampleOffset) = (3 * pass, 3 * pass);
            one.Forward(ForwardMode.Training);
            two.Forward(ForwardMode.Training);
            Assert.Equal(one.Output.ToArray(), two.Output.ToArray());
            different += last is not null && !one.Output.SequenceEqual(last) ? 1 : 0;
            last = one.Output.ToArray();
        }

        Assert.InRange(different, 4, 9);
    }

    [Fact]
    public void MonteCarloGivesMeanAndSpreadOverPasses()
    {
        TinyNetwork net = new(new PairProgram(keep: 0.5f), 4);
        Workspace ws = net.CreateWorkspace(3);
        AxesTests.Fill(ws, false);
        double[][] passes = new double[50][];
        for (int s = 0; s < passes.Length; s++)
        {
            ws.SampleOffset = 3 * s;
            ws.Forward(ForwardMode.Training);
            passes[s] = ws.OutputOfHead("sum").ToArray().Select(v => (double)v).ToArray();
        }

        ws.SampleOffset = 0;
        float[] mean = new float[9], deviation = new float[9];
        MonteCarlo sampler = new(ws, "sum");
        sampler.Predict(50, mean, deviation);
        Assert.Equal(150, ws.SampleOffset);
        for (int i = 0; i < 9; i++)
        {
            double average = passes.Average(p => p[i]);
            Assert.Equal(average, mean[i], 1e-5);
            Assert.Equal(Math.Sqrt(passes.Sum(p => (p[i] - average) * (p[i] - average)) / 49), deviation[i], 1e-5);
        }

        sampler.Predict(1, mean, deviation);
        Assert.All(deviation, d => Assert.Equal(0f, d));
        Assert.Contains("room for 2 means", Assert.Throws<ArgumentException>(() => sampler.Predict(1, new float[2])).Message, StringComparison.Ordinal);
        Assert.Contains("training: false", Assert.Throws<InvalidOperationException>(() => new MonteCarlo(net.CreateWorkspace(1, training: false))).Message, StringComparison.Ordinal);
    }
}
