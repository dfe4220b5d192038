// What is drawn of a training: in windows of every width, in files, on build servers.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class ConsoleProgressTests
{
    private static readonly TrainingProgress _running = new(3, 30, 12, 64, 0.0123456, 12345.6, TimeSpan.FromSeconds(70), TimeSpan.FromSeconds(754), null)
    {
        LearningRate = 0.001f,
        GradientNorm = 1.2345,
        Monitor = "accuracy",
        Monitored = 0.91234,
    };

    [Theory]
    [InlineData(200, "epoch 3/30 [####....................]  12/64  loss 0.012346  last accuracy 0.91234  gradient 1.23  rate 0.001  12,346 samples/s  12:34 left")]
    [InlineData(120, "epoch 3/30  12/64  loss 0.012346  last accuracy 0.91234  gradient 1.23  rate 0.001  12,346 samples/s  12:34 left")]
    [InlineData(110, "epoch 3/30 [##..........]  12/64  loss 0.012346  last accuracy 0.91234  gradient 1.23  rate 0.001  12:34 left")]
    [InlineData(80, "epoch 3/30 [#........]  12/64  loss 0.012346  last accuracy 0.91234  12:34 left")]
    [InlineData(50, "epoch 3/30  12/64  loss 0.012346  12:34 left")]
    [InlineData(30, "epoch 3/30  loss 0.012346")]
    [InlineData(8, "epoch 3")]
    [InlineData(1, "e")]
    public void ALineFitsIntoTheWindow(int width, string expected) => Assert.Equal(expected, Draw(width, _running));

    [Fact]
    public void NoLineOfATrainingIsWiderThanTheWindow()
    {
        for (int width = 1; width < 200; width++)
        {
            StringWriter text = new();
            int columns = width;
            ConsoleProgress progress = new(text, plain: false, () => columns);
            TinyNetwork net = new(3);
            Trainer trainer = Trainer.For(net, new Adam(), new() { BatchSize = 4, Monitor = Metric.Of("score", true, r => -r.Loss) });
            trainer.Fit(TestData.Learnable(26), 1, TestData.Learnable(9), progress);
            foreach (string line in text.ToString().Split(["\r", "\n"], StringSplitOptions.RemoveEmptyEntries))
            {
                Assert.True(line.Length < Math.Max(2, width), $"{line.Length} columns of {width}: {line}");
            }
        }
    }

    [Fact]
    public void WhatMattersLeastGoesFirst()
    {
        string[] order = ["samples/s", "rate", "gradient", "accuracy", "12/64", "left", "loss", "epoch"];
        int[] narrowest = [.. order.Select(part => Enumerable.Range(1, 200).First(width => Draw(width, _running).Contains(part, StringComparison.Ordinal)))];
        Assert.Equal(narrowest.OrderDescending(), narrowest);
        Assert.DoesNotContain('[', Draw(120, _running));
        Assert.Contains('[', Draw(200, _running));
    }

    [Theory]
    [InlineData(200, "epoch 3/30  loss 0.5, accuracy 50.00 %  validation loss 0.25, accuracy 75.00 %  gradient 1.23  rate 0.001  12,346 samples/s  12:34 left")]
    [InlineData(100, "epoch 3/30  loss 0.5, accuracy 50.00 %  validation loss 0.25, accuracy 75.00 %  12:34 left")]
    [InlineData(80, "epoch 3/30  loss 0.5  validation loss 0.25  accuracy 0.75  12:34 left")]
    [InlineData(60, "epoch 3/30  loss 0.5  validation loss 0.25  12:34 left")]
    [InlineData(50, "epoch 3/30  validation loss 0.25  12:34 left")]
    [InlineData(40, "epoch 3/30  validation loss 0.25")]
    public void AnEpochsLineGivesItsMetricsUpBeforeItsLosses(int width, string expected) => Assert.Equal(expected, Draw(width, _running with { Completed = Epoch() }));

    [Fact]
    public void ALineTakesTheRestOfTheOneBeforeAway()
    {
        StringWriter text = new();
        ConsoleProgress progress = new(text, plain: false, () => 200);
        progress.Report(_running);
        progress.Report(_running with { Completed = Epoch() });
        string[] lines = text.ToString().Split(["\r", "\n"], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.True(lines[1].Length >= lines[0].Length);
        Assert.Contains("validation loss 0.25, accuracy", lines[1], StringComparison.Ordinal);
        Assert.Contains("gradient 1.23  rate 0.001", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void InAFileThereIsALineAnEpochAndEachHasEverything()
    {
        StringWriter text = new();
        ConsoleProgress progress = new(text, plain: true, () => 20);
        progress.Report(_running);
        progress.Report(_running with { Completed = Epoch(), Notice = "going on from a checkpoint", Monitor = "score", Checkpoint = new("a", 2048, TimeSpan.FromMilliseconds(1.5), TimeSpan.FromMilliseconds(12)) });
        Assert.Equal(
            ["going on from a checkpoint", $"epoch 3/30  {Epoch().Training}  validation {Epoch().Validation}  score 0.75  gradient 1.23  rate 0.001  12,346 samples/s  12:34 left  checkpoint 2 KiB, 1.5 + 12.0 ms"],
            text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void NoticesAreBrokenAtSpaces()
    {
        string text = Draw(21, _running with { Notice = "a checkpoint is passed over: /a/path/that/is/longer/than/that it is damaged", Completed = Epoch() });
        string[] lines = text.Split(Environment.NewLine);
        Assert.Equal(["a checkpoint is", "passed over:", "/a/path/that/is/longer/than/that", "it is damaged"], lines.Take(4).Select(l => l.TrimEnd()));
    }

    [Fact]
    public void ATrainingWithoutEndHasNoTimeLeft() =>
        Assert.DoesNotContain("left", Draw(200, _running with { Remaining = TimeSpan.MaxValue }), StringComparison.Ordinal);

    [Theory]
    [InlineData("", false)]
    [InlineData("CI=true", true)]
    [InlineData("CI=1", true)]
    [InlineData("CI=false", false)]
    [InlineData("CI=", false)]
    [InlineData("TF_BUILD=True", true)]
    [InlineData("JENKINS_URL=http://a", true)]
    [InlineData("TEAMCITY_VERSION=2023", true)]
    [InlineData("TERM=dumb", true)]
    [InlineData("TERM=xterm", false)]
    public void BuildServersGetPlainLines(string environment, bool isPlain)
    {
        Dictionary<string, string> variables = environment.Length == 0 ? [] : new() { [environment.Split('=')[0]] = environment.Split('=')[1] };
        Assert.Equal(isPlain, ConsoleProgress.IsPlain(v => variables.GetValueOrDefault(v)));
    }

    private static EpochResult Epoch() => new()
    {
        Epoch = 3,
        LearningRate = 0.001f,
        Duration = TimeSpan.FromSeconds(1),
        Monitored = 0.75,
        Training = new() { Loss = 0.5, Positions = 10, Accuracy = 0.5 },
        Validation = new() { Loss = 0.25, Positions = 10, Accuracy = 0.75 },
    };

    private static string Draw(int width, TrainingProgress report)
    {
        StringWriter text = new();
        new ConsoleProgress(text, plain: false, () => width).Report(report);
        return text.ToString().Trim('\r', '\n');
    }
}
