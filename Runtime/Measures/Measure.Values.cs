// Measures of forecasts: errors, what they explain. Knows forecasts and truths; refuses to know networks.
using System;
using System.Globalization;

namespace SeqGen;

public abstract partial class Measure
{
    /// <summary>mean |y - target|, in the target's unit.</summary>
    public static Measure MeanAbsoluteError { get; } = new ErrorMeasure("MAE", (y, target) => Math.Abs(y - target));

    /// <summary>sqrt(mean (y - target)^2), in the target's unit.</summary>
    public static Measure RootMeanSquaredError { get; } = new ErrorMeasure("RMSE", (y, target) => (y - target) * (y - target), isRoot: true);

    /// <summary>mean (y - target), in the target's unit: above 0 where forecasts are too high.</summary>
    public static Measure Bias { get; } = new ErrorMeasure("bias", (y, target) => y - target);

    /// <summary>mean |y - target| / |target|, a share (0.1 is 10 %). Infinite where a target is 0 and its forecast is not; 0 where both are.</summary>
    public static Measure MeanAbsolutePercentageError { get; } = new ErrorMeasure("MAPE", (y, target) => y == target ? 0 : Math.Abs(y - target) / Math.Abs(target));

    /// <summary>mean 2 |y - target| / (|y| + |target|), a share from 0 to 2; 0 where both are 0.</summary>
    public static Measure SymmetricMeanAbsolutePercentageError { get; } =
        new ErrorMeasure("sMAPE", (y, target) => y == target ? 0 : double.IsInfinity(y) && double.IsFinite(target) ? 2 : 2 * Math.Abs(y - target) / (Math.Abs(y) + Math.Abs(target)));

    /// <summary>1 - sum (y - target)^2 / sum (target - mean target)^2: the share of the targets' variance that is explained, 1 at best and below 0 for what is worse than their mean.
    /// Of several targets the mean of each one's. NaN where a target is always the same.</summary>
    public static Measure RSquared { get; } = new RSquaredMeasure();

    /// <summary>The mean absolute scaled error (Hyndman and Koehler, 2006): the mean absolute error, as a multiple of that of the naive forecast one season ahead in the training series.
    /// Below 1 is better than that forecast was.</summary>
    /// <param name="series">The training series, [rows, features] in order of time. What is not a number is left out.</param>
    /// <param name="season">Rows of a season: 1 for the row before.</param>
    /// <param name="features">Columns of the series.</param>
    /// <param name="columns">The columns that are forecast, in the order of the targets; none for all. Where a target is several steps ahead, they repeat step by step.</param>
    /// <exception cref="ArgumentException">The series is shorter than a season, or repeats itself exactly.</exception>
    public static Measure MeanAbsoluteScaledError(ReadOnlySpan<float> series, int season = 1, int features = 1, params int[] columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(season);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        ArgumentNullException.ThrowIfNull(columns);
        if (series.Length % features != 0)
        {
            throw new ArgumentException($"A series of {series.Length} numbers has no whole rows of {features} features.", nameof(series));
        }

        double[] scales = new double[columns.Length == 0 ? features : columns.Length];
        for (int j = 0; j < scales.Length; j++)
        {
            int column = columns.Length == 0 ? j : columns[j];
            if ((uint)column >= (uint)features)
            {
                throw new ArgumentOutOfRangeException(nameof(columns), column, $"The series has columns 0 to {features - 1}, {column} was asked for.");
            }

            scales[j] = Checked(ScaleOf(series, season, features, column), season, column, nameof(series));
        }

        return new ScaledMeasure(scales);
    }

    /// <summary>The same of the rows that training windows have, for the columns of their targets.</summary>
    /// <param name="train">Windows over a series (<see cref="SequenceData.Windows(float[], WindowOptions)"/>).</param>
    /// <param name="season">Rows of a season: 1 for the row before.</param>
    /// <exception cref="ArgumentException">The data are not windows, have fewer rows than a season, or repeat themselves exactly.</exception>
    public static Measure MeanAbsoluteScaledError(SequenceData train, int season = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(season);
        return ScaledBy(new TargetSeries(train, "", isFirst: true, nameof(train)), season);
    }

    internal static Measure ScaledBy(TargetSeries train, int season)
    {
        bool[] seen = train.Seen();
        double[] scales = new double[train.TargetColumns];
        for (int j = 0; j < scales.Length; j++)
        {
            int column = train.ColumnOf(j);
            double sum = 0;
            long count = 0;
            for (int row = season; row < seen.Length; row++)
            {
                double change = seen[row] && seen[row - season] && train.SameSeries(row, row - season) ? Math.Abs((double)train[row, column] - train[row - season, column]) : double.NaN;
                (sum, count) = double.IsNaN(change) ? (sum, count) : (sum + change, count + 1);
            }

            scales[j] = Checked(sum / count, season, column, nameof(train));
        }

        return new ScaledMeasure(scales);
    }

    private static double Checked(double scale, int season, int column, string argument) => scale > 0 && double.IsFinite(scale) ? scale : throw new ArgumentException(
        $"Column {column} of the series has no scale for a MASE of season {season}: {(double.IsNaN(scale) ? $"it has no two numbers {season} rows apart" : "the mean of |y(t) - y(t - season)| is " + scale.ToString(CultureInfo.InvariantCulture))}. " +
        "Use a longer series or another season.", argument);

    private static double ScaleOf(ReadOnlySpan<float> series, int season, int features, int column)
    {
        double sum = 0;
        long count = 0;
        for (long r = season; r < series.Length / features; r++)
        {
            double change = Math.Abs((double)series[(int)(r * features) + column] - series[(int)((r - season) * features) + column]);
            (sum, count) = double.IsNaN(change) ? (sum, count) : (sum + change, count + 1);
        }

        return sum / count;
    }

    private static string? NotValues(MeasureShape shape) => shape.Kind != TargetKind.Values ? "its targets are no values"
        : shape.AreForecasts ? null : $"its loss takes {shape.Targets} targets for {shape.Outputs} outputs, which are no forecasts of them";

    private class ErrorMeasure(string name, Func<double, double, double> error, bool isRoot = false) : Measure
    {
        public override string Name => name;

        protected internal override string? WhyNot(MeasureShape shape) => NotValues(shape);

        protected internal override int SumCount(MeasureShape shape) => 2;

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            for (int i = 0; i < position.Targets.Length; i++)
            {
                // What does not count may be anything, also not a number.
                double weight = position.WeightOf(i);
                sums[0] += weight == 0 ? 0 : weight * error(position.Forecast(i), position.Targets[i]);
                sums[1] += weight;
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => isRoot ? Math.Sqrt(sums[0] / sums[1]) : sums[0] / sums[1];
    }

    private sealed class ScaledMeasure(double[] scales) : Measure
    {
        public override string Name => "MASE";

        protected internal override string? WhyNot(MeasureShape shape) => NotValues(shape) ?? (shape.Targets % scales.Length == 0 ? null
            : string.Create(CultureInfo.InvariantCulture, $"it has {shape.Targets} targets, which are no whole steps of the {scales.Length} columns that the scale is of"));

        protected internal override int SumCount(MeasureShape shape) => 2;

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            for (int i = 0; i < position.Targets.Length; i++)
            {
                double weight = position.WeightOf(i);
                sums[0] += weight == 0 ? 0 : weight * Math.Abs((double)position.Forecast(i) - position.Targets[i]) / scales[(position.First + i) % scales.Length];
                sums[1] += weight;
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => sums[0] / sums[1];
    }

    private sealed class RSquaredMeasure : Measure
    {
        // Of each target: weights, the mean so far, squares around it (West, 1979), and squares of errors.
        private const int Each = 4;

        public override string Name => "R2";

        public override bool HigherIsBetter => true;

        protected internal override string? WhyNot(MeasureShape shape) => NotValues(shape);

        protected internal override int SumCount(MeasureShape shape) => checked(Each * shape.Targets);

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            for (int i = 0; i < position.Targets.Length; i++)
            {
                double weight = position.WeightOf(i), target = position.Targets[i], error = position.Forecast(i) - target;
                if (weight == 0)
                {
                    continue;
                }

                Span<double> mine = sums.Slice(i * Each, Each);
                mine[0] += weight;
                double difference = target - mine[1];
                mine[1] += difference * weight / mine[0];
                mine[2] += weight * difference * (target - mine[1]);
                mine[3] += weight * error * error;
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape)
        {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < sums.Length; i += Each)
            {
                // A target that never counted says nothing; one that is always the same has no variance to explain.
                if (sums[i] > 0)
                {
                    (sum, count) = (sum + (sums[i + 2] == 0 ? double.NaN : 1 - (sums[i + 3] / sums[i + 2])), count + 1);
                }
            }

            return sum / count;
        }
    }
}
