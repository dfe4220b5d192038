// The loss of quantiles: forecasts that a share of what comes lies below.
namespace SeqGen;

/// <summary>Mean over counted positions, targets and quantiles of <c>max(q e, (q - 1) e)</c> with <c>e = target - y</c> (Koenker and Bassett 1978): y becomes what a share q of the targets lies below.</summary>
/// <remarks>The last layer has an output for each quantile of each target: all of the first target, then all of the second. Targets have one number for each.</remarks>
/// <param name="quantiles">Above 0 and below 1, rising: <c>[Quantile(0.1, 0.5, 0.9)]</c>.</param>
public sealed class QuantileAttribute(params double[] quantiles) : LossAttribute
{
    /// <summary>The quantiles.</summary>
    public double[] Quantiles { get; } = quantiles;

    /// <summary>Whether quantiles can never cross: the first is what the last layer gives, each next one is the one before and the softplus of what the layer gives.</summary>
    public bool NonCrossing { get; set; }
}
