// Every op in random small shapes: the list that the difference quotients go through.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using static SeqGen.Generator.Tests.Interpreter.Operand;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class OpCases
{
    public static IReadOnlyList<OpCase> All { get; } = [.. Elementwise(), .. Stretching(), .. Products(), .. Layouts(), .. Normalizations(), .. Axes(), .. Convolutions()];

    private static OpCase Case(string name, Op op, params Operand[] operands) => new(name, operands, (g, x) => g.Add(op, x));

    private static OpCase Root(string name, Op op, params Operand[] operands) => Case(name, op, operands) with { RootOnly = true };

    private static IEnumerable<OpCase> Elementwise()
    {
        foreach (MapKind kind in Enum.GetValues<MapKind>().Where(k => k is not (MapKind.Greater or MapKind.Sign or MapKind.Floor or MapKind.Clip)))
        {
            var op = new MapOp(kind);
            bool positive = kind is MapKind.Log or MapKind.Sqrt or MapKind.Pow;
            yield return Case(op.Name, op, Enumerable.Repeat(Step(3), op.Arity).ToArray()) with { IsPositive = positive };
        }
    }

    private static IEnumerable<OpCase> Stretching()
    {
        Operand[] shapes = [Whole(3), Row(1), Row(2, 3), Step(3), Step(2, 1), Whole(2, 3), Step(1)];
        foreach (MapKind kind in new[] { MapKind.Sub, MapKind.Div })
        {
            foreach (Operand a in shapes)
            {
                foreach (Operand b in shapes.Where(b => b != a))
                {
                    yield return Case($"{kind} of {a.Shape} and {b.Shape}", new MapOp(kind), a, b);
                }
            }
        }

        yield return new OpCase("clip", [Step(3), Row(3)], (g, x) => g.Add(new MapOp(MapKind.Clip), g.Add(new MapOp(MapKind.Mul), x[0], x[1]), g.Add(new ConstOp(-0.4)), g.Add(new ConstOp(0.3))));
        yield return Case("select among extents", new MapOp(MapKind.Select), Step(3), Row(3), Whole(1));
        yield return Case("sum to a row", new SumToOp(Shape.PerRow(2, 1)), Row(2, 3));
        yield return Root("sum of steps to a row", new SumToOp(Shape.PerRow(2, 3)), Step(2, 3));
        yield return Case("sum to a scalar", new SumToOp(Shape.Whole(1)), Row(2, 3));
    }

    private static IEnumerable<OpCase> Products()
    {
        yield return Case("affine", new AffineOp(2, 1, [[0]], [[0]]), Whole(2, 3), Step(3), Whole(2));
        yield return Case("affine of a captured row", new AffineOp(2, 1, [[0]], [[0]]), Whole(2, 3), Row(3), Whole(2));
        yield return Case(
            "affine of gates", new AffineOp(2, 4, [[0, 1, 2], [0, 1, 3]], [[0, 1, 2], [0, 1, 3]]), Whole(6, 3), Step(3), Whole(6, 2), Step(2), Whole(6), Whole(6));
        yield return Case("affine with rows left out", new AffineOp(2, 2, [[1, -1, 0], [-1, 1]], [[-1, 0]]), Whole(6, 3), Step(3), Whole(4, 2), Step(2), Whole(4));
        yield return new OpCase("affine twice of one weight and source", [Whole(3, 3), Step(3)], (g, x) =>
            g.Add(new AffineOp(3, 1, [[0]], []), x[0], g.Add(new AffineOp(3, 1, [[0], [0]], []), x[0], x[1], x[0], x[1])));
        yield return Case("affine over a source", new AffineOp(2, 1, [[0]], [[0]]), Whole(2, 3), Source(3), Whole(2));
        yield return Case("gather", new GatherOp(), Whole(3, 2), Step() with { IsTokens = true });
        yield return Case("gather of a captured token", new GatherOp(), Whole(3, 2), Row() with { IsTokens = true });
        yield return Case("contract_dot of steps", new ContractOp(ContractKind.Dot), Step(4, 3), Step(3));
        yield return Case("contract_dot with a weight", new ContractOp(ContractKind.Dot), Whole(4, 3), Step(3));
        yield return Case("contract_sum", new ContractOp(ContractKind.Sum), Step(4), Row(4, 3));
        yield return Case("contract_outer", new ContractOp(ContractKind.Outer), Row(4), Step(3));
        yield return Case("contract_dot along a source", new ContractOp(ContractKind.Dot, true), Source(3), Row(3));
        yield return Case("contract_sum along a source", new ContractOp(ContractKind.Sum, true), Source(1), Source(3));
        yield return Case("contract_outer along a source", new ContractOp(ContractKind.Outer, true), Source(1), Row(3));
        yield return Case("rising", new RisingOp(3), Step(6));
        yield return Case("rising of one", new RisingOp(1), Row(2));
        yield return Case("circular_conv", new CircularConvOp(), Step(5), Step(3));
        yield return Case("circular_conv mirrored", new CircularConvOp(true), Row(4), Step(3));
        yield return Case("circular_conv on fewer slots than shifts", new CircularConvOp(), Step(2), Row(5));
    }

    private static IEnumerable<OpCase> Layouts()
    {
        yield return Case("slot", new SlotOp(1), Step(3, 2));
        yield return new OpCase("two of three slots", [Step(3, 2)], (g, x) => g.Add(new MapOp(MapKind.Mul), g.Add(new SlotOp(2), x[0]), g.Add(new SlotOp(0), x[0])));
        yield return Case("stack", new StackOp(), Step(2), Row(2), Step(1));
        yield return Case("concat", new ConcatOp(), Step(2), Step(3), Step(1));
        yield return Case("concat of slots", new ConcatOp(), Step(2, 2), Step(2, 3));
        yield return Case("slice", new SliceOp(1, 2), Step(4));
        yield return Case("slice of slots", new SliceOp(1, 2), Step(2, 4));
        yield return Case("pad", new PadOp(1, 5), Step(3));
    }

    private static IEnumerable<OpCase> Normalizations()
    {
        yield return Case("softmax", new SoftmaxOp(), Step(4));
        yield return Case("softmax of slots", new SoftmaxOp(), Row(2, 3));
        yield return Case("softmax along a source", new SoftmaxOp(true), Source(1));
        yield return Case("softmax of several along a source", new SoftmaxOp(true), Source(2));
        yield return new OpCase("softmax up to the step", [Step(1)], (g, x) => Causal(g, x[0])) { RootOnly = true };
        yield return Case("layer_norm", new LayerNormOp(1e-3), Step(5), Whole(5), Whole(5));
        yield return Case("layer_norm of gates", new LayerNormOp(1e-3), Step(2, 3), Whole(6), Whole(6));
        yield return new OpCase("batch_norm", [Step(3), Whole(3), Whole(3)], (g, x) => g.Add(new BatchNormOp(1e-3, 0.1, false), x[0], x[1], x[2])) { RootOnly = true, IsPositive = true };
        yield return new OpCase("batch_norm along a source", [Source(2), Whole(2), Whole(2)], (g, x) => g.Add(new BatchNormOp(1e-3, 0.1, false), x[0], x[1], x[2])) { RootOnly = true, IsPositive = true };
        yield return new OpCase("batch_norm of rows", [Row(4), Whole(4), Whole(4)], (g, x) => g.Add(new BatchNormOp(1e-3, 0.1, false), x[0], x[1], x[2])) { RootOnly = true, IsPositive = true };
        foreach (ReduceKind kind in Enum.GetValues<ReduceKind>())
        {
            yield return Case($"{kind} over the last dimension", new ReduceOp(kind), Step(4));
            yield return Case($"{kind} over slots", new ReduceOp(kind), Step(2, 4));
            yield return Case($"{kind} along a source", new ReduceOp(kind, true), Source(2));
        }
    }

    /// <summary>A loop of its own over the steps, each of which weighs those up to itself.</summary>
    private static Value Causal(NetworkGraph graph, Value x)
    {
        Scan scan = graph.Begin(OpCase.Time);
        Value scores = graph.Add(new ContractOp(ContractKind.Dot, true, causal: true), x, graph.Each(scan, x));
        Value context = graph.Add(new ContractOp(ContractKind.Sum, true, causal: true), graph.Add(new SoftmaxOp(true, causal: true), scores), x);
        Value sequence = graph.Emit(scan, context);
        graph.End(scan);
        return sequence;
    }

    private static IEnumerable<OpCase> Axes()
    {
        yield return Root("last", new LastOp(), Step(2, 2));
        yield return Root("at_last", new AtLastOp(OpCase.Time), Row(2));
        yield return Root("softmax along time", new SoftmaxOp(true), Step(1));
        yield return Root("mean along time", new ReduceOp(ReduceKind.Mean, true), Step(2));
        yield return Root("contract_sum along time", new ContractOp(ContractKind.Sum, true), Step(1), Step(3));
        yield return Case("last of a source", new LastOp(), Source(2));
    }

    private static IEnumerable<OpCase> Convolutions()
    {
        foreach (Window window in new Window[] { new(2, 1, 1, true), new(3, 2, 1, true), new(2, 1, 2, true), new(2, 1, 1, false), new(2, 2, 1, false), new(2, 1, 2, false), new(1, 1, 1, false), new(3, 1, 1, false, true), new(2, 2, 1, false, true), new(4, 1, 1, false, true) })
        {
            Axis output = window.Output(OpCase.Time, "out");
            yield return Root($"unfold of {window}", new UnfoldOp(window, output), Step(2));
            yield return new OpCase($"fold of {window}", [Step(2)], (g, x) =>
            {
                // What is folded is a product, so that the gradient is no mere copy.
                Value windows = g.Add(new UnfoldOp(window, output), x[0]);
                return g.Add(new FoldOp(window, OpCase.Time), g.Add(new MapOp(MapKind.Mul), windows, windows));
            }) with
            { RootOnly = true };
            yield return new OpCase($"convolution of {window}", [Step(2), Whole(3, 2 * window.Kernel), Whole(3)], (g, x) =>
                g.Add(new AffineOp(3, 1, [[0]], [[0]]), x[1], g.Add(new UnfoldOp(window, output), x[0]), x[2])) with
            { RootOnly = true };
        }
    }
}
