// Checks that a network whose layers say that it can run one step at a time is one, and finds whether a decoder can go on from where it was.
// Knows which ops need more than the past, or more of it than states; knows no layer.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class StepForm
{
    /// <summary>A failure is a bug in a recipe.</summary>
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

    /// <summary>Fails where a decoder that is to write by itself cannot go on: a bug in a recipe.</summary>
    public static void CheckDecoder(NetworkGraph graph)
    {
        if (Obstacle(graph) is { } node)
        {
            throw new GraphException($"{node.Op.Name} of layer '{node.Layer}' cannot go on in a decoder, and the layer does not say so");
        }
    }

    /// <summary>Whether there is a decoder that can run some more steps from the states that its last ones left.</summary>
    public static bool GoesOn(NetworkGraph graph) => DecoderInput(graph)?.Shape.Axis is not null && Obstacle(graph) is null;

    /// <summary>What a decoder is fed; null in networks without one.</summary>
    public static Value? DecoderInput(NetworkGraph graph) => graph.Root.Nodes.FirstOrDefault(n => n.Op is InputOp { Port: "decoder_input" })?.Output;

    /// <summary>The first node that needs other steps of the decoder than the one at hand, and not by a state.</summary>
    private static Node? Obstacle(NetworkGraph graph)
    {
        if (DecoderInput(graph) is not { Shape.Axis: { } axis })
        {
            return null;
        }

        bool IsAcross(Value value) => value.Shape.Extent == Extent.BatchAxis && (value.Shape.Across ?? value.Shape.Axis) == axis;
        return graph.Root.Nodes.FirstOrDefault(n => n switch
        {
            Scan scan => scan.Axis == axis && (scan.Reverse || scan.Captures.Any(IsAcross)),
            { Op: UnfoldOp { Window.IsTheStep: false } } => IsAcross(n.Inputs[0]),
            _ => !n.Op.CanStep && n.Inputs.Any(IsAcross),
        });
    }
}
