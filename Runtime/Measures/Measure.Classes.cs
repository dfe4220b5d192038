// Measures of classes: what was taken for what, log loss, the highest scores. Knows scores and truths; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen;

public abstract partial class Measure
{
    /// <summary>Accuracy, balanced accuracy, precision, recall and F1 (of every class, their mean and their mean weighted by support), and the table of what was taken for what
    /// (<see cref="MeasureResults.Confusion"/>). Of a head with one yes or no the classes are "no" and "yes"; of one with several, each is a class of its own, for which
    /// precision, recall and F1 are worked out.</summary>
    /// <param name="labels">A label a class, each another; null for numbers from 0. Other measures of the same head use them too.</param>
    public static Measure Classification(params string[]? labels)
    {
        for (int i = 0; i < labels?.Length; i++)
        {
            if (labels[i] is null || Array.IndexOf(labels, labels[i]) < i)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Label {i} is {(labels[i] is null ? "null" : $"'{labels[i]}', as one before it")}: every class has a label of its own."), nameof(labels));
            }
        }

        return new ClassificationMeasure(labels is { Length: > 0 } ? [.. labels] : null);
    }

    /// <summary>The mean of -log p of what was right, of yes and no the mean over outputs too. Infinite where a probability of 0 was given to what came.</summary>
    public static Measure LogLoss { get; } = new LogLossMeasure();

    /// <summary>The share of positions whose class is among the <paramref name="count"/> with the highest scores; of equal scores the first class is the higher.</summary>
    /// <param name="count">How many.</param>
    public static Measure Top(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new TopMeasure(count);
    }

    private static string? NotClasses(MeasureShape shape) => shape.Kind is TargetKind.Classes or TargetKind.YesNo ? null : "its targets are no classes";

    /// <summary>log(sum(exp(y))) of logits, log(sum(p)) of probabilities.</summary>
    private static double LogOfAll(ReadOnlySpan<float> scores, bool areProbabilities)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (float score in scores)
        {
            most = Math.Max(most, score);
        }

        foreach (float score in scores)
        {
            sum += areProbabilities ? score : Math.Exp(score - most);
        }

        return areProbabilities ? Math.Log(sum) : most + Math.Log(sum);
    }

    private sealed class ClassificationMeasure(IReadOnlyList<string>? labels) : Measure
    {
        public override string Name => "classification";

        public override bool HigherIsBetter => true;

        internal override IReadOnlyList<string>? ClassLabels => labels;

        protected internal override string? WhyNot(MeasureShape shape) => NotClasses(shape) ?? (
            labels is not null && labels.Count != (IsMany(shape) ? shape.Outputs : Classes(shape))
                ? string.Create(CultureInfo.InvariantCulture, $"it has {(IsMany(shape) ? shape.Outputs : Classes(shape))} classes, and {labels.Count} labels were given")
            : null);

        // [truth, prediction], then what was taken for none; of several yes or no, a table of two by two for each.
        protected internal override int SumCount(MeasureShape shape) => checked(Tables(shape) * Classes(shape) * (Classes(shape) + 1));

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            MeasureShape shape = position.Shape;
            if (shape.Kind == TargetKind.Classes)
            {
                Add(sums, shape.Outputs, position.Class, ClassScores.Highest(position.Outputs), position.Weight);
                return;
            }

            float even = shape.AreProbabilities ? 0.5f : 0;
            for (int i = 0; i < shape.Outputs; i++)
            {
                float score = position.Outputs[i];
                Add(sums.Slice(i * 6, 6), 2, position.Targets[i] > 0.5f ? 1 : 0, float.IsNaN(score) ? -1 : score > even ? 1 : 0, position.WeightOf(i));
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape)
        {
            double right = 0, all = 0;
            for (int i = 0; i < Tables(shape); i++)
            {
                ConfusionMatrix table = TableOf(sums, shape, i);
                (right, all) = (right + Enumerable.Range(0, table.Classes).Sum(c => table[c, c]), all + table.Total);
            }

            return right / all;
        }

        protected internal override void Write(ReadOnlySpan<double> sums, MeasureShape shape, MeasureWriter values)
        {
            values.Add("accuracy", Value(sums, shape));
            if (IsMany(shape))
            {
                WriteMany(sums, shape, values);
                return;
            }

            ConfusionMatrix table = TableOf(sums, shape, 0);
            values.Add("balanced accuracy", table.BalancedAccuracy);
            values.Add("macro precision", table.MacroPrecision);
            values.Add("macro recall", table.MacroRecall);
            values.Add("macro F1", table.MacroF1);
            values.Add("weighted precision", table.WeightedPrecision);
            values.Add("weighted recall", table.WeightedRecall);
            values.Add("weighted F1", table.WeightedF1);
            for (int c = 0; c < table.Classes; c++)
            {
                Write(values, table, c, table.Labels[c]);
            }
        }

        protected internal override object? Details(ReadOnlySpan<double> sums, MeasureShape shape) => IsMany(shape) ? null : TableOf(sums, shape, 0);

        private static bool IsMany(MeasureShape shape) => shape is { Kind: TargetKind.YesNo, Outputs: > 1 };

        private static int Classes(MeasureShape shape) => shape.Kind == TargetKind.Classes ? shape.Outputs : 2;

        private static int Tables(MeasureShape shape) => shape.Kind == TargetKind.Classes ? 1 : shape.Outputs;

        private static void Add(Span<double> sums, int classes, int truth, int taken, double weight) => sums[taken < 0 ? (classes * classes) + truth : (truth * classes) + taken] += weight;

        private static void Write(MeasureWriter values, ConfusionMatrix table, int c, string label)
        {
            values.Add("precision", table.Precision(c), label);
            values.Add("recall", table.Recall(c), label);
            values.Add("F1", table.F1(c), label);
            values.Add("support", table.Support(c), label);
        }

        private ConfusionMatrix TableOf(ReadOnlySpan<double> sums, MeasureShape shape, int table)
        {
            int n = Classes(shape);
            ReadOnlySpan<double> mine = sums.Slice(table * n * (n + 1), n * (n + 1));
            return new ConfusionMatrix(mine[..(n * n)], mine[(n * n)..], IsMany(shape) ? null : labels ?? (shape.Labels.Count > 0 ? shape.Labels : shape.Kind == TargetKind.YesNo ? ["no", "yes"] : null));
        }

        private void WriteMany(ReadOnlySpan<double> sums, MeasureShape shape, MeasureWriter values)
        {
            double precision = 0, recall = 0, f1 = 0;
            for (int i = 0; i < shape.Outputs; i++)
            {
                ConfusionMatrix table = TableOf(sums, shape, i);
                precision += OrZero(table.Precision(1)) / shape.Outputs;
                recall += OrZero(table.Recall(1)) / shape.Outputs;
                f1 += OrZero(table.F1(1)) / shape.Outputs;
            }

            values.Add("macro precision", precision);
            values.Add("macro recall", recall);
            values.Add("macro F1", f1);
            for (int i = 0; i < shape.Outputs; i++)
            {
                Write(values, TableOf(sums, shape, i), 1, labels?[i] ?? shape.LabelOf(i));
            }
        }

        private static double OrZero(double value) => double.IsNaN(value) ? 0 : value;
    }

    private sealed class LogLossMeasure : Measure
    {
        public override string Name => "log loss";

        protected internal override string? WhyNot(MeasureShape shape) => NotClasses(shape);

        protected internal override int SumCount(MeasureShape shape) => 2;

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            MeasureShape shape = position.Shape;
            if (shape.Kind == TargetKind.Classes)
            {
                double log = shape.AreProbabilities ? Math.Log(position.Outputs[position.Class]) : position.Outputs[position.Class] - LogOfAll(position.Outputs, areProbabilities: false);
                (sums[0], sums[1]) = (sums[0] - (position.Weight * log), sums[1] + position.Weight);
                return;
            }

            for (int i = 0; i < shape.Outputs; i++)
            {
                double score = position.Outputs[i], target = position.Targets[i], weight = position.WeightOf(i);
                double yes = shape.AreProbabilities ? Math.Log(score) : -SoftPlus(-score), no = shape.AreProbabilities ? Math.Log(1 - score) : -SoftPlus(score);
                sums[0] -= weight == 0 ? 0 : weight * ((target == 0 ? 0 : target * yes) + (target == 1 ? 0 : (1 - target) * no));
                sums[1] += weight;
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => sums[0] / sums[1];

        // log(1 + e^x)
        private static double SoftPlus(double x) => x > 0 ? x + double.LogP1(Math.Exp(-x)) : double.LogP1(Math.Exp(x));
    }

    private sealed class TopMeasure(int count) : Measure
    {
        public override string Name => string.Create(CultureInfo.InvariantCulture, $"top {count}");

        public override bool HigherIsBetter => true;

        protected internal override string? WhyNot(MeasureShape shape) => shape.Kind != TargetKind.Classes ? "its targets are no classes"
            : count > shape.Outputs ? string.Create(CultureInfo.InvariantCulture, $"it has {shape.Outputs} classes") : null;

        protected internal override int SumCount(MeasureShape shape) => 2;

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            float score = position.Outputs[position.Class];
            int before = 0;
            bool isNumber = true;
            for (int i = 0; i < position.Outputs.Length; i++)
            {
                isNumber &= !float.IsNaN(position.Outputs[i]);
                before += position.Outputs[i] > score || (position.Outputs[i] == score && i < position.Class) ? 1 : 0;
            }

            sums[0] += isNumber && before < count ? position.Weight : 0;
            sums[1] += position.Weight;
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => sums[0] / sums[1];
    }
}
