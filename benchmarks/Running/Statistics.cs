// Medians and spreads of a few numbers.
// Knows arithmetic; refuses to know what the numbers are.
namespace SeqGen.Benchmarks.Running;

/// <summary>Numbers about numbers.</summary>
public static class Statistics
{
    /// <summary>The middle one; between the middle two where they are even in number.</summary>
    public static double Median(IReadOnlyList<double> values) => Quantile(values, 0.5);

    /// <summary>The distance from the first to the third quartile, as a part of the median.</summary>
    public static double Spread(IReadOnlyList<double> values) => (Quantile(values, 0.75) - Quantile(values, 0.25)) / Median(values);

    /// <summary>exp of the mean of the logarithms.</summary>
    public static double GeometricMean(IReadOnlyCollection<double> values) => Math.Exp(values.Average(Math.Log));

    private static double Quantile(IReadOnlyList<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        double at = part * (sorted.Length - 1);
        int low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + ((at - low) * (sorted[low + 1] - sorted[low])) : sorted[low];
    }
}
