// A workspace on several threads is a workspace: the same results up to the order of sums, the same bits every time.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class ParallelWorkspaceTests
{
    private const double Rounding = 1e-6;

    public static TheoryData<LossKind, int, bool, bool> Networks => new()
    {
        { LossKind.MeanSquaredError, 0, false, false },
        { LossKind.MeanSquaredError, 0, true, true },
        { LossKind.SoftmaxCrossEntropy, 0, true, false },
        { LossKind.SoftmaxCrossEntropy, 7, true, true },
        { LossKind.SoftmaxCrossEntropy, 7, false, true },
        { LossKind.BinaryCrossEntropy, 0, true, false },
        { LossKind.BinaryCrossEntropy, 7, true, false },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void ItGivesWhatAWorkspaceGives(LossKind loss, int tokens, bool sequence, bool timeMajor)
    {
        TinyOptions options = new() { Loss = loss, LossWeight = 0.7f, Tokens = tokens, Sequence = sequence, TimeMajor = timeMajor, Keep = 0.6f, Units = 3 };
        TinyNetwork net = new(3, options);
        Workspace one = net.CreateWorkspace(9, 6);
        foreach (int threads in new[] { 2, 3 })
        {
            using ParallelWorkspace team = Team(net, 9, threads, steps: 6);
            Assert.Equal(threads, team.Threads);
            foreach ((int batch, int steps) in new[] { (9, 6), (9, 5), (8, 5), (7, 6), (3, 6), (2, 4), (1, 6), (9, 6) })
            {
                foreach (Workspace ws in new[] { one, team })
                {
                    FillRandomly(ws, batch, steps, options);
                    ws.ZeroGradients();
                    ws.Forward(ForwardMode.Training);
                }

                // A sequence's own numbers are the same bits, dropout included.
                Assert.Equal(one.Output.ToArray(), team.Output.ToArray());
                double expected = one.Loss();
                Assert.Equal(expected, team.Loss(), Rounding * expected);
                Assert.Equal(one.CountedPositions, team.CountedPositions);
                one.Backward();
                team.Backward();
                TestData.Near(one.Gradients, team.Gradients, Rounding);
                SameResults(one, team, options);
            }
        }
    }

    [Fact]
    public void TheLossIsAMeanOverTheWholeBatchHoweverUnevenTheMaskIs()
    {
        TinyNetwork net = new(3, new() { Sequence = true });
        Workspace one = net.CreateWorkspace(8);
        using ParallelWorkspace team = Team(net, 8, 2);
        foreach (int counted in new[] { 0, 1, 17, 23, 40 })
        {
            foreach (Workspace ws in new[] { one, team })
            {
                FillRandomly(ws, 8, 5, new() { Sequence = true }, lengths: false);
                ws.SetMask(Enumerable.Range(0, 40).Select(i => i < counted ? 1f : 0f).ToArray());
                ws.ZeroGradients();
            }

            double expected = one.ForwardBackward(), got = team.ForwardBackward();
            Assert.Equal(expected, got, Rounding * expected);
            Assert.Equal(counted, team.CountedPositions);
            TestData.Near(one.Gradients, team.Gradients, Rounding);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OneCallIsTheThreeCallsAndGradientsAddUp(int threads)
    {
        TinyOptions options = new() { Sequence = true, Keep = 0.5f };
        TinyNetwork net = new(3, options);
        using ParallelWorkspace a = Team(net, 7, threads), b = Team(net, 7, threads);
        for (int batch = 7; batch > 0; batch -= 2)
        {
            FillRandomly(a, batch, 5, options);
            FillRandomly(b, batch, 5, options);
            a.Forward(ForwardMode.Training);
            double loss = a.Loss();
            a.Backward(lastSteps: 3);
            Assert.Equal(loss, b.ForwardBackward(lastSteps: 3));
            Assert.Equal(a.Gradients.ToArray(), b.Gradients.ToArray());
        }

        Workspace one = net.CreateWorkspace(7);
        for (int batch = 7; batch > 0; batch -= 2)
        {
            FillRandomly(one, batch, 5, options);
            one.ForwardBackward(lastSteps: 3);
        }

        TestData.Near(one.Gradients, b.Gradients, Rounding);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheUpdateIsThatOfPackedGradientsBitForBit(int threads)
    {
        TinyOptions options = new() { Features = 19, Units = 35, FreezeInput = threads == 2 };
        Func<Optimizer>[] optimizers = [() => new Sgd(0.1f), () => new Sgd(0.1f, 0.9f, true, 0.01f), () => new Adam(), () => new AdamW()];
        foreach (Func<Optimizer> create in optimizers)
        {
            TinyNetwork a = new(3, options), b = new(3, options);
            using ParallelWorkspace ws = Team(a, 8, threads);
            (Optimizer mine, Optimizer theirs) = (create(), create());
            for (int step = 0; step < 3; step++)
            {
                ws.ZeroGradients();
                FillRandomly(ws, 8, 5, options);
                ws.ForwardBackward();
                float[] gradients = ws.Gradients.ToArray();
                GradientClipping clipping = new[] { GradientClipping.ByNorm(0.01f), GradientClipping.ByValue(0.01f), GradientClipping.None }[step];
                double expected = clipping.Apply(b.Parameters, gradients);
                Assert.Equal(expected, clipping.Apply(ws), 1e-14 * expected);
                Assert.Equal(gradients, ws.Gradients.ToArray());
                theirs.Step(b.Parameters, gradients);
                mine.Step(ws);
                Assert.Equal(b.Parameters.Values.ToArray(), a.Parameters.Values.ToArray());
                Assert.Equal(step + 1, mine.StepCount);
            }
        }
    }

    [Fact]
    public void StatesAreCarriedAndANetworkWithoutALossTakesTheUsersGradient()
    {
        TinyOptions options = new() { Loss = LossKind.None, Sequence = true };
        TinyNetwork net = new(3, options);
        Workspace one = net.CreateWorkspace(5);
        using ParallelWorkspace team = Team(net, 5, 3);
        foreach (Workspace ws in new[] { one, team })
        {
            for (int chunk = 0; chunk < 3; chunk++)
            {
                TestData.Random(ws.Input.Length, (ulong)chunk).CopyTo(ws.Input);
                ws.Forward(ForwardMode.Training);
                TestData.Random(ws.OutputGradient.Length, 9).CopyTo(ws.OutputGradient);
                ws.Backward();
                ws.CarryState();
            }
        }

        Assert.Equal(one.Output.ToArray(), team.Output.ToArray());
        TestData.Near(one.Gradients, team.Gradients, Rounding);
        Assert.Contains("has no loss", Assert.Throws<InvalidOperationException>(() => team.ForwardBackward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GivenNoiseAndSamplesOfADataSetReachTheirSequences()
    {
        TinyOptions options = new() { Sequence = true, Keep = 0.5f, TimeMajor = true };
        TinyNetwork net = new(3, options);
        SequenceData data = SequenceData.FromArrays(
            TestData.Random(9 * 15, 1), TestData.Random(9 * 10, 2), 5, 3, 2, targetEveryStep: true, lengths: [5, 2, 3, 4, 1, 5, 5, 3, 2], mask: [.. Enumerable.Range(0, 45).Select(i => i % 4 == 0 ? 0f : 1f)]);
        Workspace one = net.CreateWorkspace(7);
        using ParallelWorkspace team = Team(net, 7, 2);
        foreach (Workspace ws in new[] { one, team })
        {
            ws.Fill(data, [8, 1, 3, 0, 2, 7, 5]);
            ws.SetNoise("dropout.mask", TestData.Random(7 * 15, 5));
            ws.ForwardBackward();
        }

        Assert.Equal(one.Output.ToArray(), team.Output.ToArray());
        TestData.Near(one.Gradients, team.Gradients, Rounding);
    }

    [Fact]
    public void OnOneProcessorItIsAWorkspaceBitForBit()
    {
        TinyOptions options = new() { Sequence = true, Keep = 0.5f };
        TinyNetwork net = new(3, options);
        Workspace one = net.CreateWorkspace(16);
        using ParallelWorkspace asked = new(net.Core, 16, 0, threads: 4, training: true, processors: 1), single = Team(net, 16, 1);
        Assert.All(new[] { asked, single }, ws => Assert.Equal((1, 0), (ws.Threads, ws.OwnThreads.Length)));
        foreach (Workspace ws in new[] { one, asked, single })
        {
            FillRandomly(ws, 16, 5, options);
            ws.ForwardBackward();
        }

        Assert.Equal(one.Gradients.ToArray(), asked.Gradients.ToArray());
        Assert.Equal(one.Gradients.ToArray(), single.Gradients.ToArray());
    }

    [Fact]
    public void PredictionsNeedNoTraining()
    {
        TinyNetwork net = new(3);
        using ParallelWorkspace team = Team(net, 5, 2, training: false);
        float[] x = TestData.Random(5 * 15, 1), y = new float[10], expected = new float[10];
        net.Core.Predict(x, expected, net.CreateWorkspace(5, training: false));
        net.Core.Predict(x, y, team);
        Assert.Equal(expected, y);
        Assert.Contains("training: false", Assert.Throws<InvalidOperationException>(() => team.ForwardBackward()).Message, StringComparison.Ordinal);
        Assert.Contains("training: false", Assert.Throws<InvalidOperationException>(() => new Adam().Step(team)).Message, StringComparison.Ordinal);
        Assert.Contains("training: false", Assert.Throws<InvalidOperationException>(() => GradientClipping.None.Apply(team)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAThreadThrowsReachesTheCallerAndTheWorkspaceGoesOn()
    {
        TinyOptions options = new() { Tokens = 4, Loss = LossKind.SoftmaxCrossEntropy };
        TinyNetwork net = new(3, options);
        using ParallelWorkspace team = Team(net, 8, 2);
        FillRandomly(team, 8, 5, options, lengths: false);
        double loss = team.ForwardBackward();
        float[] gradients = team.Gradients.ToArray();

        team.Tokens[(7 * 5) + 2] = 4;
        string message = Assert.Throws<InvalidOperationException>(() => team.ForwardBackward()).Message;
        Assert.Contains("Token 4 at sequence 7, step 2", message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => team.Output.Length);
        team.Tokens[2] = 9;
        Assert.Contains("Token 9 at sequence 0, step 2", Assert.Throws<InvalidOperationException>(() => team.Forward(ForwardMode.Training)).Message, StringComparison.Ordinal);

        FillRandomly(team, 8, 5, options, lengths: false);
        team.TargetClasses[6] = 2;
        Assert.Contains("class 2 at sequence 6", Assert.Throws<InvalidOperationException>(() => team.ForwardBackward()).Message, StringComparison.Ordinal);

        FillRandomly(team, 8, 5, options, lengths: false);
        team.ZeroGradients();
        Assert.Equal(loss, team.ForwardBackward());
        Assert.Equal(gradients, team.Gradients.ToArray());
    }

    internal static ParallelWorkspace Team(TinyNetwork net, int batch, int threads, int steps = 0, bool training = true) =>
        new(net.Core, batch, steps, threads, training, processors: 2);

    internal static void FillRandomly(Workspace ws, int batch, int steps, TinyOptions options, bool lengths = true)
    {
        ws.Resize(batch, steps);
        ws.Seed = 11;
        ws.SampleOffset = 40;
        if (options.Tokens > 0)
        {
            TestData.RandomInts(ws.Tokens.Length, options.Tokens, 1).CopyTo(ws.Tokens);
        }
        else
        {
            TestData.Random(ws.Input.Length, 1).CopyTo(ws.Input);
            ws.ComputeInputGradient = true;
        }

        if (options.Loss == LossKind.SoftmaxCrossEntropy)
        {
            TestData.RandomInts(ws.TargetClasses.Length, options.Units, 2).CopyTo(ws.TargetClasses);
        }
        else
        {
            TestData.Random(ws.Target.Length, 2).Select(v => options.Loss == LossKind.BinaryCrossEntropy ? Math.Abs(v) : v).ToArray().CopyTo(ws.Target);
        }

        ws.SetInitialState("rnn.h", TestData.Random(batch * options.Units, 3));
        if (lengths)
        {
            ws.SetLengths([.. Enumerable.Range(0, batch).Select(b => 1 + (b * 5 % steps))]);
            ws.SetMask([.. Enumerable.Range(0, options.Sequence ? batch * steps : batch).Select(i => i % 3 == 1 ? 0f : 1f)]);
        }
    }

    private static void SameResults(Workspace one, Workspace team, TinyOptions options)
    {
        float[] a = new float[one.Batch * options.Units], b = new float[a.Length];
        one.GetFinalState("rnn.h", a);
        team.GetFinalState("rnn.h", b);
        Assert.Equal(a, b);
        one.GetInitialStateGradient("rnn.h", a);
        team.GetInitialStateGradient("rnn.h", b);
        TestData.Near(a, b, Rounding);
        float[] inner = new float[one.Batch * one.Steps * options.Units], theirs = new float[inner.Length];
        one.OutputOf("rnn", inner);
        team.OutputOf("rnn", theirs);
        Assert.Equal(inner, theirs);
        if (options.Tokens == 0)
        {
            TestData.Near(one.InputGradient, team.InputGradient, Rounding);
        }
    }
}
