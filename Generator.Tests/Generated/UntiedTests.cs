// Layers whose steps have parameters of their own: with equal ones they are the layer that shares them, and each step's gradient is its own.
// Knows parameter names; refuses to know cells.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class UntiedTests
{
    private const int Steps = 5;

    private static readonly string[] _layers =
    [
        "[Rnn(17{0})] [Dense(2)]",
        "[Lstm(3, Peephole = true{0})]",
        "[Lstm(33, Projection = 5, Bias = false{0})]",
        "[Gru(20{0})] [Gru(4, ResetAfter = false, Returns = Returns.Last{0})]",
        "[Gru(3, Direction = Direction.Both, InitialState = InitialState.Learned{0})]",
        "[Elman(4, 3{0})]",
        "[Jordan(1, 2, Recurrent = true{0})]",
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([.. _layers.SelectMany((l, i) => new[]
    {
        "[Network(Inputs = 3, Timesteps = 5)] " + l.Replace("{0}", "", StringComparison.Ordinal) + $" [MeanSquaredError] public partial class Tied{i};",
        "[Network(Inputs = 3, Timesteps = 5)] " + l.Replace("{0}", ", Tied = false", StringComparison.Ordinal) + $" [MeanSquaredError] public partial class Untied{i};",
    })]));

    public static TheoryData<int> Cases => new(Enumerable.Range(0, _layers.Length));

    [Theory]
    [MemberData(nameof(Cases))]
    public void With_equal_parameters_at_every_step_it_is_the_tied_layer(int index)
    {
        INetwork tied = Variants.Create(_networks.Value[$"Tied{index}"], seed: 1), untied = Variants.Create(_networks.Value[$"Untied{index}"], seed: 2);
        RandomData.SetParameters(tied, seed: 3);
        foreach (Parameter parameter in untied.Parameters)
        {
            parameter.CopyFrom(tied.Parameters[Shared(parameter.Name)].ToArray());
        }

        foreach (int batch in new[] { 1, 5 })
        {
            foreach (bool lengths in new[] { false, true })
            {
                PassData data = RandomData.Batch(tied, batch, Steps, seed: 4, lengths);
                PassResults expected = Passes.Train(tied, data), got = Passes.Train(untied, data);
                Closeness.Equal(expected.Loss, got.Loss, "loss");
                foreach ((string name, float[] values) in expected.Where(r => !r.Key.StartsWith("grad.", StringComparison.Ordinal) || r.Key is "grad.input"))
                {
                    Closeness.Equal(values, got[name], name);
                }

                foreach (Parameter parameter in tied.Parameters)
                {
                    float[][] parts = [.. untied.Parameters.Where(p => Shared(p.Name) == parameter.Name).Select(p => got["grad." + p.Name])];
                    float[] sum = [.. Enumerable.Range(0, parameter.Count).Select(i => (float)parts.Sum(p => (double)p[i]))];
                    Closeness.Equal(expected["grad." + parameter.Name], sum, "sum of the gradients of " + parameter.Name);
                }

                Closeness.Equal(expected["output"], Passes.Predict(untied, data)["output"], "inference");
            }
        }
    }

    [Fact]
    public void Every_step_has_its_own_parameters_and_gradients()
    {
        INetwork network = Variants.Create(_networks.Value["Untied0"], seed: 5);
        Assert.Equal(Steps, network.Parameters.Count(p => p.Name.StartsWith("rnn.weight_hh_l0.t", StringComparison.Ordinal)));
        PassData data = RandomData.Batch(network, 1, 3, seed: 6);
        PassResults before = Passes.Train(network, data);
        Assert.Contains(before["grad.rnn.weight_ih_l0.t2"], g => g != 0);
        Assert.All(before["grad.rnn.weight_ih_l0.t3"], g => Assert.Equal(0, g));
        network.Parameters["rnn.weight_ih_l0.t2"].CopyFrom(new float[17 * 3]);
        float[] first = before["output"], second = Passes.Train(network, data)["output"];
        Closeness.Same(first.AsSpan(0, 4), second.AsSpan(0, 4), "steps before the one whose parameters changed");
        Assert.NotEqual(first[4..], second[4..]);
    }

    [Fact]
    public void More_steps_than_there_are_parameters_for_are_an_error_and_there_is_no_stream()
    {
        INetwork network = Variants.Create(_networks.Value["Untied0"], seed: 7);
        Assert.Contains("5 steps", Assert.ThrowsAny<ArgumentException>(() => network.CreateWorkspace(1, Steps + 1)).Message, StringComparison.Ordinal);
        Assert.False(network.Core.Plan.CanStream);
    }

    [Theory]
    [InlineData("[Tdnn(4, 3, Padding = Padding.Valid)]", 7, 7)]
    [InlineData("[Tdnn(4, 2, Stride = 2)]", 9, 10)]
    [InlineData("[Tdnn(4, 2, Padding = Padding.Valid, Stride = 3)] [Rnn(2)] [Autoregressive(2, Padding = Padding.Valid)]", 18, 19)]
    public void The_limit_holds_behind_windows_that_leave_fewer_steps_too(string before, int timesteps, int most)
    {
        LoadedNetworks networks = NetworkHarness.Load($"[Network(Inputs = 3, Timesteps = {timesteps})] {before} [Gru(2, Tied = false, Name = \"untied\")] public partial class Trimmed;");
        INetwork network = Variants.Create(networks["Trimmed"], seed: 8);
        Assert.Equal(Steps, network.Parameters.Count(p => p.Name.StartsWith("untied.weight_hh_l0.t", StringComparison.Ordinal)));
        PassData data = RandomData.Batch(network, 2, most, seed: 9);
        Assert.NotEmpty(Passes.Train(network, data));
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => network.CreateWorkspace(1, most + 1));
        Assert.Contains($"Use at most {most} steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_steps_with_parameters_of_their_own_train_and_are_saved()
    {
        LoadedNetworks networks = NetworkHarness.Load("[Network(Inputs = 3, Timesteps = 20_000)] [Rnn(2, Tied = false)] public partial class Long;");
        INetwork network = Variants.Create(networks["Long"], seed: 1);
        Assert.Equal(80_000, network.Parameters.Count);
        PassData data = RandomData.Batch(network, 1, 3, seed: 2);
        PassResults results = Passes.Train(network, data);
        Assert.Contains(results["grad.rnn.weight_ih_l0.t2"], g => g != 0);
        Assert.All(results["grad.rnn.weight_ih_l0.t19999"], g => Assert.Equal(0, g));
    }

    [Fact]
    public void A_decoder_that_writes_by_itself_cannot_have_parameters_for_a_number_of_steps() => Assert.Equal("SEQ0138", Assert.Single(NetworkHarness.Run(
        "[Network(Timesteps = 5)] [Encoder(Tokens = 4)] [Embedding(2)] [Gru(3)] "
        + "[Decoder(Tokens = 4, Start = 0, End = 3)] [Embedding(2)] [Gru(3, Tied = false)] [Dense(4)] [SoftmaxCrossEntropy] public partial class Writer;").SeqGen).Id);

    private static string Shared(string name) =>
        name.LastIndexOf(".t", StringComparison.Ordinal) is > 0 and var dot && name[(dot + 2)..].All(char.IsAsciiDigit) ? name[..dot] : name;
}
