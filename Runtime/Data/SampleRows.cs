// Which rows of which series a sample was cut from. Knows windows' places; refuses to know arrays and networks.
using System;

namespace SeqGen;

/// <summary>The rows of windows over series that lie one after the other.</summary>
/// <param name="Stride">Rows from one window to the next, where there is one series.</param>
/// <param name="Rows">The first row of every window, counted over all series; null where <paramref name="Stride"/> says it.</param>
/// <param name="Begins">The first row of every series, rising.</param>
/// <param name="FirstTarget">Rows from a window's first row to its first target's.</param>
/// <param name="LastTarget">Rows from a window's first row to its last target's: what lies between is read or learnt.</param>
internal sealed record SampleRows(int Stride, int[]? Rows, int[] Begins, int FirstTarget, int LastTarget)
{
    /// <summary>Rows from the last that is known to the first target's: of each step where every step has a target, of the window otherwise.</summary>
    public int StepsAhead { get; init; } = 1;

    /// <summary>Whether targets are steps that are all forecast from the window's end: a decoder's.</summary>
    public bool AreDecoderSteps { get; init; }

    /// <summary>A window's first row, counted over all series.</summary>
    public int RowOf(int index) => Rows is null ? index * Stride : Rows[index];

    /// <summary>The series that a window is of.</summary>
    public int SeriesOf(int index) => SeriesAt(RowOf(index));

    /// <summary>Whether two rows are of one series.</summary>
    public bool SameSeries(int row, int other) => SeriesAt(row) == SeriesAt(other);

    private int SeriesAt(int row) => Begins.Length == 1 ? 0 : Array.BinarySearch(Begins, row) is var at && at >= 0 ? at : ~at - 1;
}

/// <summary>Which of the samples that there were at first a sample is, and where it was cut from.</summary>
/// <param name="Sample">Its number among all, as they were given or cut, from 0.</param>
/// <param name="Series">The series that it is a window of, from 0; 0 where there is one, and for samples from arrays.</param>
/// <param name="Row">The first input row of the window in its series; for samples from arrays their number.</param>
/// <param name="TargetRow">The first target row of the window in its series; for samples from arrays their number.</param>
public readonly record struct SampleIndex(int Sample, int Series, int Row, int TargetRow);
