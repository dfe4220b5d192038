// Line charts as SVG text. Knows axes, lines and legends; refuses to know what is drawn.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen.Reports;

/// <summary>A chart of lines over a common axis: several of them stack into one picture.</summary>
/// <param name="title">What the chart shows.</param>
/// <param name="horizontal">The horizontal axis and its unit.</param>
/// <param name="vertical">The vertical axis and its unit.</param>
/// <example><code>
/// SvgPlot.Save("forecast.svg", new SvgPlot("Forecast", "day", "load, MW").Line("truth", "#333", days, truth).Line("forecast", "#0b6fb8", days, forecast));
/// </code></example>
public sealed class SvgPlot(string title, string horizontal, string vertical)
{
    private const int Width = 1000, Left = 76, Right = 24, Plot = 240, Below = 56, LegendRow = 22;
    private readonly List<Series> _series = [];
    private readonly List<(double X, string Label)> _marks = [];

    /// <summary>The legend takes as many rows as its labels need.</summary>
    private int Top => 42 + (LegendRow * (1 + (_series.Count == 0 ? 0 : LegendPlaces()[^1].Row)));

    /// <summary>Adds a line. Where a value is not finite there is a gap.</summary>
    /// <param name="label">Its name in the legend.</param>
    /// <param name="color">Its colour, as in CSS.</param>
    /// <param name="x">Horizontal positions.</param>
    /// <param name="y">Values, as many.</param>
    /// <param name="width">How thick it is drawn.</param>
    public SvgPlot Line(string label, string color, IEnumerable<double> x, IEnumerable<double> y, double width = 1.6)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(color);
        _series.Add(new Series(label, color, Pairs(label, x, y), null, width));
        return this;
    }

    /// <summary>Adds an area between two lines, an interval of a forecast say. Where a value is not finite there is a gap.</summary>
    /// <param name="label">Its name in the legend.</param>
    /// <param name="color">Its colour, as in CSS; drawn faint.</param>
    /// <param name="x">Horizontal positions.</param>
    /// <param name="lower">Lower ends, as many.</param>
    /// <param name="upper">Upper ends, as many.</param>
    public SvgPlot Band(string label, string color, IEnumerable<double> x, IEnumerable<double> lower, IEnumerable<double> upper)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(color);
        double[] positions = [.. x];
        _series.Add(new Series(label, color, Pairs(label, positions, lower), Pairs(label, positions, upper), 0));
        return this;
    }

    /// <summary>Adds a dashed vertical line with a text.</summary>
    public SvgPlot Mark(double x, string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        _marks.Add((x, label));
        return this;
    }

    /// <summary>Writes charts into one file, one below the other; it is there whole or not at all.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="plots">One or more.</param>
    public static void Save(string path, params ReadOnlySpan<SvgPlot> plots) =>
        Svg.Save(path, [.. plots.ToArray().Select(p => ((double)Width, (double)(p.Top + Plot + Below), (Action<StringBuilder>)p.Draw))]);

    private static (double X, double Y)[] Pairs(string label, IEnumerable<double> x, IEnumerable<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        double[] xs = [.. x], ys = [.. y];
        return xs.Length == ys.Length
            ? [.. xs.Zip(ys)]
            : throw new ArgumentException($"'{label}' has {xs.Length} positions and {ys.Length} values. Give as many of one as of the other.", nameof(y));
    }

    private void Draw(StringBuilder svg)
    {
        (double X, double Y)[] points = [.. _series.SelectMany(s => s.Points.Concat(s.Upper ?? [])).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))];
        if (points.Length == 0)
        {
            points = [(0, 0), (1, 1)];
            Svg.Text(svg, (Left + Width - Right) / 2.0, Top + (Plot / 2), "no finite values", "fill=\"#666\" text-anchor=\"middle\"");
        }

        double x0 = points.Min(p => p.X), x1 = points.Max(p => p.X), least = points.Min(p => p.Y), most = points.Max(p => p.Y);

        // Zero is shown, unless what there is to see would be a line far above it.
        least = most - least > 0 && most - least < 0.2 * most ? least : Math.Min(0, least);
        (x0, x1) = x1 > x0 ? (x0, x1) : (x0 - 1, x1 + 1);
        most = most > least ? most : least + 1;
        double step = NiceStep(most - least, 5), y0 = Math.Floor(least / step) * step, y1 = Math.Ceiling(most / step) * step;
        double MapX(double x) => Left + ((x - x0) / (x1 - x0) * (Width - Left - Right));
        double MapY(double y) => Top + Plot - ((y - y0) / (y1 - y0) * Plot);

        DrawAxes(svg, (x0, x1), (y0, y1, step), MapX, MapY);
        (double X, int Row)[] legend = LegendPlaces();
        for (int i = 0; i < _series.Count; i++)
        {
            Series series = _series[i];
            foreach ((double X, double Y)[] part in Parts(series))
            {
                string path = string.Join(' ', part.Select(p => string.Create(CultureInfo.InvariantCulture, $"{MapX(p.X):F1},{MapY(p.Y):F1}")));
                svg.Append(series.Upper is null
                    ? string.Create(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{Svg.Escape(series.Color)}\" stroke-width=\"{series.Width}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n")
                    : $"<polygon points=\"{path}\" fill=\"{Svg.Escape(series.Color)}\" fill-opacity=\"0.18\"/>\n");
            }

            double y = 45 + (LegendRow * legend[i].Row);
            Svg.Rule(svg, legend[i].X, y, legend[i].X + 26, y, series.Color, series.Upper is null ? "stroke-width=\"3\"" : "stroke-width=\"12\" stroke-opacity=\"0.18\"");
            Svg.Text(svg, legend[i].X + 33, y + 4.5, series.Label);
        }
    }

    private void DrawAxes(StringBuilder svg, (double From, double To) x, (double From, double To, double Step) y, Func<double, double> mapX, Func<double, double> mapY)
    {
        int bottom = Top + Plot;
        Svg.Text(svg, Left, 24, title, "font-size=\"16\" font-weight=\"600\"");
        Svg.Text(svg, (Left + Width - Right) / 2.0, bottom + 42, horizontal, "text-anchor=\"middle\"");
        Svg.Text(svg, 0, 0, vertical, $"text-anchor=\"middle\" transform=\"translate(20 {Top + (Plot / 2)}) rotate(-90)\"");
        foreach (double at in Ticks(y.From, y.To, y.Step))
        {
            Svg.Rule(svg, Left, mapY(at), Width - Right, mapY(at), Math.Abs(at) < y.Step / 2 ? "#888" : "#e4e4e4");
            Svg.Text(svg, Left - 8, mapY(at) + 4.5, Number(at, y.Step), "text-anchor=\"end\"");
        }

        // Steps, epochs and years have no halves; what spans less than four does.
        double step = NiceStep(x.To - x.From, 10);
        step = x.To - x.From >= 4 ? Math.Max(1, step) : step;
        foreach (double at in Ticks(x.From, x.To, step))
        {
            Svg.Rule(svg, mapX(at), bottom, mapX(at), bottom + 5, "#888");
            Svg.Text(svg, mapX(at), bottom + 20, Number(at, step), "text-anchor=\"middle\"");
        }

        foreach ((double at, string label) in _marks.Where(m => m.X >= x.From && m.X <= x.To))
        {
            bool turn = mapX(at) > Width * 0.7;
            Svg.Rule(svg, mapX(at), Top, mapX(at), bottom, "#888", "stroke-dasharray=\"4 4\"");
            Svg.Text(svg, mapX(at) + (turn ? -6 : 6), Top + 12, label, $"fill=\"#666\" text-anchor=\"{(turn ? "end" : "start")}\"");
        }
    }

    private (double X, int Row)[] LegendPlaces()
    {
        var places = new (double, int)[_series.Count];
        double x = Left;
        int row = 0;
        for (int i = 0; i < places.Length; i++)
        {
            double width = 62 + Svg.WidthOf(_series[i].Label);
            if (x > Left && x + width - 29 > Width - Right)
            {
                (x, row) = (Left, row + 1);
            }

            places[i] = (x, row);
            x += width;
        }

        return places;
    }

    /// <summary>What hangs together, as a line or as an outline.</summary>
    private static IEnumerable<(double X, double Y)[]> Parts(Series series)
    {
        bool IsThere(int i) => double.IsFinite(series.Points[i].X) && double.IsFinite(series.Points[i].Y) && (series.Upper is null || double.IsFinite(series.Upper[i].Y));
        for (int i = 0, end; i < series.Points.Length; i = end + 1)
        {
            for (end = i; end < series.Points.Length && IsThere(end); end++)
            {
            }

            if (end > i)
            {
                // A single point is a line to itself, with round ends.
                (double, double)[] part = end == i + 1 && series.Upper is null ? [series.Points[i], series.Points[i]] : series.Points[i..end];
                yield return series.Upper is null ? part : [.. part, .. Enumerable.Reverse(series.Upper[i..end])];
            }
        }
    }

    /// <summary>Counted in whole steps: a sum of many would drift, and never end where the step is lost in the value.</summary>
    private static IEnumerable<double> Ticks(double from, double to, double step)
    {
        double first = Math.Ceiling((from / step) - 1e-6);
        for (int i = 0; i <= 24 && (first + i) * step <= to + (step * 1e-6); i++)
        {
            yield return (first + i) * step;
        }
    }

    /// <summary>1, 2 or 5 times a power of ten, so that about <paramref name="count"/> of them span a range.</summary>
    private static double NiceStep(double range, int count)
    {
        double rough = Math.Clamp(range, 1e-300, double.MaxValue) / count;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
    }

    private static string Number(double value, double step) => Math.Abs(value) is >= 1e7 || step < 1e-6
        ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
        : value.ToString("F" + Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9)), CultureInfo.InvariantCulture);

    private sealed record Series(string Label, string Color, (double X, double Y)[] Points, (double X, double Y)[]? Upper, double Width);
}
