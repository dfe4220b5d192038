// SVG charts: well-formed whatever they are given, and in a real browser no text is cut or lies on another.
// Knows charts and what a browser sees; refuses to know how they are drawn.
using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using System.Xml.Linq;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class SvgTests(Browser browser) : IDisposable
{
    private const string Hostile = "a < b & \"c\" \u0000\u001b\uD800 ]]> <script>alert(1)</script>";
    private static readonly double[] Ten = [.. Enumerable.Range(0, 10).Select(i => (double)i)];
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whatever_they_are_called_and_hold_they_are_well_formed()
    {
        string path = _folder["plot.svg"];
        SvgPlot.Save(
            path,
            new SvgPlot(Hostile, Hostile, Hostile).Line(Hostile, Hostile, Ten, Ten).Band(Hostile, Hostile, Ten, Ten, Ten).Mark(3, Hostile),
            new SvgPlot("none", "x", "y"),
            new SvgPlot("no numbers", "x", "y").Line("a", "red", [1, double.NaN], [double.NaN, 2]),
            new SvgPlot("one", "x", "y").Line("a", "red", [5], [7]),
            new SvgPlot("constant", "x", "y").Line("a", "red", Ten, Ten.Select(_ => -3.0)),
            new SvgPlot("huge", "x", "y").Line("a", "red", Ten.Select(x => 1e300 * x), Ten.Select(x => -1e300 * x)),
            new SvgPlot("tiny", "x", "y").Line("a", "red", Ten.Select(x => 1e-30 * x), Ten.Select(x => 1e-30 * x)),
            new SvgPlot("far", "x", "y").Line("a", "red", Ten.Select(x => 1e9 + x), Ten));
        string text = File.ReadAllText(path);
        XDocument.Parse(text);
        Assert.DoesNotContain("NaN", text);
        Assert.DoesNotContain("<script", text);

        SvgMatrix.Save(path, new SvgMatrix(Hostile, Hostile, Hostile, new float[,] { { float.NaN, 2 }, { float.PositiveInfinity, -1 } }).Labels([Hostile, " "], [Hostile, "b"]).Numbers());
        XDocument.Parse(File.ReadAllText(path));
        SvgHeatMap.Save(path, Hostile, Hostile, Hostile, new int[,] { { int.MaxValue, 0 }, { int.MaxValue, int.MaxValue } }, [Hostile, "b"]);
        XDocument.Parse(File.ReadAllText(path));
    }

    [Fact]
    public void A_value_that_is_not_there_is_a_gap()
    {
        SvgPlot.Save(_folder["plot.svg"], new SvgPlot("t", "x", "y").Line("a", "red", Ten, Ten.Select(x => x == 4 ? double.NaN : x)).Band("b", "blue", Ten, Ten, Ten.Select(x => x == 7 ? double.PositiveInfinity : x + 1)));
        XElement[] drawn = [.. XDocument.Parse(File.ReadAllText(_folder["plot.svg"])).Descendants()];
        Assert.Equal([4, 5], drawn.Where(e => e.Name.LocalName == "polyline").Select(e => e.Attribute("points")!.Value.Split(' ').Length));
        Assert.Equal([14, 4], drawn.Where(e => e.Name.LocalName == "polygon").Select(e => e.Attribute("points")!.Value.Split(' ').Length));
    }

    /// <summary>370 to 374 from zero on would be a straight line.</summary>
    [Theory]
    [InlineData(370, "370")]
    [InlineData(-374, "-374")]
    [InlineData(1, "0")]
    [InlineData(-3, "-3")]
    public void What_lies_far_above_zero_is_seen_from_near(double from, string lowest)
    {
        SvgPlot.Save(_folder["plot.svg"], new SvgPlot("t", "x", "y").Line("a", "red", [1, 2, 3], [from, from + 4, from + 2]));
        string[] numbers = [.. XDocument.Parse(File.ReadAllText(_folder["plot.svg"])).Descendants().Where(e => e.Name.LocalName == "text" && e.Attribute("text-anchor")?.Value == "end").Select(e => e.Value.Replace('\u2212', '-'))];
        Assert.Equal(lowest, numbers[0]);
    }

    [Fact]
    public void Numbers_are_of_no_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            string[] texts = [.. new[] { "", "de-DE", "ar-SA" }.Select(culture =>
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
                SvgPlot.Save(_folder["a.svg"], new SvgPlot("t", "x", "y").Line("a", "red", Ten, Ten.Select(x => x / -7), 1.5).Mark(2.5, "m"));
                SvgMatrix.Save(_folder["b.svg"], new SvgMatrix("t", "r", "c", new float[,] { { 0.125f, 0.5f } }).Labels(["a long label of a row"], ["one", "a long label"]).Numbers());
                SvgHeatMap.Save(_folder["c.svg"], "t", "r", "c", new int[,] { { 1, 2 }, { 3, 4 } }, ["one", "a long label"]);
                return string.Concat(new[] { "a", "b", "c" }.Select(f => File.ReadAllText(_folder[f + ".svg"])));
            })];
            Assert.All(texts, t => Assert.Equal(texts[0], t));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_confusion_table_is_drawn_as_it_is()
    {
        SvgHeatMap.Save(_folder["m.svg"], "t", new ConfusionMatrix(new double[,] { { 12, 0.25 }, { 0, 7 } }, ["yes", "no"]));
        string matrix = File.ReadAllText(_folder["m.svg"]);
        Assert.All(new[] { ">12<", ">0.25<", ">7<", ">yes<", ">no<", ">truth<", ">taken for<" }, text => Assert.Contains(text, matrix, StringComparison.Ordinal));
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Assert.Contains("3 positions and 2 values", Assert.Throws<ArgumentException>(() => new SvgPlot("t", "x", "y").Line("a", "red", [1, 2, 3], [1, 2])).Message);
        Assert.Contains("2 x 3", Assert.Throws<ArgumentException>(() => SvgHeatMap.Save(_folder["c.svg"], "t", "r", "c", new int[2, 3])).Message);
        Assert.Contains("the labels are 1 x 1", Assert.Throws<ArgumentException>(() => new SvgMatrix("t", "r", "c", new float[1, 2]).Labels(["a"], ["b"])).Message);
        Assert.Throws<ArgumentException>(() => SvgPlot.Save(_folder["c.svg"]));
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    [Theory]
    [InlineData("plot")]
    [InlineData("matrix")]
    [InlineData("heatmap")]
    public async Task No_text_is_cut_or_lies_on_another(string kind)
    {
        string path = _folder["picture.svg"];
        string[] labels = ["Rnn sigmoid", "Rnn tanh, not clipped", "Lstm, forget bias 3, not clipped", "Gru"];
        switch (kind)
        {
            case "plot":
                var plot = new SvgPlot("Gradient of the last step's loss", "steps back", "log10 of the norm, the nearest at 0");
                string[] colors = ["#333", "#0b6fb8", "#d1495b", "#e8a33d", "#7fb069", "#6a4c93", "#9a9a9a"];
                for (int i = 0; i < 9; i++)
                {
                    plot.Line($"{labels[i % 4]} {i}", colors[i % 7], Ten, Ten.Select(x => -x * i));
                }

                SvgPlot.Save(path, plot, new SvgPlot("A second one", "x", "y").Line("a", "red", Ten, Ten));
                break;
            case "matrix":
                SvgMatrix.Save(
                    path, new SvgMatrix("Symbols remembered", "cell", "steps", new float[4, 2]).Labels(labels, ["20", "50"]).Cell(26, 72).Numbers("P0"),
                    new SvgMatrix("Few", "what the only row is of all", "what the only column is of all", new float[1, 1]).Cell(10),
                    new SvgMatrix("Turned", "is", "taken for", new float[4, 4]).Labels(labels, labels));
                break;
            default:
                SvgHeatMap.Save(_folder["few.svg"], "Few", "what the only row is of all", "what the only column is of all", new int[,] { { 1 } });
                await NoTextIsCut(_folder["few.svg"], kind + "-few");
                SvgHeatMap.Save(path, "Confusions", "said", "heard as", new int[,] { { 9, 1, 123456, 0 }, { 0, 9, 0, 0 }, { 0, 0, 9, 0 }, { 1, 1, 1, 1 } }, labels);
                break;
        }

        await NoTextIsCut(path, kind);
    }

    private async Task NoTextIsCut(string path, string name)
    {
        await using Page page = await browser.Open(new Uri(path).AbsoluteUri, 1100, 900);
        string found = await page.Evaluate<string>("""
            (() => {
              const svg = document.documentElement, all = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]), bad = [];
              for (const [t, r] of texts) if (r.left < all.left || r.top < all.top || r.right > all.right || r.bottom > all.bottom) bad.push('cut: ' + t);
              texts.forEach(([t, a], i) => texts.slice(i + 1).forEach(([u, b]) => { if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) bad.push(t + ' on ' + u); }));
              return bad.join('\n');
            })()
            """);
        await ReportPageTests.Keep(page, "svg-" + name);
        Assert.Equal("", found);
    }
}
