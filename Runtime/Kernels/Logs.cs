// Knows: sums of numbers that are given by their logarithms, in vectors of double.
// Refuses to know: whose probabilities they are.
//
// The library's vector exp and log are calls with all cases; here arguments are at most 0, sums between 1 and 3, and nothing is NaN.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Arithmetic of logarithms; relative errors are some 1e-16. No argument may be NaN or plus infinity.</summary>
internal static class Logs
{
    /// <summary>log(exp(a) + exp(b) + exp(c)); -infinity if all are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Add(Vector<double> a, Vector<double> b, Vector<double> c)
    {
        Vector<double> high = Vector.MaxNative(a, b), low = Vector.MinNative(a, b), max = Vector.MaxNative(high, c);
        Vector<double> middle = Vector.MaxNative(low, Vector.MinNative(high, c)), min = Vector.MinNative(low, c);

        // The largest limit keeps -infinity from being subtracted from itself.
        Vector<double> center = Vector.MaxNative(max, new Vector<double>(double.MinValue));
        return max + LogOnePlus(Exp(middle - center) + Exp(min - center));
    }

    /// <summary>exp(x) of x up to some 700; 0 below -708.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Exp(Vector<double> x)
    {
        Vector<double> limited = Vector.MaxNative(x, new Vector<double>(-708.0));
        Vector<double> shifted = Vector.MultiplyAddEstimate(limited, new Vector<double>(1.4426950408889634), new Vector<double>(6755399441055744.0));
        Vector<double> whole = shifted - new Vector<double>(6755399441055744.0);
        Vector<double> r = Vector.MultiplyAddEstimate(whole, new Vector<double>(-0.693147180369123816490), limited);
        r = Vector.MultiplyAddEstimate(whole, new Vector<double>(-1.90821492927058770002e-10), r);

        // Taylor's polynomial of degree 12, odd and even terms apart: |r| is at most log(2) / 2.
        Vector<double> r2 = r * r;
        Vector<double> even = Vector.MultiplyAddEstimate(new Vector<double>(1 / 479001600.0), r2, new Vector<double>(1 / 3628800.0));
        Vector<double> odd = Vector.MultiplyAddEstimate(new Vector<double>(1 / 39916800.0), r2, new Vector<double>(1 / 362880.0));
        even = Vector.MultiplyAddEstimate(even, r2, new Vector<double>(1 / 40320.0));
        odd = Vector.MultiplyAddEstimate(odd, r2, new Vector<double>(1 / 5040.0));
        even = Vector.MultiplyAddEstimate(even, r2, new Vector<double>(1 / 720.0));
        odd = Vector.MultiplyAddEstimate(odd, r2, new Vector<double>(1 / 120.0));
        even = Vector.MultiplyAddEstimate(even, r2, new Vector<double>(1 / 24.0));
        odd = Vector.MultiplyAddEstimate(odd, r2, new Vector<double>(1 / 6.0));
        even = Vector.MultiplyAddEstimate(even, r2, new Vector<double>(0.5));
        odd = Vector.MultiplyAddEstimate(odd, r2, Vector<double>.One);
        even = Vector.MultiplyAddEstimate(even, r2, Vector<double>.One);
        Vector<double> power = Vector.AsVectorDouble(Vector.ShiftLeft(Vector.AsVectorInt64(shifted) + new Vector<long>(1023), 52));
        return Vector.ConditionalSelect(Vector.LessThan(x, new Vector<double>(-708.0)), Vector<double>.Zero, Vector.MultiplyAddEstimate(odd, r, even) * power);
    }

    // log(1 + s), s from 0 to 2, as 2 atanh(z): from 1/2 on for half of 1 + s, so that |z| is at most 1/5.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> LogOnePlus(Vector<double> s)
    {
        Vector<long> half = Vector.GreaterThan(s, new Vector<double>(0.5));
        Vector<double> one = Vector<double>.One;
        Vector<double> above = s - Vector.ConditionalSelect(half, one, Vector<double>.Zero);
        Vector<double> z = above / (above + Vector.ConditionalSelect(half, new Vector<double>(4.0), new Vector<double>(2.0))), z2 = z * z;
        Vector<double> sum = new(1 / 23.0);
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 21.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 19.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 17.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 15.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 13.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 11.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 9.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 7.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 5.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, new Vector<double>(1 / 3.0));
        sum = Vector.MultiplyAddEstimate(sum, z2, one);
        return Vector.MultiplyAddEstimate(z + z, sum, Vector.ConditionalSelect(half, new Vector<double>(0.69314718055994531), Vector<double>.Zero));
    }
}
