// Products with inputs alone, which are made for some steps at once where sequences are few: the same numbers at every batch, wherever spans begin and end, in either direction.
// Knows which networks have such products, and where spans break; refuses to know any equation.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Passes;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class SpanTests
{
    // Cells whose products read the input alone; one that reads it by some products and the state by others; several in a stack, and both directions in one method.
    private static readonly Dictionary<string, string> _declarations = new()
    {
        ["Plain"] = "[Network(Inputs = 3)] [MinGru(20)]",
        ["Narrow"] = "[Network(Inputs = 3)] [MinGru(5)] [Dense(2)] [MeanSquaredError]",
        ["Both"] = "[Network(Inputs = 3)] [MinLstm(18, Direction = Direction.Both, Returns = Returns.Last)] [Dense(2)] [MeanSquaredError]",
        ["Back"] = "[Network(Inputs = 3)] [Sru(20, Direction = Direction.Backward, ZoneoutCell = 0.2)] [Dense(2)] [MeanSquaredError]",
        ["Stack"] = "[Network(Inputs = 3)] [IndRnn(33, InitialState = InitialState.Learned)] [Qrnn(20)] [Gru(17)] [Dense(2)] [MeanSquaredError]",
        ["Mixed"] = "[Network(Inputs = 3)] [LiGru(20, Normalized = true, VariationalInput = 0.2)] [Dense(2)] [MeanSquaredError]",
        ["Unrolled"] = "[Network(Inputs = 3, Timesteps = 70, Unroll = 4)] [MinGru(20)] [Dense(2)] [MeanSquaredError]",
        ["Wide"] = "[Network(Inputs = 80)] [Lstm(48, Direction = Direction.Both)] [Gru(40)] [Gru(36, ResetAfter = false)] [Dense(2)] [MeanSquaredError]",
        ["Pieces"] = "[Network(Inputs = 3, Resets = true)] [Qrnn(20)] [Dense(2)] [MeanSquaredError]",
    };

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
        [.. UserCells.Sample.Values, .. _declarations.Select(d => "using Cells;\n" + d.Value.Replace("Inputs = 3)", "Inputs = 3, Timesteps = 70)", StringComparison.Ordinal)
            .Replace("Inputs = 80)", "Inputs = 80, Timesteps = 70)", StringComparison.Ordinal).Replace("Inputs = 3, Resets", "Inputs = 3, Timesteps = 70, Resets", StringComparison.Ordinal) + $" public partial class {d.Key};")]));

    public static TheoryData<string> Names => new(_declarations.Keys);

    // A way back that ends before the first step is for those that begin there.
    public static TheoryData<string> ForwardNames => new(_declarations.Keys.Except(["Both", "Back", "Wide"]));

    // Spans of 64, 32, 16, 8 and 1 steps, whole and broken off.
    private static readonly (int, int, bool, bool)[] _shapes = [(1, 70, false, false), (2, 33, true, false), (3, 16, false, false), (4, 17, true, true), (8, 9, true, false), (9, 3, true, false), (1, 1, false, false)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_gives_what_the_interpreter_gives(string name) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, name), _shapes, [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Inference_and_streams_give_what_the_interpreter_gives(string name) =>
        Equivalence.CheckInference(Oracle.Of(_networks.Value, name), _shapes, [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [MemberData(nameof(ForwardNames))]
    public void The_end_of_a_sequence_alone_has_the_gradients_that_it_has_without_spans(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 3), plain = Variants.Create(Variants.Load(_networks.Value.Run, [name], CompilerOptions.Default with { Span = false })[0], seed: 3);
        foreach ((int batch, int steps, int last) in new[] { (1, 70, 5), (4, 20, 3), (8, 9, 8) })
        {
            PassData data = RandomData.Batch(network, batch, steps, seed: 4);
            PassResults expected = Passes.Train(plain, data, last), got = Passes.Train(network, data, last);
            foreach ((string result, float[] values) in expected)
            {
                Closeness.Equal([.. values.Select(v => (double)v)], got[result], result);
            }
        }
    }

    /// <summary>What lies in a span from the last pass is not seen, and one workspace has room for all.</summary>
    [Fact]
    public void A_workspace_takes_batches_in_any_order()
    {
        INetwork network = Variants.Create(_networks.Value["Both"], seed: 3);
        Workspace workspace = network.CreateWorkspace(40, 70, training: false);
        foreach ((int batch, int steps) in new[] { (1, 70), (40, 5), (2, 40), (8, 9), (9, 9), (7, 70), (1, 3) })
        {
            PassData data = RandomData.Batch(network, batch, steps, seed: batch);
            PassResults expected = Passes.Predict(network, data), got = Passes.Predict(network, workspace, data);
            foreach ((string result, float[] values) in expected)
            {
                Closeness.Same(values, got[result], result);
            }
        }
    }

    [Fact]
    public void Products_of_inputs_alone_are_made_for_a_span_of_steps_but_in_a_stream()
    {
        string text = _networks.Value.Run.Files["Plain.g.cs"].Replace("\r", "", StringComparison.Ordinal);
        const string Made = """
                            if ((t & (span - 1)) == 0)
                            {
                                int from = t * batch, count = global::System.Math.Min(span, steps - t) * batch;
                                Affine<T>.Forward<Slots3And0>(
            """;
        Assert.Equal(3, text.Split(Made).Length);
        Assert.Equal(4, text.Split("Affine<T>.Forward<Slots3And0>(").Length + text.Split("PlainRow").Length - 1);
        Assert.Contains("if (t == steps - 1 || ((t + 1) & (span - 1)) == 0)", _networks.Value.Run.Files["Back.g.cs"], StringComparison.Ordinal);
    }

    /// <summary>What is made for some steps at once is as much for a long sequence as for a short one.</summary>
    [Fact]
    public void Inference_keeps_no_product_for_every_step()
    {
        NetworkSpec spec = Oracle.Spec(_networks.Value.Run, "Both");
        ProgramPlan[] plans = [.. new[] { true, false }.Select(span => NetworkCompiler.Plan(spec, NetworkShape.Of(spec), CompilerOptions.Default with { Span = span }, cancel: TestContext.Current.CancellationToken).Inference)];
        Assert.Equal(plans[1].TapeWidths, plans[0].TapeWidths);
        Assert.Equal(2 * 3 * 32, plans[0].SpanWidth);
        Assert.Equal(plans[1].ScratchWidth, plans[0].ScratchWidth + plans[0].SpanWidth);
        Assert.Equal(0, plans[1].SpanWidth);
    }

    /// <summary>Where each step waits for an activation of the last one, a block of units is made meanwhile: earlier would be later.</summary>
    [Theory]
    [InlineData("Sru(16)", 0, 0)]
    [InlineData("Sru(17)", 8, 8)]
    [InlineData("Qrnn(16)", 8, 8)]
    [InlineData("Qrnn(20, Tied = false)", 0, 0)]
    [InlineData("Gru(16)", 0, 0)]
    [InlineData("Lstm(32)", 2, 0)]
    [InlineData("Lstm(48)", 2, 2)]
    [InlineData("Lstm(200)", 1, 1)]
    [InlineData("Dense(300)] [Lstm(230)", 8, 8)]
    public void With_how_many_sequences_at_most_inputs_are_multiplied_for_a_span(string layer, int training, int inference)
    {
        NetworkSpec spec = Oracle.Spec(NetworkHarness.Run([.. UserCells.Sample.Values, $"using Cells; [Network(Inputs = 40, Timesteps = 4)] [{layer}] public partial class Net;"]).AssertClean(), "Net");
        PlannedNetwork network = NetworkCompiler.Plan(spec, NetworkShape.Of(spec), CompilerOptions.Default, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([training, inference], new[] { network.Training!, network.Inference }.Select(p => p.Spanned.Values.DefaultIfEmpty(0).Single()));
        Assert.True(network.Streaming is null || network.Streaming.Spanned.Count == 0);
    }

    [Fact]
    public void A_span_has_rows_enough_and_memory_has_room_for_them()
    {
        var area = new WorkArea { TapeWidths = [16], ScratchWidth = 16, SpanWidth = 32, Inputs = [], Outputs = [] };
        for (int batch = 1; batch <= 100; batch++)
        {
            int span = WorkArea.Span(batch, 8);
            Assert.True(span > 0 && (span & (span - 1)) == 0 && (batch > 8 ? span == 1 : span * batch is > 32 and <= 64));
            Assert.True(span * batch <= WorkArea.SpanRows(batch) && WorkArea.Span(batch, 2) == (batch > 2 ? 1 : span));
            Assert.True(Enumerable.Range(1, batch).All(b => area.ScratchLength(batch) >= (16 * b) + (32 * WorkArea.SpanRows(b))));
        }
    }
}
