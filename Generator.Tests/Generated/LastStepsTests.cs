// Backward(k): the gradient as if the state k steps before the end were a constant and only the last k steps counted,
// against the interpreter on these steps alone.
// Knows truncation; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class LastStepsTests
{
    private const int Batch = 3;
    private const int Steps = 8;

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 5, Timesteps = 8)] [Lstm(17)] [Dense(6, Activation = Activation.Tanh)] [Gru(9, ResetAfter = false)] [Dense(3)] [MeanSquaredError] public partial class Steps;",
        "[Network(Inputs = 5, Timesteps = 8)] [Rnn(17)] [Gru(20, Returns = Returns.Last)] [Dense(4, Activation = Activation.Softmax)] [SoftmaxCrossEntropy] public partial class Last;",
        "[Network(Tokens = 12, Timesteps = 8)] [Embedding(7)] [Gru(16)] [Dense(12)] [SoftmaxCrossEntropy] public partial class Words;",
        "[Network(Inputs = 5, Timesteps = 8, TimeMajor = true)] [Gru(16)] [Lstm(17)] public partial class Free;",
        "[Network(Inputs = 5, Timesteps = 8)] [Lstm(17, Peephole = true, Projection = 5)] [Gru(9, LayerNorm = true)] [LayerNorm] [Dense(3)] [MeanSquaredError] public partial class Normal;",
        "[Network(Inputs = 5, Timesteps = 8)] [Elman(7, 4, Context = 2)] [Jordan(5, 3, Recurrent = true)] [MeanSquaredError] public partial class Context;",
        "[Network(Inputs = 5, Timesteps = 8)] [Rnn(6, Output = RnnOutput.PreviousState, Outputs = 5)] [Lstm(5, Residual = true, CoupledGates = true)] [MeanSquaredError] public partial class Previous;",
        "[Network(Inputs = 5, Timesteps = 8)] [Lstm(17, Zoneout = 0.3, ZoneoutCell = 0.2, RecurrentDropout = 0.3)] [Gru(3, Skip = Skip.Concatenate)] [MeanSquaredError] public partial class Dropped;",
        "[Network(Inputs = 5, Timesteps = 8)] [Gru(5, Direction = Direction.Both)] [Dense(3)] [MeanSquaredError] public partial class Both;",
        "[Network(Inputs = 5, Timesteps = 8)] [Gru(5)] [SelfAttention(4)] [MeanSquaredError] public partial class Attentive;",
        "[Network(Inputs = 5, Timesteps = 8)] [Gru(5)] [AttentionPooling(4)] [MeanSquaredError] public partial class Pooled;",
        "[Network(Inputs = 5, Timesteps = 8)] [Tdnn(4, 2, Stride = 2)] [MeanSquaredError] public partial class Strided;",
        "[Network(Timesteps = 8)] [Encoder(Inputs = 2)] [Gru(4)] [Decoder(Inputs = 3)] [Gru(4)] [MeanSquaredError] public partial class Coder;",
    ]));

    public static MatrixTheoryData<string, int> Cases => new(["Steps", "Last", "Words", "Free", "Normal", "Context", "Previous", "Dropped"], [1, 3, 7, 8]);

    [Theory]
    [InlineData("Both")]
    [InlineData("Attentive")]
    [InlineData("Pooled")]
    [InlineData("Strided")]
    [InlineData("Coder")]
    public void Where_every_step_matters_going_back_through_some_is_an_error(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 1);
        PassData data = RandomData.Batch(network, Batch, Steps, seed: 2, targetSteps: 5);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => Passes.Train(network, data, lastSteps: 3));
        Assert.Contains("cannot go back through its last 3 steps alone", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(Passes.Train(network, data));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Going_back_through_the_last_steps_is_going_back_through_them_alone(string name, int lastSteps)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 1);
        Oracle oracle = Oracle.Of(_networks.Value, name);
        PassData data = RandomData.Batch(network, Batch, Steps, seed: 2);
        PassResults got = Passes.Train(network, data, lastSteps);

        PassData end = data.Between(Steps - lastSteps, lastSteps);
        if (lastSteps < Steps)
        {
            IReadOnlyDictionary<string, double[]> before = oracle.Forward(network, data.Between(0, Steps - lastSteps));
            end = end with { States = data.States.Keys.ToDictionary(s => s, s => Array.ConvertAll(before["final." + s], v => (float)v)) };
        }

        // The mean loss is over all steps, that of the end over its own.
        double share = network.Core.Plan is { OutputIsSequence: true, Loss: not null } ? lastSteps / (double)Steps : 1;
        IReadOnlyDictionary<string, double[]> expected = oracle.Train(network, end);
        foreach (Parameter parameter in network.Parameters)
        {
            Closeness.Equal(Scaled("grad." + parameter.Name), got["grad." + parameter.Name], parameter.Name);
        }

        if (network.Core.Plan.InputSize > 0)
        {
            double[] gradient = Scaled("grad.input");
            int size = network.Core.Plan.InputSize;
            double[] whole = [.. Enumerable.Range(0, Batch).SelectMany(row =>
                new double[(Steps - lastSteps) * size].Concat(gradient.AsSpan(row * lastSteps * size, lastSteps * size).ToArray()))];
            Closeness.Equal(whole, got["grad.input"], "input");
        }

        double[] Scaled(string result) => [.. expected[result].Select(v => v * share)];
    }
}
