// Knows: rows of numbers in groups, each group with a scale and a mean.
// Refuses to know: what the numbers are of (quantiles of several targets).

using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Numbers put back into the unit of what they forecast.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Rescale
{
    /// <summary>y = x * scale + mean, with one scale and one mean for each group of <paramref name="count"/> neighbours; a scale of 0 counts as 1. y may be x.</summary>
    /// <param name="count">Numbers of a group.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Numbers of a row, a multiple of <paramref name="count"/>.</param>
    /// <param name="x">The source.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="scale">A number a group.</param>
    /// <param name="mean">A number a group.</param>
    /// <param name="y">The result; its padding is written 0.</param>
    /// <param name="yRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Groups(int count, int rows, int width, ref float x, nint xRow, ref float scale, ref float mean, ref float y, nint yRow)
    {
        for (int r = 0; r < rows; r++)
        {
            ref float from = ref Unsafe.Add(ref x, r * xRow), to = ref Unsafe.Add(ref y, r * yRow);
            for (int g = 0; g * count < width; g++)
            {
                float factor = Unsafe.Add(ref scale, g), shift = Unsafe.Add(ref mean, g);
                factor = factor == 0 ? 1 : factor;
                for (int i = g * count; i < (g + 1) * count; i++)
                {
                    // As the vectors of a loop have it.
                    Unsafe.Add(ref to, i) = float.FusedMultiplyAdd(Unsafe.Add(ref from, i), factor, shift);
                }
            }

            for (int i = width; i < ((width + 15) & ~15); i++)
            {
                Unsafe.Add(ref to, i) = 0;
            }
        }
    }
}
