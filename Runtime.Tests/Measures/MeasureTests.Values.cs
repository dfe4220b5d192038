// Measures of forecasts, by step and by group, against the numbers of measures.py; what they refuse, and a measure of one's own.
// Knows sets of one head; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class MeasureTests
{
    private static readonly float[][] Forecasts = [[1.5f, -2], [0, 3], [4, 0.5f]];
    private static readonly float[][] Targets = [[1, -1], [0.5f, 3], [2, 1]];

    [Fact]
    public void ForecastsAreMeasuredWithTheirWeights()
    {
        float[] series = [1, 10, 3, 20, 2, 10, 5, 40, 4, 25, 9, 30];
        MeasureSet set = new(
            new() { Outputs = 2 },
            Measure.MeanAbsoluteError, Measure.RootMeanSquaredError, Measure.Bias, Measure.MeanAbsolutePercentageError, Measure.SymmetricMeanAbsolutePercentageError, Measure.RSquared,
            Measure.Pinball(0.8), Measure.MeanAbsoluteScaledError(series, season: 2, features: 2));
        for (int i = 0; i < 3; i++)
        {
            set.Add(Forecasts[i], Targets[i], Weights[i]);
        }

        MeasureResults results = set.Results();
        Near(15 / 28.0, results["MAE"]);
        Near(Math.Sqrt(31 / 56.0), results["RMSE"]);
        Near(-3 / 28.0, results["bias"]);
        Near(17 / 28.0, results["MAPE"]);
        Near(86 / 105.0, results["sMAPE"]);
        Near(-8419 / 15808.0, results["R2"]);
        Near(3 / 10.0, results["pinball"]);
        Near(11 / 63.0, results["MASE"]);
        set.Clear();
        Assert.All(set.Results(), v => Assert.True(double.IsNaN(v.Value), v.ToString()));
    }

    [Fact]
    public void QuantilesLieTargetByTarget()
    {
        float[][] outputs = [[1, 2, 4, -1, 0, 1], [0, 1, 2, 3, 4, 5], [2, 2, 2, 0, 3, 6]], targets = [[3, 1], [2, 2], [2, 7]];
        MeasureSet set = new(
            new() { Outputs = 6, Targets = 2, Quantiles = [0.1, 0.5, 0.9] }, Measure.Pinball(), Measure.Interval(0.1, 0.9), Measure.MeanAbsoluteError, Measure.MeanAbsoluteError.ByStep());
        for (int i = 0; i < 3; i++)
        {
            set.Add(outputs[i], targets[i]);
        }

        MeasureResults results = set.Results();
        Near(4 / 9.0, results["pinball"]);
        Near(11 / 30.0, results["pinball 0.1"]);
        Near(3 / 4.0, results["pinball 0.5"]);
        Near(13 / 60.0, results["pinball 0.9"]);
        Near(2 / 3.0, results["coverage 0.1 to 0.9"]);
        Near(5 / 2.0, results["width 0.1 to 0.9"]);
        Near(3 / 2.0, results["MAE"]);
        Near(2 / 3.0, results.Get("MAE", step: 0));
        Near(7 / 3.0, results.Get("MAE", step: 1));
        Assert.Contains(
            "it has the quantiles 0.1, 0.5, 0.9, and not 0.95", Assert.Throws<ArgumentException>(() => new MeasureSet(set.Shape, Measure.Interval(0.1, 0.95))).Message);
        Assert.Contains("6 are needed", Assert.Throws<ArgumentException>(() => new MeasureSet(set.Shape with { Outputs = 5 })).Message);
    }

    /// <summary>Against python3's statistics.NormalDist().inv_cdf.</summary>
    [Fact]
    public void MeansAndVariancesHaveQuantilesOfTheNormalDistribution()
    {
        Near(-1.6448536269514726, Measure.NormalQuantile(0.05), 1e-10);
        Near(0.2533471031357998, Measure.NormalQuantile(0.6), 1e-10);
        Near(0, Measure.NormalQuantile(0.5), 1e-10);
        Near(-4.753424308822899, Measure.NormalQuantile(1e-6), 1e-8);
        Assert.InRange(Measure.NormalQuantile(1 - 1e-16), 7.9, 9.1);
        MeasureSet set = new(new() { Outputs = 4, Targets = 2, HasVariances = true }, Measure.Interval(0.05, 0.95), Measure.MeanAbsoluteError, Measure.Interval(0.05, 0.95).ByStep());
        set.Add([1, 2, 4, 9], [4.2f, -2.9f]);
        set.Add([0, 0, 1, 1], [1.7f, 1.7f]);
        MeasureResults results = set.Results();

        // 1 +- 3.29, 2 +- 4.93, 0 +- 1.64 twice: 4.2 and -2.9 lie inside.
        Near(0.5, results["coverage 0.05 to 0.95"]);
        Near(2 * 1.6448536269514722 * (2 + 3 + 1 + 1) / 4, results["width 0.05 to 0.95"], 1e-6);
        Near((3.2f + 4.9f + 1.7f + 1.7f) / 4, results["MAE"], 1e-6);
        Near(2 * 1.6448536269514722 * (3 + 1) / 2, results.Get("width 0.05 to 0.95", step: 1), 1e-6);
        Assert.Contains("a mean and a variance of each are 4", Assert.Throws<ArgumentException>(() => new MeasureSet(set.Shape with { Outputs = 3 })).Message);
    }

    [Fact]
    public void StepsOfAHorizonAndGroupsAreMeasuredEachOnItsOwn()
    {
        // Two steps of two columns.
        MeasureSet set = new(
            new() { Outputs = 4, Groups = [-5, 7] }, Measure.Bias, Measure.Bias.ByStep(2), Measure.Bias.ByGroup(), Measure.Bias.ByStep(2).ByGroup(),
            Measure.MeanAbsoluteScaledError([0, 0, 1, 10], features: 2).ByStep(2));
        set.Add([1, 10, 3, 30], [0, 0, 0, 0], group: 7);
        set.Add([2, 20, 5, 50], [0, 0, 0, 0], group: -5);
        MeasureResults results = set.Results();
        Near(121 / 8.0, results["bias"]);
        Near(33 / 4.0, results.Get("bias", step: 0));
        Near(88 / 4.0, results.Get("bias", step: 1));
        Near(77 / 4.0, results.Get("bias", group: -5));
        Near(44 / 4.0, results.Get("bias", group: 7));
        Near(55 / 2.0, results.Get("bias", step: 1, group: -5));
        Near(11 / 2.0, results.Get("bias", step: 0, group: 7));
        Near(3 / 2.0, results.Get("MASE", step: 0));
        Near(8 / 2.0, results.Get("MASE", step: 1));
        Assert.Equal(
            """
            bias  15.125

            step  bias  MASE
            0     8.25   1.5
            1       22     4

            group   bias
            -5     19.25
            7         11

            group, step  bias
            -5, 0          11
            -5, 1        27.5
            7, 0          5.5
            7, 1         16.5

            """.ReplaceLineEndings("\n"), results.ToString().ReplaceLineEndings("\n"));
        Assert.Contains("no whole steps of 3", Assert.Throws<ArgumentException>(() => new MeasureSet(set.Shape, Measure.Bias.ByStep(3))).Message);
        Assert.Contains("-5, 7", Assert.Throws<ArgumentOutOfRangeException>(() => set.Add(new float[4], new float[4], group: 6)).Message);
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        MeasureShape classes = new() { Head = "words", Outputs = 3, Kind = TargetKind.Classes }, values = new() { Outputs = 2 };
        void Refuses(string text, Action action) => Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message);
        Refuses("MAE cannot be measured of 'words': its targets are no values", () => new MeasureSet(classes, Measure.MeanAbsoluteError));
        Refuses("log loss cannot be measured of 'output': its targets are no classes", () => new MeasureSet(values, Measure.LogLoss));
        Refuses("it has 3 classes, and 2 labels were given", () => new MeasureSet(classes, Measure.Classification("a", "b")));
        Refuses("say which one its forecast is", () => new MeasureSet(values, Measure.Pinball()));
        Refuses("needs more sums than one array holds", () => new MeasureSet(classes with { Outputs = 100_000 }, Measure.Classification()));
        Refuses("needs more sums than one array holds", () => new MeasureSet(classes with { Steps = int.MaxValue }, Measure.Classification().ByStep()));
        Refuses("2 outputs and 2 targets; 2 and 1 were given", () => new MeasureSet(values).Add([1, 2], [1]));
        Refuses("the class 3 were given", () => new MeasureSet(classes).Add([1, 2, 3], 3));
        Refuses("finite and 0 or more", () => new MeasureSet(values).Add([1, 2], [1, 2], weight: -1));
        Refuses("steps 0 to 0, 1 was given", () => new MeasureSet(values).Add([1, 2], [1, 2], step: 1));
        Refuses("no two numbers 6 rows apart", () => Measure.MeanAbsoluteScaledError([1, 2, 3], season: 6));
        Refuses("|y(t) - y(t - season)| is 0", () => Measure.MeanAbsoluteScaledError([1, 2, 1, 2], season: 2));
        Refuses("'recall of 7' was measured", () => throw new ArgumentException(Assert.Throws<KeyNotFoundException>(() => new MeasureSet(classes, Measure.Classification()).Results().Get("recall", label: "7")).Message));
        Refuses("between 0 and 1, and rise", () => new MeasureSet(values with { Outputs = 4, Targets = 2, Quantiles = [0.9, 0.1] }));
    }

    [Fact]
    public void AMeasureOfOnesOwnIsOneClass()
    {
        MeasureSet set = new(new() { Outputs = 1, Groups = [1, 2] }, new Within(0.1), new Within(0.1).ByGroup());
        set.Add([105], [100], group: 1);
        set.Add([111], [100], weight: 3, group: 2);
        Near(0.25, set.Results()["within"]);
        Near(1, set.Results().Get("within", group: 1));
        Near(0, set.Results().Get("within", group: 2));
    }

    // protected, in an assembly that does not see the runtime's insides: docs/measures.md has one that is compiled as a user's.
    private sealed class Within(double share) : Measure
    {
        public override string Name => "within";

        public override bool HigherIsBetter => true;

        protected internal override int SumCount(MeasureShape shape) => 2;

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            for (int i = 0; i < position.Targets.Length; i++)
            {
                double weight = position.WeightOf(i), error = Math.Abs(position.Forecast(i) - position.Targets[i]);
                sums[0] += error <= share * Math.Abs(position.Targets[i]) ? weight : 0;
                sums[1] += weight;
            }
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => sums[0] / sums[1];
    }
}
