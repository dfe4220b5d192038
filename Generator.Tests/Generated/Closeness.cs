// Whether what generated code computes in float is what a reference in double says, tensor by tensor.
// Knows the tolerance of the golden cases' README; refuses to know where either side comes from, and to be more lenient for anyone.
using System;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

internal static class Closeness
{
    /// <summary>Of the largest element. A plain float32 evaluation of the cases stays below 3e-6 of it; the rest is for another order of sums.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>What may remain where the reference is zero throughout.</summary>
    public const double AllZero = 1e-9;

    /// <summary>The largest absolute value of a tensor.</summary>
    public static double Largest(ReadOnlySpan<double> tensor)
    {
        double largest = 0;
        foreach (double value in tensor)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    public static void Equal(ReadOnlySpan<double> reference, ReadOnlySpan<float> got, string what) => Equal(reference, got, what, Largest(reference));

    /// <summary>Compares a part of a tensor whose largest element is given.</summary>
    public static void Equal(ReadOnlySpan<double> reference, ReadOnlySpan<float> got, string what, double largest)
    {
        Assert.True(reference.Length == got.Length, $"{what} has {got.Length} elements, should have {reference.Length}");
        double allowed = largest == 0 ? AllZero : Tolerance * largest;
        for (int i = 0; i < got.Length; i++)
        {
            double error = Math.Abs(got[i] - reference[i]);
            Assert.True(error <= allowed, $"{what}[{i}] is {got[i]:R}, should be {reference[i]:R}: off by {error / (largest == 0 ? 1 : largest):E1} of the largest");
        }
    }

    public static void Equal(ReadOnlySpan<float> reference, ReadOnlySpan<float> got, string what) => Equal(Doubles(reference), got, what);

    public static void Equal(double reference, double got, string what) =>
        Assert.True(Math.Abs(got - reference) <= Tolerance * Math.Abs(reference), $"{what} is {got:R}, should be {reference:R}");

    /// <summary>The same bits, NaN included.</summary>
    public static void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> got, string what)
    {
        Assert.True(expected.Length == got.Length, $"{what} has {got.Length} elements, should have {expected.Length}");
        for (int i = 0; i < got.Length; i++)
        {
            Assert.True(
                BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(got[i]),
                $"{what}[{i}] is {got[i]:R}, should have the bits of {expected[i]:R}");
        }
    }

    public static double[] Doubles(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), v => (double)v);
}
