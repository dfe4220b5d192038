// Workspaces: noise, inner outputs, predictions.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class WorkspaceUseTests
{
    [Fact]
    public void NoiseIsDrawnByCounterExpectedInInferenceAndUsedAsGiven()
    {
        TinyOptions options = new() { Sequence = true, Keep = 0.5f };
        TinyNetwork net = new(5, options), plain = new(5, options with { Keep = 1f });
        float[] x = TestData.Random(4 * 5 * 3, 1);
        float[] Run(TinyNetwork n, int first, int count, ForwardMode mode, Action<Workspace>? set = null)
        {
            Workspace ws = n.CreateWorkspace(count, 5);
            ws.Seed = 4;
            ws.SampleOffset = first;
            x.AsSpan(first * 15, count * 15).CopyTo(ws.Input);
            set?.Invoke(ws);
            ws.Forward(mode);
            return ws.Output.ToArray();
        }

        float[] all = Run(net, 0, 4, ForwardMode.Training);
        Assert.Equal(all[20..], Run(net, 2, 2, ForwardMode.Training));
        Assert.NotEqual(all, Run(net, 0, 4, ForwardMode.Inference));
        Assert.Equal(Run(plain, 0, 4, ForwardMode.Training), Run(net, 0, 4, ForwardMode.Inference));
        float[] ones = Enumerable.Repeat(1f, 60).ToArray();
        Assert.Equal(Run(plain, 0, 4, ForwardMode.Training), Run(net, 0, 4, ForwardMode.Training, ws => ws.SetNoise("dropout.mask", ones)));
    }

    [Fact]
    public void InnerOutputsCanBeLookedAt()
    {
        TinyNetwork net = new(5);
        Workspace ws = net.CreateWorkspace(2);
        TestData.Random(30, 1).CopyTo(ws.Input);
        ws.Forward(ForwardMode.Training);
        float[] inner = new float[2 * 5 * 2];
        ws.OutputOf("rnn", inner);
        Assert.Equal(ws.Output[..2].ToArray(), inner[8..10]);
        Assert.Contains("keeps no output of a layer 'lstm'", Assert.Throws<ArgumentException>(() => ws.OutputOf("lstm", inner)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PredictFindsBatchAndStepsAndChecksEverything()
    {
        TinyNetwork net = new(5);
        Workspace ws = net.CreateWorkspace(4, 6, training: false);
        float[] x = TestData.Random(2 * 3 * 3, 1), y = new float[4];
        net.Core.Predict(x, y, ws);
        Assert.Equal((2, 3), (ws.Batch, ws.Steps));
        Assert.Equal(ws.Output.ToArray(), y);
        Assert.Contains("fit no B and T", Assert.Throws<ArgumentException>(() => net.Core.Predict(x.AsSpan(1), y, ws)).Message, StringComparison.Ordinal);
        Assert.Contains("another network", Assert.Throws<ArgumentException>(() => new TinyNetwork(1).Core.Predict(x, y, ws)).Message, StringComparison.Ordinal);
        Assert.Contains("not tokens", Assert.Throws<NotSupportedException>(() => net.Core.Predict(new int[3], y, ws)).Message, StringComparison.Ordinal);
    }
}
