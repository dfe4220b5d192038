// Which values of targets a loss can be of. Knows ranges and words for them; refuses to know losses' formulas.
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class TargetRange
{
    /// <summary>Whether there are numbers that a loss has no lower bound for.</summary>
    public static bool IsLimited(LossKind kind) => kind is LossKind.BinaryCrossEntropy or LossKind.PoissonLikelihood;

    /// <summary>Whether a loss can be of a target.</summary>
    public static bool Has(LossKind kind, float value) => kind switch
    {
        LossKind.BinaryCrossEntropy => value >= 0 && value <= 1,
        LossKind.PoissonLikelihood => value >= 0 && float.IsFinite(value),
        _ => float.IsFinite(value),
    };

    /// <summary>The loss in words.</summary>
    public static string Loss(LossKind kind) => kind == LossKind.BinaryCrossEntropy ? "the binary cross entropy" : "the Poisson likelihood";

    /// <summary>What it takes.</summary>
    public static string Values(LossKind kind) => kind == LossKind.BinaryCrossEntropy ? "0 to 1, the probability of a yes" : "counts, finite and 0 or more";
}
