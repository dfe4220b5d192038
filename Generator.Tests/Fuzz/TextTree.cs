// All texts that a decoder could write, with what the interpreter gives for each: a slow search over them, and what it must find.
// Knows probabilities and beams; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Generated;

namespace SeqGen.Generator.Tests.Fuzz;

/// <summary>Every text of some steps, and its log probability with how far float may be off it.</summary>
internal sealed class TextTree
{
    private const int MostTexts = 64;

    private readonly double[] _logs;
    private readonly double[] _errors;
    private readonly int _classes;
    private readonly int _end;
    private readonly int _steps;
    private readonly double _penalty;

    /// <param name="outputs">What the decoder gives, [texts, steps, classes]: see <see cref="Texts"/>.</param>
    /// <param name="classes">Tokens, the end among them.</param>
    /// <param name="end">The token that ends a text; -1 for none.</param>
    /// <param name="steps">The most tokens.</param>
    /// <param name="penalty">Sums of logarithms are divided by the length to this power.</param>
    /// <param name="areProbabilities">Whether outputs are probabilities, or logits.</param>
    public TextTree(double[] outputs, int classes, int end, int steps, double penalty, bool areProbabilities)
    {
        (_classes, _end, _steps, _penalty) = (classes, end, steps, penalty);
        double off = Closeness.Tolerance * Closeness.Largest(outputs);
        (_logs, _errors) = (new double[outputs.Length], new double[outputs.Length]);
        for (int from = 0; from < outputs.Length; from += classes)
        {
            double[] row = outputs[from..(from + classes)];
            double total = row.Max() + Math.Log(row.Sum(y => Math.Exp(y - row.Max())));
            for (int k = 0; k < classes; k++)
            {
                _logs[from + k] = areProbabilities ? Math.Log(row[k]) : row[k] - total;
                _errors[from + k] = areProbabilities ? off / row[k] : 2 * off;
            }
        }
    }

    /// <summary>Beams that are enough for all texts.</summary>
    public int Count => (int)Math.Pow(Going(_classes, _end), _steps) + 1;

    /// <summary>The most steps of which all texts can be tried.</summary>
    public static int Steps(int classes, int end, int most)
    {
        int steps = 1;
        while (steps < most && Math.Pow(Going(classes, end), steps) <= MostTexts)
        {
            steps++;
        }

        return steps;
    }

    /// <summary>The texts that do not end, one behind the other, without their last token: [texts, steps - 1].</summary>
    public static int[] Texts(int classes, int end, int steps)
    {
        int going = Going(classes, end), count = (int)Math.Pow(going, steps - 1);
        return [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(0, steps - 1).Select(t => Token((int)(i / Math.Pow(going, steps - 2 - t)) % going, end)))];
    }

    /// <summary>Throws if a search did not find what it must, or where two things are too close to each other to say, something worse than the best.</summary>
    public void Check(int width, int[] text, double score, string what)
    {
        (double expected, double error) = Score(text);
        if (!(Math.Abs(score - expected) <= error + 1e-9))
        {
            throw new MismatchException($"{what}: the score of {Text(text)} is {score:R}, should be {expected:R}, off by more than {error:E1}");
        }

        (int[] best, bool isSure) = Search(width);
        if (isSure && !best.AsSpan().SequenceEqual(text))
        {
            throw new MismatchException($"{what}: {Text(text)} is found ({score:R}), should be {Text(best)} ({Score(best).Score:R})");
        }
    }

    private static string Text(int[] text) => "[" + string.Join(" ", text) + "]";

    private static int Going(int classes, int end) => end >= 0 && end < classes ? classes - 1 : classes;

    private static int Token(int number, int end) => end >= 0 && number >= end ? number + 1 : number;

    private int Number(int token) => _end >= 0 && token > _end ? token - 1 : token;

    /// <summary>Where the outputs after a text lie.</summary>
    private int At(int[] text) => (((int)text.Select((token, t) => Number(token) * Math.Pow(Going(_classes, _end), _steps - 2 - t)).Sum() * _steps) + text.Length) * _classes;

    /// <summary>The score of a text, with its end if it has one.</summary>
    private (double Score, double Error) Score(int[] text)
    {
        int[] all = text.Length < _steps ? [.. text, _end] : text;
        double sum = 0, error = 0, length = Math.Pow(all.Length, _penalty);
        for (int t = 0; t < all.Length; t++)
        {
            int at = At(all[..t]) + all[t];
            (sum, error) = (sum + _logs[at], error + _errors[at]);
        }

        return (sum / length, error / length);
    }

    /// <summary>What some beams find, and whether no choice on the way was a close one.</summary>
    private (int[] Text, bool IsSure) Search(int width)
    {
        var ends = new List<(int[] Text, double Score, double Error)>();
        (int[] Text, double Score, double Error)[] beams = [([], 0, 0)];
        bool isSure = true;
        for (int t = 0; t < _steps; t++)
        {
            (int[] Text, double Score, double Error)[] next = [.. beams.SelectMany(b => Enumerable.Range(0, _classes)
                .Select(k => ((int[])[.. b.Text, k], b.Score + _logs[At(b.Text) + k], b.Error + _errors[At(b.Text) + k])))];
            ends.AddRange(next.Where(n => n.Text[^1] == _end).Select(n => (n.Text[..^1], Score(n.Text[..^1]).Score, Score(n.Text[..^1]).Error)));
            next = [.. next.Where(n => n.Text[^1] != _end).OrderByDescending(n => n.Score)];
            isSure &= next.Length <= width || IsAbove(next[width - 1], next[width]);
            beams = next[..Math.Min(width, next.Length)];
        }

        // What did not end counts where nothing did.
        (int[] Text, double Score, double Error)[] found = [.. (ends.Count > 0 ? ends : [.. beams]).OrderByDescending(e => e.Score)];
        return (found[0].Text, isSure && (found.Length < 2 || IsAbove(found[0], found[1])));
    }

    private static bool IsAbove((int[] Text, double Score, double Error) a, (int[] Text, double Score, double Error) b) => a.Score - a.Error > b.Score + b.Error;
}
