// Circular convolution of a weighting with a short kernel of shifts: how a memory head moves (Graves et al. 2014).
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>
/// y(n) = sum over j of s_j x(n - (j - K/2)), indices modulo N: s_0 of three moves down by one, s_2 up by one.
/// Mirrored: x(n + (j - K/2)). Inputs: x [N], s [K].
/// </summary>
internal sealed class CircularConvOp(bool mirrored = false) : Op
{
    public bool Mirrored { get; } = mirrored;

    public override string Name => Mirrored ? "circular_conv_mirrored" : "circular_conv";

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape x = inputs[0].Shape, s = inputs[1].Shape;
        return x.Rank == 1 && s.Rank == 1 && s.Size % 2 == 1
            ? Shape.Broadcast(x, s.WithDims(1))
            : throw Misfit($"shifts {s} do not fit {x}");
    }

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new CircularConvOp(!Mirrored), rule.OutputGradient, rule.Input(1)));
        }

        if (rule.Needs(1))
        {
            rule.Add(1, rule.Emit(new CircularConvShiftGradientOp(rule.Node.Inputs[1].Shape.Size, Mirrored), rule.OutputGradient, rule.Input(0)));
        }
    }
}

/// <summary>ds_j = sum over n of dy(n) x(n - (j - K/2)). Inputs: dy, x.</summary>
internal sealed class CircularConvShiftGradientOp(int shifts, bool mirrored) : Op
{
    public bool Mirrored { get; } = mirrored;

    public override string Name => "circular_conv_ds";

    public override string Attributes => shifts.ToString(CultureInfo.InvariantCulture);

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape.WithDims(shifts);
}
