// The label error rate: how far the most likely path's labels are from the right ones. Knows two rows of labels; refuses to know paths.
// V. Levenshtein: Binary codes capable of correcting deletions, insertions, and reversals. Soviet Physics Doklady 10, 1966.
using System;

namespace SeqGen;

public abstract partial class Measure
{
    /// <summary>Of a head trained with CTC: labels to insert, delete or replace to make the right ones of those of the most likely path, as a share of the right ones; may be above 1. "sequence
    /// error" beside it is the share of sequences in which one label or more is wrong.</summary>
    public static Measure LabelErrorRate { get; } = new LabelErrorMeasure();

    /// <summary>The least number of insertions, deletions and replacements between two rows of labels.</summary>
    /// <param name="labels">The right labels.</param>
    /// <param name="decoded">What they were taken for.</param>
    /// <param name="scratch">Room of the right labels' length and one more.</param>
    internal static int EditDistance(ReadOnlySpan<int> labels, ReadOnlySpan<int> decoded, Span<int> scratch)
    {
        Span<int> row = scratch[..(labels.Length + 1)];
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 0; i < decoded.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < labels.Length; j++)
            {
                int replaced = diagonal + (labels[j] == decoded[i] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }

    private sealed class LabelErrorMeasure : Measure
    {
        public override string Name => "label error rate";

        protected internal override string? WhyNot(MeasureShape shape) => shape.Kind == TargetKind.Labels ? null : "its targets are no labels";

        // Errors, labels, sequences with errors, sequences.
        protected internal override int SumCount(MeasureShape shape) => 4;

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            int errors = EditDistance(position.Labels, position.Decoded, position.Scratch);
            sums[0] += position.Weight * errors;
            sums[1] += position.Weight * position.Labels.Length;
            sums[2] += errors > 0 ? position.Weight : 0;
            sums[3] += position.Weight;
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => sums[0] / sums[1];

        protected internal override void Write(ReadOnlySpan<double> sums, MeasureShape shape, MeasureWriter values)
        {
            values.Add(Name, Value(sums, shape));
            values.Add("sequence error", sums[2] / sums[3]);
        }
    }
}
