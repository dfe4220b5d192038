// Sequences shorter than a window: refused where an output would be one of nothing, alone and in a batch; elsewhere they give no rows.
// Knows declarations; refuses to know formulas.
using System;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class ShortSequenceTests
{
    private const string Declarations = """
        using SeqGen;
        [Network(Inputs = 1, Timesteps = 8)] [Tdnn(4, 3, Padding = Padding.Valid)] [Gru(4, Returns = Returns.Last)] [Dense(1)] [MeanSquaredError]
        public partial class Last;
        [Network(Inputs = 1, Timesteps = 8)] [Tdnn(4, 2, Padding = Padding.Valid)] [Tdnn(4, 2, Padding = Padding.Valid, Stride = 2)] [AttentionPooling(3)] [Dense(1)] [MeanSquaredError]
        public partial class Pooled;
        [Network(Inputs = 1, Timesteps = 8)] [Tdnn(4, 3, Padding = Padding.Valid)] [Gru(4)] [Dense(1)] [MeanSquaredError]
        public partial class Every;
        [Network(Inputs = 1, Timesteps = 8)] [Gru(4)] [Head("last")] [Gru(4, Returns = Returns.Last)] [Dense(1)] [MeanSquaredError] [Head("every")] [Tdnn(1, 3, Padding = Padding.Valid)] [MeanSquaredError]
        public partial class Heads;
        [Network(Timesteps = 8)] [Encoder(Inputs = 1)] [Tdnn(4, 3, Padding = Padding.Valid)] [Gru(4)] [Decoder(Inputs = 1)] [Gru(4)] [Dense(1)] [MeanSquaredError]
        public partial class Coder;
        [Network(Timesteps = 8)] [Encoder(Inputs = 1)] [Gru(4)] [Decoder(Inputs = 1)] [Gru(4)] [Tdnn(1, 2, Padding = Padding.Valid, Stride = 2)] [MeanSquaredError]
        public partial class Strided;
        """;

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(Declarations));

    [Theory]
    [InlineData("Last", 3)]
    [InlineData("Pooled", 3)]
    [InlineData("Coder", 3)]
    public void An_output_of_nothing_is_refused_alone_and_in_a_batch(string name, int needed)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 1);
        Workspace workspace = network.CreateWorkspace(2);
        Assert.Contains($"needs at least {needed} steps", Assert.Throws<ArgumentOutOfRangeException>(() => workspace.Resize(1, needed - 1)).Message, StringComparison.Ordinal);
        workspace.Resize(2, 8);
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => workspace.SetLengths([8, needed - 1])).Message;
        Assert.Contains($"Sequence 1 has length {needed - 1}; {name} needs {needed} steps for an output", message, StringComparison.Ordinal);
        workspace.SetLengths([8, needed]);
    }

    [Fact]
    public void Data_with_such_a_sample_is_refused_by_its_number_before_anything_is_learnt()
    {
        INetwork network = Variants.Create(_networks.Value["Last"], seed: 1);
        float[] before = network.Parameters.Values.ToArray();
        SequenceData data = SequenceData.FromArrays(new float[4 * 8], new float[4], 8, lengths: [8, 8, 2, 8]);
        Trainer trainer = Trainer.For(network, new Adam(1e-2f), new() { BatchSize = 1, Shuffle = false });
        Assert.Contains("Sample 2 has 2 steps; Last needs 3 for an output", Assert.Throws<ArgumentException>(() => trainer.Fit(data, 1, cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Equal(before, network.Parameters.Values.ToArray());
    }

    [Fact]
    public void Lengths_of_a_decoders_targets_count_its_steps_and_so_must_the_targets()
    {
        INetwork network = Variants.Create(_networks.Value["Strided"], seed: 1);
        Trainer trainer = Trainer.For(network, new Adam(1e-2f));
        SequenceData data = SequenceData.FromArrays(new float[2 * 8], null, 8).WithInput("decoder_input", new float[2 * 6], 1, 6);
        Assert.True(double.IsFinite(trainer.Evaluate(data.WithTargets(new float[2 * 3], 1, 3)).Loss));
        Assert.True(double.IsFinite(trainer.Evaluate(data.WithTargets(new float[2 * 6], 1, 6, lengths: [6, 4])).Loss));
        Assert.Contains(
            "has lengths of targets, which count the 6 steps of the decoder, and 3 targets a sequence: give a target for each of those steps",
            Assert.Throws<ArgumentException>(() => trainer.Evaluate(data.WithTargets(new float[2 * 3], 1, 3, lengths: [3, 2]))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Every")]
    [InlineData("Heads")]
    public void Where_outputs_lie_along_the_windows_a_short_sequence_gives_none(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 1);
        string head = name == "Heads" ? "every" : "output";
        Workspace workspace = network.CreateWorkspace(2);
        workspace.SetLengths([8, 2]);
        workspace.Input.Fill(1);
        workspace.TargetOf(head).Fill(1);
        workspace.Forward(ForwardMode.Training);
        Assert.True(double.IsFinite(workspace.Loss()));
        ReadOnlySpan<float> y = workspace.OutputOfHead(head);
        Assert.All(y[..6].ToArray(), v => Assert.NotEqual(0, v));
        Assert.All(y[6..].ToArray(), v => Assert.Equal(0, v));
    }
}
