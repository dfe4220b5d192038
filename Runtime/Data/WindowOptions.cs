// What windows over a series are to be: their rows, columns and targets. Knows names, defaults and ranges; does nothing.
using System;
using System.Collections.Generic;

namespace SeqGen;

/// <summary>Where the targets of a window go.</summary>
public enum WindowTarget
{
    /// <summary>One target a window, [TargetSteps x columns] values, the values of a row beside each other: for a head that gives one output a sequence.</summary>
    Window,

    /// <summary>One target a step, [TargetSteps x columns] values each, counted from that step's row: for a head that gives an output for every step.</summary>
    EveryStep,

    /// <summary>The target rows as steps of a sequence of their own, [columns] values each: for a network with a <c>[Decoder]</c>, which gives an output for each of them.</summary>
    DecoderSteps,
}

/// <summary>What windows over a series are to be (<see cref="SequenceData.Windows(float[], WindowOptions)"/>): the inputs are <see cref="Timesteps"/> rows, the targets
/// <see cref="TargetSteps"/> rows, the first of which lies <see cref="StepsAhead"/> rows after the last input row.</summary>
/// <example>The next 24 hours of the load (column 0) from the last week of load and weather; hour and weekday (columns 2 and 3) are known ahead and go to the decoder:
/// <code>new() { Timesteps = 168, Columns = 4, TargetSteps = 24, Target = WindowTarget.DecoderSteps, TargetColumns = [0], InputColumns = [0, 1, 2, 3], KnownColumns = [2, 3] }</code></example>
public sealed record WindowOptions
{
    /// <summary>Input rows of a window, at least 1.</summary>
    public required int Timesteps { get; init => field = Settings.Check(value, value >= 1, nameof(Timesteps), "at least 1"); }

    /// <summary>Columns of the series: numbers a row.</summary>
    public int Columns { get; init => field = Settings.Check(value, value >= 1, nameof(Columns), "at least 1"); } = 1;

    /// <summary>How far ahead of the last input row the first target row lies: 1 for the row after it, 24 for the row 24 rows later (and not for 24 rows: see <see cref="TargetSteps"/>).</summary>
    public int StepsAhead { get; init => field = Settings.Check(value, value >= 1, nameof(StepsAhead), "at least 1"); } = 1;

    /// <summary>How many rows a target has: 24 for the next 24 rows, from <see cref="StepsAhead"/> on.</summary>
    public int TargetSteps { get; init => field = Settings.Check(value, value >= 1, nameof(TargetSteps), "at least 1"); } = 1;

    /// <summary>Where the targets go: one target a window, one a step, or the steps of a decoder.</summary>
    public WindowTarget Target { get; init => field = Settings.Check(value, Enum.IsDefined(value), nameof(Target), "Window, EveryStep or DecoderSteps"); }

    /// <summary>The columns to forecast, in the order of the outputs; empty for all.</summary>
    public IReadOnlyList<int> TargetColumns { get; init => field = value ?? throw new ArgumentNullException(nameof(TargetColumns)); } = [];

    /// <summary>[rows, its columns], where targets are not the series' own columns but those of another array with as many rows: the series as it was before its gaps were filled (see <see cref="MissingValues"/>),
    /// or what was worked out of it. <see cref="TargetColumns"/> are its columns then. Null for the series.</summary>
    public float[]? TargetSeries { get; init; }

    /// <summary>The columns that are inputs of each of the <see cref="Timesteps"/> rows, in the order of the features; empty for all.</summary>
    public IReadOnlyList<int> InputColumns { get; init => field = value ?? throw new ArgumentNullException(nameof(InputColumns)); } = [];

    /// <summary>Columns that are known ahead (the calendar, prices, what is planned), whose values at the target rows are inputs too. With
    /// <see cref="WindowTarget.DecoderSteps"/> they are the decoder's input, a row a step (<see cref="KnownInput"/>); otherwise they follow each step's features, [TargetSteps x known columns] of
    /// the rows that would be the targets of that step.</summary>
    public IReadOnlyList<int> KnownColumns { get; init => field = value ?? throw new ArgumentNullException(nameof(KnownColumns)); } = [];

    /// <summary>The name of the input that takes the <see cref="KnownColumns"/>, where a decoder reads them.</summary>
    public string KnownInput { get; init => field = string.IsNullOrEmpty(value) ? throw new ArgumentException("An input has a name.", nameof(KnownInput)) : value; } = "decoder_input";

    /// <summary>Rows from one window to the next.</summary>
    public int Stride { get; init => field = Settings.Check(value, value >= 1, nameof(Stride), "at least 1"); } = 1;

    /// <summary>[rows], true where a piece of the series begins that the network is to read anew: see <see cref="SequenceData.WithResets"/>. Null for one piece.</summary>
    public bool[]? Resets { get; init; }

    /// <summary>[rows], a number for each row that says which series it is of, rows of a series one after the other; null for one series. Windows never reach from one into the next.</summary>
    public int[]? SeriesIds { get; init; }

    /// <summary>Whether series that are too short for a window are left out; else they are an error.</summary>
    public bool SkipShortSeries { get; init; }
}
