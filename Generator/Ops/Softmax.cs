// Softmax over the last dimension, or over an axis where it obeys the rows' lengths.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

internal sealed class SoftmaxOp(bool overAxis = false) : Op
{
    /// <summary>Whether it runs over the value's axis (attention) instead of its last dimension.</summary>
    public bool OverAxis { get; } = overAxis;

    public override string Name => OverAxis ? "softmax_axis" : "softmax";

    // Along its axis every step changes all the weights before it.
    public override bool CanStep => !OverAxis;

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new SoftmaxGradientOp(OverAxis), rule.Output, rule.OutputGradient));
        }
    }
}

/// <summary>dx = y * (dy - sum(dy * y)). Inputs: y, dy.</summary>
internal sealed class SoftmaxGradientOp(bool overAxis) : Op
{
    public bool OverAxis { get; } = overAxis;

    public override string Name => "softmax_dx";

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;
}
