// Sequences of unequal length in batches of near lengths: the order by hand, the steps that are run, and that nothing else changes.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class BucketTests
{
    private static readonly int[] Seven = [5, 1, 4, 2, 3, 5, 1];

    private static SequenceData Data(int[] lengths, int features = 3) =>
        SequenceData.FromArrays(TestData.Random(lengths.Length * 5 * features, 1), TestData.Random(lengths.Length * 5 * 2, 2), 5, features, 2, targetEveryStep: true, lengths: lengths);

    [Fact]
    public void PoolsAreSortedAndCutIntoBatches()
    {
        // Pools of two batches of two: samples 0 to 3 by length are 1 3 2 0, and 4 to 6 are 6 4 5.
        BucketOrder order = new(Data(Seven), 2, 2);
        int[] samples = [0, 1, 2, 3, 4, 5, 6];
        order.Arrange(samples, null);
        Assert.Equal([1, 3, 2, 0, 6, 4, 5], samples);

        // One pool: by length, and of equal ones the first first.
        samples = [0, 1, 2, 3, 4, 5, 6];
        new BucketOrder(Data(Seven), 2, 100).Arrange(samples, null);
        Assert.Equal([1, 6, 3, 4, 2, 0, 5], samples);

        // Batches of those: (1, 6) of 1 step, (3, 4) of 3, (2, 0) of 5 and (5) of 5.
        Trainer Of(int buckets) => Trainer.For(new TinyNetwork(1, new() { Sequence = true }), new Adam(), new() { BatchSize = 2, Shuffle = false, BucketBatches = buckets });
        Assert.Equal(new EpochSteps(21, 35, 2 + 6 + 10 + 5), Of(100).CountSteps(Data(Seven)));
        Assert.Equal(new EpochSteps(21, 35, 4 + 10 + 6 + 5), Of(2).CountSteps(Data(Seven)));
        Assert.Equal(new EpochSteps(21, 35, 35), Of(0).CountSteps(Data(Seven)));
        Assert.Equal("21 steps of samples; padded to the longest 35 (40.0 % padding), in batches as they are run 23 (8.7 % padding)", Of(100).CountSteps(Data(Seven)).ToString());
    }

    [Fact]
    public void AnOrderIsOneOfItsSeedAndHasAllSamples()
    {
        Random random = new(1);
        int[] lengths = [.. Enumerable.Range(0, 103).Select(_ => random.Next(1, 6))], first = [.. Enumerable.Range(0, 103)], same = [.. first], other = [.. first];
        BucketOrder order = new(Data(lengths), 8, 5);
        order.Arrange(first, new RandomSource(1));
        order.Arrange(same, new RandomSource(1));
        order.Arrange(other, new RandomSource(2));
        Assert.Equal(Enumerable.Range(0, 103), first.Order());
        Assert.Equal(first, same);
        Assert.NotEqual(first, other);

        // Whole batches: 12 of 8 in any order, each of a pool of 40; and the 7 that are left over.
        int[][] batches = [.. first.Chunk(8)];
        Assert.All(batches, b => Assert.Single(b.Select(i => i / 40).Distinct()));
        Assert.All(batches, b => Assert.Equal(b.Select(i => lengths[i]).Order(), b.Select(i => lengths[i])));
        Assert.True(batches[12].All(i => i >= 80) && batches.Take(12).Select(b => b[0] / 40).Distinct().Count() == 3);
        int[] again = new int[103];
        AllocationTests.AllocatesNothing(() =>
        {
            for (int i = 0; i < again.Length; i++)
            {
                again[i] = i;
            }

            order.Arrange(again, new RandomSource(3));
        });
    }

    /// <summary>Steps that no sample has are not run, and were never worth anything: loss, metrics and gradients are the same.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AShortBatchComesToWhatAPaddedOneDoes(bool timeMajor)
    {
        TinyNetwork net = new(1, new() { Sequence = true, TimeMajor = timeMajor, Keep = 0.5f });
        SequenceData data = Data(Seven);
        Workspace whole = net.CreateWorkspace(3), part = net.CreateWorkspace(3);
        int[] samples = [3, 1, 4];
        BatchFiller.Fill(data, samples, whole, targets: true);
        BatchFiller.Fill(data, samples, part, targets: true, isShort: true);
        Assert.Equal((5, 3), (whole.Steps, part.Steps));
        Assert.Equal(whole.ForwardBackward(), part.ForwardBackward());
        Assert.Equal(whole.Gradients.ToArray(), part.Gradients.ToArray());
        AllocationTests.AllocatesNothing(() => BatchFiller.Fill(data, samples, part, targets: true, isShort: true));
    }

    /// <summary>Heads along an axis that follows from another, a decoder's steps, masks.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryAxisEndsWhereItsLongestSampleEnds(bool timeMajor)
    {
        TinyNetwork net = new(new PairProgram(timeMajor), 2);
        Workspace whole = net.CreateWorkspace(2, 4, maxTargetSteps: 3), part = net.CreateWorkspace(2, 4, maxTargetSteps: 3);
        SequenceData data = SequenceData.FromArrays(TestData.Random(20, 1), null, 4, lengths: [3, 2, 4, 2, 2])
            .WithClasses([.. Enumerable.Range(0, 15).Select(i => i % 3)], 3, lengths: [2, 1, 3, 1, 1], mask: [.. Enumerable.Range(0, 15).Select(i => i == 1 ? 0f : 1)])
            .WithTargets(TestData.Random(15, 3), outputs: 3, head: "sum")
            .WithTargets(TestData.Random(20, 4), steps: 4, head: "pairs");
        foreach ((int[] samples, int steps, int targetSteps) in new[] { ((int[])[0, 1], 3, 2), ([3, 4], 2, 1), ([2, 0], 4, 3) })
        {
            BatchFiller.Fill(data, samples, whole, targets: true);
            BatchFiller.Fill(data, samples, part, targets: true, isShort: true);
            Assert.Equal((4, 3, steps, targetSteps), (whole.Steps, whole.TargetSteps, part.Steps, part.TargetSteps));
            Assert.Equal(whole.ForwardBackward(), part.ForwardBackward(), 1e-12);
            Assert.Equal(whole.CountedPositions, part.CountedPositions);
            foreach ((float expected, float got) in whole.Gradients.ToArray().Zip(part.Gradients.ToArray()))
            {
                Assert.Equal(expected, got, 1e-6f);
            }
        }
    }

    [Fact]
    public void CtcReadsAsFarAsABatchGoes()
    {
        TinyNetwork net = new(3, new() { Sequence = true, Units = 3, FullLoss = new(LossKind.Ctc, 1, Option: 1), Loss = LossKind.Ctc });
        SequenceData data = SequenceData.FromArrays(TestData.Random(60, 2), null, 5, 3, lengths: [3, 2, 5, 3]).WithLabels([0, 2, 2, 0, 2, 2, 9, 9], [2, 1, 2, 0], lossLengths: [5, 5, 3, 2]);
        Workspace whole = net.CreateWorkspace(2), part = net.CreateWorkspace(2);
        BatchFiller.Fill(data, [0, 1], whole, targets: true);
        BatchFiller.Fill(data, [0, 1], part, targets: true, isShort: true);
        Assert.Equal(3, part.Steps);
        Assert.Equal(whole.ForwardBackward(), part.ForwardBackward(), 1e-9);
    }

    [Fact]
    public void TrainingInBucketsLearnsAndFitsWhatItMust()
    {
        Random random = new(2);
        int[] lengths = [.. Enumerable.Range(0, 64).Select(_ => random.Next(1, 6))];
        Trainer Of(TrainerOptions options) => Trainer.For(new TinyNetwork(1, new() { Sequence = true }), new Adam(0.01f), options);
        TrainingHistory history = Of(new() { BatchSize = 8, BucketBatches = 4 }).Fit(Data(lengths), 3);
        Assert.Equal(lengths.Sum(), history.Last.Training.Positions);
        Assert.True(history.Last.Training.Loss < history.Epochs[0].Training.Loss);
        EpochSteps steps = Of(new() { BatchSize = 8, BucketBatches = 8 }).CountSteps(Data(lengths));
        Assert.True(steps.Own == lengths.Sum() && steps.Whole == 320 && steps.Run < steps.Own * 1.2);

        // Full sequences run as they did, whatever they are sorted by: batches of other samples.
        Assert.Equal(new EpochSteps(80, 80, 80), Of(new() { BatchSize = 4, BucketBatches = 2 }).CountSteps(SequenceData.FromArrays(new float[240], new float[160], 5, 3, 2, targetEveryStep: true)));
        Says<ArgumentException>("a Stateful training reads them one after the other", () => Of(new() { BucketBatches = 2, Stateful = true }));
        Says<ArgumentException>("GradientSteps counts from the end of all steps", () => Of(new() { BucketBatches = 2, GradientSteps = 2 }));
        Says<ArgumentException>("ShuffleBlock keeps neighbours on the disk together", () => Of(new() { BucketBatches = 2, ShuffleBlock = 2 }));
        Says<ArgumentOutOfRangeException>("BucketBatches must be at least 1, or 0 for none", () => _ = new TrainerOptions { BucketBatches = -1 });
    }
}
