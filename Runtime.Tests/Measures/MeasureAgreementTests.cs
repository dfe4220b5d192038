// Measures of random outputs, weights, steps and groups, beside sums that are written down as the definitions are; baselines and scales of random series beside loops.
// More draws than a build has time for: SEQGEN_DRAWS=5000.
using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SeqGen.Tests.Measures;

public sealed class MeasureAgreementTests
{
    [Fact]
    public void ValuesAreMeasuredAsTheyAreDefined()
    {
        for (int seed = 0; seed < SourceAgreementTests.Draws(200); seed++)
        {
            Random random = new(seed);
            int targets = random.Next(1, 5), quantiles = random.Next(3) == 0 ? random.Next(1, 4) : 0, steps = random.Next(1, 3), count = random.Next(3) == 0 ? 1 : random.Next(1, 40);
            bool variances = quantiles == 0 && random.Next(3) == 0, byElement = random.Next(2) == 0;
            double[] qs = [.. Enumerable.Range(1, quantiles).Select(i => i / (quantiles + 1.0))];
            int[] groups = random.Next(2) == 0 ? [] : [-3, 4, 900];
            MeasureShape shape = new() { Outputs = targets * Math.Max(1, quantiles) * (variances ? 2 : 1), Targets = targets, Quantiles = qs, HasVariances = variances, Steps = steps, Groups = groups };
            Measure scaled = Measure.MeanAbsoluteScaledError([1, 2, 4, 7, 11, 16], 2, features: 1);
            List<Measure> measures = [Measure.MeanAbsoluteError, Measure.RootMeanSquaredError, Measure.Bias, Measure.MeanAbsolutePercentageError, Measure.SymmetricMeanAbsolutePercentageError, Measure.RSquared, scaled, Measure.MeanAbsoluteError.ByStep()];
            measures.AddRange(groups.Length > 0 ? [Measure.RSquared.ByGroup(), Measure.MeanAbsoluteError.ByStep().ByGroup()] : []);
            measures.AddRange(quantiles > 0 ? [Measure.Pinball()] : []);
            measures.AddRange(quantiles > 1 ? [Measure.Interval(qs[0], qs[^1])] : variances ? [Measure.Interval(0.1, 0.75)] : []);
            MeasureSet set = new(shape, [.. measures]);
            List<One> all = [];
            float constant = random.NextSingle();
            bool isConstant = random.Next(5) == 0;
            for (int i = 0; i < count; i++)
            {
                float[] outputs = [.. Enumerable.Range(0, shape.Outputs).Select(_ => Number(random))], truth = [.. Enumerable.Range(0, targets).Select(_ => isConstant ? constant : Number(random))];
                float[] weights = byElement ? [.. truth.Select(_ => random.Next(4) == 0 ? 0 : random.NextSingle() * 3)] : [];
                float weight = random.Next(6) == 0 ? 0 : random.NextSingle() * 2;
                for (int k = targets; variances && k < outputs.Length; k++)
                {
                    outputs[k] = Math.Abs(outputs[k]) + 0.01f;
                }

                int step = random.Next(steps), group = groups.Length == 0 ? 0 : random.Next(groups.Length);
                if (byElement)
                {
                    set.Add(new MeasuredPosition(shape) { Outputs = outputs, Targets = truth, Weight = 1, ElementWeights = weights, Step = step, Group = group });
                }
                else
                {
                    set.Add(outputs, truth, weight, step, groups.Length == 0 ? 0 : groups[group]);
                }

                for (int j = 0; j < targets; j++)
                {
                    int middle = quantiles == 0 ? 0 : Enumerable.Range(0, quantiles).MinBy(q => Math.Abs(qs[q] - 0.5));
                    float[] own = quantiles == 0 ? [outputs[j]] : outputs[(j * quantiles)..((j + 1) * quantiles)];
                    all.Add(new(own, own[middle], truth[j], byElement ? weights[j] : weight, j, step, group, variances ? outputs[targets + j] : 0));
                }
            }

            MeasureResults results = set.Results();
            string where = $"draw {seed}: {shape}, {count} positions, weights {(byElement ? "of values" : "of positions")}";
            Near(Mean(all, o => Math.Abs(o.Error)), results["MAE"], where);
            Near(Math.Sqrt(Mean(all, o => o.Error * o.Error)), results["RMSE"], where);
            Near(Mean(all, o => o.Error), results["bias"], where);
            Near(Mean(all, o => Math.Abs(o.Error) / Math.Abs((double)o.Truth)), results["MAPE"], where);
            Near(Mean(all, o => 2 * Math.Abs(o.Error) / (Math.Abs((double)o.Forecast) + Math.Abs((double)o.Truth))), results["sMAPE"], where);
            Near(Mean(all, o => Math.Abs(o.Error)) / ((3 + 5 + 7 + 9) / 4.0), results["MASE"], where);
            Near(RSquared(all), results["R2"], where);
            for (int t = 0; t < (steps == 1 ? targets : steps); t++)
            {
                List<One> own = [.. all.Where(o => (steps == 1 ? o.Target : o.Step) == t)];
                Near(Mean(own, o => Math.Abs(o.Error)), results.Get("MAE", step: t), where);
                for (int g = 0; g < groups.Length; g++)
                {
                    Near(Mean([.. own.Where(o => o.Group == g)], o => Math.Abs(o.Error)), results.Get("MAE", step: t, group: groups[g]), where);
                    Near(RSquared([.. all.Where(o => o.Group == g)]), results.Get("R2", group: groups[g]), where);
                }
            }

            for (int q = 0; q < quantiles; q++)
            {
                double p = qs[q];
                Near(Mean(all, o => Math.Max(p * ((double)o.Truth - o.Quantiles[q]), (p - 1) * ((double)o.Truth - o.Quantiles[q]))), results[FormattableString.Invariant($"pinball {p}")], where);
            }

            if (quantiles > 1 || variances)
            {
                (double low, double high) = quantiles > 1 ? (qs[0], qs[^1]) : (0.1, 0.75);
                double Low(One o) => quantiles > 1 ? o.Quantiles[0] : o.Forecast - (1.2815515655446004 * Math.Sqrt(o.Variance));
                double High(One o) => quantiles > 1 ? o.Quantiles[^1] : o.Forecast + (0.6744897501960817 * Math.Sqrt(o.Variance));
                Near(Mean(all, o => Low(o) <= o.Truth && o.Truth <= High(o) ? 1 : 0), results[FormattableString.Invariant($"coverage {low} to {high}")], where);
                Near(Mean(all, o => High(o) - Low(o)), results[FormattableString.Invariant($"width {low} to {high}")], where);
            }
        }
    }

    [Fact]
    public void ClassesAreMeasuredAsTheyAreDefined()
    {
        for (int seed = 0; seed < SourceAgreementTests.Draws(200); seed++)
        {
            Random random = new(seed);
            bool isYesNo = random.Next(3) == 0, areProbabilities = random.Next(2) == 0, ties = random.Next(2) == 0;
            int classes = isYesNo ? 2 : random.Next(2, 5), count = random.Next(4) == 0 ? 1 : random.Next(1, 50), there = random.Next(1, classes + 1), top = random.Next(1, classes);
            MeasureShape shape = new() { Outputs = isYesNo ? 1 : classes, Kind = isYesNo ? TargetKind.YesNo : TargetKind.Classes, AreProbabilities = areProbabilities };
            MeasureSet set = isYesNo ? new(shape, Measure.Classification(), Measure.LogLoss, Measure.RocArea()) : new(shape, Measure.Classification(), Measure.LogLoss, Measure.RocArea(), Measure.Top(top));
            List<(double[] P, int Class, double Weight, float[] Scores)> all = [];
            for (int i = 0; i < count; i++)
            {
                float[] scores = [.. Enumerable.Range(0, shape.Outputs).Select(_ => ties ? random.Next(-2, 3) : (random.NextSingle() * 6) - 3)];
                double[] p = isYesNo ? [1 / (1 + Math.Exp(scores[0])), 1 / (1 + Math.Exp(-scores[0]))] : [.. scores.Select(s => Math.Exp(s) / scores.Sum(o => Math.Exp(o)))];
                float[] given = !areProbabilities ? scores : isYesNo ? [(float)p[1]] : [.. p.Select(v => (float)v)];
                p = !areProbabilities ? p : isYesNo ? [1 - (double)given[0], given[0]] : [.. given.Select(v => (double)v)];
                int right = random.Next(there);
                float weight = random.Next(5) == 0 ? 0 : random.NextSingle() * 2;
                if (isYesNo)
                {
                    set.Add(given, [right], weight);
                }
                else
                {
                    set.Add(given, right, weight);
                }

                all.Add((p, right, weight, given));
            }

            MeasureResults results = set.Results();
            string where = $"draw {seed}: {shape}, {count} of {there} classes";
            double sum = all.Sum(a => a.Weight);
            int Taken(float[] s) => isYesNo ? s[0] > (areProbabilities ? 0.5f : 0) ? 1 : 0 : Array.IndexOf(s, s.Max());
            Near(all.Sum(a => Taken(a.Scores) == a.Class ? a.Weight : 0) / sum, results["accuracy"], where);
            Near(all.Sum(a => -a.Weight * Math.Log(a.P[a.Class])) / sum, results["log loss"], where, 1e-6);
            double[] precision = new double[classes], recall = new double[classes], f1 = new double[classes], support = new double[classes], predicted = new double[classes];
            for (int c = 0; c < classes; c++)
            {
                (support[c], predicted[c]) = (all.Sum(a => a.Class == c ? a.Weight : 0), all.Sum(a => Taken(a.Scores) == c ? a.Weight : 0));
                double both = all.Sum(a => a.Class == c && Taken(a.Scores) == c ? a.Weight : 0);
                (precision[c], recall[c], f1[c]) = (both / predicted[c], both / support[c], 2 * both / (support[c] + predicted[c]));
                string label = isYesNo ? (c == 0 ? "no" : "yes") : FormattableString.Invariant($"{c}");
                Near(precision[c], results.Get("precision", label: label), where);
                Near(recall[c], results.Get("recall", label: label), where);
                Near(f1[c], results.Get("F1", label: label), where);
            }

            int[] seen = [.. Enumerable.Range(0, classes).Where(c => support[c] + predicted[c] > 0)];
            Near(seen.Select(c => double.IsNaN(f1[c]) ? 0 : f1[c]).DefaultIfEmpty(double.NaN).Average(), results["macro F1"], where);
            Near(seen.Sum(c => support[c] * (double.IsNaN(precision[c]) ? 0 : precision[c])) / seen.Sum(c => support[c]), results["weighted precision"], where);
            Near(seen.Where(c => support[c] > 0).Select(c => recall[c]).DefaultIfEmpty(double.NaN).Average(), results["balanced accuracy"], where);
            if (!isYesNo)
            {
                Near(all.Sum(a => Enumerable.Range(0, classes).Count(c => a.Scores[c] > a.Scores[a.Class] || (a.Scores[c] == a.Scores[a.Class] && c < a.Class)) < top ? a.Weight : 0) / sum, results[FormattableString.Invariant($"top {top}")], where);
            }

            // Pairs one by one; the streamed area says how far off it can be.
            double Area(int c)
            {
                double won = 0, pairs = 0;
                foreach (var a in all.Where(a => a.Class == c))
                {
                    foreach (var b in all.Where(b => b.Class != c))
                    {
                        pairs += a.Weight * b.Weight;
                        won += a.Weight * b.Weight * (Math.Abs(a.P[c] - b.P[c]) < 1e-12 ? 0.5 : a.P[c] > b.P[c] ? 1 : 0);
                    }
                }

                return won / pairs;
            }

            double[] areas = classes == 2 ? [Area(1)] : [.. Enumerable.Range(0, classes).Select(Area).Where(a => !double.IsNaN(a))];
            double expected = areas.Length == 0 ? double.NaN : areas.Average(), off = results["ROC area error"];
            Assert.True(double.IsNaN(expected) ? double.IsNaN(results["ROC area"]) : Math.Abs(expected - results["ROC area"]) <= off + 1e-9, $"{where}: area {results["ROC area"]}, not {expected} within {off}");
        }
    }

    [Fact]
    public void BaselinesAreWhatLoopsForecast()
    {
        for (int seed = 0; seed < SourceAgreementTests.Draws(200); seed++)
        {
            Random random = new(seed);
            int columns = random.Next(1, 3), season = random.Next(1, 9), steps = random.Next(1, 6), targets = random.Next(1, 7), ahead = random.Next(1, 4), column = random.Next(columns);
            float[][] panel = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Enumerable.Range(0, columns * random.Next(25, 50)).Select(_ => random.Next(8) == 0 ? float.NaN : random.NextSingle()).ToArray())];
            WindowTarget target = (WindowTarget)random.Next(3);
            SequenceData data = SequenceData.Windows(panel, new WindowOptions { Timesteps = steps, Columns = columns, TargetColumns = [column], TargetSteps = targets, StepsAhead = ahead, Target = target, Stride = random.Next(1, 4) });
            float[] persistence = Baseline.Persistence().Predict(data), seasonal = Baseline.SeasonalNaive(season).Predict(data);
            int per = target == WindowTarget.EveryStep ? steps : 1;
            for (int i = 0; i < data.Count; i++)
            {
                SampleIndex index = data.IndexOf(i);
                float[] own = [.. Enumerable.Range(0, panel[index.Series].Length / columns).Select(r => panel[index.Series][(r * columns) + column])];
                for (int t = 0; t < per; t++)
                {
                    int origin = index.Row + (per > 1 ? t : steps - 1);
                    float last = own.Take(origin + 1).LastOrDefault(v => !float.IsNaN(v), float.NaN);
                    for (int h = 0; h < targets; h++)
                    {
                        int row = origin + ahead + h, back = row - season;
                        while (back > origin || (back >= 0 && float.IsNaN(own[back])))
                        {
                            back -= season;
                        }

                        string where = $"draw {seed}, {index}, step {t}, {h} of {targets}, season {season}, {target}";
                        Near(last, persistence[(((i * per) + t) * targets) + h], where);
                        Near(back >= 0 ? own[back] : last, seasonal[(((i * per) + t) * targets) + h], where);
                    }
                }
            }
        }
    }

    private static float Number(Random random) => ((random.NextSingle() * 2) - 1) * (random.Next(5) == 0 ? 1000 : 1);

    private static double Mean(List<One> all, Func<One, double> of) => all.Sum(o => o.Weight == 0 ? 0 : o.Weight * of(o)) / all.Sum(o => (double)o.Weight);

    /// <summary>Of each target that counts, by the definition.</summary>
    private static double RSquared(List<One> all)
    {
        double[] each = [.. all.Where(o => o.Weight > 0).GroupBy(o => o.Target).Select(own =>
        {
            double mean = own.Sum(o => (double)o.Weight * o.Truth) / own.Sum(o => (double)o.Weight), spread = own.Sum(o => o.Weight * (o.Truth - mean) * (o.Truth - mean));
            return own.All(o => o.Truth == own.First().Truth) ? double.NaN : 1 - (own.Sum(o => o.Weight * o.Error * o.Error) / spread);
        })];
        return each.Length == 0 ? double.NaN : each.Average();
    }

    private static void Near(double expected, double actual, string where, double tolerance = 1e-7) => Assert.True(
        expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{where}: expected {expected}, found {actual}");

    private sealed record One(float[] Quantiles, float Forecast, float Truth, float Weight, int Target, int Step, int Group, double Variance)
    {
        public double Error => (double)Forecast - Truth;
    }
}
