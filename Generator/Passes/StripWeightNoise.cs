// Weights that are multiplied by noise (weight drop) are read as they are: the runtime gives a pass parameters of its own, with the noise in them.
// Knows which parameter each noise belongs to; refuses to know how it is drawn.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class StripWeightNoise
{
    /// <summary>Takes the products of parameters and their noise out of a graph of forward ops, and says which noise belongs to which parameter.</summary>
    public static IReadOnlyList<(NoiseOp Noise, string Parameter)> Run(NetworkGraph graph)
    {
        var found = new List<(NoiseOp, string)>();
        foreach (Node node in graph.Root.Nodes.Where(n => n.Op is MapOp { Kind: MapKind.Mul }).ToList())
        {
            Value? noise = node.Inputs.FirstOrDefault(v => v.Producer?.Op is NoiseOp { Life: NoiseLife.Weight });
            Value? parameter = node.Inputs.FirstOrDefault(v => v.Producer?.Op is ParamOp);
            if (noise is not null && parameter is not null)
            {
                found.Add(((NoiseOp)noise.Producer!.Op, ((ParamOp)parameter.Producer!.Op).Parameter));
                graph.Replace(node.Output, parameter);
                graph.Root.Nodes.Remove(node);
                graph.Root.Nodes.Remove(noise.Producer);
            }
        }

        return found;
    }
}
