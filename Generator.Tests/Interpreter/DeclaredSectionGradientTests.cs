// Declarations with sections, attention and memory that no reference case has: gradients of all their parameters against difference
// quotients, and what their results are called and look like. Knows declarations; refuses to know how they become ops.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

public class DeclaredSectionGradientTests
{
    /// <summary>Names begin with x where gradients are compared.</summary>
    private static readonly Dictionary<string, string> _declarations = new()
    {
        ["general score of another size, two LSTM layers"] =
            "[Network(Timesteps = 4)] [Encoder(Tokens = 3)] [Embedding(2, Name = \"xa\")] [Lstm(2, Name = \"xe\")] [Lstm(3, Name = \"xe\")] [Dense(4, Name = \"xf\")] "
            + "[Decoder(Tokens = 3)] [Embedding(2, Name = \"xb\")] [Lstm(2, Name = \"xd\")] [Lstm(3, Name = \"xd\")] [LuongAttention(2, Score = Score.General, Name = \"xw\")] [Dense(3, Name = \"xo\")]",
        ["attention inside the second of two layers, the first alone"] =
            "[Network(Timesteps = 4)] [Encoder(Inputs = 2)] [Lstm(3, Name = \"xe\")] "
            + "[Decoder(Inputs = 2)] [Rnn(2, Name = \"xr\")] [BahdanauAttention(2, Name = \"xw\")] [Lstm(3, Name = \"xd\")] [Dense(2, Name = \"xo\")]",
        ["attention inside both layers"] =
            "[Network(Timesteps = 4)] [Encoder(Inputs = 2)] [Gru(2, Name = \"xe\")] "
            + "[Decoder(Inputs = 1)] [BahdanauAttention(2, Name = \"xv\")] [Gru(2, Name = \"xc\")] [BahdanauAttention(2, Name = \"xw\")] [Gru(2, Name = \"xd\", ResetAfter = false)]",
        ["a bridge between kinds and sizes"] =
            "[Network(Timesteps = 4)] [Encoder(Inputs = 2)] [Rnn(3, Name = \"xe\", Returns = Returns.Last)] "
            + "[Decoder(Inputs = 2, Bridge = true)] [Lstm(2, Name = \"xd\")] [Dense(2, Name = \"xo\")]",
        ["one output for what a decoder read"] =
            "[Network(Timesteps = 4)] [Encoder(Inputs = 2)] [Gru(2, Name = \"xe\")] "
            + "[Decoder(Inputs = 2)] [Gru(2, Name = \"xd\")] [LuongAttention(3, Name = \"xw\")] [AttentionPooling(2, Name = \"xp\")] [Dense(2, Name = \"xo\")]",
        ["self-attention"] = "[Network(Inputs = 2, Timesteps = 4)] [SelfAttention(3, Name = \"xs\")] [Dense(1, Name = \"xo\")]",
        ["self-attention with two heads between recurrent layers"] =
            "[Network(Inputs = 2, Timesteps = 4)] [Gru(2, Name = \"xr\")] [SelfAttention(4, Heads = 2, Name = \"xs\")] [Rnn(2, Name = \"xo\")]",
        ["self-attention to both sides"] = "[Network(Inputs = 2, Timesteps = 4)] [SelfAttention(2, Causal = false, Name = \"xs\")]",
        ["heads on a shared layer"] =
            "[Network(Tokens = 3, Timesteps = 4)] [Embedding(2, Name = \"xa\")] [Gru(3, Name = \"xr\")] "
            + "[Head(\"tags\")] [Dense(3, Name = \"xt\")] [SoftmaxCrossEntropy] [Head(\"tone\")] [Gru(2, Returns = Returns.Last, Name = \"xs\")] [Dense(1, Name = \"xu\")] [MeanSquaredError(Weight = 0.2)]",
        ["a machine with several heads and wide shifts"] =
            "[Network(Inputs = 2, Timesteps = 4)] [NeuralTuringMachine(2, ControllerUnits = 2, Slots = 6, Width = 2, ReadHeads = 2, WriteHeads = 2, Shifts = 2, Controller = Controller.Lstm, MemoryStart = MemoryStart.Zero, Name = \"xm\")]",
        ["a machine without shifts that gives its last step"] =
            "[Network(Inputs = 2, Timesteps = 4)] [NeuralTuringMachine(1, ControllerUnits = 2, Slots = 3, Width = 2, Shifts = 0, MemoryStart = MemoryStart.Zero, Returns = Returns.Last, Name = \"xm\")]",
    };

    public static TheoryData<string> Declarations => new(_declarations.Keys);

    [Theory]
    [MemberData(nameof(Declarations))]
    public void A_declaration_has_the_gradients_of_its_difference_quotients(string name)
    {
        foreach (bool lengths in new[] { false, true })
        {
            FiniteDifferences.Check(() => Observed(_declarations[name]), g => Prepare(g, lengths), $"{name}, lengths {lengths}");
        }
    }

    [Fact]
    public void Layers_without_names_are_called_as_in_the_reference_cases()
    {
        NetworkGraph graph = Lower(
            "[Network(Timesteps = 9)] [Encoder(Tokens = 7)] [Embedding(2)] [Dropout(0.1)] [Gru(3)] [Gru(3)] "
            + "[Decoder(Tokens = 5, Start = 0, End = 4, Timesteps = 6)] [Embedding(2)] [Gru(3)] [Gru(3)] [LuongAttention(4)] [Dense(5)] [SoftmaxCrossEntropy]");
        Assert.Equal(
            ["encoder_embedding.weight", "encoder.weight_ih_l0", "encoder.weight_ih_l1", "decoder_embedding.weight", "decoder.weight_ih_l0", "decoder.weight_ih_l1", "attention.combine.weight", "attention.combine.bias", "output.weight", "output.bias"],
            graph.Sources<ParamOp>().Select(p => p.Parameter).Where(p => !p.Contains("_hh_") && !p.Contains("bias_ih")));
        Assert.Equal(["input", "init.encoder_l0.h", "init.encoder_l1.h", "decoder_input", "target"], graph.Sources<InputOp>().Select(i => i.Port));
        Assert.Equal(
            ["attention", "attention.weights", "decoder_embedding", "decoder_l0", "decoder_l1", "encoder_dropout", "encoder_embedding", "encoder_l0", "encoder_l1", "output"],
            graph.Results.Keys.Where(k => k.StartsWith("out.", StringComparison.Ordinal)).Select(k => k[4..]).Order(StringComparer.Ordinal));
        Assert.Equal(["loss", "loss.input", "output"], graph.Results.Keys.Where(k => !k.StartsWith("out.", StringComparison.Ordinal) && !k.StartsWith("final.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Axis time = graph.Results["output"].Shape.Axis!, source = graph.Results["out.encoder_l1"].Shape.Axis!;
        Assert.Equal((("time", 6), ("source", 9)), ((time.Name, time.Max), (source.Name, source.Max)));
        Assert.Equal(Shape.Seq(source, 1).Along(time), graph.Results["out.attention.weights"].Shape);
    }

    [Fact]
    public void Layers_of_heads_are_called_by_their_head_and_every_head_has_its_results()
    {
        NetworkShape shape = Shapes("[Network(Inputs = 4, Timesteps = 9)] [Gru(3, Returns = Returns.Last)] [Head(\"topic\")] [Dense(9, Activation = Activation.Tanh)] [Dense(9)] [SoftmaxCrossEntropy] [Head(\"tone\")] [Dense(1)] [MeanSquaredError(Weight = 0.2)] [Head(\"raw\")] [Dense(2)]");
        Assert.Equal(["gru", "topic_dense0", "topic_dense1", "tone_dense", "raw_dense"], shape.Names.Select(n => n.Name));
        Assert.Equal([("topic", 9, LossKind.SoftmaxCrossEntropy, 1.0), ("tone", 1, LossKind.MeanSquaredError, 0.2), ("raw", 2, LossKind.None, 1)],
            shape.Outputs.Select(o => (o.Name, o.Signal.Size, o.Loss?.Kind ?? LossKind.None, o.Loss?.Weight ?? 1)));
        NetworkGraph graph = Lower("[Network(Inputs = 4, Timesteps = 9)] [Gru(3)] [Head(\"a\")] [Dense(2)] [MeanSquaredError] [Head(\"b\")] [Dense(2)]");
        Assert.Equal(["loss.a", "loss.input.a", "output.a", "output.b"], graph.Results.Keys.Where(k => k[0] is 'l' || k.StartsWith("output", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["input", "init.gru.h", "target.a"], graph.Sources<InputOp>().Select(i => i.Port));
    }

    [Fact]
    public void A_causal_step_sees_no_later_one_and_weights_sum_to_one()
    {
        NetworkGraph graph = Observed("[Network(Inputs = 2, Timesteps = 4)] [SelfAttention(4, Heads = 2, Name = \"s\")]");
        Run run = Prepare(graph, lengths: true);
        GraphInterpreter results = GraphInterpreter.Execute(graph, run);
        foreach (string head in new[] { "0", "1" })
        {
            double[] weights = results["out.s.weights" + head].Data;
            for (int row = 0; row < 3; row++)
            {
                for (int t = 0; t < run.LengthOf(OpCase.Time, row); t++)
                {
                    double[] line = weights.AsSpan(((row * 4) + t) * 4, 4).ToArray();
                    Assert.Equal(1, line.Sum(), 12);
                    Assert.All(line[(t + 1)..], w => Assert.Equal(0, w));
                    Assert.All(line[..(t + 1)], w => Assert.True(w > 0));
                }
            }
        }
    }

    [Fact]
    public void Self_attention_is_that_of_the_paper()
    {
        NetworkGraph graph = Observed("[Network(Inputs = 2, Timesteps = 4)] [SelfAttention(4, Heads = 2, Name = \"s\")]");
        Run run = Prepare(graph, lengths: false);
        double[] got = GraphInterpreter.Execute(graph, run)["output"].Data;
        double[] x = run.Ports["input"], w = run.Parameters["s.in_proj_weight"], b = run.Parameters["s.in_proj_bias"], wo = run.Parameters["s.out_proj.weight"], bo = run.Parameters["s.out_proj.bias"];
        double Projected(int part, int row, int t, int unit)
        {
            int r = (part * 4) + unit;
            return b[r] + (w[r * 2] * x[((row * 4) + t) * 2]) + (w[(r * 2) + 1] * x[(((row * 4) + t) * 2) + 1]);
        }

        for (int row = 0; row < 3; row++)
        {
            for (int t = 0; t < 4; t++)
            {
                var context = new double[4];
                for (int head = 0; head < 2; head++)
                {
                    double[] e = [.. Enumerable.Range(0, t + 1).Select(s => Math.Exp(Enumerable.Range(head * 2, 2).Sum(u => Projected(0, row, t, u) * Projected(1, row, s, u)) / Math.Sqrt(2)))];
                    for (int u = head * 2; u < (head * 2) + 2; u++)
                    {
                        context[u] = Enumerable.Range(0, t + 1).Sum(s => e[s] / e.Sum() * Projected(2, row, s, u));
                    }
                }

                for (int i = 0; i < 4; i++)
                {
                    Assert.Equal(bo[i] + Enumerable.Range(0, 4).Sum(u => wo[(i * 4) + u] * context[u]), got[(((row * 4) + t) * 4) + i], 12);
                }
            }
        }
    }

    [Fact]
    public void A_memory_begins_at_one_small_number_and_its_heads_on_the_first_slot()
    {
        NetworkGraph graph = Lower("[Network(Inputs = 2, Timesteps = 4)] [NeuralTuringMachine(1, Slots = 3, Width = 2, Name = \"m\")]");
        ParamOp Parameter(string state) => graph.Sources<ParamOp>().Single(p => p.Parameter == graph.InitialStates["init.m." + state].Parameter);
        Assert.Equal(["init.m.memory", "init.m.w_read", "init.m.w_write"], graph.InitialStates.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((new Start("Constant", 1e-6), false, true), (Parameter("memory").Start, Parameter("memory").Trainable, Parameter("memory").Optional));
        Assert.Equal((new Start("First", 1), "m.initial_w_read"), (Parameter("w_read").Start, Parameter("w_read").Parameter));

        graph = Lower("[Network(Inputs = 2, Timesteps = 4)] [NeuralTuringMachine(1, Slots = 3, Width = 2, Name = \"m\", Controller = Controller.Lstm, MemoryStart = MemoryStart.Learned)]");
        Assert.Equal(["init.m.c", "init.m.h", "init.m.memory", "init.m.read", "init.m.w_read", "init.m.w_write"], graph.InitialStates.Keys.Order(StringComparer.Ordinal));
        Assert.True(Parameter("memory").Trainable);
    }

    [Fact]
    public void A_memory_of_zeros_has_finite_gradients()
    {
        const string Source = "[Network(Inputs = 2, Timesteps = 4)] [NeuralTuringMachine(1, ControllerUnits = 2, Slots = 3, Width = 2, Name = \"xm\")]";
        NetworkGraph graph = Observed(Source);
        Run run = Prepare(graph, lengths: false);
        foreach (string state in run.Ports.Keys.Where(k => k.StartsWith("init.", StringComparison.Ordinal)).ToList())
        {
            run.Ports[state] = new double[run.Ports[state].Length];
        }

        Graphs.GoldenNetwork.AddGradients(graph, new Graphs.PassChoice(true, true));
        GraphInterpreter results = GraphInterpreter.Execute(graph, run);
        Assert.All(graph.Results.Keys, key => Assert.All(results[key].Data, v => Assert.True(double.IsFinite(v), key)));
    }

    private static NetworkShape Shapes(string attributes)
    {
        ParsedNetwork parsed = NetworkHarness.Parse(attributes + " partial class Net;");
        Assert.Empty(parsed.Findings);
        NetworkShape shape = NetworkShape.Of(parsed.Spec);
        Assert.Empty(shape.Problems.Select(p => p.ToString()));
        return shape;
    }

    private static NetworkGraph Lower(string attributes)
    {
        NetworkGraph graph = NetworkLowering.Lower(NetworkHarness.Parse(attributes + " partial class Net;").Spec, Shapes(attributes));
        Verifier.Check(graph);
        return graph;
    }

    /// <summary>The forward graph with one number that depends on all outputs and final states, instead of its losses.</summary>
    private static NetworkGraph Observed(string attributes)
    {
        NetworkGraph graph = Lower(attributes);
        foreach (string loss in graph.Results.Keys.Where(k => k.StartsWith("loss", StringComparison.Ordinal)).ToList())
        {
            graph.Results.Remove(loss);
        }

        foreach ((string name, Value value) in graph.Results.Where(r => r.Key.StartsWith("output", StringComparison.Ordinal) || r.Key.StartsWith("final.", StringComparison.Ordinal)).ToList())
        {
            FiniteDifferences.Observe(graph, value, "seed." + name);
        }

        return graph;
    }

    private static Run Prepare(NetworkGraph graph, bool lengths)
    {
        var run = new Run(3);
        run.Steps["time"] = 4;
        run.Steps["source"] = 3;
        if (lengths)
        {
            run.Lengths["time"] = [4, 0, 2];
            run.Lengths["source"] = [2, 3, 1];
        }

        FiniteDifferences.Fill(graph, run, 29);
        // What enters at steps beyond a sequence's end is nobody's: a loss gives zero there.
        foreach (InputOp seed in graph.Sources<InputOp>().Where(i => i.Port.StartsWith("seed.", StringComparison.Ordinal)))
        {
            Shape shape = seed.Infer([]);
            double[] values = run.Ports[seed.Port];
            for (int i = 0; shape.Axis is { } axis && i < values.Length; i++)
            {
                int step = i / shape.Size;
                values[i] = step % 4 < run.LengthOf(axis, step / 4) ? values[i] : 0;
            }
        }

        foreach (string weighting in run.Ports.Keys.Where(k => k.Contains(".w_", StringComparison.Ordinal)).ToList())
        {
            run.Ports[weighting] = Array.ConvertAll(run.Ports[weighting], Math.Abs);
        }

        return run;
    }
}
