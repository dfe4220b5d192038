// Knows: the circular convolution of rows with a few shifts, and its derivative with respect to the shifts.
// Refuses to know: whose weighting is moved.

using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>
/// Circular convolution of a weighting with a short kernel of shifts (Graves et al. 2014):
/// y(n) = sum over j of s_j x(n - (j - K/2)), indices modulo N; mirrored: x(n + (j - K/2)).
/// </summary>
/// <remarks>
/// Padding of sources is ignored, of results anything. Results do not overlap sources.
/// All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.
/// </remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class CircularShift<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>y = s convolved with x, row by row.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="n">Elements of x and y.</param>
    /// <param name="shifts">Elements of s, an odd number.</param>
    /// <param name="mirrored">The other direction.</param>
    /// <param name="x">The source.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="s">The shifts' weights.</param>
    /// <param name="sRow">Distance of their rows.</param>
    /// <param name="y">The result.</param>
    /// <param name="yRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convolve(int rows, int n, int shifts, bool mirrored, ref float x, nint xRow, ref float s, nint sRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, sPin = &s, yPin = &y)
        {
            nint reach = shifts / 2, sign = mirrored ? 1 : -1;
            for (nint r = 0; r < rows; r++)
            {
                float* from = xPin + (r * xRow), w = sPin + (r * sRow), to = yPin + (r * yRow);
                nint i = 0;
                while (i < n)
                {
                    // Whole vectors where no index leaves the row, at any alignment; one by one where one may.
                    if (i >= reach && i + T.Count + reach <= n)
                    {
                        T sum = default;
                        for (nint j = 0; j < shifts; j++)
                        {
                            T.AddProduct(ref sum, T.Set(w[j]), T.Load(ref *from, i + (sign * (j - reach))));
                        }

                        T.Store(ref *to, i, sum);
                        i += T.Count;
                        continue;
                    }

                    // The last of them overlaps the one before.
                    if (i > reach && i < n - reach && n - reach - T.Count >= reach)
                    {
                        i = n - reach - T.Count;
                        continue;
                    }

                    var one = 0f;
                    for (nint j = 0; j < shifts; j++)
                    {
                        one += w[j] * from[Wrap(i + (sign * (j - reach)), n)];
                    }

                    to[i++] = one;
                }
            }
        }
    }

    /// <summary>ds_j = sum over n of dy(n) x(n - (j - K/2)); mirrored: x(n + (j - K/2)).</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="n">Elements of dy and x.</param>
    /// <param name="shifts">Elements of ds, an odd number.</param>
    /// <param name="mirrored">The other direction.</param>
    /// <param name="dy">The result's gradient.</param>
    /// <param name="dyRow">Distance of its rows.</param>
    /// <param name="x">The source.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="ds">The gradient of the shifts' weights.</param>
    /// <param name="dsRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ShiftGradient(int rows, int n, int shifts, bool mirrored, ref float dy, nint dyRow, ref float x, nint xRow, ref float ds, nint dsRow)
    {
        fixed (float* dyPin = &dy, xPin = &x, dsPin = &ds)
        {
            nint reach = shifts / 2, sign = mirrored ? 1 : -1;
            for (nint r = 0; r < rows; r++)
            {
                float* d = dyPin + (r * dyRow), from = xPin + (r * xRow);
                for (nint j = 0; j < shifts; j++)
                {
                    // Two runs: up to where x wraps, and from there.
                    var start = Wrap(sign * (j - reach), n);
                    dsPin[(r * dsRow) + j] = Inner(d, from + start, n - start) + Inner(d + (n - start), from, start);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Wrap(nint i, nint n)
    {
        while (i < 0)
        {
            i += n;
        }

        while (i >= n)
        {
            i -= n;
        }

        return i;
    }

    // At any alignment, so nothing behind the runs may be read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Inner(float* a, float* b, nint length)
    {
        T sum = default;
        nint i = 0;
        for (; i <= length - T.Count; i += T.Count)
        {
            T.AddProduct(ref sum, T.Load(ref *a, i), T.Load(ref *b, i));
        }

        var rest = 0f;
        for (; i < length; i++)
        {
            rest += a[i] * b[i];
        }

        return T.Sum(sum) + rest;
    }
}
