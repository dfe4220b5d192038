// CSV and JSON lines: what stands there, also where a training was broken off, taken up again or begun anew, and where the file is of something else.
// Knows files and reports; refuses to know how lines get there.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class LogTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_has_every_number_of_every_epoch_in_any_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        TrainingHistory history;
        try
        {
            (SequenceData kinds, int[] classes) = Samples.Kinds(40);
            SequenceData data = Samples.Series(40, TwoHeads.Timesteps).WithClasses(classes, head: "kind");
            using CsvLog log = new(_folder["log.csv"]);
            history = Trainer.For(new TwoHeads(seed: 1), new Adam(1e-2f)).Fit(data, 3, validation: data.Take(10), progress: log);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        string[] lines = File.ReadAllLines(_folder["log.csv"]);
        Assert.Equal("epoch,loss,kind/loss,kind/accuracy,level/loss,level/rmse,level/mae,val_loss,val_kind/loss,val_kind/accuracy,val_level/loss,val_level/rmse,val_level/mae,gradient_norm,learning_rate,monitored,seconds", lines[0]);
        Assert.Equal(4, lines.Length);
        for (int i = 0; i < 3; i++)
        {
            double[] row = [.. lines[i + 1].Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            EpochResult epoch = history.Epochs[i];
            Assert.Equal([i + 1, epoch.Training.Loss, epoch.Training.Heads["kind"].Loss, epoch.Training.Heads["kind"].Accuracy!.Value], row[..4]);
            Assert.Equal((epoch.Validation!.Heads["level"].MeanAbsoluteError!.Value, 0.01, epoch.Monitored), (row[12], row[14], row[15]));
            Assert.True(row[13] > 0);
        }
    }

    [Theory]
    [InlineData("log.csv")]
    [InlineData("log.jsonl")]
    public void A_training_that_was_killed_and_goes_on_has_every_line_once(string name)
    {
        string[] whole = Lines(name, "whole-" + name, breaks: null);
        string[] inTwo = Lines(name, "two-" + name, breaks: (Epoch: 4, Batch: 2));
        string[] atEnd = Lines(name, "end-" + name, breaks: (Epoch: 4, Batch: 0));
        Assert.Equal(whole, inTwo.Where(l => !l.Contains("notice", StringComparison.Ordinal)));
        Assert.Equal(whole, atEnd.Where(l => !l.Contains("notice", StringComparison.Ordinal)));
    }

    [Fact]
    public void Taken_up_when_it_is_over_nothing_is_lost_and_begun_anew_nothing_stays()
    {
        foreach (string name in (string[])["log.csv", "log.jsonl"])
        {
            string path = _folder[name];
            Write(name, path, [.. Enumerable.Range(1, 5).Select(e => Samples.Progress(e, 4, Samples.Epoch(e, 1.0 / e)))]);
            int lines = File.ReadAllLines(path).Length;

            // What Fit reports of a training that was over: a notice, and no update.
            Write(name, path, [Samples.Progress(5, 4, notice: "It was over.")]);
            Write(name, path, [Samples.Progress(5, 4, notice: "It was over.")]);
            Assert.Equal(lines, File.ReadAllLines(path).Count(l => !l.Contains("notice", StringComparison.Ordinal)));
            Write(name, path, [Samples.Progress(6, 4, Samples.Epoch(6, 0.1))]);
            Assert.Equal(lines + 1, File.ReadAllLines(path).Count(l => !l.Contains("notice", StringComparison.Ordinal)));

            Write(name, path, [Samples.Progress(1, 1), Samples.Progress(1, 4, Samples.Epoch(1, 7))]);
            Assert.Equal(lines - 4, File.ReadAllLines(path).Count(l => !l.Contains("\"update\"", StringComparison.Ordinal)));
            Assert.Contains("7", File.ReadAllLines(path)[^1]);
        }
    }

    [Theory]
    [InlineData("log.csv")]
    [InlineData("log.jsonl")]
    public void A_line_that_a_process_did_not_finish_goes_with_the_next_one(string name)
    {
        TrainingProgress[] all = [.. Enumerable.Range(1, 4).Select(e => Samples.Progress(e, 4, Samples.Epoch(e, 1.0 / e)))];
        Write(name, _folder[name], all);
        string[] whole = [.. File.ReadAllLines(_folder[name]).Select(Timeless)];
        byte[] bytes = File.ReadAllBytes(_folder[name]);
        int third = Array.LastIndexOf(bytes, (byte)'\n', bytes.Length - 2);
        for (int cut = 0; cut < bytes.Length; cut += 5)
        {
            File.WriteAllBytes(_folder["cut-" + name], bytes[..cut]);
            int done = Math.Max(0, bytes[..cut].Count(b => b == '\n') - (name.EndsWith("csv", StringComparison.Ordinal) ? 1 : 0));
            Write(name, _folder["cut-" + name], all[done..]);
            Assert.Equal(whole, File.ReadAllLines(_folder["cut-" + name]).Select(Timeless));
        }

        Assert.True(third > 0);
    }

    [Theory]
    [InlineData("log.csv", "hello")]
    [InlineData("log.csv", "hello\n1,2\n")]
    [InlineData("log.csv", "epoch,loss\n1,2\nnine,3\n")]
    [InlineData("log.jsonl", "hello")]
    [InlineData("log.jsonl", "{\"type\":\"epoch\"}\n")]
    [InlineData("log.jsonl", "[1]\n")]
    [InlineData("log.jsonl", "{\"type\":\"epoch\",\"epoch\":1}\nhello\n")]
    public void A_file_of_something_else_is_refused_and_stays_as_it_is(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        string message = Assert.Throws<InvalidDataException>(() => Write(name, _folder[name], [Samples.Progress(1, 4, Samples.Epoch(1, 1))])).Message;
        Assert.Contains(name, message);
        Assert.Contains("Give another file, or delete this one.", message);
        Assert.Equal(text, File.ReadAllText(_folder[name]));
    }

    [Fact]
    public void Csv_of_other_columns_is_refused()
    {
        Write("log.csv", _folder["log.csv"], [Samples.Progress(1, 4, Samples.Epoch(1, 1))]);
        string before = File.ReadAllText(_folder["log.csv"]);
        Assert.Contains("val_loss", Assert.Throws<InvalidDataException>(() => Write("log.csv", _folder["log.csv"], [Samples.Progress(2, 4, Samples.Epoch(2, 1, 1))])).Message);
        Assert.Equal(before, File.ReadAllText(_folder["log.csv"]));
    }

    [Fact]
    public void A_metric_that_an_epoch_has_not_is_an_empty_cell_and_no_end_of_the_training()
    {
        Write("log.csv", _folder["log.csv"], [Samples.Progress(1, 4, Samples.Epoch(1, 1, accuracy: 0.5)), Samples.Progress(2, 4, Samples.Epoch(2, 1)), Samples.Progress(3, 4, Samples.Epoch(3, 1, accuracy: 0.75))]);
        Assert.Equal(["accuracy", "0.5", "", "0.75"], File.ReadAllLines(_folder["log.csv"]).Select(l => l.Split(',')[2]));
        Assert.All(File.ReadAllLines(_folder["log.csv"]), l => Assert.Equal(7, l.Split(',').Length));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("there is no directory", Assert.Throws<DirectoryNotFoundException>(() => new CsvLog(_folder["not/there/log.csv"])).Message);

    [Fact]
    public void Json_lines_say_what_and_when()
    {
        Write("log.jsonl", _folder["log.jsonl"], [
            Samples.Progress(1, 1, notice: "It goes on with \"checkpoint-1\".\n"), Samples.Progress(1, 2, loss: double.NaN), Samples.Progress(1, 3), Samples.Progress(1, 4, Samples.Epoch(1, double.PositiveInfinity, 0.25, 0.5))]);
        JsonElement[] lines = [.. File.ReadAllLines(_folder["log.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(["notice", "update", "epoch"], lines.Select(l => l.GetProperty("type").GetString()));
        Assert.Equal("It goes on with \"checkpoint-1\".\n", lines[0].GetProperty("text").GetString());
        Assert.Equal("NaN", lines[1].GetProperty("loss").GetString());
        Assert.Equal((1, 2), (lines[1].GetProperty("epoch").GetInt32(), lines[1].GetProperty("batch").GetInt32()));
        Assert.Equal("Infinity", lines[2].GetProperty("training").GetProperty("loss").GetString());
        Assert.Equal(0.25, lines[2].GetProperty("validation").GetProperty("loss").GetDouble());
        Assert.Equal(0.5, lines[2].GetProperty("validation").GetProperty("accuracy").GetDouble());
        Assert.Equal("0.001", lines[2].GetProperty("learningRate").GetRawText());
        Assert.All(lines, l => Assert.InRange(l.GetProperty("time").GetDateTime(), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1)));
    }

    [Fact]
    public void Measured_updates_are_lines_of_their_own()
    {
        Write("log.jsonl", _folder["log.jsonl"], [Samples.Progress(1, 1) with { Measurement = Samples.Measurement(1) }, Samples.Progress(1, 4, Samples.Epoch(1, 1)) with { Measurement = Samples.Measurement(4) }]);
        JsonElement[] lines = [.. File.ReadAllLines(_folder["log.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(["measurement", "measurement", "epoch"], lines.Select(l => l.GetProperty("type").GetString()));
        TrainingMeasurement last = Samples.Measurement(4);
        Assert.Equal((4, last.GradientNorm), (lines[1].GetProperty("update").GetInt32(), lines[1].GetProperty("gradientNorm").GetDouble()));
        Assert.Equal(last.Parameters.Select(p => (p.Name, p.GradientNorm, p.UpdateNorm)), lines[1].GetProperty("parameters").EnumerateObject().Select(p => (p.Name, p.Value.GetProperty("gradientNorm").GetDouble(), p.Value.GetProperty("updateNorm").GetDouble())));
        Assert.Equal(last.Activations.Select(a => (a.Name, a.Low)), lines[1].GetProperty("activations").EnumerateArray().Select(a => (a.GetProperty("name").GetString()!, a.GetProperty("low").GetDouble())));
        Assert.Equal(last.GradientFlow!.Distances, lines[1].GetProperty("flow").GetProperty("distances").EnumerateArray().Select(d => d.GetInt32()));
    }

    [Fact]
    public void Every_so_many_batches_holds_where_an_update_takes_several()
    {
        using (JsonLinesLog log = new(_folder["log.jsonl"], everyBatches: 10))
        {
            foreach (int batch in Enumerable.Range(1, 24).Select(u => 4 * u))
            {
                log.Report(new TrainingProgress(1, 2, batch, 100, 0.5, 1, TimeSpan.Zero, TimeSpan.Zero, null));
            }
        }

        Assert.Equal([12, 20, 32, 40, 52, 60, 72, 80, 92], File.ReadAllLines(_folder["log.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("batch").GetInt32()));
    }

    private static IDisposable Open(string name, string path, out IProgress<TrainingProgress> progress)
    {
        IDisposable log = name.EndsWith("csv", StringComparison.Ordinal) ? new CsvLog(path) : new JsonLinesLog(path, everyBatches: 2);
        progress = (IProgress<TrainingProgress>)log;
        return log;
    }

    private static void Write(string name, string path, TrainingProgress[] reports)
    {
        using IDisposable log = Open(name, path, out IProgress<TrainingProgress> progress);
        foreach (TrainingProgress report in reports)
        {
            progress.Report(report);
        }
    }

    /// <summary>The lines of a training of six epochs of four batches, thrown out of a report and gone on with by another trainer.</summary>
    private string[] Lines(string name, string file, (int Epoch, int Batch)? breaks)
    {
        void Train(IProgress<TrainingProgress> progress) => Trainer.For(new Forecaster(seed: 1), new Adam(1e-2f), new() { BatchSize = 16, Seed = 3, Threads = 1 })
            .Fit(Samples.Series(64), 6, progress: progress, checkpoints: new Checkpoints(_folder["runs-" + file]) { EveryUpdates = 3 });

        if (breaks is { } at)
        {
            using IDisposable first = Open(name, _folder[file], out IProgress<TrainingProgress> broken);
            Assert.Throws<TimeoutException>(() => Train(Progress.To(broken, new Reporter(p =>
            {
                if (p.Epoch == at.Epoch && (at.Batch == 0 ? p.Completed is not null : p.Batch == at.Batch))
                {
                    throw new TimeoutException();
                }
            }))));
        }

        using IDisposable log = Open(name, _folder[file], out IProgress<TrainingProgress> progress);
        Train(progress);
        return [.. File.ReadAllLines(_folder[file]).Select(Timeless)];
    }

    /// <summary>A line without what differs from run to run.</summary>
    private static string Timeless(string line) => line.StartsWith('{')
        ? string.Join(' ', JsonDocument.Parse(line).RootElement.EnumerateObject().Where(p => p.Name is not ("time" or "seconds" or "samplesPerSecond")).Select(p => p.ToString()))
        : line[..line.LastIndexOf(',')];
}
