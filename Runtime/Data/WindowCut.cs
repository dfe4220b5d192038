// Windows over series by options: where each begins, and what of the series its inputs and targets are.
// Knows rows and columns; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqGen;

/// <summary>One cut of series into windows: nothing of the series is copied.</summary>
internal sealed class WindowCut
{
    private readonly WindowOptions _options;
    private readonly float[] _series;
    private readonly int _targetColumns;
    private readonly SeriesFile? _file;
    private readonly long _last;

    /// <param name="series">The series; empty where they are in a file.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="options">Rows and columns of inputs and targets.</param>
    /// <param name="file">The file; null where they are in memory.</param>
    public WindowCut(float[] series, int rows, WindowOptions options, SeriesFile? file = null)
    {
        (_series, _options, _file) = (series, options, file);

        _targetColumns = options.TargetSeries is not { } targets ? options.Columns
            : targets.Length > 0 && targets.Length % rows == 0 ? targets.Length / rows
            : throw new ArgumentException($"TargetSeries has {targets.Length} numbers, no multiple of the {rows} rows of the series: it has a row for each of them.", nameof(options.TargetSeries));

        // Of a window's rows: the last that it needs.
        _last = options.Timesteps - 1L + options.StepsAhead + options.TargetSteps - 1;
        int[] begins = options.SeriesIds is null ? [0] : BeginsOf(options.SeriesIds);
        int[]? places = null;
        if (begins.Length == 1)
        {
            Count = CountOf(rows, options) is > 0 and var count ? count : throw TooShort(rows, null);
        }
        else
        {
            places = PlacesOf(begins, rows);
            Count = places.Length > 0 ? places.Length : throw new ArgumentException($"None of the {begins.Length} series is long enough: {Needs()}.", nameof(series));
        }

        // Which is below the number of rows now, or there would be no window.
        RequireSize(options.Timesteps * (long)(options.InputColumns.Count > 0 ? options.InputColumns.Count : options.Columns), "Inputs");
        RequireSize((options.Target == WindowTarget.DecoderSteps ? 1L : options.Timesteps) * options.TargetSteps * options.KnownColumns.Count, "Inputs that are known ahead");
        RequireSize((options.Target == WindowTarget.EveryStep ? options.Timesteps : 1L) * options.TargetSteps * (options.TargetColumns.Count > 0 ? options.TargetColumns.Count : _targetColumns), "Targets");
        int first = options.Target == WindowTarget.EveryStep ? options.StepsAhead : options.Timesteps - 1 + options.StepsAhead;
        Rows = new SampleRows(options.Stride, places, begins, first, (int)_last) { StepsAhead = options.StepsAhead, AreDecoderSteps = options.Target == WindowTarget.DecoderSteps };
    }

    /// <summary>Windows.</summary>
    public int Count { get; }

    public SampleRows Rows { get; }

    public IEnumerable<InputBlock> Inputs()
    {
        int columns = _options.Columns, steps = _options.Timesteps;
        int[] own = Checked(_options.InputColumns, columns, nameof(_options.InputColumns)), known = Checked(_options.KnownColumns, columns, nameof(_options.KnownColumns));
        bool areSteps = _options.Target == WindowTarget.DecoderSteps;
        int[]? picks = known.Length > 0 && !areSteps ? [.. Of(own, columns), .. Ahead(known, columns)] : own.Length > 0 ? own : null;
        int size = picks?.Length ?? columns;
        yield return new InputBlock("", Block(_series, columns, 0, steps, size, picks), null, size, steps);
        if (known.Length > 0 && areSteps)
        {
            yield return new InputBlock(_options.KnownInput, Block(_series, columns, FirstTargetRow, _options.TargetSteps, known.Length, known), null, known.Length, _options.TargetSteps);
        }
    }

    public TargetBlock Target()
    {
        int columns = _targetColumns, rows = _options.TargetSteps;
        float[] from = _options.TargetSeries ?? _series;
        int[] chosen = Checked(_options.TargetColumns, columns, nameof(_options.TargetColumns));
        int[]? picks = chosen.Length > 0 ? chosen : null;
        int size = picks?.Length ?? columns;
        return _options.Target switch
        {
            WindowTarget.DecoderSteps => new("", rows, true) { Size = size, Values = Block(from, columns, FirstTargetRow, rows, size, picks) },
            WindowTarget.Window => new("", 1, false) { Size = checked(rows * size), Values = Block(from, columns, FirstTargetRow, rows, size, picks) },
            _ => new("", _options.Timesteps, true)
            {
                Size = checked(rows * size),
                Values = rows == 1 ? Block(from, columns, _options.StepsAhead, _options.Timesteps, size, picks)
                    : Block(from, columns, 0, _options.Timesteps, checked(rows * size), Ahead(Of(chosen, columns), columns)),
            },
        };
    }

    public Block<bool>? Resets() => _options.Resets is null ? null : new(_options.Resets, 0, _options.Timesteps, Rows.Rows is null ? _options.Stride : 1) { Places = Rows.Rows };

    private int FirstTargetRow => _options.Timesteps - 1 + _options.StepsAhead;

    /// <summary>Some rows of every window, from one of its rows on.</summary>
    private Block<float> Block(float[] array, int columns, int row, int rows, int size, int[]? picks) =>
        new(array, checked(row * columns), checked(rows * size), checked((Rows.Rows is null && Count > 1 ? _options.Stride : 1) * columns))
        {
            Places = Rows.Rows,
            Picks = picks,
            StepStride = columns,
            File = _file is null || ReferenceEquals(array, _options.TargetSeries) ? null : new FileReads(_file),
        };

    private static int[] Of(int[] chosen, int columns) => chosen.Length > 0 ? chosen : [.. Enumerable.Range(0, columns)];

    /// <summary>Columns of the target rows of a step, as offsets from the step's row.</summary>
    private int[] Ahead(int[] chosen, int columns)
    {
        int[] picks = new int[checked(_options.TargetSteps * chosen.Length)];
        for (int i = 0; i < picks.Length; i++)
        {
            (int row, int k) = Math.DivRem(i, chosen.Length);
            picks[i] = checked(((_options.StepsAhead + row) * columns) + chosen[k]);
        }

        return picks;
    }

    private static int[] Checked(IReadOnlyList<int> chosen, int columns, string name)
    {
        foreach (int column in chosen)
        {
            if ((uint)column >= (uint)columns)
            {
                throw new ArgumentOutOfRangeException(name, column, $"The series has columns 0 to {columns - 1}, {column} was asked for.");
            }
        }

        return [.. chosen];
    }

    /// <summary>The windows' first rows, series after series.</summary>
    private int[] PlacesOf(int[] begins, int rows)
    {
        List<int> places = [];
        for (int s = 0; s < begins.Length; s++)
        {
            int own = (s + 1 < begins.Length ? begins[s + 1] : rows) - begins[s], count = CountOf(own, _options);
            if (count == 0 && !_options.SkipShortSeries)
            {
                throw TooShort(own, s);
            }

            for (int i = 0; i < count; i++)
            {
                places.Add(begins[s] + (i * _options.Stride));
            }
        }

        return [.. places];
    }

    private int CountOf(int rows, WindowOptions options) => rows > _last ? (int)((rows - 1 - _last) / options.Stride) + 1 : 0;

    /// <summary>Where series begin: with every number that differs from the one before.</summary>
    public static int[] BeginsOf(int[] ids)
    {
        HashSet<int> seen = [];
        List<int> begins = [];
        for (int row = 0; row < ids.Length; row++)
        {
            if (row > 0 && ids[row] == ids[row - 1])
            {
                continue;
            }

            begins.Add(row);
            if (!seen.Add(ids[row]))
            {
                throw new ArgumentException($"Row {row} is of series {ids[row]} again, after rows of another: rows of a series follow each other, in order of time. Sort them by series first.", nameof(WindowOptions.SeriesIds));
            }
        }

        return [.. begins];
    }

    private ArgumentException TooShort(int rows, int? series) => new(
        $"{Needs()}, {(series is { } s ? $"series {s} has {rows}: set SkipShortSeries to leave it out" : $"the series has {rows}")}.", nameof(series));

    /// <summary>Fails where a window is larger than an array: sizes are of 64 bits here, and products of them of 32 from here on.</summary>
    private static void RequireSize(long size, string what)
    {
        if (size > Array.MaxLength)
        {
            throw new ArgumentException($"{what} of a window are {size} numbers; {Array.MaxLength} are the most. Use fewer Timesteps, TargetSteps or columns.", "options");
        }
    }

    private string Needs() => _options.TargetSteps == 1
        ? $"A window of {_options.Timesteps} steps and a target {_options.StepsAhead} ahead need {_last + 1} rows"
        : $"A window of {_options.Timesteps} steps and {_options.TargetSteps} target rows from {_options.StepsAhead} ahead on need {_last + 1} rows";
}
