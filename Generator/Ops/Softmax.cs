// Softmax over the last dimension, or over an axis where it obeys the rows' lengths.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

internal sealed class SoftmaxOp(bool overAxis = false, bool causal = false) : Op
{
    /// <summary>Whether it runs over the value's axis (attention) instead of its last dimension.</summary>
    public bool OverAxis { get; } = overAxis;

    /// <summary>In the body of a scan over that same axis: the steps up to the scan's own count, later ones get 0.</summary>
    public bool Causal { get; } = causal;

    public override string Name => OverAxis ? "softmax_axis" : "softmax";

    public override string Attributes => Causal ? "causal" : "";

    // Along its axis every step changes all the weights before it.
    public override bool CanStep => !OverAxis;

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        !Causal || (OverAxis && inputs[0].Shape is { Extent: Extent.BatchAxis, Across: null })
            ? inputs[0].Shape
            : throw Misfit($"{inputs[0].Shape} has no steps before others");

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new SoftmaxGradientOp(OverAxis, Causal), rule.Output, rule.OutputGradient));
        }
    }
}

/// <summary>dx = y * (dy - sum(dy * y)), over the same elements as the softmax. Inputs: y, dy.</summary>
internal sealed class SoftmaxGradientOp(bool overAxis, bool causal = false) : Op
{
    public bool OverAxis { get; } = overAxis;

    public bool Causal { get; } = causal;

    public override string Name => "softmax_dx";

    public override string Attributes => Causal ? "causal" : "";

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;
}
