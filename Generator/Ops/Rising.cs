// Numbers that rise within groups: quantiles that do not cross.
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>Of every group of neighbours in the last dimension the first as it is, each next one the one before and softplus(x).</summary>
internal sealed class RisingOp(int count) : Op
{
    public int Count { get; } = count;

    public override string Name => "rising";

    public override string Attributes => Count.ToString(CultureInfo.InvariantCulture);

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        inputs[0].Shape.Rank == 1 && inputs[0].Shape.Width % Count == 0 ? inputs[0].Shape : throw Misfit($"{inputs[0].Shape} is not in groups of {Count}");

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new RisingGradientOp(Count), rule.Input(0), rule.OutputGradient));
        }
    }
}

/// <summary>Of every group sums of dy from the end, times sigmoid(x) but for the first. Inputs: x, dy.</summary>
internal sealed class RisingGradientOp(int count) : Op
{
    public int Count { get; } = count;

    public override string Name => "rising_dx";

    public override string Attributes => Count.ToString(CultureInfo.InvariantCulture);

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;
}
