// One position as measures see it. Knows spans; refuses to know where they come from.
using System;

namespace SeqGen;

/// <summary>A position that counts: what a head gave, and what was right. A sequence, or a step of one where there is an output a step.</summary>
public readonly ref struct MeasuredPosition
{
    private readonly int _middle;
    private readonly int _stride;

    internal MeasuredPosition(MeasureShape shape)
    {
        Shape = shape;
        Weight = 1;
        Class = -1;
        (_middle, _stride) = (shape.Middle, shape.Stride);
    }

    /// <summary>What is measured.</summary>
    public MeasureShape Shape { get; }

    /// <summary>The outputs, in the target's unit, or scores. Those of labels: empty, see <see cref="Decoded"/>.</summary>
    public ReadOnlySpan<float> Outputs { get; internal init; }

    /// <summary>The targets; empty for classes and labels. Where a measure is taken by steps of a horizon, those of the step.</summary>
    public ReadOnlySpan<float> Targets { get; internal init; }

    /// <summary>The class; -1 where targets are none.</summary>
    public int Class { get; internal init; }

    /// <summary>The labels, where targets are labels.</summary>
    public ReadOnlySpan<int> Labels { get; internal init; }

    /// <summary>The labels of the most likely path, where targets are labels.</summary>
    public ReadOnlySpan<int> Decoded { get; internal init; }

    /// <summary>How much the position counts, above 0.</summary>
    public float Weight { get; internal init; }

    /// <summary>The step, from 0: that of the position, or within <see cref="Targets"/> where a measure is taken by steps of a horizon.</summary>
    public int Step { get; internal init; }

    /// <summary>The number of its group among <see cref="MeasureShape.Groups"/>, from 0.</summary>
    public int Group { get; internal init; }

    /// <summary>The number of the first of <see cref="Targets"/> among the head's targets: 0, but where a measure is taken by steps of a horizon.</summary>
    public int First { get; internal init; }

    /// <summary>How much each of <see cref="Targets"/> counts; empty for all as the position.</summary>
    internal ReadOnlySpan<float> ElementWeights { get; init; }

    /// <summary>Room of <see cref="Labels"/>' length and one more.</summary>
    internal Span<int> Scratch { get; init; }

    /// <summary>The forecast of one of <see cref="Targets"/>: the output, or of several quantiles the one next to the median.</summary>
    public float Forecast(int target) => Outputs[((First + target) * _stride) + _middle];

    /// <summary>A quantile of one of <see cref="Targets"/>, by its number among <see cref="MeasureShape.Quantiles"/>.</summary>
    public float Quantile(int target, int quantile) => Outputs[((First + target) * _stride) + quantile];

    /// <summary>The variance of one of <see cref="Targets"/>, where <see cref="MeasureShape.HasVariances"/>.</summary>
    public float Variance(int target) => Outputs[Shape.Targets + First + target];

    /// <summary>How much one of <see cref="Targets"/> counts, 0 or more.</summary>
    public float WeightOf(int target) => ElementWeights.IsEmpty ? Weight : ElementWeights[target];

    /// <summary>Some neighbouring targets of it, as a position.</summary>
    internal MeasuredPosition Part(int step, int first, int count) => new(Shape)
    {
        Outputs = Outputs,
        Targets = Targets.Slice(first, count),
        ElementWeights = ElementWeights.IsEmpty ? default : ElementWeights.Slice(first, count),
        Class = Class,
        Weight = Weight,
        Step = step,
        Group = Group,
        First = First + first,
    };
}
