// Data of several heads and inputs, labels, and targets of steps that a convolution leaves out.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class DataPartsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryPartOfASampleGetsToItsPlace(bool timeMajor)
    {
        TinyNetwork net = new(new PairProgram(timeMajor), 2);
        Workspace ws = net.CreateWorkspace(3, 4, maxTargetSteps: 3);
        SequenceData data = Pairs();
        Assert.Equal((5, 4, 3), (data.Count, data.Steps, data.TargetSteps));
        ws.Fill(data.Shuffle(3).Take(4), [3, 0]);
        SequenceData mixed = data.Shuffle(3);
        Assert.Equal((2, 4, 3), (ws.Batch, ws.Steps, ws.TargetSteps));
        for (int b = 0; b < 2; b++)
        {
            int i = mixed.Index(b == 0 ? 3 : 0);
            for (int t = 0; t < 4; t++)
            {
                Assert.Equal((i * 4) + t, ws.Input[timeMajor ? (t * 2) + b : (b * 4) + t]);
            }

            for (int t = 0; t < 3; t++)
            {
                // Of a target for every input step, that of the step which the output has come to.
                Assert.Equal(100 + (i * 4) + t + 1, ws.TargetOf("pairs")[timeMajor ? (t * 2) + b : (b * 3) + t]);
                int row = timeMajor ? (t * 2) + b : (b * 3) + t;
                Assert.Equal((i + t) % 3, ws.TargetClasses[row]);
                Assert.Equal(t == 0 ? 1 : (i + t - 1) % 3, ws.TokensOf("decoder_input")[row]);
            }

            Assert.Equal([i, i, i], ws.TargetOf("sum").Slice(b * 3, 3).ToArray().Select(v => (int)v));
        }

        // Two texts of 2 and 3 tokens, two of one of them masked; two sums; pairs of the lengths' steps.
        ws.Forward(ForwardMode.Training);
        ws.Loss();
        int[] lengths = [1 + (mixed.Index(3) % 3), 1 + (mixed.Index(0) % 3)];
        Assert.Equal(lengths.Sum() + 2 + 6, ws.CountedPositions);
        AllocationTests.AllocatesNothing(() => ws.Fill(data, stackalloc int[] { 1, 4 }));
        ws.Fill(data.WithInput("decoder_input", Enumerable.Repeat(2, 15).ToArray(), steps: 3), [1]);
        Assert.Equal([2, 2, 2], ws.TokensOf("decoder_input").ToArray());
    }

    [Fact]
    public void LabelsAreFilledAndChecked()
    {
        TinyNetwork net = new(3, new() { Sequence = true, Units = 3, FullLoss = new(LossKind.Ctc, 1, Option: 1), Loss = LossKind.Ctc });
        SequenceData inputs = SequenceData.FromArrays(TestData.Random(60, 2), null, 5, 3), data = inputs.WithLabels([0, 2, 2, 0, 2, 2, 9, 9], [2, 2, 1, 0]);
        Workspace a = net.CreateWorkspace(4), b = net.CreateWorkspace(4);
        a.Fill(data, [2, 0, 3]);
        b.Fill(inputs, [2, 0, 3]);
        b.SetLabels([2, 0, 0, 2, 0, 0], [1, 2, 0]);
        Assert.Equal(b.ForwardBackward(), a.ForwardBackward());
        a.Fill(data.WithLabels([0, 2, 2, 0, 2, 2, 9, 9], [2, 2, 1, 0], lossLengths: [5, 4, 3, 5]), [0, 1]);
        b.Fill(inputs, [0, 1]);
        b.SetLabels([0, 2, 2, 0], [2, 2]);
        b.SetLossLengths([5, 4]);
        Assert.Equal(b.ForwardBackward(), a.ForwardBackward());
        EvaluationResult result = Trainer.For(net, new Adam()).Evaluate(data);
        Assert.Equal(4, result.Positions);
        Assert.Null(result.Accuracy);
        AllocationTests.AllocatesNothing(() => a.Fill(data, stackalloc int[] { 1, 3 }));
        Says<ArgumentException>("Sample 0 has label 1 at place 1; Tiny takes 0 to 2 but the blank, 1", () => Trainer.For(net, new Adam()).Fit(inputs.WithLabels([0, 1, 0, 0, 0, 0, 0, 0], [2, 1, 1, 1]), 1));
        Says<ArgumentException>("has values as targets", () => Trainer.For(new TinyNetwork(1, new() { Loss = LossKind.SoftmaxCrossEntropy }), new Adam()).Fit(TestData.Learnable(3), 1));
        Says<ArgumentException>("has no labels; the loss of Tiny takes labels", () => Trainer.For(net, new Adam()).Fit(inputs.WithTargets(new float[60], 3, 5), 1));
        Says<ArgumentException>("has labels; the loss of Tiny takes a target for every position", () => Trainer.For(new TinyNetwork(), new Adam()).Fit(data, 1));
        Says<ArgumentException>("up to 6 labels a sequence", () => a.Fill(inputs.WithLabels(new int[24], [6, 1, 1, 1]), [0]));
        Says<ArgumentOutOfRangeException>("Sample 1 has 3 labels; it must be 0 to 2", () => inputs.WithLabels(new int[8], [0, 3, 1, 1]));
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        TinyNetwork net = new(new PairProgram(), 2);
        Workspace ws = net.CreateWorkspace(3, 4, maxTargetSteps: 3);
        SequenceData data = Pairs(), inputs = SequenceData.FromArrays(new float[20], null, 4);
        Says<ArgumentException>("has no targets of the head 'sum' of Pair", () => ws.Fill(inputs.WithClasses(new int[15], 3), [0]));
        Says<ArgumentException>("has targets of 2 values; Pair gives 3 on 'sum'", () => ws.Fill(data.WithTargets(new float[10], 2, head: "sum"), [0]));
        Says<ArgumentException>("has 2 targets a sequence on 'pairs'; Pair gives 3 outputs for 4 steps", () => ws.Fill(data.WithTargets(new float[10], 1, 2, head: "pairs"), [0]));
        Says<ArgumentException>("has targets of a head 'x', which Pair does not have; it has words, sum, pairs", () => ws.Fill(data.WithClasses(new int[5], head: "x"), [0]));
        Says<ArgumentException>("has an input 'y', which Pair does not take; it takes input, decoder_input", () => ws.Fill(data.WithInput("y", new float[5]), [0]));
        Says<ArgumentException>("has 1 numbers a step as 'decoder_input'; Pair takes tokens", () => ws.Fill(data.WithInput("decoder_input", new float[5]), [0]));
        Says<ArgumentException>("There should be 15 classes for these inputs; 14 were given", () => inputs.WithClasses(new int[14], 3));
        Says<ArgumentException>("has an input 'input' beside that of the samples", () => ws.Fill(data.WithInput("input", new float[20], steps: 4), [0]));
        Says<ArgumentException>("has 1 steps a sequence; Pair needs at least 2", () => ws.Fill(SequenceData.FromArrays(new float[5], null, 1), [0]));
        Says<ArgumentException>("has lengths of targets, and Tiny has no decoder", () =>
            new TinyNetwork(3, new() { Sequence = true }).CreateWorkspace(5).Fill(SequenceData.FromArrays(new float[75], null, 5, 3).WithTargets(new float[50], 2, 5, lengths: [1, 2, 3, 4, 5]), [0]));
        Says<ArgumentOutOfRangeException>("Sample 1 has length 4; it must be 1 to 3", () => inputs.WithClasses(new int[15], 3, [1, 4, 1, 1, 1]));
        SequenceData pairs = SequenceData.FromTokenPairs(new int[6], new int[4], 3, 2, [1, 2], [2, 1]);
        Assert.True(pairs is { HasTokens: true, HasClasses: true, Steps: 3, TargetSteps: 2, Count: 2 });
    }

    public static TheoryData<string> Additions => ["targets", "classes", "labels", "input", "tokens"];

    /// <summary>Which samples a view has left out, and in which order an array beside it is, only its maker knows.</summary>
    [Theory]
    [MemberData(nameof(Additions))]
    public void NothingIsAddedToPartsOfSamples(string what)
    {
        SequenceData data = SequenceData.FromArrays(new float[20], null, 2);
        SequenceData Add(SequenceData view) => what switch
        {
            "targets" => view.WithTargets(new float[view.Count]),
            "classes" => view.WithClasses(new int[view.Count]),
            "labels" => view.WithLabels(new int[view.Count], new int[view.Count]),
            "input" => view.WithInput("x", new float[view.Count]),
            _ => view.WithInput("x", new int[view.Count]),
        };

        foreach (SequenceData view in new[] { data.Skip(1), data.Split(0.5).Second, data.Shuffle(1), data.Shuffle(1).Take(3), data.Skip(3).Take(4), data.Skip(3).Shuffle(2) })
        {
            Says<InvalidOperationException>("added to all samples: do it before Skip, Split and Shuffle", () => Add(view));
        }

        Says<InvalidOperationException>("There are no samples", () => Add(data.Take(0)));

        // The first ones are a set of their own, and so are all.
        foreach (SequenceData view in new[] { data, data.Take(4), data.Skip(0), data.Split(0.5).First })
        {
            Assert.Equal(view.Count, Add(view).Count);
        }
    }

    [Fact]
    public void LabelsStayWithTheirSamplesInEveryView()
    {
        TinyNetwork net = new(3, new() { Sequence = true, Units = 3, FullLoss = new(LossKind.Ctc, 1, Option: 1), Loss = LossKind.Ctc });
        SequenceData data = SequenceData.FromArrays(TestData.Random(60, 2), null, 5, 3).WithLabels([0, 2, 2, 0, 2, 2, 9, 9], [2, 2, 1, 0], lossLengths: [5, 4, 3, 2]);
        SequenceData shuffled = data.Shuffle(3), rest = shuffled.Skip(1);
        Workspace all = net.CreateWorkspace(1), part = net.CreateWorkspace(1);
        for (int i = 0; i < rest.Count; i++)
        {
            part.Fill(rest, [i]);
            all.Fill(data, [shuffled.Index(i + 1)]);
            Assert.Equal(all.ForwardBackward(), part.ForwardBackward());
        }
    }

    /// <summary>With a name and without is the same head: what was given last is meant.</summary>
    [Fact]
    public void TargetsOfTheFirstHeadCanBeGivenByName()
    {
        TinyNetwork net = new(new PairProgram(), 2);
        Workspace ws = net.CreateWorkspace(3, 4, maxTargetSteps: 3);
        int[] other = Enumerable.Repeat(2, 15).ToArray(), third = Enumerable.Repeat(1, 15).ToArray();
        SequenceData plain = Pairs(), named = plain.WithClasses(other, 3, head: "words"), again = named.WithClasses(third, 3);
        ws.Fill(named, [0]);
        Assert.Equal([2, 2, 2], ws.TargetClasses.ToArray());
        Assert.Equal([1, 2, 2], ws.TokensOf("decoder_input").ToArray());
        ws.Fill(again, [0]);
        Assert.Equal([1, 1, 1], ws.TargetClasses.ToArray());
        SequenceData only = SequenceData.FromArrays(new float[20], null, 4).WithTargets(new float[15], 3, head: "sum").WithTargets(new float[20], steps: 4, head: "pairs").WithClasses(other, 3, head: "words");
        ws.Fill(only, [0]);
        Assert.Equal([2, 2, 2], ws.TargetClasses.ToArray());
        Trainer trainer = Trainer.For(net, new Adam());
        Assert.Equal(trainer.Evaluate(named).Heads["words"], trainer.Evaluate(plain.WithClasses(other, 3)).Heads["words"]);
        Assert.NotEqual(trainer.Evaluate(named).Heads["words"], trainer.Evaluate(plain).Heads["words"]);
    }

    private static SequenceData Pairs()
    {
        float[] mask = Enumerable.Repeat(1f, 15).ToArray();
        return SequenceData.FromArrays(Enumerable.Range(0, 20).Select(i => (float)i).ToArray(), null, 4)
            .WithClasses(Enumerable.Range(0, 15).Select(i => ((i / 3) + (i % 3)) % 3).ToArray(), 3, Enumerable.Range(0, 5).Select(i => 1 + (i % 3)).ToArray(), mask)
            .WithTargets(Enumerable.Range(0, 15).Select(i => (float)(i / 3)).ToArray(), outputs: 3, head: "sum")
            .WithTargets(Enumerable.Range(0, 20).Select(i => 100f + i).ToArray(), steps: 4, head: "pairs");
    }
}
