// Streams of networks with several heads: what each head has given after a step, against the interpreter on whole sequences, where some heads
// stand behind windows that are not complete at every step and others do not.
// Knows heads and streams; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class StreamHeadTests
{
    private const int Steps = 9;

    private static readonly (string Name, string Layers)[] _networksWithHeads =
    [
        ("Plain", "[Gru(4)] [Head(\"a\")] [Dense(2)] [Head(\"b\")] [Rnn(3, Returns = Returns.Last)] [Dense(5, Activation = Activation.Softmax)]"),
        ("Later", "[Gru(4)] [Head(\"a\")] [Rnn(2)] [Dense(2)] [Head(\"b\")] [Tdnn(3, 3, Padding = Padding.Valid)] [Rnn(2)]"),
        ("Slower", "[Head(\"a\")] [Tdnn(2, 2, Stride = 2)] [Gru(3)] [Head(\"b\")] [Gru(3)] [Dense(1)]"),

        // What heads compute at one level with equal shapes is one loop where they are there at the same steps alone.
        ("EqualShapes", "[Head(\"a\")] [Rnn(3, Returns = Returns.Last)] [Dense(4, Activation = Activation.Tanh)] [Head(\"b\")] [Tdnn(3, 2, Padding = Padding.Valid)] [Rnn(3, Returns = Returns.Last)] [Dense(4, Activation = Activation.Tanh)]"),
        ("Nested", "[Tdnn(3, 2, Padding = Padding.Valid)] [Gru(3)] [Head(\"a\")] [Dense(1)] [Head(\"b\")] [Tdnn(2, 2, Stride = 2)] [Rnn(2)] [Head(\"c\")] [Tdnn(2, 3, Padding = Padding.Valid, Activation = Activation.Relu)]"),
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([.. _networksWithHeads.Select(n =>
        $"[Network(Inputs = 3, Timesteps = 9)] {n.Layers} public partial class {n.Name};")]));

    public static TheoryData<string> Names => new(_networksWithHeads.Select(n => n.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void After_each_step_a_stream_has_what_each_head_has_of_the_whole_sequence(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 3);
        NetworkPlan plan = network.Core.Plan;
        PassData data = RandomData.Batch(network, 2, Steps, seed: 4);
        IReadOnlyDictionary<string, double[]> expected = Oracle.Of(_networks.Value, name).Forward(network, data);
        for (int row = 0; row < data.Batch; row++)
        {
            RecurrentStream stream = Streaming.Create(network);
            stream.LoadState(Streaming.State(network, data, row));
            var given = plan.Outputs.ToDictionary(o => o.Name, _ => new List<float[]>());
            for (int t = 0; t < Steps; t++)
            {
                float[] first = new float[plan.OutputSize];
                bool has = Streaming.Step(network, stream, data, row, t, first);
                foreach (OutputPort head in plan.Outputs)
                {
                    float[] y = [.. Enumerable.Repeat(7f, head.Size)];
                    if (stream.TryGetOutput(head.Name, y))
                    {
                        given[head.Name].Add(y);
                    }
                    else
                    {
                        Assert.All(y, v => Assert.Equal(7, v));
                    }

                    if (head == plan.Outputs[0])
                    {
                        Assert.Equal(has, !y.All(v => v == 7));
                        Assert.True(!has || y.SequenceEqual(first));
                    }
                }
            }

            foreach (OutputPort head in plan.Outputs)
            {
                double[] whole = expected["output." + head.Name];
                ReadOnlySpan<double> mine = whole.AsSpan(whole.Length / data.Batch * row, whole.Length / data.Batch);
                float[] got = [.. given[head.Name].SelectMany(y => y)];
                Closeness.Equal(mine, head.Axis >= 0 ? got : got.AsSpan(got.Length - head.Size), $"{head.Name} of sequence {row}", Closeness.Largest(whole));
            }

            CheckStates(plan, stream, row, expected);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Advancing_gives_no_output_and_the_same_states(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 3);
        NetworkPlan plan = network.Core.Plan;
        PassData data = RandomData.Batch(network, 1, Steps, seed: 4);
        RecurrentStream stepped = Streaming.Create(network), advanced = Streaming.Create(network);
        for (int t = 0; t < Steps; t++)
        {
            float[] x = data.Input[(t * plan.InputSize)..((t + 1) * plan.InputSize)], y = new float[plan.OutputSize];
            Assert.Equal(stepped.Step(x, y), advanced.Advance(x));
            Assert.All(plan.Outputs, head => Assert.False(advanced.TryGetOutput(head.Name, new float[head.Size])));
        }

        float[] a = new float[stepped.StateSize], b = new float[stepped.StateSize];
        stepped.SaveState(a);
        advanced.SaveState(b);
        Closeness.Same(a, b, "states");
        Assert.True(stepped.TryGetOutput(plan.Outputs[^1].Name, new float[plan.Outputs[^1].Size]));
        stepped.Reset();
        Assert.All(plan.Outputs, head => Assert.False(stepped.TryGetOutput(head.Name, new float[head.Size])));
    }

    [Fact]
    public void Streams_stepped_together_give_every_head()
    {
        INetwork network = Variants.Create(_networks.Value["Plain"], seed: 3);
        StreamBatch streams = network.Core.CreateStreams(2);
        RecurrentStream[] alone = [Streaming.Create(network), Streaming.Create(network)];
        PassData data = RandomData.Batch(network, 2, 1, seed: 4);
        float[] b = new float[10];
        Assert.False(streams.TryGetOutput("b", b));
        Assert.True(streams.Step(data.Input, new float[4]));
        Assert.True(streams.TryGetOutput("b", b));
        for (int row = 0; row < 2; row++)
        {
            float[] one = new float[5];
            Streaming.Step(network, alone[row], data, row, 0, new float[2]);
            Assert.True(alone[row].TryGetOutput("b", one));
            Closeness.Equal(Closeness.Doubles(one), b.AsSpan(row * 5, 5), "b");
        }

        streams.Advance(data.Input);
        Assert.False(streams.TryGetOutput("b", b));
    }

    [Fact]
    public void A_wrong_head_or_length_says_what_there_is()
    {
        INetwork network = Variants.Create(_networks.Value["Plain"], seed: 3);
        RecurrentStream stream = Streaming.Create(network);
        Assert.Contains("has no head 'c'. It has a, b.", Assert.Throws<ArgumentException>(() => stream.TryGetOutput("c", new float[2])).Message, StringComparison.Ordinal);
        Assert.Contains("'b' of Plain gives 5 outputs a step, there is room for 2", Assert.Throws<ArgumentException>(() => stream.TryGetOutput("b", new float[2])).Message, StringComparison.Ordinal);
    }

    private static void CheckStates(NetworkPlan plan, RecurrentStream stream, int row, IReadOnlyDictionary<string, double[]> expected)
    {
        float[] state = new float[stream.StateSize];
        stream.SaveState(state);
        int at = 0;
        foreach (StatePlace place in plan.Streaming!.States)
        {
            if (expected.TryGetValue("final." + place.Name, out double[]? values))
            {
                Closeness.Equal(values.AsSpan(row * place.Size, place.Size), state.AsSpan(at, place.Size), place.Name, Closeness.Largest(values));
            }

            at += place.Size;
        }
    }
}
