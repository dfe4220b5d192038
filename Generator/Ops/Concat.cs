// Values joined and cut along the last dimension. Layout, no arithmetic.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>Values of equal extent one after the other in the last dimension.</summary>
internal sealed class ConcatOp : Op
{
    public override string Name => "concat";

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape first = inputs[0].Shape;
        if (first.Rank == 0 || inputs.Any(i => i.Shape.Rank != first.Rank || LastDim.Of(i.Shape, 1) != LastDim.Of(first, 1)))
        {
            throw Misfit(string.Join(" and ", inputs.Select(i => i.Shape)) + " do not join");
        }

        return LastDim.Of(first, inputs.Sum(i => i.Shape.Width));
    }

    public override void Gradient(GradientRule rule)
    {
        int start = 0;
        for (int i = 0; i < rule.Node.Inputs.Count; i++)
        {
            int width = rule.Node.Inputs[i].Shape.Width;
            if (rule.Needs(i))
            {
                rule.Add(i, rule.Emit(new SliceOp(start, width), rule.OutputGradient));
            }

            start += width;
        }
    }
}

/// <summary>A range of the last dimension.</summary>
internal sealed class SliceOp(int start, int count) : Op
{
    public int Start { get; } = start;

    public int Count { get; } = count;

    public override string Name => "slice";

    public override string Attributes => string.Format(CultureInfo.InvariantCulture, "{0}..{1}", Start, Start + Count);

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape x = inputs[0].Shape;
        return x.Rank > 0 && Start >= 0 && Count > 0 && Start + Count <= x.Width ? LastDim.Of(x, Count) : throw Misfit($"{Attributes} is not inside {x}");
    }

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new PadOp(Start, rule.Node.Inputs[0].Shape.Width), rule.OutputGradient));
        }
    }
}

/// <summary>Zeros of that width with the value from <paramref name="start"/> on.</summary>
internal sealed class PadOp(int start, int width) : Op
{
    public int Start { get; } = start;

    public override string Name => "pad";

    public override string Attributes => string.Format(CultureInfo.InvariantCulture, "{0} of {1}", Start, width);

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        inputs[0].Shape.Rank > 0 && Start + inputs[0].Shape.Width <= width ? LastDim.Of(inputs[0].Shape, width) : throw Misfit($"{inputs[0].Shape} does not fit");

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new SliceOp(Start, rule.Node.Inputs[0].Shape.Width), rule.OutputGradient));
        }
    }
}

internal static class LastDim
{
    /// <summary>The shape with another last dimension.</summary>
    public static Shape Of(Shape shape, int width) => shape.Rank == 2 ? shape.WithDims(shape.Dims[0], width) : shape.WithDims(width);
}
