// Takes guards out once gradients are derived: forwards they are what they guard. Knows one op.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class RemoveGuards
{
    public static void Run(NetworkGraph graph)
    {
        foreach (Region region in graph.Root.Nodes.OfType<Scan>().Select(s => s.Body).Append(graph.Root).ToList())
        {
            foreach (Node guard in region.Nodes.Where(n => n.Op is MapOp { Kind: MapKind.Guard }).ToList())
            {
                Value guarded = guard.Inputs[0];
                guarded.Name = guarded.Name.Length > 0 ? guarded.Name : guard.Output.Name;
                graph.Replace(guard.Output, guarded);
                region.Nodes.Remove(guard);
            }
        }
    }
}
