// Knows: the losses and their gradients, averaged over the rows that count.
// Refuses to know: where outputs and targets come from, and how losses of several heads are weighed.

using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System;

namespace SeqGen.Kernels.V1;

/// <summary>Losses over rows in time-major order, accumulated in double.</summary>
/// <remarks>
/// A row counts if its weight is not 0; each term below is multiplied by the weight of its row, C is the sum of the weights, F the width.
/// An empty span of weights is 1 for all rows. C = 0 gives a loss of 0 and gradients of 0. Rows are padded to a multiple of 16, padding of sources is ignored.
/// Gradients are multiplied by <c>scale</c> and written to all rows: 0 where the row does not count, and in padding lanes.
/// A gradient may be written over the output. All references lead into <see cref="AlignedBuffer"/>s.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Losses
{
    /// <summary>1/(C F) sum (y - target)^2.</summary>
    public static double MeanSquaredError(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width) =>
        Mean(new SquaredError(), ref y, yRow, ref target, targetRow, weights, rows, width);

    /// <summary>scale * 2/(C F) (y - target).</summary>
    public static void MeanSquaredErrorGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow) =>
        Gradient(new SquaredError(), ref y, yRow, ref target, targetRow, weights, rows, width, 2d * scale, ref dy, dyRow);

    /// <summary>1/(C F) sum |y - target|.</summary>
    public static double MeanAbsoluteError(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width) =>
        Mean(new AbsoluteError(), ref y, yRow, ref target, targetRow, weights, rows, width);

    /// <summary>scale * 1/(C F) sign(y - target).</summary>
    public static void MeanAbsoluteErrorGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow) =>
        Gradient(new AbsoluteError(), ref y, yRow, ref target, targetRow, weights, rows, width, scale, ref dy, dyRow);

    /// <summary>1/(C F) sum of r^2/2 where r = |y - target| is at most delta, else delta (r - delta/2).</summary>
    public static double Huber(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width, float delta) =>
        Mean(new HuberError(delta), ref y, yRow, ref target, targetRow, weights, rows, width);

    /// <summary>scale * 1/(C F) (y - target), limited to -delta and delta.</summary>
    public static void HuberGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width, float delta,
        float scale, ref float dy, nint dyRow) =>
        Gradient(new HuberError(delta), ref y, yRow, ref target, targetRow, weights, rows, width, scale, ref dy, dyRow);

    /// <summary>1/(C F) sum -(target log s(y) + (1 - target) log(1 - s(y))), s the sigmoid: y are logits.</summary>
    public static double BinaryCrossEntropy(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width) =>
        Mean(new LogisticError(), ref y, yRow, ref target, targetRow, weights, rows, width);

    /// <summary>scale * 1/(C F) (s(y) - target).</summary>
    public static void BinaryCrossEntropyGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow) =>
        Gradient(new LogisticError(), ref y, yRow, ref target, targetRow, weights, rows, width, scale, ref dy, dyRow);

    /// <summary>1/C sum -log softmax(y)[target]: y are logits, targets are classes (read only where the row counts).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target is not a class.</exception>
    public static double SoftmaxCrossEntropy(ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width)
    {
        var counted = WeightSum(weights, rows);
        if (counted == 0)
        {
            return 0;
        }

        CheckClasses(target, weights, rows, width);
        if (Vector512.IsHardwareAccelerated)
        {
            return RowLosses<V16>.CrossEntropy(ref y, yRow, target, weights, rows, width) / counted;
        }

        return Vector256.IsHardwareAccelerated
            ? RowLosses<V8>.CrossEntropy(ref y, yRow, target, weights, rows, width) / counted
            : RowLosses<V4>.CrossEntropy(ref y, yRow, target, weights, rows, width) / counted;
    }

    /// <summary>scale * 1/C (softmax(y) - one-hot(target)).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target is not a class.</exception>
    public static void SoftmaxCrossEntropyGradient(
        ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width, float scale, ref float dy, nint dyRow)
    {
        CheckClasses(target, weights, rows, width);
        var factor = (float)(scale / Divisor(weights, rows));
        if (Vector512.IsHardwareAccelerated)
        {
            RowLosses<V16>.CrossEntropyGradient(ref y, yRow, target, weights, rows, width, factor, ref dy, dyRow);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            RowLosses<V8>.CrossEntropyGradient(ref y, yRow, target, weights, rows, width, factor, ref dy, dyRow);
        }
        else
        {
            RowLosses<V4>.CrossEntropyGradient(ref y, yRow, target, weights, rows, width, factor, ref dy, dyRow);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double WeightSum(ReadOnlySpan<float> weights, int rows)
    {
        if (weights.IsEmpty)
        {
            return rows;
        }

        var sum = 0d;
        for (var r = 0; r < rows; r++)
        {
            sum += weights[r];
        }

        return sum;
    }

    /// <summary>The sum of the weights; 1 where it is 0: gradients are 0 then whatever they are divided by.</summary>
    private static double Divisor(ReadOnlySpan<float> weights, int rows) => WeightSum(weights, rows) is var sum && sum == 0 ? 1 : sum;

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
        TError error, ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width)
        where TError : struct, IError
    {
        var counted = WeightSum(weights, rows) * width;
        if (counted == 0)
        {
            return 0;
        }

        if (Vector512.IsHardwareAccelerated)
        {
            return RowLosses<V16>.Sum(error, ref y, yRow, ref target, targetRow, weights, rows, width) / counted;
        }

        return Vector256.IsHardwareAccelerated
            ? RowLosses<V8>.Sum(error, ref y, yRow, ref target, targetRow, weights, rows, width) / counted
            : RowLosses<V4>.Sum(error, ref y, yRow, ref target, targetRow, weights, rows, width) / counted;
    }

    private static void Gradient<TError>(
        TError error, ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        double scale, ref float dy, nint dyRow)
        where TError : struct, IError
    {
        var factor = (float)(scale / (Divisor(weights, rows) * width));
        if (Vector512.IsHardwareAccelerated)
        {
            RowLosses<V16>.Gradient(error, ref y, yRow, ref target, targetRow, weights, rows, width, factor, ref dy, dyRow);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            RowLosses<V8>.Gradient(error, ref y, yRow, ref target, targetRow, weights, rows, width, factor, ref dy, dyRow);
        }
        else
        {
            RowLosses<V4>.Gradient(error, ref y, yRow, ref target, targetRow, weights, rows, width, factor, ref dy, dyRow);
        }
    }
}
