// Workspaces: values and gradients against references, lengths, orders, states.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class WorkspaceTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void OutputsAgreeWithADoubleReferenceAndIgnoreWhatLiesBeyondALength(bool sequence, bool timeMajor)
    {
        TinyNetwork net = new(2, new() { Sequence = sequence, TimeMajor = timeMajor, Units = 18 });
        int[] lengths = [5, 2, 4];
        float[] x = TestData.Random(3 * 5 * 3, 7);
        foreach (bool training in new[] { true, false })
        {
            Workspace ws = net.CreateWorkspace(3, 5, training);
            for (int b = 0; b < 3; b++)
            {
                for (int t = 0; t < 5; t++)
                {
                    for (int j = 0; j < 3; j++)
                    {
                        int at = ((timeMajor ? (t * 3) + b : (b * 5) + t) * 3) + j;
                        ws.Input[at] = t < lengths[b] ? x[(((b * 5) + t) * 3) + j] : float.NaN;
                    }
                }
            }

            ws.SetLengths(lengths);
            ws.Forward(ForwardMode.Inference);
            for (int b = 0; b < 3; b++)
            {
                double[][] h = Reference(net, x.AsSpan(b * 15, lengths[b] * 3));
                for (int t = 0; t < (sequence ? 5 : 1); t++)
                {
                    double[] expected = !sequence ? h[^1] : t < lengths[b] ? h[t] : new double[18];
                    int row = !sequence ? b : timeMajor ? (t * 3) + b : (b * 5) + t;
                    TestData.Near(expected.Select(v => (float)v).ToArray(), ws.Output.Slice(row * 18, 18));
                }

                float[] final = new float[3 * 18];
                ws.GetFinalState("rnn.h", final);
                TestData.Near(h[^1].Select(v => (float)v).ToArray(), final.AsSpan(b * 18, 18));
            }
        }
    }

    [Theory]
    [InlineData(LossKind.MeanSquaredError)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.SoftmaxCrossEntropy)]
    public void LossAndGradientsAgreeWithFiniteDifferences(LossKind loss)
    {
        TinyNetwork net = new(3, new() { Sequence = true, Loss = loss, LossWeight = 0.5f, Units = 3 });
        Workspace ws = net.CreateWorkspace(2, 4);
        ws.ComputeInputGradient = true;
        TestData.Random(2 * 4 * 3, 1).CopyTo(ws.Input);
        if (loss == LossKind.SoftmaxCrossEntropy)
        {
            TestData.RandomInts(8, 3, 2).CopyTo(ws.TargetClasses);
        }
        else
        {
            TestData.Random(24, 2).Select(v => loss == LossKind.BinaryCrossEntropy ? Math.Abs(v) : v).ToArray().CopyTo(ws.Target);
        }

        ws.SetLengths([4, 3]);
        ws.SetMask([1, 0, 1, 1, 1, 1, 0, 1]);
        ws.SetInitialState("rnn.h", TestData.Random(6, 4));
        double Loss()
        {
            ws.Forward(ForwardMode.Training);
            return ws.Loss();
        }

        Loss();
        Assert.Equal(5, ws.CountedPositions);
        ws.ZeroGradients();
        ws.Backward();
        float[] inputGradient = ws.InputGradient.ToArray(), stateGradient = new float[6];
        ws.GetInitialStateGradient("rnn.h", stateGradient);
        Assert.All(inputGradient[21..], g => Assert.Equal(0f, g));
        foreach (Parameter p in net.Parameters)
        {
            float[] gradient = new float[p.Count], values = p.ToArray();
            p.CopyGradientTo(ws.Gradients, gradient);
            TestData.Near(Differences(values, v => p.CopyFrom(v), Loss), gradient, 5e-3);
        }

        float[] x = ws.Input.ToArray(), h = TestData.Random(6, 4);
        TestData.Near(Differences(x, v => v.CopyTo(ws.Input), Loss), inputGradient, 5e-3);
        TestData.Near(Differences(h, v => ws.SetInitialState("rnn.h", v), Loss), stateGradient, 5e-3);
    }

    [Fact]
    public void WithoutALossTheUserGivesTheOutputsGradient()
    {
        TinyNetwork with = new(3, new() { Sequence = true }), without = new(3, new() { Sequence = true, Loss = LossKind.None, TimeMajor = true });
        Workspace a = with.CreateWorkspace(2, 3), b = without.CreateWorkspace(2, 3);
        float[] x = TestData.Random(18, 1), target = TestData.Random(12, 2);
        x.CopyTo(a.Input);
        target.CopyTo(a.Target);
        a.SetLengths([3, 2]);
        a.Forward(ForwardMode.Training);
        a.Loss();
        b.SetLengths([3, 2]);
        for (int s = 0; s < 2; s++)
        {
            for (int t = 0; t < 3; t++)
            {
                x.AsSpan(((s * 3) + t) * 3, 3).CopyTo(b.Input[(((t * 2) + s) * 3)..]);
            }
        }

        b.Forward(ForwardMode.Training);
        for (int s = 0; s < 2; s++)
        {
            for (int t = 0; t < 3; t++)
            {
                for (int j = 0; j < 2; j++)
                {
                    int mine = (((t * 2) + s) * 2) + j, theirs = (((s * 3) + t) * 2) + j;
                    // Beyond a length anything may be written: it must not count.
                    b.OutputGradient[mine] = s == 1 && t == 2 ? 1e9f : 2f / 10 * (a.Output[theirs] - target[theirs]);
                }
            }
        }

        a.Backward();
        b.Backward();
        TestData.Near(a.Gradients, b.Gradients);
    }

    [Fact]
    public void CarriedChunksGiveTheWholeSequencesOutputs()
    {
        TinyNetwork net = new(5, new() { Sequence = true });
        float[] x = TestData.Random(2 * 7 * 3, 1);
        Workspace whole = net.CreateWorkspace(2, 7, training: false), chunks = net.CreateWorkspace(2, 3);
        x.CopyTo(whole.Input);
        whole.Forward(ForwardMode.Inference);
        for (int start = 0; start < 7; start += 3)
        {
            int steps = Math.Min(3, 7 - start);
            chunks.Resize(2, steps, keepStates: true);
            for (int b = 0; b < 2; b++)
            {
                x.AsSpan(((b * 7) + start) * 3, steps * 3).CopyTo(chunks.Input[(b * steps * 3)..]);
            }

            chunks.Forward(ForwardMode.Inference);
            chunks.CarryState();
            for (int b = 0; b < 2; b++)
            {
                TestData.Near(whole.Output.Slice(((b * 7) + start) * 2, steps * 2), chunks.Output.Slice(b * steps * 2, steps * 2), 1e-6);
            }
        }
    }

    [Fact]
    public void BackwardThroughTheLastStepsLeavesTheEarlierOnesAlone()
    {
        TinyNetwork net = new(5);
        Workspace ws = net.CreateWorkspace(1, 5);
        ws.ComputeInputGradient = true;
        TestData.Random(15, 1).CopyTo(ws.Input);
        ws.Forward(ForwardMode.Training);
        ws.Loss();
        ws.Backward(lastSteps: 2);
        Assert.All(ws.InputGradient[..9].ToArray(), g => Assert.Equal(0f, g));
        Assert.DoesNotContain(0f, ws.InputGradient[9..].ToArray());
    }

    [Fact]
    public void AfterResizeAWorkspaceGivesTheBitsOfANewOne()
    {
        TinyNetwork net = new(5, new() { Sequence = true, Keep = 0.5f });
        Workspace used = net.CreateWorkspace(4, 6), fresh = net.CreateWorkspace(2, 3);
        used.Input.Fill(3);
        used.SetInitialState("rnn.h", TestData.Random(8, 1));
        used.SetNoise("dropout.mask", TestData.Random(72, 1));
        used.Forward(ForwardMode.Training);
        used.Loss();
        used.Backward();
        used.ZeroGradients();
        used.Resize(2, 3);
        foreach (Workspace ws in new[] { used, fresh })
        {
            ws.Resize(2, 3);
            ws.Seed = 9;
            TestData.Random(18, 2).CopyTo(ws.Input);
            TestData.Random(12, 3).CopyTo(ws.Target);
            ws.Forward(ForwardMode.Training);
            ws.Loss();
            ws.Backward();
        }

        Assert.True(used.Output.SequenceEqual(fresh.Output));
        Assert.True(used.Gradients.SequenceEqual(fresh.Gradients));
    }

    private static double[][] Reference(TinyNetwork net, ReadOnlySpan<float> x)
    {
        float[] w = net.Parameters["rnn.weight_ih"].ToArray(), u = net.Parameters["rnn.weight_hh"].ToArray(), bias = net.Parameters["rnn.bias"].ToArray();
        int size = bias.Length, features = w.Length / size;
        double[][] states = new double[x.Length / features][];
        double[] h = new double[size];
        for (int t = 0; t < states.Length; t++)
        {
            double[] next = new double[size];
            for (int i = 0; i < size; i++)
            {
                double z = bias[i];
                for (int j = 0; j < features; j++)
                {
                    z += (double)w[(i * features) + j] * x[(t * features) + j];
                }

                for (int k = 0; k < size; k++)
                {
                    z += u[(i * size) + k] * h[k];
                }

                next[i] = Math.Tanh(z);
            }

            states[t] = h = next;
        }

        return states;
    }

    private static float[] Differences(float[] values, Action<float[]> set, Func<double> loss)
    {
        float[] slopes = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            float old = values[i];
            values[i] = old + 1e-2f;
            set(values);
            double up = loss();
            values[i] = old - 1e-2f;
            set(values);
            slopes[i] = (float)((up - loss()) / 2e-2);
            values[i] = old;
            set(values);
        }

        return slopes;
    }
}
