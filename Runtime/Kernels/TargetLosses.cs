// Knows: losses that read several outputs for each target, and their gradients, row by row in double.
// Refuses to know: averages over parts of a batch, and where outputs and targets come from.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Losses with fewer targets than outputs. There are few of either, so these are loops over numbers, the same at every vector width.</summary>
/// <remarks>
/// Weights are as those of <see cref="Losses"/>: none, one a row, or one a target in padded rows. What weighs 0 is not read. Gradients are multiplied by <c>scale</c> and written to
/// all rows, 0 in padding.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class TargetLosses
{
    /// <summary>1/(C F Q) sum w max(q (target - y), (q - 1) (target - y)) (Koenker and Bassett 1978), F targets, Q quantiles: y has all of the first target, then all of the second.</summary>
    public static double Quantile(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, ReadOnlySpan<float> quantiles, int rows, int targets) =>
        Walk(new Pinball(), ref y, yRow, ref target, targetRow, weights, quantiles, rows, targets, quantiles.Length, 0, ref Unsafe.NullRef<float>(), 0);

    /// <summary>scale * w/(C F Q) times -q where the target is above y, 1 - q where it is below, 0 where they are equal.</summary>
    public static void QuantileGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, ReadOnlySpan<float> quantiles, int rows, int targets, float scale, ref float dy, nint dyRow) =>
        Walk(new Pinball(), ref y, yRow, ref target, targetRow, weights, quantiles, rows, targets, quantiles.Length, scale, ref dy, dyRow);

    /// <summary>1/(C F) sum w/2 (log v + (target - m)^2 / v): y has the means m of all F targets, then their variances v, above 0.</summary>
    public static double Gaussian(ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int targets) =>
        Walk(new Normal(), ref y, yRow, ref target, targetRow, weights, [], rows, targets, 1, 0, ref Unsafe.NullRef<float>(), 0);

    /// <summary>scale * w/(C F) times (m - target) / v for a mean, (1 - (target - m)^2 / v) / (2 v) for a variance.</summary>
    public static void GaussianGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int targets, float scale, ref float dy, nint dyRow) =>
        Walk(new Normal(), ref y, yRow, ref target, targetRow, weights, [], rows, targets, 1, scale, ref dy, dyRow);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Walk<TLoss>(
        TLoss loss, ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, ReadOnlySpan<float> quantiles, int rows, int targets, int each,
        double scale, ref float dy, nint dyRow)
        where TLoss : struct, ITargetLoss
    {
        double total = Losses.TotalWeight(weights, rows, targets) * targets * each, sum = 0, factor = total == 0 ? 0 : scale / total;
        bool ofElements = Losses.IsOfElements(weights, rows);
        var weightRow = rows == 0 ? 0 : weights.Length / rows;
        fixed (float* yPin = &y, targetPin = &target, dyPin = &dy)
        {
            for (var r = 0; r < rows; r++)
            {
                float* yp = yPin + (r * yRow), tp = targetPin + (r * targetRow), dyp = dyPin == null ? null : dyPin + (r * dyRow);
                for (var k = 0; k < targets; k++)
                {
                    double weight = weights.IsEmpty ? 1 : ofElements ? weights[(r * weightRow) + k] : weights[r];
                    sum += loss.Add(yp, tp[k], k, targets, quantiles, weight, factor * weight, dyp);
                }

                if (dyp != null)
                {
                    var width = targets * loss.Outputs(quantiles);
                    new Span<float>(dyp + width, -width & 15).Clear();
                }
            }
        }

        return total == 0 ? 0 : sum / total;
    }

    private interface ITargetLoss
    {
        /// <summary>Outputs for each target.</summary>
        int Outputs(ReadOnlySpan<float> quantiles);

        /// <summary>Weight times the loss of a target; its derivatives times a factor where there is room for them. What weighs 0 is not read.</summary>
        double Add(float* y, float target, int k, int targets, ReadOnlySpan<float> quantiles, double weight, double factor, float* dy);
    }

    private readonly struct Pinball : ITargetLoss
    {
        public int Outputs(ReadOnlySpan<float> quantiles) => quantiles.Length;

        public double Add(float* y, float target, int k, int targets, ReadOnlySpan<float> quantiles, double weight, double factor, float* dy)
        {
            var sum = 0d;
            for (var j = 0; j < quantiles.Length; j++)
            {
                nint at = ((nint)k * quantiles.Length) + j;
                double q = quantiles[j], error = weight == 0 ? 0 : (double)target - y[at];
                sum += weight == 0 ? 0 : weight * (error > 0 ? q * error : (q - 1) * error);
                if (dy != null)
                {
                    dy[at] = (float)(factor == 0 ? 0 : error > 0 ? -q * factor : error < 0 ? (1 - q) * factor : error * factor);
                }
            }

            return sum;
        }
    }

    private readonly struct Normal : ITargetLoss
    {
        public int Outputs(ReadOnlySpan<float> quantiles) => 2;

        public double Add(float* y, float target, int k, int targets, ReadOnlySpan<float> quantiles, double weight, double factor, float* dy)
        {
            double error = weight == 0 ? 0 : (double)y[k] - target, variance = weight == 0 ? 1 : y[targets + k], share = error / variance;
            if (dy != null)
            {
                dy[k] = (float)(factor == 0 ? 0 : factor * share);
                dy[targets + k] = (float)(factor == 0 ? 0 : factor * (1 - (error * share)) / (2 * variance));
            }

            return weight == 0 ? 0 : weight / 2 * (Math.Log(variance) + (error * share));
        }
    }
}
