// The loss on labels (CTC) in workspaces: values against all paths, gradients, lengths, errors.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

public sealed class LabelTests
{
    private static readonly TinyOptions Options = new() { Sequence = true, Units = 3, FullLoss = new(LossKind.Ctc, 0.5f, Option: 1), Loss = LossKind.Ctc };
    private static readonly int[] Labels = [0, 2, 2, 2, 0, 9];
    private static readonly int[] LabelLengths = [2, 1, 0];
    private static readonly int[] Lengths = [4, 2, 3];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void TheLossIsThatOfAllPathsAndItsGradientThatOfDifferences(int threads, bool shorter)
    {
        TinyNetwork net = new(3, Options);
        using ParallelWorkspace ws = new(net.Core, 4, 5, threads, true, threads);
        ws.Resize(3, 4);
        TestData.Random(36, 5, 3).CopyTo(ws.Input);
        ws.SetLengths(Lengths);
        ws.SetLabels(Labels, LabelLengths);
        int[] counts = shorter ? [3, 2, 1] : Lengths;
        if (shorter)
        {
            ws.SetLossLengths([3, 4, 1]);
        }

        double Loss()
        {
            ws.Forward(ForwardMode.Training);
            return ws.Loss();
        }

        double expected = 0, loss = Loss();
        for (int b = 0; b < 3; b++)
        {
            int[] target = Labels.AsSpan(b * 2, LabelLengths[b]).ToArray();
            double total = 0;
            for (int path = 0; path < (int)Math.Pow(3, counts[b]); path++)
            {
                int[] classes = Enumerable.Range(0, counts[b]).Select(t => path / (int)Math.Pow(3, t) % 3).ToArray();
                int[] said = classes.Where((c, t) => c != 1 && (t == 0 || classes[t - 1] != c)).ToArray();
                if (said.SequenceEqual(target))
                {
                    total += classes.Select((c, t) => LogSoftmax(ws.Output.Slice(((b * 4) + t) * 3, 3), c)).Aggregate(1d, (p, l) => p * Math.Exp(l));
                }
            }

            expected -= Math.Log(total) / Math.Max(1, target.Length) / 3;
        }

        Assert.Equal(expected * 0.5, loss, 1e-6);
        Assert.Equal(expected, ws.LossOf("output"), 1e-6);
        Assert.Equal(3, ws.CountedPositions);
        ws.ZeroGradients();
        ws.Backward();
        Parameter u = net.Parameters["rnn.weight_hh"];
        float[] gradient = new float[9];
        u.CopyGradientTo(ws.Gradients, gradient);
        TestData.Near(Linear.Differences(u.ToArray(), v => u.CopyFrom(v), Loss), gradient, 5e-3);
        Workspace inference = net.CreateWorkspace(3, 4, training: false);
        ws.Input.CopyTo(inference.Input);
        inference.SetLengths(Lengths);
        inference.SetLabels(Labels, LabelLengths);
        inference.SetLossLengths(counts);
        inference.Forward(ForwardMode.Inference);
        Assert.Equal(loss, inference.Loss(), 1e-6);
    }

    [Fact]
    public void LabelsAreChecked()
    {
        Workspace ws = new TinyNetwork(3, Options).CreateWorkspace(3, 4);
        Says<ArgumentException>("labels are [Batch = 3, longest], a multiple of 3; 7 were given", () => ws.SetLabels(new int[7], [1, 1, 1]));
        Says<ArgumentOutOfRangeException>("Sequence 1 has 5 labels; the workspace of Tiny was created for 4 steps", () => ws.SetLabels(new int[15], [1, 5, 1]));
        Says<ArgumentException>("label lengths [Batch = 3] has 3 elements here, 2 were given", () => ws.SetLabels(new int[6], [1, 1]));
        Says<ArgumentOutOfRangeException>("Sequence 2 has 3 labels; it must be 0 to 2", () => ws.SetLabels(new int[6], [1, 1, 3]));
        Says<ArgumentOutOfRangeException>("Sequence 1 has the label 1; Tiny has classes 0 to 2, of which 1 is the blank", () => ws.SetLabels([0, 0, 0, 1, 0, 0], [2, 2, 2]));
        Says<ArgumentException>("mask [Batch = 3] (the loss counts whole sequences, and takes no mask of steps: SetLossLengths limits those) has 3 elements here, 12 were given", () => ws.SetMask(new float[12]));
        Says<ArgumentOutOfRangeException>("Element 1 of the mask is -1", () => ws.SetMask([1, -1, 1]));
        Says<InvalidOperationException>("call SetLabels", () => _ = ws.Target.Length);
        Says<ArgumentOutOfRangeException>("has the loss length 5; it must be 1 to 4", () => ws.SetLossLengths([1, 5, 2]));
        ws.Forward(ForwardMode.Training);
        Says<InvalidOperationException>("has no labels yet: call SetLabels", () => ws.Loss());
        Says<NotSupportedException>("Only a CTC loss has lengths of its own", () => new TinyNetwork().CreateWorkspace(1).SetLossLengths([1]));
        Says<InvalidOperationException>("takes values: fill Target", () => new TinyNetwork().CreateWorkspace(1).SetLabels([1], [1]));
    }

    [Fact]
    public void RowsOfLabelsMayBeWiderThanThereAreSteps()
    {
        TinyNetwork net = new(3, Options);
        Workspace narrow = net.CreateWorkspace(3, 4), wide = net.CreateWorkspace(3, 4);
        TestData.Random(36, 5, 3).CopyTo(narrow.Input);
        TestData.Random(36, 5, 3).CopyTo(wide.Input);
        narrow.SetLabels(Labels, LabelLengths);
        wide.SetLabels([0, 2, 9, 9, 9, 9, 9, 2, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], LabelLengths);
        Assert.Equal(narrow.ForwardBackward(), wide.ForwardBackward());
        Assert.Equal(narrow.Gradients.ToArray(), wide.Gradients.ToArray());
    }

    /// <summary>The loss of a batch is made of those of its sequences one by one, weighed; so are gradients and measures, on threads too.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void SequencesWeighAndThoseThatCannotBeSaidAreZero(int threads)
    {
        TinyNetwork net = new(3, Options with { FullLoss = new(LossKind.Ctc, 0.5f, Option: 1, ZeroInfinity: true) }), infinite = new(3, Options);
        int[] labels = [0, 2, 0, 0, 2, 2, 2, 0, 0, 2, 0, 2], counts = [2, 1, 2, 2, 0, 1], lengths = [4, 4, 2, 4, 3, 2];
        float[] weights = [1, 0.5f, 4, 0, 2, 0.25f], x = TestData.Random(72, 5, 3);
        SequenceData data = SequenceData.FromArrays(x, null, 4, 3, lengths: lengths).WithLabels(labels, counts, mask: weights);
        Trainer trainer = Trainer.For(net, new Sgd(0.1f), new() { BatchSize = 6, Threads = threads, Shuffle = false });
        trainer.Processors = threads;
        double sum = 0, errors = 0, said = 0;
        float[] expected = new float[net.Parameters.Values.Length];
        Workspace one = net.CreateWorkspace(1, 4);
        for (int b = 0; b < 6; b++)
        {
            one.Fill(SequenceData.FromArrays(x, null, 4, 3, lengths: lengths).WithLabels(labels, counts), [b]);
            one.ZeroGradients();

            // Two equal labels in two steps: no path gives them.
            double loss = one.ForwardBackward();
            Assert.Equal(b == 2, loss == 0);
            sum += weights[b] * loss;
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += weights[b] * one.Gradients[i] / weights.Sum();
            }

            Span<int> decoded = new int[4];
            int length = new CtcDecoder(3, 1, 4).Greedy(one.Output[..(lengths[b] * 3)], decoded, out _);
            errors += weights[b] * Distance(labels.AsSpan(2 * b, counts[b]).ToArray(), decoded[..length].ToArray());
            said += weights[b] * counts[b];
        }

        EvaluationResult result = trainer.Evaluate(data, [Measure.LabelErrorRate]);
        Assert.Equal(sum / weights.Sum(), result.Loss, 1e-6);
        Assert.Equal(5, result.Positions);
        Assert.Equal(errors / said, result.Measures["label error rate"], 1e-6);
        float[] before = net.Parameters.Values.ToArray();
        TrainingHistory history = trainer.Fit(data, 1);
        TestData.Near(expected, [.. net.Parameters.Values.ToArray().Zip(before, (after, was) => (was - after) / 0.1f)], 2e-5);
        Assert.Equal("1 of 6 samples have more labels than their steps can say and add nothing to the loss (ZeroInfinity): 2", Assert.Single(history.Notices));

        // Without the option it is named; unless it weighs nothing.
        Trainer other = Trainer.For(infinite, new Sgd(0.1f));
        Says<ArgumentException>("Sample 2 has 2 labels, which take 3 steps (a blank stands between equal neighbours), and the loss reads 2", () => other.Fit(data, 1));
        weights[2] = 0;
        SequenceData without = SequenceData.FromArrays(x, null, 4, 3, lengths: lengths).WithLabels(labels, counts, mask: weights);
        Assert.True(double.IsFinite(other.Fit(without, 1).Last.Training.Loss));
        Assert.Empty(other.History!.Notices);

        // Data of which nothing else is left.
        Says<ArgumentException>("nothing counts in the loss", () => trainer.Fit(data.Skip(2).Take(2), 1));
        Says<ArgumentException>("nothing counts in the loss", () => other.Fit(without.Skip(2).Take(2), 1));
        Says<ArgumentOutOfRangeException>("Sample 1 has -1 in its mask", () => data.WithLabels(labels, counts, mask: [1, -1, 1, 1, 1, 1]));
        Says<ArgumentException>("mask elements", () => data.WithLabels(labels, counts, mask: [1, 1]));
    }

    private static int Distance(int[] a, int[] b) => a.Length == 0 || b.Length == 0 ? a.Length + b.Length
        : Math.Min(Math.Min(Distance(a[1..], b), Distance(a, b[1..])) + 1, Distance(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1));

    private static double LogSoftmax(ReadOnlySpan<float> y, int target)
    {
        double sum = 0;
        foreach (float value in y)
        {
            sum += Math.Exp(value);
        }

        return y[target] - Math.Log(sum);
    }
}
