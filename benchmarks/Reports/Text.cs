// Numbers as people read them.
// Knows digits and units; refuses to know what is told.
using System.Globalization;

namespace SeqGen.Benchmarks.Reports;

/// <summary>Short texts.</summary>
public static class Text
{
    /// <summary>A time of three or four digits with its unit.</summary>
    public static string Time(double? nanoseconds) => nanoseconds switch
    {
        null => "-",
        < 999.5 => Digits(nanoseconds.Value) + " ns",
        < 999_500 => Digits(nanoseconds.Value / 1e3) + " us",
        _ => Digits(nanoseconds.Value / 1e6) + " ms",
    };

    public static string Ratio(double? ratio) => ratio?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";

    public static string Percent(double? part) => part is { } p ? (100 * p).ToString("F0", CultureInfo.InvariantCulture) + " %" : "-";

    /// <summary>yes, NO, or - where nothing can be said.</summary>
    public static string Met(bool? met) => met switch { true => "yes", false => "NO", null => "-" };

    private static string Digits(double value) => value.ToString(value < 9.995 ? "F2" : value < 99.95 ? "F1" : "F0", CultureInfo.InvariantCulture);
}

/// <summary>Cells in rows, for a console or for markdown.</summary>
public sealed class Table(params string[] heads)
{
    private readonly List<string[]> _rows = [heads];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Aligned by blanks; every column but the first and those of texts to the right.</summary>
    public string Aligned()
    {
        int[] widths = Widths();
        return string.Concat(_rows.Select(row => string.Join("  ", row.Select((cell, i) => IsText(i) ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd() + "\n"));
    }

    /// <summary>As markdown.</summary>
    public string Markdown()
    {
        IEnumerable<string> lines = _rows.Select(row => "| " + string.Join(" | ", row) + " |");
        string rule = "|" + string.Concat(Enumerable.Range(0, _rows[0].Length).Select(i => IsText(i) ? " --- |" : " ---: |"));
        return string.Join('\n', lines.Take(1).Append(rule).Concat(lines.Skip(1))) + "\n";
    }

    private int[] Widths() => [.. Enumerable.Range(0, _rows[0].Length).Select(i => _rows.Max(row => row[i].Length))];

    private bool IsText(int column) => column == 0 || _rows.Skip(1).All(row => row[column].Length == 0 || !char.IsAsciiDigit(row[column][0]));
}
