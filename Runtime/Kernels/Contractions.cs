// Knows: products of a row's matrix, or of a sequence, with one vector a row: inner, weighted sum, outer.
// Refuses to know: that they are attention or a memory; parameters, see Affine.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqGen.Kernels.V1;

/// <summary>Contractions row by row: M is [slots, width] of a row, seq a sequence with rows s * batch + b.</summary>
/// <remarks>
/// Step s of sequence b is valid where s &lt; steps, s &lt; limit (<see cref="int.MaxValue"/> for none) and s &lt; lengths[b] (empty: all full).
/// Rows beyond are not read. Padding of sources is ignored; that of vectors that come out is zero, since they may be gradients. Results do not overlap sources.
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
                float* first = mPin + (r * mRow), with = vPin + (r * vRow), to = yPin + (r * yRow);
                nint s = 0;
                for (; s <= slots - 4; s += 4)
                {
                    Four(first + (s * mSlot), mSlot, with, 0, width).Store(to + s);
                }

                for (; s < slots; s++)
                {
                    to[s] = Inner(first + (s * mSlot), with, width);
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
                var b = 0;
                for (; b <= batch - 4 && lengths.IsEmpty && s < end; b += 4, row += 4)
                {
                    float* to = yPin + (row * yRow);
                    Vector128<float> y4 = Four(seqPin + (row * seqRow), seqRow, vPin + (b * vRow), vRow, width);
                    (to[0], to[yRow], to[2 * yRow], to[3 * yRow]) = (y4[0], y4[1], y4[2], y4[3]);
                }

                for (; b < batch; b++, row++)
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

    // Inner products of four pairs of vectors, step apart each: their lanes are added up side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Four(float* m, nint step, float* v, nint vStep, int width)
    {
        T a = default, b = default, c = default, d = default;
        nint i = 0;
        for (; i <= width - T.Count; i += T.Count)
        {
            T.AddProduct(ref a, T.Load(ref *v, i), T.Load(ref *m, i));
            T.AddProduct(ref b, T.Load(ref *v, vStep + i), T.Load(ref *m, step + i));
            T.AddProduct(ref c, T.Load(ref *v, (2 * vStep) + i), T.Load(ref *m, (2 * step) + i));
            T.AddProduct(ref d, T.Load(ref *v, (3 * vStep) + i), T.Load(ref *m, (3 * step) + i));
        }

        if (i < width)
        {
            // Products first: padding may be anything on both sides.
            a += Rows<T>.First(width - i, T.Load(ref *v, i) * T.Load(ref *m, i));
            b += Rows<T>.First(width - i, T.Load(ref *v, vStep + i) * T.Load(ref *m, step + i));
            c += Rows<T>.First(width - i, T.Load(ref *v, (2 * vStep) + i) * T.Load(ref *m, (2 * step) + i));
            d += Rows<T>.First(width - i, T.Load(ref *v, (3 * vStep) + i) * T.Load(ref *m, (3 * step) + i));
        }

        Vector128<float> p = Quarter(a), q = Quarter(b), r = Quarter(c), s = Quarter(d);
        if (Sse3.IsSupported)
        {
            return Sse3.HorizontalAdd(Sse3.HorizontalAdd(p, q), Sse3.HorizontalAdd(r, s));
        }

        return Vector128.Create(Vector128.Sum(p), Vector128.Sum(q), Vector128.Sum(r), Vector128.Sum(s));
    }

    // The lanes of a vector added up to four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quarter(T value)
    {
        if (Unsafe.SizeOf<T>() == Unsafe.SizeOf<Vector128<float>>())
        {
            return Unsafe.As<T, Vector128<float>>(ref value);
        }

        if (Unsafe.SizeOf<T>() == Unsafe.SizeOf<Vector256<float>>())
        {
            var all = Unsafe.As<T, Vector256<float>>(ref value);
            return all.GetLower() + all.GetUpper();
        }

        var wide = Unsafe.As<T, Vector512<float>>(ref value);
        Vector256<float> half = wide.GetLower() + wide.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float factor, float* from, float* to, int width)
    {
        for (nint i = 0; i < width; i += T.Count)
        {
            T.Store(ref *to, i, Rows<T>.First(width - i, T.Set(factor) * T.Load(ref *from, i)));
        }

        Rows<T>.ClearPadding(to, width);
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

            T.Store(ref *y, i, Rows<T>.First(width - i, (a + b) + (c + d)));
        }

        Rows<T>.ClearPadding(y, width);
    }
}
