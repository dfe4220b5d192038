// Measures of quantiles: their loss, and the intervals between them. Knows forecasts and truths; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen;

public abstract partial class Measure
{
    /// <summary>The mean of the pinball loss of quantiles, max(q (target - y), (q - 1) (target - y)): of each, and of all. Of a head with quantiles those; of one without, of its
    /// forecast taken for a quantile.</summary>
    /// <param name="quantile">The quantile that forecasts of a head without quantiles are; null for those of the head.</param>
    public static Measure Pinball(double? quantile = null)
    {
        Settings.Check(quantile, quantile is null or (> 0 and < 1), nameof(quantile), "between 0 and 1");
        return new PinballMeasure(quantile);
    }

    /// <summary>Of a head with quantiles, or with means and variances, the share of targets from one quantile to another ("coverage"; right where it is the difference of the two), and the mean width
    /// between them, in the target's unit.</summary>
    /// <param name="low">The lower quantile, one of the head's; any of a head with variances.</param>
    /// <param name="high">The upper quantile, one of the head's; any of a head with variances.</param>
    public static Measure Interval(double low, double high)
    {
        Settings.Check(low, low is > 0 and < 1, nameof(low), "between 0 and 1");
        Settings.Check(high, high > low && high < 1, nameof(high), "above the lower quantile, and below 1");
        return new IntervalMeasure(low, high);
    }

    private sealed class PinballMeasure(double? quantile) : Measure
    {
        public override string Name => "pinball";

        protected internal override string? WhyNot(MeasureShape shape) => NotValues(shape) ?? (
            quantile is null && shape.Quantiles.Count == 0 ? "it has no quantiles: say which one its forecast is, Measure.Pinball(0.5)"
            : quantile is { } q && shape.Quantiles.Count > 0 && IndexOf(shape, q) < 0 ? NoQuantile(shape, q) : null);

        protected internal override int SumCount(MeasureShape shape) => 1 + (quantile is null ? shape.Quantiles.Count : 1);

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            MeasureShape shape = position.Shape;
            int first = quantile is { } one ? Math.Max(0, IndexOf(shape, one)) : 0;
            for (int i = 0; i < position.Targets.Length; i++)
            {
                double weight = position.WeightOf(i);
                for (int k = 1; k < sums.Length && weight != 0; k++)
                {
                    double q = quantile ?? shape.Quantiles[k - 1], error = (double)position.Targets[i] - position.Quantile(i, first + k - 1);
                    sums[k] += weight * Math.Max(q * error, (q - 1) * error);
                }

                sums[0] += weight;
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape)
        {
            double sum = 0;
            foreach (double one in sums[1..])
            {
                sum += one;
            }

            return sum / (sums[0] * (sums.Length - 1));
        }

        protected internal override void Write(ReadOnlySpan<double> sums, MeasureShape shape, MeasureWriter values)
        {
            values.Add(Name, Value(sums, shape));
            for (int k = 1; k < sums.Length && quantile is null; k++)
            {
                values.Add(string.Create(CultureInfo.InvariantCulture, $"pinball {shape.Quantiles[k - 1]}"), sums[k] / sums[0]);
            }
        }
    }

    /// <summary>The quantile of the standard normal distribution, by Newton's method on the series of its distribution function.</summary>
    internal static double NormalQuantile(double p)
    {
        double x = 0, step = 1;

        // Far out steps are of the size of rounding, and come to no end.
        for (int i = 0; i < 50 && Math.Abs(step) > 1e-12 && Math.Abs(x) < 8; i++)
        {
            // Phi(x) = 1/2 + density(x) (x + x^3/3 + x^5/15 + ...).
            double density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI), term = x, sum = x;
            for (int k = 3; sum + term != sum; k += 2)
            {
                term *= x * x / k;
                sum += term;
            }

            step = Math.Clamp((0.5 + (density * sum) - p) / density, -1, 1);
            x -= step;
        }

        return x;
    }

    private sealed class IntervalMeasure(double low, double high) : Measure
    {
        private readonly double _fromDeviations = NormalQuantile(low);
        private readonly double _toDeviations = NormalQuantile(high);

        public override string Name => string.Create(CultureInfo.InvariantCulture, $"coverage {low} to {high}");

        protected internal override string? WhyNot(MeasureShape shape) => NotValues(shape) ?? (shape.HasVariances ? null : shape.Quantiles.Count == 0 ? "it has no quantiles"
            : IndexOf(shape, low) < 0 ? NoQuantile(shape, low) : IndexOf(shape, high) < 0 ? NoQuantile(shape, high) : null);

        protected internal override int SumCount(MeasureShape shape) => 3;

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            int from = IndexOf(position.Shape, low), to = IndexOf(position.Shape, high);
            for (int i = 0; i < position.Targets.Length; i++)
            {
                double weight = position.WeightOf(i);
                if (weight == 0)
                {
                    continue;
                }

                double deviation = position.Shape.HasVariances ? Math.Sqrt(position.Variance(i)) : 0, target = position.Targets[i];
                double bottom = position.Shape.HasVariances ? position.Forecast(i) + (_fromDeviations * deviation) : position.Quantile(i, from);
                double top = position.Shape.HasVariances ? position.Forecast(i) + (_toDeviations * deviation) : position.Quantile(i, to);
                sums[0] += weight * (double.IsNaN(bottom + top + target) ? double.NaN : bottom <= target && target <= top ? 1 : 0);
                sums[1] += weight * (top - bottom);
                sums[2] += weight;
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => sums[0] / sums[2];

        protected internal override void Write(ReadOnlySpan<double> sums, MeasureShape shape, MeasureWriter values)
        {
            values.Add(Name, Value(sums, shape));
            values.Add(string.Create(CultureInfo.InvariantCulture, $"width {low} to {high}"), sums[1] / sums[2]);
        }
    }

    // Declared as floats, perhaps: 0.1f is not 0.1.
    private static int IndexOf(MeasureShape shape, double quantile)
    {
        for (int i = 0; i < shape.Quantiles.Count; i++)
        {
            if (Math.Abs(shape.Quantiles[i] - quantile) < 1e-6)
            {
                return i;
            }
        }

        return -1;
    }

    private static string NoQuantile(MeasureShape shape, double quantile) => string.Create(
        CultureInfo.InvariantCulture, $"it has the quantiles {string.Join(", ", ToTexts(shape.Quantiles))}, and not {quantile}");

    private static IEnumerable<string> ToTexts(IReadOnlyList<double> quantiles)
    {
        foreach (double quantile in quantiles)
        {
            yield return quantile.ToString("G6", CultureInfo.InvariantCulture);
        }
    }
}
