// Baselines against the numbers of measures.py, in every form that targets of windows have. Knows series; refuses to know what a network learns.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class BaselineTests
{
    // Column 1 is what is forecast; column 0 is something else.
    private static readonly float[] Series = [.. new float[] { 2, 5, 9, 3, 7, 10, 5, 8, 13, 6, 9, 14 }.SelectMany(v => new[] { -1, v })];

    private static readonly double[] Autoregression = [558491 / 105130.0, 142773 / 10513.0];

    private static WindowOptions Options => new() { Timesteps = 4, Columns = 2, TargetSteps = 2, TargetColumns = [1] };

    [Theory]
    [InlineData(WindowTarget.Window)]
    [InlineData(WindowTarget.DecoderSteps)]
    [InlineData(WindowTarget.EveryStep)]
    public void ForecastsAreThoseOfTheDefinitions(WindowTarget target)
    {
        SequenceData all = SequenceData.Windows(Series, Options with { Target = target }), train = all.Take(4), last = all.Skip(6);
        float[] Last(Baseline baseline)
        {
            baseline.Fit(train);
            float[] forecasts = baseline.Predict(last);
            Assert.Equal(target == WindowTarget.EveryStep ? 8 : 2, forecasts.Length);
            return forecasts[^2..];
        }

        Assert.Equal([6, 6], Last(Baseline.Persistence()));
        Assert.Equal([8, 13], Last(Baseline.SeasonalNaive(3)));
        TestData.Near([29 / 3f, 44 / 3f], Last(Baseline.SeasonalNaive(3, drift: true)), 1e-6);
        TestData.Near([.. Autoregression.Select(v => (float)v)], Last(Baseline.LinearAr(2, ridge: 0.25)), 1e-6);
    }

    [Fact]
    public void TheyReadWhateverWindowsCutAndNoRowThatIsNotKnown()
    {
        float[] changed = [.. Series];
        for (int row = 10; row < 12; row++)
        {
            changed[(row * 2) + 1] = 1e6f;
        }

        foreach (Baseline baseline in Baseline.Common(3))
        {
            SequenceData one = SequenceData.Windows(Series, Options), other = SequenceData.Windows(changed, Options);
            baseline.Fit(one.Take(4));
            float[] forecasts = baseline.Predict(one);
            Assert.Equal(forecasts[^2..], baseline.Predict(other)[^2..]);
            Assert.Equal(forecasts[2..4], baseline.Predict(one.Skip(1).Take(1)));
            SequenceData shuffled = one.Shuffle(4);
            float[] order = baseline.Predict(shuffled);
            Assert.All(Enumerable.Range(0, shuffled.Count), i => Assert.Equal(forecasts[(2 * shuffled.IndexOf(i).Sample)..][..2], order[(2 * i)..][..2]));
        }
    }

    [Fact]
    public void SeriesOfAPanelKnowNothingOfEachOther()
    {
        float[] series = [1, 2, 3, 4, 100, 200, 300, 400];
        WindowOptions options = new() { Timesteps = 2, SeriesIds = [0, 0, 0, 0, 1, 1, 1, 1] };
        SequenceData data = SequenceData.Windows(series, options);
        Baseline seasonal = Baseline.SeasonalNaive(3), drift = Baseline.SeasonalNaive(2, drift: true);

        // A season that no series has is none: no row that is not known is read for it.
        Assert.Equal([2, 3, 200, 300], Baseline.SeasonalNaive(int.MaxValue).Predict(data));

        // Of the first window of each the season lies before the beginning: the last number then.
        Assert.Equal([2, 1, 200, 100], seasonal.Predict(data));
        drift.Fit(data);
        double each = (2 + 2 + 200 + 200) / 4.0;
        Assert.Equal([(float)(1 + each), (float)(2 + each), (float)(100 + each), (float)(200 + each)], drift.Predict(data));
    }

    [Fact]
    public void MissingNumbersAreBridged()
    {
        float[] series = [1, 2, 3, 4, float.NaN, 6, 7, float.NaN, 9];
        SequenceData data = SequenceData.Windows(series, new WindowOptions { Timesteps = 3 }).Skip(5);
        Assert.Equal([7], Baseline.Persistence().Predict(data));

        // Four rows back is missing: eight rows back.
        Assert.Equal([1], Baseline.SeasonalNaive(4).Predict(data));
        Baseline ar = Baseline.LinearAr(1);
        ar.Fit(SequenceData.Windows(series, new WindowOptions { Timesteps = 3 }).Take(4));
        Assert.Equal(8, ar.Predict(data)[0], 1e-3);
    }

    [Fact]
    public void ALinearRuleIsFoundHoweverSaidTwiceAndFarFromZero()
    {
        // y(t) = 2 cos(w) y(t-1) - y(t-2), far from zero; the third and fourth lag say nothing new.
        float[] series = [.. Enumerable.Range(0, 80).Select(t => (float)(1e4 + (100 * Math.Cos(0.4 * t))))];
        SequenceData data = SequenceData.Windows(series, 8);
        Baseline ar = Baseline.LinearAr(4);
        ar.Fit(data.Take(40));
        float[] forecasts = ar.Predict(data.Skip(41));
        Assert.All(Enumerable.Range(0, forecasts.Length), i => Assert.Equal(series[41 + 8 + i], forecasts[i], 0.05));
        Baseline still = Baseline.LinearAr(4);
        SequenceData constant = SequenceData.Windows([.. Enumerable.Repeat(3f, 20)], 8);
        still.Fit(constant);
        Assert.All(still.Predict(constant), v => Assert.Equal(3, v));
    }

    [Fact]
    public void ANetworkStandsBesideThem()
    {
        Random random = new(3);
        float[] series = [.. Enumerable.Range(0, 240).SelectMany(t => new[] { 0f, (float)Math.Sin(t * Math.PI / 6) + (0.05f * random.NextSingle()) + (0.001f * t), 0f })];
        SequenceData data = SequenceData.Windows(series, new WindowOptions { Timesteps = 12, Columns = 3, TargetSteps = 2, TargetColumns = [1] }), train = data.Take(150), test = data.Skip(170);
        TinyNetwork net = new(3);
        Trainer trainer = Trainer.For(net, new Adam(0.01f), new() { BatchSize = 7 });
        Comparison comparison = trainer.Compare(train, test, season: 12);
        Assert.Equal(["Tiny", "persistence", "seasonal naive of 12", "seasonal naive of 12 with drift", "linear AR"], comparison.Names);
        Assert.Equal(trainer.Evaluate(test).MeanAbsoluteError!.Value, comparison["Tiny"]["MAE"], 1e-12);
        foreach (Baseline baseline in Baseline.Common(12))
        {
            baseline.Fit(train);
            float[] forecasts = baseline.Predict(test);
            double mae = Enumerable.Range(0, test.Count).Average(i => Enumerable.Range(0, 2).Average(h => Math.Abs((double)forecasts[(2 * i) + h] - series[((test.IndexOf(i).TargetRow + h) * 3) + 1])));
            Assert.Equal(mae, comparison[baseline.Name]["MAE"], 1e-12);
        }

        Assert.InRange(comparison["linear AR"]["MAE"], 0, comparison["persistence"]["MAE"] / 2);
        double scale = Enumerable.Range(12, 151).Average(r => Math.Abs((double)series[(3 * r) + 1] - series[(3 * (r - 12)) + 1]));
        Assert.Equal(comparison["persistence"]["MAE"] / scale, comparison["persistence"]["MASE"], 1e-9);
        string[] lines = comparison.ToString().Split(Environment.NewLine);
        Assert.Equal(6, lines.Count(l => l.Length > 0));
        Assert.Matches("^ +MAE +RMSE +sMAPE +MASE$", lines[0]);
        comparison = trainer.Compare(train, test, measures: [Measure.MeanAbsoluteError.ByStep(), Measure.RSquared], baselines: [Baseline.Persistence()]);
        Assert.Matches("R2\r?\nTiny +-?[0-9.]+\r?\npersistence +-?[0-9.]+\r?\n\r?\nMAE +Tiny +persistence\r?\nstep 0 +[0-9.]+ +[0-9.]+\r?\nstep 1 +[0-9.]+ +[0-9.]+\r?\n$", comparison.ToString());
    }

    [Fact]
    public void WhatIsNoSeriesHasNoPast()
    {
        void Refuses(string text, Action action) => Assert.Contains(text, Assert.ThrowsAny<Exception>(action).Message);
        SequenceData windows = SequenceData.Windows(Series, Options);
        Refuses("cut the samples with SequenceData.Windows", () => Baseline.Persistence().Predict(TestData.Learnable(4)));
        Refuses("cut the samples with SequenceData.Windows", () => Baseline.Persistence().Predict(windows.WithTargets(new float[windows.Count])));
        Refuses("call Fit", () => Baseline.LinearAr(2).Predict(windows));
        Refuses("call Fit", () => Baseline.SeasonalNaive(3, drift: true).Predict(windows));
        Refuses("no two numbers 30 rows apart", () => Baseline.SeasonalNaive(30, drift: true).Fit(windows));
        Refuses("Use fewer lags", () => Baseline.LinearAr(40).Fit(windows));
        Baseline ar = Baseline.LinearAr(2);
        ar.Fit(windows);
        Refuses("learnt to forecast 2 numbers, these windows have 1", () => ar.Predict(SequenceData.Windows(Series, Options with { TargetSteps = 1 })));
        Refuses("finite and 0 or more", () => Baseline.LinearAr(2, ridge: double.NaN));
    }
}
