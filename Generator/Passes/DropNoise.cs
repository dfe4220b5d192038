// Replaces noise by its value at inference. Where that is one, the product with it disappears.
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
            foreach (Scan scan in graph.Root.Nodes.OfType<Scan>().ToList())
            {
                foreach (ScanEach each in scan.Each.Where(e => e.Outer == noise.Output).ToList())
                {
                    scan.Each.Remove(each);
                    Drop(graph, scan.Body, each.Inner, value, place: 0);
                }
            }

            int place = graph.Root.Nodes.IndexOf(noise);
            graph.Root.Nodes.RemoveAt(place);
            Drop(graph, graph.Root, noise.Output, value, place);
        }
    }

    /// <summary>Puts a constant where a draw was read.</summary>
    private static void Drop(NetworkGraph graph, Region region, Value draw, double value, int place)
    {
        foreach (Node reader in graph.Readers(draw).Where(r => value == 1 && r.Op is MapOp { Kind: MapKind.Mul }).ToList())
        {
            Value other = reader.Inputs[0] == draw ? reader.Inputs[1] : reader.Inputs[0];
            if (other.Shape == reader.Output.Shape)
            {
                graph.Replace(reader.Output, other);
            }
        }

        Value constant = graph.AddTo(region, new ConstOp(value));
        region.Nodes.RemoveAt(region.Nodes.Count - 1);
        region.Nodes.Insert(place, constant.Producer!);
        graph.Replace(draw, constant);
        Fold(graph, region);
    }

    /// <summary>What is made of constants alone is one.</summary>
    private static void Fold(NetworkGraph graph, Region region)
    {
        for (int i = 0; i < region.Nodes.Count; i++)
        {
            Node node = region.Nodes[i];
            if (node.Op is not MapOp { Kind: MapKind.Add or MapKind.Sub or MapKind.Mul or MapKind.Neg } map || !node.Inputs.All(v => v.Producer?.Op is ConstOp))
            {
                continue;
            }

            double[] x = node.Inputs.Select(v => ((ConstOp)v.Producer!.Op).Value).ToArray();
            double value = map.Kind switch { MapKind.Add => x[0] + x[1], MapKind.Sub => x[0] - x[1], MapKind.Mul => x[0] * x[1], _ => -x[0] };
            Value constant = graph.AddTo(region, new ConstOp(value));
            region.Nodes.RemoveAt(region.Nodes.Count - 1);
            region.Nodes[i] = constant.Producer!;
            graph.Replace(node.Output, constant);
        }
    }
}
