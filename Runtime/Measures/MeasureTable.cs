// A table of numbers, and as text. Knows cells; refuses to know what they say.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen;

/// <summary>Numbers by row and column.</summary>
/// <param name="Corner">What the rows are; empty for nothing to say.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows' names.</param>
/// <param name="Values">[row][column]; NaN where there is none.</param>
public sealed record MeasureTable(string Corner, IReadOnlyList<string> Columns, IReadOnlyList<string> Rows, IReadOnlyList<IReadOnlyList<double>> Values)
{
    /// <summary>The table as text: numbers with five digits, in invariant culture, a dash for NaN.</summary>
    public override string ToString() => TextTable.Of([Corner, .. Columns], Rows.Select((row, r) => (string[])[row, .. Values[r].Select(TextTable.Number)]));
}

internal static class TextTable
{
    /// <summary>A number of a table: five digits, NaN a dash.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "-"
        : Math.Abs(value) < 1e15 && Math.Floor(value) == value ? value.ToString("0", CultureInfo.InvariantCulture)
        : value.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>Rows below each other: the first column to the left, the others to the right. A heading that is empty throughout is left out.</summary>
    public static string Of(string[] heading, IEnumerable<string[]> rows)
    {
        string[][] all = [.. heading.All(h => h.Length == 0) ? [] : new[] { heading }, .. rows];
        int[] widths = [.. Enumerable.Range(0, heading.Length).Select(c => all.Max(r => r[c].Length))];
        StringBuilder text = new();
        foreach (string[] row in all)
        {
            string line = row[0].PadRight(widths[0]) + string.Concat(row.Skip(1).Select((cell, c) => "  " + cell.PadLeft(widths[c + 1])));
            text.AppendLine(line.TrimEnd());
        }

        return text.ToString();
    }
}
