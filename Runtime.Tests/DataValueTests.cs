// Data whose values no loss can be made of: named before the first update.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

public sealed class DataValueTests
{
    private static readonly TinyOptions Speech = new() { Sequence = true, Units = 3, FullLoss = new(LossKind.Ctc, 1, Option: 0), Loss = LossKind.Ctc };

    [Theory]
    [InlineData(255f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void BinaryTargetsAreProbabilities(float target)
    {
        TinyNetwork net = new(3, new() { Loss = LossKind.BinaryCrossEntropy });
        float[] y = Enumerable.Range(0, 20).Select(i => i / 19f).ToArray(), before = net.Parameters.Values.ToArray();
        Trainer trainer = Trainer.For(net, new Adam(), new() { BatchSize = 2 });
        trainer.Evaluate(SequenceData.FromArrays(TestData.Random(150, 1), y, 5, 3, 2));
        y[13] = target;
        SequenceData data = SequenceData.FromArrays(TestData.Random(150, 1), y, 5, 3, 2);
        string expected = $"Sample 6 has the target {target}, value 1; the binary cross entropy takes 0 to 1";
        Says<ArgumentException>(expected, () => trainer.Fit(data, 1));
        Says<ArgumentException>(expected, () => trainer.Fit(data.Take(3), 1, data));
        Says<ArgumentException>(expected.Replace("Sample 6", "Sample 1", StringComparison.Ordinal), () => trainer.Evaluate(data.Skip(5)));
        Assert.Equal(before, net.Parameters.Values.ToArray());
        y[12] = 2;
        Assert.Equal(9, trainer.Evaluate(SequenceData.FromArrays(TestData.Random(150, 1), y, 5, 3, 2, mask: Enumerable.Range(0, 10).Select(i => i == 6 ? 0f : 1f).ToArray())).Positions);
    }

    [Fact]
    public void BinaryTargetsAreProbabilitiesInLoopsOfOnesOwnToo()
    {
        Workspace ws = new TinyNetwork(3, new() { Sequence = true, Loss = LossKind.BinaryCrossEntropy }).CreateWorkspace(2, 4);
        TestData.Random(24, 1).CopyTo(ws.Input);
        ws.Target.Fill(0.25f);
        Assert.True(ws.ForwardBackward() > 0);
        ws.Target[11] = 1.5f;
        Says<InvalidOperationException>("Target 1.5 at sequence 1, step 1: the binary cross entropy of Tiny takes 0 to 1", () => ws.ForwardBackward());
        ws.SetMask([1, 1, 1, 1, 1, 0, 1, 1]);
        Assert.True(ws.ForwardBackward() > 0);
        ws.Target[0] = float.NaN;
        Assert.True(double.IsNaN(ws.ForwardBackward()));
    }

    [Fact]
    public void TargetsThatAreNotFiniteAreNamedUnlessTheyDoNotCount()
    {
        TinyNetwork net = new(3, new() { Sequence = true });
        float[] x = TestData.Random(60, 1), y = TestData.Random(40, 2), before = net.Parameters.Values.ToArray();
        y[(2 * 10) + (3 * 2) + 1] = float.NaN;
        Trainer trainer = Trainer.For(net, new Adam());
        Says<ArgumentException>("Sample 2 has the target NaN at step 3, value 1; targets must be finite: mask what is not known", () => trainer.Fit(SequenceData.FromArrays(x, y, 5, 3, 2, true), 1));
        Says<ArgumentException>("Sample 2 has the target NaN", () => trainer.Fit(TestData.Learnable(4).WithTargets(new float[40], 2, 5), 1, SequenceData.FromArrays(x, y, 5, 3, 2, true)));
        Assert.Equal(before, net.Parameters.Values.ToArray());
        Assert.Equal(18, trainer.Evaluate(SequenceData.FromArrays(x, y, 5, 3, 2, true, lengths: [5, 5, 3, 5])).Positions);
        Assert.Equal(19, trainer.Evaluate(SequenceData.FromArrays(x, y, 5, 3, 2, true, mask: Enumerable.Range(0, 20).Select(i => i == 13 ? 0f : 1f).ToArray())).Positions);
    }

    [Fact]
    public void LabelsThatNoPathGivesAreNamedBeforeTheFirstUpdate()
    {
        TinyNetwork net = new(3, Speech);
        float[] before = net.Parameters.Values.ToArray();
        Trainer trainer = Trainer.For(net, new Adam(), new() { BatchSize = 2, Shuffle = false });
        float[] x = TestData.Random(4 * 18, 1);
        SequenceData full = SequenceData.FromArrays(x, null, 6, 3), uneven = SequenceData.FromArrays(x, null, 6, 3, lengths: [6, 6, 6, 2]);
        void Refused(string text, SequenceData data)
        {
            Says<ArgumentException>(text, () => trainer.Fit(data, 1));
            Says<ArgumentException>(text, () => trainer.Evaluate(data));
            Assert.Equal(before, net.Parameters.Values.ToArray());
        }

        Refused("Sample 3 has 2 labels, which take 3 steps (a blank stands between equal neighbours), and the loss reads 2: no path gives them", uneven.WithLabels([1, 2, 1, 2, 1, 2, 1, 1], [2, 2, 2, 2]));
        Refused("Sample 3 has 7 labels, which take 7 steps, and the loss reads 6", full.WithLabels(Enumerable.Range(0, 28).Select(i => 1 + (i % 2)).ToArray(), [2, 2, 2, 7]));
        Refused("Sample 1 has 2 labels, which take 2 steps, and the loss reads 1", full.WithLabels([1, 2, 1, 2, 1, 2, 1, 2], [2, 2, 2, 2], lossLengths: [6, 1, 6, 6]));
        Refused("Sample 2 has the loss length 7; ", full.WithLabels(new int[8], [0, 0, 0, 0], lossLengths: [6, 6, 7, 6]));
        Says<ArgumentOutOfRangeException>("Sample 2 has length 0; it must be 1 or more", () => full.WithLabels(new int[8], [0, 0, 0, 0], lossLengths: [6, 6, 0, 6]));

        // 1 2 in two steps can be said, and so can nothing; rows of labels may be wider than the steps.
        SequenceData fits = uneven.WithLabels(Enumerable.Range(0, 32).Select(i => 1 + (i % 2)).ToArray(), [6, 0, 3, 2]);
        Assert.True(double.IsFinite(trainer.Evaluate(fits).Loss));
        Assert.True(double.IsFinite(trainer.Fit(fits, 1, fits).Last.Validation!.Loss));
    }

    [Fact]
    public void ALossOfNothingIsRefused()
    {
        const string Nothing = "Of the data nothing counts in the loss of Tiny";
        TinyNetwork net = new(), classes = new(3, new() { FullLoss = new(LossKind.SoftmaxCrossEntropy, IgnoredClass: 7, ClassWeights: [1, 0]), Loss = LossKind.SoftmaxCrossEntropy });
        SequenceData data = TestData.Learnable(6), masked = SequenceData.FromArrays(new float[90], new float[12], 5, 3, 2, mask: [0, 0, 0, 0, 0, 1]);
        Trainer trainer = Trainer.For(net, new Adam()), split = Trainer.For(new TinyNetwork(), new Adam(), new() { ValidationSplit = 0.3 }), choice = Trainer.For(classes, new Adam());
        Says<ArgumentException>(Nothing, () => trainer.Fit(data, 2, masked.Take(5)));
        Says<ArgumentException>(Nothing, () => trainer.Fit(masked.Take(5), 2));
        Says<ArgumentException>(Nothing, () => trainer.Evaluate(masked.Take(5)));
        Says<ArgumentException>(Nothing, () => split.Fit(masked, 2));
        Says<ArgumentException>(Nothing, () => choice.Evaluate(SequenceData.FromClasses(new float[30], [7, 1], 5, 3)));
        Assert.Equal(1, choice.Evaluate(SequenceData.FromClasses(new float[30], [7, 0], 5, 3)).Positions);
        Assert.Equal(1, trainer.Evaluate(masked).Positions);
        Assert.Equal(10, trainer.Predict(masked.Take(5)).Length);
    }

    /// <summary>One head may be without targets in some data: it adds nothing, and has no share that is right.</summary>
    [Fact]
    public void AHeadOfWhichNothingCountsHasNoMetrics()
    {
        TinyNetwork net = new(new PairProgram(), 2);
        SequenceData data = SequenceData.FromArrays(new float[20], null, 4).WithClasses(new int[15], 3, mask: new float[15])
            .WithTargets(new float[15], 3, head: "sum").WithTargets(new float[20], steps: 4, head: "pairs");
        EvaluationResult result = Trainer.For(net, new Adam()).Evaluate(data);
        Assert.Equal((0L, 0d, null), (result.Heads["words"].Positions, result.Heads["words"].Loss, result.Heads["words"].Accuracy));
        Assert.NotNull(result.Heads["sum"].RootMeanSquaredError);
        Assert.Equal(result.Loss, result.Heads["sum"].Loss + result.Heads["pairs"].Loss, 1e-12);
        EvaluationResult none = Trainer.For(net, new Adam()).Evaluate(data.WithTargets(new float[15], 3, mask: new float[5], head: "sum"));
        Assert.Equal((0L, null, null), (none.Heads["sum"].Positions, none.Heads["sum"].RootMeanSquaredError, none.Heads["sum"].MeanAbsoluteError));
    }

    /// <summary>Beyond a length targets may be anything, along an axis that follows from the input's too.</summary>
    [Fact]
    public void TargetsBeyondALengthAreNotLookedAt()
    {
        TinyNetwork net = new(new PairProgram(), 2);
        float[] pairs = Enumerable.Range(0, 20).Select(i => i % 4 < 3 ? 1f : float.NaN).ToArray();
        SequenceData data = SequenceData.FromArrays(new float[20], null, 4, lengths: [3, 3, 2, 3, 3]).WithClasses(Enumerable.Range(0, 15).Select(i => i % 3 < 2 ? 1 : 99).ToArray(), 3, [1, 2, 2, 2, 2])
            .WithTargets(new float[15], 3, head: "sum").WithTargets(pairs, steps: 4, head: "pairs");
        Assert.Equal(9, Trainer.For(net, new Adam()).Evaluate(data).Heads["pairs"].Positions);
        pairs[2] = float.NaN;
        Says<ArgumentException>("Sample 0 has the target NaN at step 2 of 'pairs'", () => Trainer.For(net, new Adam()).Evaluate(data));
    }

    /// <summary>Minus one is a class to ignore where it was declared as one alone; class weights do not change that.</summary>
    [Fact]
    public void AClassThatIsNoneIsNotIgnoredInSilence()
    {
        Workspace ws = new TinyNetwork(3, new() { FullLoss = new(LossKind.SoftmaxCrossEntropy, ClassWeights: [1, 2]), Loss = LossKind.SoftmaxCrossEntropy }).CreateWorkspace(2);
        ws.TargetClasses[0] = -1;
        Says<InvalidOperationException>("Target class -1 at sequence 0: Tiny has classes 0 to 1", () => ws.ForwardBackward());
    }

    [Fact]
    public void AccuracyDoesNotTakeWhatIsNotANumberForTheLargest()
    {
        TinyNetwork net = new(3, new() { Units = 37, Loss = LossKind.SoftmaxCrossEntropy });
        net.Core.Master.Span.Fill(float.NaN);
        Assert.Equal(0, Trainer.For(net, new Sgd(0)).Evaluate(SequenceData.FromClasses(new float[30], [3, 4], 5, 3).Take(1)).Accuracy);
    }
}
