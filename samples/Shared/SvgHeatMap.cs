// A table of counts as a coloured SVG, for the samples. Knows cells and colours; refuses to know what is counted.
using System.Globalization;
using System.Security;
using System.Text;

namespace SeqGen.Samples;

/// <summary>A square table of counts, each cell the darker the larger its share of the row.</summary>
public static class SvgHeatMap
{
    private const int Cell = 48, Left = 76, Top = 96;

    /// <summary>Writes the table.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="rows">What the rows are.</param>
    /// <param name="columns">What the columns are.</param>
    /// <param name="counts">[row, column].</param>
    public static void Save(string path, string title, string rows, string columns, int[,] counts)
    {
        int n = counts.GetLength(0), width = Math.Max(Left + (n * Cell) + 24, 40 + (9 * title.Length)), height = Top + (n * Cell) + 24;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif" font-size="14" fill="#333" text-anchor="middle">
            <rect width="100%" height="100%" fill="white"/>

            """);
        Text(svg, 24, 30, title, "text-anchor=\"start\" font-size=\"16\" font-weight=\"600\"");
        Text(svg, Left + (n * Cell / 2), 60, columns, "");
        Text(svg, 0, 0, rows, $"transform=\"translate(28 {Top + (n * Cell / 2)}) rotate(-90)\"");
        for (int row = 0; row < n; row++)
        {
            int sum = Math.Max(1, Enumerable.Range(0, n).Sum(column => counts[row, column]));
            Text(svg, Left - 16, Top + (row * Cell) + 29, $"{row}", "font-weight=\"600\"");
            Text(svg, Left + (row * Cell) + (Cell / 2), Top - 10, $"{row}", "font-weight=\"600\"");
            for (int column = 0; column < n; column++)
            {
                double share = counts[row, column] / (double)sum;
                string color = column == row ? $"rgba(11,111,184,{Shade(share)})" : $"rgba(209,73,91,{Shade(share)})";
                int x = Left + (column * Cell), y = Top + (row * Cell);
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x + 1}\" y=\"{y + 1}\" width=\"{Cell - 2}\" height=\"{Cell - 2}\" rx=\"4\" fill=\"#f4f4f4\"/>\n");
                if (counts[row, column] > 0)
                {
                    svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x + 1}\" y=\"{y + 1}\" width=\"{Cell - 2}\" height=\"{Cell - 2}\" rx=\"4\" fill=\"{color}\"/>\n");
                    Text(svg, x + (Cell / 2), y + 29, $"{counts[row, column]}", share > 0.4 ? "fill=\"white\"" : "");
                }
            }
        }

        File.WriteAllText(path, svg.Append("</svg>\n").ToString());
    }

    /// <summary>A root makes rare confusions visible.</summary>
    private static string Shade(double share) => Math.Sqrt(share).ToString("F2", CultureInfo.InvariantCulture);

    private static void Text(StringBuilder svg, int x, int y, string text, string more) => svg.Append(
        CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" {more}>{SecurityElement.Escape(text)}</text>\n");
}
