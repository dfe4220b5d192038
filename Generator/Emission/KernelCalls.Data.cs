// Statements for what is done with data and is neither a product with weights nor elementwise: normalisation, sums, products of data with data,
// attention over an axis, layout. Knows the runtime's kernel contract (SeqGen.Kernels.V1); knows no layer.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class KernelCalls
{
    private const string NoLimit = "int.MaxValue";

    /// <summary>Steps that a sum over an axis stops before: those after the step of the loop that it stands in, where it looks back alone.</summary>
    private static string Limit(bool causal) => causal ? "t + 1" : NoLimit;

    private void Data(SourceWriter writer, Node node, Site site)
    {
        if ((Normalization(node, site) ?? Sum(node, site) ?? Attention(node, site)) is { } call)
        {
            writer.Statement(call.ToString());
            return;
        }

        Value y = node.Output, a = node.Inputs[0];
        switch (node.Op)
        {
            case LastOp when _plan.Mode == Mode.Streaming:
                writer.Statement($"Moves.Copy({site.At(a)}, {site.At(y)}, batch, {Text(site.Room(y).Row)})");
                break;
            case UnfoldOp op when _plan.Mode == Mode.Streaming:
                WindowStep(writer, op.Window, site);
                break;
            case ConcatOp:
                Concat(writer, site);
                break;
            case SliceOp op:
                writer.Statement(site.Call("Moves.Rows").Rows(a, op.Start).Rows(y).Group(site.Rows, Text(op.Count)).ToString());
                break;
            case PadOp op:
                writer.Statement($"Moves.Clear({site.At(y)}, {site.Rows}, {Text(site.Room(y).Row)})");
                writer.Statement(site.Call("Moves.Rows").Rows(a).Rows(y, op.Start).Group(site.Rows, Text(a.Shape.Width)).ToString());
                break;
            case SumToOp:
                writer.Statement(SumTo(a, y, site).ToString());
                break;
            default:
                throw new GraphException($"no kernel computes {node.Op.Name}");
        }
    }

    private static KernelCall? Normalization(Node node, Site site)
    {
        Value a = node.Inputs[0], y = node.Output;
        return node.Op switch
        {
            LayerNormOp op => site.Call("Normalization<T>.Forward").Sizes(a).Panel(a).Group(site.Master(node.Inputs[1]), site.Master(node.Inputs[2]), Number(op.Epsilon)).Panel(y),
            LayerNormInputGradientOp op => site.Call("Normalization<T>.InputGradient").Sizes(a).Panel(a).Group(site.Master(node.Inputs[1]), Number(op.Epsilon)).Panel(node.Inputs[2]).Panel(y),
            LayerNormWeightGradientOp op => site.Call("Normalization<T>.WeightGradient").Sizes(a).Panel(a).Panel(node.Inputs[1]).Group(Number(op.Epsilon), site.Gradient(node)),
            LayerNormBiasGradientOp => site.Call("Normalization<T>.BiasGradient").Sizes(a).Panel(a).Group(site.Gradient(node)),
            BatchNormOp op => site.Call("BatchNormalization<T>.Forward").Group("f.Statistics", site.Norm(node.Inputs[1])).Counted(a).Width(a).Panel(a)
                .Group(site.Running(node.Inputs[1]), Number(op.Epsilon)).Panel(y),
            BatchNormGradientOp => site.Call("BatchNormalization<T>.Gradient").Group("f.Statistics", site.Norm(node.Inputs[2])).Counted(a, withFirst: true).Width(a)
                .Panel(a).Panel(node.Inputs[1]).Group(site.Running(node.Inputs[2])).Panel(y),
            SoftmaxOp { OverAxis: false } => site.Call("Rows<T>.Softmax").Group(site.Rows, Text(y.Shape.Width)).Rows(a).Rows(y),
            SoftmaxGradientOp { OverAxis: false } => site.Call("Rows<T>.SoftmaxGradient").Group(site.Rows, Text(y.Shape.Width)).Rows(a).Rows(node.Inputs[1]).Rows(y),
            RisingOp op => site.Call("Rising.Sums").Group(Text(op.Count), site.Rows, Text(y.Shape.Width)).Rows(a).Rows(y),
            RisingGradientOp op => site.Call("Rising.SumsGradient").Group(Text(op.Count), site.Rows, Text(y.Shape.Width)).Rows(a).Rows(node.Inputs[1]).Rows(y),
            RescaleOp op => site.Call("Rescale.Groups").Group(Text(op.Count), site.Rows, Text(y.Shape.Width)).Rows(a).Group(site.Master(node.Inputs[1]), site.Master(node.Inputs[2])).Rows(y),
            _ => null,
        };
    }

    /// <summary>Sums, means and maxima of rows and over an axis, and their gradients.</summary>
    private static KernelCall? Sum(Node node, Site site)
    {
        Value a = node.Inputs[0], y = node.Output;
        switch (node.Op)
        {
            case ReduceOp { OverAxis: false } op:
                return site.Call("Reductions<T>." + op.Kind).Sizes(a).Slots(a).Rows(y);
            case ReduceGradientOp { OverAxis: false } op:
                KernelCall rows = site.Call("Reductions<T>." + op.Kind + "Gradient").Sizes(y).Rows(a);
                return (op.Kind == ReduceKind.Max ? rows.Slots(node.Inputs[1]) : rows).Slots(y);
            case ReduceOp op:
                return site.Call("Along<T>." + op.Kind).Along(a).Width(a).Rows(a).Rows(y);
            case ReduceGradientOp op:
                KernelCall along = site.Call("Along<T>." + op.Kind + "Gradient").Along(y).Width(y).Rows(a);
                return (op.Kind == ReduceKind.Max ? along.Rows(node.Inputs[1]) : along).Rows(y);
            default:
                return null;
        }
    }

    /// <summary>What looks at other steps or at a memory.</summary>
    private KernelCall? Attention(Node node, Site site)
    {
        Value a = node.Inputs[0], y = node.Output, b = node.Inputs.Count > 1 ? node.Inputs[1] : a;
        switch (node.Op)
        {
            case LastOp when _plan.Mode != Mode.Streaming:
                return site.Call("Along<T>.Last").Along(a).Width(a).Rows(a).Rows(y);
            case AtLastOp:
                return site.Call("Along<T>.AtLast").Along(y).Width(y).Rows(a).Rows(y);
            case SoftmaxOp { OverAxis: true } op:
                return site.Call("Along<T>.Softmax").Along(a, Limit(op.Causal)).Rows(a).Rows(y);
            case SoftmaxGradientOp { OverAxis: true } op:
                return site.Call("Along<T>.SoftmaxGradient").Along(y, Limit(op.Causal)).Rows(a).Rows(b).Rows(y);
            case ContractOp { OverAxis: true } op:
                return site.Call($"Contractions<T>.{op.Kind}Along").Along(a, Limit(op.Causal)).Width(op.Kind == ContractKind.Dot ? a : y).Rows(a).Rows(b).Rows(y);
            case ContractOp op:
                KernelCall call = site.Call("Contractions<T>." + op.Kind);
                return op.Kind switch
                {
                    ContractKind.Dot => call.Sizes(a).Slots(a).Rows(b).Rows(y),
                    ContractKind.Sum => call.Sizes(b).Rows(a).Slots(b).Rows(y),
                    _ => call.Sizes(y).Rows(a).Rows(b).Slots(y),
                };
            case CircularConvOp op:
                return site.Call("CircularShift<T>.Convolve").Group(site.Rows, Text(a.Shape.Size), Text(b.Shape.Size), Flag(op.Mirrored)).Rows(a).Rows(b).Rows(y);
            case CircularConvShiftGradientOp op:
                return site.Call("CircularShift<T>.ShiftGradient").Group(site.Rows, Text(a.Shape.Size), Text(y.Shape.Size), Flag(op.Mirrored)).Rows(a).Rows(b).Rows(y);
            case UnfoldOp { Window.LooksAhead: true } op:
                return site.Call("Windows<T>.UnfoldAround").Along(a).Group(TapsAround(op.Window, a)).Rows(a).Rows(y);
            case FoldOp { Window.LooksAhead: true } op:
                return site.Call("Windows<T>.FoldAround").Along(y).Group(TapsAround(op.Window, y)).Rows(a).Rows(y);
            case UnfoldOp op when _plan.Mode != Mode.Streaming:
                return site.Call("Windows<T>.Unfold").Group(Steps(y), Steps(a), "batch").Group(Taps(op.Window, a)).Rows(a).Rows(y);
            case FoldOp op:
                string rest = site.Where == Where.Part ? " - " + site.Places.First : "";
                return site.Call("Windows<T>.Fold").Group(Steps(a) + rest, Steps(y) + rest, "batch").Group(Taps(op.Window, y)).Rows(a).Rows(y);
            default:
                return null;
        }

        string Steps(Value value) => site.Places.Steps(value.Shape.Axis!);
    }

    private static string Taps(Window window, Value input) =>
        $"{Text(input.Shape.Width)}, {Text(window.Kernel)}, {Text(window.Dilation)}, {Text(window.Stride)}, {Flag(window.Causal)}";

    private static string TapsAround(Window window, Value input) => $"{Text(input.Shape.Width)}, {Text(window.Kernel)}, {Text(window.Dilation)}, {Text(window.Back)}";

    /// <summary>The newest input joins those that a stream remembers; where the window is not complete there is nothing to go on with.</summary>
    private void WindowStep(SourceWriter writer, Window window, Site site)
    {
        Room ring = _plan.Rings[site.Node];
        Value x = site.Node.Inputs[0], y = site.Node.Output;
        string call = $"Windows<T>.Step(batch, {Taps(window, x)}, {site.At(x)}, {Text(site.Room(x).Row)}, "
            + $"ref {site.Places.At(new View(ring), Where.Step)}, {Text(ring.Row)}, {site.At(y)}, {Text(site.Room(y).Row)})";
        if (window.IsEveryStep)
        {
            writer.Statement(call);
        }
        else
        {
            writer.Line($"if (!{call})").Open().Line("return false;").Close();
        }
    }

    /// <summary>Values side by side, each from its column on.</summary>
    private static void Concat(SourceWriter writer, Site site)
    {
        int start = 0;
        foreach (Value input in site.Node.Inputs)
        {
            writer.Statement(site.Call("Moves.Rows").Rows(input).Rows(site.Node.Output, start).Group(site.Rows, Text(input.Shape.Width)).ToString());
            start += input.Shape.Width;
        }
    }

    /// <summary>Sums over what a narrower value was stretched to: to a parameter over all rows, to a row over its steps or its elements.</summary>
    private static KernelCall SumTo(Value x, Value y, Site site)
    {
        bool alike = x.Shape.Size == y.Shape.Size;
        if (y.Shape.Extent == Extent.None)
        {
            string kernel = alike ? "AddRows" : y.Shape.Size == 1 ? "AddAll" : throw Unknown();
            return site.Call("Reductions<T>." + kernel).Group(site.Rows, Text(x.Shape.Size)).Rows(x).Group(site.Gradient(site.Node));
        }

        if (x.Shape.Rank > 1)
        {
            throw Unknown();
        }

        if (x.Shape.Extent == y.Shape.Extent)
        {
            return y.Shape.Size == 1 ? site.Call("Reductions<T>.Sum").Sizes(x).Slots(x).Rows(y) : throw Unknown();
        }

        return alike ? site.Call("Along<T>.Sum").Along(x).Width(x).Rows(x).Rows(y) : throw Unknown();

        GraphException Unknown() => new($"no kernel sums {x.Shape} to {y.Shape}");
    }
}
