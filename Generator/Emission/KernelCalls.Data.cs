// Statements for what is done with data and is neither a product with weights nor elementwise: normalisation, sums, products of data with data,
// attention over an axis, layout. Knows the runtime's kernel contract (SeqGen.Kernels.V1); knows no layer.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

internal sealed partial class KernelCalls
{
    private const string NoLimit = "int.MaxValue";

    /// <summary>Steps that a sum over an axis stops before: those after the step of the loop that it stands in, where it looks back alone.</summary>
    private static string Limit(bool causal) => causal ? "t + 1" : NoLimit;

    private IEnumerable<string> Data(Node node, Places places, Where where, string rows)
    {
        string At(Value value) => "ref " + places.At(View(value), where);
        string Rows(Value value) => At(value) + ", " + Text(View(value).Room.Row);
        string Slots(Value value) => Rows(value) + ", " + Text(View(value).Room.SlotStride);
        string Panel(Value value) => At(value) + ", " + places.Block(View(value).Room) + ", " + Text(View(value).Room.Row);
        string Along(Value value) => $"{places.Steps(value.Shape.Axis!)}, batch, {places.Lengths(value.Shape.Axis!)}";
        Value y = node.Output, a = node.Inputs.Count > 0 ? node.Inputs[0] : y;
        switch (node.Op)
        {
            case LayerNormOp op:
                return [Call("Normalization<T>.Forward", Sizes(a), Panel(a), $"{Master(node.Inputs[1])}, {Master(node.Inputs[2])}, {Number(op.Epsilon)}", Panel(y))];
            case LayerNormInputGradientOp op:
                return [Call("Normalization<T>.InputGradient", Sizes(a), Panel(a), $"{Master(node.Inputs[1])}, {Number(op.Epsilon)}", Panel(node.Inputs[2]), Panel(y))];
            case LayerNormWeightGradientOp op:
                return [Call("Normalization<T>.WeightGradient", Sizes(a), Panel(a), Panel(node.Inputs[1]), $"{Number(op.Epsilon)}, {Target(node)}")];
            case LayerNormBiasGradientOp:
                return [Call("Normalization<T>.BiasGradient", Sizes(a), Panel(a), Target(node))];
            case ReduceOp { OverAxis: false } op:
                return [Call("Reductions<T>." + op.Kind, Sizes(a), Slots(a), Rows(y))];
            case ReduceGradientOp { OverAxis: false } op:
                return [Call("Reductions<T>." + op.Kind + "Gradient", op.Kind == ReduceKind.Max ? [Sizes(y), Rows(a), Slots(node.Inputs[1]), Slots(y)] : [Sizes(y), Rows(a), Slots(y)])];
            case ReduceOp op:
                return [Call("Along<T>." + op.Kind, Along(a), Width(a), Rows(a), Rows(y))];
            case ReduceGradientOp op:
                return [Call("Along<T>." + op.Kind + "Gradient", op.Kind == ReduceKind.Max ? [Along(y), Width(y), Rows(a), Rows(node.Inputs[1]), Rows(y)] : [Along(y), Width(y), Rows(a), Rows(y)])];
            case LastOp when plan.Mode == Mode.Streaming:
                return [$"Moves.Copy({At(a)}, {At(y)}, batch, {Text(View(y).Room.Row)});"];
            case LastOp:
                return [Call("Along<T>.Last", Along(a), Width(a), Rows(a), Rows(y))];
            case AtLastOp:
                return [Call("Along<T>.AtLast", Along(y), Width(y), Rows(a), Rows(y))];
            case SoftmaxOp op:
                return [Call("Along<T>.Softmax", Along(a) + ", " + Limit(op.Causal), Rows(a), Rows(y))];
            case SoftmaxGradientOp op:
                return [Call("Along<T>.SoftmaxGradient", Along(y) + ", " + Limit(op.Causal), Rows(a), Rows(node.Inputs[1]), Rows(y))];
            case ContractOp { OverAxis: true } op:
                return [Call($"Contractions<T>.{op.Kind}Along", Along(a) + ", " + Limit(op.Causal), Width(op.Kind == ContractKind.Dot ? a : y), Rows(a), Rows(node.Inputs[1]), Rows(y))];
            case ContractOp op:
                Value matrix = op.Kind switch { ContractKind.Dot => a, ContractKind.Sum => node.Inputs[1], _ => y };
                return [Call("Contractions<T>." + op.Kind, Sizes(matrix), matrix == a ? Slots(a) : Rows(a), matrix == node.Inputs[1] ? Slots(matrix) : Rows(node.Inputs[1]), matrix == y ? Slots(y) : Rows(y))];
            case CircularConvOp op:
                return [Call("CircularShift<T>.Convolve", $"{rows}, {Text(a.Shape.Size)}, {Text(node.Inputs[1].Shape.Size)}, {Flag(op.Mirrored)}", Rows(a), Rows(node.Inputs[1]), Rows(y))];
            case CircularConvShiftGradientOp op:
                return [Call("CircularShift<T>.ShiftGradient", $"{rows}, {Text(a.Shape.Size)}, {Text(y.Shape.Size)}, {Flag(op.Mirrored)}", Rows(a), Rows(node.Inputs[1]), Rows(y))];
            case UnfoldOp op when plan.Mode == Mode.Streaming:
                return WindowStep(node, op.Window, Rows(a), Rows(y), places);
            case UnfoldOp op:
                return [Call("Windows<T>.Unfold", Steps(y, a), Taps(op.Window, a), Rows(a), Rows(y))];
            case FoldOp op:
                return [Call("Windows<T>.Fold", FoldedSteps(), Taps(op.Window, y), Rows(a), Rows(y))];
            case ConcatOp:
                return Concat(node, places, where, rows);
            case SliceOp op:
                return [Columns(rows, op.Count, Offset(a, op.Start), Rows(y))];
            case PadOp op:
                return [$"Moves.Clear({At(y)}, {rows}, {Text(View(y).Room.Row)});", Columns(rows, a.Shape.Width, Rows(a), Offset(y, op.Start))];
            case SumToOp:
                return SumTo(node, places, where, rows);
            default:
                throw new GraphException($"no kernel computes {node.Op.Name}");
        }

        string Steps(Value output, Value input) => $"{places.Steps(output.Shape.Axis!)}, {places.Steps(input.Shape.Axis!)}, batch";
        string FoldedSteps() => places.InPart && where == Where.Whole ? "steps - first, steps - first, batch" : Steps(a, y);
        string Sizes(Value value) => $"{rows}, {Text(value.Shape.Rank == 2 ? value.Shape.Dims[0] : 1)}, {Text(value.Shape.Width)}";
        string Offset(Value value, int start) => start == 0 ? Rows(value) : $"ref Unsafe.Add({At(value)}, {Text(start)}), {Text(View(value).Room.Row)}";
        string Master(Value parameter) => "ref " + KernelCalls.Master(parameter, plan, names, places);
        string Target(Node of) => "ref " + Gradient(of, plan.Pack.Find(plan.GradientTargets[of]).Gates[0].Offset, places);
    }

    private static string Taps(Window window, Value input) =>
        $"{Width(input)}, {Text(window.Kernel)}, {Text(window.Dilation)}, {Text(window.Stride)}, {Flag(window.Causal)}";

    /// <summary>The newest input joins those that a stream remembers; where the window is not complete there is nothing to go on with.</summary>
    private IEnumerable<string> WindowStep(Node node, Window window, string x, string y, Places places)
    {
        Room ring = plan.Rings[node];
        string call = $"Windows<T>.Step(batch, {Taps(window, node.Inputs[0])}, {x}, ref {places.At(new View(ring), Where.Step)}, {Text(ring.Row)}, {y})";
        return window.IsEveryStep ? [call + ";"] : [$"if (!{call})", "{", "    return false;", "}"];
    }

    /// <summary>Values side by side, each from its column on.</summary>
    private IEnumerable<string> Concat(Node node, Places places, Where where, string rows)
    {
        View to = View(node.Output);
        int start = 0;
        foreach (Value input in node.Inputs)
        {
            string at = "ref " + places.At(to, where);
            yield return Columns(
                rows, input.Shape.Width, $"ref {places.At(View(input), where)}, {Text(View(input).Room.Row)}", $"{(start == 0 ? at : $"ref Unsafe.Add({at}, {Text(start)})")}, {Text(to.Room.Row)}");
            start += input.Shape.Width;
        }
    }

    private static string Columns(string rows, int width, string from, string to) => Call("Moves.Rows", from, to, $"{rows}, {Text(width)}");

    /// <summary>Sums over what a narrower value was stretched to: to a parameter over all rows, to a row over its steps or its elements.</summary>
    private IEnumerable<string> SumTo(Node node, Places places, Where where, string rows)
    {
        Value x = node.Inputs[0], y = node.Output;
        View from = View(x);
        string source = $"ref {places.At(from, where)}, {Text(from.Room.Row)}";
        if (y.Shape.Extent == Extent.None)
        {
            string parameter = plan.GradientTargets[node];
            string to = "ref " + Gradient(node, plan.Pack.Find(parameter).Gates[0].Offset, places);
            string kernel = x.Shape.Size == y.Shape.Size ? "AddRows" : y.Shape.Size == 1 ? "AddAll" : throw Unknown();
            return [Call("Reductions<T>." + kernel, $"{rows}, {Text(x.Shape.Size)}", source, to)];
        }

        View view = View(y);
        string result = $"ref {places.At(view, where)}, {Text(view.Room.Row)}";
        if (x.Shape.Extent == y.Shape.Extent)
        {
            return y.Shape.Size == 1 && x.Shape.Rank < 2
                ? [Call("Reductions<T>.Sum", $"{rows}, 1, {Text(x.Shape.Width)}", source + ", " + Text(from.Room.SlotStride), result)]
                : throw Unknown();
        }

        Axis axis = x.Shape.Axis!;
        return x.Shape.Size == y.Shape.Size && x.Shape.Rank < 2
            ? [Call("Along<T>.Sum", $"{places.Steps(axis)}, batch, {places.Lengths(axis)}", Text(x.Shape.Width), source, result)]
            : throw Unknown();

        GraphException Unknown() => new($"no kernel sums {x.Shape} to {y.Shape}");
    }

    private static string Width(Value value) => Text(value.Shape.Width);

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Number(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f";
}
