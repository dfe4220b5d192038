// Numbers in groups, each group with a scale and a mean of its own: what comes behind a loss, and has no gradient.
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>x * scale + mean of every group of neighbours in the last dimension; a scale of 0 counts as 1. Inputs: x, then a scale and a mean for each group.</summary>
internal sealed class RescaleOp(int count) : Op
{
    public int Count { get; } = count;

    public override string Name => "rescale";

    public override string Attributes => Count.ToString(CultureInfo.InvariantCulture);

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        inputs[0].Shape.Rank == 1 && inputs[1].Shape == inputs[2].Shape && inputs[1].Shape.Size * Count == inputs[0].Shape.Width
            ? inputs[0].Shape : throw Misfit($"{inputs[0].Shape} is not {inputs[1].Shape} groups of {Count}");
}
