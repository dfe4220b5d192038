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
        "[Network(Inputs = 5, Timesteps = 8)] [Jordan(5, 3, Recurrent = true)] [Lstm(17, Projection = 2, Returns = Returns.Last)] [Dense(3)] [MeanSquaredError] public partial class Projected;",
        "[Network(Inputs = 5, Timesteps = 8)] [Jordan(5, 3, Returns = Returns.Last)] [MeanSquaredError] public partial class Output;",
        "[Network(Inputs = 5, Timesteps = 8)] [Gru(5, Direction = Direction.Both)] [Dense(3)] [MeanSquaredError] public partial class Both;",
        "[Network(Inputs = 5, Timesteps = 8)] [Gru(5)] [SelfAttention(4)] [MeanSquaredError] public partial class Attentive;",
        "[Network(Inputs = 5, Timesteps = 8)] [Gru(5)] [AttentionPooling(4)] [MeanSquaredError] public partial class Pooled;",
        "[Network(Inputs = 5, Timesteps = 8)] [Tdnn(4, 2, Stride = 2)] [MeanSquaredError] public partial class Strided;",
        "[Network(Inputs = 5, Timesteps = 8)] [Gru(5)] [Tdnn(4, 3, Padding = Padding.Same)] [MeanSquaredError] public partial class Around;",
        "[Network(Timesteps = 8)] [Encoder(Inputs = 2)] [Gru(4)] [Decoder(Inputs = 3)] [Gru(4)] [MeanSquaredError] public partial class Coder;",
    ]));

    // Windows look back over steps that are constants then: the layers below them, those above, and both as one network.
    private static readonly (string Name, int Inputs, string Below, string Above)[] _windows =
    [
        ("Dilated", 6, "[Lstm(6)]", "[Tdnn(5, 4, Dilation = 2)] [Dense(1)]"),
        ("Regressive", 4, "[Gru(4)]", "[Autoregressive(3)]"),
        ("Longer", 17, "[Rnn(17)]", "[Tdnn(3, 16, Activation = Activation.Tanh)] [Dense(2, Skip = Skip.Concatenate)]"),
    ];

    private static readonly Lazy<LoadedNetworks> _split = new(() => NetworkHarness.Load([.. _windows.SelectMany(w => new[]
    {
        $"[Network(Inputs = 5, Timesteps = 8)] {w.Below} {w.Above} public partial class {w.Name};",
        $"[Network(Inputs = 5, Timesteps = 8)] {w.Below} public partial class {w.Name}Below;",
        $"[Network(Inputs = {w.Inputs}, Timesteps = 8)] {w.Above} public partial class {w.Name}Above;",
    })]));

    public static MatrixTheoryData<string, int> WindowCases => new(_windows.Select(w => w.Name), [1, 3, 7]);

    public static MatrixTheoryData<string, int> Cases => new(["Steps", "Last", "Words", "Free", "Normal", "Context", "Previous", "Dropped", "Projected", "Output"], [1, 3, 7, 8]);

    [Theory]
    [InlineData("Both")]
    [InlineData("Attentive")]
    [InlineData("Pooled")]
    [InlineData("Strided")]
    [InlineData("Around")]
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
    [MemberData(nameof(WindowCases))]
    public void Behind_windows_going_back_through_the_last_steps_takes_what_they_read_before_as_constant(string name, int lastSteps)
    {
        INetwork whole = Variants.Create(_split.Value[name], seed: 1);
        INetwork below = Part("Below"), above = Part("Above");
        Oracle lower = Oracle.Of(_split.Value, name + "Below"), upper = Oracle.Of(_split.Value, name + "Above");
        PassData data = RandomData.Batch(whole, Batch, Steps, seed: 2);
        int first = Steps - lastSteps;
        PassResults got = Passes.Train(whole, data, lastSteps);

        // What the upper part hands back of the last steps' gradients to the last steps alone goes on back through these.
        float[] read = Floats(lower.Forward(below, data)["output"]);
        IReadOnlyDictionary<string, double[]> expected = upper.Train(above, data with { Input = read, OutputGradient = From(first, data.OutputGradient) });
        IReadOnlyDictionary<string, double[]> before = lower.Forward(below, data.Between(0, first));
        PassData end = (data with { OutputGradient = Floats(expected["grad.input"]) }).Between(first, lastSteps) with
        {
            States = data.States.Keys.ToDictionary(s => s, s => Floats(before["final." + s])),
        };
        IReadOnlyDictionary<string, double[]> expectedBelow = lower.Train(below, end);
        foreach (Parameter parameter in whole.Parameters)
        {
            string gradient = "grad." + parameter.Name;
            Closeness.Equal(expectedBelow.TryGetValue(gradient, out double[]? values) ? values : expected[gradient], got[gradient], parameter.Name);
        }

        PassData input = data with { Input = got["grad.input"] };
        Assert.All(input.Between(0, first).Input, g => Assert.Equal(0, g));
        Closeness.Equal(expectedBelow["grad.input"], input.Between(first, lastSteps).Input, "input");

        INetwork Part(string part)
        {
            INetwork network = Variants.Create(_split.Value[name + part], seed: 1);
            foreach (Parameter parameter in network.Parameters)
            {
                parameter.CopyFrom(whole.Parameters[parameter.Name].ToArray());
            }

            return network;
        }

        static float[] From(int first, float[] values) => [.. values.Select((v, i) => i / (values.Length / (Batch * Steps)) % Steps < first ? 0 : v)];

        static float[] Floats(double[] values) => Array.ConvertAll(values, v => (float)v);
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

        foreach (string beginning in got.Keys.Where(k => k.StartsWith("grad.init.", StringComparison.Ordinal)))
        {
            Closeness.Equal(Scaled(beginning), got[beginning], beginning);
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
