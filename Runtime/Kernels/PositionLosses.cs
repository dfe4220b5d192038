// Losses of positions that something else has worked out: their weighted sum, and the seed that the way back through their formula starts from.
// Knows rows and weights; refuses to know formulas.
using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqGen.Kernels.V1;

/// <summary>Sums and seeds of losses that lie in rows, one row a position: one number, or several, whose mean the position's loss is.</summary>
internal static class PositionLosses
{
    /// <summary>Adds up w l over the positions, l the mean of a position's numbers; each number's seed becomes w factor / size. A weight of 0 leaves a position out, whatever its loss is.</summary>
    /// <param name="losses">The losses: [positions, row], <paramref name="size"/> numbers each.</param>
    /// <param name="row">Floats from one position's losses to the next one's.</param>
    /// <param name="weights">The weight of each position.</param>
    /// <param name="size">Numbers of a position.</param>
    /// <param name="factor">What the sum's gradient is multiplied by.</param>
    /// <param name="seeds">The seeds, laid out as the losses.</param>
    /// <param name="seedRow">Floats from one position's seeds to the next one's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumAndSeed(ref float losses, nint row, ReadOnlySpan<float> weights, int size, double factor, ref float seeds, nint seedRow)
    {
        double sum = 0;
        float each = (float)(factor / size);
        for (int r = 0; r < weights.Length; r++)
        {
            float weight = weights[r], seed = weight * each;
            ref float to = ref Unsafe.Add(ref seeds, r * seedRow);
            if (size == 1)
            {
                to = seed;
            }
            else
            {
                MemoryMarshal.CreateSpan(ref to, size).Fill(seed);
            }

            sum += weight == 0 ? 0 : weight * Sum(ref Unsafe.Add(ref losses, r * row), size);
        }

        return sum / size;
    }

    /// <summary>The same where every number has a weight of its own.</summary>
    /// <param name="losses">The losses: [positions, row], <paramref name="size"/> numbers each.</param>
    /// <param name="row">Floats from one position's losses to the next one's.</param>
    /// <param name="weights">The weight of each number: [positions, weightRow].</param>
    /// <param name="weightRow">Floats from one position's weights to the next one's.</param>
    /// <param name="positions">How many there are.</param>
    /// <param name="size">Numbers of a position.</param>
    /// <param name="factor">What the sum's gradient is multiplied by.</param>
    /// <param name="seeds">The seeds, laid out as the losses.</param>
    /// <param name="seedRow">Floats from one position's seeds to the next one's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumAndSeed(
        ref float losses, nint row, ref float weights, nint weightRow, int positions, int size, double factor, ref float seeds, nint seedRow)
    {
        double sum = 0;
        float each = (float)(factor / size);
        for (int r = 0; r < positions; r++)
        {
            for (int k = 0; k < size; k++)
            {
                float weight = Unsafe.Add(ref weights, (r * weightRow) + k);
                Unsafe.Add(ref seeds, (r * seedRow) + k) = weight * each;
                sum += weight == 0 ? 0 : (double)weight * Unsafe.Add(ref losses, (r * row) + k);
            }
        }

        return sum / size;
    }

    private static double Sum(ref float values, int size)
    {
        double sum = 0;
        int k = 0;
        if (size >= Vector<float>.Count)
        {
            Vector<float> sums = Vector<float>.Zero;
            for (; k <= size - Vector<float>.Count; k += Vector<float>.Count)
            {
                sums += Vector.LoadUnsafe(ref values, (nuint)k);
            }

            sum = Vector.Sum(sums);
        }

        for (; k < size; k++)
        {
            sum += Unsafe.Add(ref values, k);
        }

        return sum;
    }
}
