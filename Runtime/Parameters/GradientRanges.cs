// Arithmetic on the gradients of trainable parameters, a range of the packed master at a time: threads share it.
// Knows trainable ranges; refuses to know where gradients come from and when they are limited.
using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SeqGen;

internal static class GradientRanges
{
    /// <summary>The sum of squares of trainable gradients between two places of the packed gradients, in double.</summary>
    public static double SumOfSquares(ParameterSet parameters, ReadOnlySpan<float> gradients, int from, int to)
    {
        double sum = 0;
        foreach (Range run in parameters.TrainableWithin(from, to))
        {
            sum += SumOfSquares(gradients[run]);
        }

        return sum;
    }

    /// <summary>Multiplies trainable gradients between two places.</summary>
    public static void Scale(ParameterSet parameters, Span<float> gradients, int from, int to, float factor)
    {
        foreach (Range run in parameters.TrainableWithin(from, to))
        {
            Scale(gradients[run], factor);
        }
    }

    /// <summary>Limits trainable gradients between two places to [-<paramref name="most"/>, <paramref name="most"/>].</summary>
    public static void Limit(ParameterSet parameters, Span<float> gradients, int from, int to, float most)
    {
        foreach (Range run in parameters.TrainableWithin(from, to))
        {
            Limit(gradients[run], most);
        }
    }

    private static void Limit(Span<float> gradients, float limit)
    {
        foreach (ref float g in gradients)
        {
            // A NaN stays one: it must be seen, not hidden.
            g = g > limit ? limit : g < -limit ? -limit : g;
        }
    }

    private static void Scale(Span<float> gradients, float scale)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        foreach (ref Vector<float> vector in vectors)
        {
            vector *= scale;
        }

        foreach (ref float g in gradients[(vectors.Length * Vector<float>.Count)..])
        {
            g *= scale;
        }
    }

    /// <summary>The sum of squares of some floats, in double.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        foreach (Vector<float> vector in vectors)
        {
            Vector.Widen(vector, out Vector<double> a, out Vector<double> b);
            low += a * a;
            high += b * b;
        }

        double sum = Vector.Sum(low + high);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            sum += (double)value * value;
        }

        return sum;
    }

    /// <summary>The sum of squares of the differences of some floats and as many others, in double.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values, ReadOnlySpan<float> others)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values), otherVectors = MemoryMarshal.Cast<float, Vector<float>>(others);
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        for (int i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out Vector<double> a, out Vector<double> b);
            Vector.Widen(otherVectors[i], out Vector<double> c, out Vector<double> d);
            low += (a - c) * (a - c);
            high += (b - d) * (b - d);
        }

        double sum = Vector.Sum(low + high);
        for (int i = vectors.Length * Vector<float>.Count; i < values.Length; i++)
        {
            double difference = (double)values[i] - others[i];
            sum += difference * difference;
        }

        return sum;
    }
}
