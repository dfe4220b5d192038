// What a report can show beside the training itself. Knows numbers and labels; refuses to know how they are drawn.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen.Reports;

/// <summary>A forecast beside what came. Values that are not finite are gaps: a truth that is not known yet is NaN.</summary>
public sealed class ForecastChart
{
    /// <summary>A forecast.</summary>
    /// <param name="title">What it shows, with its unit.</param>
    /// <param name="truth">What came.</param>
    /// <param name="forecast">What was forecast, as many.</param>
    public ForecastChart(string title, IReadOnlyList<double> truth, IReadOnlyList<double> forecast)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(forecast);
        (Title, Truth) = (title, truth);
        Forecast = AsMany(forecast, nameof(forecast))!;
    }

    /// <summary>A forecast.</summary>
    /// <param name="title">What it shows, with its unit.</param>
    /// <param name="truth">What came.</param>
    /// <param name="forecast">What was forecast, as many.</param>
    public ForecastChart(string title, IEnumerable<float> truth, IEnumerable<float> forecast)
        : this(title, (double[])[.. truth.Select(v => (double)v)], (double[])[.. forecast.Select(v => (double)v)])
    {
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>What came.</summary>
    public IReadOnlyList<double> Truth { get; }

    /// <summary>What was forecast.</summary>
    public IReadOnlyList<double> Forecast { get; }

    /// <summary>Where the values stand on the horizontal axis, rising; null for 0, 1, 2...</summary>
    public IReadOnlyList<double>? Positions { get; init => field = Rising(AsMany(value, nameof(Positions)), nameof(Positions)); }

    /// <summary>When the values are of, rising; takes the place of <see cref="Positions"/>. Shown in UTC.</summary>
    public IReadOnlyList<DateTimeOffset>? Times { get; init => field = Rising(AsMany(value, nameof(Times)), nameof(Times)); }

    /// <summary>What the horizontal axis shows.</summary>
    public string Axis { get; init; } = "step";

    /// <summary>The lower end of an interval of each forecast (Monte-Carlo prediction gives one); null for none.</summary>
    public IReadOnlyList<double>? Lower { get; init => field = AsMany(value, nameof(Lower)); }

    /// <summary>Its upper end.</summary>
    public IReadOnlyList<double>? Upper { get; init => field = AsMany(value, nameof(Upper)); }

    /// <summary>What the interval is, for instance "90 % of 100 draws".</summary>
    public string Interval { get; init; } = "interval";

    private IReadOnlyList<T>? Rising<T>(IReadOnlyList<T>? values, string name)
        where T : IComparable<T>
    {
        for (int i = 1; i < (values?.Count ?? 0); i++)
        {
            if (values![i].CompareTo(values[i - 1]) <= 0)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} of '{Title}' are to rise, and {i} is {values[i]} after {values[i - 1]}. Sort the values by them."), name);
            }
        }

        return values;
    }

    private IReadOnlyList<T>? AsMany<T>(IReadOnlyList<T>? values, string name) => values is null || values.Count == Truth.Count
        ? values
        : throw new ArgumentException($"'{Title}' has {Truth.Count} true values and {values.Count} of {name}. Give as many of one as of the other.", name);
}

/// <summary>Numbers from 0 to 1 in rows and columns: weights of attention, weightings of a memory.</summary>
public sealed class AttentionMap
{
    private const int Most = 512;

    /// <summary>A map.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="weights">[row, column], at most 512 of each.</param>
    /// <param name="rows">A label a row; null for numbers from 0.</param>
    /// <param name="columns">A label a column; null for numbers from 0.</param>
    public AttentionMap(string title, float[,] weights, IReadOnlyList<string>? rows = null, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(weights);
        (int height, int width) = (weights.GetLength(0), weights.GetLength(1));
        if (height is 0 or > Most || width is 0 or > Most || (rows?.Count ?? height) != height || (columns?.Count ?? width) != width)
        {
            throw new ArgumentException(
                $"'{title}' is {height} x {width}, the labels are {rows?.Count.ToString(CultureInfo.InvariantCulture) ?? "none"} and {columns?.Count.ToString(CultureInfo.InvariantCulture) ?? "none"}. Give 1 to {Most} rows and columns, and a label for each or none.", nameof(weights));
        }

        (Title, Weights, Rows, Columns) = (title, (float[,])weights.Clone(), rows is null ? null : [.. rows], columns is null ? null : [.. columns]);
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>What the rows are, for instance "written".</summary>
    public string RowAxis { get; init; } = "row";

    /// <summary>What the columns are, for instance "read".</summary>
    public string ColumnAxis { get; init; } = "column";

    internal float[,] Weights { get; }

    internal IReadOnlyList<string>? Rows { get; }

    internal IReadOnlyList<string>? Columns { get; }
}
