// Replaces noise by its value at inference. Where that is one, the product with it disappears.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class DropNoise
{
    public static void Run(NetworkGraph graph)
    {
        foreach (Node noise in graph.Root.Nodes.Where(n => n.Op is NoiseOp).ToList())
        {
            double value = ((NoiseOp)noise.Op).Inference;
            Node constant = Constant(graph, value, before: noise);
            var draws = new List<Value> { noise.Output };
            foreach (Scan scan in graph.Root.Nodes.OfType<Scan>())
            {
                // A draw a step is sliced by the loop; a constant is read as it is.
                draws.AddRange(scan.Each.Where(e => e.Outer == noise.Output).Select(e => e.Inner));
                scan.Each.RemoveAll(e => e.Outer == noise.Output);
            }

            foreach (Value draw in draws)
            {
                if (value == 1)
                {
                    SkipProducts(graph, draw);
                }

                graph.Replace(draw, constant.Output);
            }

            FoldDifferences(graph, constant, value);
        }
    }

    private static void SkipProducts(NetworkGraph graph, Value draw)
    {
        foreach (Node reader in graph.Readers(draw).Where(r => r.Op is MapOp { Kind: MapKind.Mul }).ToList())
        {
            Value other = reader.Inputs[0] == draw ? reader.Inputs[1] : reader.Inputs[0];
            if (other.Shape == reader.Output.Shape)
            {
                graph.Replace(reader.Output, other);
            }
        }
    }

    /// <summary>1 - rate is a constant too, so that no loop computes it.</summary>
    private static void FoldDifferences(NetworkGraph graph, Node constant, double value)
    {
        foreach (Node reader in graph.Readers(constant.Output).Where(r => r.Op is MapOp { Kind: MapKind.Sub } && r.Inputs[1] == constant.Output).ToList())
        {
            if (reader.Inputs[0].Producer?.Op is ConstOp first)
            {
                graph.Replace(reader.Output, Constant(graph, first.Value - value, before: constant).Output);
            }
        }
    }

    private static Node Constant(NetworkGraph graph, double value, Node before)
    {
        Node constant = graph.AddTo(graph.Root, new ConstOp(value)).Producer!;
        graph.Root.Nodes.RemoveAt(graph.Root.Nodes.Count - 1);
        graph.Root.Nodes.Insert(graph.Root.Nodes.IndexOf(before), constant);
        return constant;
    }
}
