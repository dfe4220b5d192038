// Knows: sums of losses over the rows that count, each times its weight, and their gradients row by row, at one vector width.
// Refuses to know: averages and scales; the factor arrives ready.

using System;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Losses at one width.</summary>
internal static unsafe class RowLosses<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>The sum over the rows that count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum<TError>(
        TError error, ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width)
        where TError : struct, IError
    {
        fixed (float* yPin = &y, targetPin = &target)
        {
            float* yp = yPin, tp = targetPin;
            var total = 0d;
            for (var r = 0; r < rows; r++, yp += yRow, tp += targetRow)
            {
                if (!Counts(weights, r))
                {
                    continue;
                }

                T sum = default;
                for (nint i = 0; i < width; i += T.Count)
                {
                    sum += Rows<T>.First(width - i, error.Loss(T.Load(ref *yp, i), T.Load(ref *tp, i)));
                }

                total += Weight(weights, r) * (double)T.Sum(sum);
            }

            return total;
        }
    }

    /// <summary>dy = factor * slope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<TError>(
        TError error, ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float factor, ref float dy, nint dyRow)
        where TError : struct, IError
    {
        fixed (float* yPin = &y, targetPin = &target, dyPin = &dy)
        {
            float* yp = yPin, tp = targetPin, dyp = dyPin;
            for (var r = 0; r < rows; r++, yp += yRow, tp += targetRow, dyp += dyRow)
            {
                if (!Counts(weights, r))
                {
                    Rows<T>.Clear(dyp, 0, width);
                    continue;
                }

                var scale = T.Set(factor * Weight(weights, r));
                for (nint i = 0; i < width; i += T.Count)
                {
                    var slope = error.Slope(T.Load(ref *yp, i), T.Load(ref *tp, i));
                    T.Store(ref *dyp, i, Rows<T>.First(width - i, slope * scale));
                }

                Rows<T>.ClearPadding(dyp, width);
            }
        }
    }

    /// <summary>Sum of log(sum(exp(y))) - y[target].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double CrossEntropy(ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width)
    {
        var total = 0d;
        for (var r = 0; r < rows; r++)
        {
            if (Counts(weights, r))
            {
                ref float row = ref Unsafe.Add(ref y, r * yRow);
                total += Weight(weights, r) * (double)(Rows<T>.LogSumExp(ref row, width) - Unsafe.Add(ref row, target[r]));
            }
        }

        return total;
    }

    /// <summary>dy = factor * (softmax(y) - one-hot(target)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CrossEntropyGradient(
        ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width, float factor, ref float dy, nint dyRow)
    {
        fixed (float* dyPin = &dy)
        {
            for (var r = 0; r < rows; r++)
            {
                float* dyp = dyPin + (r * dyRow);
                if (!Counts(weights, r))
                {
                    Rows<T>.Clear(dyp, 0, width);
                    continue;
                }

                Rows<T>.Softmax(1, width, ref Unsafe.Add(ref y, r * yRow), yRow, ref *dyp, dyRow);
                dyp[target[r]] -= 1f;
                var scale = T.Set(factor * Weight(weights, r));
                for (nint i = 0; i < width; i += T.Count)
                {
                    T.Store(ref *dyp, i, T.Load(ref *dyp, i) * scale);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Weight(ReadOnlySpan<float> weights, int row) => weights.IsEmpty ? 1f : weights[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Counts(ReadOnlySpan<float> weights, int row) => weights.IsEmpty || weights[row] != 0;
}
