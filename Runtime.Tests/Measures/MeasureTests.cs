// Measures against numbers that measures.py worked out from the definitions, in fractions. Knows sets of one head; trainers are in TrainerMeasureTests.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class MeasureTests
{
    private static readonly float[] Weights = [1, 2, 0.5f];

    [Fact]
    public void ClassesAreCountedWithTheirWeights()
    {
        int[] truth = [0, 0, 0, 1, 1, 2, 2, 2, 2, 0], taken = [0, 1, 0, 1, 1, 2, 0, 2, 1, 0];
        float[] weight = [1, 1, 2, 1, 3, 1, 1, 1, 2, 1];
        MeasureSet set = new(new() { Outputs = 4, Kind = TargetKind.Classes }, Measure.Classification("a", "b", "c", "d"));
        for (int i = 0; i < truth.Length; i++)
        {
            set.Add(OneHot(taken[i], 4), truth[i], weight[i]);
        }

        // What is ignored and what weighs nothing is not there.
        set.Add(OneHot(1, 4), -1);
        set.Add(OneHot(1, 4), 0, weight: 0);
        MeasureResults results = set.Results();
        Assert.Equal(10, set.Positions);
        Near(5 / 7.0, results["accuracy"]);
        Near(11 / 15.0, results["balanced accuracy"]);
        Near(83 / 105.0, results["macro precision"]);
        Near(11 / 15.0, results["macro recall"]);
        Near(808 / 1155.0, results["macro F1"]);
        Near(79 / 98.0, results["weighted precision"]);
        Near(5 / 7.0, results["weighted recall"]);
        Near(376 / 539.0, results["weighted F1"]);
        double[] precision = [4 / 5.0, 4 / 7.0, 1, double.NaN], recall = [4 / 5.0, 1, 2 / 5.0, double.NaN], f1 = [4 / 5.0, 8 / 11.0, 4 / 7.0, double.NaN], support = [5, 4, 5, 0];
        string[] labels = ["a", "b", "c", "d"];
        for (int c = 0; c < 4; c++)
        {
            Near(precision[c], results.Get("precision", label: labels[c]));
            Near(recall[c], results.Get("recall", label: labels[c]));
            Near(f1[c], results.Get("F1", label: labels[c]));
            Near(support[c], results.Get("support", label: labels[c]));
        }

        ConfusionMatrix table = results.Confusion();
        Assert.Equal([4, 1, 0, 0, 0, 4, 0, 0, 1, 2, 2, 0, 0, 0, 0, 0], Enumerable.Range(0, 16).Select(i => table[i / 4, i % 4]));
        Assert.Equal(14, table.Total);
    }

    [Fact]
    public void TheTableOfClassesIsText()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            string text = new ConfusionMatrix(new double[,] { { 4, 1 }, { 0, 1.5 } }, ["cat", "dog"], [0, 2]).ToString().ReplaceLineEndings("\n");
            Assert.Equal(
                """
                is \ taken for  cat  dog  none
                cat               4    1     .
                dog               .  1.5     2

                class                precision  recall      F1  support
                cat                     1.0000  0.8000  0.8889        5
                dog                     0.6000  0.4286  0.5000      3.5
                mean of classes         0.8000  0.6143  0.6944      8.5
                weighted by support     0.8353  0.6471  0.7288      8.5
                accuracy                                0.6471      8.5
                balanced accuracy                       0.6143      8.5

                """.ReplaceLineEndings("\n"), text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void YesAndNoAreTwoClassesAndSeveralAreSeveral()
    {
        MeasureSet one = new(new() { Outputs = 1, Kind = TargetKind.YesNo }, Measure.Classification());
        foreach ((float y, float t) in new[] { (0.5f, 1f), (-1f, 1f), (2f, 0f), (3f, 1f), (0f, 0.5f) })
        {
            one.Add([y], [t]);
        }

        MeasureResults results = one.Results();
        Near(3 / 5.0, results["accuracy"]);
        Near(2 / 3.0, results.Get("precision", label: "yes"));
        Near(2 / 3.0, results.Get("recall", label: "yes"));
        Near(1 / 2.0, results.Get("precision", label: "no"));

        // Three labels at once; of the third nothing is there and nothing was taken for it.
        MeasureSet many = new(new() { Outputs = 3, Kind = TargetKind.YesNo }, Measure.Classification("red", "round", "raw"));
        many.Add([1, -1, -1], [1, 1, 0]);
        many.Add([1, 1, -1], [0, 1, 0]);
        results = many.Results();
        Near(4 / 6.0, results["accuracy"]);
        Near((0.5 + 1 + 0) / 3, results["macro precision"]);
        Near((1 + 0.5 + 0) / 3, results["macro recall"]);
        Near(2 / 3.0, results.Get("F1", label: "red"));
        Near(double.NaN, results.Get("F1", label: "raw"));
        Assert.Throws<KeyNotFoundException>(() => results.Confusion());
    }

    [Fact]
    public void LogLossIsThatOfTheDefinitionOfLogitsAndOfProbabilities()
    {
        float[][] logits = [[2, -1, 0.5f], [0, 3, 1], [-2, 0.25f, 0.5f]];
        int[] classes = [0, 2, 1];
        foreach (bool probabilities in (bool[])[false, true])
        {
            MeasureSet set = new(new() { Outputs = 3, Kind = TargetKind.Classes, AreProbabilities = probabilities }, Measure.LogLoss);
            for (int i = 0; i < 3; i++)
            {
                double sum = logits[i].Sum(v => Math.Exp(v));
                set.Add(probabilities ? [.. logits[i].Select(v => (float)(Math.Exp(v) / sum))] : logits[i], classes[i], Weights[i]);
            }

            Near(1.4332941818032165, set.Results()["log loss"], probabilities ? 1e-6 : 1e-12);
            MeasureSet binary = new(new() { Outputs = 4, Kind = TargetKind.YesNo, AreProbabilities = probabilities }, Measure.LogLoss);
            float[] y = [1.5f, -0.5f, 3, -2];
            binary.Add(probabilities ? [.. y.Select(v => 1 / (1 + MathF.Exp(-v)))] : y, [1, 0, 0, 0.25f]);
            Near(1.0877514061948934, binary.Results()["log loss"], probabilities ? 1e-6 : 1e-12);
        }

        // Logits far apart have no overflow; a probability of 0 for what came is infinitely wrong.
        MeasureSet far = new(new() { Outputs = 2, Kind = TargetKind.Classes }, Measure.LogLoss);
        far.Add([1000, -1000], 1);
        Near(2000, far.Results()["log loss"]);
        MeasureSet never = new(new() { Outputs = 2, Kind = TargetKind.Classes, AreProbabilities = true }, Measure.LogLoss);
        never.Add([1, 0], 1);
        Assert.Equal(double.PositiveInfinity, never.Results()["log loss"]);
    }

    [Fact]
    public void TopCountsEqualScoresInOrder()
    {
        MeasureSet set = new(new() { Outputs = 4, Kind = TargetKind.Classes }, Measure.Top(1), Measure.Top(2), Measure.Top(4));
        set.Add([1, 3, 2, 0], 2);
        set.Add([5, 5, 5, 5], 1);
        set.Add([0, 0, 0, 1], 0, weight: 2);
        set.Add([0, float.NaN, 0, 1], 3);
        MeasureResults results = set.Results();
        Near(0, results["top 1"]);
        Near(4 / 5.0, results["top 2"]);
        Near(4 / 5.0, results["top 4"]);
        Assert.Contains("it has 3 classes", Assert.Throws<ArgumentException>(() => new MeasureSet(new() { Outputs = 3, Kind = TargetKind.Classes }, Measure.Top(4))).Message);
    }

    [Fact]
    public void TheRocAreaCountsPairs()
    {
        float[] scores = [0.5f, -1, 2, 0.5f, -3, 1], weights = [1, 2, 1, 3, 1, 1];
        bool[] first = [true, false, true, false, false, true], second = [true, true, true, false, false, false];
        Near(17 / 18.0, Measure.RocAreaOf(scores, first));
        Near(19 / 40.0, Measure.RocAreaOf(scores, second, weights));
        Near(double.NaN, Measure.RocAreaOf(scores, new bool[6]));
        Near(double.NaN, Measure.RocAreaOf([0, float.NaN], [true, false]));

        MeasureSet set = new(new() { Outputs = 1, Kind = TargetKind.YesNo }, Measure.RocArea());
        for (int i = 0; i < 6; i++)
        {
            set.Add([scores[i]], [second[i] ? 1 : 0], weights[i]);
        }

        // Of the equal scores one pair of weight 1 times 3 shares a cell, of 20 in all: 4 x 5.
        Near(19 / 40.0, set.Results()["ROC area"]);
        Near(3 / 20.0 / 2, set.Results()["ROC area error"]);

        float[][] three = [[2, 1, 0], [0.5f, 1.5f, 0], [1, 0, 2.5f], [0, 2, 1], [3, 0, 1], [0, 1, 0.5f]];
        int[] classes = [0, 1, 2, 2, 1, 0];
        MeasureSet rest = new(new() { Outputs = 3, Kind = TargetKind.Classes }, Measure.RocArea());
        for (int i = 0; i < 6; i++)
        {
            rest.Add(three[i], classes[i]);
        }

        double[] areas = [5 / 8.0, 3 / 8.0, 7 / 8.0];
        for (int c = 0; c < 3; c++)
        {
            Near(areas[c], rest.Results().Get("ROC area", label: c.ToString(CultureInfo.InvariantCulture)));
        }

        Near(areas.Average(), rest.Results()["ROC area"]);
        Near(0, rest.Results()["ROC area error"]);
    }

    /// <summary>The streamed area is off by no more than it says.</summary>
    [Theory]
    [InlineData(8192)]
    [InlineData(64)]
    [InlineData(2)]
    public void TheStreamedRocAreaIsWithinItsError(int cells)
    {
        Random random = new(3);
        float[] scores = new float[5000];
        bool[] isYes = new bool[5000];
        MeasureSet set = new(new() { Outputs = 1, Kind = TargetKind.YesNo }, Measure.RocArea(cells));
        for (int i = 0; i < scores.Length; i++)
        {
            isYes[i] = random.Next(3) == 0;
            scores[i] = (float)((random.NextDouble() * 8) - 4 + (isYes[i] ? 1.5 : 0));
            set.Add([scores[i]], [isYes[i] ? 1 : 0]);
        }

        double exact = Measure.RocAreaOf(scores, isYes), error = set.Results()["ROC area error"];
        Assert.InRange(set.Results()["ROC area"], exact - error, exact + error);
        Assert.True(cells < 8192 ? error > 1e-3 : error < 5e-4, $"error {error}");
    }

    [Fact]
    public void EditDistancesAreThoseOfTheDefinition()
    {
        int Distance(string a, string b) => Measure.EditDistance([.. a.Select(c => (int)c)], [.. b.Select(c => (int)c)], new int[a.Length + 1]);
        Assert.Equal(3, Distance("kitten", "sitting"));
        Assert.Equal(2, Distance("", "ab"));
        Assert.Equal(3, Distance("abc", ""));
        Assert.Equal(3, Distance("abcde", "badec"));
        Assert.Equal(0, Distance("", ""));
    }

    [Fact]
    public void WhatIsNotANumberIsNotTakenForAnything()
    {
        MeasureSet classes = new(new() { Outputs = 2, Kind = TargetKind.Classes }, Measure.Classification(), Measure.LogLoss, Measure.RocArea());
        classes.Add([float.NaN, 1], 0);
        classes.Add([1, 0], 0);
        classes.Add([float.NegativeInfinity, 1], 1);
        MeasureResults results = classes.Results();
        Near(2 / 3.0, results["accuracy"]);
        Near(1, results.Confusion().Undecided(0));
        Near(double.NaN, results["log loss"]);
        Near(double.NaN, results["ROC area"]);

        MeasureSet values = new(new() { Outputs = 1 }, Measure.MeanAbsoluteError, Measure.RootMeanSquaredError, Measure.MeanAbsolutePercentageError, Measure.SymmetricMeanAbsolutePercentageError, Measure.RSquared, Measure.Pinball(0.5));
        values.Add([float.NaN], [1]);
        Assert.All(values.Results(), v => Assert.True(double.IsNaN(v.Value), v.ToString()));
        values.Clear();
        values.Add([0], [0]);
        values.Add([1], [0]);
        Assert.Equal(double.PositiveInfinity, values.Results()["MAPE"]);
        Near(1, values.Results()["sMAPE"]);
        Near(double.NaN, values.Results()["R2"]);
    }

    [Fact]
    public void OfOneClassAloneThereIsNoAreaButTheRest()
    {
        MeasureSet set = new(new() { Outputs = 2, Kind = TargetKind.Classes }, Measure.Classification(), Measure.RocArea(), Measure.LogLoss);
        set.Add([0, 1], 1);
        set.Add([0, 3], 1);
        MeasureResults results = set.Results();
        Near(1, results["accuracy"]);
        Near(1, results["balanced accuracy"]);
        Near(1, results["macro F1"]);
        Near(double.NaN, results.Get("recall", label: "0"));
        Near(double.NaN, results["ROC area"]);
    }

    private static float[] OneHot(int at, int size) => [.. Enumerable.Range(0, size).Select(i => i == at ? 2f : -1)];

    private static void Near(double expected, double got, double tolerance = 1e-12) =>
        Assert.True(double.IsNaN(expected) ? double.IsNaN(got) : Math.Abs(got - expected) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{got} instead of {expected}");
}
