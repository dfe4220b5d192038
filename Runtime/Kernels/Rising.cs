// Knows: rows of numbers that rise within groups: a first one, and steps above it that are positive.
// Refuses to know: what the numbers are of (quantiles that do not cross).

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Sums of steps that are above 0. Sums are taken in double, so that their floats never fall.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Rising
{
    /// <summary>Of each group of <paramref name="count"/> neighbours the first is as it was, and the next is the one before and softplus(x). y may be x.</summary>
    /// <param name="count">Numbers of a group.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Numbers of a row, a multiple of <paramref name="count"/>.</param>
    /// <param name="x">The source.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="y">The result; its padding is written 0.</param>
    /// <param name="yRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(int count, int rows, int width, ref float x, nint xRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            for (var r = 0; r < rows; r++)
            {
                float* from = xPin + (r * xRow), to = yPin + (r * yRow);
                var sum = 0d;
                for (var i = 0; i < width; i++)
                {
                    double value = from[i];
                    sum = i % count == 0 ? value : sum + Math.Max(value, 0) + Math.Log(1 + Math.Exp(-Math.Abs(value)));
                    to[i] = (float)sum;
                }

                new Span<float>(to + width, -width & 15).Clear();
            }
        }
    }

    /// <summary>What of a gradient of the sums belongs to the numbers: dx may be dy, and not x.</summary>
    /// <param name="count">Numbers of a group.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="x">The numbers.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="dy">The gradient of the sums.</param>
    /// <param name="dyRow">Distance of its rows.</param>
    /// <param name="dx">The result; its padding is written 0.</param>
    /// <param name="dxRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumsGradient(int count, int rows, int width, ref float x, nint xRow, ref float dy, nint dyRow, ref float dx, nint dxRow)
    {
        fixed (float* xPin = &x, dyPin = &dy, dxPin = &dx)
        {
            for (var r = 0; r < rows; r++)
            {
                float* from = xPin + (r * xRow), slopes = dyPin + (r * dyRow), to = dxPin + (r * dxRow);
                var sum = 0d;
                for (var i = width - 1; i >= 0; i--)
                {
                    sum = (i + 1) % count == 0 ? slopes[i] : sum + slopes[i];
                    to[i] = (float)(i % count == 0 ? sum : sum / (1 + Math.Exp(-(double)from[i])));
                }

                new Span<float>(to + width, -width & 15).Clear();
            }
        }
    }
}
