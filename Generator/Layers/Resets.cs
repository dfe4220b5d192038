// Resets inside a sequence: a flag a step that sets states back to their beginning before that step. Written into a graph of forward ops, so that gradients
// (which stop there), places and code follow as of any op.
// Knows loops, their states and windows; knows no layer.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class Resets
{
    /// <summary>Lets every loop over an axis, and every window along it, begin anew where a step is flagged.</summary>
    public static void Add(NetworkGraph graph, Axis axis)
    {
        foreach (Node node in graph.Root.Nodes.ToList())
        {
            if (node is Scan scan && scan.Axis == axis)
            {
                SetBack(graph, scan);
            }
            else if (node.Op is UnfoldOp { Window.IsTheStep: false } && node.Output.Shape.Axis == axis)
            {
                Cut(graph, node, axis);
            }
        }
    }

    /// <summary>previous = flag ? beginning : previous, before anything in the body reads it.</summary>
    private static void SetBack(NetworkGraph graph, Scan scan)
    {
        int place = 0;
        foreach (ScanCarry carry in scan.Carries)
        {
            if (carry.Next != carry.Previous && !scan.Body.Nodes.Any(n => n.Inputs.Contains(carry.Previous)) && !scan.BodyResults.Contains(carry.Previous))
            {
                continue;
            }

            Value flag = graph.Each(scan, Port(graph, scan.Reverse ? Ports.ResetEnds : Ports.Resets, scan.Axis));
            Value beginning = BeginningOf(graph, carry) ?? Insert(graph, scan.Body, ref place, scan.Layer, new ConstOp(0));
            Value start = Insert(graph, scan.Body, ref place, scan.Layer, new MapOp(MapKind.Select), flag, beginning, carry.Previous);
            start.Name = carry.Name + "Start";
            foreach (Node reader in scan.Body.Nodes.Where(n => n != start.Producer))
            {
                reader.Replace(carry.Previous, start);
            }

            foreach (ScanCarry other in scan.Carries.Where(c => c.Next == carry.Previous))
            {
                other.Next = start;
            }

            foreach (ScanResult result in scan.Emits.Concat(scan.Sums).Where(r => r.Inner == carry.Previous))
            {
                result.Inner = start;
            }
        }
    }

    /// <summary>Where a state begins that is not zero there: given to every pass as where it starts is, but never what a user gave or carried.</summary>
    private static Value? BeginningOf(NetworkGraph graph, ScanCarry carry)
    {
        if (carry.Init.Producer?.Op is not InputOp { Port: var port })
        {
            return carry.Init.Producer?.Op is ZerosOp ? null : carry.Init;
        }

        string name = Ports.Beginning + port.Substring(Ports.Initial.Length);
        return !graph.InitialStates.ContainsKey(port) ? null : graph.Port(name) ?? First(graph, new InputOp(name, carry.Init.Shape));
    }

    /// <summary>Zeros in a window where it reaches into another piece, as there are before a sequence.</summary>
    private static void Cut(NetworkGraph graph, Node unfold, Axis axis)
    {
        Value windows = unfold.Output, input = unfold.Inputs[0], piece = Port(graph, Ports.ResetPieces, axis);
        int place = graph.Root.Nodes.IndexOf(unfold) + 1;

        // The piece beside every number that is read, so that its windows are the windows' pieces.
        Value ofInputs = Insert(graph, graph.Root, ref place, unfold.Layer, new MapOp(MapKind.Select), input, piece, piece);
        Value ofWindows = Insert(graph, graph.Root, ref place, unfold.Layer, unfold.Op, ofInputs);
        Value distance = Insert(graph, graph.Root, ref place, unfold.Layer, new MapOp(MapKind.Sub), ofWindows, piece);
        Value zero = Insert(graph, graph.Root, ref place, unfold.Layer, new ConstOp(0));
        Value cut = Insert(graph, graph.Root, ref place, unfold.Layer, new MapOp(MapKind.Select), distance, zero, windows);
        (ofInputs.Name, ofWindows.Name, cut.Name) = ("pieces", "windowPieces", "cutWindows");
        foreach (Node reader in graph.Root.Nodes.Where(n => n != cut.Producer))
        {
            reader.Replace(windows, cut);
        }
    }

    private static Value Port(NetworkGraph graph, string name, Axis axis) => graph.Port(name) ?? First(graph, new InputOp(name, Shape.Seq(axis, 1)));

    private static Value First(NetworkGraph graph, InputOp port)
    {
        int place = 0;
        return Insert(graph, graph.Root, ref place, "", port);
    }

    private static Value Insert(NetworkGraph graph, Region region, ref int place, string layer, Op op, params Value[] inputs)
    {
        Value value = graph.AddTo(region, op, inputs);
        Node node = value.Producer!;
        node.Layer = layer;
        region.Nodes.RemoveAt(region.Nodes.Count - 1);
        region.Nodes.Insert(place++, node);
        return value;
    }
}
