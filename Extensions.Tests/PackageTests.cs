// What the packages carry that is not ours, and how reports are kept from being half written. Knows resources and files.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class PackageTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("uPlot/uPlot.iife.min.js", "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f")]
    [InlineData("uPlot/uPlot.min.css", "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04")]
    public void Charts_are_the_published_files(string resource, string hash)
    {
        using Stream stream = typeof(TrainingReport).Assembly.GetManifestResourceStream(resource)!;
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(stream)));
        Assert.Contains($"{hash}  {resource["uPlot/".Length..]}", ReportPage.Resource("uPlot/NOTICE"));
        Assert.Contains("v1.6.32", ReportPage.Resource("uPlot/uPlot.iife.min.js"));
        Assert.Contains("uPlot 1.6.32", ReportPage.Resource("uPlot/NOTICE"));
    }

    [Fact]
    public void Every_report_carries_their_licence() =>
        Assert.Contains("Copyright (c) 2022 Leon Sorokin", new TrainingReport(Forecaster.Info, []).ToHtml());

    [Fact]
    public void A_report_is_the_same_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            string[] pages = [.. new[] { "", "de-DE", "ar-SA" }.Select(culture =>
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
                TrainingReport report = new(Forecaster.Info, [Samples.Epoch(1, 0.125, 1234.5), Samples.Epoch(2, double.NaN, -1e-9)]) { Confusion = new ConfusionTable(new int[,] { { 1, 0 }, { 2, 3 } }), Best = 1 };
                return Regex.Replace(report.ToHtml(), "\"made\":\"[^\"]*\"", "");
            })];
            Assert.All(pages, p => Assert.Equal(pages[0], p));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_report_that_cannot_be_made_leaves_the_old_one()
    {
        string path = _folder["report.html"];
        new TrainingReport(Forecaster.Info, []).Save(path);
        string before = File.ReadAllText(path);
        Assert.Throws<TimeoutException>(() => new TrainingReport(Forecaster.Info, []) { Evaluations = new Failing() }.Save(path));
        Assert.Equal(before, File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.FullPath));
        Assert.Contains("there is no directory", Assert.Throws<DirectoryNotFoundException>(() => new TrainingReport(Forecaster.Info, []).Save(_folder["not/there.html"])).Message);
    }

    [Fact]
    public void Parts_that_do_not_fit_together_are_refused()
    {
        Assert.Contains("3 true values and 2 of Upper", Assert.Throws<ArgumentException>(() => new ForecastChart("load", (double[])[1, 2, 3], [1, 2, 3]) { Upper = [1, 2] }).Message);
        Assert.Contains("3 true values and 2 of forecast", Assert.Throws<ArgumentException>(() => new ForecastChart("load", (double[])[1, 2, 3], [1, 2])).Message);
        Assert.Contains("Positions of 'load' are to rise, and 2 is 0.5 after 2", Assert.Throws<ArgumentException>(() => new ForecastChart("load", (double[])[1, 2, 3], [1, 2, 3]) { Positions = [1, 2, 0.5] }).Message);
        Assert.Contains("Positions of 'load' are to rise, and 1 is NaN after 1", Assert.Throws<ArgumentException>(() => new ForecastChart("load", (double[])[1, 2], [1, 2]) { Positions = [1, double.NaN] }).Message);
        Assert.Contains("epochs are to rise, and 2 comes after 2", Assert.Throws<ArgumentException>(() => new TrainingReport(Forecaster.Info, [Samples.Epoch(1, 1), Samples.Epoch(2, 1), Samples.Epoch(2, 1)])).Message);
        Assert.Contains("updates are to rise, and 3 comes after 7", Assert.Throws<ArgumentException>(() => new TrainingReport(Forecaster.Info, []) { Measurements = [Samples.Measurement(7), Samples.Measurement(3)] }).Message);
        Assert.Contains("'map' is 2 x 600", Assert.Throws<ArgumentException>(() => new AttentionMap("map", new float[2, 600])).Message);
        Assert.Contains("2 x 3", Assert.Throws<ArgumentException>(() => new ConfusionTable(new int[2, 3])).Message);
        Assert.Contains("Position 1 is of class 1, taken for 3", Assert.Throws<ArgumentException>(() => ConfusionTable.Of([0, 1], [0, 3], 3)).Message);
        Assert.Contains("2 classes and 1 predictions", Assert.Throws<ArgumentException>(() => ConfusionTable.Of([0, 1], [0], 3)).Message);
    }

    [Fact]
    public void Precision_and_recall()
    {
        ConfusionTable table = ConfusionTable.Of([0, 0, 1, 1, 1, -1], [0, 1, 1, 1, 0, 0], 3);
        Assert.Equal((0.5, 2.0 / 3, 0.5, 2.0 / 3), (table.Precision(0), table.Precision(1), table.Recall(0), table.Recall(1)));
        Assert.Equal((3.0 / 5, double.NaN, double.NaN, 1.0), (table.Accuracy, table.Precision(2), table.Recall(2), table[0, 1]));
    }

    private sealed class Failing : Dictionary<string, EvaluationResult>, IDictionary<string, EvaluationResult>, IEnumerable<KeyValuePair<string, EvaluationResult>>
    {
        IEnumerator<KeyValuePair<string, EvaluationResult>> IEnumerable<KeyValuePair<string, EvaluationResult>>.GetEnumerator() => throw new TimeoutException();
    }
}
