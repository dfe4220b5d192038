// Reductions of slots and rows against double. Knows rows; knows no layer.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class ReductionsTests512 : ReductionsTests<V16>;

public sealed class ReductionsTests256 : ReductionsTests<V8>;

public sealed class ReductionsTests128 : ReductionsTests<V4>;

/// <summary>Sums, means and maxima and their derivatives, at one vector width.</summary>
public abstract class ReductionsTests<T>
    where T : unmanaged, IVec<T>
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 40), 64, 100, 255];

    [Theory]
    [MemberData(nameof(Widths))]
    public void OfSlots(int width)
    {
        foreach (var (rows, slots) in new[] { (1, 1), (3, 1), (2, 5), (0, 3) })
        {
            int slot = Data.Padded(width) + 16, row = (slots * slot) + 32, yRow = 16;
            AlignedBuffer x = Data.Filled((rows * row) + 16, float.NaN), values = Data.Random((rows * row) + 16, 1), dy = Data.RandomRows(rows, slots, yRow, 2);
            for (var k = 0; k < rows * slots; k++)
            {
                int at = (k / slots * row) + (k % slots * slot);
                values.Span.Slice(at, width).CopyTo(x.Span[at..]);
                x.Span[at] = width > 2 ? x.Span[at + (width / 2)] = k % 3 : x.Span[at];
            }

            AlignedBuffer sum = Data.Filled((rows * yRow) + 16, Data.Sentinel), mean = new((rows * yRow) + 16), max = new((rows * yRow) + 16);
            Reductions<T>.Sum(rows, slots, width, ref x.Origin, row, slot, ref sum.Origin, yRow);
            Reductions<T>.Mean(rows, slots, width, ref x.Origin, row, slot, ref mean.Origin, yRow);
            Reductions<T>.Max(rows, slots, width, ref x.Origin, row, slot, ref max.Origin, yRow);
            AlignedBuffer dSum = Data.Filled((rows * row) + 16, Data.Sentinel), dMean = new((rows * row) + 16), dMax = new((rows * row) + 16);
            Reductions<T>.SumGradient(rows, slots, width, ref dy.Origin, yRow, ref dSum.Origin, row, slot);
            Reductions<T>.MeanGradient(rows, slots, width, ref dy.Origin, yRow, ref dMean.Origin, row, slot);
            Reductions<T>.MaxGradient(rows, slots, width, ref dy.Origin, yRow, ref x.Origin, row, slot, ref dMax.Origin, row, slot);
            for (var k = 0; k < rows * slots; k++)
            {
                int at = (k / slots * row) + (k % slots * slot), y = (k / slots * yRow) + (k % slots);
                var line = x.Span.Slice(at, width).ToArray();
                Data.Near(line.Sum(v => (double)v), sum.Span[y], 1e-6 * width, $"sum, width {width}");
                Data.Near(line.Average(v => (double)v), mean.Span[y], 1e-6, $"mean, width {width}");
                Assert.Equal(line.Max(), max.Span[y]);
                for (var i = 0; i < width; i++)
                {
                    Assert.Equal(dy.Span[y], dSum.Span[at + i]);
                    Data.Near(dy.Span[y] / (double)width, dMean.Span[at + i], 1e-7, $"mean's gradient, width {width}");
                    Assert.Equal(i == Array.IndexOf(line, line.Max()) ? dy.Span[y] : 0f, dMax.Span[at + i]);
                }
            }

            Assert.Equal(Data.Sentinel, sum.Span[rows * yRow]);
            Assert.Equal(Data.Sentinel, dSum.Span[rows * row]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void OverRows(int width)
    {
        foreach (var rows in new[] { 0, 1, 2, 7 })
        {
            int stride = Data.Padded(width) + 16, padded = Data.Padded(width);
            AlignedBuffer x = Data.RandomRows(rows, width, stride, 1), sum = Data.Filled(padded + 16, 0.5f), all = Data.Filled(16, 0.25f);
            Reductions<T>.AddRows(rows, width, ref x.Origin, stride, ref sum.Origin);
            Reductions<T>.AddAll(rows, width, ref x.Origin, stride, ref all.Origin);
            var total = 0d;
            for (var i = 0; i < padded + 16; i++)
            {
                var column = i < width ? Enumerable.Range(0, rows).Sum(r => (double)x.Span[(r * stride) + i]) : 0;
                Data.Near(0.5 + column, sum.Span[i], i < width ? 1e-6 : 0, $"column {i} of {width}, {rows} rows");
                total += column;
            }

            Data.Near(0.25 + total, all.Span[0], 1e-6 * (1 + Math.Abs(total)), $"all of {width}, {rows} rows");
            Assert.All(all.Span[1..].ToArray(), v => Assert.Equal(0.25f, v));
        }
    }

    [Fact]
    public void NaNPropagates()
    {
        for (var at = 0; at < 20; at++)
        {
            AlignedBuffer x = Data.RandomRows(2, 20, 32, 1), y = new(32), dy = Data.Filled(32, 3), dx = new(64);
            x.Span[at] = float.NaN;
            Reductions<T>.Sum(2, 1, 20, ref x.Origin, 32, 32, ref y.Origin, 16);
            Assert.True(float.IsNaN(y.Span[0]) && float.IsFinite(y.Span[16]));
            Reductions<T>.Max(2, 1, 20, ref x.Origin, 32, 32, ref y.Origin, 16);
            Assert.True(float.IsNaN(y.Span[0]) && float.IsFinite(y.Span[16]));
            Reductions<T>.MaxGradient(1, 1, 20, ref dy.Origin, 16, ref x.Origin, 32, 32, ref dx.Origin, 32, 32);
            Assert.Equal(3f, dx.Span[at]);
            Assert.Equal(3f, dx.Span[..20].ToArray().Sum());
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer x = Data.Random(512, 1), y = Data.Random(512, 2);
        void All()
        {
            Reductions<T>.Mean(2, 4, 20, ref x.Origin, 128, 32, ref y.Origin, 16);
            Reductions<T>.Max(2, 4, 20, ref x.Origin, 128, 32, ref y.Origin, 16);
            Reductions<T>.MeanGradient(2, 4, 20, ref y.Origin, 16, ref x.Origin, 128, 32);
            Reductions<T>.MaxGradient(2, 4, 20, ref y.Origin, 16, ref x.Origin, 128, 32, ref x.Origin, 128, 32);
            Reductions<T>.AddRows(2, 20, ref x.Origin, 32, ref y.Origin);
            Reductions<T>.AddAll(2, 20, ref x.Origin, 32, ref y.Origin);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
