// A table of counts as a coloured SVG. Knows cells and colours; refuses to know what is counted.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen.Reports;

/// <summary>A square table of counts, a confusion table say: each cell the darker the larger its share of the row.</summary>
public static class SvgHeatMap
{
    private const int Cell = 48, Above = 96;

    /// <summary>Writes the table; the file is there whole or not at all.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="rows">What the rows are.</param>
    /// <param name="columns">What the columns are.</param>
    /// <param name="counts">[row, column], as many of one as of the other.</param>
    /// <param name="labels">A label a class; null for numbers from 0.</param>
    public static void Save(string path, string title, string rows, string columns, int[,] counts, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        double[,] numbers = new double[counts.GetLength(0), counts.GetLength(1)];
        for (int i = 0; i < counts.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, counts.GetLength(1));
            numbers[row, column] = counts[row, column];
        }

        Save(path, title, rows, columns, numbers, labels);
    }

    /// <summary>Writes a confusion table with its labels: a row a truth, a column what it was taken for. What was taken for nothing is not shown.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="matrix">The table.</param>
    /// <param name="rows">What the rows are.</param>
    /// <param name="columns">What the columns are.</param>
    public static void Save(string path, string title, ConfusionMatrix matrix, string rows = "truth", string columns = "taken for")
    {
        ArgumentNullException.ThrowIfNull(matrix);
        double[,] numbers = new double[matrix.Classes, matrix.Classes];
        for (int i = 0; i < numbers.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, matrix.Classes);
            numbers[row, column] = matrix[row, column];
        }

        Save(path, title, rows, columns, numbers, matrix.Labels);
    }

    private static void Save(string path, string title, string rows, string columns, double[,] counts, IReadOnlyList<string>? labels)
    {
        ArgumentNullException.ThrowIfNull(title);
        int n = counts.GetLength(0);
        if (n == 0 || n != counts.GetLength(1) || (labels is not null && labels.Count != n))
        {
            throw new ArgumentException(
                $"The table is {n} x {counts.GetLength(1)}{(labels is null ? "" : $" with {labels.Count} labels")}. Give a square of at least one class, and a label a class or none.", nameof(counts));
        }

        string[] names = [.. labels?.Select(Svg.Visible) ?? Enumerable.Range(0, n).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        double longest = names.Max(l => Svg.WidthOf(l, 14)), left = 60 + Math.Max(16, longest);
        bool turned = longest > Cell - 4;
        double top = turned ? Above + longest - 14 : Above;
        double middle = Math.Max(left + (n * Cell / 2.0), 24 + (Svg.WidthOf(columns, 14) / 2)), width = Math.Max(left + (n * Cell), middle + (Svg.WidthOf(columns, 14) / 2)) + 24;
        Svg.Save(path, [(Math.Max(width, 40 + Svg.WidthOf(title, 16)), top + Math.Max(n * Cell, Svg.WidthOf(rows, 14)) + 24, svg => Draw(svg, title, rows, (columns, middle), counts, names, (left, top), turned))]);
    }

    private static void Draw(StringBuilder svg, string title, string rows, (string Text, double Middle) columns, double[,] counts, string[] names, (double Left, double Top) corner, bool turned)
    {
        int n = names.Length;
        (double left, double top) = corner;
        Svg.Text(svg, 24, 30, title, "font-size=\"16\" font-weight=\"600\"");
        svg.Append("<g font-size=\"14\" text-anchor=\"middle\">\n");
        Svg.Text(svg, columns.Middle, 60, columns.Text);
        Svg.Text(svg, 0, 0, rows, string.Create(CultureInfo.InvariantCulture, $"transform=\"translate(28 {top + (Math.Max(n * Cell, Svg.WidthOf(rows, 14)) / 2):0.#}) rotate(-90)\""));
        for (int row = 0; row < n; row++)
        {
            double sum = Math.Max(1, Enumerable.Range(0, n).Sum(column => counts[row, column])), middle = left + (row * Cell) + (Cell / 2);
            Svg.Text(svg, left - 10, top + (row * Cell) + 29, names[row], "text-anchor=\"end\" font-weight=\"600\"");
            if (turned)
            {
                Svg.Text(svg, 0, 0, names[row], string.Create(CultureInfo.InvariantCulture, $"text-anchor=\"start\" font-weight=\"600\" transform=\"translate({middle + 5:0.#} {top - 10:0.#}) rotate(-90)\""));
            }
            else
            {
                Svg.Text(svg, middle, top - 10, names[row], "font-weight=\"600\"");
            }

            for (int column = 0; column < n; column++)
            {
                double share = counts[row, column] / sum, x = left + (column * Cell), y = top + (row * Cell);
                Svg.Box(svg, x + 1, y + 1, Cell - 2, Cell - 2, "#f4f4f4", null, "rx=\"4\" ");
                if (counts[row, column] > 0)
                {
                    string color = column == row ? $"rgba(11,111,184,{Shade(share)})" : $"rgba(209,73,91,{Shade(share)})";
                    Svg.Box(svg, x + 1, y + 1, Cell - 2, Cell - 2, color, null, "rx=\"4\" ");
                    string text = counts[row, column].ToString("0.##", CultureInfo.InvariantCulture);
                    Svg.Text(svg, x + (Cell / 2), y + 29, text, (share > 0.4 ? "fill=\"white\" " : "") + (text.Length > 5 ? "font-size=\"10\"" : ""));
                }
            }
        }

        svg.Append("</g>\n");
    }

    /// <summary>A root makes rare confusions visible.</summary>
    private static string Shade(double share) => Math.Sqrt(share).ToString("F2", CultureInfo.InvariantCulture);
}
