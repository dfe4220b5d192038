// The window at the end of a series, to forecast what nobody knows yet. Knows the rows that it needs; refuses to know networks.
using System;
using System.Collections.Generic;

namespace SeqGen;

public sealed partial class SequenceData
{
    /// <summary>The window at the end of a series (of each, where there are several), whose target rows are yet to come: what <see cref="Trainer.Predict"/> makes a forecast of. It has no targets; its rows are copied.</summary>
    /// <param name="series">[rows, <see cref="WindowOptions.Columns"/>], in order of time.</param>
    /// <param name="options">Those of the windows that were learnt.</param>
    /// <param name="future">For <see cref="WindowOptions.KnownColumns"/>: the rows to come up to the last target row, [<see cref="WindowOptions.StepsAhead"/> - 1 + <see cref="WindowOptions.TargetSteps"/>, columns], for each series
    /// one after the other. Only the known columns are read; the others may be anything. Null where no column is known ahead.</param>
    /// <exception cref="ArgumentException">A series is shorter than a window, rows to come are missing, or arrays do not agree.</exception>
    public static SequenceData LastWindow(float[] series, WindowOptions options, float[]? future = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        int columns = options.Columns;
        return LastWindow(CountOf(series, columns, $"series [rows, {columns}]", nameof(series), "row"), options, future, (row, numbers) => series.AsSpan(row * columns, numbers.Length).CopyTo(numbers), nameof(series));
    }

    /// <summary>The window at the end of a series on disk, as that of one in memory: its rows are read and kept, so that the file may be closed.</summary>
    /// <param name="file">The series.</param>
    /// <param name="options">Those of the windows that were learnt; <see cref="WindowOptions.Columns"/> are the file's.</param>
    /// <param name="future">See the other overload.</param>
    /// <exception cref="ArgumentException">A series is shorter than a window, rows to come are missing, or columns do not agree.</exception>
    public static SequenceData LastWindow(SeriesFile file, WindowOptions options, float[]? future = null) =>
        LastWindow(RowsOf(file, options), options, future, (row, numbers) => file.Read((long)row * file.Columns, numbers), nameof(file));

    private static SequenceData LastWindow(int rows, WindowOptions options, float[]? future, RowReader read, string name)
    {
        int columns = options.Columns, steps = options.Timesteps;
        long ahead = options.StepsAhead - 1L + options.TargetSteps;
        Expect(options.Resets, rows, "resets, one a row,", nameof(options.Resets));
        Expect(options.SeriesIds, rows, "series ids, one a row,", nameof(options.SeriesIds));
        int[] begins = options.SeriesIds is null ? [0] : WindowCut.BeginsOf(options.SeriesIds);
        Expect(future, begins.Length * ahead * columns, $"numbers of the {ahead} rows to come{(begins.Length > 1 ? $" of each of {begins.Length} series" : "")}, {columns} columns each,", nameof(future));
        if (future is null && options.KnownColumns.Count > 0)
        {
            throw new ArgumentNullException(nameof(future), $"Columns that are known ahead are read at the {ahead} rows to come: give those rows.");
        }

        List<int> places = [];
        for (int s = 0; s < begins.Length; s++)
        {
            int end = s + 1 < begins.Length ? begins[s + 1] : rows;
            if (end - begins[s] >= steps)
            {
                places.Add(end - steps);
            }
            else if (!options.SkipShortSeries)
            {
                throw new ArgumentException($"A window of {steps} steps needs {steps} rows, {(begins.Length > 1 ? $"series {s} has {end - begins[s]}: set SkipShortSeries to leave it out" : $"the series has {rows}")}.", name);
            }
        }

        if (places.Count == 0)
        {
            throw new ArgumentException($"None of the {begins.Length} series has the {steps} rows of a window.", name);
        }

        // A series for each: its last rows, and those to come.
        float[] tails = ArrayRoom.Of<float>(places.Count * (steps + ahead) * columns, $"The last windows of {places.Count} series, {steps} rows and {ahead} to come of {columns} columns,", "Take fewer series at a time, or shorter windows.", nameof(options));
        int each = (int)(steps + ahead), next = (int)ahead;
        int[] ids = new int[places.Count * each];
        bool[]? resets = options.Resets is null ? null : new bool[ids.Length];
        SampleRows origin = new(1, [.. places], begins, 0, 0);
        for (int i = 0; i < places.Count; i++)
        {
            ids.AsSpan(i * each, each).Fill(i);
            read(places[i], tails.AsSpan(i * each * columns, steps * columns));
            future?.AsSpan(origin.SeriesOf(i) * next * columns, next * columns).CopyTo(tails.AsSpan(((i * each) + steps) * columns));
            options.Resets?.AsSpan(places[i], steps).CopyTo(resets.AsSpan(i * each));
        }

        WindowCut cut = new(tails, ids.Length, options with { SeriesIds = ids, Resets = resets, TargetSeries = null, TargetColumns = [], Stride = 1 });
        return new SequenceData(cut.Count, steps) { Rows = origin with { FirstTarget = cut.Rows.FirstTarget, LastTarget = cut.Rows.LastTarget }, Resets = cut.Resets(), InputBlocks = [.. cut.Inputs()] };
    }

    /// <summary>Reads rows of a series, from one on.</summary>
    private delegate void RowReader(int row, Span<float> numbers);
}
