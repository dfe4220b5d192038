// One op in one surrounding: which inputs it has, how they are drawn, and how it is placed in the root or in a scan's body.
using System;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

/// <summary>An operand: how many of it there are, and its dimensions. <c>Source</c> runs along a second axis with lengths of its own.</summary>
internal sealed record Operand(string Per, int[] Dims, bool IsTokens = false)
{
    public static Operand Whole(params int[] dims) => new("network", dims);

    public static Operand Row(params int[] dims) => new("row", dims);

    public static Operand Step(params int[] dims) => new("step", dims);

    public static Operand Source(params int[] dims) => new("source", dims);

    public Shape Shape => Extent with { Type = IsTokens ? DType.I32 : DType.F32 };

    private Shape Extent => Per switch
    {
        "network" => Shape.Whole(Dims),
        "row" => Shape.PerRow(Dims),
        "step" => Shape.Seq(OpCase.Time, Dims),
        _ => Shape.Seq(OpCase.SourceAxis, Dims),
    };
}

/// <param name="Operands">In the order of <paramref name="Apply"/>; tokens are not differentiated.</param>
/// <param name="RootOnly">Whether it runs along the axis of the loop itself, so that it cannot stand in a body.</param>
internal sealed record OpCase(
    string Name, Operand[] Operands, Func<NetworkGraph, Value[], Value> Apply, bool IsPositive = false, bool RootOnly = false)
{
    public static Axis Time { get; } = new("time", 0);

    public static Axis SourceAxis { get; } = new("source", 0);

    public override string ToString() => Name;

    public NetworkGraph InRoot()
    {
        var graph = new NetworkGraph();
        FiniteDifferences.Observe(graph, Apply(graph, Ports(graph)), "seed");
        return graph;
    }

    /// <summary>The op in a body, its result emitted and, where it is one per row, driving a state.</summary>
    public NetworkGraph InScan(bool reverse)
    {
        var graph = new NetworkGraph();
        Value[] ports = Ports(graph);
        Value clock = graph.Add(new InputOp("x.clock", Shape.Seq(Time, 1)));
        Scan scan = graph.Begin(Time, reverse);
        Value result = Apply(graph, ports.Select(p => p.Shape.Axis == Time ? graph.Each(scan, p) : p).ToArray());
        result = graph.Add(new MapOp(MapKind.Mul), result, graph.Each(scan, clock));
        Value emitted = graph.Emit(scan, result);
        ScanCarry? state = null;
        if (result.Shape.Extent == Extent.Batch)
        {
            Value initial = graph.AddTo(graph.Root, new InputOp("x.init", result.Shape));
            state = graph.Carry(scan, "s", initial);
            Value kept = graph.Add(new MapOp(MapKind.Mul), state.Previous, graph.Add(new ConstOp(0.7)));
            state.Next = graph.Add(new MapOp(MapKind.Tanh), graph.Add(new MapOp(MapKind.Add), kept, result));
        }

        graph.End(scan);
        FiniteDifferences.Observe(graph, emitted, "seed");
        if (state is not null)
        {
            FiniteDifferences.Observe(graph, state.Final, "seed.final");
        }

        return graph;
    }

    /// <summary>Three rows; four steps of time and three of the source, or with lengths among them zero.</summary>
    public Run Prepare(NetworkGraph graph, bool lengths)
    {
        var run = new Run(3);
        run.Steps["time"] = 4;
        run.Steps["source"] = 3;
        if (lengths)
        {
            run.Lengths["time"] = [4, 0, 2];
            run.Lengths["source"] = [2, 3, 1];
        }

        FiniteDifferences.Fill(graph, run, 17 + Name.Sum(c => c), positive: IsPositive);
        return run;
    }

    private Value[] Ports(NetworkGraph graph) =>
        Operands.Select((o, i) => graph.Add(new InputOp((o.IsTokens ? "tokens" : "x") + i, o.Shape))).ToArray();
}
