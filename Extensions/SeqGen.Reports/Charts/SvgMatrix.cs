// Matrices of shares as SVG pictures. Knows cells, shades and labels; refuses to know what is shown.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen.Reports;

/// <summary>A picture of numbers from 0 (white) to 1 (blue): attention weights, memory weightings. Several stack into one file.</summary>
/// <param name="title">What it shows.</param>
/// <param name="rows">What the rows are.</param>
/// <param name="columns">What the columns are.</param>
/// <param name="values">[row, column]; what is below 0 or above 1 is shown as 0 or 1, what is not a number in grey.</param>
public sealed class SvgMatrix(string title, string rows, string columns, float[,] values)
{
    private const int Bottom = 24, Right = 24;
    private string[]? _rowLabels;
    private string[]? _columnLabels;
    private string? _format;
    private int _cell = 24, _width;

    private int CellWidth => _width == 0 ? _cell : _width;

    private double Left => 52 + Math.Max(24, Longest(_rowLabels));

    /// <summary>Labels of columns that are wider than these are written upwards.</summary>
    private bool IsTurned => Longest(_columnLabels) > Math.Max(CellWidth, 16);

    private double Top => IsTurned ? 78 + Longest(_columnLabels) : 92;

    private double Width => Math.Max(Math.Max(Left + (values.GetLength(1) * CellWidth), Middle + (Svg.WidthOf(columns) / 2)) + Right, 40 + Svg.WidthOf(title, 16));

    private double Height => Top + Math.Max(values.GetLength(0) * _cell, Svg.WidthOf(rows)) + Bottom;

    /// <summary>Above the middle of the columns, but not beyond the edge.</summary>
    private double Middle => Math.Max(Left + (values.GetLength(1) * CellWidth / 2.0), 24 + (Svg.WidthOf(columns) / 2));

    /// <summary>Writes a label at every row and column. Without labels, every fifth has its number.</summary>
    public SvgMatrix Labels(IEnumerable<string> rowLabels, IEnumerable<string> columnLabels)
    {
        (_rowLabels, _columnLabels) = ([.. rowLabels.Select(Svg.Visible)], [.. columnLabels.Select(Svg.Visible)]);
        return (_rowLabels.Length, _columnLabels.Length) == (values.GetLength(0), values.GetLength(1))
            ? this
            : throw new ArgumentException(
                $"The matrix is {values.GetLength(0)} x {values.GetLength(1)}, the labels are {_rowLabels.Length} x {_columnLabels.Length}. Give one a row and one a column.");
    }

    /// <summary>How large a cell is drawn, in pixels.</summary>
    /// <param name="pixels">Its height, and its width too.</param>
    /// <param name="width">Its width, where it is another.</param>
    public SvgMatrix Cell(int pixels, int width = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pixels);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        (_cell, _width) = (pixels, width);
        return this;
    }

    /// <summary>Writes the numbers into the cells, and shades these in proportion. (Without numbers the shade is the root, so that small shares are seen.)</summary>
    /// <param name="format">As <c>float.ToString</c> has it: "P0" for percent.</param>
    public SvgMatrix Numbers(string format = "F2")
    {
        ArgumentException.ThrowIfNullOrEmpty(format);
        _format = format;
        return this;
    }

    /// <summary>Writes matrices into one file, one below the other; it is there whole or not at all.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="matrices">One or more.</param>
    public static void Save(string path, params ReadOnlySpan<SvgMatrix> matrices) =>
        Svg.Save(path, [.. matrices.ToArray().Select(m => (m.Width, m.Height, (Action<StringBuilder>)m.Draw))]);

    private void Draw(StringBuilder svg)
    {
        double left = Left, top = Top, height = values.GetLength(0) * _cell, width = values.GetLength(1) * CellWidth;
        Svg.Text(svg, 24, 28, title, "font-size=\"16\" font-weight=\"600\"");
        svg.Append("<g text-anchor=\"middle\">\n");
        Svg.Text(svg, Middle, 56, columns, "fill=\"#666\"");
        Svg.Text(svg, 0, 0, rows, string.Create(CultureInfo.InvariantCulture, $"fill=\"#666\" transform=\"translate(26 {top + (Math.Max(height, Svg.WidthOf(rows)) / 2):0.#}) rotate(-90)\""));
        Svg.Box(svg, left, top, width, height, "#f4f4f4");
        for (int row = 0; row < values.GetLength(0); row++)
        {
            Svg.Text(svg, left - 8, top + (row * _cell) + (_cell / 2) + 5, LabelOf(_rowLabels, row), "text-anchor=\"end\"");
            for (int column = 0; column < values.GetLength(1); column++)
            {
                DrawCell(svg, left + (column * CellWidth), top + (row * _cell), values[row, column]);
            }
        }

        for (int column = 0; column < values.GetLength(1); column++)
        {
            double x = left + (column * CellWidth) + (CellWidth / 2);
            string label = LabelOf(_columnLabels, column);
            if (IsTurned)
            {
                Svg.Text(svg, 0, 0, label, string.Create(CultureInfo.InvariantCulture, $"text-anchor=\"start\" transform=\"translate({x + 5:0.#} {top - 9:0.#}) rotate(-90)\""));
            }
            else
            {
                Svg.Text(svg, x, top - 9, label);
            }
        }

        svg.Append("</g>\n");
    }

    private void DrawCell(StringBuilder svg, double x, double y, float number)
    {
        float value = Math.Clamp(number, 0, 1), shade = _format is null ? MathF.Sqrt(value) : value;
        string exact = number.ToString("F3", CultureInfo.InvariantCulture);
        if (float.IsNaN(number))
        {
            Svg.Box(svg, x, y, CellWidth, _cell, "#999", exact);
        }
        else if (value >= 0.002f)
        {
            // What would not be seen is left out of the file.
            Svg.Box(svg, x, y, CellWidth, _cell, string.Create(CultureInfo.InvariantCulture, $"rgba(11,111,184,{shade:F2})"), exact);
        }

        if (_format is not null)
        {
            Svg.Text(svg, x + (CellWidth / 2), y + (_cell / 2) + 5, number.ToString(_format, CultureInfo.InvariantCulture), shade > 0.55f ? "fill=\"white\"" : "");
        }
    }

    private static double Longest(string[]? labels) => labels is null or { Length: 0 } ? 0 : labels.Max(l => Svg.WidthOf(l));

    private static string LabelOf(string[]? labels, int index) => labels is null ? (index % 5 == 0 ? index.ToString(CultureInfo.InvariantCulture) : "") : labels[index];
}
