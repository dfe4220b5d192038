// Samples cut out of a long series by a sliding window, and the checks of arrays.
// Knows windows and horizons; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqGen;

public sealed partial class SequenceData
{
    /// <summary>Windows over a series, to forecast it: the input is <paramref name="timesteps"/> rows, the target the one row
    /// <paramref name="horizon"/> rows after the last (or, with <paramref name="targetEveryStep"/>, after each). The windows share the series.
    /// For the next so many rows as target, columns that are known ahead, or several series: <see cref="Windows(float[], WindowOptions)"/>.</summary>
    /// <param name="series">[rows, features], in order of time.</param>
    /// <param name="timesteps">Rows of a window.</param>
    /// <param name="features">Columns of the series, all of which are inputs.</param>
    /// <param name="horizon">How far ahead the target row lies; at least 1. 24 is the row 24 rows ahead, not the next 24 rows.</param>
    /// <param name="stride">Rows from one window to the next.</param>
    /// <param name="targetColumns">The columns to forecast; empty for all.</param>
    /// <param name="targetEveryStep">Whether every step has a target.</param>
    /// <param name="resets">[rows], true where a piece of the series begins that the network is to read anew: see <see cref="WithResets"/>. Null for one piece.</param>
    public static SequenceData Windows(
        float[] series, int timesteps, int features = 1, int horizon = 1, int stride = 1, ReadOnlySpan<int> targetColumns = default, bool targetEveryStep = false, bool[]? resets = null) =>
        Windows(series, new WindowOptions
        {
            Timesteps = Positive(timesteps, nameof(timesteps)),
            Columns = Positive(features, nameof(features)),
            StepsAhead = Positive(horizon, nameof(horizon)),
            Stride = Positive(stride, nameof(stride)),
            TargetColumns = targetColumns.ToArray(),
            Target = targetEveryStep ? WindowTarget.EveryStep : WindowTarget.Window,
            Resets = resets,
        });

    /// <summary>Windows over a series, or over several that lie one after the other (<see cref="WindowOptions.SeriesIds"/>), to forecast them. The windows share the series: nothing is copied,
    /// whichever columns are chosen.</summary>
    /// <param name="series">[rows, <see cref="WindowOptions.Columns"/>], in order of time.</param>
    /// <param name="options">Rows and columns of inputs and targets.</param>
    /// <exception cref="ArgumentException">A series is too short, a column is not there, or arrays do not agree.</exception>
    public static SequenceData Windows(float[] series, WindowOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Windows(series, CountOf(series, options.Columns, $"series [rows, {options.Columns}]", nameof(series), "row"), options, null);
    }

    /// <summary>Windows over a series on disk, which may be larger than memory; they are read when they are needed, by a trainer on a thread of its own while the batch before is learnt. The same
    /// bits as from an array.</summary>
    /// <param name="file">The series, open for as long as the data is in use.</param>
    /// <param name="options">Rows and columns of inputs and targets; <see cref="WindowOptions.Columns"/> are the file's.</param>
    /// <exception cref="ArgumentException">A series is too short, a column is not there, or arrays do not agree.</exception>
    public static SequenceData Windows(SeriesFile file, WindowOptions options) => Windows([], RowsOf(file, options), options, file);

    /// <summary>The rows of a file that fits options.</summary>
    private static int RowsOf(SeriesFile file, WindowOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        file.RequireOpen();
        return options.Columns != file.Columns ? throw new ArgumentException($"{file.Path} has {file.Columns} columns; the options say {options.Columns}.", nameof(options))
            : file.Rows > int.MaxValue ? throw new ArgumentException($"{file.Path} has {file.Rows} rows; windows are cut from {int.MaxValue} at most. Cut it into several files.", nameof(file))
            : (int)file.Rows;
    }

    private static SequenceData Windows(float[] series, int rows, WindowOptions options, SeriesFile? file)
    {
        Expect(options.Resets, rows, "resets, one a row,", nameof(options.Resets));
        Expect(options.SeriesIds, rows, "series ids, one a row,", nameof(options.SeriesIds));
        WindowCut cut = new(series, rows, options, file);
        return new SequenceData(cut.Count, options.Timesteps) { Rows = cut.Rows, Resets = cut.Resets(), InputBlocks = [.. cut.Inputs()], TargetBlocks = [cut.Target()] };
    }

    /// <summary>Windows over several series of the same columns (stores, machines, patients), none of which reaches from one into the next. The series are copied once, one behind the other.</summary>
    /// <param name="panel">Each [its rows, <see cref="WindowOptions.Columns"/>], in order of time.</param>
    /// <param name="options">Rows and columns of inputs and targets; without ids, which say the same for series in one array.</param>
    /// <exception cref="ArgumentException">A series is too short, a column is not there, or arrays do not agree.</exception>
    public static SequenceData Windows(IReadOnlyList<float[]> panel, WindowOptions options)
    {
        ArgumentNullException.ThrowIfNull(panel);
        ArgumentNullException.ThrowIfNull(options);
        if (options.SeriesIds is not null || panel.Count == 0)
        {
            throw new ArgumentException(panel.Count == 0 ? "There are no series." : "Each array is a series of its own: leave SeriesIds out.", panel.Count == 0 ? nameof(panel) : nameof(options));
        }

        long count = 0;
        for (int s = 0; s < panel.Count; s++)
        {
            count += panel[s] is null ? throw new ArgumentException($"Series {s} is null.", nameof(panel)) : CountOf(panel[s], options.Columns, $"series {s} [rows, {options.Columns}]", nameof(panel), "row");
        }

        float[] all = ArrayRoom.Of<float>(count * options.Columns, $"The {count} rows of {panel.Count} series of {options.Columns} columns", "Keep them in a file (SeriesFile), with SeriesIds.", nameof(panel));
        int[] ids = new int[count];
        int row = 0;
        for (int s = 0; s < panel.Count; s++)
        {
            panel[s].CopyTo(all, row * options.Columns);
            int rows = panel[s].Length / options.Columns;
            ids.AsSpan(row, rows).Fill(s);
            row += rows;
        }

        return Windows(all, options with { SeriesIds = ids });
    }

    /// <summary>Windows over a text of tokens, to learn what comes next: the class to learn is the token after each step (or, without
    /// <paramref name="targetEveryStep"/>, after the last). The windows share the text.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="timesteps">Tokens of a window.</param>
    /// <param name="stride">Tokens from one window to the next; 0 for <paramref name="timesteps"/>.</param>
    /// <param name="targetEveryStep">Whether every step has a target.</param>
    /// <param name="resets">One a token, true where a text begins that the network is to read anew: see <see cref="WithResets"/>. Null for one text.</param>
    public static SequenceData NextToken(int[] tokens, int timesteps, int stride = 0, bool targetEveryStep = true, bool[]? resets = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Expect(resets, tokens.Length, "resets, one a token,", nameof(resets));
        stride = stride == 0 ? timesteps : stride;
        return new SequenceData(Windows(tokens.Length, timesteps, 1, stride), timesteps)
        {
            Rows = new(stride, null, [0], targetEveryStep ? 1 : timesteps, timesteps),
            Resets = resets is null ? null : new(resets, 0, timesteps, stride),
            InputBlocks = [new("", null, new(tokens, 0, timesteps, stride), 0, timesteps)],
            TargetBlocks =
            [
                new("", targetEveryStep ? timesteps : 1, targetEveryStep)
                {
                    Classes = targetEveryStep ? new(tokens, 1, timesteps, stride) : new(tokens, timesteps, 1, stride),
                },
            ],
        };
    }

    private static int Windows(int rows, int timesteps, int horizon, int stride)
    {
        Positive(timesteps, nameof(timesteps));
        Positive(horizon, nameof(horizon));
        Positive(stride, nameof(stride));
        long last = (long)rows - timesteps - horizon;
        return last >= 0
            ? (int)(last / stride) + 1
            : throw new ArgumentException($"A window of {timesteps} steps and a target {horizon} ahead need {timesteps + (long)horizon} rows, the series has {rows}.");
    }

    private static int CountOf(Array array, long each, string what, string argument, string of = "sample")
    {
        ArgumentNullException.ThrowIfNull(array, argument);
        return each > 0 && each <= int.MaxValue && array.Length > 0 && array.Length % each == 0
            ? (int)(array.Length / each)
            : throw new ArgumentException($"{what} is {each} elements a {of}; {array.Length} are not a positive multiple of that.", argument);
    }

    /// <summary>Elements of an array [a, b, c]; of more than a long holds, so many.</summary>
    private static long Size(int a, int b, int c) => (long)Int128.Min((Int128)a * b * c, long.MaxValue);

    private static void Expect(Array? array, long expected, string what, string argument)
    {
        if (array is not null && array.Length != expected)
        {
            throw new ArgumentException($"There should be {expected} {what} for these inputs; {array.Length} were given.", argument);
        }
    }

    /// <summary>Lengths, one a sample, from 1 to some steps; null where only the network says how many there can be.</summary>
    private static int[]? CheckedLengths(int[]? lengths, int count, int? steps, string argument)
    {
        Expect(lengths, count, argument, argument);
        for (int i = 0; i < lengths?.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > steps)
            {
                throw new ArgumentOutOfRangeException(argument, lengths[i], $"Sample {i} has length {lengths[i]}; it must be {(steps is null ? "1 or more" : $"1 to {steps}")}. Leave empty sequences out.");
            }
        }

        return lengths;
    }

    /// <summary>Weights, one a target, or one a value of each, or one a sample.</summary>
    /// <param name="mask">[N, each], [N, each, size] or [N]; null for none.</param>
    /// <param name="count">N.</param>
    /// <param name="each">Targets a sample.</param>
    /// <param name="size">Values a target; 1 for classes.</param>
    private static Block<float>? CheckedMask(float[]? mask, int count, int each, int size = 1)
    {
        if (mask is null)
        {
            return null;
        }

        int own = mask.Length == count * (long)each * size ? each * size : mask.Length == count && count > 0 ? 1 : each;
        if (mask.Length != count * (long)own)
        {
            Expect(mask, count * (long)each, $"mask elements{(size > 1 ? $" (or {size} times as many, one a value" + (each > 1 ? $", or {count}, one a sample)" : ")") : each > 1 ? $" (or {count}, one a sample)" : "")}", nameof(mask));
        }

        for (int i = 0; i < mask.Length; i++)
        {
            if (!(mask[i] >= 0 && float.IsFinite(mask[i])))
            {
                int step = own == 1 ? 0 : i % own / (own / each);
                throw new ArgumentOutOfRangeException(
                    nameof(mask), mask[i], $"Sample {i / own} has {mask[i]} in its mask{(own > 1 && each > 1 ? $" at step {step}" : "")}; weights are finite and 0 (does not count) or more.");
            }
        }

        return new(mask, 0, own);
    }

    /// <summary>Nothing must be lost in silence: a mask belongs to targets.</summary>
    private static void NeedsTargets(float[]? mask, float[]? targets)
    {
        if (mask is not null && targets is null)
        {
            throw new ArgumentException("A mask says which targets count, and there are no targets. Give it with them: WithTargets or WithClasses.", nameof(mask));
        }
    }

    private static int Positive(int value, string argument)
    {
        return value > 0
            ? value
            : throw new ArgumentOutOfRangeException(argument, value, $"{argument} must be at least 1, {value} was given.");
    }
}
