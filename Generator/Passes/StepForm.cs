// Checks that a network whose layers say that it can run one step at a time is one: a failure is a bug in a recipe.
// Knows which ops need more than the past; knows no layer.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class StepForm
{
    public static void Check(NetworkGraph graph)
    {
        Node? node = graph.Root.Nodes.FirstOrDefault(n => n switch
        {
            Scan scan => scan.Reverse || scan.Captures.Any(c => c.Shape.Extent == Extent.BatchAxis),
            { Op: ParamOp { Untied: not null } } => true,
            _ => !n.Op.CanStep,
        });
        if (node is not null)
        {
            throw new GraphException($"{node.Op.Name} of layer '{node.Layer}' has no step form, and the layer does not say so");
        }
    }
}
