// Moves products out of backward scans: a weight gradient summed over the steps becomes one product over all steps and rows,
// and an input gradient that only leaves the scan becomes one product too. Their factors are sequences that are saved anyway.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class GatherGradients
{
    public static void Run(NetworkGraph graph)
    {
        foreach (Scan scan in graph.Root.Nodes.OfType<Scan>().ToList())
        {
            foreach (ScanResult sum in scan.Sums.Where(s => IsProduct(scan, s.Inner)).ToList())
            {
                Move(graph, scan, sum.Inner, sum.Outer);
                scan.Sums.Remove(sum);
            }

            foreach (ScanResult emit in scan.Emits.Where(e => LeavesOnly(scan, e.Inner)).ToList())
            {
                Move(graph, scan, emit.Inner, emit.Outer);
                scan.Emits.Remove(emit);
            }
        }

        RemoveUnused.Run(graph);
    }

    /// <summary>Whether it is a product over rows whose factors can be sequences, or a sum of such (a weight read by two ops).</summary>
    private static bool IsProduct(Scan scan, Value value) => value.Producer is { } node && node.Region == scan.Body
        && (node.Op is MapOp { Kind: MapKind.Add } ? node.Inputs.All(i => IsProduct(scan, i))
            : node.Op is AffineWeightGradientOp or AffineBiasGradientOp or GatherGradientOp && node.Inputs.All(i => IsFactor(scan, i)));

    private static bool LeavesOnly(Scan scan, Value value) =>
        value.Producer is { Op: AffineInputGradientOp } node && node.Inputs.Count == 2 && node.Inputs.All(i => IsFactor(scan, i))
        && scan.Carries.All(c => c.Next != value) && scan.Sums.All(s => s.Inner != value) && scan.Body.Nodes.All(n => !n.Inputs.Contains(value));

    /// <summary>Whether it is one per row and step, or a weight: then the product over all steps means the same. What is captured once a row
    /// would have to be repeated, and what runs along another axis (attention) would need the product of both axes on the tape.</summary>
    private static bool IsFactor(Scan scan, Value value) => value.Shape.Extent == (value.Region == scan.Body ? Extent.Batch : Extent.None);

    private static void Move(NetworkGraph graph, Scan scan, Value inner, Value outer)
    {
        graph.Layer = scan.Layer;
        int place = graph.Root.Nodes.IndexOf(scan) + 1;
        Value moved = Copy(graph, scan, inner, ref place);
        moved.Name = outer.Name;
        graph.Replace(outer, moved);
    }

    private static Value Copy(NetworkGraph graph, Scan scan, Value inner, ref int place)
    {
        Node node = inner.Producer!;
        var inputs = new Value[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            Value input = node.Inputs[i];
            inputs[i] = input.Region != scan.Body ? input
                : node.Op is MapOp ? Copy(graph, scan, input, ref place)
                : Sequence(graph, scan, input);
        }

        Value moved = graph.AddTo(graph.Root, node.Op, inputs);
        List<Node> nodes = graph.Root.Nodes;
        Node placed = nodes[nodes.Count - 1];
        nodes.RemoveAt(nodes.Count - 1);
        nodes.Insert(place++, placed);
        return moved;
    }

    private static Value Sequence(NetworkGraph graph, Scan scan, Value inner) =>
        scan.Each.FirstOrDefault(e => e.Inner == inner)?.Outer ?? graph.Emit(scan, inner);
}
