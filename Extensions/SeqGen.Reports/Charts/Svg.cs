// The pieces of which all SVG charts here are made. Knows elements, escaping and widths of texts; refuses to know charts.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security;
using System.Text;

namespace SeqGen.Reports;

internal static class Svg
{
    public const string Blue = "#0b6fb8", Red = "#d1495b";

    /// <summary>The width of a letter of 13 pixels, on the safe side: the viewer's font is not known.</summary>
    public const double LetterWidth = 7.2;

    /// <summary>Writes pictures into one file, one below the other.</summary>
    public static void Save(string path, IReadOnlyList<(double Width, double Height, Action<StringBuilder> Draw)> pictures)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (pictures.Count == 0)
        {
            throw new ArgumentException("There is nothing to draw: give one picture or more.", nameof(pictures));
        }

        double width = Math.Ceiling(pictures.Max(p => p.Width)), height = Math.Ceiling(pictures.Sum(p => p.Height)), top = 0;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" ");
        svg.Append("font-family=\"Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif\" font-size=\"13\" fill=\"#333\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        foreach ((_, double each, Action<StringBuilder> draw) in pictures)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(0 {top:0.#})\">\n");
            draw(svg);
            svg.Append("</g>\n");
            top += each;
        }

        svg.Append("</svg>\n");
        FileReplacement.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(svg.ToString())));
    }

    public static void Text(StringBuilder svg, double x, double y, string text, string more = "")
    {
        if (text.Length > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" {more}>{Escape(text)}</text>\n");
        }
    }

    public static void Rule(StringBuilder svg, double x1, double y1, double x2, double y2, string color, string more = "") => svg.Append(
        CultureInfo.InvariantCulture, $"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{Escape(color)}\" {more}/>\n");

    public static void Box(StringBuilder svg, double x, double y, double width, double height, string fill, string? title = null, string more = "") => svg.Append(
        CultureInfo.InvariantCulture,
        $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" fill=\"{Escape(fill)}\" {more}{(title is null ? "/>" : $"><title>{Escape(title)}</title></rect>")}\n");

    /// <summary>Text as it may stand in XML, attributes too: escaped, and without the characters that XML has no way to write.</summary>
    public static string Escape(string text) => SecurityElement.Escape(string.Create(text.Length, text, static (to, from) =>
    {
        for (int i = 0; i < from.Length; i++)
        {
            char c = from[i];
            bool isPair = char.IsHighSurrogate(c) ? i + 1 < from.Length && char.IsLowSurrogate(from[i + 1]) : char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(from[i - 1]);
            to[i] = (c < ' ' && c is not ('\t' or '\n' or '\r')) || c is '\uFFFE' or '\uFFFF' || (char.IsSurrogate(c) && !isPair) ? '\uFFFD' : c;
        }
    }))!;

    /// <summary>About how wide a text is.</summary>
    public static double WidthOf(string text, double size = 13) => text.Length * LetterWidth * size / 13;

    /// <summary>A space would not be seen.</summary>
    public static string Visible(string label) => label == " " ? "\u2423" : label;
}
