// Knows: operations along single rows: table look-up, softmax, log-sum-exp.
// Refuses to know: where rows come from; losses, which build on this.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Operations along rows of values. Rows are padded to a multiple of 16; padding of sources is ignored, of results is written 0.</summary>
/// <remarks>All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.</remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Rows<T>
    where T : unmanaged, IVec<T>
{
    // From 16 - n on: n ones, then zeros.
    private static ReadOnlySpan<float> Ones => [
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Copies the table's row of each token, padding included (the table's padding is 0).</summary>
    /// <param name="table">The table. The caller has checked that every token is one of its rows.</param>
    /// <param name="tableRow">Distance of its rows.</param>
    /// <param name="tokens">A token for each row.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="dest">The result.</param>
    /// <param name="destRow">Distance of its rows.</param>
    /// <param name="width">Logical width.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(ref float table, nint tableRow, ReadOnlySpan<int> tokens, int rows, ref float dest, nint destRow, int width)
    {
        fixed (float* tablePin = &table, destPin = &dest)
        {
            float* from = tablePin, to = destPin;
            for (var r = 0; r < rows; r++, to += destRow)
            {
                float* source = from + (tokens[r] * tableRow);
                for (nint i = 0; i < width; i += 16)
                {
                    for (nint lane = i; lane < i + 16; lane += T.Count)
                    {
                        T.Store(ref *to, lane, T.Load(ref *source, lane));
                    }
                }
            }
        }
    }

    /// <summary>Adds each row's gradient to the table gradient's row of its token; padding stays.</summary>
    /// <param name="dtable">The table's gradient.</param>
    /// <param name="tableRow">Distance of its rows.</param>
    /// <param name="tokens">A token for each row.</param>
    /// <param name="rows">Rows of <paramref name="dy"/>.</param>
    /// <param name="dy">The gradient of what Gather gave.</param>
    /// <param name="dyRow">Distance of its rows.</param>
    /// <param name="width">Logical width.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GatherGradient(ref float dtable, nint tableRow, ReadOnlySpan<int> tokens, int rows, ref float dy, nint dyRow, int width)
    {
        fixed (float* dtablePin = &dtable, dyPin = &dy)
        {
            float* table = dtablePin, from = dyPin;
            for (var r = 0; r < rows; r++, from += dyRow)
            {
                float* to = table + (tokens[r] * tableRow);
                for (nint i = 0; i < width; i += T.Count)
                {
                    var sum = T.Load(ref *to, i) + T.Load(ref *from, i);
                    T.Store(ref *to, i, i + T.Count <= width ? sum : T.Select(Mask(width - i), sum, T.Load(ref *to, i)));
                }
            }
        }
    }

    /// <summary>Softmax of each row, the row's maximum subtracted first. May be done in place.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Logical width, at least 1.</param>
    /// <param name="src">The source.</param>
    /// <param name="srcRow">Distance of its rows.</param>
    /// <param name="dst">The result.</param>
    /// <param name="dstRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(int rows, int width, ref float src, nint srcRow, ref float dst, nint dstRow)
    {
        fixed (float* srcPin = &src, dstPin = &dst)
        {
            float* from = srcPin, to = dstPin;
            for (var r = 0; r < rows; r++, from += srcRow, to += dstRow)
            {
                var max = T.Set(Max(from, width));
                T sum = default;
                for (nint i = 0; i < width; i += T.Count)
                {
                    var e = First(width - i, T.Exp(T.Load(ref *from, i) - max));
                    T.Store(ref *to, i, e);
                    sum += e;
                }

                var factor = T.Set(1f / T.Sum(sum));
                for (nint i = 0; i < width; i += T.Count)
                {
                    T.Store(ref *to, i, First(width - i, T.Load(ref *to, i) * factor));
                }

                ClearPadding(to, width);
            }
        }
    }

    /// <summary>dx = y (dy - sum(dy y)), the gradient of a softmax. dx may be dy.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Logical width.</param>
    /// <param name="y">The softmax.</param>
    /// <param name="yRow">Distance of its rows.</param>
    /// <param name="dy">Its gradient.</param>
    /// <param name="dyRow">Distance of its rows.</param>
    /// <param name="dx">The result.</param>
    /// <param name="dxRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxGradient(int rows, int width, ref float y, nint yRow, ref float dy, nint dyRow, ref float dx, nint dxRow)
    {
        fixed (float* yPin = &y, dyPin = &dy, dxPin = &dx)
        {
            float* yp = yPin, dyp = dyPin, dxp = dxPin;
            for (var r = 0; r < rows; r++, yp += yRow, dyp += dyRow, dxp += dxRow)
            {
                T sum = default;
                for (nint i = 0; i < width; i += T.Count)
                {
                    sum += First(width - i, T.Load(ref *yp, i) * T.Load(ref *dyp, i));
                }

                var total = T.Set(T.Sum(sum));
                for (nint i = 0; i < width; i += T.Count)
                {
                    T.Store(ref *dxp, i, First(width - i, T.Load(ref *yp, i) * (T.Load(ref *dyp, i) - total)));
                }

                ClearPadding(dxp, width);
            }
        }
    }

    /// <summary>log(sum(exp(row))), the row's maximum subtracted first.</summary>
    /// <param name="row">The row.</param>
    /// <param name="width">Logical width, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double LogSumExp(ref float row, int width)
    {
        fixed (float* rowPin = &row)
        {
            float* from = rowPin;
            var max = Max(from, width);
            var sum = 0d;
            for (nint start = 0; start < width; start += 1024)
            {
                // Floats over stretches, double over all.
                nint end = start + 1024 < width ? start + 1024 : width;
                T part = default;
                for (var i = start; i < end; i += T.Count)
                {
                    part += First(width - i, T.Exp(T.Load(ref *from, i) - T.Set(max)));
                }

                sum += T.Sum(part);
            }

            return max + Math.Log(sum);
        }
    }

    /// <summary>The largest of <paramref name="width"/> values; NaN if one is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Max(float* row, nint width)
    {
        var max = T.Set(float.NegativeInfinity);
        for (nint i = 0; i < width; i += T.Count)
        {
            var x = T.Load(ref *row, i);
            max = T.Max(max, i + T.Count <= width ? x : T.Select(Mask(width - i), x, T.Set(float.NegativeInfinity)));
        }

        float* lanes = stackalloc float[16];
        T.Store(ref *lanes, 0, max);
        var result = lanes[0];
        for (var i = 1; i < T.Count; i++)
        {
            result = MathF.Max(result, lanes[i]);
        }

        return result;
    }

    /// <summary>The first <paramref name="count"/> lanes of a vector, 0 in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T First(nint count, T value)
    {
        if (count >= T.Count)
        {
            return value;
        }

        return T.Select(Mask(count), value, default);
    }

    /// <summary>Writes 0 from the last vector that has logical lanes up to the multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ClearPadding(float* row, nint width) => Clear(row, (width + T.Count - 1) & -T.Count, width);

    /// <summary>Writes 0 from <paramref name="start"/>, a multiple of the vector, up to the multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Clear(float* row, nint start, nint width)
    {
        for (var end = (width + 15) & -16; start < end; start += T.Count)
        {
            T.Store(ref *row, start, default);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Mask(nint count) => T.Load(ref Unsafe.AsRef(in Ones[0]), 16 - count);
}
