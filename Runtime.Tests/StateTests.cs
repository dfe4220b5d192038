// Where states start: learned, random, given, carried; memories of several slots; what streams keep without a name.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class StateTests
{
    [Fact]
    public void ALearnedStateIsThatOfItsParameterUntilOneIsGivenOrCarried()
    {
        TinyNetwork net = new(new PairProgram(), 4);
        Workspace ws = net.CreateWorkspace(3);
        AxesTests.Fill(ws, false);
        float[] x = TestData.Random(18, 1);
        foreach (ForwardMode mode in new[] { ForwardMode.Inference, ForwardMode.Training })
        {
            ws.Forward(mode);
            Near(Linear.Encode(net, x.AsSpan(6, 1))[^1], ws.OutputOfHead("sum").Slice(3, 3));
        }

        float[] learned = Gradient(ws, net);
        Assert.DoesNotContain(0f, learned);
        float[] given = TestData.Random(9, 8);
        ws.SetInitialState("encoder.h", given);
        ws.Forward(ForwardMode.Training);
        Near(Linear.Encode(net, x.AsSpan(6, 1), given[3..6])[^1], ws.OutputOfHead("sum").Slice(3, 3));
        Assert.All(Gradient(ws, net), g => Assert.Equal(0f, g));
        ws.CarryState();
        ws.Resize(3, 6, 4, keepStates: true);
        float[] final = new float[9], start = new float[9];
        ws.Forward(ForwardMode.Training);
        ws.GetFinalState("encoder.h", final);
        Assert.All(Gradient(ws, net), g => Assert.Equal(0f, g));
        AxesTests.Fill(ws, false);
        ws.Forward(ForwardMode.Training);
        ws.GetFinalState("encoder.h", start);
        Assert.NotEqual(final, start);
        Assert.Equal(learned, Gradient(ws, net));
    }

    [Fact]
    public void ARandomStateIsDrawnInTrainingAloneAndByItsSample()
    {
        TinyNetwork net = new(new PairProgram(start: StateStart.Random), 4);
        Workspace one = net.CreateWorkspace(64, 2, maxTargetSteps: 1);
        using ParallelWorkspace two = new(net.Core, 64, 2, 2, true, 2, 1);
        one.Forward(ForwardMode.Inference);
        Assert.All(one.OutputOfHead("sum").ToArray(), v => Assert.Equal(0f, v));
        float[] first = Draw(one, 1, 0);
        Assert.Equal(first, Draw(two, 1, 0));
        Assert.Equal(first[3..], Draw(one, 1, 1)[..^3]);
        Assert.NotEqual(first, Draw(one, 2, 0));

        // w w e_0, with a deviation of 0.5.
        float[] w = net.Parameters["w"].ToArray();
        double[] e = first.Select((v, i) => v / ((double)w[i % 3] * w[i % 3])).ToArray();
        Assert.InRange(Math.Sqrt(e.Average(v => v * v)), 0.42, 0.58);
        Assert.InRange(e.Average(), -0.12, 0.12);
        Assert.Equal(192, e.Distinct().Count());

        static float[] Draw(Workspace ws, ulong seed, long sample)
        {
            (ws.Seed, ws.SampleOffset) = (seed, sample);
            ws.Forward(ForwardMode.Training);
            return ws.OutputOfHead("sum").ToArray();
        }
    }

    [Fact]
    public void MemoriesAreGivenAndTakenWithoutTheirPadding()
    {
        TinyNetwork net = new(new MemoryProgram(), 4);
        Workspace ws = net.CreateWorkspace(2, 3, training: false);
        float[] state = new float[8], learned = net.Parameters["ntm.memory0"].ToArray();
        ws.Forward(ForwardMode.Inference);
        ws.GetFinalState("ntm.memory", state);
        Assert.Equal([.. learned, .. learned], state);
        float[] given = [1, 2, 3, 4, 5, 6, 7, 8];
        ws.SetInitialState("ntm.memory", given);
        ws.Forward(ForwardMode.Inference);
        ws.GetFinalState("ntm.memory", state);
        Assert.Equal(given, state);
    }

    [Fact]
    public void AStreamStartsFromLearnedStatesAndSaysWhenThereIsAnOutput()
    {
        TinyNetwork net = new(new MemoryProgram(), 4);
        float[] memory = net.Parameters["ntm.memory0"].ToArray();
        TinyStream stream = net.CreateStream();
        StreamBatch batch = net.CreateStreams(3);
        Assert.Equal((6, 6), (stream.StateSize, batch.StateSize));
        float[] y = new float[1], ys = new float[3], saved = new float[6], other = new float[6];
        for (int round = 0; round < 2; round++)
        {
            stream.SaveState(saved);
            Assert.Equal([.. memory, 0, 0], saved);
            float sum = memory.Sum();
            Assert.False(stream.Step([2f], y));
            Assert.False(batch.Step([2f, 2f, 2f], ys));
            Assert.Equal((sum / 2) + 10, y[0], 1e-5f);
            Assert.True(stream.Step([3f], y));
            Assert.True(batch.Step([3f, 3f, 3f], ys));
            Assert.Equal(2 + 3 + (sum / 4) + 4 + 12, y[0], 1e-5f);
            Assert.Equal([y[0], y[0], y[0]], ys);
            batch.Reset(1);
            batch.SaveState(1, other);
            Assert.Equal(saved, other);
            stream.SaveState(saved);
            batch.Permute([1, 0, 2]);
            batch.SaveState(1, other);
            Assert.Equal(saved, other);
            stream.Reset();
            batch.Reset();
        }

        NotSupportedException e = Assert.Throws<NotSupportedException>(() => new TinyNetwork(new MemoryProgram(inStep: true)).CreateStreams(2));
        Assert.Contains("strided convolution", e.Message, StringComparison.Ordinal);
    }

    private static float[] Gradient(Workspace ws, TinyNetwork net)
    {
        ws.Loss();
        ws.ZeroGradients();
        ws.Backward();
        float[] gradient = new float[3];
        net.Parameters["encoder.h0"].CopyGradientTo(ws.Gradients, gradient);
        return gradient;
    }

    private static void Near(double[] expected, ReadOnlySpan<float> got) => TestData.Near(expected.Select(v => (float)v).ToArray(), got);
}
