// The area under the receiver operating characteristic: streamed in cells of log odds, and exact of scores that were kept. Knows scores and truths; refuses to know networks.
using System;
using System.Linq;

namespace SeqGen;

public abstract partial class Measure
{
    /// <summary>The area under the receiver operating characteristic: how often something of the class has a higher score than something that is not, of two classes; of more the
    /// mean of one class against the rest, over the classes of which there is something and something else. It streams: log odds are counted in cells from -16 to 16, and pairs
    /// within a cell count half. "ROC area error" is what that can be off by: half of the share of pairs that fell into one cell.</summary>
    /// <param name="cells">How many cells: memory is 16 bytes a cell and class. The more, the less the error.</param>
    public static Measure RocArea(int cells = 8192) => new RocMeasure(Settings.Check(cells, cells is >= 2 and <= 1 << 24, nameof(cells), "2 to 16777216"));

    /// <summary>The exact area under the receiver operating characteristic of scores that were kept; equal scores count half. NaN where all are of one kind, and where a score is not a number.</summary>
    /// <param name="scores">The scores, probabilities or logits.</param>
    /// <param name="isPositive">What is of the class.</param>
    /// <param name="weights">How much each counts; empty for all the same.</param>
    public static double RocAreaOf(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive, ReadOnlySpan<float> weights = default)
    {
        if (isPositive.Length != scores.Length || (weights.Length != scores.Length && !weights.IsEmpty))
        {
            throw new ArgumentException($"There are {scores.Length} scores, {isPositive.Length} truths and {weights.Length} weights. Give as many of each, or no weights.", nameof(isPositive));
        }

        foreach (float weight in weights)
        {
            Settings.Check(weight, weight >= 0 && float.IsFinite(weight), nameof(weights), "finite and 0 or more");
        }

        float[] sorted = scores.ToArray();
        int[] order = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(sorted, order);
        double below = 0, pairs = 0, positives = 0;
        for (int i = 0; i < order.Length;)
        {
            if (float.IsNaN(sorted[i]))
            {
                return double.NaN;
            }

            double p = 0, n = 0;
            float score = sorted[i];
            for (; i < order.Length && sorted[i] == score; i++)
            {
                double weight = weights.IsEmpty ? 1 : weights[order[i]];
                (p, n) = isPositive[order[i]] ? (p + weight, n) : (p, n + weight);
            }

            pairs += p * (below + (n / 2));
            (below, positives) = (below + n, positives + p);
        }

        return pairs / (positives * below);
    }

    /// <summary>The log odds of one class against all others.</summary>
    private static double LogOddsOf(float score, double all, bool isProbability)
    {
        // Rounding must not make more than 1 of it, whose rest has no logarithm.
        double log = Math.Min((isProbability ? Math.Log(score) : score) - all, 0);
        return log - Math.Log(1 - Math.Exp(log));
    }

    /// <summary>The log odds of a yes.</summary>
    private static double LogOdds(float score, bool isProbability) => isProbability ? Math.Log(score) - Math.Log(1 - (double)score) : score;

    private sealed class RocMeasure(int cells) : Measure
    {
        private const double Most = 16;

        public override string Name => "ROC area";

        public override bool HigherIsBetter => true;

        protected internal override string? WhyNot(MeasureShape shape) => NotClasses(shape);

        // For each class the cells of what is of it, those of the rest, and how much was not a number.
        protected internal override int SumCount(MeasureShape shape) => checked(Curves(shape) * ((2 * cells) + 1));

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            MeasureShape shape = position.Shape;
            double all = shape.Kind == TargetKind.Classes ? LogOfAll(position.Outputs, shape.AreProbabilities) : 0;
            for (int i = 0; i < Curves(shape); i++)
            {
                int label = shape is { Kind: TargetKind.Classes, Outputs: 2 } ? 1 : i;
                bool yes = shape.Kind == TargetKind.Classes ? position.Class == label : position.Targets[i] > 0.5f;
                double odds = shape.Kind == TargetKind.Classes ? LogOddsOf(position.Outputs[label], all, shape.AreProbabilities) : LogOdds(position.Outputs[i], shape.AreProbabilities);
                float weight = shape.Kind == TargetKind.Classes ? position.Weight : position.WeightOf(i);
                int cell = double.IsNaN(odds) ? 2 * cells : (yes ? 0 : cells) + Math.Clamp((int)((Math.Clamp(odds, -Most, Most) + Most) / (2 * Most) * cells), 0, cells - 1);
                sums[(i * ((2 * cells) + 1)) + cell] += weight;
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape)
        {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < Curves(shape); i++)
            {
                var (area, _, isThere) = AreaOf(sums, i);
                (sum, count) = isThere ? (sum + area, count + 1) : (sum, count);
            }

            return sum / count;
        }

        protected internal override void Write(ReadOnlySpan<double> sums, MeasureShape shape, MeasureWriter values)
        {
            double error = 0;
            int count = 0;
            for (int i = 0; i < Curves(shape); i++)
            {
                var (_, off, isThere) = AreaOf(sums, i);
                (error, count) = isThere ? (error + off, count + 1) : (error, count);
            }

            values.Add(Name, Value(sums, shape));
            values.Add("ROC area error", error / count);
            for (int i = 0; i < Curves(shape) && Curves(shape) > 1; i++)
            {
                values.Add(Name, AreaOf(sums, i).Area, shape.LabelOf(i));
            }
        }

        private static int Curves(MeasureShape shape) => shape is { Kind: TargetKind.Classes, Outputs: 2 } ? 1 : shape.Outputs;

        private (double Area, double Error, bool IsThere) AreaOf(ReadOnlySpan<double> sums, int curve)
        {
            ReadOnlySpan<double> mine = sums.Slice(curve * ((2 * cells) + 1), (2 * cells) + 1), of = mine[..cells], rest = mine[cells..^1];
            double below = 0, pairs = 0, ties = 0, positives = 0;
            for (int i = 0; i < cells; i++)
            {
                pairs += of[i] * (below + (rest[i] / 2));
                ties += of[i] * rest[i];
                (below, positives) = (below + rest[i], positives + of[i]);
            }

            double all = positives * below;
            return mine[^1] > 0 ? (double.NaN, double.NaN, true) : (pairs / all, ties / (2 * all), all > 0);
        }
    }
}
