// Which products in loops over time read inputs, so that what those add can be made for some steps at once, and with how many sequences that is faster.
// Knows what a body reads and how large weights are; knows no cell and no place. The figures are in docs/performance.md.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class Spans
{
    /// <summary>Sequences that are few where nothing is to be read at every step again: more of them are rows enough at a single step.</summary>
    public const int Few = 8;

    /// <summary>The same where weights of states are read at every step, and those of inputs need not be.</summary>
    private const int FewWithState = 2;

    /// <summary>Floats of a first-level cache of 32 KiB: smaller weights stay there from step to step.</summary>
    private const int FirstLevelCache = 8192;

    /// <summary>Floats of weights that a second-level cache of 2 MiB no longer holds beside all else.</summary>
    private const int SecondLevelCache = 384 * 1024;

    /// <summary>Units whose product and cell are one method where there is one sequence.</summary>
    private const int UnitsOfOneMethod = 32;

    /// <summary>The products, and how many sequences are few for each.</summary>
    public static Dictionary<Node, int> Of(NetworkGraph graph, Mode mode) =>
        graph.Root.Nodes.OfType<Scan>().Where(s => s.Forward is null)
            .SelectMany(s => s.Body.Nodes.Select(n => (Node: n, Few: FewOf(s, n, mode)))).Where(p => p.Few > 0).ToDictionary(p => p.Node, p => p.Few);

    /// <summary>Whether a term of a product reads the input of the step, and weights that all steps share.</summary>
    public static bool IsEarly(Node product, int term) =>
        product.Inputs[((AffineOp)product.Op).Source(term)] is { Shape.Extent: Extent.Batch, Outer: not null } && product.Inputs[((AffineOp)product.Op).Weight(term)].Outer is null;

    private static int FewOf(Scan scan, Node node, Mode mode)
    {
        if (node.Op is not AffineOp op || !IsEarly(node, 0) || scan.Carries.Any(c => c.Next == node.Output))
        {
            return 0;
        }

        int early = Weights(node, op, isEarly: true), late = Weights(node, op, isEarly: false);
        if (late == 0)
        {
            // One block of units is made while the step waits for its last one where that takes an activation: to make it earlier would cost time.
            return op.Units > 16 || !WaitsForActivation(scan) ? Few : 0;
        }

        return early + late < FirstLevelCache || (mode == Mode.Inference && op.Units <= UnitsOfOneMethod) ? 0
            : 4 * early < late ? 1
            : early + late < SecondLevelCache ? FewWithState : Few;
    }

    private static int Weights(Node node, AffineOp op, bool isEarly) => Enumerable.Range(0, op.Terms.Count).Where(k => IsEarly(node, k) == isEarly)
        .Sum(k => op.Terms[k].Count(s => s >= 0) * PackParameters.Pad(op.Units) * node.Inputs[op.Source(k)].Shape.Width);

    /// <summary>Whether an activation stands between a state and the next.</summary>
    private static bool WaitsForActivation(Scan scan)
    {
        var late = new HashSet<Value>(scan.Carries.Select(c => c.Previous));
        bool waits = false;
        foreach (Node node in scan.Body.Nodes.Where(n => n.Inputs.Any(late.Contains)))
        {
            late.Add(node.Output);
            waits |= node.Op is MapOp { IsActivation: true };
        }

        return waits;
    }
}
