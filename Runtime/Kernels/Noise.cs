// Knows: random numbers that are functions of a seed and a position: Philox4x32-10.
// Refuses to know: what is dropped with them; and sequences of numbers, which are RandomSource's.
//
// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: Parallel random numbers: as easy as 1, 2, 3. SC'11 (2011).

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Counter-based noise: the value at (seed, layer, sample, step, unit) does not depend on how the work is divided.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Noise
{
    /// <summary>Writes 1/keep with probability keep, else 0, to rows t * batch + b; padding lanes get 0.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="layer">Distinguishes uses of the same seed.</param>
    /// <param name="sampleOffset">The first row's sample.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="steps">Steps; 1 for masks that are held over a sequence.</param>
    /// <param name="width">Units.</param>
    /// <param name="keep">The probability, above 0; 1 or more keeps everything.</param>
    /// <param name="dest">The result.</param>
    /// <param name="row">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FillBernoulli(
        ulong seed, uint layer, int sampleOffset, int batch, int steps, int width, float keep, ref float dest, nint row)
    {
        var limit = keep >= 1f ? 1L << 32 : (long)(keep * 4294967296d);
        var kept = BitConverter.SingleToInt32Bits(keep >= 1f ? 1f : 1f / keep);
        for (var t = 0; t < steps; t++)
        {
            for (var b = 0; b < batch; b++)
            {
                ref float to = ref Unsafe.Add(ref dest, (((nint)t * batch) + b) * row);
                for (var unit = 0; unit < width; unit += 4)
                {
                    var (r0, r1, r2, r3) = Philox(seed, layer, (uint)(sampleOffset + b), (uint)t, (uint)unit >> 2);
                    Unsafe.Add(ref to, unit) = Choose(r0, limit, kept);
                    Unsafe.Add(ref to, unit + 1) = Choose(r1, limit, kept);
                    Unsafe.Add(ref to, unit + 2) = Choose(r2, limit, kept);
                    Unsafe.Add(ref to, unit + 3) = Choose(r3, limit, kept);
                }

                for (nint unit = width; unit < ((width + 15) & ~15); unit++)
                {
                    Unsafe.Add(ref to, unit) = 0f;
                }
            }
        }
    }

    // Without a branch: nobody could predict it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Choose(uint random, long limit, int kept) => BitConverter.Int32BitsToSingle((int)((random - limit) >> 63) & kept);

    /// <summary>Four random words of Philox4x32-10 for a 64-bit key and a 128-bit counter.</summary>
    /// <param name="key">The key, low word first.</param>
    /// <param name="c0">Word 0 of the counter.</param>
    /// <param name="c1">Word 1.</param>
    /// <param name="c2">Word 2.</param>
    /// <param name="c3">Word 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint R0, uint R1, uint R2, uint R3) Philox(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (var round = 0; round < 10; round++, k0 += 0x9E3779B9, k1 += 0xBB67AE85)
        {
            ulong p0 = (ulong)c0 * 0xD2511F53, p1 = (ulong)c2 * 0xCD9E8D57;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
        }

        return (c0, c1, c2, c3);
    }
}
