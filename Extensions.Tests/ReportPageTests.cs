// The report in a real browser: it loads without an error, asks for nothing, draws its curves, in light and dark, on paper and on a telephone.
// Knows reports and what a browser sees; refuses to know how they are made.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class ReportPageTests(Browser browser) : IDisposable
{
    private const string Hostile = "</script><script>alert('x')</script><img src=x onerror=alert(1)> & \"quoted\" 'a'";
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_draws_everything_without_an_error_and_without_asking_for_anything()
    {
        await using Page page = await Open(Whole());
        string[] sections = (await page.Evaluate<string>("[...document.querySelectorAll('h2')].map(h => h.textContent).join('|')")).Split('|');
        Assert.Equal(["Learning curves", "Learning rate and time", "Gradients and updates", "Gates and units", "How far back it learns", "Results", "Confusions", "Forecasts", "Attention", "Network"], sections);
        Assert.True(await Canvases(page) >= 6);
        Assert.Equal(0, await EmptyCanvases(page));
        Assert.Equal(8, await page.Evaluate<int>("document.querySelectorAll('.heat svg[role=img]').length"));
        Assert.Equal(1, await page.Evaluate<int>("document.querySelectorAll('.confusion').length"));
        Assert.Empty(page.Errors);
        Assert.All(page.Requests, r => Assert.True(r.StartsWith("file:", StringComparison.Ordinal) || r.StartsWith("data:", StringComparison.Ordinal), r));
        await Keep(page, "report-light");
    }

    [Fact]
    public async Task Dark_is_dark_and_its_curves_are_drawn_anew()
    {
        await using Page page = await Open(Whole(), dark: true);
        Assert.True(await Brightness(page) < 60);
        Assert.Equal(0, await EmptyCanvases(page));
        await Keep(page, "report-dark");
        string before = await page.Evaluate<string>("document.querySelector('canvas').toDataURL()");
        await page.Dark(false);
        await page.Until($"document.querySelector('canvas').toDataURL().length > 0 && document.querySelector('canvas').toDataURL() !== '{before}'");
        Assert.True(await Brightness(page) > 200);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_telephone_scrolls_in_one_direction()
    {
        await using Page page = await Open(Whole(), width: 360, height: 740, phone: true);
        Assert.Equal(360, await page.Evaluate<int>("document.documentElement.scrollWidth"));
        Assert.Equal("", await page.Evaluate<string>("[...document.querySelectorAll('figure, .plot, .uplot, h1, h2, .tiles div')].filter(n => n.getBoundingClientRect().right > 360).map(n => n.outerHTML.slice(0, 80)).join('\\n')"));
        Assert.Equal(0, await EmptyCanvases(page));
        await Keep(page, "report-phone");

        // Turned, the curves take the room.
        await page.Resize(740, 360, phone: true);
        await page.Until("document.querySelector('.uplot').getBoundingClientRect().width > 400");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task It_can_be_printed()
    {
        await using Page page = await Open(Whole(), dark: true);
        byte[] paper = await page.Paper();
        if (Pictures is { } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, "report.pdf"), paper);
        }

        // What is drawn for it is light and no wider than a sheet, and afterwards all is as it was.
        string before = await page.Evaluate<string>("[...document.querySelectorAll('canvas')].map(c => c.width).join()");
        await page.Evaluate("dispatchEvent(new Event('beforeprint'))");
        Assert.True(await page.Evaluate<int>("Math.round(Math.max(...[...document.querySelectorAll('.uplot, .heat svg')].map(n => n.getBoundingClientRect().width)))") <= 680);
        Assert.True(await page.Evaluate<int>("Math.round(Math.min(...[...document.querySelectorAll('.uplot')].map(n => n.getBoundingClientRect().width)))") > 500);
        Assert.True(await Brightness(page) > 200);
        await page.Evaluate("dispatchEvent(new Event('afterprint'))");
        await page.Settle();
        Assert.True(await Brightness(page) < 60);
        Assert.Equal(before, await page.Evaluate<string>("[...document.querySelectorAll('canvas')].map(c => c.width).join()"));
        Assert.StartsWith("%PDF", System.Text.Encoding.ASCII.GetString(paper, 0, 4));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Numbers_are_behind_every_chart_and_lines_are_switched_by_keyboard()
    {
        await using Page page = await Open(Whole());
        Assert.Equal(0, await page.Evaluate<int>("[...document.querySelectorAll('figure.lines, figure.map')].filter(f => !f.querySelector('details')).length"));
        Assert.Equal(0, await page.Evaluate<int>("[...document.querySelectorAll('canvas')].filter(c => c.getAttribute('role') !== 'img' || !c.getAttribute('aria-label')).length"));
        Assert.Equal("epoch,training,validation", await page.Evaluate<string>("(() => { const d = document.querySelector('figure.lines details'); d.open = true; return new Promise(r => setTimeout(() => r([...d.querySelectorAll('thead th')].map(h => h.textContent).join()), 100)); })()"));
        Assert.Equal(12, await page.Evaluate<int>("document.querySelectorAll('figure.lines details[open] tbody tr').length"));
        await page.Evaluate("document.querySelectorAll('.u-series th')[1].dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))");
        Assert.Equal("false", await page.Evaluate<string>("document.querySelectorAll('.u-series th')[1].getAttribute('aria-pressed')"));
        await page.Evaluate("document.querySelector('figcaption button').click()");
        await page.Settle();
        Assert.Equal(0, await EmptyCanvases(page));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task The_best_epoch_is_written_into_the_curves()
    {
        await using Page page = await Open(Whole());
        await page.Evaluate("window.written = []; const fill = CanvasRenderingContext2D.prototype.fillText; CanvasRenderingContext2D.prototype.fillText = function (t, x, y) { if (Number.isFinite(x)) written.push(t); return fill.apply(this, arguments); }; document.querySelector('figcaption button').click()");
        await page.Settle();
        Assert.Matches(@"^best: \d+$", await page.Evaluate<string>("written.find(t => t.startsWith('best'))"));
    }

    [Fact]
    public async Task Names_from_outside_are_text()
    {
        Forecaster net = new(seed: 1);
        TrainingReport report = new(Forecaster.Info, [Samples.Epoch(1, 0.5) with { Training = new EvaluationResult { Loss = 1, Positions = 2, Heads = new Dictionary<string, EvaluationResult> { [Hostile] = new() { Loss = 1, Positions = 2 } } } }])
        {
            Title = Hostile,
            Remarks = [Hostile],
            Evaluations = { [Hostile] = new() { Loss = 1, Positions = 1 } },
            Confusion = new(new int[,] { { 3, 1 }, { 0, 2 } }, [Hostile, "\u0000\uD800 odd"]),
            Forecasts = [new(Hostile, (double[])[1, 2], [2, 3]) { Axis = Hostile, Interval = Hostile, Lower = [0, 1], Upper = [3, 4] }],
            Attention = [new(Hostile, new float[1, 2], [Hostile], [Hostile, " "]) { RowAxis = Hostile, ColumnAxis = Hostile }],
        };
        await using Page page = await Open(report);
        Assert.Equal(Hostile, await page.Evaluate<string>("document.title"));
        Assert.Equal(Hostile, await page.Evaluate<string>("document.querySelector('h1').textContent"));
        Assert.Equal(0, await page.Evaluate<int>("document.querySelectorAll('img').length"));
        Assert.Equal(4, await page.Evaluate<int>("document.scripts.length"));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_script_that_came_in_nevertheless_does_not_run()
    {
        // What would happen if a name were written unescaped one day.
        string file = _folder["report.html"], html = Whole().ToHtml().Replace("<main", "<script>document.title = 'taken'</script><img src=\"http://127.0.0.1:9/x.png\"><main", StringComparison.Ordinal);
        File.WriteAllText(file, html);
        await using Page page = await browser.Open(new Uri(file).AbsoluteUri);
        Assert.NotEqual("taken", await page.Evaluate<string>("document.title"));
        Assert.Contains(page.Errors, e => e.Contains("Content Security Policy", StringComparison.Ordinal));
        Assert.Equal(0, await page.Evaluate<int>("[...document.images].filter(i => i.naturalWidth).length"));
    }

    [Fact]
    public async Task What_is_not_finite_is_a_gap_with_a_word()
    {
        TrainingReport report = new(Forecaster.Info, [Samples.Epoch(1, 1, 2), Samples.Epoch(2, double.NaN, double.PositiveInfinity), Samples.Epoch(3, 0.5, 1)])
        {
            Attention = [new("weights", new float[,] { { float.NaN, 1 }, { 0, float.PositiveInfinity } })],
            Flow = new GradientFlowResult("net", [1, 2, 3], [new("lstm.h", [1, 0, double.NaN])]),
            Forecasts = [new("load", (double[])[1, double.NaN, 3], [1, 2, double.NaN])],
        };
        await using Page page = await Open(report);
        Assert.Equal("2 values are not finite: a gap here, see the numbers.", await page.Evaluate<string>("document.querySelector('figure.lines .note').textContent"));
        Assert.Contains("NaN", await page.Evaluate<string>("(() => { const d = document.querySelector('figure.lines details'); d.open = true; return new Promise(r => setTimeout(() => r(d.textContent), 100)); })()"));
        Assert.Equal(0, await EmptyCanvases(page));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Thousands_of_measurements_are_thinned_to_what_a_picture_shows()
    {
        TrainingMeasurement[] all = [.. Enumerable.Range(1, 12345).Select(u => new TrainingMeasurement
        {
            Update = u, Epoch = 1, Loss = 1.0 / u, LearningRate = 0.1f, GradientNorm = u == 7 ? double.NaN : 1.0 / u, ClippingFactor = 1,
            Parameters = [new(Hostile, 1, 1, 1e-3), new("w", 0, 1, 0)], Activations = [new("a", Hostile, "sigmoid", 8, 0.25, 0.5, 0), new("b", "b", "relu", 8, 0.5, 0, 0.125)],
        })];
        await using Page page = await Open(new TrainingReport(Forecaster.Info, []) { Measurements = all });
        Assert.Equal("At update 12,345", (await page.Evaluate<string>("[...document.querySelectorAll('h3')].find(h => h.textContent.startsWith('At update')).textContent")).Replace('\u202f', ','));
        int points = await page.Evaluate<int>("JSON.parse(document.getElementById('model').textContent).measurements.length");
        Assert.InRange(points, 200, 400);
        Assert.Equal(0, await EmptyCanvases(page));
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Trainings_of_no_and_of_one_epoch_have_a_report(int epochs)
    {
        await using Page page = await Open(new TrainingReport(Forecaster.Info, [.. Enumerable.Range(1, epochs).Select(e => Samples.Epoch(e, 0.5))]));
        Assert.Contains("multiply-adds", await page.Evaluate<string>("document.body.textContent"));
        Assert.Equal(0, await EmptyCanvases(page));
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData("loss", "its validation loss")]
    [InlineData("accuracy", "its validation accuracy")]
    [InlineData("own", "its validation monitored value")]
    [InlineData("named", "its validation edit distance")]
    public async Task What_the_best_epoch_goes_by_has_its_name(string what, string tile)
    {
        EpochResult[] epochs = [.. Enumerable.Range(1, 3).Select(e => Samples.Epoch(e, 1.0 / e, 2.0 / e, 0.25 * e)).Select(e => e with { Monitored = what switch { "loss" => e.Validation!.Loss, "accuracy" => 0.25 * e.Epoch, _ => 7 + e.Epoch } })];
        await using Page page = await Open(new TrainingReport(Forecaster.Info, epochs) { Best = 2, Monitor = what == "named" ? Metric.Of("edit distance", false, r => 0) : null });
        Assert.Contains(tile, await page.Evaluate<string>("[...document.querySelectorAll('.tiles dt')].map(t => t.textContent).join()"));
        Assert.Equal(what is "own" or "named", await page.Evaluate<bool>("[...document.querySelectorAll('h3')].some(h => h.textContent.startsWith('Monitored'))"));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task The_largest_map_and_many_classes_are_drawn()
    {
        int[,] counts = new int[60, 60];
        for (int i = 0; i < 60; i++)
        {
            (counts[i, i], counts[i, (i * 7) % 60]) = (100, i);
        }

        await using Page page = await Open(new TrainingReport(Forecaster.Info, []) { Attention = [new("largest", Diagonal(512, 512))], Confusion = new ConfusionTable(counts) });
        Assert.Equal(2, await page.Evaluate<int>("document.querySelectorAll('.heat svg[role=img]').length"));
        Assert.True(await page.Evaluate<int>("document.querySelectorAll('.heat path').length") > 20);
        Assert.Equal(20, await page.Evaluate<int>("[...document.querySelectorAll('figure')].find(f => f.querySelector('h3').textContent === 'Most frequent confusions').querySelectorAll('tbody tr').length"));
        Assert.Equal(1280, await page.Evaluate<int>("innerWidth"));
        Assert.True(await page.Evaluate<int>("document.documentElement.scrollWidth") <= 1280);
        Assert.Empty(page.Errors);
        await Keep(page, "report-large");
    }

    [Fact]
    public async Task A_long_training_is_drawn_in_time()
    {
        var random = new Random(1);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using Page page = await Open(new TrainingReport(Forecaster.Info, [.. Enumerable.Range(1, 20_000).Select(e => Samples.Epoch(e, Math.Exp(-e / 5000.0) * (1 + (0.2 * random.NextDouble())), 0.1))]));
        Assert.True(clock.Elapsed.TotalSeconds < 20, $"{clock.Elapsed.TotalSeconds:F1} s");
        Assert.Equal(0, await EmptyCanvases(page));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task What_a_trainer_measured_is_drawn()
    {
        Forecaster net = new(seed: 3);
        TrainingHistory history = Trainer.For(net, new Adam(5e-3f), new() { GradientClipping = GradientClipping.ByNorm(0.2f), Insight = new TrainingInsight(3) { GradientFlow = true } }).Fit(Samples.Series(200), 6);
        Assert.All(history.Measurements, m => Assert.NotNull(m.GradientFlow));
        await using Page page = await Open(new TrainingReport(net, history));
        string labels = await page.Evaluate<string>("[...document.querySelectorAll('.heat text')].map(t => t.textContent).join('|')");
        Assert.All((string[])["lstm.weight_ih_l0", "lstm.f", "lstm.c", "gru.h"], l => Assert.Contains(l, labels.Split('|')));
        Assert.Equal(0, await EmptyCanvases(page));
        Assert.Empty(page.Errors);
        await Keep(page, "report-measured");
    }

    /// <summary>A report with everything in it.</summary>
    internal static TrainingReport Whole()
    {
        Forecaster net = new(seed: 3);
        SequenceData train = Samples.Series(200), test = Samples.Series(60, seed: 2);
        Trainer trainer = Trainer.For(net, new Adam(5e-3f), new() { Seed = 1, Threads = 1, LearningRate = LearningRateSchedule.Cosine(warmupEpochs: 2) });
        TrainingHistory history = trainer.Fit(train, 12, validation: test);
        float[] forecasts = trainer.Predict(test);
        double[] truth = [.. Enumerable.Range(0, 60).Select(i => Math.Sin(i / 5.0))];
        string[] words = ["der", "alte", "Mann", "liest", " ", "die", "Zeitung", "."];
        return new TrainingReport(net, history)
        {
            Title = "Forecast of the load",
            Remarks = ["Trained on 200 sequences of 24 steps."],
            Evaluations = { ["test"] = trainer.Evaluate(test) },
            Measurements = [.. Enumerable.Range(0, 28).Select(i => Samples.Measurement((3 * i) + 1))],
            Confusion = new ConfusionTable(new int[,] { { 41, 3, 0, 1 }, { 2, 37, 5, 0 }, { 0, 1, 44, 2 }, { 0, 0, 0, 12 } }, ["low", "middle", "high", "very high"]),
            Forecasts =
            [
                new("Load, forecast a day ahead, MW", truth, [.. forecasts.Take(60).Select((f, i) => truth[i] + (f / 4))])
                {
                    Times = [.. Enumerable.Range(0, 60).Select(i => new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddHours(6 * i))],
                    Axis = "time (UTC)",
                    Lower = [.. forecasts.Select((f, i) => truth[i] + (f / 4) - 0.3)],
                    Upper = [.. forecasts.Select((f, i) => truth[i] + (f / 4) + 0.3)],
                    Interval = "90 % of 100 draws",
                },
            ],
            Attention =
            [
                new("the old man reads the newspaper", Diagonal(7, 8), ["the", "old", "man", "reads", "the", "newspaper", "."], words) { RowAxis = "written", ColumnAxis = "read" },
                new("A memory's write head", Diagonal(16, 60)) { RowAxis = "slot", ColumnAxis = "step" },
            ],
        };
    }

    private static float[,] Diagonal(int rows, int columns)
    {
        float[,] weights = new float[rows, columns];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                weights[r, c] = MathF.Exp(-MathF.Pow((c / (float)(columns - 1) * (rows - 1)) - r, 2) * 1.5f);
            }
        }

        return weights;
    }

    /// <summary>Where to keep pictures to look at; null for nowhere.</summary>
    internal static string? Pictures { get; } = Environment.GetEnvironmentVariable("SEQGEN_PICTURES") is { Length: > 0 } folder ? Directory.CreateDirectory(folder).FullName : null;

    internal static async Task Keep(Page page, string name)
    {
        if (Pictures is { } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, name + ".png"), await page.Picture());
        }
    }

    internal static async Task<int> Canvases(Page page) => await page.Evaluate<int>("document.querySelectorAll('.uplot canvas').length");

    /// <summary>Charts of which fewer than eight points have a line's strong colour.</summary>
    internal static async Task<int> EmptyCanvases(Page page) => await page.Evaluate<int>("""
        [...document.querySelectorAll('.uplot canvas')].filter(c => {
          const copy = Object.assign(document.createElement('canvas'), { width: c.width, height: c.height }).getContext('2d', { willReadFrequently: true });
          copy.drawImage(c, 0, 0);
          const d = copy.getImageData(0, 0, c.width, c.height).data;
          let n = 0;
          for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200 && Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1], d[i + 2]) > 70) n++;
          return n < 8;
        }).length
        """);

    private static async Task<int> Brightness(Page page) => await page.Evaluate<int>("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3 | 0");

    private async Task<Page> Open(TrainingReport report, int width = 1280, int height = 900, bool dark = false, bool phone = false)
    {
        string file = _folder["report.html"];
        report.Save(file);
        return await browser.Open(new Uri(file).AbsoluteUri, width, height, dark, phone);
    }
}
