// What was measured, in reports and logs. Knows pages and files; what measures come to is the runtime's.
using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class MeasureReportTests(Browser browser) : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_report_shows_what_was_measured_and_compared_and_what_was_taken_for_what()
    {
        (SequenceData kinds, _) = Samples.Kinds(60);
        Trainer classes = Trainer.For(new Classifier(1), new AdamW(1e-2f), new() { Measures = [Measure.Classification("low", "middle", "high"), Measure.LogLoss], Monitor = Metric.Measured("macro F1", higherIsBetter: true) });
        TrainingHistory history = classes.Fit(kinds.Take(40), 3, kinds.Skip(40), cancellationToken: TestContext.Current.CancellationToken);
        EvaluationResult result = classes.Evaluate(kinds.Skip(40), [Measure.Classification("low", "middle", "high"), Measure.Top(2)]);
        float[] series = [.. Enumerable.Range(0, 200).SelectMany(t => new[] { (float)Math.Sin(t / 3.0), 1 })];
        SequenceData windows = SequenceData.Windows(series, new WindowOptions { Timesteps = Forecaster.Timesteps, Columns = 2, TargetColumns = [0] });
        Comparison comparison = Trainer.For(new Forecaster(1), new AdamW(1e-3f)).Compare(windows.Take(60), windows.Skip(80), season: 19);
        TrainingReport report = new(new Classifier(1), history) { Monitor = Metric.Measured("macro F1", true), Evaluations = { ["unseen"] = result }, Comparisons = { ["the future"] = comparison } };
        string path = _folder["report.html"];
        report.Save(path);
        await using Page page = await browser.Open(new Uri(path).AbsoluteUri, 1280, 900, false, false);
        string[] titles = (await page.Evaluate<string>("[...document.querySelectorAll('figure h3')].map(h => h.textContent).join('|')")).Split('|');
        Assert.Contains("Measured: unseen", titles);
        Assert.Contains("Compared: the future", titles);
        Assert.Contains("Confusion: unseen", titles);
        Assert.Contains("macro F1", titles);
        async Task<string> Row(string figure, string first) => await page.Evaluate<string>(
            $"[...[...document.querySelectorAll('figure')].filter(f => f.querySelector('h3').textContent === '{figure}').flatMap(f => [...f.querySelectorAll('tr')])].find(r => r.cells[0].textContent === '{first}').textContent");
        Assert.Contains(TextOf(comparison["persistence"]["MAE"]), await Row("Compared: the future", "persistence"));
        Assert.Contains(TextOf(result.Measures["top 2"]), await Row("Measured: unseen", "top 2"));
        Assert.Contains(TextOf(result.Measures.Get("support", label: "high")), await Row("Measured: unseen", "high"));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public void Logs_have_what_was_measured_of_the_validation_once()
    {
        (SequenceData kinds, _) = Samples.Kinds(40);
        Trainer classes = Trainer.For(new Classifier(1), new AdamW(1e-2f), new() { Measures = [Measure.Classification(), Measure.LogLoss.ByStep()] });
        using (CsvLog log = new(_folder["log.csv"]))
        {
            classes.Fit(kinds.Take(30), 2, kinds.Skip(30), log, cancellationToken: TestContext.Current.CancellationToken);
        }

        string[] lines = File.ReadAllLines(_folder["log.csv"]), columns = lines[0].Split(',');
        Assert.Equal(columns.Length, columns.Distinct().Count());
        Assert.Equal(1, columns.Count(c => c == "val_accuracy"));
        int at = Array.IndexOf(columns, "val_macro F1");
        Assert.True(at > 0, lines[0]);
        Assert.Equal(classes.History!.Last.Validation!.Measures["macro F1"].ToString("R", System.Globalization.CultureInfo.InvariantCulture), lines[2].Split(',')[at]);
    }

    [Fact]
    public void A_confusion_table_is_that_of_what_was_measured()
    {
        ConfusionTable table = new(new ConfusionMatrix(new double[,] { { 3, 1 }, { 0, 2.5 } }, ["low", "high"]));
        Assert.Equal((1.0, 1.0, 2.5 / 3.5, 0.75), (table[0, 1], table.Precision(0), table.Precision(1), table.Recall(0)));
        Assert.Equal(5.5 / 6.5, table.Accuracy);
        Assert.Equal(6 / 7.0, table.F1(0), 1e-12);
        Assert.Contains("\"counts\":[[3,1],[0,2.5]]", new TrainingReport(Forecaster.Info, []) { Confusion = table }.ToHtml());
    }

    private static string TextOf(double value) => value.ToString("G3", System.Globalization.CultureInfo.InvariantCulture);
}
