// Sum, largest, mean: over the last dimension, or over the valid steps of an axis (pooling). No valid step gives zero.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

internal enum ReduceKind
{
    Sum,
    Max,
    Mean,
}

/// <summary>[S,F] to [S] and [F] to [1], or one per step to one per row.</summary>
internal sealed class ReduceOp(ReduceKind kind, bool overAxis = false) : Op
{
    public ReduceKind Kind { get; } = kind;

    /// <summary>Whether it runs over the value's axis instead of its last dimension.</summary>
    public bool OverAxis { get; } = overAxis;

    public override string Name => Kind.ToString().ToLowerInvariant() + (OverAxis ? "_axis" : "");

    // Along its axis it needs the whole of it.
    public override bool CanStep => !OverAxis;

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape x = inputs[0].Shape;
        if (OverAxis)
        {
            return x.Extent == Extent.BatchAxis && x.Across is null ? x.AtStep() : throw Misfit($"{x} has no single axis");
        }

        return x.Rank switch
        {
            1 => x.WithDims(1),
            2 => x.WithDims(x.Dims[0]),
            _ => throw Misfit($"{x} has no last dimension"),
        };
    }

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            var gradient = new ReduceGradientOp(Kind, OverAxis, rule.Node.Inputs[0].Shape);
            rule.Add(0, Kind == ReduceKind.Max
                ? rule.Emit(gradient, rule.OutputGradient, rule.Input(0))
                : rule.Emit(gradient, rule.OutputGradient));
        }
    }
}

/// <summary>Hands dy to the elements it came from: all of them (divided by their number for a mean), or the first largest. Inputs: dy, and x for a maximum.</summary>
internal sealed class ReduceGradientOp(ReduceKind kind, bool overAxis, Shape input) : Op
{
    public ReduceKind Kind { get; } = kind;

    public bool OverAxis { get; } = overAxis;

    public override string Name => Kind.ToString().ToLowerInvariant() + (OverAxis ? "_axis_dx" : "_dx");

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        inputs.Skip(1).All(x => x.Shape == input) ? input : throw Misfit($"{inputs[1].Shape} is not {input}");
}
