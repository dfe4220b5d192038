// Knows: batch normalisation of rows in unit blocks, and its derivative.
// Refuses to know: the factor and offset after it, which are elementwise; how parts of a batch meet.

using System;
using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>
/// Batch normalisation (Ioffe, Szegedy 2015) of every feature over all rows that count: n = (x - mean) / sqrt(var + epsilon), var the mean of the squared distances.
/// Sums are in double. A pass that reads running statistics, and one whose batch has a single row that counts, has n = x scale + offset.
/// </summary>
/// <remarks>
/// Unit u of row r is at (u / 16) * block + r * row + u % 16, row r = t * batch + b counts where t is below the length of b. Padding of sources is ignored, of results it is zero.
/// What is derived from running statistics is [scale, offset], each padded to 16 with zeros. All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.
/// </remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class BatchNormalization<T>
    where T : unmanaged, IVec<T>
{
    private static int Lanes => Vector<float>.Count;

    /// <summary>Writes scale = 1 / sqrt(variance + epsilon) and offset = -mean scale.</summary>
    public static void Derive(int units, ref float mean, ref float variance, float epsilon, ref float derived)
    {
        nint padded = (units + 15) & ~15;
        for (nint u = 0; u < units; u++)
        {
            var scale = 1 / Math.Sqrt((double)Unsafe.Add(ref variance, u) + epsilon);
            Unsafe.Add(ref derived, u) = (float)scale;
            Unsafe.Add(ref derived, padded + u) = (float)(-Unsafe.Add(ref mean, u) * scale);
        }
    }

    /// <summary>The normalised n; of rows that do not count zero. y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        BatchStatistics statistics, int norm, int steps, int batch, ReadOnlySpan<int> lengths, int units, ref float x, nint xBlock, nint xRow,
        ref float running, float epsilon, ref float y, nint yBlock, nint yRow)
    {
        fixed (float* xPin = &x, runningPin = &running, yPin = &y)
        {
            var own = statistics.Norms[norm];
            if (!statistics.UsesRunning)
            {
                Moments(own, steps, batch, lengths, units, xPin, xBlock, xRow);
                statistics.JoinMoments(norm, epsilon);
            }

            // Running statistics as n = (x - 0 - 0) scale + offset: one loop for both.
            fixed (float* means = &own.Row(0), rests = &own.Row(1), factors = &own.Row(2))
            {
                nint padded = (units + 15) & ~15;
                for (nint u = 0; u < padded; u += T.Count)
                {
                    float* from = xPin + (u / 16 * xBlock) + (u % 16), to = yPin + (u / 16 * yBlock) + (u % 16);
                    T mean = default, rest = default, factor = T.Load(ref *runningPin, u), offset = T.Load(ref *runningPin, padded + u);
                    if (own.IsOfBatch)
                    {
                        (mean, rest, factor, offset) = (T.Load(ref *means, u), T.Load(ref *rests, u), T.Load(ref *factors, u), default);
                    }

                    for (var t = 0; t < steps; t++)
                    {
                        for (var b = 0; b < batch; b++, from += xRow, to += yRow)
                        {
                            T value = default;
                            if (lengths.IsEmpty || t < lengths[b])
                            {
                                // As if the mean were double: its first part cancels exactly where that matters.
                                value = Rows<T>.First(units - u, T.Fma(T.Load(ref *from, 0) - mean - rest, factor, offset));
                            }

                            T.Store(ref *to, 0, value);
                        }
                    }
                }
            }
        }
    }

    /// <summary>dx = (g - mean(g) - n mean(g n)) / sqrt(var + epsilon) of rows from a step on, means over all that count; without the means where the pass did not read the
    /// batch's statistics. Rows that do not count get zero. dx may be g or n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(
        BatchStatistics statistics, int norm, int first, int steps, int batch, ReadOnlySpan<int> lengths, int units, ref float n, nint nBlock, nint nRow,
        ref float g, nint gBlock, nint gRow, ref float running, ref float dx, nint dxBlock, nint dxRow)
    {
        fixed (float* nPin = &n, gPin = &g, runningPin = &running, dxPin = &dx)
        {
            var own = statistics.Norms[norm];
            var isOfBatch = own.IsOfBatch;
            if (isOfBatch)
            {
                GradientSums(own, first, steps, batch, lengths, units, nPin, nBlock, nRow, gPin, gBlock, gRow);
                statistics.JoinGradients(norm);
            }

            fixed (float* factors = &own.Row(2), means = &own.Row(3), alongs = &own.Row(4))
            {
                nint padded = (units + 15) & ~15;
                for (nint u = 0; u < padded; u += T.Count)
                {
                    float* at = nPin + (u / 16 * nBlock) + (u % 16), from = gPin + (u / 16 * gBlock) + (u % 16), to = dxPin + (u / 16 * dxBlock) + (u % 16);
                    T factor = isOfBatch ? T.Load(ref *factors, u) : T.Load(ref *runningPin, u), mean = default, along = default;
                    if (isOfBatch)
                    {
                        (mean, along) = (T.Load(ref *means, u), T.Load(ref *alongs, u));
                    }

                    for (var t = first; t < steps; t++)
                    {
                        for (var b = 0; b < batch; b++, at += nRow, from += gRow, to += dxRow)
                        {
                            T value = default;
                            if (lengths.IsEmpty || t < lengths[b])
                            {
                                value = Rows<T>.First(units - u, T.Fnma(T.Load(ref *at, 0), along, T.Load(ref *from, 0) - mean) * factor);
                            }

                            T.Store(ref *to, 0, value);
                        }
                    }
                }
            }
        }
    }

    /// <summary>This part's moments, about the first row that counts: where one of the numbers is the pivot, nothing cancels beyond its own distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Moments(NormStatistics own, int steps, int batch, ReadOnlySpan<int> lengths, int units, float* x, nint xBlock, nint xRow)
    {
        double* pivots = stackalloc double[16], sums = stackalloc double[16], squares = stackalloc double[16];
        for (nint u = 0; u < units; u += Lanes)
        {
            float* from = x + (u / 16 * xBlock) + (u % 16);
            Vector<double> low = default, high = default, lowSum = default, highSum = default, lowSquares = default, highSquares = default;
            long count = 0;
            for (var t = 0; t < steps; t++)
            {
                for (var b = 0; b < batch; b++, from += xRow)
                {
                    if (!lengths.IsEmpty && t >= lengths[b])
                    {
                        continue;
                    }

                    Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(from), out Vector<double> l, out Vector<double> h);
                    if (count++ == 0)
                    {
                        (low, high) = (l, h);
                    }

                    l -= low;
                    h -= high;
                    lowSum += l;
                    highSum += h;
                    lowSquares += l * l;
                    highSquares += h * h;
                }
            }

            Store(pivots, low, high);
            Store(sums, lowSum, highSum);
            Store(squares, lowSquares, highSquares);
            own.KeepMoments((int)u, (int)Math.Min(Lanes, units - u), count, pivots, sums, squares);
        }
    }

    /// <summary>This part's sums of gradients, and of their products with what was normalised.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GradientSums(
        NormStatistics own, int first, int steps, int batch, ReadOnlySpan<int> lengths, int units, float* n, nint nBlock, nint nRow, float* g, nint gBlock, nint gRow)
    {
        double* sums = stackalloc double[16], alongs = stackalloc double[16];
        for (nint u = 0; u < units; u += Lanes)
        {
            float* at = n + (u / 16 * nBlock) + (u % 16), from = g + (u / 16 * gBlock) + (u % 16);
            Vector<double> lowSum = default, highSum = default, lowAlong = default, highAlong = default;
            for (var t = first; t < steps; t++)
            {
                for (var b = 0; b < batch; b++, at += nRow, from += gRow)
                {
                    if (!lengths.IsEmpty && t >= lengths[b])
                    {
                        continue;
                    }

                    Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(at), out Vector<double> nLow, out Vector<double> nHigh);
                    Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(from), out Vector<double> gLow, out Vector<double> gHigh);
                    lowSum += gLow;
                    highSum += gHigh;
                    lowAlong += gLow * nLow;
                    highAlong += gHigh * nHigh;
                }
            }

            Store(sums, lowSum, highSum);
            Store(alongs, lowAlong, highAlong);
            own.KeepGradients((int)u, (int)Math.Min(Lanes, units - u), sums, alongs);
        }
    }

    private static void Store(double* to, Vector<double> low, Vector<double> high)
    {
        Unsafe.WriteUnaligned(to, low);
        Unsafe.WriteUnaligned(to + Vector<double>.Count, high);
    }
}
