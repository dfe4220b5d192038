// Optimizers and clipping against the same formulas in double; schedules.
using System;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class OptimizerTests
{
    public static TheoryData<string> Optimizers => ["sgd", "sgd decay", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void UpdatesFollowTheFormula(string which)
    {
        // Freezing the input weights leaves runs of trainable floats that are no multiple of a vector.
        foreach (bool freeze in new[] { false, true })
        {
            TinyNetwork net = new(1, new() { Units = 18, FreezeInput = freeze, Normalization = true });
            Optimizer optimizer = Create(which);
            int length = net.Parameters.Values.Length;
            double[] p = Widen(net.Parameters.Values), v = new double[length], m = new double[length];
            bool[] trainable = new bool[length];
            foreach (Parameter parameter in net.Parameters.Where(q => q.IsTrainable))
            {
                float[] marks = new float[length];
                PackedLayout.Pack(parameter.Plan, Enumerable.Repeat(1f, parameter.Count).ToArray(), marks);
                for (int i = 0; i < length; i++)
                {
                    trainable[i] |= marks[i] != 0;
                }
            }

            float[] before = net.Parameters.Values.ToArray(), g = new float[length];
            for (int k = 1; k <= 7; k++)
            {
                float[] random = TestData.Random(length, (ulong)k);
                for (int i = 0; i < length; i++)
                {
                    g[i] = trainable[i] ? random[i] : 0;
                }

                optimizer.LearningRate = 0.01f * k;
                optimizer.Step(net.Parameters, g);
                for (int i = 0; i < length; i++)
                {
                    p[i] = Reference(which, p[i], g[i], ref m[i], ref v[i], k, 0.01f * k);
                }
            }

            Assert.Equal(7, optimizer.StepCount);
            float[] got = net.Parameters.Values.ToArray();
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(trainable[i] ? p[i] : before[i], got[i], trainable[i] ? 2e-6 : 0);
            }

            Assert.Equal(net.Parameters["rnn.bias"].ToArray()[..16], net.Core.Derived.Span[..16].ToArray());
        }
    }

    [Fact]
    public void AnOptimizerBelongsToOneNetwork()
    {
        Adam adam = new();
        adam.Attach(new TinyNetwork().Parameters);
        Assert.Contains("already belongs to another network", Assert.Throws<InvalidOperationException>(() => adam.Attach(new TinyNetwork().Parameters)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResetForgetsEverything()
    {
        TinyNetwork a = new(), b = new();
        Adam used = new(), fresh = new();
        float[] g = a.Parameters.Values.ToArray();
        used.Step(a.Parameters, g);
        used.Reset();
        a.Core.Initialize(1);
        used.Step(a.Parameters, g);
        fresh.Step(b.Parameters, g);
        Assert.Equal(b.Parameters.Values.ToArray(), a.Parameters.Values.ToArray());
    }

    [Theory]
    [InlineData("rmsprop")]
    [InlineData("adagrad")]
    [InlineData("momentum")]
    public void ResetForgetsSquaresAndVelocity(string which)
    {
        TinyNetwork a = new(), b = new();
        Optimizer used = Create(which), fresh = Create(which);
        float[] g = a.Parameters.Values.ToArray();
        used.Step(a.Parameters, g);
        used.Reset();
        a.Core.Initialize(1);
        used.Step(a.Parameters, g);
        fresh.Step(b.Parameters, g);
        Assert.Equal(b.Parameters.Values.ToArray(), a.Parameters.Values.ToArray());
    }

    [Fact]
    public void SettingsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(epsilon: 1e-60));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp(alpha: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp(epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(epsilon: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(0.1f, weightDecay: -1));
        Assert.Throws<ArgumentException>(() => new Sgd(0.1f, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Exponential(1.5));
    }

    [Fact]
    public void ClippingByNormScalesTrainableGradientsTogether()
    {
        TinyNetwork net = new(1, new() { Units = 18, FreezeInput = true });
        float[] g = new float[net.Parameters.Values.Length];
        float[] hidden = TestData.Random(18 * 18, 3), input = TestData.Random(18 * 3, 4);
        PackedLayout.Pack(net.Parameters["rnn.weight_hh"].Plan, hidden, g);
        PackedLayout.Pack(net.Parameters["rnn.weight_ih"].Plan, input, g);
        double norm = Math.Sqrt(hidden.Sum(x => (double)x * x));
        Assert.Equal(norm, GradientClipping.Norm(net.Parameters, g), 1e-9);

        float[] kept = (float[])g.Clone();
        Assert.Equal(norm, GradientClipping.ByNorm(100).Apply(net.Parameters, kept), 1e-9);
        Assert.Equal(g, kept);
        Assert.Equal(norm, GradientClipping.ByNorm(2).Apply(net.Parameters, g), 1e-9);
        float[] clipped = new float[hidden.Length], frozen = new float[input.Length];
        net.Parameters["rnn.weight_hh"].CopyGradientTo(g, clipped);
        net.Parameters["rnn.weight_ih"].CopyGradientTo(g, frozen);
        TestData.Near(hidden.Select(x => (float)(x * (2 / (norm + 1e-6)))).ToArray(), clipped, 1e-6);
        Assert.Equal(input, frozen);
    }

    [Fact]
    public void ClippingByValueLimitsEveryElementAndKeepsNaNVisible()
    {
        TinyNetwork net = new();
        float[] g = new float[net.Parameters.Values.Length];
        (g[0], g[1], g[16], g[17]) = (3, -0.2f, -3, float.NaN);
        Assert.True(double.IsNaN(GradientClipping.ByValue(0.5f).Apply(net.Parameters, g)));
        Assert.Equal([0.5f, -0.2f], g[..2]);
        Assert.Equal([-0.5f, float.NaN], g[16..18]);
    }

    [Fact]
    public void SchedulesMoveAsDocumented()
    {
        Assert.Equal(1, LearningRateSchedule.Constant.Factor(At(7.5, 10)));
        LearningRateSchedule steps = LearningRateSchedule.StepDecay(3, 0.5);
        Assert.Equal([1, 1, 0.5, 0.25], new[] { 0, 2.99, 3, 8.5 }.Select(e => steps.Factor(At(e, 9))));
        Assert.Equal(0.81, LearningRateSchedule.Exponential(0.9).Factor(At(2, 9)), 1e-12);
        LearningRateSchedule cosine = LearningRateSchedule.Cosine(warmupEpochs: 2, floor: 0.1);
        Assert.InRange(cosine.Factor(At(0, 10)), 1e-6, 1e-2);
        Assert.Equal(0.5, cosine.Factor(At(1, 10)), 1e-3);
        Assert.Equal(1, cosine.Factor(At(2, 10)), 1e-9);
        Assert.Equal(0.55, cosine.Factor(At(6, 10)), 1e-9);
        Assert.Equal(0.1, cosine.Factor(At(10, 10)), 1e-9);
        LearningRateSchedule plateau = LearningRateSchedule.ReduceOnPlateau(0.5, patience: 1);
        double[] losses = [3, 2, 2, 2, 2, 1, 1];
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.5], losses.Select((_, i) => plateau.Factor(new(i + 1, 1, 10, losses[..(i + 1)]))));

        static TrainingPosition At(double epoch, int epochs) => new((long)Math.Round(epoch * 100), 100, epochs);
    }

    private static Optimizer Create(string which) => which switch
    {
        "sgd" => new Sgd(0.01f),
        "sgd decay" => new Sgd(0.01f, weightDecay: 0.1f),
        "momentum" => new Sgd(0.01f, 0.9f, weightDecay: 0.1f),
        "nesterov" => new Sgd(0.01f, 0.9f, nesterov: true, weightDecay: 0.1f),
        "adam" => new Adam(0.01f),
        "rmsprop" => new RmsProp(0.01f, 0.9, 1e-4),
        "adagrad" => new Adagrad(0.01f),
        _ => new AdamW(0.01f, weightDecay: 0.1),
    };

    private static double Reference(string which, double p, double g, ref double m, ref double v, int k, double rate)
    {
        if (which is "adam" or "adamw")
        {
            p -= which == "adamw" ? rate * 0.1 * p : 0;
            m = (0.9 * m) + (0.1 * g);
            v = (0.999 * v) + (0.001 * g * g);
            return p - (rate * (m / (1 - Math.Pow(0.9, k))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, k))) + 1e-8));
        }

        if (which is "rmsprop" or "adagrad")
        {
            v = which == "adagrad" ? v + (g * g) : (0.9 * v) + (0.1 * g * g);
            return p - (rate * g / (Math.Sqrt(v) + (which == "adagrad" ? 1e-10 : 1e-4)));
        }

        g += which == "sgd" ? 0 : 0.1 * p;
        if (which.StartsWith("sgd", StringComparison.Ordinal))
        {
            return p - (rate * g);
        }

        v = (0.9 * v) + g;
        return p - (rate * (which == "nesterov" ? g + (0.9 * v) : v));
    }

    private static double[] Widen(ReadOnlySpan<float> values) => values.ToArray().Select(x => (double)x).ToArray();
}
