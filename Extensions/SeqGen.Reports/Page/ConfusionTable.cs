// What was taken for what. Knows counts; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen.Reports;

/// <summary>How often each class was taken for each.</summary>
public sealed class ConfusionTable
{
    /// <summary>A table of counts.</summary>
    /// <param name="counts">[truth, prediction], square.</param>
    /// <param name="labels">A label a class; null for numbers from 0.</param>
    public ConfusionTable(int[,] counts, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int n = counts.GetLength(0);
        if (n == 0 || counts.GetLength(1) != n || (labels is not null && labels.Count != n))
        {
            throw new ArgumentException(
                $"The table is {n} x {counts.GetLength(1)}{(labels is null ? "" : $" with {labels.Count} labels")}. Give a square of at least one class, and a label a class or none.", nameof(counts));
        }

        Counts = (int[,])counts.Clone();
        Labels = [.. labels ?? Enumerable.Range(0, n).Select(i => i.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>Counts classes and predictions of the same positions.</summary>
    /// <param name="truth">The classes; those below 0 count for nothing, as where a loss ignores a class.</param>
    /// <param name="predicted">What they were taken for, as many.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="labels">A label a class; null for numbers from 0.</param>
    public static ConfusionTable Of(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classes, IReadOnlyList<string>? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (truth.Length != predicted.Length)
        {
            throw new ArgumentException($"There are {truth.Length} classes and {predicted.Length} predictions. Give as many of one as of the other.", nameof(predicted));
        }

        int[,] counts = new int[classes, classes];
        for (int i = 0; i < truth.Length; i++)
        {
            if (truth[i] >= classes || (truth[i] >= 0 && (uint)predicted[i] >= (uint)classes))
            {
                throw new ArgumentException($"Position {i} is of class {truth[i]}, taken for {predicted[i]}: classes are 0 to {classes - 1}.", nameof(predicted));
            }

            if (truth[i] >= 0)
            {
                counts[truth[i], predicted[i]]++;
            }
        }

        return new ConfusionTable(counts, labels);
    }

    /// <summary>[truth, prediction].</summary>
    internal int[,] Counts { get; }

    /// <summary>One a class.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What it is of, for instance "test data".</summary>
    public string Title { get; init; } = "Confusion";

    /// <summary>How often a class was taken for another.</summary>
    public int this[int truth, int predicted] => Counts[truth, predicted];

    /// <summary>The share that was right; NaN of nothing.</summary>
    public double Accuracy => Enumerable.Range(0, Labels.Count).Sum(i => (double)Counts[i, i]) / Counts.Cast<int>().Sum(c => (double)c);

    /// <summary>Of what was taken for this class, the share that is of it; NaN where nothing was.</summary>
    public double Precision(int label) => Counts[label, label] / Enumerable.Range(0, Labels.Count).Sum(i => (double)Counts[i, label]);

    /// <summary>Of what is of this class, the share that was taken for it; NaN where nothing is.</summary>
    public double Recall(int label) => Counts[label, label] / Enumerable.Range(0, Labels.Count).Sum(i => (double)Counts[label, i]);
}
