// Whether a network can run one step at a time, and if not, why and what to do instead. Knows which ops need more than the past; knows no layer.
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class StepForm
{
    /// <summary>Why there is no stream; null where there is one.</summary>
    public static string? Missing(NetworkGraph graph)
    {
        foreach (Node node in graph.Root.Nodes)
        {
            string layer = node.Layer.Length > 0 ? "Layer '" + node.Layer + "'" : "The network";
            switch (node)
            {
                case { Op: InputOp { Port: "decoder_input" } }:
                    return "An encoder reads its whole source before the decoder's first step. Use a SequenceDecoder, which encodes a source and then decodes step by step.";
                case { Op: ParamOp { Untied: { } axis } }:
                    return layer + $" has parameters of its own for each of {axis.Max.ToString(CultureInfo.InvariantCulture)} steps, and a stream has no end. Use Predict, or make it Tied.";
                case Scan { Reverse: true }:
                    return layer + " runs from the last step to the first, which a stream has not seen yet. Use Predict over a window of the newest steps "
                        + "(or with some steps of look-ahead), or make the layer run forwards only.";
                case Scan scan when scan.Captures.Any(c => c.Shape.Extent == Extent.BatchAxis):
                    return layer + " looks at all past steps at every step. Use Predict over a window of the newest steps.";
                case not Scan when !node.Op.CanStep || IsOverAxis(node.Op):
                    return layer + " needs the whole sequence. Use Predict over a window of the newest steps.";
            }
        }

        return null;
    }

    private static bool IsOverAxis(Op op) => op is SoftmaxOp { OverAxis: true } or ContractOp { OverAxis: true } or ReduceOp { OverAxis: true };
}
