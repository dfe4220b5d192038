// Knows: losses whose weights are one an element, and their gradients, at one vector width.
// Refuses to know: averages and scales; weights of whole rows (RowLosses).

using System;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Losses at one width, weighted element by element. Weights lie in rows that are padded to a multiple of 16 and are counted in a unit: a power of two.</summary>
internal static unsafe class ElementLosses<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>The sum over elements of weight / unit * loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum<TError>(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, double unit, int rows, int width, float option)
        where TError : IError
    {
        nint weightRow = weights.Length / rows;
        fixed (float* yPin = &y, targetPin = &target, weightPin = weights)
        {
            float* yp = yPin, tp = targetPin, wp = weightPin;
            T perUnit = T.Set((float)(1 / unit));
            var total = 0d;
            for (var r = 0; r < rows; r++, yp += yRow, tp += targetRow, wp += weightRow)
            {
                T sum = default;
                for (nint i = 0; i < width; i += T.Count)
                {
                    T weight = T.Load(ref *wp, i), loss = TError.Loss(T.Load(ref *yp, i), T.Load(ref *tp, i), T.Set(option));

                    // Selected: what does not count may be anything.
                    sum += Rows<T>.First(width - i, T.Select(T.GreaterThan(weight, default), loss * (weight * perUnit), default));
                }

                total += T.Sum(sum);
            }

            return total;
        }
    }

    /// <summary>dy = factor * weight * slope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<TError>(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, double unit, int rows, int width,
        float option, double factor, ref float dy, nint dyRow)
        where TError : IError
    {
        nint weightRow = weights.Length / rows;
        fixed (float* yPin = &y, targetPin = &target, dyPin = &dy, weightPin = weights)
        {
            float* yp = yPin, tp = targetPin, dyp = dyPin, wp = weightPin;
            T perUnit = T.Set((float)(1 / unit)), unitFactor = T.Set((float)(factor * unit));
            for (var r = 0; r < rows; r++, yp += yRow, tp += targetRow, dyp += dyRow, wp += weightRow)
            {
                for (nint i = 0; i < width; i += T.Count)
                {
                    T weight = T.Load(ref *wp, i), slope = TError.Slope(T.Load(ref *yp, i), T.Load(ref *tp, i), T.Set(option));
                    T.Store(ref *dyp, i, Rows<T>.First(width - i, T.Select(T.GreaterThan(weight, default), slope * (weight * perUnit * unitFactor), default)));
                }

                Rows<T>.ClearPadding(dyp, width);
            }
        }
    }
}
