// Knows: the losses and their gradients, weighted means over rows.
// Refuses to know: where outputs and targets come from, and how losses of several heads are weighed.

using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System;

namespace SeqGen.Kernels.V1;

/// <summary>Losses over rows in time-major order, accumulated in double.</summary>
/// <remarks>
/// Weights w are finite and 0 or more, one a row; C is their sum, F the width. An empty span of weights is a 1 for each row. Losses of elements take one an element too, in rows
/// that are padded to a multiple of 16 (the length tells): C F is then the sum of all. Rows and elements of weight 0 are not read,
/// and C = 0 gives a loss of 0 and gradients of 0. Weights of classes are weights of rows: what PyTorch divides by is C too. Rows are padded to a multiple of 16, padding of sources is ignored.
/// Gradients are multiplied by <c>scale</c> and written to all rows: 0 where the weight is 0, and in padding lanes.
/// A gradient may be written over the output. All references lead into <see cref="AlignedBuffer"/>s.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Losses
{
    /// <summary>1/(C F) sum w (y - target)^2.</summary>
    public static double MeanSquaredError(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width)
    {
        return Mean<SquaredError>(ref y, yRow, ref target, targetRow, weights, rows, width, 0);
    }

    /// <summary>scale * 2 w/(C F) (y - target).</summary>
    public static void MeanSquaredErrorGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow)
    {
        Gradient<SquaredError>(ref y, yRow, ref target, targetRow, weights, rows, width, 0, 2d * scale, ref dy, dyRow);
    }

    /// <summary>1/(C F) sum w |y - target|.</summary>
    public static double MeanAbsoluteError(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width)
    {
        return Mean<AbsoluteError>(ref y, yRow, ref target, targetRow, weights, rows, width, 0);
    }

    /// <summary>scale * w/(C F) sign(y - target), 0 where they are equal.</summary>
    public static void MeanAbsoluteErrorGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow)
    {
        Gradient<AbsoluteError>(ref y, yRow, ref target, targetRow, weights, rows, width, 0, scale, ref dy, dyRow);
    }

    /// <summary>1/(C F) sum w e, with r = |y - target|: e = r^2 / 2 up to r = delta, then delta (r - delta / 2) (Huber 1964). delta is above 0.</summary>
    public static double Huber(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width, float delta)
    {
        return Mean<HuberError>(ref y, yRow, ref target, targetRow, weights, rows, width, delta);
    }

    /// <summary>scale * w/(C F) (y - target), limited to [-delta, delta] before the factor.</summary>
    public static void HuberGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float delta, float scale, ref float dy, nint dyRow)
    {
        Gradient<HuberError>(ref y, yRow, ref target, targetRow, weights, rows, width, delta, scale, ref dy, dyRow);
    }

    /// <summary>1/(C F) sum -w (p target log s(y) + (1 - target) log(1 - s(y))), s the sigmoid: y are logits, p is what a yes weighs (0 for 1).</summary>
    public static double BinaryCrossEntropy(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width, float positive = 0)
    {
        return positive is 0 or 1
            ? Mean<LogisticError>(ref y, yRow, ref target, targetRow, weights, rows, width, 0)
            : Mean<WeightedLogisticError>(ref y, yRow, ref target, targetRow, weights, rows, width, positive);
    }

    /// <summary>scale * w/(C F) (s(y) - target), or with a yes that weighs p (1 - target - (1 + (p - 1) target) s(-y)).</summary>
    public static void BinaryCrossEntropyGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow, float positive = 0)
    {
        if (positive is 0 or 1)
        {
            Gradient<LogisticError>(ref y, yRow, ref target, targetRow, weights, rows, width, 0, scale, ref dy, dyRow);
        }
        else
        {
            Gradient<WeightedLogisticError>(ref y, yRow, ref target, targetRow, weights, rows, width, positive, scale, ref dy, dyRow);
        }
    }

    /// <summary>1/(C F) sum w (exp(y) - target y): y are logarithms of rates.</summary>
    public static double PoissonLikelihood(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width)
    {
        return Mean<RateError>(ref y, yRow, ref target, targetRow, weights, rows, width, 0);
    }

    /// <summary>scale * w/(C F) (exp(y) - target).</summary>
    public static void PoissonLikelihoodGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow)
    {
        Gradient<RateError>(ref y, yRow, ref target, targetRow, weights, rows, width, 0, scale, ref dy, dyRow);
    }

    /// <summary>1/C sum -w ((1 - e) log softmax(y)[target] + e/F sum over k of log softmax(y)[k]): y are logits, targets are classes (read only where w is not 0), e smooths labels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target is not a class.</exception>
    public static double SoftmaxCrossEntropy(ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width, float smoothing = 0)
    {
        var total = TotalWeight(weights, rows, width);
        if (total == 0)
        {
            return 0;
        }

        CheckClasses(target, weights, rows, width);
        if (Vector512.IsHardwareAccelerated)
        {
            return RowLosses<V16>.CrossEntropy(ref y, yRow, target, weights, rows, width, smoothing) / total;
        }

        return Vector256.IsHardwareAccelerated
            ? RowLosses<V8>.CrossEntropy(ref y, yRow, target, weights, rows, width, smoothing) / total
            : RowLosses<V4>.CrossEntropy(ref y, yRow, target, weights, rows, width, smoothing) / total;
    }

    /// <summary>scale * w/C (softmax(y) - (1 - e) one-hot(target) - e/F).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target is not a class.</exception>
    public static void SoftmaxCrossEntropyGradient(
        ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width, float scale, ref float dy, nint dyRow,
        float smoothing = 0)
    {
        CheckClasses(target, weights, rows, width);
        var factor = PerWeight(scale, TotalWeight(weights, rows, width));
        if (Vector512.IsHardwareAccelerated)
        {
            RowLosses<V16>.CrossEntropyGradient(ref y, yRow, target, weights, rows, width, factor, ref dy, dyRow, smoothing);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            RowLosses<V8>.CrossEntropyGradient(ref y, yRow, target, weights, rows, width, factor, ref dy, dyRow, smoothing);
        }
        else
        {
            RowLosses<V4>.CrossEntropyGradient(ref y, yRow, target, weights, rows, width, factor, ref dy, dyRow, smoothing);
        }
    }

    /// <summary>C: what means are divided by. A mean over parts of a batch weighs each part's by its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double TotalWeight(ReadOnlySpan<float> weights, int rows, int width)
    {
        if (weights.IsEmpty)
        {
            return rows;
        }

        var sum = 0d;
        if (IsOfElements(weights, rows))
        {
            var stride = weights.Length / rows;
            for (var r = 0; r < rows; r++)
            {
                foreach (var weight in weights.Slice(r * stride, width))
                {
                    sum += weight;
                }
            }

            return sum / width;
        }

        for (var r = 0; r < rows; r++)
        {
            sum += weights[r];
        }

        return sum;
    }

    /// <summary>Whether weights are one an element; their rows are as many and padded.</summary>
    internal static bool IsOfElements(ReadOnlySpan<float> weights, int rows) => weights.Length > rows;

    /// <summary>The power of two in which weights of elements are counted: that of their mean, so that neither they nor their sums leave a float, and weights of 1 are exact.</summary>
    private static double Unit(double mean) => mean == 0 ? 1 : Math.ScaleB(1, Math.Clamp(Math.ILogB(mean), -120, 120));

    // Without weight there is nothing to divide by, and every row's factor is 0 anyway.
    private static double PerWeight(double factor, double total) => total == 0 ? 0 : factor / total;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CheckClasses(ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width)
    {
        for (var r = 0; r < rows; r++)
        {
            if ((weights.IsEmpty || weights[r] != 0) && (uint)target[r] >= (uint)width)
            {
                throw new ArgumentOutOfRangeException(nameof(target), target[r], "A target is not a class.");
            }
        }
    }

    private static double Mean<TError>(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width, float option)
        where TError : IError
    {
        var total = TotalWeight(weights, rows, width) * width;
        if (total == 0)
        {
            return 0;
        }

        if (IsOfElements(weights, rows))
        {
            var unit = Unit(total / ((double)rows * width));
            return Vector512.IsHardwareAccelerated ? ElementLosses<V16>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, unit, rows, width, option) * (unit / total)
                : Vector256.IsHardwareAccelerated ? ElementLosses<V8>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, unit, rows, width, option) * (unit / total)
                : ElementLosses<V4>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, unit, rows, width, option) * (unit / total);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            return RowLosses<V16>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, option) / total;
        }

        return Vector256.IsHardwareAccelerated
            ? RowLosses<V8>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, option) / total
            : RowLosses<V4>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, option) / total;
    }

    private static void Gradient<TError>(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float option, double scale, ref float dy, nint dyRow)
        where TError : IError
    {
        var total = TotalWeight(weights, rows, width) * width;
        var factor = PerWeight(scale, total);
        if (IsOfElements(weights, rows))
        {
            var unit = Unit(total / ((double)rows * width));
            if (Vector512.IsHardwareAccelerated)
            {
                ElementLosses<V16>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, unit, rows, width, option, factor, ref dy, dyRow);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                ElementLosses<V8>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, unit, rows, width, option, factor, ref dy, dyRow);
            }
            else
            {
                ElementLosses<V4>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, unit, rows, width, option, factor, ref dy, dyRow);
            }
        }
        else if (Vector512.IsHardwareAccelerated)
        {
            RowLosses<V16>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, option, factor, ref dy, dyRow);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            RowLosses<V8>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, option, factor, ref dy, dyRow);
        }
        else
        {
            RowLosses<V4>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, option, factor, ref dy, dyRow);
        }
    }
}
