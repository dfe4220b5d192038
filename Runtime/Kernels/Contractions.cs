// Knows: products of a row's matrix, or of a sequence, with one vector a row: inner, weighted sum, outer.
// Refuses to know: that they are attention or a memory; parameters, see Affine.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Contractions row by row: M is [slots, width] of a row, seq a sequence with rows s * batch + b.</summary>
/// <remarks>
/// Step s of sequence b is valid where s &lt; steps, s &lt; limit (<see cref="int.MaxValue"/> for none) and s &lt; lengths[b] (empty: all full).
/// Rows beyond are not read. Padding of sources is ignored, of results anything. Results do not overlap sources.
/// All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.
/// </remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Contractions<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>y[s] = M[s] . v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot(int rows, int slots, int width, ref float m, nint mRow, nint mSlot, ref float v, nint vRow, ref float y, nint yRow)
    {
        fixed (float* mPin = &m, vPin = &v, yPin = &y)
        {
            for (nint r = 0; r < rows; r++)
            {
                for (nint s = 0; s < slots; s++)
                {
                    yPin[(r * yRow) + s] = Inner(mPin + (r * mRow) + (s * mSlot), vPin + (r * vRow), width);
                }
            }
        }
    }

    /// <summary>y = sum over s of w[s] M[s].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(int rows, int slots, int width, ref float w, nint wRow, ref float m, nint mRow, nint mSlot, ref float y, nint yRow)
    {
        fixed (float* wPin = &w, mPin = &m, yPin = &y)
        {
            for (nint r = 0; r < rows; r++)
            {
                Combine(slots, width, wPin + (r * wRow), 1, mPin + (r * mRow), mSlot, yPin + (r * yRow));
            }
        }
    }

    /// <summary>y[s] = w[s] v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outer(int rows, int slots, int width, ref float w, nint wRow, ref float v, nint vRow, ref float y, nint yRow, nint ySlot)
    {
        fixed (float* wPin = &w, vPin = &v, yPin = &y)
        {
            for (nint r = 0; r < rows; r++)
            {
                for (nint s = 0; s < slots; s++)
                {
                    Scale(wPin[(r * wRow) + s], vPin + (r * vRow), yPin + (r * yRow) + (s * ySlot), width);
                }
            }
        }
    }

    /// <summary>Element 0 of y(s, b) = seq(s, b) . v(b) where the step is valid, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DotAlong(
        int steps, int batch, ReadOnlySpan<int> lengths, int limit, int width, ref float seq, nint seqRow, ref float v, nint vRow, ref float y, nint yRow)
    {
        fixed (float* seqPin = &seq, vPin = &v, yPin = &y)
        {
            var end = Math.Min(steps, limit);
            nint row = 0;
            for (var s = 0; s < steps; s++)
            {
                for (var b = 0; b < batch; b++, row++)
                {
                    var valid = s < Along<T>.Valid(lengths, b, end);
                    yPin[row * yRow] = valid ? Inner(seqPin + (row * seqRow), vPin + (b * vRow), width) : 0;
                }
            }
        }
    }

    /// <summary>y(b) = sum over the valid steps of w(s, b) seq(s, b), w the rows' element 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumAlong(
        int steps, int batch, ReadOnlySpan<int> lengths, int limit, int width, ref float w, nint wRow, ref float seq, nint seqRow, ref float y, nint yRow)
    {
        fixed (float* wPin = &w, seqPin = &seq, yPin = &y)
        {
            var end = Math.Min(steps, limit);
            for (var b = 0; b < batch; b++)
            {
                var valid = Along<T>.Valid(lengths, b, end);
                Combine(valid, width, wPin + (b * wRow), batch * wRow, seqPin + (b * seqRow), batch * seqRow, yPin + (b * yRow));
            }
        }
    }

    /// <summary>y(s, b) = w(s, b) v(b) where the step is valid, else 0; w the rows' element 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OuterAlong(
        int steps, int batch, ReadOnlySpan<int> lengths, int limit, int width, ref float w, nint wRow, ref float v, nint vRow, ref float y, nint yRow)
    {
        fixed (float* wPin = &w, vPin = &v, yPin = &y)
        {
            var end = Math.Min(steps, limit);
            nint row = 0;
            for (var s = 0; s < steps; s++)
            {
                for (var b = 0; b < batch; b++, row++)
                {
                    if (s < Along<T>.Valid(lengths, b, end))
                    {
                        Scale(wPin[row * wRow], vPin + (b * vRow), yPin + (row * yRow), width);
                    }
                    else
                    {
                        Rows<T>.Clear(yPin + (row * yRow), 0, width);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Inner(float* a, float* b, int width)
    {
        T even = default, odd = default;
        nint i = 0;
        for (; i <= width - (2 * T.Count); i += 2 * T.Count)
        {
            T.AddProduct(ref even, T.Load(ref *a, i), T.Load(ref *b, i));
            T.AddProduct(ref odd, T.Load(ref *a, i + T.Count), T.Load(ref *b, i + T.Count));
        }

        for (; i < width; i += T.Count)
        {
            even += Rows<T>.First(width - i, T.Load(ref *a, i) * T.Load(ref *b, i));
        }

        return T.Sum(even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float factor, float* from, float* to, int width)
    {
        for (nint i = 0; i < width; i += T.Count)
        {
            T.Store(ref *to, i, T.Set(factor) * T.Load(ref *from, i));
        }
    }

    // y = sum over k of w[k] m[k], in four chains.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine(nint count, int width, float* w, nint wStep, float* m, nint mStep, float* y)
    {
        for (nint i = 0; i < width; i += T.Count)
        {
            T a = default, b = default, c = default, d = default;
            float* factor = w, from = m + i;
            nint k = 0;
            for (; k <= count - 4; k += 4, factor += 4 * wStep, from += 4 * mStep)
            {
                T.AddProduct(ref a, T.Set(factor[0]), T.Load(ref *from, 0));
                T.AddProduct(ref b, T.Set(factor[wStep]), T.Load(ref *from, mStep));
                T.AddProduct(ref c, T.Set(factor[2 * wStep]), T.Load(ref *from, 2 * mStep));
                T.AddProduct(ref d, T.Set(factor[3 * wStep]), T.Load(ref *from, 3 * mStep));
            }

            for (; k < count; k++, factor += wStep, from += mStep)
            {
                T.AddProduct(ref a, T.Set(factor[0]), T.Load(ref *from, 0));
            }

            T.Store(ref *y, i, (a + b) + (c + d));
        }
    }
}
