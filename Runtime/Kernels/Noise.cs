// Knows: random numbers that are functions of a seed and a position: Philox4x32-10.
// Refuses to know: what is dropped with them; and sequences of numbers, which are RandomSource's.
//
// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: Parallel random numbers: as easy as 1, 2, 3. SC'11 (2011).

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqGen.Kernels.V1;

/// <summary>Counter-based noise: the value at (seed, layer, sample, step, unit) does not depend on how the work is divided.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Noise
{
    /// <summary>Writes 1/keep with probability keep, else 0: see the other overload.</summary>
    public static void FillBernoulli(
        ulong seed, uint layer, int sampleOffset, int batch, int steps, int width, float keep, ref float dest, nint row) =>
        FillBernoulli(seed, layer, sampleOffset, batch, steps, width, keep, keep >= 1f ? 1f : 1f / keep, ref dest, row);

    /// <summary>Writes <paramref name="scale"/> with probability keep, else 0, to rows t * batch + b; padding lanes get 0.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="layer">Distinguishes uses of the same seed.</param>
    /// <param name="sampleOffset">The first row's sample.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="steps">Steps; 1 for masks that are held over a sequence.</param>
    /// <param name="width">Units.</param>
    /// <param name="keep">The probability, above 0; 1 or more keeps everything.</param>
    /// <param name="scale">The value of what is kept.</param>
    /// <param name="dest">The result.</param>
    /// <param name="row">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FillBernoulli(
        ulong seed, uint layer, int sampleOffset, int batch, int steps, int width, float keep, float scale, ref float dest, nint row)
    {
        var limit = (uint)Math.Min(keep * 4294967296d, uint.MaxValue);
        var kept = BitConverter.SingleToInt32Bits(scale);
        for (var t = 0; t < steps; t++)
        {
            for (var b = 0; b < batch; b++)
            {
                ref float to = ref Unsafe.Add(ref dest, (((nint)t * batch) + b) * row);
                for (var unit = 0; unit < width; unit += 16)
                {
                    if (keep >= 1f)
                    {
                        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref to, unit), 16).Fill(scale);
                    }
                    else if (Avx2.IsSupported)
                    {
                        Sixteen256(seed, layer, (uint)(sampleOffset + b), (uint)t, (uint)unit >> 2, limit, kept, ref Unsafe.Add(ref to, unit));
                    }
                    else
                    {
                        Sixteen(seed, layer, (uint)(sampleOffset + b), (uint)t, (uint)unit >> 2, limit, kept, ref Unsafe.Add(ref to, unit));
                    }
                }

                for (nint unit = width; unit < ((width + 15) & ~15); unit++)
                {
                    Unsafe.Add(ref to, unit) = 0f;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sixteen(ulong key, uint c0, uint c1, uint c2, uint c3, uint limit, int kept, ref float to)
    {
        for (var i = 0; i < 16; i += 4, c3++)
        {
            var (r0, r1, r2, r3) = Philox(key, c0, c1, c2, c3);
            Unsafe.Add(ref to, i) = Choose(r0, limit, kept);
            Unsafe.Add(ref to, i + 1) = Choose(r1, limit, kept);
            Unsafe.Add(ref to, i + 2) = Choose(r2, limit, kept);
            Unsafe.Add(ref to, i + 3) = Choose(r3, limit, kept);
        }
    }

    // Four counters at once, each word in the low half of a lane; what gathers in the high halves does no harm.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sixteen256(ulong key, uint c0, uint c1, uint c2, uint c3, uint limit, int kept, ref float to)
    {
        Vector256<ulong> w0 = Vector256.Create((ulong)c0), w1 = Vector256.Create((ulong)c1), w2 = Vector256.Create((ulong)c2);

        // In the order in which unpacking below puts them right.
        var w3 = Vector256.Create((ulong)c3) + Vector256.Create(0UL, 2, 1, 3);
        Vector256<ulong> low = Vector256.Create(0xFFFFFFFFUL), k0 = Vector256.Create(key) & low, k1 = Vector256.Create(key >> 32);
        for (var round = 0; round < 10; round++)
        {
            var p0 = Avx2.Multiply(w0.AsUInt32(), Vector256.Create(0xD2511F53UL).AsUInt32());
            var p1 = Avx2.Multiply(w2.AsUInt32(), Vector256.Create(0xCD9E8D57UL).AsUInt32());
            w0 = (p1 >> 32) ^ w1 ^ k0;
            w1 = p1;
            w2 = (p0 >> 32) ^ w3 ^ k1;
            w3 = p0;
            k0 += Vector256.Create(0x9E3779B9UL);
            k1 += Vector256.Create(0xBB67AE85UL);
        }

        Vector256<ulong> first = (w0 & low) | (w1 << 32), second = (w2 & low) | (w3 << 32);
        var bound = Vector256.Create(limit);
        Vector256<int> value = Vector256.Create(kept), mask = Vector256.LessThan(Avx2.UnpackLow(first, second).AsUInt32(), bound).AsInt32();
        (mask & value).AsSingle().StoreUnsafe(ref to);
        mask = Vector256.LessThan(Avx2.UnpackHigh(first, second).AsUInt32(), bound).AsInt32();
        (mask & value).AsSingle().StoreUnsafe(ref to, 8);
    }

    // Without a branch: nobody could predict it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Choose(uint random, uint limit, int kept) => BitConverter.Int32BitsToSingle((int)(((long)random - limit) >> 63) & kept);

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
