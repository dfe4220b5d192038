// Weights of classes from the data: their values, that they do what the attribute's constants do, and what cannot be balanced.
using System;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

public sealed class ClassWeightTests
{
    private static readonly int[] Classes = [0, 0, 1, 0, 2, 0, 1, 0, 1, 0];

    /// <summary>losses.py has the numbers: n / (k count).</summary>
    [Fact]
    public void BalancedWeightsAreTheNumberOfTargetsOverClassesTimesTheirCount()
    {
        TinyNetwork net = Softmax(), steps = Softmax(sequence: true, ignored: -100);
        Assert.Equal([0.5555556f, 1.1111112f, 3.3333333f], ClassWeights.Balanced(net, Of(Classes)).Weights);

        // A mask weighs, what is ignored or beyond a length does not count, and what does not occur weighs as the mean.
        float[] mask = [1, 0.5f, 1, 1, 0.25f, 1, 1, 1, 1, 1];
        TestData.Near([0.530303f, 0.9722222f, 11.666667f], [.. ClassWeights.Balanced(net, Of(Classes, mask)).Weights], 1e-6);
        SequenceData data = SequenceData.FromClasses(new float[45], [0, 0, -100, 9, 9, 1, 1, 1, 1, 1, 1, -100, 9, 9, 9], 5, 3, targetEveryStep: true, lengths: [3, 5, 2]);
        Assert.Equal([2, 0.6666667f, 1], ClassWeights.Balanced(steps, data).Weights);

        TinyNetwork yesNo = new(3, new() { Loss = LossKind.BinaryCrossEntropy });
        SequenceData answers = SequenceData.FromArrays(new float[75], [1, 0, 0, 0, 0.5f, 0, 0, 0, 1, 0], 5, 3, 2, mask: [1, 1, 1, 1, 1]);
        ClassWeights balanced = ClassWeights.Balanced(yesNo, answers.Take(5));
        TestData.Near([10 / 15f, 10 / 5f], [.. balanced.Weights], 1e-6);
        Assert.Equal("1, 2", ClassWeights.Of([1, 2]).ToString());
        Assert.Equal("words: 1, 2", ClassWeights.Of([1, 2], "words").ToString());
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("handed in")]
    [InlineData("yes or no")]
    public void TheyAreWhatTheAttributesConstantsAre(string kind)
    {
        (TinyNetwork Declared, TinyNetwork Weighed, SequenceData Data, CustomLoss[] Losses) = kind switch
        {
            "softmax" => (Softmax(weights: [0.5555556f, 1.1111112f, 3.3333333f]), Softmax(), Of(Classes), Array.Empty<CustomLoss>()),
            "handed in" => (Softmax(weights: [0.5555556f, 1.1111112f, 3.3333333f]), new TinyNetwork(3, new() { Units = 3, Loss = LossKind.None }), Of(Classes), [CustomLoss.OfClasses(CrossEntropy)]),
            _ => (new(3, new() { FullLoss = new(LossKind.BinaryCrossEntropy, Option: 4f) }), new TinyNetwork(3, new() { Loss = LossKind.BinaryCrossEntropy }),
                SequenceData.FromArrays(TestData.Random(75, 1), [1, 0, 0, 0, 0, 0, 0, 0, 1, 0], 5, 3, 2), []),
        };
        ClassWeights weights = ClassWeights.Balanced(Weighed, Data);
        Trainer declared = Trainer.For(Declared, new Sgd(0.1f), new() { BatchSize = 4, EarlyStopping = new(9) });
        Trainer weighed = Trainer.For(Weighed, new Sgd(0.1f), new() { BatchSize = 4, EarlyStopping = new(9), ClassWeights = [weights], Losses = Losses });
        EvaluationResult expected = declared.Fit(Data, 4, Data).Last.Validation!, got = weighed.Fit(Data, 4, Data).Last.Validation!;
        TestData.Near(Declared.Parameters.Values, Weighed.Parameters.Values, 2e-6);
        Assert.Equal(expected.Loss, got.Loss, 1e-6);
        Assert.Equal(expected.Accuracy, got.Accuracy);
        Assert.Equal(expected.Positions, got.Positions);
    }

    [Fact]
    public void ATrainingGoesOnWithTheSameWeightsAlone()
    {
        string directory = Directory.CreateTempSubdirectory("seqgen-weights-").FullName;
        try
        {
            Trainer Create(params float[] weights) => Trainer.For(Softmax(), new Adam(), new() { BatchSize = 4, ClassWeights = [ClassWeights.Of(weights)] });
            Create(1, 2, 3).Fit(Of(Classes), 1, checkpoints: new(directory));
            Assert.Contains("classes of output weigh 1, 2, 3", Assert.Throws<NetworkFileException>(() => Create(1, 2, 4).Fit(Of(Classes), 2, checkpoints: new(directory))).Message, StringComparison.Ordinal);
            Assert.Contains("going on", Assert.Single(Create(1, 2, 3).Fit(Of(Classes), 2, checkpoints: new(directory)).Notices), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void WhatCannotBeWeighedSaysWhy()
    {
        TinyNetwork net = Softmax(), yesNo = new(3, new() { Loss = LossKind.BinaryCrossEntropy }), values = new();
        void Refused(string why, TinyNetwork network, params ClassWeights[] weights) => Says<ArgumentException>(why, () => Trainer.For(network, new Adam(), new() { ClassWeights = weights }));
        Refused("it has 3 classes, and 2 weights were given", net, ClassWeights.Of([1, 2]));
        Refused("it has been given some already", net, ClassWeights.Of([1, 2, 3]), ClassWeights.Of([1, 2, 3]));
        Refused("it declares ClassWeights already", Softmax(weights: [1, 2, 3]), ClassWeights.Of([1, 2, 3]));
        Refused("it declares a PositiveWeight already", new TinyNetwork(3, new() { FullLoss = new(LossKind.BinaryCrossEntropy, Option: 2) }), ClassWeights.Of([1, 2]));
        Refused("a no and a yes weigh more than 0", yesNo, ClassWeights.Of([1, 0]));
        Refused("it has no head whose targets are classes, or yes or no (none)", values, ClassWeights.Of([1, 2]));
        Refused("'sum' of Pair: its targets are no classes. Heads whose targets are classes, or yes or no: words", new TinyNetwork(new PairProgram(), 1), ClassWeights.Of([1, 2, 3], "sum"));
        Refused("'level' of Pair: there is no such head", new TinyNetwork(new PairProgram(), 1), ClassWeights.Of([1, 2, 3], "level"));
        Says<ArgumentOutOfRangeException>("that are not all 0; 0, 0 were given", () => ClassWeights.Of([0, 0]));
        Says<ArgumentOutOfRangeException>("numbers from 0 to 1000000", () => ClassWeights.Of([1, float.NaN]));
        Says<ArgumentException>("no target that is a yes", () => ClassWeights.Balanced(yesNo, SequenceData.FromArrays(new float[15], [0, 0], 5, 3, 2)));
        Says<ArgumentException>("no target that is a no", () => ClassWeights.Balanced(yesNo, SequenceData.FromArrays(new float[15], [1, 1], 5, 3, 2)));
        Says<ArgumentException>("no target that counts", () => ClassWeights.Balanced(net, Of(Classes, new float[10])));
        Says<ArgumentException>("Sample 1 has class 7", () => ClassWeights.Balanced(net, Of([0, 7])));
        Says<ArgumentException>("Sample 0 has the target 2, value 1; the binary cross entropy takes 0 to 1", () => ClassWeights.Balanced(yesNo, SequenceData.FromArrays(new float[15], [0, 2], 5, 3, 2)));
    }

    private static TinyNetwork Softmax(float[]? weights = null, bool sequence = false, int? ignored = null) =>
        new(3, new() { Units = 3, Sequence = sequence, FullLoss = new(LossKind.SoftmaxCrossEntropy, IgnoredClass: ignored, ClassWeights: weights) });

    private static SequenceData Of(int[] classes, float[]? mask = null) => SequenceData.FromClasses(TestData.Random(classes.Length * 15, 1), classes, 5, 3, mask: mask);

    private static double CrossEntropy(ReadOnlySpan<float> output, int target, Span<float> gradient)
    {
        double sum = 0;
        foreach (float y in output)
        {
            sum += Math.Exp(y);
        }

        for (int k = 0; k < output.Length; k++)
        {
            gradient[k] = (float)((Math.Exp(output[k]) / sum) - (k == target ? 1 : 0));
        }

        return Math.Log(sum) - output[target];
    }
}
