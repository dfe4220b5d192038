// Intervals that cover: margins against the numbers of measures.py, coverage by simulation. Knows forecasts; a network's are in ProbabilityTests.
using System;
using System.Linq;
using Xunit;

namespace SeqGen.Tests;

public sealed class SplitConformalTests
{
    private static readonly float[] Forecasts = [.. Enumerable.Range(1, 10).Select(i => (float)i)];
    private static readonly float[] Truths = [1.5f, 1, 5, 4.5f, 2.5f, 7, 7, 10.5f, 5, 12.5f];

    [Theory]
    [InlineData(0.5, 2, 1.25, 0.5)]
    [InlineData(0.8, 2.5, 2.5, 1.5)]
    [InlineData(0.9, 4, 4, 2)]
    public void MarginsAreScoresOfTheRank(double coverage, double absolute, double scaled, double quantiles)
    {
        Assert.Equal(absolute, SplitConformal.Fit(Forecasts, Truths, coverage).Margins[0]);
        Assert.Equal(scaled, SplitConformal.FitScaled(Forecasts, [.. Forecasts.Select((_, i) => 1f + (i % 2))], Truths, coverage).Margins[0]);
        Assert.Equal(quantiles, SplitConformal.FitQuantiles([.. Forecasts.Select(f => f - 2)], [.. Forecasts.Select(f => f + 1)], Truths, coverage).Margins[0]);
    }

    [Fact]
    public void EveryNumberOfAForecastHasItsOwnAndWhatIsMissingIsLeftOut()
    {
        float[] forecasts = new float[24], truths = [.. Enumerable.Range(0, 24).Select(i => i % 2 == 0 ? i / 2f : -10 * (i / 2))];
        truths[22] = float.NaN;

        // Of the first 0 .. 10, of the second 0 .. 110 in tens: ranks 9 of 11, 10 of 12.
        SplitConformal conformal = SplitConformal.Fit(forecasts, truths, 0.75, numbers: 2);
        Assert.Equal([8, 90], conformal.Margins.ToArray());
        float[] lower = new float[4], upper = new float[4];
        conformal.Apply([1, 2, 3, 4], [], lower, upper);
        Assert.Equal([-7, -88, -5, -86], lower);
        Assert.Equal([9, 92, 11, 94], upper);
        MeasureResults results = SplitConformal.Check(lower, upper, [0, 93, float.NaN, -86], 2);
        Assert.Equal(2 / 3.0, results["coverage"], 1e-12);
        Assert.Equal((16 + 180 + 180) / 3.0, results["width"], 1e-12);
        Assert.Equal(0.5, results.Get("coverage", step: 1), 1e-12);
    }

    [Fact]
    public void IntervalsOfQuantilesShrinkToTheirMiddleAtMost()
    {
        SplitConformal conformal = SplitConformal.FitQuantiles([-4, -4, -4], [4, 4, 4], [0, 1, -1], 0.75);
        Assert.Equal(-3, conformal.Margins[0]);
        float[] lower = new float[2], upper = new float[2];
        conformal.Apply([-5, 1], [5, 3], lower, upper);
        Assert.Equal([-2, 2], lower);
        Assert.Equal([2, 2], upper);
    }

    /// <summary>The promise, over many calibrations: at least the coverage, and at most 1 / (n + 1) more.</summary>
    [Fact]
    public void TheyCoverWhatTheySayOnTheAverage()
    {
        Random random = new(5);
        float Noise() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()) * (random.Next(4) == 0 ? 5 : 1));
        const int N = 39, Rounds = 4000;
        float[] zeros = new float[N];
        int inside = 0;
        for (int round = 0; round < Rounds; round++)
        {
            SplitConformal conformal = SplitConformal.Fit(zeros, [.. zeros.Select(_ => Noise())], 0.9);
            inside += Math.Abs(Noise()) <= conformal.Margins[0] ? 1 : 0;
        }

        // Three standard deviations of the simulation, 0.0047 each.
        Assert.InRange(inside / (double)Rounds, 0.9 - 0.0142, 0.9 + (1.0 / (N + 1)) + 0.0142);
    }

    [Fact]
    public void TextIsReadBackWithTheSameBits()
    {
        SplitConformal[] all =
        [
            SplitConformal.Fit(Forecasts, [.. Truths.Select(t => t / 3)], 0.9, 1), SplitConformal.FitQuantiles(Forecasts, Forecasts, Truths, 0.1f, 1),
            SplitConformal.FitScaled(Forecasts, [.. Forecasts.Select(f => f / 7)], Truths, 1 / 3.0, 2),
        ];
        foreach (SplitConformal conformal in all)
        {
            SplitConformal read = SplitConformal.Parse(conformal.ToString());
            Assert.Equal((conformal.Form, conformal.Coverage, conformal.Numbers), (read.Form, read.Coverage, read.Numbers));
            Assert.Equal(conformal.Margins.ToArray(), read.Margins.ToArray());
        }

        string text = all[0].ToString();
        Assert.StartsWith("conformal 1; Absolute; coverage 0.9; margins ", text);
        foreach (string bad in (string[])["", "x", text.Replace("0.9", "1.5"), text.Replace("Absolute", "7"), text.Replace("Absolute", "Other"), text + " x", text[..text.LastIndexOf(' ')], text.Replace("margins ", "margins -"), text.Replace("conformal 1", "conformal 2"), text + " NaN"])
        {
            Assert.Contains("is no text of a SplitConformal", Assert.Throws<FormatException>(() => SplitConformal.Parse(bad)).Message);
        }
    }

    [Fact]
    public void WhatMakesNoIntervalIsNamed()
    {
        void Refuses(string text, Action action) => Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message);
        Refuses("8 truths of number 0 are too few for intervals that hold 0.9: at least 9 are needed", () => SplitConformal.Fit(new float[8], new float[8], 0.9));
        Assert.Equal(1, SplitConformal.Fit(new float[9], new float[9], 0.9).Numbers);
        Refuses("0 truths of number 1", () => SplitConformal.Fit(new float[20], [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? 1 : float.NaN)], 0.5, 2));
        Refuses("The forecast of sample 1, number 0, is NaN", () => SplitConformal.Fit([0, 0, float.NaN, 0], new float[4], 0.5, 2));
        Refuses("The deviation of sample 0, number 1, is 0", () => SplitConformal.FitScaled(new float[4], [1, 0, 1, 1], new float[4], 0.5, 2));
        Refuses("between 0 and 1", () => SplitConformal.Fit(new float[4], new float[4], 1));
        Refuses("as many of one as of the other", () => SplitConformal.Fit(new float[4], new float[5], 0.5));
        Refuses("alone", () => SplitConformal.Fit(Forecasts, Truths, 0.5).Apply(new float[2], new float[2], new float[2], new float[2]));
    }
}
