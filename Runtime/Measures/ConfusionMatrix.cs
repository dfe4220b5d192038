// What was taken for what, and the figures that follow from it. Knows counts; refuses to know scores and networks.
// Figures as scikit-learn's precision_recall_fscore_support, whose zero_division is 0 in means over classes; of single classes 0 / 0 is NaN here.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>How often (or with what weight) each class was taken for each.</summary>
public sealed class ConfusionMatrix
{
    private readonly double[] _counts;
    private readonly double[] _undecided;

    /// <summary>A table of counts.</summary>
    /// <param name="counts">[truth, prediction], square: finite, 0 or more.</param>
    /// <param name="labels">A label a class; null for numbers from 0.</param>
    /// <param name="undecided">What was taken for no class, one number a class; null for nothing.</param>
    public ConfusionMatrix(double[,] counts, IReadOnlyList<string>? labels = null, IReadOnlyList<double>? undecided = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int n = counts.GetLength(0);
        if (n == 0 || counts.GetLength(1) != n || (labels is not null && labels.Count != n) || (undecided is not null && undecided.Count != n))
        {
            throw new ArgumentException(
                $"The table is {n} x {counts.GetLength(1)}{(labels is null ? "" : $" with {labels.Count} labels")}. Give a square of at least one class, and a label a class or none.", nameof(counts));
        }

        _counts = [.. counts.Cast<double>()];
        _undecided = [.. undecided ?? new double[n]];
        if (Array.Exists(_counts, c => !(c >= 0 && double.IsFinite(c))) || Array.Exists(_undecided, c => !(c >= 0 && double.IsFinite(c))))
        {
            throw new ArgumentException("Counts are finite and 0 or more.", nameof(counts));
        }

        Labels = Named(labels, n);
    }

    internal ConfusionMatrix(ReadOnlySpan<double> counts, ReadOnlySpan<double> undecided, IReadOnlyList<string>? labels)
    {
        (_counts, _undecided) = (counts.ToArray(), undecided.ToArray());
        Labels = Named(labels, undecided.Length);
    }

    /// <summary>One a class.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => _undecided.Length;

    /// <summary>How often a class was taken for another.</summary>
    public double this[int truth, int predicted] => _counts[(Checked(truth, nameof(truth)) * Classes) + Checked(predicted, nameof(predicted))];

    /// <summary>How often a class was taken for none, where scores were not numbers.</summary>
    public double Undecided(int label) => _undecided[Checked(label, nameof(label))];

    /// <summary>How much there is of a class.</summary>
    public double Support(int label)
    {
        double sum = Undecided(label);
        for (int c = 0; c < Classes; c++)
        {
            sum += this[label, c];
        }

        return sum;
    }

    /// <summary>How often something was taken for a class.</summary>
    public double Predicted(int label)
    {
        double sum = 0;
        for (int c = 0; c < Classes; c++)
        {
            sum += this[c, label];
        }

        return sum;
    }

    /// <summary>How much there is of all classes.</summary>
    public double Total => _counts.Sum() + _undecided.Sum();

    /// <summary>The share that was right; NaN of nothing.</summary>
    public double Accuracy => All.Sum(c => this[c, c]) / Total;

    /// <summary>The mean recall of the classes that there are; NaN of nothing.</summary>
    public double BalancedAccuracy => MeanOver(All.Where(c => Support(c) > 0), Recall, _ => 1);

    /// <summary>Of what was taken for this class, the share that is of it; NaN where nothing was.</summary>
    public double Precision(int label) => this[label, label] / Predicted(label);

    /// <summary>Of what is of this class, the share that was taken for it; NaN where nothing is.</summary>
    public double Recall(int label) => this[label, label] / Support(label);

    /// <summary>2 right / (what is + what was taken for it): the harmonic mean of precision and recall; NaN where nothing is of this class and nothing was taken for it.</summary>
    public double F1(int label) => 2 * this[label, label] / (Support(label) + Predicted(label));

    /// <summary>The mean over the classes that are there or were taken for something, each as much as the others; one that cannot be said counts as 0. NaN of nothing.</summary>
    public double MacroPrecision => MeanOver(Seen, Precision, _ => 1);

    /// <inheritdoc cref="MacroPrecision"/>
    public double MacroRecall => MeanOver(Seen, Recall, _ => 1);

    /// <inheritdoc cref="MacroPrecision"/>
    public double MacroF1 => MeanOver(Seen, F1, _ => 1);

    /// <summary>The mean over classes, each as much as there is of it; one that cannot be said counts as 0. NaN of nothing.</summary>
    public double WeightedPrecision => MeanOver(Seen, Precision, Support);

    /// <inheritdoc cref="WeightedPrecision"/>
    public double WeightedRecall => MeanOver(Seen, Recall, Support);

    /// <inheritdoc cref="WeightedPrecision"/>
    public double WeightedF1 => MeanOver(Seen, F1, Support);

    private IEnumerable<int> All => Enumerable.Range(0, Classes);

    private IEnumerable<int> Seen => All.Where(c => Support(c) > 0 || Predicted(c) > 0);

    /// <summary>The counts of two tables together, of several networks say.</summary>
    /// <param name="a">A table.</param>
    /// <param name="b">One of as many classes.</param>
    public static ConfusionMatrix operator +(ConfusionMatrix a, ConfusionMatrix b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Classes == b.Classes
            ? new([.. a._counts.Zip(b._counts, (x, y) => x + y)], [.. a._undecided.Zip(b._undecided, (x, y) => x + y)], a.Labels)
            : throw new ArgumentException($"A table of {b.Classes} classes cannot be added to one of {a.Classes}.", nameof(b));
    }

    /// <inheritdoc cref="op_Addition"/>
    public static ConfusionMatrix Add(ConfusionMatrix left, ConfusionMatrix right) => left + right;

    /// <summary>The table as text: a row what it is, a column what it was taken for, a dot for never; then precision, recall, F1 and support of every class, and their means.</summary>
    public override string ToString()
    {
        bool undecided = Array.Exists(_undecided, u => u > 0);
        string[] figures = ["precision", "recall", "F1", "support"];
        string counts = TextTable.Of(
            ["is \\ taken for", .. Labels, .. undecided ? ["none"] : Array.Empty<string>()],
            All.Select(r => (string[])[Labels[r], .. All.Select(c => Cell(this[r, c])), .. undecided ? [Cell(Undecided(r))] : Array.Empty<string>()]));
        string classes = TextTable.Of(["class", .. figures],
        [
            .. All.Select(c => Row(Labels[c], Precision(c), Recall(c), F1(c), Support(c))),
            Row("mean of classes", MacroPrecision, MacroRecall, MacroF1, Total),
            Row("weighted by support", WeightedPrecision, WeightedRecall, WeightedF1, Total),
            ["accuracy", "", "", Share(Accuracy), TextTable.Number(Total)],
            ["balanced accuracy", "", "", Share(BalancedAccuracy), TextTable.Number(Total)],
        ]);
        return counts + Environment.NewLine + classes;
    }

    private static string[] Row(string name, double precision, double recall, double f1, double support) => [name, Share(precision), Share(recall), Share(f1), TextTable.Number(support)];

    private static string Share(double value) => double.IsNaN(value) ? "-" : value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Cell(double count) => count == 0 ? "." : TextTable.Number(count);

    private static string[] Named(IReadOnlyList<string>? labels, int n) => [.. labels ?? Enumerable.Range(0, n).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private static double MeanOver(IEnumerable<int> classes, Func<int, double> of, Func<int, double> weight)
    {
        double sum = 0, weights = 0;
        foreach (int c in classes)
        {
            double value = of(c);
            sum += weight(c) * (double.IsNaN(value) ? 0 : value);
            weights += weight(c);
        }

        return sum / weights;
    }

    private int Checked(int label, string name) => (uint)label < (uint)Classes ? label
        : throw new ArgumentOutOfRangeException(name, label, $"There are classes 0 to {Classes - 1}, {label} was asked for.");
}
