// What the reverse walk must get right about loops, whatever the ops in them: who reads a value, which state, which extent.
using System;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using SeqGen.Generator.Tests.Graphs;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

public class ScanGradientTests
{
    private static readonly Axis _time = new("time", 0);

    [Fact]
    public void A_sequence_read_by_two_loops_gets_the_sum_of_both_gradients() => Check(graph =>
    {
        Value x = Port(graph, "x", Shape.Seq(_time, 2));
        foreach (bool reverse in new[] { false, true })
        {
            Scan scan = graph.Begin(_time, reverse);
            FiniteDifferences.Observe(graph, Loop(graph, scan, graph.Each(scan, x), "x.init" + reverse), "seed" + reverse);
        }

        FiniteDifferences.Observe(graph, x, "seed.direct");
    });

    [Fact]
    public void A_weight_used_by_two_loops_and_outside_gets_the_sum_of_all_gradients() => Check(graph =>
    {
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), weight = graph.Add(new ParamOp("x.weight", new Start("Zeros"), true, 2, 2));
        Value y = graph.Add(new AffineOp(2, 1, [[0]], []), weight, x);
        foreach (bool reverse in new[] { false, true })
        {
            Scan scan = graph.Begin(_time, reverse);
            Value inner = graph.Add(new AffineOp(2, 1, [[0]], []), weight, graph.Each(scan, y));
            y = Loop(graph, scan, inner, "x.init" + reverse);
        }

        FiniteDifferences.Observe(graph, y, "seed");
    });

    [Fact]
    public void A_weight_made_in_the_root_hands_its_gradient_to_the_parameter() => Check(graph =>
    {
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), weight = graph.Add(new ParamOp("x.weight", new Start("Zeros"), true, 2, 2));
        Value dropped = graph.Add(new MapOp(MapKind.Mul), weight, Port(graph, "mask", weight.Shape));
        Scan scan = graph.Begin(_time);
        FiniteDifferences.Observe(graph, Loop(graph, scan, graph.Add(new AffineOp(2, 1, [[0]], []), dropped, graph.Each(scan, x)), "x.init"), "seed");
    });

    [Fact]
    public void A_learned_initial_state_gets_the_gradients_of_all_rows() => Check(graph =>
    {
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), start = graph.Add(new ParamOp("x.start", new Start("Zeros"), true, 2));
        Scan scan = graph.Begin(_time);
        ScanCarry state = graph.Carry(scan, "s", start);
        state.Next = graph.Add(new MapOp(MapKind.Tanh), graph.Add(new MapOp(MapKind.Add), state.Previous, graph.Each(scan, x)));
        graph.End(scan);
        FiniteDifferences.Observe(graph, state.Final, "seed");
    });

    [Fact]
    public void A_state_that_is_another_states_past_hands_its_gradient_on() => Check(graph =>
    {
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), start = Port(graph, "x.start", Shape.PerRow(2)), older = Port(graph, "x.older", Shape.PerRow(2));
        Scan scan = graph.Begin(_time);
        ScanCarry first = graph.Carry(scan, "s1", start), second = graph.Carry(scan, "s2", older);
        Value product = graph.Add(new MapOp(MapKind.Mul), second.Previous, graph.Each(scan, x));
        first.Next = graph.Add(new MapOp(MapKind.Tanh), graph.Add(new MapOp(MapKind.Add), first.Previous, product));
        second.Next = first.Previous;
        Value emitted = graph.Emit(scan, second.Previous);
        graph.End(scan);
        FiniteDifferences.Observe(graph, emitted, "seed");
        FiniteDifferences.Observe(graph, first.Final, "seed.first");
        FiniteDifferences.Observe(graph, second.Final, "seed.second");
    });

    [Fact]
    public void A_state_without_further_use_of_its_past_starts_a_gradient_of_zero() => Check(graph =>
    {
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), start = Port(graph, "x.start", Shape.PerRow(2));
        Scan scan = graph.Begin(_time);
        ScanCarry state = graph.Carry(scan, "s", start);
        state.Next = graph.Add(new MapOp(MapKind.Tanh), graph.Each(scan, x));
        graph.End(scan);
        FiniteDifferences.Observe(graph, state.Final, "seed");
    });

    [Fact]
    public void A_sum_over_steps_hands_its_gradient_to_every_step() => Check(graph =>
    {
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), start = Port(graph, "x.start", Shape.PerRow(2));
        Scan scan = graph.Begin(_time);
        ScanCarry state = graph.Carry(scan, "s", start);
        state.Next = graph.Add(new MapOp(MapKind.Tanh), graph.Add(new MapOp(MapKind.Mul), state.Previous, graph.Each(scan, x)));
        Value perRow = graph.Sum(scan, state.Next);
        Value whole = graph.Sum(scan, graph.Add(new SumToOp(Shape.Whole(2)), state.Next));
        graph.End(scan);
        FiniteDifferences.Observe(graph, perRow, "seed.row");
        FiniteDifferences.Observe(graph, whole, "seed.whole");
    });

    [Fact]
    public void A_value_of_the_weights_alone_may_be_computed_emitted_and_read_in_a_body() => Check(graph =>
    {
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), weight = graph.Add(new ParamOp("x.weight", new Start("Zeros"), true, 2, 2));
        Scan scan = graph.Begin(_time);
        Value squashed = graph.Add(new MapOp(MapKind.Tanh), weight);
        Value emitted = graph.Emit(scan, squashed);
        Value y = Loop(graph, scan, graph.Add(new AffineOp(2, 1, [[0]], []), squashed, graph.Each(scan, x)), "x.init");
        FiniteDifferences.Observe(graph, emitted, "seed.weight");
        FiniteDifferences.Observe(graph, y, "seed");
    });

    [Fact]
    public void Tokens_carried_from_step_to_step_have_no_gradient_and_the_looked_up_rows_do() => Check(graph =>
    {
        Value table = graph.Add(new ParamOp("x.table", new Start("Zeros"), true, 3, 2)), truth = Port(graph, "tokens", Tokens(Shape.Seq(_time)));
        Value token = Port(graph, "start", Tokens(Shape.PerRow())), weight = Port(graph, "x.weight", Shape.Whole(3, 2));
        Scan scan = graph.Begin(_time);
        ScanCarry fed = graph.Carry(scan, "token", token);
        Value logits = graph.Add(new AffineOp(3, 1, [[0]], []), weight, graph.Add(new GatherOp(), table, fed.Previous));
        fed.Next = graph.Each(scan, truth);
        Value emitted = graph.Emit(scan, logits);
        graph.End(scan);
        FiniteDifferences.Observe(graph, emitted, "seed");
    });

    [Fact]
    public void A_loop_over_another_loops_whole_result_differentiates_through_both() => Check(graph =>
    {
        Axis source = new("source", 0);
        Value x = Port(graph, "x", Shape.Seq(source, 2)), y = Port(graph, "x.y", Shape.Seq(_time, 2));
        Scan encoder = graph.Begin(source, reverse: true);
        Value encoded = Loop(graph, encoder, graph.Each(encoder, x), "x.init");
        Scan scan = graph.Begin(_time);
        Value scores = graph.Add(new ContractOp(ContractKind.Dot, true), encoded, graph.Each(scan, y));
        Value weights = graph.Add(new SoftmaxOp(true), scores);
        Value traced = graph.Emit(scan, weights);
        Value context = Loop(graph, scan, graph.Add(new ContractOp(ContractKind.Sum, true), weights, encoded), "x.state");
        Assert.Equal("f32(B,time,source)[1]", traced.Shape.ToString());
        FiniteDifferences.Observe(graph, context, "seed");
        FiniteDifferences.Observe(graph, traced, "seed.weights");
    });

    [Fact]
    public void A_loop_of_no_steps_gives_the_initial_state_and_its_gradient()
    {
        NetworkGraph graph = new();
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), start = Port(graph, "x.start", Shape.PerRow(2));
        Scan scan = graph.Begin(_time);
        ScanCarry state = graph.Carry(scan, "s", start);
        state.Next = graph.Add(new MapOp(MapKind.Mul), state.Previous, graph.Each(scan, x));
        graph.End(scan);
        FiniteDifferences.Observe(graph, state.Final, "seed");
        var gradients = Differentiate.Run(graph, new DifferentiateOptions(graph.Results["loss"], null, op => op is InputOp { Port: "x" or "x.start" }));
        var run = new Run(2);
        run.Steps["time"] = 0;
        FiniteDifferences.Fill(graph, run, 3);
        GraphInterpreter results = GraphInterpreter.Execute(graph, run);
        Assert.Equal(run.Ports["x.start"], results[state.Final].Data);
        Assert.Equal(run.Ports["seed"], results[gradients[start]].Data);
        Assert.Empty(results[gradients[x]].Data);
    }

    [Fact]
    public void An_output_gradient_that_is_handed_in_takes_the_place_of_a_loss()
    {
        NetworkGraph graph = new();
        Value x = Port(graph, "x", Shape.Seq(_time, 2)), seed = Port(graph, "seed", x.Shape);
        Value y = graph.Add(new MapOp(MapKind.Exp), x);
        var gradients = Differentiate.Run(graph, new DifferentiateOptions(y, seed, op => op is InputOp { Port: "x" }));
        var run = new Run(2);
        run.Steps["time"] = 3;
        FiniteDifferences.Fill(graph, run, 3);
        double[] gradient = GraphInterpreter.Execute(graph, run)[gradients[x]].Data;
        Assert.Equal(run.Ports["x"].Zip(run.Ports["seed"], (v, s) => s * Math.Exp(v)), gradient);
    }

    private static Shape Tokens(Shape shape) => shape with { Type = DType.I32 };

    private static Value Port(NetworkGraph graph, string name, Shape shape) => graph.Add(new InputOp(name, shape));

    /// <summary>Ends the open scan with a state that input drives, and gives its sequence.</summary>
    private static Value Loop(NetworkGraph graph, Scan scan, Value input, string init)
    {
        Value start = graph.AddTo(graph.Root, new InputOp(init, Shape.PerRow(2)));
        ScanCarry state = graph.Carry(scan, "s", start);
        state.Next = graph.Add(new MapOp(MapKind.Sigmoid), graph.Add(new MapOp(MapKind.Sub), input, state.Previous));
        Value sequence = graph.Emit(scan, state.Next);
        graph.End(scan);
        return sequence;
    }

    private static void Check(Action<NetworkGraph> write)
    {
        NetworkGraph Build()
        {
            var graph = new NetworkGraph();
            write(graph);
            return graph;
        }

        foreach (bool lengths in new[] { false, true })
        {
            FiniteDifferences.Check(
                Build,
                graph =>
                {
                    var run = new Run(3);
                    run.Steps["time"] = 4;
                    run.Steps["source"] = 3;
                    if (lengths)
                    {
                        run.Lengths["time"] = [2, 4, 0];
                        run.Lengths["source"] = [3, 1, 2];
                    }

                    FiniteDifferences.Fill(graph, run, 11, tokens: 2);
                    return run;
                },
                $"lengths {lengths}");
        }
    }
}
