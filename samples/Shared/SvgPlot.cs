// Line charts as SVG text, for the samples. Knows axes, lines and legends; refuses to know what is drawn.
using System.Globalization;
using System.Security;
using System.Text;

namespace SeqGen.Samples;

/// <summary>A chart of lines over a common axis: several of them stack into one picture.</summary>
/// <param name="title">What the chart shows.</param>
/// <param name="horizontal">The horizontal axis and its unit.</param>
/// <param name="vertical">The vertical axis and its unit.</param>
public sealed class SvgPlot(string title, string horizontal, string vertical)
{
    private const int Width = 1000, Height = 360, Left = 76, Right = 24, Top = 64, Bottom = 56;
    private readonly List<Series> _series = [];
    private readonly List<(double X, string Label)> _marks = [];

    /// <summary>Adds a line.</summary>
    /// <param name="label">Its name in the legend.</param>
    /// <param name="color">Its colour, as in CSS.</param>
    /// <param name="x">Horizontal positions.</param>
    /// <param name="y">Values.</param>
    /// <param name="width">How thick it is drawn.</param>
    public SvgPlot Line(string label, string color, IEnumerable<double> x, IEnumerable<double> y, double width = 1.6)
    {
        _series.Add(new Series(label, color, x.Zip(y).ToArray(), width));
        return this;
    }

    /// <summary>Adds a dashed vertical line with a text.</summary>
    public SvgPlot Mark(double x, string label)
    {
        _marks.Add((x, label));
        return this;
    }

    /// <summary>Writes charts into one file, one below the other.</summary>
    public static void Save(string path, params ReadOnlySpan<SvgPlot> plots)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{Height * plots.Length}" viewBox="0 0 {Width} {Height * plots.Length}" font-family="Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif" font-size="13" fill="#333">
            <rect width="100%" height="100%" fill="white"/>

            """);
        for (int i = 0; i < plots.Length; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(0 {i * Height})\">\n");
            plots[i].Draw(svg);
            svg.Append("</g>\n");
        }

        File.WriteAllText(path, svg.Append("</svg>\n").ToString());
    }

    private void Draw(StringBuilder svg)
    {
        IEnumerable<(double X, double Y)> points = _series.SelectMany(s => s.Points);
        double x0 = points.Min(p => p.X), x1 = points.Max(p => p.X);
        double step = NiceStep(points.Max(p => p.Y) - Math.Min(0, points.Min(p => p.Y)), 5);
        double y0 = Math.Floor(Math.Min(0, points.Min(p => p.Y)) / step) * step, y1 = Math.Ceiling(points.Max(p => p.Y) / step) * step;
        double MapX(double x) => Left + ((x - x0) / (x1 - x0) * (Width - Left - Right));
        double MapY(double y) => Height - Bottom - ((y - y0) / (y1 - y0) * (Height - Top - Bottom));

        Text(svg, Left, 24, title, "font-size=\"16\" font-weight=\"600\"");
        Text(svg, (Left + Width - Right) / 2.0, Height - 14, horizontal, "text-anchor=\"middle\"");
        Text(svg, 0, 0, vertical, $"text-anchor=\"middle\" transform=\"translate(20 {(Top + Height - Bottom) / 2}) rotate(-90)\"");
        for (double y = y0; y <= y1 + (step / 2); y += step)
        {
            Rule(svg, Left, MapY(y), Width - Right, MapY(y), Math.Abs(y) < step / 2 ? "#888" : "#e4e4e4");
            Text(svg, Left - 8, MapY(y) + 4.5, Number(y, step), "text-anchor=\"end\"");
        }

        double stepX = Math.Max(1, NiceStep(x1 - x0, 10));
        for (double x = Math.Ceiling(x0 / stepX) * stepX; x <= x1; x += stepX)
        {
            Rule(svg, MapX(x), Height - Bottom, MapX(x), Height - Bottom + 5, "#888");
            Text(svg, MapX(x), Height - Bottom + 20, Number(x, stepX), "text-anchor=\"middle\"");
        }

        foreach ((double x, string label) in _marks)
        {
            bool turn = MapX(x) > Width * 0.7;
            Rule(svg, MapX(x), Top, MapX(x), Height - Bottom, "#888", "stroke-dasharray=\"4 4\"");
            Text(svg, MapX(x) + (turn ? -6 : 6), Top + 12, label, $"fill=\"#666\" text-anchor=\"{(turn ? "end" : "start")}\"");
        }

        double legend = Left;
        foreach (Series series in _series)
        {
            string path = string.Join(' ', series.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{MapX(p.X):F1},{MapY(p.Y):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{series.Color}\" stroke-width=\"{series.Width}\" stroke-linejoin=\"round\"/>\n");
            Rule(svg, legend, 45, legend + 26, 45, series.Color, "stroke-width=\"3\"");
            Text(svg, legend + 33, 49.5, series.Label, "");
            legend += 62 + (7.2 * series.Label.Length);
        }
    }

    /// <summary>1, 2 or 5 times a power of ten, so that about <paramref name="count"/> of them span a range.</summary>
    private static double NiceStep(double range, int count)
    {
        double rough = Math.Max(range, 1e-9) / count;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
    }

    private static string Number(double value, double step) =>
        value.ToString("F" + Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9)), CultureInfo.InvariantCulture);

    private static void Rule(StringBuilder svg, double x1, double y1, double x2, double y2, string color, string more = "") => svg.Append(
        CultureInfo.InvariantCulture, $"<line x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\" stroke=\"{color}\" {more}/>\n");

    private static void Text(StringBuilder svg, double x, double y, string text, string more) => svg.Append(
        CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{y:F1}\" {more}>{SecurityElement.Escape(text)}</text>\n");

    private sealed record Series(string Label, string Color, (double X, double Y)[] Points, double Width);
}
