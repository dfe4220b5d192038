// Layer normalisation (Ba et al. 2016) over all elements of a value at once, whatever its dimensions: the gates of a cell are one vector.
// Coarse, because the mean and the deviation run over the elements twice. Knows nothing of batches.
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>y = w (x - mean(x)) / sqrt(var(x) + eps) + b. Inputs: x, w, b; w and b have as many elements as x.</summary>
internal sealed class LayerNormOp(double epsilon) : Op
{
    public double Epsilon { get; } = epsilon;

    public override string Name => "layer_norm";

    public override string Attributes => Epsilon.ToString("R", CultureInfo.InvariantCulture);

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape x = inputs[0].Shape, w = inputs[1].Shape, b = inputs[2].Shape;
        return w.Extent == Extent.None && b.Extent == Extent.None && w.Size == x.Size && b.Size == x.Size
            ? x
            : throw Misfit($"factors {w} and offsets {b} do not fit {x}");
    }

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new LayerNormInputGradientOp(Epsilon), rule.Input(0), rule.Input(1), rule.OutputGradient));
        }

        if (rule.Needs(1))
        {
            rule.Add(1, rule.Emit(new LayerNormWeightGradientOp(Epsilon, rule.Node.Inputs[1].Shape), rule.OutputGradient, rule.Input(0)));
        }

        if (rule.Needs(2))
        {
            rule.Add(2, rule.Emit(new LayerNormBiasGradientOp(rule.Node.Inputs[2].Shape), rule.OutputGradient));
        }
    }
}

/// <summary>dx = (g - mean(g) - n mean(g n)) / sqrt(var + eps) with g = w dy and n the normalised x. Inputs: x, w, dy.</summary>
internal sealed class LayerNormInputGradientOp(double epsilon) : Op
{
    public double Epsilon { get; } = epsilon;

    public override string Name => "layer_norm_dx";

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;
}

/// <summary>dw = sum over rows (and steps) of dy n, n the normalised x. Inputs: dy, x.</summary>
internal sealed class LayerNormWeightGradientOp(double epsilon, Shape weight) : Op
{
    public double Epsilon { get; } = epsilon;

    public override string Name => "layer_norm_dw";

    public override Shape Infer(IReadOnlyList<Value> inputs) => weight;
}

/// <summary>db = sum over rows (and steps) of dy.</summary>
internal sealed class LayerNormBiasGradientOp(Shape bias) : Op
{
    public override string Name => "layer_norm_db";

    public override Shape Infer(IReadOnlyList<Value> inputs) => bias;
}
