// What vectors, matrices and numbers of a cell's method have in common: their elements in double, one function on each.
// Knows lengths; knows no shape beyond them and no cell.
using System;

namespace SeqGen;

internal static class Elements
{
    public static double[] Map(double[] a, Func<double, double> function)
    {
        var result = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            result[i] = function(a[i]);
        }

        return result;
    }

    /// <summary>A function of two numbers on each pair; one element stands for as many as the other has.</summary>
    public static double[] Zip(double[] a, double[] b, Func<double, double, double> function)
    {
        var result = new double[Math.Max(a.Length, b.Length)];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = function(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
        }

        return result;
    }

    public static double[] Select(double[] condition, double[] a, double[] b)
    {
        var result = new double[Math.Max(condition.Length, Math.Max(a.Length, b.Length))];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = condition[condition.Length == 1 ? 0 : i] != 0 ? a[a.Length == 1 ? 0 : i] : b[b.Length == 1 ? 0 : i];
        }

        return result;
    }
}
