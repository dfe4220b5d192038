// Operations along the steps of sequences against double, with and without lengths. Knows rows; knows no layer.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class AlongTests512 : AlongTests<V16>;

public sealed class AlongTests256 : AlongTests<V8>;

public sealed class AlongTests128 : AlongTests<V4>;

/// <summary>Reductions, copies and softmax along time, at one vector width.</summary>
public abstract class AlongTests<T>
    where T : unmanaged, IVec<T>
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 20), 31, 33, 100];

    // Steps, sequences and lengths: 0, all, more than there are, and none given.
    internal static IEnumerable<(int Steps, int Batch, int[] Lengths)> Cases =>
        [(1, 1, []), (5, 3, []), (5, 4, [5, 0, 2, 9]), (6, 2, [1, 6]), (0, 2, []), (0, 2, [0, 0])];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Reductions(int width)
    {
        foreach (var (steps, batch, lengths) in Cases)
        {
            int row = Data.Padded(width) + 16, yRow = Data.Padded(width);
            var x = Sequence(steps, batch, lengths, width, row, 1);
            AlignedBuffer dy = Data.RandomRows(batch, width, yRow, 2);
            AlignedBuffer Run(Action<AlignedBuffer> kernel, int size)
            {
                var result = Data.Filled(size + 16, Data.Sentinel);
                kernel(result);
                Assert.Equal(Data.Sentinel, result.Span[size]);
                return result;
            }

            AlignedBuffer sum = Run(y => Along<T>.Sum(steps, batch, lengths, width, ref x.Origin, row, ref y.Origin, yRow), batch * yRow);
            AlignedBuffer mean = Run(y => Along<T>.Mean(steps, batch, lengths, width, ref x.Origin, row, ref y.Origin, yRow), batch * yRow);
            AlignedBuffer max = Run(y => Along<T>.Max(steps, batch, lengths, width, ref x.Origin, row, ref y.Origin, yRow), batch * yRow);
            AlignedBuffer last = Run(y => Along<T>.Last(steps, batch, lengths, width, ref x.Origin, row, ref y.Origin, yRow), batch * yRow);
            int size = steps * batch * row;
            AlignedBuffer dSum = Run(dx => Along<T>.SumGradient(steps, batch, lengths, width, ref dy.Origin, yRow, ref dx.Origin, row), size);
            AlignedBuffer dMean = Run(dx => Along<T>.MeanGradient(steps, batch, lengths, width, ref dy.Origin, yRow, ref dx.Origin, row), size);
            AlignedBuffer dMax = Run(dx => Along<T>.MaxGradient(steps, batch, lengths, width, ref dy.Origin, yRow, ref x.Origin, row, ref dx.Origin, row), size);
            AlignedBuffer atLast = Run(dx => Along<T>.AtLast(steps, batch, lengths, width, ref dy.Origin, yRow, ref dx.Origin, row), size);
            for (var k = 0; k < batch * width; k++)
            {
                int b = k / width, i = k % width, valid = Valid(lengths, b, steps);
                var line = Enumerable.Range(0, valid).Select(s => x.Span[(((s * batch) + b) * row) + i]).ToArray();
                int y = (b * yRow) + i;
                Data.Near(line.Sum(v => (double)v), sum.Span[y], 2e-6, $"sum, width {width}");
                Data.Near(valid == 0 ? 0 : line.Average(v => (double)v), mean.Span[y], 1e-6, $"mean, width {width}");
                Assert.Equal(valid == 0 ? 0 : line.Max(), max.Span[y]);
                Assert.Equal(valid == 0 ? 0 : line[^1], last.Span[y]);
                for (var s = 0; s < steps; s++)
                {
                    int at = (((s * batch) + b) * row) + i;
                    Assert.Equal(s < valid ? dy.Span[y] : 0f, dSum.Span[at]);
                    Data.Near(s < valid ? dy.Span[y] / (double)valid : 0, dMean.Span[at], 1e-7, $"mean's gradient, width {width}");
                    Assert.Equal(s < valid && s == Array.IndexOf(line, line.Max()) ? dy.Span[y] : 0f, dMax.Span[at]);
                    Assert.Equal(s == valid - 1 ? dy.Span[y] : 0f, atLast.Span[at]);
                }
            }
        }
    }

    [Fact]
    public void SoftmaxAndItsGradient()
    {
        foreach (var (steps, batch, lengths) in Cases.Append((1100, 2, [1100, 512])).Append((64, 1, [])))
        {
            foreach (var limit in new[] { int.MaxValue, 3, 0 })
            {
                AlignedBuffer x = Sequence(steps, batch, lengths, 1, 16, 1), y = Data.Filled((steps * batch * 32) + 16, Data.Sentinel);
                AlignedBuffer dy = Sequence(steps, batch, lengths, 1, 16, 2), dx = Sequence(steps, batch, lengths, 1, 16, 2);
                foreach (ref var value in x.Span)
                {
                    value *= 30;
                }

                Along<T>.Softmax(steps, batch, lengths, limit, ref x.Origin, 16, ref y.Origin, 32);
                Along<T>.SoftmaxGradient(steps, batch, lengths, limit, ref y.Origin, 32, ref dx.Origin, 16, ref dx.Origin, 16);
                for (var b = 0; b < batch; b++)
                {
                    var valid = Math.Min(limit, Valid(lengths, b, steps));
                    var e = Enumerable.Range(0, valid).Select(s => Math.Exp(x.Span[((s * batch) + b) * 16])).ToArray();
                    var p = e.Select(v => v / e.Sum()).ToArray();
                    var dot = p.Select((v, s) => v * dy.Span[((s * batch) + b) * 16]).Sum();
                    for (var s = 0; s < steps; s++)
                    {
                        var d = s < valid ? p[s] * (dy.Span[((s * batch) + b) * 16] - dot) : 0;
                        Data.Near(s < valid ? p[s] : 0, y.Span[((s * batch) + b) * 32], s < valid ? 4e-6 * p[s] : 0, $"softmax of {valid}, step {s}");
                        Data.Near(d, dx.Span[((s * batch) + b) * 16], s < valid ? 2e-6 : 0, $"gradient of {valid}, step {s}");
                    }
                }

                Assert.Equal(Data.Sentinel, y.Span[steps * batch * 32]);
            }
        }
    }

    [Fact]
    public void NaNPropagatesThroughItsSequenceOnly()
    {
        for (var at = 0; at < 4; at++)
        {
            AlignedBuffer x = Sequence(4, 2, [], 20, 32, 1), y = new(4 * 2 * 32), dy = Data.Filled(64, 3);
            x.Span[(at * 2 * 32) + 18] = float.NaN;
            x.Span[(3 * 2 * 32) + 18] = float.NaN;
            Along<T>.Max(4, 2, [], 20, ref x.Origin, 32, ref y.Origin, 32);
            Assert.True(float.IsNaN(y.Span[18]) && float.IsFinite(y.Span[17]) && float.IsFinite(y.Span[32 + 18]));
            Along<T>.Sum(4, 2, [], 20, ref x.Origin, 32, ref y.Origin, 32);
            Assert.True(float.IsNaN(y.Span[18]) && float.IsFinite(y.Span[17]) && float.IsFinite(y.Span[32 + 18]));
            Along<T>.MaxGradient(4, 2, [], 20, ref dy.Origin, 32, ref x.Origin, 32, ref y.Origin, 32);
            Assert.Equal(at, Enumerable.Range(0, 4).Single(s => y.Span[(s * 2 * 32) + 18] == 3));
            x.Span[at * 2 * 32] = float.NaN;
            Along<T>.Softmax(4, 2, [], int.MaxValue, ref x.Origin, 32, ref y.Origin, 32);
            Assert.True(Enumerable.Range(0, 8).All(row => float.IsNaN(y.Span[row * 32]) == (row % 2 == 0)));
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer x = Data.Random(1024, 1), y = Data.Random(1024, 2);
        int[] lengths = [4, 2];
        void All()
        {
            Along<T>.Mean(4, 2, lengths, 20, ref x.Origin, 32, ref y.Origin, 32);
            Along<T>.Max(4, 2, lengths, 20, ref x.Origin, 32, ref y.Origin, 32);
            Along<T>.MeanGradient(4, 2, lengths, 20, ref x.Origin, 32, ref y.Origin, 32);
            Along<T>.MaxGradient(4, 2, lengths, 20, ref y.Origin, 32, ref x.Origin, 32, ref y.Origin, 32);
            Along<T>.Last(4, 2, lengths, 20, ref x.Origin, 32, ref y.Origin, 32);
            Along<T>.AtLast(4, 2, lengths, 20, ref x.Origin, 32, ref y.Origin, 32);
            Along<T>.Softmax(4, 2, lengths, 3, ref x.Origin, 32, ref y.Origin, 32);
            Along<T>.SoftmaxGradient(4, 2, lengths, 3, ref y.Origin, 32, ref x.Origin, 32, ref x.Origin, 32);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    internal static int Valid(int[] lengths, int b, int steps) => lengths.Length == 0 ? steps : Math.Min(steps, lengths[b]);

    /// <summary>Rows s * batch + b; NaN in the padding and in rows beyond the lengths. Steps 0 and 2 are the same, for ties.</summary>
    internal static AlignedBuffer Sequence(int steps, int batch, int[] lengths, int width, int row, ulong seed)
    {
        var x = Data.RandomRows(steps * batch, width, row, seed);
        for (var k = 0; k < steps * batch; k++)
        {
            if (k / batch == 2)
            {
                x.Span.Slice(k % batch * row, row).CopyTo(x.Span[(k * row)..]);
            }
        }

        for (var k = 0; k < steps * batch; k++)
        {
            if (k / batch >= Valid(lengths, k % batch, steps))
            {
                x.Span.Slice(k * row, row).Fill(float.NaN);
            }
        }

        return x;
    }
}
