// Checks that a graph keeps the rules of the form: order, regions, shapes. A failure is a bug in a recipe or a pass.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Graph;

internal static class Verifier
{
    public static void Check(NetworkGraph graph)
    {
        var known = new HashSet<Value>();
        foreach (Node node in graph.Root.Nodes)
        {
            foreach (Value read in node.Reads.Where(v => !known.Contains(v)))
            {
                throw new GraphException($"{node.Op.Name} reads {read} before it is computed");
            }

            if (node is Scan scan)
            {
                CheckScan(scan, known);
            }
            else
            {
                CheckShape(node);
            }

            foreach (Value output in node.Outputs)
            {
                if (output.Region != graph.Root || !known.Add(output))
                {
                    throw new GraphException($"{output} is computed twice or in the wrong region");
                }
            }
        }

        foreach (KeyValuePair<string, Value> result in graph.Results.Where(r => !known.Contains(r.Value)))
        {
            throw new GraphException($"result {result.Key} is not computed in the root");
        }
    }

    private static void CheckScan(Scan scan, HashSet<Value> outside)
    {
        var known = new HashSet<Value>(scan.Each.Select(e => e.Inner).Concat(scan.Carries.Select(c => c.Previous)));
        foreach (ScanEach each in scan.Each.Where(e => e.Outer.Shape.Axis != scan.Axis || e.Outer.Shape.AtStep() != e.Inner.Shape))
        {
            throw new GraphException($"{each.Outer} of shape {each.Outer.Shape} is not sliced along {scan.Axis}");
        }

        foreach (Node node in scan.Body.Nodes)
        {
            if (node is Scan)
            {
                throw new GraphException("a scan stands in another scan's body");
            }

            foreach (Value read in node.Inputs.Where(v => !known.Contains(v) && !outside.Contains(v)))
            {
                throw new GraphException($"{node.Op.Name} in a body reads {read} before it is computed");
            }

            CheckShape(node);
            known.Add(node.Output);
        }

        foreach (ScanCarry carry in scan.Carries.Where(c => c.Next is null || c.Next.Shape != c.Previous.Shape || (!known.Contains(c.Next) && !outside.Contains(c.Next))))
        {
            throw new GraphException($"state {carry.Name}: next value {carry.Next} does not fit {carry.Previous.Shape}");
        }

        foreach (ScanResult result in scan.Emits.Concat(scan.Sums).Where(r => !known.Contains(r.Inner)))
        {
            throw new GraphException($"{result.Outer} leaves a scan whose body does not compute it");
        }
    }

    private static void CheckShape(Node node)
    {
        Shape shape = node.Op.Infer(node.Inputs);
        if (shape != node.Output.Shape)
        {
            throw new GraphException($"{node.Op.Name} gives {shape}, {node.Output} is declared as {node.Output.Shape}");
        }
    }
}
