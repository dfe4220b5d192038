// The CTC loss against the enumeration of all paths, and its gradient against difference quotients of that. Knows rows; knows no network.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

/// <summary>Small cases against all paths; large ones by what must hold.</summary>
public sealed class ConnectionistTemporalTests
{
    // Empty targets, one label, equal neighbours, one that only just fits; the blank first, inside and last.
    private static IEnumerable<(int Classes, int Blank, int[] Inputs, int[][] Targets)> Cases =>
    [
        (2, 0, [1, 4, 4, 0], [[1], [1], [], []]),
        (3, 1, [5, 3, 4, 2], [[0, 2], [0, 0], [2, 0, 2], []]),
        (4, 3, [5, 5, 5, 4], [[0, 1, 2], [1, 1, 1], [2], [0, 0]]),
        (1, 0, [3, 2], [[], []]),
    ];

    [Fact]
    public void AgainstAllPaths()
    {
        foreach (var (classes, blank, inputs, targets) in Cases)
        {
            int batch = inputs.Length, steps = 6, most = targets.Max(t => t.Length), row = 32;
            var y = Logits(steps, batch, classes, row, inputs);
            var dy = Data.Filled((steps * batch * row) + 16, Data.Sentinel);
            var scratch = Scratch(steps, most, classes);
            int[] labels = Labels(targets, most), counts = targets.Select(t => t.Length).ToArray();
            var loss = ConnectionistTemporal.Loss(ref y.Origin, row, steps, batch, classes, blank, inputs, labels, most, counts, scratch);
            var again = ConnectionistTemporal.LossAndGradient(
                ref y.Origin, row, steps, batch, classes, blank, inputs, labels, most, counts, 3, ref dy.Origin, row, scratch);
            Assert.Equal(loss, again);
            var logits = y.Span.ToArray().Select(v => (double)v).ToArray();
            double Reference(int b) => Paths(logits, b, batch, row, classes, blank, inputs[b], targets[b]) / batch;
            Assert.Equal(Enumerable.Range(0, batch).Sum(Reference), loss, 3e-7 * (1 + loss));
            for (var at = 0; at < steps * batch * row; at++)
            {
                int r = at / row, k = at % row;
                if (k >= 16)
                {
                    Assert.Equal(Data.Sentinel, dy.Span[at]);
                    continue;
                }

                if (k >= classes || r / batch >= inputs[r % batch])
                {
                    Assert.Equal(0f, dy.Span[at]);
                    continue;
                }

                var value = logits[at];
                logits[at] = value + 1e-4;
                var above = Reference(r % batch);
                logits[at] = value - 1e-4;
                var below = Reference(r % batch);
                logits[at] = value;
                Data.Near(3 * (above - below) / 2e-4, dy.Span[at], 2e-6, $"{classes} classes, blank {blank}, row {r}, class {k}");
            }

            // In place.
            ConnectionistTemporal.LossAndGradient(ref y.Origin, row, steps, batch, classes, blank, inputs, labels, most, counts, 3, ref y.Origin, row, scratch);
            for (var r = 0; r < steps * batch; r++)
            {
                Assert.True(dy.Span.Slice(r * row, 16).SequenceEqual(y.Span.Slice(r * row, 16)));
            }
        }
    }

    [Fact]
    public void WithoutLengthsAllCount()
    {
        var y = Logits(4, 2, 3, 16, [4, 4]);
        int[] labels = [1, 2, 2, 1];
        var scratch = Scratch(4, 2, 3);
        Assert.Equal(
            ConnectionistTemporal.Loss(ref y.Origin, 16, 4, 2, 3, 0, [4, 4], labels, 2, [2, 2], scratch),
            ConnectionistTemporal.Loss(ref y.Origin, 16, 4, 2, 3, 0, [], labels, 2, [], scratch));
    }

    [Fact]
    public void ATargetThatDoesNotFitIsInfiniteWithoutAGradient()
    {
        var y = Logits(4, 3, 3, 16, [4, 4, 4]);
        var dy = Data.Filled(4 * 3 * 16, Data.Sentinel);
        int[] labels = [1, 2, 1, 1, 1, 1, 1, 2, 1];
        var scratch = Scratch(4, 3, 3);
        var loss = ConnectionistTemporal.LossAndGradient(ref y.Origin, 16, 4, 3, 3, 0, [2, 4, 4], labels, 3, [3, 3, 3], 1, ref dy.Origin, 16, scratch);
        Assert.Equal(double.PositiveInfinity, loss);
        for (var r = 0; r < 12; r++)
        {
            Assert.Equal(r % 3 == 2, dy.Span.Slice(r * 16, 3).ToArray().Any(v => v != 0));
            Assert.True(dy.Span.Slice(r * 16, 3).ToArray().All(float.IsFinite));
        }
    }

    [Fact]
    public void LongSequencesOfExtremeLogits()
    {
        // Probabilities far below the smallest double; by far the most likely path gives the target.
        const int Steps = 400, Classes = 40;
        var y = Data.Random(Steps * 48, 1);
        int[] labels = Enumerable.Range(0, 150).Select(i => 1 + (i * 7 % 39)).ToArray();
        for (var t = 0; t < Steps; t++)
        {
            foreach (ref var value in y.Span.Slice(t * 48, Classes))
            {
                value *= 300;
            }
        }

        var dy = new AlignedBuffer(Steps * 48);
        var scratch = Scratch(Steps, 150, Classes);
        var loss = ConnectionistTemporal.LossAndGradient(ref y.Origin, 48, Steps, 1, Classes, 0, [], labels, 150, [], 150, ref dy.Origin, 48, scratch);
        Assert.InRange(loss, 100, 1000);
        for (var t = 0; t < Steps; t++)
        {
            Assert.Equal(0, dy.Span.Slice(t * 48, Classes).ToArray().Sum(v => (double)v), 1e-5);
            Assert.All(dy.Span.Slice(t * 48, Classes).ToArray(), v => Assert.InRange(v, -1.0001f, 1.0001f));
        }
    }

    [Theory]
    [InlineData(40, 19, 2)]
    [InlineData(40, 19, 3)]
    [InlineData(40, 19, 4)]
    [InlineData(40, 19, 5)]
    [InlineData(40, 19, 11)]
    [InlineData(40, 19, 39)]
    [InlineData(40, 0, 4)]
    [InlineData(40, 40, 6)]
    [InlineData(2000, 150, 8)]
    [InlineData(2000, 150, 1999)]
    public unsafe void WithLittleRoomRowsAreComputedAgainToTheSameBits(int steps, int count, int kept)
    {
        const int Classes = 20;
        var y = Data.RandomRows(steps, Classes, 32, 3);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => 1 + (i * 7 % 19))];
        float[] whole = Gradient(steps, out double expected), little = Gradient(kept, out double probability);
        Assert.Equal(expected, probability);
        Assert.True(double.IsFinite(expected));
        Assert.True(whole.Max(MathF.Abs) > 0);
        Assert.True(whole.AsSpan().SequenceEqual(little));

        float[] Gradient(int rows, out double value)
        {
            long room = rows * CtcLattice.RowLength(count);
            double[] scratch = new double[room + steps + (6 * CtcLattice.RowLength(count)) + Classes];
            Array.Fill(scratch, double.NaN);
            float[] gradient = y.Span.ToArray();
            fixed (double* pin = scratch)
            fixed (float* dy = gradient)
            {
                CtcLattice lattice = new(pin, steps, Classes, 0, labels, room);
                value = lattice.Forward(dy, 32, steps);

                // In place.
                lattice.Backward(dy, 32, steps, value, 1, dy, 32);
            }

            return gradient;
        }
    }

    [Fact]
    public void MemoryIsProportionalToTheSteps()
    {
        long Bytes(int steps) => sizeof(double) * ConnectionistTemporal.ScratchLength(steps, steps, 50);
        Assert.InRange(Bytes(8_000), 0, 20_000_000);
        Assert.InRange(Bytes(40_000), 0, 100_000_000);
        Assert.InRange(Bytes(80_000) / (double)Bytes(40_000), 1.99, 2.01);
        Assert.True(Bytes(int.MaxValue) > 0);

        // Short ones take no more than all rows.
        Assert.Equal((5 * 23) + 5 + (6 * 23) + 3, ConnectionistTemporal.ScratchLength(5, 5, 3));
    }

    [Fact]
    public void AsManyLabelsAsStepsOnALongSequence()
    {
        // No path but one: every step says its label. The room holds some hundred rows of three thousand.
        const int Steps = 3000, Classes = 3;
        var y = Data.RandomRows(Steps, Classes, 16, 4);
        int[] labels = [.. Enumerable.Range(0, Steps).Select(i => 1 + (i % 2))];
        Assert.Equal(Steps, ConnectionistTemporal.StepsOf(labels));
        var dy = new AlignedBuffer(Steps * 16);
        double loss = ConnectionistTemporal.LossAndGradient(ref y.Origin, 16, Steps, 1, Classes, 0, [], labels, Steps, [], Steps, ref dy.Origin, 16, Scratch(Steps, Steps, Classes));
        double expected = 0;
        for (var t = 0; t < Steps; t++)
        {
            double[] e = [.. y.Span.Slice(t * 16, Classes).ToArray().Select(v => Math.Exp(v))];
            expected -= Math.Log(e[labels[t]] / e.Sum()) / Steps;
            for (var k = 0; k < Classes; k++)
            {
                Data.Near((e[k] / e.Sum()) - (k == labels[t] ? 1 : 0), dy.Span[(t * 16) + k], 2e-6, $"step {t}, class {k}");
            }
        }

        Assert.Equal(expected, loss, 1e-6);
    }

    [Fact]
    public void LabelsNeedStepsAndBlanksBetweenEqualOnes()
    {
        foreach (var (steps, labels) in new (int, int[])[] { (0, []), (1, [5]), (2, [1, 2]), (3, [1, 1]), (3, [1, 2, 1]), (7, [2, 2, 2, 2]) })
        {
            Assert.Equal(steps, ConnectionistTemporal.StepsOf(labels));
        }
    }

    [Fact]
    public void NaNPropagates()
    {
        var y = Logits(4, 2, 3, 16, [4, 4]);
        y.Span[(2 * 2 * 16) + 1] = float.NaN;
        var dy = new AlignedBuffer(4 * 2 * 16);
        var scratch = Scratch(4, 2, 3);
        Assert.True(double.IsNaN(ConnectionistTemporal.LossAndGradient(
            ref y.Origin, 16, 4, 2, 3, 0, [], [1, 2, 1, 2], 2, [], 1, ref dy.Origin, 16, scratch)));
        for (var r = 0; r < 8; r++)
        {
            Assert.Equal(r % 2 == 0, dy.Span.Slice(r * 16, 3).ToArray().All(float.IsNaN));
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var y = new AlignedBuffer(64);
        var scratch = Scratch(4, 2, 3);
        void Refused(int blank, int[] inputs, int[] labels, int[] counts, int scratchLength) => Assert.Throws<ArgumentOutOfRangeException>(
            () => ConnectionistTemporal.Loss(ref y.Origin, 16, 4, 1, 3, blank, inputs, labels, 2, counts, scratch.AsSpan(0, scratchLength)));
        Refused(3, [], [1, 2], [], scratch.Length);
        Refused(0, [5], [1, 2], [], scratch.Length);
        Refused(0, [-1], [1, 2], [], scratch.Length);
        Refused(0, [], [1, 3], [], scratch.Length);
        Refused(0, [], [1, -1], [], scratch.Length);
        Refused(0, [], [1], [], scratch.Length);
        Refused(0, [], [1, 2], [3], scratch.Length);
        Refused(0, [], [1, 2], [], scratch.Length - 1);
        Assert.Throws<ArgumentException>(() => ConnectionistTemporal.Loss(ref y.Origin, 16, 4, 1, 3, 0, [], [1, 0], 2, [], scratch));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer y = Data.Random(128, 1), dy = new(128);
        var scratch = Scratch(4, 2, 3);
        int[] labels = [1, 2, 2, 2];
        double All() => ConnectionistTemporal.Loss(ref y.Origin, 16, 4, 2, 3, 0, [], labels, 2, [], scratch)
            + ConnectionistTemporal.LossAndGradient(ref y.Origin, 16, 4, 2, 3, 0, [], labels, 2, [], 1, ref dy.Origin, 16, scratch);

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // Of any content: not a number, not zero.
    private static double[] Scratch(int steps, int labels, int classes)
    {
        var scratch = new double[ConnectionistTemporal.ScratchLength(steps, labels, classes)];
        Array.Fill(scratch, double.NaN);
        return scratch;
    }

    // NaN in padding and beyond the lengths.
    private static AlignedBuffer Logits(int steps, int batch, int classes, int row, int[] inputs)
    {
        var y = Data.RandomRows(steps * batch, classes, row, 5);
        for (var r = 0; r < steps * batch; r++)
        {
            foreach (ref var value in y.Span.Slice(r * row, row))
            {
                value = r / batch < inputs[r % batch] ? value * 3 : float.NaN;
            }
        }

        return y;
    }

    private static int[] Labels(int[][] targets, int most) => targets.SelectMany(t => t.Concat(Enumerable.Repeat(-7, most - t.Length))).ToArray();

    // -log of the sum over all paths, divided by the number of labels.
    private static double Paths(double[] logits, int b, int batch, int row, int classes, int blank, int steps, int[] target)
    {
        double total = 0;
        var path = new int[steps];
        var softmax = new double[steps][];
        for (var t = 0; t < steps; t++)
        {
            var e = logits.AsSpan(((t * batch) + b) * row, classes).ToArray().Select(Math.Exp).ToArray();
            softmax[t] = e.Select(v => v / e.Sum()).ToArray();
        }

        for (var number = 0; number < (int)Math.Round(Math.Pow(classes, steps)); number++)
        {
            var probability = 1d;
            for (int t = 0, rest = number; t < steps; t++, rest /= classes)
            {
                path[t] = rest % classes;
                probability *= softmax[t][path[t]];
            }

            var merged = path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k)).ToArray();
            total += merged.SequenceEqual(target) ? probability : 0;
        }

        return -Math.Log(total) / Math.Max(1, target.Length);
    }
}
