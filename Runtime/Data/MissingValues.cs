// Series with gaps made into series without: what is missing is filled, and said by features of its own.
// Knows rows and columns of one series; refuses to know windows and networks.
using System;
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen;

/// <summary>What takes the place of a value that is missing (not a number).</summary>
public enum MissingFill
{
    /// <summary>The value of the last row that has one; before any, the column's mean.</summary>
    CarryForward,

    /// <summary>The column's mean over the rows that the means were fitted on.</summary>
    Mean,

    /// <summary>A constant (<see cref="MissingValues.Constant"/>).</summary>
    Constant,
}

/// <summary>What does not count where targets are missing: see <see cref="SequenceData.IgnoreMissingTargets"/>.</summary>
public enum MissingTargets
{
    /// <summary>The values that are missing; others of the same target count.</summary>
    Values,

    /// <summary>Targets (of a step, or of the sequence) of which a value is missing, whole.</summary>
    Positions,
}

/// <summary>Fills the missing values (not a number) of a series, and adds features that say which they were: the columns as they are, filled; then, with <see cref="Indicators"/>, one a column that is 1 where
/// its value is missing and else 0; then, with <see cref="TimeSinceSeen"/>, one a column with the rows since its value was last there (0 where it is there; before any, the rows since the beginning and one).
/// What is filled in depends on earlier rows and on the fitted means alone, so that a stream can do the same (<see cref="CreateStream"/>).</summary>
/// <example><code>
/// MissingValues gaps = MissingValues.Fit(series.AsSpan(0, trainRows * 2), columns: 2, timeSinceSeen: true);
/// float[] filled = gaps.Apply(series);                     // [rows, gaps.Features]
/// SequenceData data = SequenceData.Windows(filled, new() { Timesteps = 48, Columns = gaps.Features, TargetSeries = series }).IgnoreMissingTargets();
/// </code></example>
public sealed partial class MissingValues
{
    private readonly float[] _means;

    /// <summary>A filling with means that are known: those of a fitted one, stored by you.</summary>
    /// <param name="means">One a column, finite.</param>
    /// <param name="fill">What takes the place of a missing value.</param>
    /// <param name="constant">That of <see cref="MissingFill.Constant"/>, finite.</param>
    /// <param name="indicators">Whether there is a feature a column that is 1 where its value is missing.</param>
    /// <param name="timeSinceSeen">Whether there is a feature a column with the rows since its value was last there.</param>
    public MissingValues(ReadOnlySpan<float> means, MissingFill fill = MissingFill.CarryForward, float constant = 0, bool indicators = true, bool timeSinceSeen = false)
    {
        if (means.IsEmpty)
        {
            throw new ArgumentException("There is a mean a column, and at least one column.", nameof(means));
        }

        for (int c = 0; c < means.Length; c++)
        {
            Settings.Check(means[c], float.IsFinite(means[c]), $"the mean of column {c}", "finite");
        }

        _means = means.ToArray();
        Fill = Settings.Check(fill, Enum.IsDefined(fill), nameof(fill), "CarryForward, Mean or Constant");
        Constant = Settings.Check(constant, float.IsFinite(constant), nameof(constant), "finite");
        (Indicators, TimeSinceSeen) = (indicators, timeSinceSeen);
        Features = checked(means.Length * (1 + (indicators ? 1 : 0) + (timeSinceSeen ? 1 : 0)));
    }

    /// <summary>Means of columns over the rows that have them: of training rows, so that nothing of what is held out is known.</summary>
    public IReadOnlyList<float> Means => _means;

    /// <summary>What takes the place of a missing value.</summary>
    public MissingFill Fill { get; }

    /// <summary>The constant of <see cref="MissingFill.Constant"/>.</summary>
    public float Constant { get; }

    /// <summary>Whether there is a feature a column that is 1 where its value is missing.</summary>
    public bool Indicators { get; }

    /// <summary>Whether there is a feature a column with the rows since its value was last there.</summary>
    public bool TimeSinceSeen { get; }

    /// <summary>Columns of the series with gaps.</summary>
    public int Columns => _means.Length;

    /// <summary>Columns of the series that comes out: numbers a row.</summary>
    public int Features { get; }

    /// <summary>Works the means out, each over the rows that have its value.</summary>
    /// <param name="series">[rows, columns], rows to learn from alone.</param>
    /// <param name="columns">Columns of the series.</param>
    /// <param name="fill">What takes the place of a missing value.</param>
    /// <param name="constant">That of <see cref="MissingFill.Constant"/>, finite.</param>
    /// <param name="indicators">Whether there is a feature a column that is 1 where its value is missing.</param>
    /// <param name="timeSinceSeen">Whether there is a feature a column with the rows since its value was last there.</param>
    /// <exception cref="ArgumentException">The series is empty or no multiple of the columns, a value is infinite, or a column that needs a mean has no value at all.</exception>
    public static MissingValues Fit(
        ReadOnlySpan<float> series, int columns, MissingFill fill = MissingFill.CarryForward, float constant = 0, bool indicators = true, bool timeSinceSeen = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (series.IsEmpty || series.Length % columns != 0)
        {
            throw new ArgumentException($"series [rows, {columns}] is {columns} elements a row; {series.Length} are not a positive multiple of that.", nameof(series));
        }

        double[] sums = new double[columns];
        long[] counts = new long[columns];
        for (int i = 0; i < series.Length; i++)
        {
            if (i % columns == 0)
            {
                RequireFinite(series.Slice(i, columns), i / columns);
            }

            if (!float.IsNaN(series[i]))
            {
                sums[i % columns] += series[i];
                counts[i % columns]++;
            }
        }

        float[] means = new float[columns];
        for (int c = 0; c < columns; c++)
        {
            means[c] = counts[c] > 0 ? (float)(sums[c] / counts[c]) : fill == MissingFill.Constant ? constant
                : throw new ArgumentException($"Column {c} has no value in any of {series.Length / columns} rows, and so no mean. Leave it out, or fill with a constant.", nameof(series));
        }

        return new(means, fill, constant, indicators, timeSinceSeen);
    }

    /// <summary>A series without gaps, read from its beginning.</summary>
    /// <param name="series">[rows, <see cref="Columns"/>], in order of time.</param>
    /// <param name="seriesIds">[rows], which series each row is of, where there are several (<see cref="WindowOptions.SeriesIds"/>): each begins anew. Null for one.</param>
    /// <returns>[rows, <see cref="Features"/>].</returns>
    /// <exception cref="ArgumentException">Arrays do not fit, or a value is infinite.</exception>
    public float[] Apply(ReadOnlySpan<float> series, ReadOnlySpan<int> seriesIds = default)
    {
        int rows = series.Length / Columns;
        if (series.Length % Columns != 0 || (!seriesIds.IsEmpty && seriesIds.Length != rows))
        {
            throw new ArgumentException(
                series.Length % Columns != 0 ? $"series [rows, {Columns}] is {Columns} elements a row; {series.Length} are no multiple of that." : $"There should be {rows} series ids, one a row; {seriesIds.Length} were given.",
                series.Length % Columns != 0 ? nameof(series) : nameof(seriesIds));
        }

        float[] filled = ArrayRoom.Of<float>(rows * (long)Features, $"{rows} rows of {Features} features", "Fill part after part with CreateStream.", nameof(series));
        MissingValueStream stream = CreateStream();
        for (int row = 0; row < rows; row++)
        {
            if (row > 0 && !seriesIds.IsEmpty && seriesIds[row] != seriesIds[row - 1])
            {
                stream.Reset();
            }

            ReadOnlySpan<float> own = series.Slice(row * Columns, Columns);
            RequireFinite(own, row);
            stream.Step(own, filled.AsSpan(row * Features, Features));
        }

        return filled;
    }

    /// <summary>The same row by row, as rows come in: for the streams of a network.</summary>
    public MissingValueStream CreateStream() => new(this);

    internal float MeanOf(int column) => _means[column];

    private static void RequireFinite(ReadOnlySpan<float> row, int number)
    {
        for (int c = 0; c < row.Length; c++)
        {
            if (float.IsInfinity(row[c]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Row {number} has {row[c]} in column {c}: a value that is missing is NaN, and others are finite."), "series");
            }
        }
    }
}

/// <summary>Fills the missing values of rows that come in one by one; used by one thread at a time. It allocates nothing after it was created.</summary>
public sealed class MissingValueStream
{
    private readonly MissingValues _values;
    private readonly float[] _last;
    private readonly long[] _since;

    internal MissingValueStream(MissingValues values)
    {
        _values = values;
        _last = new float[values.Columns];
        _since = new long[values.Columns];
        Reset();
    }

    /// <summary>Begins another series: nothing was seen.</summary>
    public void Reset()
    {
        for (int c = 0; c < _last.Length; c++)
        {
            _last[c] = _values.MeanOf(c);
        }

        Array.Clear(_since);
    }

    /// <summary>Fills one row.</summary>
    /// <param name="row">[<see cref="MissingValues.Columns"/>], NaN where a value is missing.</param>
    /// <param name="features">[<see cref="MissingValues.Features"/>], what the network reads; may not overlap the row.</param>
    /// <exception cref="ArgumentException">Spans do not fit or overlap, or a value is infinite: nothing was changed.</exception>
    public void Step(ReadOnlySpan<float> row, Span<float> features)
    {
        int columns = _values.Columns, at = columns;
        if (row.Length != columns || features.Length != _values.Features)
        {
            throw new ArgumentException($"A row has {columns} columns and {_values.Features} features, {row.Length} and {features.Length} were given.", row.Length != columns ? nameof(row) : nameof(features));
        }

        if (row.Overlaps(features))
        {
            throw new ArgumentException("The features are written while the row is read: give them a span apart from it.", nameof(features));
        }

        for (int c = 0; c < columns; c++)
        {
            if (float.IsInfinity(row[c]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"There is {row[c]} in column {c}: a value that is missing is NaN, and others are finite."), nameof(row));
            }
        }

        for (int c = 0; c < columns; c++)
        {
            bool isMissing = float.IsNaN(row[c]);
            (_last[c], _since[c]) = isMissing ? (_last[c], _since[c] + 1) : (row[c], 0);
            features[c] = !isMissing ? row[c] : _values.Fill switch
            {
                MissingFill.CarryForward => _last[c],
                MissingFill.Mean => _values.MeanOf(c),
                _ => _values.Constant,
            };
        }

        for (int c = 0; c < columns && _values.Indicators; c++)
        {
            features[at++] = float.IsNaN(row[c]) ? 1 : 0;
        }

        for (int c = 0; c < columns && _values.TimeSinceSeen; c++)
        {
            features[at++] = _since[c];
        }
    }
}
