// Row kernels (lookup, softmax) against double. Knows rows; knows no layer.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class RowsTests512 : RowsTests<V16>;

public sealed class RowsTests256 : RowsTests<V8>;

public sealed class RowsTests128 : RowsTests<V4>;

/// <summary>Operations along rows, over every width from 1 to 256, at one vector width.</summary>
public abstract class RowsTests<T>
    where T : unmanaged, IVec<T>
{
    [Fact]
    public void SoftmaxAndItsGradient()
    {
        const int Rows = 2;
        for (var width = 1; width <= 256; width++)
        {
            int stride = Data.Padded(width), wide = stride + 16;
            AlignedBuffer x = Data.RandomRows(Rows, width, wide, (ulong)width), dy = Data.RandomRows(Rows, width, stride, 7);
            AlignedBuffer y = Data.Filled((Rows * stride) + 16, Data.Sentinel), dx = Data.Filled((Rows * wide) + 16, Data.Sentinel);
            foreach (ref var value in x.Span)
            {
                value *= 30;
            }

            Rows<T>.Softmax(Rows, width, ref x.Origin, wide, ref y.Origin, stride);
            Rows<T>.SoftmaxGradient(Rows, width, ref y.Origin, stride, ref dy.Origin, stride, ref dx.Origin, wide);
            for (var r = 0; r < Rows; r++)
            {
                var e = x.Span.Slice(r * wide, width).ToArray().Select(v => Math.Exp(v)).ToArray();
                var expected = e.Select(v => v / e.Sum()).ToArray();
                var dot = expected.Select((v, i) => v * dy.Span[(r * stride) + i]).Sum();
                Data.Near(Math.Log(e.Sum()), (float)Rows<T>.LogSumExp(ref System.Runtime.CompilerServices.Unsafe.Add(ref x.Origin, r * wide), width), 3e-6, "log sum exp");
                for (var i = 0; i < stride; i++)
                {
                    var (p, d) = i < width ? (expected[i], expected[i] * (dy.Span[(r * stride) + i] - dot)) : (0, 0);

                    // x - max is rounded to a float before exp sees it.
                    var rounding = i < width ? 6e-8 * Math.Abs(x.Span[(r * wide) + i] - Math.Log(e.Max())) : 0;
                    Data.Near(p, y.Span[(r * stride) + i], (5e-7 + rounding) * p, $"softmax, width {width} at {i}");
                    Data.Near(d, dx.Span[(r * wide) + i], 1e-6, $"gradient, width {width} at {i}");
                }

                Assert.Equal(Data.Sentinel, dx.Span[(r * wide) + stride]);
            }

            Assert.Equal(Data.Sentinel, y.Span[Rows * stride]);
        }
    }

    [Fact]
    public void SoftmaxIsStableAndWorksInPlace()
    {
        var x = new AlignedBuffer(32);
        x.Span[..20].Fill(-3e38f);
        x.Span[3] = x.Span[18] = 3e38f;
        Rows<T>.Softmax(1, 20, ref x.Origin, 32, ref x.Origin, 32);
        for (var i = 0; i < 32; i++)
        {
            Assert.Equal(i is 3 or 18 ? 0.5f : 0f, x.Span[i]);
        }
    }

    [Fact]
    public void SoftmaxOfNaNIsNaN()
    {
        for (var at = 0; at < 20; at++)
        {
            var x = Data.RandomRows(1, 20, 32, 1);
            x.Span[at] = float.NaN;
            var y = new AlignedBuffer(32);
            Rows<T>.Softmax(1, 20, ref x.Origin, 32, ref y.Origin, 32);
            Assert.All(y.Span[..20].ToArray(), v => Assert.True(float.IsNaN(v)));
            Assert.All(y.Span[20..].ToArray(), v => Assert.Equal(0f, v));
            Assert.True(double.IsNaN(Rows<T>.LogSumExp(ref x.Origin, 20)));
        }
    }

    [Fact]
    public void GatherAndItsGradient()
    {
        int[] tokens = [3, 0, 3, 1, 3];
        for (var width = 1; width <= 256; width += width < 40 ? 1 : 27)
        {
            int tableRow = Data.Padded(width), row = tableRow + 16;
            var table = Data.Random(4 * tableRow, 1);
            for (var r = 0; r < 4; r++)
            {
                table.Span.Slice((r * tableRow) + width, tableRow - width).Clear();
            }

            AlignedBuffer y = Data.Filled(5 * row, Data.Sentinel), dy = Data.RandomRows(5, width, row, 2), dtable = Data.Filled(4 * tableRow, 0.5f);
            Rows<T>.Gather(ref table.Origin, tableRow, tokens, 5, ref y.Origin, row, width);
            Rows<T>.GatherGradient(ref dtable.Origin, tableRow, tokens, 5, ref dy.Origin, row, width);
            for (var r = 0; r < 5; r++)
            {
                Assert.True(y.Span.Slice(r * row, tableRow).SequenceEqual(table.Span.Slice(tokens[r] * tableRow, tableRow)));
                Assert.Equal(Data.Sentinel, y.Span[(r * row) + tableRow]);
            }

            for (var at = 0; at < 4 * tableRow; at++)
            {
                var expected = 0.5;
                for (var r = 0; r < 5 && at % tableRow < width; r++)
                {
                    expected += tokens[r] == at / tableRow ? dy.Span[(r * row) + (at % tableRow)] : 0;
                }

                Data.Near(expected, dtable.Span[at], 1e-6, $"width {width} at {at}");
            }
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer x = Data.Random(5 * 48, 1), y = Data.Random(5 * 48, 2), table = Data.Random(4 * 48, 3);
        int[] tokens = [0, 1, 2, 3, 0];
        void All()
        {
            Rows<T>.Gather(ref table.Origin, 48, tokens, 5, ref x.Origin, 48, 40);
            Rows<T>.Softmax(5, 40, ref x.Origin, 48, ref y.Origin, 48);
            Rows<T>.SoftmaxGradient(5, 40, ref y.Origin, 48, ref x.Origin, 48, ref x.Origin, 48);
            Rows<T>.GatherGradient(ref table.Origin, 48, tokens, 5, ref x.Origin, 48, 40);
            Rows<T>.LogSumExp(ref x.Origin, 40);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
