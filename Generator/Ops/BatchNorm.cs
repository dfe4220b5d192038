// Batch normalisation (Ioffe and Szegedy 2015) of every feature by all rows and steps that count. The factor and the offset after it are maps.
// In training the runtime says at run time whether a pass reads the batch's own statistics or the running ones; other programs read the running ones alone.
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>n = (x - mean) / sqrt(var + eps), mean and var of each feature over the batch. Inputs: x, and the running mean and variance, which it stands for.</summary>
/// <param name="epsilon">What is added to the variance.</param>
/// <param name="momentum">The share of a batch in the running statistics.</param>
/// <param name="isFrozen">Whether the running statistics are used in training too and never move.</param>
internal sealed class BatchNormOp(double epsilon, double momentum, bool isFrozen) : Op
{
    public double Epsilon { get; } = epsilon;

    public double Momentum { get; } = momentum;

    public bool IsFrozen { get; } = isFrozen;

    public override string Name => "batch_norm";

    public override string Attributes => Epsilon.ToString("R", CultureInfo.InvariantCulture) + (IsFrozen ? " frozen" : "");

    // A step by itself has no batch: what streams reads the running statistics.
    public override bool CanStep => false;

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape x = inputs[0].Shape, mean = inputs[1].Shape, variance = inputs[2].Shape;
        return x.Rank == 1 && mean == Shape.Whole(x.Size) && variance == mean && x.Extent != Extent.None
            ? x
            : throw Misfit($"means {mean} and variances {variance} do not fit {x}");
    }

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new BatchNormGradientOp(Epsilon), rule.Output, rule.OutputGradient, rule.Input(1), rule.Input(2)));
        }
    }
}

/// <summary>dx = (g - mean(g) - n mean(g n)) / sqrt(var + eps), means over the batch; of a pass that read running statistics g / sqrt(var + eps).
/// Inputs: the normalised n, its gradient g, and the running statistics that tell which normalisation it is.</summary>
internal sealed class BatchNormGradientOp(double epsilon) : Op
{
    public double Epsilon { get; } = epsilon;

    public override string Name => "batch_norm_dx";

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;
}

/// <summary>What running statistics multiply a feature with, 1 / sqrt(var + eps), or what they add then, -mean / sqrt(var + eps): a copy that is derived from the
/// parameters whenever they change. Inputs: the running mean and variance.</summary>
internal sealed class RunningNormOp(double epsilon, bool isOffset) : Op
{
    public double Epsilon { get; } = epsilon;

    public bool IsOffset { get; } = isOffset;

    public override string Name => IsOffset ? "running_offset" : "running_scale";

    public override string Attributes => Epsilon.ToString("R", CultureInfo.InvariantCulture);

    public override string NameHint => IsOffset ? "runningOffset" : "runningScale";

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;
}
