// Matrices of shares as SVG pictures, for the samples. Knows cells, shades and labels; refuses to know what is shown.
using System.Globalization;
using System.Security;
using System.Text;

namespace SeqGen.Samples;

/// <summary>A picture of numbers from 0 (white) to 1 (blue): attention weights, memory weightings. Several stack into one file.</summary>
/// <param name="title">What it shows.</param>
/// <param name="rows">What the rows are.</param>
/// <param name="columns">What the columns are.</param>
/// <param name="values">[row, column]; what is below 0 or above 1 is shown as 0 or 1.</param>
public sealed class SvgMatrix(string title, string rows, string columns, float[,] values)
{
    private const int Left = 76, Top = 92, Bottom = 24, Right = 24;
    private string[]? _rowLabels;
    private string[]? _columnLabels;
    private int _cell = 24;

    private int Width => Math.Max(Left + (values.GetLength(1) * _cell) + Right, 40 + (9 * title.Length));

    private int Height => Top + (values.GetLength(0) * _cell) + Bottom;

    /// <summary>Writes a label at every row and column. Without labels, every fifth has its number.</summary>
    public SvgMatrix Labels(IEnumerable<string> rowLabels, IEnumerable<string> columnLabels)
    {
        (_rowLabels, _columnLabels) = ([.. rowLabels], [.. columnLabels]);
        return (_rowLabels.Length, _columnLabels.Length) == (values.GetLength(0), values.GetLength(1))
            ? this
            : throw new ArgumentException(
                $"The matrix is {values.GetLength(0)} x {values.GetLength(1)}, the labels are {_rowLabels.Length} x {_columnLabels.Length}. Give one a row and one a column.");
    }

    /// <summary>How large a cell is drawn, in pixels.</summary>
    public SvgMatrix Cell(int pixels)
    {
        _cell = pixels;
        return this;
    }

    /// <summary>Writes matrices into one file, one below the other.</summary>
    public static void Save(string path, params ReadOnlySpan<SvgMatrix> matrices)
    {
        int width = 0, height = 0;
        foreach (SvgMatrix matrix in matrices)
        {
            (width, height) = (Math.Max(width, matrix.Width), height + matrix.Height);
        }

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif" font-size="13" fill="#333" text-anchor="middle">
            <rect width="100%" height="100%" fill="white"/>

            """);
        int top = 0;
        foreach (SvgMatrix matrix in matrices)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(0 {top})\">\n");
            matrix.Draw(svg);
            svg.Append("</g>\n");
            top += matrix.Height;
        }

        File.WriteAllText(path, svg.Append("</svg>\n").ToString());
    }

    private void Draw(StringBuilder svg)
    {
        int height = values.GetLength(0) * _cell, width = values.GetLength(1) * _cell;
        Text(svg, 24, 28, title, "text-anchor=\"start\" font-size=\"16\" font-weight=\"600\"");
        Text(svg, Left + (width / 2), 56, columns, "fill=\"#666\"");
        Text(svg, 0, 0, rows, $"fill=\"#666\" transform=\"translate(26 {Top + (height / 2)}) rotate(-90)\"");
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{Top}\" width=\"{width}\" height=\"{height}\" fill=\"#f4f4f4\"/>\n");
        for (int row = 0; row < values.GetLength(0); row++)
        {
            Text(svg, Left - 8, Top + (row * _cell) + (_cell / 2) + 5, LabelOf(_rowLabels, row), "text-anchor=\"end\"");
            for (int column = 0; column < values.GetLength(1); column++)
            {
                // A root makes small shares visible; what would not be seen is left out of the file.
                float value = Math.Clamp(values[row, column], 0, 1), shade = MathF.Sqrt(value);
                if (value >= 0.002f)
                {
                    svg.Append(
                        CultureInfo.InvariantCulture,
                        $"<rect x=\"{Left + (column * _cell)}\" y=\"{Top + (row * _cell)}\" width=\"{_cell}\" height=\"{_cell}\" fill=\"rgba(11,111,184,{shade:F2})\"><title>{value:F3}</title></rect>\n");
                }
            }
        }

        for (int column = 0; column < values.GetLength(1); column++)
        {
            Text(svg, Left + (column * _cell) + (_cell / 2), Top - 9, LabelOf(_columnLabels, column), "");
        }
    }

    /// <summary>A space would not be seen.</summary>
    private static string LabelOf(string[]? labels, int index) =>
        labels is null ? (index % 5 == 0 ? index.ToString(CultureInfo.InvariantCulture) : "") : labels[index] == " " ? "\u2423" : labels[index];

    private static void Text(StringBuilder svg, int x, int y, string text, string more)
    {
        if (text.Length > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" {more}>{SecurityElement.Escape(text)}</text>\n");
        }
    }
}
