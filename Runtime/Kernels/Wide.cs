// Knows: sums over runs of floats, accumulated in double with vectors of the hardware's own width.
// Refuses to know: what is summed; layouts, beyond that a run is contiguous.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Sums in double. Nothing outside a run is read.</summary>
internal static unsafe class Wide
{
    /// <summary>sum x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(float* x, nint length)
    {
        Vector<double> a = default, b = default;
        nint i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(x + i), out Vector<double> low, out Vector<double> high);
            a += low;
            b += high;
        }

        var sum = Vector.Sum(a + b);
        for (; i < length; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>sum (x - mean)^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumSquares(float* x, nint length, double mean)
    {
        Vector<double> a = default, b = default, center = new(mean);
        nint i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(x + i), out Vector<double> low, out Vector<double> high);
            low -= center;
            high -= center;
            a += low * low;
            b += high * high;
        }

        var sum = Vector.Sum(a + b);
        for (; i < length; i++)
        {
            sum += (x[i] - mean) * (x[i] - mean);
        }

        return sum;
    }

    /// <summary>Adds sum g and sum g (x - mean), where g = w dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradientSums(float* x, float* w, float* dy, nint length, double mean, ref double sum, ref double along)
    {
        Vector<double> sums = default, alongs = default, center = new(mean);
        nint i = 0;
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
}
