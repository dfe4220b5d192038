// Knows: sums over runs of floats, accumulated in double with vectors of the hardware's own width.
// Refuses to know: what is summed; layouts, beyond that a run is contiguous.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqGen.Kernels.V1;

/// <summary>Sums in double. Nothing outside a run counts; where a summary says so, the run's padding up to a multiple of 16 is read.</summary>
internal static unsafe class Wide
{
    /// <summary>sum x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(float* x, nint length)
    {
        nint i = 0;
        var sum = 0d;
        if (Avx512F.IsSupported && Vector512.IsHardwareAccelerated)
        {
            Vector512<double> c = default, d = default;
            for (; i <= length - 16; i += 16)
            {
                c += Eight(x + i);
                d += Eight(x + i + 8);
            }

            sum = Vector512.Sum(c + d);
        }

        if (i <= length - Vector<float>.Count)
        {
            Vector<double> a = default, b = default;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(x + i), out Vector<double> low, out Vector<double> high);
                a += low;
                b += high;
            }

            sum += Vector.Sum(a + b);
        }

        for (; i < length; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>sum x. Padding up to a multiple of 16 may be read, and be anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumPadded(float* x, nint length)
    {
        if (!Avx512F.IsSupported || !Vector512.IsHardwareAccelerated)
        {
            return Sum(x, length);
        }

        Vector512<double> a = default, b = default;
        nint i = 0;
        for (; i <= length - 16; i += 16)
        {
            a += Eight(x + i);
            b += Eight(x + i + 8);
        }

        if (i < length)
        {
            var rest = Vector512.ConditionalSelect(First(length - i), Vector512.Load(x + i), Vector512<float>.Zero);
            a += Avx512F.ConvertToVector512Double(rest.GetLower());
            b += Avx512F.ConvertToVector512Double(rest.GetUpper());
        }

        return Vector512.Sum(a + b);
    }

    /// <summary>Adds sum (x - pivot) and sum (x - pivot)^2. With one of the elements as pivot, a variance of n elements that is made from
    /// them is exact to n roundings of double: that element's own distance keeps it from cancelling further. Padding up to a multiple of 16 may be read, and be anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddMoments(float* x, nint length, double pivot, ref double sum, ref double squares)
    {
        nint i = 0;
        if (Avx512F.IsSupported && Vector512.IsHardwareAccelerated)
        {
            Vector512<double> s = default, t = default, q = default, r = default, center = Vector512.Create(pivot);
            for (; i <= length - 16; i += 16)
            {
                Vector512<double> low = Eight(x + i) - center, high = Eight(x + i + 8) - center;
                s += low;
                t += high;
                q = Avx512F.FusedMultiplyAdd(low, low, q);
                r = Avx512F.FusedMultiplyAdd(high, high, r);
            }

            if (i < length)
            {
                // The pivot in place of padding: no distance.
                Vector512<float> rest = Vector512.ConditionalSelect(First(length - i), Vector512.Load(x + i), Vector512.Create((float)pivot));
                Vector512<double> low = Avx512F.ConvertToVector512Double(rest.GetLower()) - center, high = Avx512F.ConvertToVector512Double(rest.GetUpper()) - center;
                s += low;
                t += high;
                q = Avx512F.FusedMultiplyAdd(low, low, q);
                r = Avx512F.FusedMultiplyAdd(high, high, r);
            }

            sum += Vector512.Sum(s + t);
            squares += Vector512.Sum(q + r);
            return;
        }

        Vector<double> sums = default, a = default, b = default, at = new(pivot);
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(x + i), out Vector<double> low, out Vector<double> high);
            low -= at;
            high -= at;
            sums += low + high;
            a += low * low;
            b += high * high;
        }

        sum += Vector.Sum(sums);
        squares += Vector.Sum(a + b);
        for (; i < length; i++)
        {
            var d = x[i] - pivot;
            sum += d;
            squares += d * d;
        }
    }

    /// <summary>Adds sum g and sum g (x - mean), where g = w dy. Padding up to a multiple of 16 may be read, and be anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradientSums(float* x, float* w, float* dy, nint length, double mean, ref double sum, ref double along)
    {
        nint i = 0;
        if (Avx512F.IsSupported && Vector512.IsHardwareAccelerated)
        {
            Vector512<double> p = default, q = default, r = default, u = default, center512 = Vector512.Create(mean);
            for (; i <= length - 16; i += 16)
            {
                var g = Vector512.Load(w + i) * Vector512.Load(dy + i);
                Vector512<double> gLow = Avx512F.ConvertToVector512Double(g.GetLower()), gHigh = Avx512F.ConvertToVector512Double(g.GetUpper());
                p += gLow;
                q += gHigh;
                r = Avx512F.FusedMultiplyAdd(Eight(x + i) - center512, gLow, r);
                u = Avx512F.FusedMultiplyAdd(Eight(x + i + 8) - center512, gHigh, u);
            }

            if (i < length)
            {
                Vector512<float> mask = First(length - i), none = Vector512<float>.Zero;
                var g = Vector512.ConditionalSelect(mask, Vector512.Load(w + i) * Vector512.Load(dy + i), none);
                var here = Vector512.ConditionalSelect(mask, Vector512.Load(x + i), none);
                Vector512<double> gLow = Avx512F.ConvertToVector512Double(g.GetLower()), gHigh = Avx512F.ConvertToVector512Double(g.GetUpper());
                p += gLow;
                q += gHigh;
                r = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Double(here.GetLower()) - center512, gLow, r);
                u = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Double(here.GetUpper()) - center512, gHigh, u);
            }

            sum += Vector512.Sum(p + q);
            along += Vector512.Sum(r + u);
            return;
        }

        Vector<double> sums = default, alongs = default, center = new(mean);
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> g = Unsafe.ReadUnaligned<Vector<float>>(w + i) * Unsafe.ReadUnaligned<Vector<float>>(dy + i);
            Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(x + i), out Vector<double> low, out Vector<double> high);
            Vector.Widen(g, out Vector<double> gLow, out Vector<double> gHigh);
            sums += gLow + gHigh;
            alongs += ((low - center) * gLow) + ((high - center) * gHigh);
        }

        double s = Vector.Sum(sums), t = Vector.Sum(alongs);
        for (; i < length; i++)
        {
            double g = w[i] * dy[i];
            s += g;
            t += g * (x[i] - mean);
        }

        sum += s;
        along += t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Eight(float* x) => Avx512F.ConvertToVector512Double(Vector256.Load(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> First(nint count) => Vector512.LessThan(Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create((float)count));
}
