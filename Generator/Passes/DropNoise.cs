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
            foreach (Node reader in graph.Readers(noise.Output).Where(r => value == 1 && r.Op is MapOp { Kind: MapKind.Mul }).ToList())
            {
                Value other = reader.Inputs[0] == noise.Output ? reader.Inputs[1] : reader.Inputs[0];
                if (other.Shape == reader.Output.Shape)
                {
                    graph.Replace(reader.Output, other);
                }
            }

            int place = graph.Root.Nodes.IndexOf(noise);
            Value constant = graph.AddTo(graph.Root, new ConstOp(value));
            graph.Root.Nodes.RemoveAt(graph.Root.Nodes.Count - 1);
            graph.Root.Nodes.Insert(place, constant.Producer!);
            graph.Replace(noise.Output, constant);
        }
    }
}
