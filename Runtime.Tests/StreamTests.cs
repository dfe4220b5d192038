// Streams, alone and together: the same numbers as sequences, and states that travel.
using System;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class StreamTests
{
    private readonly TinyNetwork _net = new(5, new() { Units = 18 });

    [Fact]
    public void StepsGiveTheSequencesOutputs()
    {
        TinyNetwork net = new(5, new() { Sequence = true });
        Workspace ws = net.CreateWorkspace(1, 6, training: false);
        TestData.Random(18, 1).CopyTo(ws.Input);
        ws.Forward(ForwardMode.Inference);
        TinyStream stream = net.CreateStream();
        float[] y = new float[2];
        for (int round = 0; round < 2; round++)
        {
            for (int t = 0; t < 6; t++)
            {
                stream.Step(ws.Input.Slice(t * 3, 3), y);
                TestData.Near(ws.Output.Slice(t * 2, 2), y, 1e-6);
            }

            stream.Reset();
        }
    }

    [Fact]
    public void AStreamOfANetworkWithoutParametersSaysSoUntilThereAreSome()
    {
        foreach (int tokens in new[] { 0, 7 })
        {
            TinyNetwork source = new(1, new() { Tokens = tokens });
            NetworkCore core = new(new TinyProgram(new() { Tokens = tokens }));
            TinyStream one = new(core), whole = source.CreateStream();
            StreamBatch batch = core.CreateStreams(1);
            float[] x = TestData.Random(3, 1), y = new float[2], z = new float[2], w = new float[2];
            void Says(Action step) => Assert.Contains("Tiny has no parameters yet", Assert.Throws<InvalidOperationException>(step).Message, StringComparison.Ordinal);
            Says(() => Step(one, x, y));
            Says(() => StepBatch(batch, x, y));
            core.Load(source.Bytes());
            Step(one, x, y);
            StepBatch(batch, x, w);
            Step(whole, x, z);
            Assert.Equal(z, y);
            TestData.Near(z, w);

            void Step(TinyStream stream, float[] input, float[] output) => _ = tokens > 0 ? stream.Step(3, output) : stream.Step(input, output);
            void StepBatch(StreamBatch streams, float[] input, float[] output) => _ = tokens > 0 ? streams.Step([3], output) : streams.Step(input, output);
        }
    }

    [Fact]
    public void ASavedStateContinuesBitForBit()
    {
        TinyStream a = _net.CreateStream(), b = _net.CreateStream(), c = _net.CreateStream();
        float[] x = TestData.Random(3, 1), ya = new float[18], yb = new float[18], yc = new float[18], saved = new float[a.StateSize];
        Assert.Equal(18, a.StateSize);
        a.Step(x, ya);
        a.Advance(x);
        a.SaveState(saved);
        b.LoadState(saved);
        c.CopyFrom(a);
        a.Step(x, ya);
        b.Step(x, yb);
        c.Step(x, yc);
        Assert.Equal(ya, yb);
        Assert.Equal(ya, yc);
    }

    [Fact]
    public void RowsOfABatchAreIndependentStreams()
    {
        StreamBatch batch = _net.CreateStreams(4);
        TinyStream[] singles = [_net.CreateStream(), _net.CreateStream(), _net.CreateStream(), _net.CreateStream()];
        float[] x = TestData.Random(12, 2), y = new float[72], single = new float[18], state = new float[18];
        void Step()
        {
            batch.Step(x, y);
            for (int i = 0; i < 4; i++)
            {
                singles[i].Step(x.AsSpan(3 * i, 3), single);
                TestData.Near(single, y.AsSpan(18 * i, 18), 1e-6);
            }
        }

        Step();
        Step();
        batch.Reset(2);
        singles[2].Reset();
        Step();
        batch.Permute([3, 3, 0, 1]);
        TinyStream[] old = singles;
        singles = [_net.CreateStream(), _net.CreateStream(), _net.CreateStream(), _net.CreateStream()];
        singles[0].CopyFrom(old[3]);
        singles[1].CopyFrom(old[3]);
        singles[2].CopyFrom(old[0]);
        singles[3].CopyFrom(old[1]);
        Step();
        batch.CopyRow(0, 3);
        batch.SaveState(3, state);
        singles[3].LoadState(state);
        Step();
        singles[1].SaveState(state);
        batch.LoadState(2, state);
        singles[2].CopyFrom(singles[1]);
        Step();
        float[] unseen = TestData.Random(12, 77);
        batch.Advance(unseen);
        for (int i = 0; i < 4; i++)
        {
            singles[i].Advance(unseen.AsSpan(3 * i, 3));
        }

        Step();
    }

    [Fact]
    public void TokensStreamToo()
    {
        TinyNetwork net = new(2, new() { Tokens = 9 });
        TinyStream stream = net.CreateStream();
        StreamBatch batch = net.CreateStreams(2);
        Workspace ws = net.CreateWorkspace(1, 3, training: false);
        float[] y = new float[2], both = new float[4], expected = new float[2];
        foreach (int token in new[] { 4, 0, 8 })
        {
            stream.Step(token, y);
            if (token == 0)
            {
                batch.Advance([token, 1]);
                continue;
            }

            batch.Step([token, 1], both);
        }

        net.Core.Predict([4, 0, 8], expected, ws);
        TestData.Near(expected, y, 1e-6);
        Assert.Equal(y, both[..2]);
        Assert.Contains("takes tokens 0 to 8, 9 was given", Assert.Throws<ArgumentOutOfRangeException>(() => stream.Step(9, y)).Message, StringComparison.Ordinal);
        Assert.Contains("Stream 1: Tiny takes tokens 0 to 8", Assert.Throws<ArgumentOutOfRangeException>(() => batch.Step([0, -1], both)).Message, StringComparison.Ordinal);
        Assert.Contains("takes tokens", Assert.Throws<NotSupportedException>(() => stream.Advance(new float[3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongCallsAreNamedAndChangeNothing()
    {
        TinyStream stream = _net.CreateStream();
        float[] x = new float[3], y = new float[18], before = new float[18], after = new float[18];
        stream.Step(TestData.Random(3, 1), y);
        stream.SaveState(before);
        Assert.Contains("takes 3 features a step, 2 were given", Assert.Throws<ArgumentException>(() => stream.Step(x.AsSpan(1), y)).Message, StringComparison.Ordinal);
        Assert.Contains("gives 18 outputs a step, there is room for 17", Assert.Throws<ArgumentException>(() => stream.Step(x, y.AsSpan(1))).Message, StringComparison.Ordinal);
        Assert.Contains("is 18 floats, 17 were given", Assert.Throws<ArgumentException>(() => stream.LoadState(y.AsSpan(1))).Message, StringComparison.Ordinal);
        Assert.Contains("not tokens", Assert.Throws<NotSupportedException>(() => stream.Step(1, y)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => stream.CopyFrom(new TinyNetwork().CreateStream()));
        Assert.Throws<ArgumentOutOfRangeException>(() => _net.CreateStreams(2).Permute([0, 2]));
        stream.SaveState(after);
        Assert.Equal(before, after);
    }
}
