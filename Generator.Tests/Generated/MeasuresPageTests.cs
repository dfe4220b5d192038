// docs/measures.md: its examples compile as a user's would and run; and measures of generated networks are those of what they predict.
// Knows the page; refuses to know formulas (Runtime.Tests has their numbers).
using System;
using System.Linq;
using System.Reflection;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class MeasuresPageTests
{
    [Fact]
    public void Every_example_compiles_and_runs()
    {
        string[] blocks = Repository.Examples("docs/measures.md");
        string[] programs = [.. blocks.Where(b => !b.StartsWith('[') && !b.StartsWith("public", StringComparison.Ordinal))];
        Assert.Equal(6, programs.Length);
        string methods = string.Join("\n", programs.Select((p, i) =>
            $"public static void Run{i}(SequenceData labelled, SequenceData unseen, SequenceData train, SequenceData validation, SequenceData test, float[] series, int epochs)\n{{\n{p}\n}}"));
        using LoadedNetworks loaded = NetworkHarness.Load([.. blocks.Except(programs), $"#nullable enable\npublic static class Page\n{{\n{methods}\n}}"]);
        var random = new Random(4);
        int[] classes = [.. Enumerable.Range(0, 90).Select(i => i % 5)];
        SequenceData all = SequenceData.FromClasses(RandomData.Uniform(random, 90 * 48), classes, 16, 3);
        float[] series = [.. Enumerable.Range(0, 400).Select(t => (float)(10 + Math.Sin(t * Math.PI / 6) + (0.1 * random.NextDouble())))];
        SequenceData windows = SequenceData.Windows(series, new WindowOptions { Timesteps = 24, TargetSteps = 12 });
        for (int i = 0; i < programs.Length; i++)
        {
            loaded["Page"].GetMethod($"Run{i}", BindingFlags.Public | BindingFlags.Static)!
                .Invoke(null, [all.Take(60), all.Skip(60), windows.Take(150), windows.Skip(180).Take(60), windows.Skip(270), series, 2]);
        }
    }

    /// <summary>Where the network ends in a softmax or a sigmoid, outputs are probabilities as they are; where it ends in a linear layer they are made of logits.</summary>
    [Theory]
    [InlineData("[Dense(4)] [SoftmaxCrossEntropy]", "[Dense(4, Activation = Activation.Softmax)] [SoftmaxCrossEntropy]")]
    [InlineData("[Dense(4)] [BinaryCrossEntropy]", "[Dense(4, Activation = Activation.Sigmoid)] [BinaryCrossEntropy]")]
    public void Probabilities_and_their_measures_are_the_same_of_both_endings(string linear, string ending)
    {
        using LoadedNetworks loaded = NetworkHarness.Load(
            $"[Network(Inputs = 2, Timesteps = 6)] [Gru(8)] {linear} public partial class Plain;", $"[Network(Inputs = 2, Timesteps = 6)] [Gru(8)] {ending} public partial class Ending;");
        var random = new Random(7);
        float[] x = RandomData.Uniform(random, 20 * 12);
        int[] lengths = [.. Enumerable.Range(0, 20).Select(i => 1 + (i % 6))];
        SequenceData data = linear.Contains("Softmax", StringComparison.Ordinal)
            ? SequenceData.FromClasses(x, [.. Enumerable.Range(0, 120).Select(_ => random.Next(4))], 6, 2, targetEveryStep: true, lengths)
            : SequenceData.FromArrays(x, [.. Enumerable.Range(0, 480).Select(_ => (float)random.Next(2))], 6, 2, 4, targetEveryStep: true, lengths);
        Trainer plain = Trainer.For((INetwork)loaded.Create("Plain", 3), new Sgd(0.1f)), other = Trainer.For((INetwork)loaded.Create("Ending", 3), new Sgd(0.1f));
        float[] probabilities = other.PredictProbabilities(data);
        Assert.Equal(other.Predict(data), probabilities);
        Assert.All(plain.PredictProbabilities(data).Zip(probabilities), p => Assert.Equal(p.First, p.Second, 1e-5));
        Assert.Equal(plain.PredictClasses(data), other.PredictClasses(data));
        Measure[] measures = [Measure.Classification(), Measure.LogLoss, Measure.RocArea()];
        MeasureResults first = plain.Evaluate(data, measures).Measures, second = other.Evaluate(data, measures).Measures;
        Assert.Equal(first.Select(v => v.Name), second.Select(v => v.Name));
        Assert.All(first.Zip(second), v => Assert.True(v.First.Value.Equals(v.Second.Value) || Math.Abs(v.First.Value - v.Second.Value) < 1e-3, $"{v.First} and {v.Second}"));
        Assert.Equal(plain.Evaluate(data).Loss, first["log loss"], 1e-5);
        Assert.Equal(plain.Evaluate(data).Accuracy!.Value, first["accuracy"], 1e-12);
    }

    /// <summary>Intervals of every kind of head hold what they promise, of data whose noise differs from sample to sample; those that know it are narrower.</summary>
    [Theory]
    [InlineData("Plain", IntervalForm.Absolute)]
    [InlineData("Quantiles", IntervalForm.Quantiles)]
    [InlineData("Normal", IntervalForm.Scaled)]
    public void Calibrated_intervals_hold_their_share(string name, IntervalForm form)
    {
        using LoadedNetworks loaded = NetworkHarness.Load(
            "[Network(Inputs = 1, Timesteps = 3)] [Gru(6, Returns = Returns.Last)] [Dense(2)] [MeanSquaredError] public partial class Plain;",
            "[Network(Inputs = 1, Timesteps = 3)] [Gru(6, Returns = Returns.Last)] [Dense(6)] [Quantile(0.1, 0.5, 0.9)] public partial class Quantiles;",
            "[Network(Inputs = 1, Timesteps = 3)] [Gru(6, Returns = Returns.Last)] [Dense(4)] [GaussianLikelihood] public partial class Normal;");
        var random = new Random(5);
        float[] x = RandomData.Uniform(random, 3 * 1500), y = [.. Enumerable.Range(0, 3000).Select(i =>
            x[(i / 2 * 3) + 2] + ((i % 2 == 0 ? 0.1f : 1) * (0.1f + Math.Abs(x[(i / 2 * 3) + 1])) * ((random.NextSingle() * 2) - 1)))];
        SequenceData data = SequenceData.FromArrays(x, y, 3, outputs: 2);
        Trainer trainer = Trainer.For((INetwork)loaded.Create(name, 3), new Adam(0.02f), new() { Threads = 1 });
        trainer.Fit(data.Take(500), 60, cancellationToken: TestContext.Current.CancellationToken);
        SplitConformal conformal = trainer.Calibrate(data.Skip(500).Take(500), 0.9);
        Assert.Equal((form, 2), (conformal.Form, conformal.Numbers));
        (float[] lower, float[] upper) = trainer.PredictIntervals(data.Skip(1000), SplitConformal.Parse(conformal.ToString()));
        MeasureResults held = SplitConformal.Check(lower, upper, y.AsSpan(2000), 2);

        // 500 of each: three standard deviations of the test, and of the calibration.
        Assert.InRange(held.Get("coverage", step: 0), 0.84, 0.96);
        Assert.InRange(held.Get("coverage", step: 1), 0.84, 0.96);
        double WidthWhere(Func<double, bool> noise) =>
            Enumerable.Range(0, 500).Where(i => noise(Math.Abs(x[((1000 + i) * 3) + 1]))).Average(i => (double)upper[(2 * i) + 1] - lower[(2 * i) + 1]);
        double noisy = WidthWhere(n => n > 0.5), quiet = WidthWhere(n => n < 0.5);
        Assert.True(form == IntervalForm.Absolute ? Math.Abs(noisy - quiet) < 1e-4 : noisy > 1.1 * quiet, $"{quiet} where it is quiet, {noisy} where it is not");
        Comparison none = new(("it", trainer.Evaluate(data, [Measure.MeanAbsoluteError.ByStep()]).Measures));
        Assert.True(none["it"].Get("MAE", step: 0) < none["it"].Get("MAE", step: 1));
    }
}
