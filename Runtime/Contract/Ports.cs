// What goes into a network, what comes out of it, along which axes, and the losses between.
// Knows names and sizes; refuses to know where they lie in memory.
using System.ComponentModel;

namespace SeqGen.Kernels.V1;

/// <summary>An axis that sequences lie along: its steps are given, or follow from another axis.</summary>
/// <param name="Name">For texts.</param>
/// <param name="Max">Steps of a training window; where the steps are given, a workspace's default.</param>
/// <param name="Source">The axis this one follows from, an earlier one; -1 where its steps are given.</param>
/// <param name="Trim">Steps, and lengths, are (those of the source - Trim) / Stride, not below 0: a valid convolution.</param>
/// <param name="Stride">See <paramref name="Trim"/>.</param>
/// <param name="IsLimit">Whether there cannot be more than <paramref name="Max"/> steps: every step has parameters of its own.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record AxisPlan(string Name, int Max, int Source = -1, int Trim = 0, int Stride = 1, bool IsLimit = false);

/// <summary>Something that is fed in.</summary>
/// <param name="Name">"input", "decoder_input", or the user's name.</param>
/// <param name="Size">Numbers a step; 0 for tokens.</param>
/// <param name="TokenCount">Number of different tokens; 0 for numbers.</param>
/// <param name="Axis">The axis it lies along; -1 for one a sequence.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record InputPort(string Name, int Size, int TokenCount = 0, int Axis = 0)
{
    /// <summary>Of a decoder's input: what the names of its mean's and its scale's parameters begin with, where the program normalizes it ("decoder_input" for "decoder_input.mean" and
    /// "decoder_input.std"); null where it does not. Before its first step it is fed the mean.</summary>
    public string? Normalization { get; init; }
}

/// <summary>Something that comes out, with the loss on it.</summary>
/// <param name="Name">"output" for a network without heads, else the head's name.</param>
/// <param name="Size">Numbers a row.</param>
/// <param name="Axis">The axis it lies along; -1 for one a sequence.</param>
/// <param name="Loss">The loss; null without one.</param>
/// <param name="Needs">A bit for every axis, but those that it lies along, of which it needs one step at least: with none it would be an output of nothing.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record OutputPort(string Name, int Size, int Axis, LossPlan? Loss = null, int Needs = 0)
{
    /// <summary>Numbers of a target, for losses on values: as many as the output has, where the loss does not say otherwise.</summary>
    public int TargetSize { get; init; } = Size;

    /// <summary>What the names of the targets' mean's and scale's parameters begin with ("target" for "target.mean" and "target.std", one number a target): the loss then reads targets as
    /// (target - mean) / std, and the output has them put back. Null where the loss reads targets as they are.</summary>
    public string? Normalization { get; init; }

    /// <summary>Where in a row the forecast of a target stands: of several quantiles the one next to the median, of a mean and a variance the mean.</summary>
    internal int ForecastOf(int target)
    {
        if (Loss?.Quantiles is not { } quantiles)
        {
            return target;
        }

        int middle = 0;
        for (int k = 1; k < quantiles.Length; k++)
        {
            middle = System.Math.Abs(quantiles[k] - 0.5f) < System.Math.Abs(quantiles[middle] - 0.5f) ? k : middle;
        }

        return (target * quantiles.Length) + middle;
    }

    /// <summary>What of an output is fed back: one number for each target.</summary>
    internal void CopyForecasts(System.ReadOnlySpan<float> output, System.Span<float> fed)
    {
        for (int k = 0; k < TargetSize; k++)
        {
            fed[k] = output[ForecastOf(k)];
        }
    }
}

/// <summary>The tokens that frame what a decoder writes.</summary>
/// <param name="Start">The token that it is fed first; -1 for none (a decoder of numbers is fed zeros first).</param>
/// <param name="End">The token that ends a sequence; -1 for none.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record DecoderPlan(int Start = -1, int End = -1);

/// <summary>The losses the runtime computes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum LossKind
{
    /// <summary>None: the user writes the output's gradient.</summary>
    None,

    /// <summary>Mean of (y - target)^2 over the counted positions and features.</summary>
    MeanSquaredError,

    /// <summary>Mean of -log softmax(y)[class] over the counted positions; y are logits.</summary>
    SoftmaxCrossEntropy,

    /// <summary>Mean of -(target log s(y) + (1 - target) log(1 - s(y))) over counted positions and features; y are logits.</summary>
    BinaryCrossEntropy,

    /// <summary>Mean of |y - target| over the counted positions and features.</summary>
    MeanAbsoluteError,

    /// <summary>Mean over the counted positions and features of r^2/2 where r = |y - target| is at most delta, else delta (r - delta/2).</summary>
    Huber,

    /// <summary>Connectionist temporal classification (Graves et al., 2006): mean over the sequences of -log p(labels) / number of labels.</summary>
    Ctc,

    /// <summary>Mean over the counted positions and features of exp(y) - target y, the negative log-likelihood of a Poisson distribution of rate exp(y) without what y
    /// does not change. The output is the rate, the loss reads its logarithm.</summary>
    PoissonLikelihood,

    /// <summary>Mean over the counted positions, targets and quantiles of max(q (target - y), (q - 1) (target - y)) (Koenker and Bassett 1978).</summary>
    Quantile,

    /// <summary>Mean over the counted positions and targets of (log v + (target - m)^2 / v) / 2: the output is the means m of all targets, then their variances v.</summary>
    GaussianLikelihood,

    /// <summary>One of a user's own on values: declared (<see cref="CustomLossAttribute"/>), with a program, or handed in (<see cref="CustomLoss"/>).</summary>
    Custom,

    /// <summary>The same on classes.</summary>
    CustomOfClasses,
}

/// <summary>What losses take as targets.</summary>
internal static class LossKinds
{
    /// <summary>Whether a loss takes a class for each position.</summary>
    public static bool TakesClasses(this LossKind kind) => kind is LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses;

    /// <summary>Whether a loss takes numbers for each position.</summary>
    public static bool TakesValues(this LossKind kind) => kind is not (LossKind.None or LossKind.Ctc) && !kind.TakesClasses();
}

/// <summary>A loss and its weight.</summary>
/// <param name="Kind">Which loss.</param>
/// <param name="Weight">The loss and its gradient are multiplied by it.</param>
/// <param name="Option">The delta of <see cref="LossKind.Huber"/>, the blank's class of <see cref="LossKind.Ctc"/>, the label smoothing of
/// <see cref="LossKind.SoftmaxCrossEntropy"/>, what a yes weighs in <see cref="LossKind.BinaryCrossEntropy"/> (0 for 1).</param>
/// <param name="IgnoredClass">A target class whose positions do not count, any number; null for none. It may lie outside of the classes.</param>
/// <param name="ClassWeights">The weight of a position by its target class; the mean is then sum(w l) / sum(w). Null for all 1.</param>
/// <param name="Quantiles">The quantiles of <see cref="LossKind.Quantile"/>, rising: an output has all of the first target, then all of the second. Null otherwise.</param>
/// <param name="ZeroInfinity">Whether sequences with more labels than steps have a <see cref="LossKind.Ctc"/> loss of 0 instead of an infinite one.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record LossPlan(LossKind Kind, float Weight = 1f, float Option = 0f, int? IgnoredClass = null, float[]? ClassWeights = null, float[]? Quantiles = null, bool ZeroInfinity = false)
{
    /// <summary>The program of a loss of a user's own that was declared; null for all others.</summary>
    public LossProgram? Program { get; init; }
}

/// <summary>The program of one loss: what it computes of positions, each by itself. Its entry points are <see cref="NetworkProgram.Loss"/> and <see cref="NetworkProgram.LossBackward"/>, which
/// run over rows that are batch and have one step.</summary>
/// <param name="Name">The attribute's name without its suffix.</param>
/// <param name="Size">Numbers of a position's loss: 1, or one for each number of its target, whose mean it is.</param>
/// <param name="Area">Where everything lies. Inputs are the output and the target; the only output is the loss, with the seed of the way back; of the input gradients the first is the output's.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record LossProgram(string Name, int Size, WorkArea Area)
{
    /// <summary>Positions that are worked out at once: so many that loops are long, so few that they stay in the cache.</summary>
    internal const int Rows = 64;

    /// <summary>Floats of the tape and of the scratch.</summary>
    internal (int Tape, int Scratch) Lengths
    {
        get
        {
            // Each class of the tape has rows of one step and one more: see WorkArea.
            int tape = 0;
            foreach (int width in Area.TapeWidths)
            {
                tape += 2 * width * Rows;
            }

            return (tape, checked((int)Area.ScratchLength(Rows)));
        }
    }
}
