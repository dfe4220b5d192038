// What was taken for what, as a report shows it. Knows how it is given; figures are the runtime's ConfusionMatrix's.
using System;
using System.Collections.Generic;

namespace SeqGen.Reports;

/// <summary>How often each class was taken for each.</summary>
public sealed class ConfusionTable
{
    private readonly ConfusionMatrix _matrix;

    /// <summary>A table of counts.</summary>
    /// <param name="counts">[truth, prediction], square.</param>
    /// <param name="labels">A label a class; null for numbers from 0.</param>
    public ConfusionTable(int[,] counts, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        double[,] all = new double[counts.GetLength(0), counts.GetLength(1)];
        Array.Copy(counts, all, counts.Length);

        _matrix = new ConfusionMatrix(all, labels);
    }

    /// <summary>The table of an evaluation: <c>trainer.Evaluate(test, [Measure.Classification()]).Measures.Confusion()</c>.</summary>
    /// <param name="matrix">What was measured.</param>
    public ConfusionTable(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        _matrix = matrix;
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

    /// <summary>One a class.</summary>
    public IReadOnlyList<string> Labels => _matrix.Labels;

    /// <summary>What it is of, for instance "test data".</summary>
    public string Title { get; init; } = "Confusion";

    /// <summary>How often (or with what weight) a class was taken for another.</summary>
    public double this[int truth, int predicted] => _matrix[truth, predicted];

    /// <summary>The share that was right; NaN of nothing.</summary>
    public double Accuracy => _matrix.Accuracy;

    /// <summary>Of what was taken for this class, the share that is of it; NaN where nothing was.</summary>
    public double Precision(int label) => _matrix.Precision(label);

    /// <summary>Of what is of this class, the share that was taken for it; NaN where nothing is.</summary>
    public double Recall(int label) => _matrix.Recall(label);

    /// <summary>The harmonic mean of precision and recall; NaN where nothing is of this class and nothing was taken for it.</summary>
    public double F1(int label) => _matrix.F1(label);

    /// <summary>The table as text, with the figures of every class.</summary>
    public override string ToString() => _matrix.ToString();
}
