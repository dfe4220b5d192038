// Probabilities of classes from what a network gives: logits, or probabilities already.
// Knows one row; refuses to know networks.
using System;

namespace SeqGen;

internal static class Probabilities
{
    /// <summary>The index of the largest value, the first of equals.</summary>
    public static int Largest(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int i = 1; i < row.Length; i++)
        {
            best = row[i] > row[best] ? i : best;
        }

        return best;
    }

    /// <summary>What to subtract from an output to have a logarithm of a probability: log(sum(exp(y))) of logits. 0 for probabilities, whose
    /// logarithm <see cref="Log"/> takes.</summary>
    public static double Normalizer(ReadOnlySpan<float> row, bool areGiven)
    {
        if (areGiven)
        {
            return 0;
        }

        double most = row[Largest(row)], sum = 0;
        foreach (float value in row)
        {
            sum += Math.Exp(value - most);
        }

        return most + Math.Log(sum);
    }

    /// <summary>The logarithm of one class's probability.</summary>
    /// <param name="value">The class's output.</param>
    /// <param name="normalizer">Its row's <see cref="Normalizer"/>.</param>
    /// <param name="areGiven">Whether outputs are probabilities.</param>
    public static double Log(float value, double normalizer, bool areGiven) => areGiven ? Math.Log(value) : value - normalizer;
}
