// Losses and gradients beside numbers worked out without the project: losses.py, in this folder, prints them. Knows values; knows no network.
using System;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class LossValueTests
{
    private static readonly float[] _quantiles = [0.125f, 0.5f, 0.75f];

    [Fact]
    public void Quantiles()
    {
        AlignedBuffer y = Rows([0, 1, 2.5f, -1, 0.25f, 2]), t = Rows([2, -0.5f]), w = Rows([1, 3]), dy = Data.Filled(17, Data.Sentinel);
        Assert.Equal(0.3385416666666667, TargetLosses.Quantile(ref y.Origin, 16, ref t.Origin, 16, w.Span, _quantiles, 1, 2), 1e-12);
        TargetLosses.QuantileGradient(ref y.Origin, 16, ref t.Origin, 16, w.Span, _quantiles, 1, 2, 1, ref dy.Origin, 16);
        TestData.Near([-0.010416666f, -0.041666666f, 0.0208333333f, -0.03125f, 0.125f, 0.0625f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Data.Sentinel], dy.Span, 1e-6);
        TargetLosses.QuantileGradient(ref t.Origin, 16, ref t.Origin, 16, [], [0.3f], 1, 2, 1, ref dy.Origin, 16);
        Assert.Equal(0, dy.Span[0]);
    }

    [Fact]
    public void MeansAndVariances()
    {
        AlignedBuffer y = Rows([1, -0.5f, 0.5f, 2]), t = Rows([0.5f, 1.5f]), w = Rows([1, 3]), dy = Data.Filled(17, Data.Sentinel);
        Assert.Equal(0.9857867951399863, TargetLosses.Gaussian(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 2), 1e-9);
        TargetLosses.GaussianGradient(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 2, 1, ref dy.Origin, 16);
        TestData.Near([0.25f, -0.75f, 0.125f, -0.1875f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Data.Sentinel], dy.Span, 1e-6);
    }

    [Fact]
    public void LogarithmsOfRates()
    {
        AlignedBuffer y = Rows([0.5f, -1, 2]), t = Rows([2, 0, 7]), w = Rows([1, 0.5f, 2]), dy = new(16);
        Assert.Equal(-3.5397790888151, Losses.PoissonLikelihood(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3), 1e-6);
        Losses.PoissonLikelihoodGradient(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3, 1, ref dy.Origin, 16);
        TestData.Near([-0.100365351f, 0.052554206f, 0.222317771f, 0], dy.Span[..4], 1e-6);
    }

    [Fact]
    public void SmoothedLabels()
    {
        AlignedBuffer y = new(32), dy = Data.Filled(32, Data.Sentinel);
        new[] { 2f, -1, 0.5f }.CopyTo(y.Span);
        new[] { 0f, 3, 1 }.CopyTo(y.Span[16..]);
        Assert.Equal(1.5547788897010208, Losses.SoftmaxCrossEntropy(ref y.Origin, 16, [0, 2], [1, 2], 2, 3, 0.1f), 1e-6);
        Losses.SoftmaxCrossEntropyGradient(ref y.Origin, 16, [0, 2], [1, 2], 2, 3, 1, ref dy.Origin, 16, 0.1f);
        TestData.Near([-0.04924543f, 0.00192641f, 0.04731902f, 0], dy.Span[..4], 1e-6);
        TestData.Near([0.00578449f, 0.5403076f, -0.54609209f, 0], dy.Span[16..20], 1e-6);
    }

    [Fact]
    public void AYesThatWeighsThree()
    {
        AlignedBuffer y = Rows([0.5f, -2, 1.5f]), t = Rows([1, 0, 0.25f]), w = Rows([1, 1, 2]), dy = new(16);
        Assert.Equal(1.1008496993828873, Losses.BinaryCrossEntropy(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3, 3), 1e-6);
        Losses.BinaryCrossEntropyGradient(ref y.Origin, 16, ref t.Origin, 16, w.Span, 1, 3, 1, ref dy.Origin, 16, 3);
        TestData.Near([-0.2831555f, 0.02980073f, 0.23818086f, 0], dy.Span[..4], 1e-6);
    }

    /// <summary>Sequences of labels that weigh, one of which no path gives: its loss is infinite, or zero, or not looked at.</summary>
    [Theory]
    [InlineData(1, 0.7806905235625097, new[] { 0.051889856f, -0.077114318f, 0.025224461f, 0.012263711f, 0.003001239f, -0.01526495f, -0.011124461f, 0.027148546f, -0.016024085f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.02059738f, 0.149938739f, -0.17053612f, -0.026921914f, 0.037055208f, -0.010133294f, -0.202283498f, 0.19954601f, 0.002737487f })]
    [InlineData(2, 1.0178639081607133, new[] { 0.025944928f, -0.038557159f, 0.012612231f, 0.006131855f, 0.001500619f, -0.007632475f, -0.005562231f, 0.013574273f, -0.008012042f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.030896071f, 0.224908109f, -0.255804179f, -0.04038287f, 0.055582811f, -0.015199941f, -0.303425246f, 0.299319016f, 0.004106231f })]
    [InlineData(0, 1.5267958622410698, new[] { 0.038917392f, -0.057835738f, 0.018918346f, 0.009197783f, 0.002250929f, -0.011448712f, -0.008343346f, 0.020361409f, -0.012018064f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.046344106f, 0.337362163f, -0.383706269f, -0.060574305f, 0.083374217f, -0.022799911f, -0.455137869f, 0.448978523f, 0.006159346f })]
    public void LabelsThatWeighAndThatNoPathGives(float second, double expected, float[] slopes)
    {
        float[] logits = [0.5f, 1, -0.25f, 0, -1, 2, 1.5f, 0.25f, 0.75f, 0.1f, 0.2f, 0.3f, -0.5f, 0.5f, 0, 9, 9, 9, -1, 0.5f, 0.5f, 2, 0, -0.5f, 0.25f, 0.75f, -2];
        AlignedBuffer y = new(9 * 16), dy = Data.Filled(9 * 16, Data.Sentinel);
        for (int row = 0; row < 9; row++)
        {
            // Rows are ordered by step, then by sequence.
            logits.AsSpan(((row % 3 * 3) + (row / 3)) * 3, 3).CopyTo(y.Span[(row * 16)..]);
        }

        int[] labels = [1, 2, 1, 1, 2, 0], counts = [2, 2, 1], lengths = [3, 2, 3];
        float[] weights = second == 1 ? [] : [1, second, 3];
        double[] scratch = new double[ConnectionistTemporal.ScratchLength(3, 2, 3)];
        bool zero = second != 0;
        Assert.Equal(expected, ConnectionistTemporal.Loss(ref y.Origin, 16, 3, 3, 3, 0, lengths, labels, 2, counts, scratch, weights, zero), 1e-6);
        Assert.Equal(expected, ConnectionistTemporal.LossAndGradient(ref y.Origin, 16, 3, 3, 3, 0, lengths, labels, 2, counts, 1, ref dy.Origin, 16, scratch, weights, zero), 1e-6);
        for (int row = 0; row < 9; row++)
        {
            int at = ((row % 3 * 3) + (row / 3)) * 3;
            for (int k = 0; k < 3; k++)
            {
                Assert.Equal(slopes[at + k], dy.Span[(row * 16) + k], 2e-7);
            }

            Assert.Equal(new float[13], dy.Span.Slice((row * 16) + 3, 13).ToArray());
        }

        if (zero)
        {
            Assert.Equal(double.PositiveInfinity, ConnectionistTemporal.Loss(ref y.Origin, 16, 3, 3, 3, 0, lengths, labels, 2, counts, scratch, weights));
        }

        // What weighs nothing is not read, and a mean of nothing is 0.
        y.Span[16] = float.NaN;
        Assert.Equal(second != 0, double.IsNaN(ConnectionistTemporal.Loss(ref y.Origin, 16, 3, 3, 3, 0, lengths, labels, 2, counts, scratch, weights, zero)));
        Assert.Equal(0, ConnectionistTemporal.LossAndGradient(ref y.Origin, 16, 3, 3, 3, 0, lengths, labels, 2, counts, 1, ref dy.Origin, 16, scratch, new float[3]));
        Assert.Equal(0, dy.Span.IndexOfAnyExcept(0f) + 1);
    }

    /// <summary>Rows of weights, weights of values, what is not read, and the same sums for several rows.</summary>
    [Fact]
    public void WhatWeighsNothingIsNotRead()
    {
        AlignedBuffer y = new(64), t = new(64), values = new(64), dy = Data.Filled(64, Data.Sentinel);
        for (int r = 0; r < 4; r++)
        {
            TestData.Random(6, 1 + (ulong)r, 2).CopyTo(y.Span[(r * 16)..]);
            TestData.Random(3, 9 + (ulong)r, 2).CopyTo(t.Span[(r * 16)..]);
            values.Span.Slice(r * 16, 3).Fill(r == 1 ? 0 : 2);
            for (int k = 3; k < 6; k++)
            {
                y.Span[(r * 16) + k] = 0.5f + Math.Abs(y.Span[(r * 16) + k]);
            }
        }

        y.Span.Slice(16, 6).Fill(float.NaN);
        t.Span.Slice(16, 3).Fill(float.NaN);
        foreach (bool isGauss in new[] { false, true })
        {
            double byRow = Loss([2, 0, 2, 2], out float[] gradient);
            Assert.True(double.IsFinite(byRow));
            Assert.All(gradient[16..32], g => Assert.Equal(0, g));
            Assert.DoesNotContain(gradient, float.IsNaN);
            Assert.Equal(byRow, Loss(values.Span, out float[] byValue), 1e-12);
            Assert.Equal(gradient, byValue);
            Assert.Equal(0, Loss(new float[4], out float[] none));
            Assert.All(none, g => Assert.Equal(0, g));
            Assert.Equal(0, Loss(new float[64], out none));
            Assert.True(double.IsNaN(Loss([], out none)));

            double Loss(ReadOnlySpan<float> weights, out float[] slopes)
            {
                double loss;
                if (isGauss)
                {
                    loss = TargetLosses.Gaussian(ref y.Origin, 16, ref t.Origin, 16, weights, 4, 3);
                    TargetLosses.GaussianGradient(ref y.Origin, 16, ref t.Origin, 16, weights, 4, 3, 3, ref dy.Origin, 16);
                }
                else
                {
                    loss = TargetLosses.Quantile(ref y.Origin, 16, ref t.Origin, 16, weights, [0.1f, 0.9f], 4, 3);
                    TargetLosses.QuantileGradient(ref y.Origin, 16, ref t.Origin, 16, weights, [0.1f, 0.9f], 4, 3, 3, ref dy.Origin, 16);
                }

                slopes = dy.Span.ToArray();
                return loss;
            }
        }
    }

    /// <summary>By hand: groups of two, times 10 and above 1, times 0 (which is 1) and above 2; what is behind a row is cleared, and the next row is read by its distance.</summary>
    [Fact]
    public void GroupsAreScaledAndMoved()
    {
        AlignedBuffer x = Rows([1, 2, 3, -4]), y = Data.Filled(32, Data.Sentinel), scale = Rows([10, 0]), mean = Rows([1, 2]);
        float[] all = [1, 2, 3, -4, .. new float[12], 0.5f, 0, 0, 1, .. new float[12]];
        AlignedBuffer two = Data.Filled(32, 0);
        all.CopyTo(two.Span);
        Rescale.Groups(2, 2, 4, ref two.Origin, 16, ref scale.Origin, ref mean.Origin, ref y.Origin, 16);
        Assert.Equal([11, 21, 5, -2, .. new float[12], 6, 1, 2, 3, .. new float[12]], y.Span.ToArray());
        Rescale.Groups(4, 1, 4, ref x.Origin, 16, ref scale.Origin, ref mean.Origin, ref x.Origin, 16);
        Assert.Equal([11, 21, 31, -39], x.Span[..4].ToArray());
    }

    /// <summary>By hand: 1, 1 + log 2, 1 + log 2 + 100; and a group of one.</summary>
    [Fact]
    public void SumsRiseHoweverFarApartTheNumbersAre()
    {
        AlignedBuffer x = Rows([1, 0, 100, -3, -1000, 1e30f]), y = Data.Filled(16, Data.Sentinel), dy = Rows([1, 10, 100, 1, 1, 1]);
        Rising.Sums(3, 1, 6, ref x.Origin, 16, ref y.Origin, 16);
        TestData.Near([1, 1.6931472f, 101.69315f, 0], [.. y.Span[..3], y.Span[6]], 1e-6);
        Assert.Equal(-3, y.Span[3]);
        Assert.Equal(-3, y.Span[4]);
        Assert.Equal(1e30f, y.Span[5]);
        Rising.SumsGradient(3, 1, 6, ref x.Origin, 16, ref dy.Origin, 16, ref dy.Origin, 16);
        TestData.Near([111, 55, 100, 3, 0, 1, 0], dy.Span[..7], 1e-6);
        Rising.Sums(1, 1, 6, ref x.Origin, 16, ref y.Origin, 16);
        Assert.Equal(x.Span[..6].ToArray(), y.Span[..6].ToArray());

        // In every draw of any size the floats never fall.
        for (ulong seed = 1; seed < 200; seed++)
        {
            TestData.Random(15, seed, MathF.Pow(10, (seed % 20) - 8f)).CopyTo(x.Span);
            Rising.Sums(5, 1, 15, ref x.Origin, 16, ref y.Origin, 16);
            for (int i = 0; i < 15; i++)
            {
                Assert.True(i % 5 == 0 || y.Span[i] >= y.Span[i - 1]);
            }
        }
    }

    private static AlignedBuffer Rows(ReadOnlySpan<float> values)
    {
        AlignedBuffer rows = new(16);
        values.CopyTo(rows.Span);
        return rows;
    }
}
