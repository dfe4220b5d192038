// docs/reports.md and docs/csv.md: their examples are the code below, which runs.
// Knows the pages; refuses to know formats.
using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using SeqGen.Csv;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class DocsTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly SequenceData train = Samples.Series(60), test = Samples.Series(30, seed: 2);
    private readonly float[] truth = new float[30];
    private readonly Forecaster net = new(seed: 1);
    private readonly Trainer trainer;
    private readonly int epochs = 2;

    public DocsTests() => trainer = Trainer.For(net, new AdamW(1e-3f));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("docs/reports.md", 5)]
    [InlineData("docs/csv.md", 1)]
    public void Every_example_is_here(string page, int count)
    {
        string[] blocks = [.. Repository.Read(page).Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];
        string here = Dedented(Repository.Read("Extensions.Tests/DocsTests.cs"));
        Assert.Equal(count, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(Dedented(block), here));
    }

    [Fact]
    public void A_csv_file()
    {
        string folder = _folder.FullPath;
        File.WriteAllText(_folder["load.csv"], "time,load,temperature\n2024-01-01 00:00,100,3.5\n2024-01-01 03:00,120,\n");
        CsvTable table = CsvTable.Read(Path.Combine(folder, "load.csv")).WithEveryStep("time", TimeSpan.FromHours(1));
        float[] load = table.Numbers("load", "temperature");                                  // [rows, 2]; a missing value is NaN
        float[] calendar = CalendarFeatures.Of(table.Dates("time"), CalendarCycles.Day | CalendarCycles.Week | CalendarCycles.Year);
        float[] series = SeriesColumns.Join(table.Rows, load, calendar);                      // [rows, 2 + 6]
        Assert.Equal([100, 3.5f, float.NaN, float.NaN, float.NaN, float.NaN, 120, float.NaN], load);
        Assert.Equal(4 * 8, series.Length);
        Assert.Equal([120, float.NaN, .. calendar[18..]], series[24..]);
    }

    [Fact]
    public void A_report_and_a_chart()
    {
        string folder = _folder.FullPath;
        TrainingHistory history = trainer.Fit(train, epochs, validation: test);
        new TrainingReport(net, history)
        {
            Title = "Load, a day ahead",
            Evaluations = { ["test"] = trainer.Evaluate(test) },
            Flow = GradientFlow.Measure(net, train.Take(16)),             // how far back gradients come
            Forecasts = [new ForecastChart("Load, MW", truth, trainer.Predict(test)) { Axis = "day" }],
        }.Save(Path.Combine(folder, "report.html"));
        Assert.Contains("Load, a day ahead", File.ReadAllText(_folder["report.html"]));

        SvgPlot.Save(
            Path.Combine(folder, "learning-curve.svg"),
            new SvgPlot("Learning curve", "epoch", "loss")
                .Line("training", "#0b6fb8", history.Epochs.Select(e => (double)e.Epoch), history.Epochs.Select(e => e.Training.Loss))
                .Line("validation", "#d1495b", history.Epochs.Select(e => (double)e.Epoch), history.Epochs.Select(e => e.Validation!.Loss))
                .Mark(history.Best.Epoch, "best"));
        Assert.Contains("validation", File.ReadAllText(_folder["learning-curve.svg"]));
        Assert.Equal(0.75, ConfusionTable.Of([0, 1, 2, 1], [0, 1, 2, 2], 3, ["low", "middle", "high"]).Accuracy);
    }

    [Fact]
    public void Logs()
    {
        string folder = _folder.FullPath;
        using CsvLog csv = new(Path.Combine(folder, "epochs.csv"));                       // a row an epoch
        using JsonLinesLog lines = new(Path.Combine(folder, "log.jsonl"), everyBatches: 100);
        using TensorBoardLog board = new(Path.Combine(folder, "runs", "first"));          // tensorboard --logdir runs
        trainer.Fit(train, epochs, validation: test, progress: Progress.To(new ConsoleProgress(), csv, lines, board));
        Assert.Equal(epochs + 1, File.ReadAllLines(_folder["epochs.csv"]).Length);
        Assert.Equal(epochs, File.ReadAllLines(_folder["log.jsonl"]).Length);
        Assert.Single(Directory.GetFiles(_folder["runs/first"]));
    }

    [Fact]
    public void A_meter_and_a_logger()
    {
        NullLogger logger = NullLogger.Instance;
        using TrainingMeter meter = new("forecaster");
        trainer.Fit(train, epochs, progress: Progress.To(meter, new LoggerProgress(logger)));
    }

    [Fact]
    public async Task A_live_page()
    {
        await using LiveReport live = LiveReport.Start(net);
        Console.WriteLine(live.Address);                                                  // http://127.0.0.1:port/token/
        trainer.Fit(train, epochs, validation: test, progress: Progress.To(new ConsoleProgress(), live));
        using HttpClient client = new();
        Assert.Contains("Forecaster", await client.GetStringAsync(live.Address));
    }

    /// <summary>Lines without what is before them.</summary>
    private static string Dedented(string text) => string.Join('\n', text.Trim().Split('\n').Select(l => l.Trim()));
}
