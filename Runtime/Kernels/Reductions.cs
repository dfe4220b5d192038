// Knows: sums, means and maxima of the slots of rows, their derivatives, and sums over rows (gradients of parameters).
// Refuses to know: time and lengths; see Along.

using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Reductions of rows [slots, width] to one number a slot. A vector is one slot.</summary>
/// <remarks>
/// Padding of sources is ignored, of results anything. Sums and means are accumulated in double.
/// All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.
/// </remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Reductions<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>y[s] = sum of x[s].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(int rows, int slots, int width, ref float x, nint xRow, nint xSlot, ref float y, nint yRow) =>
        Total(rows, slots, width, 1, ref x, xRow, xSlot, ref y, yRow);

    /// <summary>y[s] = mean of x[s].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean(int rows, int slots, int width, ref float x, nint xRow, nint xSlot, ref float y, nint yRow) =>
        Total(rows, slots, width, width, ref x, xRow, xSlot, ref y, yRow);

    /// <summary>y[s] = the largest of x[s]; NaN if one is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(int rows, int slots, int width, ref float x, nint xRow, nint xSlot, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            for (nint r = 0; r < rows; r++)
            {
                for (nint s = 0; s < slots; s++)
                {
                    yPin[(r * yRow) + s] = Rows<T>.Max(xPin + (r * xRow) + (s * xSlot), width);
                }
            }
        }
    }

    /// <summary>dx[s] = dy[s] everywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumGradient(int rows, int slots, int width, ref float dy, nint dyRow, ref float dx, nint dxRow, nint dxSlot) =>
        Spread(rows, slots, width, 1, ref dy, dyRow, ref dx, dxRow, dxSlot);

    /// <summary>dx[s] = dy[s] / width everywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MeanGradient(int rows, int slots, int width, ref float dy, nint dyRow, ref float dx, nint dxRow, nint dxSlot) =>
        Spread(rows, slots, width, width, ref dy, dyRow, ref dx, dxRow, dxSlot);

    /// <summary>dx[s] = dy[s] at the first largest of x[s] (or its first NaN), 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MaxGradient(
        int rows, int slots, int width, ref float dy, nint dyRow, ref float x, nint xRow, nint xSlot, ref float dx, nint dxRow, nint dxSlot)
    {
        fixed (float* dyPin = &dy, xPin = &x, dxPin = &dx)
        {
            for (nint r = 0; r < rows; r++)
            {
                for (nint s = 0; s < slots; s++)
                {
                    float* from = xPin + (r * xRow) + (s * xSlot), to = dxPin + (r * dxRow) + (s * dxSlot);
                    var max = Rows<T>.Max(from, width);
                    nint at = 0;
                    while (at < width - 1 && from[at] != max && !float.IsNaN(from[at]))
                    {
                        at++;
                    }

                    Rows<T>.Clear(to, 0, width);
                    to[at] = dyPin[(r * dyRow) + s];
                }
            }
        }
    }

    /// <summary>sum[u] += x[0][u] + x[1][u] + ...; padding of the sum stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(int rows, int width, ref float x, nint xRow, ref float sum)
    {
        fixed (float* xPin = &x, sumPin = &sum)
        {
            for (nint i = 0; i < width; i += T.Count)
            {
                T even = default, odd = default;
                float* from = xPin + i;
                nint r = 0;
                for (; r < rows - 1; r += 2, from += 2 * xRow)
                {
                    even += T.Load(ref *from, 0);
                    odd += T.Load(ref *from, xRow);
                }

                if (r < rows)
                {
                    even += T.Load(ref *from, 0);
                }

                T.Store(ref *sumPin, i, T.Load(ref *sumPin, i) + Rows<T>.First(width - i, even + odd));
            }
        }
    }

    /// <summary>sum[0] += all elements of all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddAll(int rows, int width, ref float x, nint xRow, ref float sum)
    {
        fixed (float* xPin = &x)
        {
            var total = 0d;
            for (nint r = 0; r < rows; r++)
            {
                total += Wide.SumPadded(xPin + (r * xRow), width);
            }

            sum += (float)total;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Total(int rows, int slots, int width, double divisor, ref float x, nint xRow, nint xSlot, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            for (nint r = 0; r < rows; r++)
            {
                for (nint s = 0; s < slots; s++)
                {
                    yPin[(r * yRow) + s] = (float)(Wide.SumPadded(xPin + (r * xRow) + (s * xSlot), width) / divisor);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spread(int rows, int slots, int width, float divisor, ref float dy, nint dyRow, ref float dx, nint dxRow, nint dxSlot)
    {
        fixed (float* dyPin = &dy, dxPin = &dx)
        {
            for (nint r = 0; r < rows; r++)
            {
                for (nint s = 0; s < slots; s++)
                {
                    float* to = dxPin + (r * dxRow) + (s * dxSlot);
                    var value = T.Set(dyPin[(r * dyRow) + s] / divisor);
                    for (nint i = 0; i < width; i += T.Count)
                    {
                        T.Store(ref *to, i, value);
                    }
                }
            }
        }
    }
}
