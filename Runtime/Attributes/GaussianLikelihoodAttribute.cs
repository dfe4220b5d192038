// The loss of forecasts that say how sure they are.
namespace SeqGen;

/// <summary>Mean over counted positions and targets of <c>(log v + (target - m)² / v) / 2</c>, the negative logarithm of a normal distribution's density but for a constant (Nix and Weigend 1994).</summary>
/// <remarks>Of the last layer, which is linear, the first half are the means m and the second half logarithms of variances: the network's output is <c>[m..., v...]</c> with
/// <c>v = exp(a) + 1e-6</c>. Targets have one number for each mean.</remarks>
public sealed class GaussianLikelihoodAttribute : LossAttribute;
