// Generated code against the double interpreter on random stacks: training, inference and streaming at many shapes in one workspace.
// The tolerance is the golden cases' (1e-5 of a tensor's largest element), and as those, data is drawn anew where a rounding error of
// what is given moves a result by more than a float evaluation may: near the kink of a relu, or where a sum cancels.
// Knows what must agree; refuses to know any layer.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class EquivalenceTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([.. RandomStacks.Sources]));

    private static readonly (int Batch, int Steps, bool Lengths, bool Mask)[] _shapes =
    [
        (5, 7, false, false), (2, 7, true, false), (1, 2, false, true), (5, 7, true, true), (1, 1, false, false), (2, 2, true, false),
    ];

    public static TheoryData<string> Stacks => new(RandomStacks.Names);

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Training_gives_what_the_interpreter_gives(string stack)
    {
        (INetwork network, Oracle oracle) = Create(stack);
        Workspace workspace = network.CreateWorkspace(5, 7);
        foreach ((int batch, int steps, bool lengths, bool mask) in _shapes)
        {
            string shape = $"batch {batch}, steps {steps}{(lengths ? ", lengths" : "")}{(mask ? ", mask" : "")}: ";
            (PassData data, IReadOnlyDictionary<string, double[]> expected) = Draw(network, oracle, batch, steps, lengths, mask);
            Passes.Start(network, workspace, data);
            workspace.ZeroGradients();
            PassResults got = Passes.Train(network, workspace, data);
            Assert.Equal(
                expected.Keys.Where(k => k is not "loss.input").Order(StringComparer.Ordinal), got.Keys.Order(StringComparer.Ordinal));
            if (network.Core.Plan.Loss is not null)
            {
                Closeness.Equal(oracle.Forward(network, data)["loss"][0], got.Loss, shape + "loss");
            }

            foreach ((string name, float[] values) in got)
            {
                Closeness.Equal(expected[name], values, shape + name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Inference_and_streams_give_what_the_interpreter_gives_without_noise(string stack)
    {
        (INetwork network, Oracle oracle) = Create(stack);
        foreach ((int batch, int steps, bool lengths, _) in _shapes.Where(s => !s.Mask))
        {
            string shape = $"batch {batch}, steps {steps}{(lengths ? ", lengths" : "")}: ";
            PassData data = RandomData.Batch(network, batch, steps, seed: batch + (20 * steps), lengths) with { Noise = new Dictionary<string, float[]>() };
            IReadOnlyDictionary<string, double[]> expected = oracle.Forward(network, data);
            foreach ((string name, float[] values) in Passes.Predict(network, data))
            {
                Closeness.Equal(expected[name], values, shape + name);
            }

            if (!lengths)
            {
                Streaming.Check(network, data, expected["output"], network.Core.Plan.Inference.States.ToDictionary(s => s.Name, s => expected["final." + s.Name]));
            }
        }
    }

    [Theory]
    [InlineData("Lstm(")]
    [InlineData("Gru(")]
    [InlineData("Rnn(")]
    [InlineData("Dense(")]
    [InlineData("Dropout(")]
    [InlineData("Embedding(")]
    [InlineData("ResetAfter = false")]
    [InlineData("Bias = false")]
    [InlineData("Returns.Last")]
    [InlineData("Trainable = false")]
    [InlineData("PerSequence = true")]
    [InlineData("NormalizeInputs = true")]
    [InlineData("TimeMajor = true")]
    [InlineData("Unroll = ")]
    [InlineData("Activation.Relu")]
    [InlineData("Activation.Tanh")]
    [InlineData("Activation.Sigmoid")]
    [InlineData("Activation.Softmax")]
    [InlineData("[MeanSquaredError]")]
    [InlineData("[SoftmaxCrossEntropy]")]
    [InlineData("[BinaryCrossEntropy]")]
    public void The_stacks_have_three_of_everything(string part) =>
        Assert.True(RandomStacks.Sources.Count(s => s.Contains(part, StringComparison.Ordinal)) >= 3, "there are fewer than three stacks with " + part);

    /// <summary>Parameters and a batch whose results float can give.</summary>
    private static (PassData Data, IReadOnlyDictionary<string, double[]> Expected) Draw(INetwork network, Oracle oracle, int batch, int steps, bool lengths, bool mask)
    {
        for (int attempt = 0; attempt < 30; attempt++)
        {
            RandomData.SetParameters(network, seed: 7 + attempt);
            PassData data = RandomData.Batch(network, batch, steps, seed: batch + (10 * steps) + (1000 * attempt), lengths, mask);
            IReadOnlyDictionary<string, double[]> expected = oracle.Train(network, data);
            if (oracle.Sensitivity(network, data, expected) < 1.5e-6)
            {
                return (data, expected);
            }
        }

        throw new InvalidOperationException("thirty draws, and float can give the results of none");
    }

    private static (INetwork Network, Oracle Oracle) Create(string stack)
    {
        var network = (INetwork)_networks.Value.Create(RandomStacks.Space + stack);
        RandomData.SetParameters(network, seed: 7);
        return (network, Oracle.Of(_networks.Value, RandomStacks.Space + stack));
    }
}
