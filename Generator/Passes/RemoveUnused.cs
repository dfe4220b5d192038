// Drops what no result depends on. Knows which nodes have readers; knows nothing of what they do.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Passes;

internal static class RemoveUnused
{
    public static void Run(NetworkGraph graph)
    {
        var live = new HashSet<Value>(graph.Results.Values);
        for (int i = graph.Root.Nodes.Count - 1; i >= 0; i--)
        {
            Node node = graph.Root.Nodes[i];
            if (!node.Outputs.Any(live.Contains))
            {
                graph.Root.Nodes.RemoveAt(i);
                continue;
            }

            if (node is Scan scan)
            {
                Trim(scan, live);
            }

            live.UnionWith(node.Reads);
        }
    }

    private static void Trim(Scan scan, HashSet<Value> live)
    {
        scan.Emits.RemoveAll(e => !live.Contains(e.Outer));
        scan.Sums.RemoveAll(s => !live.Contains(s.Outer));
        var needed = new HashSet<Value>(scan.Emits.Concat(scan.Sums).Select(r => r.Inner));
        var carries = new HashSet<ScanCarry>(scan.Carries.Where(c => live.Contains(c.Final)));
        int before;
        do
        {
            before = needed.Count + carries.Count;
            needed.UnionWith(carries.Select(c => c.Next!));
            foreach (Node node in Enumerable.Reverse(scan.Body.Nodes).Where(n => needed.Contains(n.Output)))
            {
                needed.UnionWith(node.Inputs);
            }

            carries.UnionWith(scan.Carries.Where(c => needed.Contains(c.Previous)));
        }
        while (needed.Count + carries.Count > before);

        scan.Body.Nodes.RemoveAll(n => !needed.Contains(n.Output));
        scan.Carries.RemoveAll(c => !carries.Contains(c));
        scan.Each.RemoveAll(e => !needed.Contains(e.Inner));
    }
}
