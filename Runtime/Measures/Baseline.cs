// Forecasts that cost nothing, to hold a network against. Knows the past of a target; refuses to know networks.
// R. Hyndman, G. Athanasopoulos: Forecasting: principles and practice, 3rd edition, 5.2 (simple methods), with the drift of seasonal differences.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>A simple forecast of windows over a series (<see cref="SequenceData.Windows(float[], WindowOptions)"/>), from the past of the columns that are forecast: what a network has to beat.
/// Missing numbers are bridged by the last known one.</summary>
/// <example><code>
/// Console.WriteLine(trainer.Compare(train, test, season: 24));
/// </code></example>
public abstract class Baseline
{
    private protected Baseline(string name) => Name = name;

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The last known number.</summary>
    public static Baseline Persistence() => new LastValue();

    /// <summary>The number of the same place in the last known season. Where the series does not go back so far, the last known number.</summary>
    /// <param name="season">Rows of a season, at least 1.</param>
    /// <param name="drift">Whether the mean change from season to season in the training data is added for every season between.</param>
    public static Baseline SeasonalNaive(int season, bool drift = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(season);
        return new Seasonal(season, drift);
    }

    /// <summary>A linear function of the column's last numbers, by least squares over the training windows, one for every row ahead.</summary>
    /// <param name="lags">How many numbers; 0 for those of the window's steps, at most 128. Before the beginning of a series its first number is taken.</param>
    /// <param name="ridge">What is added to the diagonal of the normal equations, as a share of its mean: makes them solvable where the past says the same twice.</param>
    public static Baseline LinearAr(int lags = 0, double ridge = 1e-6)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lags);
        Settings.Check(ridge, ridge >= 0 && double.IsFinite(ridge), nameof(ridge), "finite and 0 or more");
        return new Autoregression(lags, ridge);
    }

    /// <summary>Those that a forecaster is held against: persistence, the seasonal naive forecast without and with drift (where there is a season), and a linear autoregression.</summary>
    /// <param name="season">Rows of a season; 1 for none.</param>
    public static IReadOnlyList<Baseline> Common(int season = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(season);
        return season == 1 ? [Persistence(), LinearAr()] : [Persistence(), SeasonalNaive(season), SeasonalNaive(season, drift: true), LinearAr()];
    }

    /// <summary>Learns what there is to learn from training windows; <c>Trainer.Compare</c> does it.</summary>
    /// <param name="train">Windows over a series.</param>
    /// <exception cref="ArgumentException">The data are not windows over a series, or there is too little of it.</exception>
    public void Fit(SequenceData train) => Fit(new TargetSeries(train, "", isFirst: true, nameof(train)));

    /// <summary>Forecasts.</summary>
    /// <param name="data">Windows over the series.</param>
    /// <returns>As the targets: [N, outputs], or [N, steps, outputs] where there is a target a step.</returns>
    /// <exception cref="ArgumentException">The data are not windows over a series, or the targets are not those of <see cref="Fit(SequenceData)"/>.</exception>
    /// <exception cref="InvalidOperationException">It has something to learn, and <see cref="Fit(SequenceData)"/> was not called.</exception>
    public float[] Predict(SequenceData data)
    {
        TargetSeries series = new(data, "", isFirst: true, nameof(data));
        Check(series);
        float[] forecasts = new float[checked(series.Samples * series.Steps * series.Size)];
        for (int i = 0; i < series.Samples; i++)
        {
            for (int t = 0; t < series.Steps; t++)
            {
                Forecast(series, i, t, forecasts.AsSpan(((i * series.Steps) + t) * series.Size, series.Size));
            }
        }

        return forecasts;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal abstract void Fit(TargetSeries train);

    /// <summary>Fails where it cannot forecast.</summary>
    internal abstract void Check(TargetSeries series);

    internal void Forecast(TargetSeries series, int sample, int step, Span<float> forecast)
    {
        TargetPast past = series.PastOf(sample, step);
        for (int e = 0; e < forecast.Length; e++)
        {
            int number = ((series.OwnSteps == 1 ? 0 : step) * series.Size) + e;
            forecast[e] = (float)Forecast(past, series.RowOf(sample, step, e), series.ColumnOf(e), number);
        }
    }

    /// <summary>One number.</summary>
    /// <param name="past">What is known.</param>
    /// <param name="row">The row to forecast.</param>
    /// <param name="column">The column.</param>
    /// <param name="number">Which of the numbers that are forecast from one place it is.</param>
    private protected abstract double Forecast(in TargetPast past, int row, int column, int number);

    private sealed class LastValue() : Baseline("persistence")
    {
        internal override void Fit(TargetSeries train)
        {
            // There is nothing to learn.
        }

        internal override void Check(TargetSeries series)
        {
            // Any series has a past.
        }

        private protected override double Forecast(in TargetPast past, int row, int column, int number) => past.At(past.Origin, column);
    }

    private sealed class Seasonal(int season, bool drift)
        : Baseline(string.Create(CultureInfo.InvariantCulture, $"seasonal naive of {season}{(drift ? " with drift" : "")}"))
    {
        private double[]? _changes;

        internal override void Fit(TargetSeries train)
        {
            if (!drift)
            {
                return;
            }

            bool[] seen = train.Seen();
            double[] changes = new double[train.Columns];
            foreach (int column in Enumerable.Range(0, train.Size).Select(train.ColumnOf).Distinct())
            {
                double sum = 0;
                int count = 0;
                for (int row = season; row < seen.Length; row++)
                {
                    double change = seen[row] && seen[row - season] && train.SameSeries(row, row - season) ? (double)train[row, column] - train[row - season, column] : double.NaN;
                    (sum, count) = double.IsNaN(change) ? (sum, count) : (sum + change, count + 1);
                }

                changes[column] = count > 0 ? sum / count : throw new ArgumentException($"The training windows have no two numbers {season} rows apart in column {column}: no drift can be learnt. Use a longer series or a shorter season.", nameof(train));
            }

            _changes = changes;
        }

        internal override void Check(TargetSeries series)
        {
            if (drift && _changes is null)
            {
                throw new InvalidOperationException($"{Name} has not learnt its drift: call Fit with the training windows.");
            }

            if (drift && _changes!.Length != series.Columns)
            {
                throw new ArgumentException($"{Name} learnt from a series of {_changes.Length} columns, this one has {series.Columns}.", nameof(series));
            }
        }

        private protected override double Forecast(in TargetPast past, int row, int column, int number)
        {
            long seasons = ((long)row - past.Origin + season - 1) / season;
            double value;
            while (double.IsNaN(value = past.Exactly(row - (seasons * season), column)) && row - (seasons * season) >= past.Begin)
            {
                seasons++;
            }

            return double.IsNaN(value) ? past.At(past.Origin, column) : value + (drift ? seasons * _changes![column] : 0);
        }
    }

    private sealed class Autoregression(int lags, double ridge) : Baseline(lags == 0 ? "linear AR" : string.Create(CultureInfo.InvariantCulture, $"linear AR of {lags}"))
    {
        private double[][]? _coefficients;

        internal override void Fit(TargetSeries train)
        {
            int order = lags > 0 ? lags : Math.Min(train.Timesteps, 128), numbers = train.OwnSteps * train.Size;
            double[][] coefficients = new double[numbers][];
            foreach (IGrouping<int, int> own in Enumerable.Range(0, numbers).GroupBy(n => train.ColumnOf(n % train.Size)))
            {
                if (order >= train.Rows)
                {
                    throw new ArgumentException($"{Name} reads {order} numbers before a target, and the series has {train.Rows} rows: it cannot be fitted. Use fewer lags.", nameof(train));
                }

                LeastSquares sums = new(order, own.Count());
                double[] x = new double[order], y = new double[own.Count()];
                for (int i = 0; i < train.Samples; i++)
                {
                    // Of windows with a target a step the last step: the others are the last of other windows.
                    int step = train.OwnSteps > 1 ? 0 : train.Steps - 1, at = 0;
                    TargetPast past = train.PastOf(i, step);
                    foreach (int number in own)
                    {
                        (int t, int e) = Math.DivRem(number, train.Size);
                        y[at++] = train[train.RowOf(i, train.OwnSteps > 1 ? t : step, e), own.Key];
                    }

                    for (int lag = 0; lag < order; lag++)
                    {
                        x[lag] = past.Exactly(past.Origin - lag, own.Key);
                    }

                    sums.Add(x, y);
                }

                int k = 0;
                double[][] solved = sums.Count > 0 ? sums.Solve(ridge) : throw new ArgumentException(
                    $"No training window has {order} numbers one after the other, and its target, in column {own.Key}: {Name} cannot be fitted. Use fewer lags.", nameof(train));
                foreach (int number in own)
                {
                    coefficients[number] = solved[k++];
                }
            }

            _coefficients = coefficients;
        }

        internal override void Check(TargetSeries series)
        {
            if (_coefficients is null)
            {
                throw new InvalidOperationException($"{Name} has learnt nothing: call Fit with the training windows.");
            }

            if (_coefficients.Length != series.OwnSteps * series.Size)
            {
                throw new ArgumentException($"{Name} learnt to forecast {_coefficients.Length} numbers, these windows have {series.OwnSteps * series.Size}.", nameof(series));
            }
        }

        private protected override double Forecast(in TargetPast past, int row, int column, int number)
        {
            double[] own = _coefficients![number];
            double sum = own[^1];
            for (int lag = 0; lag < own.Length - 1; lag++)
            {
                sum += own[lag] * past.At(past.Origin - lag, column);
            }

            return sum;
        }
    }
}
