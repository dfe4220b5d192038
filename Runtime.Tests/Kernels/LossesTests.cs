// Losses and their gradients against the formulas in double. Knows rows and weights; knows no network.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

/// <summary>Losses against their formulas in double, gradients against the formulas' derivatives.</summary>
public sealed class LossesTests
{
    private const int Rows = 6;
    private static readonly float[] Weights = [1, 0, 1, 1, 0, 1];
    private static readonly float[] Real = [0.25f, 0, 3, 1e-3f, 0, 1.5f];

    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 40), 64, 100, 255, 256];

    [Theory]
    [MemberData(nameof(Widths))]
    public void MeanSquaredError(int width) => Elementwise(
        width, Losses.MeanSquaredError, Losses.MeanSquaredErrorGradient, (y, t) => (y - t) * (y - t), (y, t) => 2 * (y - t));

    [Theory]
    [MemberData(nameof(Widths))]
    public void MeanAbsoluteError(int width) => Elementwise(
        width, Losses.MeanAbsoluteError, Losses.MeanAbsoluteErrorGradient, (y, t) => Math.Abs(y - t), (y, t) => Math.Sign(y - t));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Huber(int width)
    {
        foreach (var delta in new[] { 0.25f, 1f, 100f })
        {
            Elementwise(
                width,
                (ref float y, nint yRow, ref float t, nint tRow, ReadOnlySpan<float> weights, int rows, int size) =>
                    Losses.Huber(ref y, yRow, ref t, tRow, weights, rows, size, delta),
                (ref float y, nint yRow, ref float t, nint tRow, ReadOnlySpan<float> weights, int rows, int size, float scale, ref float dy, nint dyRow) =>
                    Losses.HuberGradient(ref y, yRow, ref t, tRow, weights, rows, size, delta, scale, ref dy, dyRow),
                (y, t) => Math.Abs(y - t) <= delta ? (y - t) * (y - t) / 2 : delta * (Math.Abs(y - t) - (delta / 2d)),
                (y, t) => Math.Clamp(y - t, -delta, delta));
        }
    }

    [Fact]
    public void LimitsOfTheAbsoluteLosses()
    {
        AlignedBuffer y = new(16), t = new(16), dy = new(16);
        float[] differences = [0, 1e-45f, -1e-45f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        differences.CopyTo(y.Span);
        Losses.MeanAbsoluteErrorGradient(ref y.Origin, 16, ref t.Origin, 16, [], 1, 6, 6, ref dy.Origin, 16);
        Assert.Equal(new[] { 0f, 1, -1, 1, -1, float.NaN }, dy.Span[..6].ToArray());
        Losses.HuberGradient(ref y.Origin, 16, ref t.Origin, 16, [], 1, 6, 0.5f, 6, ref dy.Origin, 16);
        Assert.Equal(new[] { 0f, 1e-45f, -1e-45f, 0.5f, -0.5f, float.NaN }, dy.Span[..6].ToArray());
        Assert.True(double.IsNaN(Losses.MeanAbsoluteError(ref y.Origin, 16, ref t.Origin, 16, [], 1, 6)));
        Assert.True(double.IsNaN(Losses.Huber(ref y.Origin, 16, ref t.Origin, 16, [], 1, 6, 1)));
        Assert.Equal(double.PositiveInfinity, Losses.MeanAbsoluteError(ref y.Origin, 16, ref t.Origin, 16, [], 1, 5));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void BinaryCrossEntropy(int width)
    {
        foreach (var positive in new[] { 0f, 1f, 0.25f, 3f })
        {
            double p = positive == 0 ? 1 : positive;
            Elementwise(
                width,
                (ref float y, nint yRow, ref float t, nint tRow, ReadOnlySpan<float> weights, int rows, int size) =>
                    Losses.BinaryCrossEntropy(ref y, yRow, ref t, tRow, weights, rows, size, positive),
                (ref float y, nint yRow, ref float t, nint tRow, ReadOnlySpan<float> weights, int rows, int size, float scale, ref float dy, nint dyRow) =>
                    Losses.BinaryCrossEntropyGradient(ref y, yRow, ref t, tRow, weights, rows, size, scale, ref dy, dyRow, positive),
                (y, t) => -((p * t * Math.Log(1 / (1 + Math.Exp(-y)))) + ((1 - t) * Math.Log(1 / (1 + Math.Exp(y))))),
                (y, t) => 1 - t - ((1 + ((p - 1) * t)) / (1 + Math.Exp(y))),

                // A sigmoid times 1 + (p - 1) t, which without fused products has two roundings more.
                sigmoids: p == 1 ? 1 : 2 + Math.Abs(p - 1));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void SoftmaxCrossEntropy(int width)
    {
        var stride = Data.Padded(width);
        var y = Data.RandomRows(Rows, width, stride, 1);
        foreach (ref var value in y.Span)
        {
            value *= 9;
        }

        int[] target = [0, -1, width - 1, width / 2, 99999, 0];
        foreach (var weights in new[] { Weights, [1, 0, 0, 0, 0, 0], Real })
        {
            var dy = Data.Filled((Rows * stride) + 16, Data.Sentinel);
            var loss = Losses.SoftmaxCrossEntropy(ref y.Origin, stride, target, weights, Rows, width);
            Losses.SoftmaxCrossEntropyGradient(ref y.Origin, stride, target, weights, Rows, width, 3, ref dy.Origin, stride);
            double expected = 0, counted = weights.Sum(w => (double)w);
            for (var r = 0; r < Rows; r++)
            {
                var e = y.Span.Slice(r * stride, width).ToArray().Select(v => Math.Exp(v)).ToArray();
                expected += weights[r] == 0 ? 0 : weights[r] * (Math.Log(e.Sum()) - y.Span[(r * stride) + target[r]]);
                for (var i = 0; i < stride; i++)
                {
                    var slope = i < width && weights[r] != 0 ? 3 * weights[r] / counted * ((e[i] / e.Sum()) - (i == target[r] ? 1 : 0)) : 0;
                    Data.Near(slope, dy.Span[(r * stride) + i], 1e-6 * Math.Abs(slope) + (slope == 0 ? 0 : 1e-6), $"width {width} row {r} at {i}");
                }
            }

            Assert.Equal(expected / counted, loss, 1e-6 * (1 + Math.Abs(expected / counted)));
            Assert.Equal(Data.Sentinel, dy.Span[Rows * stride]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void PoissonLikelihood(int width) => Elementwise(
        width, Losses.PoissonLikelihood, Losses.PoissonLikelihoodGradient, (y, t) => Math.Exp(y) - (t * y), (y, t) => Math.Exp(y) - t);

    [Fact]
    public void AClassOutOfRangeIsAnError()
    {
        var y = new AlignedBuffer(32);
        Assert.Throws<ArgumentOutOfRangeException>(() => Losses.SoftmaxCrossEntropy(ref y.Origin, 16, [0, 5], [], 2, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Losses.SoftmaxCrossEntropy(ref y.Origin, 16, [-1, 0], [1, 1], 2, 5));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Losses.SoftmaxCrossEntropyGradient(ref y.Origin, 16, [0, 5], [], 2, 5, 1, ref y.Origin, 16));
    }

    [Fact]
    public void NoRowCounted()
    {
        AlignedBuffer y = Data.Random(32, 1), t = Data.Random(32, 2);
        float[] none = [0, 0];
        int[] classes = [0, 0];
        Assert.Equal(0, Losses.MeanSquaredError(ref y.Origin, 16, ref t.Origin, 16, none, 2, 5));
        Assert.Equal(0, Losses.MeanAbsoluteError(ref y.Origin, 16, ref t.Origin, 16, none, 2, 5));
        Assert.Equal(0, Losses.Huber(ref y.Origin, 16, ref t.Origin, 16, none, 2, 5, 1));
        Assert.Equal(0, Losses.BinaryCrossEntropy(ref y.Origin, 16, ref t.Origin, 16, none, 2, 5));
        Assert.Equal(0, Losses.SoftmaxCrossEntropy(ref y.Origin, 16, classes, none, 2, 5));
        foreach (var gradient in new Action<AlignedBuffer>[]
        {
            dy => Losses.MeanSquaredErrorGradient(ref y.Origin, 16, ref t.Origin, 16, none, 2, 5, 1, ref dy.Origin, 16),
            dy => Losses.MeanAbsoluteErrorGradient(ref y.Origin, 16, ref t.Origin, 16, none, 2, 5, 1, ref dy.Origin, 16),
            dy => Losses.HuberGradient(ref y.Origin, 16, ref t.Origin, 16, none, 2, 5, 1, 1, ref dy.Origin, 16),
            dy => Losses.BinaryCrossEntropyGradient(ref y.Origin, 16, ref t.Origin, 16, none, 2, 5, 1, ref dy.Origin, 16),
            dy => Losses.SoftmaxCrossEntropyGradient(ref y.Origin, 16, classes, none, 2, 5, 1, ref dy.Origin, 16),
        })
        {
            var dy = Data.Filled(32, Data.Sentinel);
            gradient(dy);
            Assert.All(dy.Span.ToArray(), v => Assert.Equal(0f, v));
        }
    }

    [Fact]
    public void LargeLogitsGiveFiniteLosses()
    {
        AlignedBuffer y = new(16), t = new(16);
        (y.Span[0], y.Span[1], t.Span[0], t.Span[1]) = (1000, -1000, 1, 1);
        Assert.Equal(500, Losses.BinaryCrossEntropy(ref y.Origin, 16, ref t.Origin, 16, [], 1, 2), 1e-4);
        Assert.Equal(2000, Losses.SoftmaxCrossEntropy(ref y.Origin, 16, [1], [], 1, 2), 1e-4);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer y = Data.Random(6 * 48, 1), t = Data.Random(6 * 48, 2), dy = new(6 * 48), weights = Data.Filled(6 * 48, 1);
        int[] classes = [0, 1, 2, 3, 0, 4];
        double All()
        {
            Losses.MeanSquaredErrorGradient(ref y.Origin, 48, ref t.Origin, 48, Weights, Rows, 40, 1, ref dy.Origin, 48);
            Losses.MeanAbsoluteErrorGradient(ref y.Origin, 48, ref t.Origin, 48, Weights, Rows, 40, 1, ref dy.Origin, 48);
            Losses.HuberGradient(ref y.Origin, 48, ref t.Origin, 48, Weights, Rows, 40, 1, 1, ref dy.Origin, 48);
            Losses.BinaryCrossEntropyGradient(ref y.Origin, 48, ref t.Origin, 48, Weights, Rows, 40, 1, ref dy.Origin, 48);
            Losses.SoftmaxCrossEntropyGradient(ref y.Origin, 48, classes, Weights, Rows, 40, 1, ref dy.Origin, 48);
            Losses.HuberGradient(ref y.Origin, 48, ref t.Origin, 48, weights.Span, Rows, 40, 1, 1, ref dy.Origin, 48);
            return Losses.MeanSquaredError(ref y.Origin, 48, ref t.Origin, 48, Weights, Rows, 40)
                + Losses.MeanSquaredError(ref y.Origin, 48, ref t.Origin, 48, weights.Span, Rows, 40)
                + Losses.MeanAbsoluteError(ref y.Origin, 48, ref t.Origin, 48, Weights, Rows, 40)
                + Losses.Huber(ref y.Origin, 48, ref t.Origin, 48, Weights, Rows, 40, 1)
                + Losses.BinaryCrossEntropy(ref y.Origin, 48, ref t.Origin, 48, Weights, Rows, 40)
                + Losses.SoftmaxCrossEntropy(ref y.Origin, 48, classes, Weights, Rows, 40);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private delegate double Loss(ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width);

    private delegate void Gradient(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width, float scale, ref float dy, nint dyRow);

    private static void Elementwise(
        int width, Loss loss, Gradient gradient, Func<double, double, double> value, Func<double, double, double> slope, double sigmoids = 1)
    {
        int yRow = Data.Padded(width), tRow = yRow + 16;
        AlignedBuffer y = Data.RandomRows(Rows, width, yRow, 1), t = Data.RandomRows(Rows, width, tRow, 2);
        foreach (var weights in new[] { Weights, [1, 1, 1, 1, 1, 1], [], Real })
        {
            var dy = Data.Filled((Rows * yRow) + 16, Data.Sentinel);
            var got = loss(ref y.Origin, yRow, ref t.Origin, tRow, weights, Rows, width);
            gradient(ref y.Origin, yRow, ref t.Origin, tRow, weights, Rows, width, 3, ref dy.Origin, yRow);
            double expected = 0, magnitudes = 0, counted = weights.Length == 0 ? Rows : weights.Sum(w => (double)w);
            for (var at = 0; at < Rows * yRow; at++)
            {
                int r = at / yRow, i = at % yRow;
                double weight = weights.Length == 0 ? 1 : weights[r];
                var counts = i < width && weight != 0;
                double a = y.Span[at], b = t.Span[(r * tRow) + Math.Min(i, width - 1)];
                expected += counts ? weight * value(a, b) : 0;
                magnitudes += counts ? weight * Math.Abs(value(a, b)) : 0;

                // Three roundings, and 1e-7 of the sigmoid.
                double exact = counts ? 3 * weight * slope(a, b) / (counted * width) : 0, allowed = counts ? (2e-7 * Math.Abs(exact)) + (3e-7 * sigmoids * weight / (counted * width)) : 0;
                Data.Near(exact, dy.Span[at], allowed, $"width {width} row {r} at {i}");
            }

            Assert.Equal(expected / (counted * width), got, 5e-7 * magnitudes / (counted * width));
            Assert.Equal(Data.Sentinel, dy.Span[Rows * yRow]);
        }

        foreach (var magnitude in new[] { 1f, 1e-37f, 1e37f })
        {
            Elements(width, loss, gradient, value, slope, magnitude, sigmoids);
        }
    }

    /// <summary>Weights of elements: 0 on what is not a number, and of any magnitude.</summary>
    private static void Elements(int width, Loss loss, Gradient gradient, Func<double, double, double> value, Func<double, double, double> slope, float magnitude, double sigmoids)
    {
        var row = Data.Padded(width);
        AlignedBuffer y = Data.RandomRows(Rows, width, row, 1), t = Data.RandomRows(Rows, width, row, 2), weights = new(Rows * row), dy = Data.Filled((Rows * row) + 16, Data.Sentinel);
        for (var at = 0; at < Rows * row; at++)
        {
            int r = at / row, i = at % row;
            weights.Span[at] = i >= width ? 0 : magnitude * ((r + i) % 4 == 1 ? 0 : 0.25f + ((r * 5) + i) % 3);
            (y.Span[at], t.Span[at]) = i < width && weights.Span[at] == 0 ? (float.NaN, float.NaN) : (y.Span[at], t.Span[at]);
        }

        double expected = 0, magnitudes = 0, total = 0;
        for (var at = 0; at < Rows * row; at++)
        {
            double weight = weights.Span[at];
            total += weight;
            expected += weight == 0 ? 0 : weight * value(y.Span[at], t.Span[at]);
            magnitudes += weight == 0 ? 0 : weight * Math.Abs(value(y.Span[at], t.Span[at]));
        }

        Assert.Equal(expected / total, loss(ref y.Origin, row, ref t.Origin, row, weights.Span, Rows, width), 1e-6 * magnitudes / total);
        Assert.Equal(total / width, Losses.TotalWeight(weights.Span, Rows, width), 1e-12 * total);
        gradient(ref y.Origin, row, ref t.Origin, row, weights.Span, Rows, width, 3, ref dy.Origin, row);
        for (var at = 0; at < Rows * row; at++)
        {
            double share = 3 * weights.Span[at] / total, exact = share == 0 ? 0 : share * slope(y.Span[at], t.Span[at]);
            Data.Near(exact, dy.Span[at], share == 0 ? 0 : (3e-7 * Math.Abs(exact)) + (3e-7 * sigmoids * share), $"width {width}, weights of {magnitude}, row {at / row} at {at % row}");
        }

        Assert.Equal(Data.Sentinel, dy.Span[Rows * row]);
        var zero = new float[Rows * row];
        Assert.Equal(0, loss(ref y.Origin, row, ref t.Origin, row, zero, Rows, width));
        gradient(ref y.Origin, row, ref t.Origin, row, zero, Rows, width, 3, ref dy.Origin, row);
        Assert.All(dy.Span[..(Rows * row)].ToArray(), g => Assert.Equal(0f, g));
    }
}
