// Whether computed numbers are the reference's, tensor by tensor. Ten times stricter than the golden cases' README (1e-5, all in float32),
// because everything here is computed in double: what is left is the rounding of the stored reference.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Goldens;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class Comparison
{
    public const double Tolerance = 1e-6;

    /// <summary>Compares with a stored tensor; elements for which <paramref name="counts"/> is false are left out.</summary>
    public static void Equal(GoldenTensor reference, double[] got, string where, Func<int, bool>? counts = null)
    {
        Assert.True(reference.Values.Length == got.Length, $"{where}: {reference.Name} has {reference.Values.Length} elements, computed were {got.Length}");
        double largest = reference.Values.Max(v => Math.Abs((double)v));
        double allowed = largest == 0 ? 1e-9 : Tolerance * largest;
        for (int i = 0; i < got.Length; i++)
        {
            double error = Math.Abs(got[i] - reference.Values[i]);
            Assert.True(
                error <= allowed || (counts is not null && !counts(i)),
                $"{where}: {reference.Name}[{i}] is {got[i]:R}, should be {reference.Values[i]:R}: off by {error / (largest == 0 ? 1 : largest):E1} of the largest");
        }
    }

    /// <summary>Compares with a number that is stored as a double.</summary>
    public static void Equal(double reference, double got, string where) =>
        Assert.True(Math.Abs(got - reference) <= 1e-9 * Math.Max(1e-3, Math.Abs(reference)), $"{where}: {got:R}, should be {reference:R}");
}
