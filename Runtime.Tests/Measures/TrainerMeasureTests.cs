// Measures of whole networks: which head, which positions, with which weights; what a training keeps of them. What they come to is in MeasureTests.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class TrainerMeasureTests
{
    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 16)]
    public void TheyAreOfWhatCountsWhateverTheBatches(bool timeMajor, int batch)
    {
        TinyNetwork net = new(3, new() { Sequence = true, TimeMajor = timeMajor });
        int[] lengths = [.. Enumerable.Range(0, 10).Select(i => 1 + (i % 5))], groups = [.. Enumerable.Range(0, 10).Select(i => 10 * (i % 3))];
        float[] x = TestData.Random(10 * 15, 1), y = TestData.Random(10 * 10, 2), mask = [.. Enumerable.Range(0, 50).Select(i => i % 4 == 0 ? 0f : 1)];
        SequenceData data = SequenceData.FromArrays(x, y, 5, 3, 2, targetEveryStep: true, lengths, mask).Shuffle(3);
        Trainer trainer = Trainer.For(net, new Sgd(0.1f), new() { BatchSize = batch, Threads = 1 });
        EvaluationResult result = trainer.Evaluate(data, [Measure.MeanAbsoluteError, Measure.RootMeanSquaredError, Measure.MeanAbsoluteError.ByStep(), Measure.Bias.ByGroup()], groups);
        Assert.Equal(result.MeanAbsoluteError!.Value, result.Measures["MAE"], 1e-12);
        Assert.Equal(result.RootMeanSquaredError!.Value, result.Measures["RMSE"], 1e-12);
        Assert.Equal(trainer.Evaluate(data), result with { Measures = MeasureResults.Empty });

        float[] outputs = trainer.Predict(data);
        double[] sums = new double[5], counts = new double[5], biases = new double[3], groupCounts = new double[3];
        for (int i = 0; i < 10; i++)
        {
            int index = data.Index(i);
            for (int t = 0; t < lengths[index]; t++)
            {
                for (int j = 0; j < 2 && mask[(index * 5) + t] > 0; j++)
                {
                    double error = (double)outputs[(((i * 5) + t) * 2) + j] - y[(((index * 5) + t) * 2) + j];
                    (sums[t], counts[t]) = (sums[t] + Math.Abs(error), counts[t] + 1);
                    (biases[i % 3], groupCounts[i % 3]) = (biases[i % 3] + error, groupCounts[i % 3] + 1);
                }
            }
        }

        for (int t = 0; t < 5; t++)
        {
            Assert.Equal(sums[t] / counts[t], result.Measures.Get("MAE", step: t), 1e-12);
        }

        for (int g = 0; g < 3; g++)
        {
            Assert.Equal(biases[g] / groupCounts[g], result.Measures.Get("bias", group: 10 * g), 1e-12);
        }
    }

    [Fact]
    public void ClassesAreThoseOfTheLossWithoutItsWeights()
    {
        LossPlan loss = new(LossKind.SoftmaxCrossEntropy, IgnoredClass: 1, ClassWeights: [5, 1, 1]);
        TinyNetwork net = new(3, new() { Sequence = true, Units = 3, FullLoss = loss });
        int[] classes = TestData.RandomInts(40, 3, 4);
        SequenceData data = SequenceData.FromClasses(TestData.Random(8 * 15, 1), classes, 5, 3, targetEveryStep: true);
        Trainer trainer = Trainer.For(net, new Sgd(0.1f), new() { BatchSize = 3 });
        EvaluationResult result = trainer.Evaluate(data, [Measure.Classification("a", "b", "c"), Measure.LogLoss]);
        float[] outputs = trainer.Predict(data);
        int[,] counts = new int[3, 3];
        for (int i = 0; i < 40; i++)
        {
            float[] row = outputs[(3 * i)..(3 * (i + 1))];
            counts[classes[i], Array.IndexOf(row, row.Max())] += classes[i] == 1 ? 0 : 1;
        }

        ConfusionMatrix table = result.Measures.Confusion();
        Assert.All(Enumerable.Range(0, 9), i => Assert.Equal(counts[i / 3, i % 3], table[i / 3, i % 3]));
        Assert.Equal(result.Accuracy!.Value, result.Measures["accuracy"], 1e-12);
        Assert.Equal(0, result.Measures.Get("support", label: "b"));
    }

    [Fact]
    public void EachHeadIsMeasuredByWhatItCanBe()
    {
        TinyNetwork net = new(new PairProgram(), 3);
        SequenceData data = TestData.Pairs(7);
        Trainer trainer = Trainer.For(net, new Sgd(0.1f), new() { BatchSize = 4 });
        EvaluationResult result = trainer.Evaluate(data, [Measure.Classification(), Measure.MeanAbsoluteError, Measure.RootMeanSquaredError.OfHead("pairs")]);
        Assert.Equal(result.Heads["words"].Accuracy!.Value, result.Measures.Get("accuracy", "words"), 1e-12);
        Assert.Equal(result.Heads["sum"].MeanAbsoluteError!.Value, result.Measures.Get("MAE", "sum"), 1e-12);
        Assert.Equal(result.Heads["pairs"].MeanAbsoluteError!.Value, result.Measures.Get("MAE", "pairs"), 1e-12);
        Assert.Equal(result.Heads["pairs"].RootMeanSquaredError!.Value, result.Measures["RMSE"], 1e-12);
        Assert.Contains("say which head", Assert.Throws<KeyNotFoundException>(() => result.Measures["MAE"]).Message);
        Assert.Contains("\npairs\nMAE ", result.Measures.ToString().ReplaceLineEndings("\n"));
        Assert.Contains("\nwords: class  precision ", "\n" + result.Measures.ToString().ReplaceLineEndings("\n"));
        Assert.Contains("RMSE of Pair cannot be measured: of 'words': its targets are no values", Assert.Throws<ArgumentException>(() => trainer.Evaluate(data, [Measure.RootMeanSquaredError.OfHead("words")])).Message);
        Assert.Contains("no head 'verbs'", Assert.Throws<ArgumentException>(() => trainer.Evaluate(data, [Measure.RootMeanSquaredError.OfHead("verbs")])).Message);
        Assert.Contains("7 samples and 3 groups", Assert.Throws<ArgumentException>(() => trainer.Evaluate(data, [Measure.Bias], [1, 2, 3])).Message);
    }

    [Fact]
    public void LabelsAreThoseOfTheMostLikelyPath()
    {
        TinyNetwork net = new(5, new() { Sequence = true, Units = 3, FullLoss = new(LossKind.Ctc, Option: 0) });
        int[] labels = [.. TestData.RandomInts(12 * 2, 2, 6).Select(l => l + 1)], labelLengths = [.. Enumerable.Range(0, 12).Select(i => i % 3)], lengths = [.. Enumerable.Range(0, 12).Select(i => 4 + (i % 2))];
        SequenceData data = SequenceData.FromArrays(TestData.Random(12 * 15, 7, 4), null, 5, 3, lengths: lengths).WithLabels(labels, labelLengths);
        Trainer trainer = Trainer.For(net, new Sgd(0.1f), new() { BatchSize = 5 });
        MeasureResults results = trainer.Evaluate(data, [Measure.LabelErrorRate]).Measures;
        float[] outputs = trainer.Predict(data);
        CtcDecoder decoder = new(3, 0, 5);
        int[] decoded = new int[5];
        int errors = 0, wrong = 0;
        for (int i = 0; i < 12; i++)
        {
            int count = decoder.Greedy(outputs.AsSpan(i * 15, lengths[i] * 3), decoded, out _);
            int distance = Distance(labels[(2 * i)..((2 * i) + labelLengths[i])], decoded[..count]);
            (errors, wrong) = (errors + distance, wrong + (distance > 0 ? 1 : 0));
        }

        Assert.True(errors > 0);
        Assert.Equal(errors / (double)labelLengths.Sum(), results["label error rate"], 1e-12);
        Assert.Equal(wrong / 12.0, results["sequence error"], 1e-12);
    }

    [Fact]
    public void ATrainingGoesByWhatIsMeasuredAndGoesOnWithIt()
    {
        string folder = Directory.CreateTempSubdirectory("seqgen-measures-").FullName;
        try
        {
            SequenceData data = TestData.Learnable(40), test = TestData.Learnable(12, seed: 9);
            TrainerOptions options = new()
            {
                BatchSize = 8,
                Measures = [Measure.SymmetricMeanAbsolutePercentageError, Measure.RSquared, Measure.MeanAbsoluteError.ByStep()],
                Monitor = Metric.Measured("R2", higherIsBetter: true),
                EarlyStopping = new(50),
            };
            TinyNetwork whole = new(1), parts = new(1);
            TrainingHistory one = Trainer.For(whole, new Adam(0.02f), options).Fit(data, 6, test);
            Trainer.For(parts, new Adam(0.02f), options).Fit(data, 3, test, checkpoints: new Checkpoints(folder));
            TrainingHistory two = Trainer.For(parts, new Adam(0.02f), options).Fit(data, 6, test, checkpoints: new Checkpoints(folder));
            Assert.Equal(one.Epochs.Select(e => e.Validation), two.Epochs.Select(e => e.Validation));
            Assert.Equal(whole.Parameters.Values.ToArray(), parts.Parameters.Values.ToArray());
            Assert.Equal(one.Last.Validation!.Measures["R2"], one.Last.Monitored);
            Assert.Equal(one.Epochs.Max(e => e.Monitored), one.Best.Monitored);
            Assert.Equal(["sMAPE", "R2", "MAE", "MAE"], one.Last.Validation.Measures.Select(v => v.Name));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void WhatIsMonitoredHasToBeMeasured()
    {
        SequenceData data = TestData.Learnable(10);
        TrainerOptions options = new() { Measures = [Measure.RSquared], Monitor = Metric.Measured("R2", higherIsBetter: true) };
        Assert.Contains("give Fit some", Assert.Throws<NotSupportedException>(() => Trainer.For(new TinyNetwork(), new Sgd(0.1f), options).Fit(data, 1)).Message);
        options = options with { Monitor = Metric.Measured("F1", higherIsBetter: true) };
        Assert.Contains("TrainerOptions.Measures gives R2", Assert.Throws<NotSupportedException>(() => Trainer.For(new TinyNetwork(), new Sgd(0.1f), options).Fit(data, 1, data)).Message);
        options = options with { Measures = [Measure.LogLoss] };
        Assert.Contains("log loss of Tiny cannot be measured", Assert.Throws<ArgumentException>(() => Trainer.For(new TinyNetwork(), new Sgd(0.1f), options)).Message);
    }

    // By the recursive definition.
    private static int Distance(ReadOnlySpan<int> a, ReadOnlySpan<int> b) => a.IsEmpty || b.IsEmpty ? Math.Max(a.Length, b.Length)
        : Math.Min(Math.Min(Distance(a[1..], b) + 1, Distance(a, b[1..]) + 1), Distance(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1));
}
