// Knows: the losses and their gradients, averaged over the rows that count.
// Refuses to know: where outputs and targets come from, and how losses of several heads are weighed.

using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System;

namespace SeqGen.Kernels.V1;

/// <summary>Losses over rows in time-major order, accumulated in double.</summary>
/// <remarks>
/// A row counts if its weight is not 0; C is their number, F the width. An empty span of weights counts all rows.
/// C = 0 gives a loss of 0 and gradients of 0. Rows are padded to a multiple of 16, padding of sources is ignored.
/// Gradients are multiplied by <c>scale</c> and written to all rows: 0 where the row does not count, and in padding lanes.
/// A gradient may be written over the output. All references lead into <see cref="AlignedBuffer"/>s.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Losses
{
    /// <summary>1/(C F) sum (y - target)^2.</summary>
    public static double MeanSquaredError(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width)
    {
        var counted = Counted(weights, rows);
        return counted == 0 ? 0 : Sum<SquaredError>(ref y, yRow, ref target, targetRow, weights, rows, width) / ((double)counted * width);
    }

    /// <summary>scale * 2/(C F) (y - target).</summary>
    public static void MeanSquaredErrorGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow)
    {
        var factor = (float)(2d * scale / ((double)Math.Max(1, Counted(weights, rows)) * width));
        Gradient<SquaredError>(ref y, yRow, ref target, targetRow, weights, rows, width, factor, ref dy, dyRow);
    }

    /// <summary>1/(C F) sum -(target log s(y) + (1 - target) log(1 - s(y))), s the sigmoid: y are logits.</summary>
    public static double BinaryCrossEntropy(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width)
    {
        var counted = Counted(weights, rows);
        return counted == 0 ? 0 : Sum<LogisticError>(ref y, yRow, ref target, targetRow, weights, rows, width) / ((double)counted * width);
    }

    /// <summary>scale * 1/(C F) (s(y) - target).</summary>
    public static void BinaryCrossEntropyGradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float scale, ref float dy, nint dyRow)
    {
        var factor = (float)(scale / ((double)Math.Max(1, Counted(weights, rows)) * width));
        Gradient<LogisticError>(ref y, yRow, ref target, targetRow, weights, rows, width, factor, ref dy, dyRow);
    }

    /// <summary>1/C sum -log softmax(y)[target]: y are logits, targets are classes (read only where the row counts).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target is not a class.</exception>
    public static double SoftmaxCrossEntropy(ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width)
    {
        var counted = Counted(weights, rows);
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
        var factor = (float)((double)scale / Math.Max(1, Counted(weights, rows)));
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
    private static int Counted(ReadOnlySpan<float> weights, int rows)
    {
        if (weights.IsEmpty)
        {
            return rows;
        }

        var count = 0;
        for (var r = 0; r < rows; r++)
        {
            count += weights[r] != 0 ? 1 : 0;
        }

        return count;
    }

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

    private static double Sum<TError>(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width)
        where TError : IError
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return RowLosses<V16>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, rows, width);
        }

        return Vector256.IsHardwareAccelerated
            ? RowLosses<V8>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, rows, width)
            : RowLosses<V4>.Sum<TError>(ref y, yRow, ref target, targetRow, weights, rows, width);
    }

    private static void Gradient<TError>(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float factor, ref float dy, nint dyRow)
        where TError : IError
    {
        if (Vector512.IsHardwareAccelerated)
        {
            RowLosses<V16>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, factor, ref dy, dyRow);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            RowLosses<V8>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, factor, ref dy, dyRow);
        }
        else
        {
            RowLosses<V4>.Gradient<TError>(ref y, yRow, ref target, targetRow, weights, rows, width, factor, ref dy, dyRow);
        }
    }
}
