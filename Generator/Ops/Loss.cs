// Losses: a scalar, and the gradient that starts the reverse walk. Lengths and step masks are theirs to obey.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Ops;

internal enum LossKind
{
    None,
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
    BinaryCrossEntropy,
    SoftmaxCrossEntropy,
    Ctc,
    PoissonLikelihood,
    Quantile,
    GaussianLikelihood,
    Custom,
    CustomOfClasses,
}

/// <summary>A scalar; what a loss of a user's own computes is in a program of its own. Inputs: output (logits for the cross entropies and CTC, logarithms of rates for Poisson's, means and variances for Gauss'), target. Masks and lengths belong to the run.</summary>
/// <param name="option">delta of Huber, blank class of CTC, label smoothing of the softmax's cross entropy, what a yes weighs in the binary one (0 for 1).</param>
/// <param name="ignoredClass">A target whose positions do not count; null for none.</param>
/// <param name="classWeights">What a position counts by its target: the loss is then sum(w l) / sum(w). Empty for all alike.</param>
/// <param name="quantiles">The quantiles that outputs are; empty where they are not.</param>
/// <param name="zeroInfinity">Whether a sequence that no path gives has a CTC loss of 0.</param>
/// <param name="formula">A graph of a loss of a user's own, anew at each call; null for ours.</param>
internal sealed class LossOp(
    LossKind kind, double option = 0, int? ignoredClass = null, EquatableArray<double> classWeights = default, EquatableArray<double> quantiles = default,
    bool zeroInfinity = false, Func<NetworkGraph>? formula = null) : Op
{
    public LossKind Kind { get; } = kind;

    public double Option { get; } = option;

    public int? IgnoredClass { get; } = ignoredClass;

    public EquatableArray<double> ClassWeights { get; } = classWeights;

    public EquatableArray<double> Quantiles { get; } = quantiles;

    public bool ZeroInfinity { get; } = zeroInfinity;

    public Func<NetworkGraph>? Formula { get; } = formula;

    /// <summary>Its derivative by the output.</summary>
    public LossGradientOp ByOutput => new(Kind, Option, IgnoredClass, ClassWeights, Quantiles, ZeroInfinity, Formula);

    public override string Name => "loss";

    public override bool HasIdentity => true;

    public override string Attributes => Kind.ToString();

    public override string NameHint => "loss";

    public override Shape Infer(IReadOnlyList<Value> inputs) => Shape.Whole(1);

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            // A weighted loss is a loss times a constant; the seed of an unweighted one is the constant 1.
            Value gradient = rule.Emit(ByOutput, rule.Input(0), rule.Input(1));
            bool isSeed = rule.OutputGradient.Producer?.Op is ConstOp { Value: 1 };
            rule.Add(0, isSeed ? gradient : rule.Map(MapKind.Mul, gradient, rule.OutputGradient));
        }
    }
}

/// <summary>Derivative of the loss by its output. Inputs: output, target.</summary>
internal sealed class LossGradientOp(
    LossKind kind, double option, int? ignoredClass = null, EquatableArray<double> classWeights = default, EquatableArray<double> quantiles = default,
    bool zeroInfinity = false, Func<NetworkGraph>? formula = null) : Op
{
    public LossKind Kind { get; } = kind;

    public double Option { get; } = option;

    public int? IgnoredClass { get; } = ignoredClass;

    public EquatableArray<double> ClassWeights { get; } = classWeights;

    public EquatableArray<double> Quantiles { get; } = quantiles;

    public bool ZeroInfinity { get; } = zeroInfinity;

    public Func<NetworkGraph>? Formula { get; } = formula;

    public override string Name => "loss_dy";

    public override string Attributes => Kind.ToString();

    public override string NameHint => "seed";

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;
}
