// Contractions of a row's matrix or of a sequence with a vector against double. Knows rows; knows no attention.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class ContractionsTests512 : ContractionsTests<V16>;

public sealed class ContractionsTests256 : ContractionsTests<V8>;

public sealed class ContractionsTests128 : ContractionsTests<V4>;

/// <summary>Inner products, weighted sums and outer products, at one vector width.</summary>
public abstract class ContractionsTests<T>
    where T : unmanaged, IVec<T>
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 40), 64, 100];

    [Theory]
    [MemberData(nameof(Widths))]
    public void OfMatrices(int width)
    {
        foreach (var (rows, slots) in new[] { (2, 1), (3, 3), (1, 9), (2, 20), (0, 2) })
        {
            int slot = Data.Padded(width), row = (slots * slot) + 16, vRow = slot + 16, wRow = Data.Padded(slots);
            AlignedBuffer m = Data.Filled((rows * row) + 16, float.NaN), values = Data.Random((rows * row) + 16, 1);
            AlignedBuffer v = Data.RandomRows(rows, width, vRow, 2), w = Data.RandomRows(rows, slots, wRow, 3);
            for (var k = 0; k < rows * slots; k++)
            {
                int at = (k / slots * row) + (k % slots * slot);
                values.Span.Slice(at, width).CopyTo(m.Span[at..]);
            }

            AlignedBuffer dot = Data.Filled((rows * wRow) + 16, Data.Sentinel), sum = Data.Filled((rows * vRow) + 16, Data.Sentinel);
            var outer = Data.Filled((rows * row) + 16, Data.Sentinel);
            Contractions<T>.Dot(rows, slots, width, ref m.Origin, row, slot, ref v.Origin, vRow, ref dot.Origin, wRow);
            Contractions<T>.Sum(rows, slots, width, ref w.Origin, wRow, ref m.Origin, row, slot, ref sum.Origin, vRow);
            Contractions<T>.Outer(rows, slots, width, ref w.Origin, wRow, ref v.Origin, vRow, ref outer.Origin, row, slot);
            for (var r = 0; r < rows; r++)
            {
                for (var s = 0; s < slots; s++)
                {
                    var expected = Enumerable.Range(0, width).Sum(i => (double)m.Span[(r * row) + (s * slot) + i] * v.Span[(r * vRow) + i]);
                    Data.Near(expected, dot.Span[(r * wRow) + s], 1e-7 * (1 + width), $"dot, {slots} by {width}");
                }

                for (var i = 0; i < width; i++)
                {
                    var expected = Enumerable.Range(0, slots).Sum(s => (double)w.Span[(r * wRow) + s] * m.Span[(r * row) + (s * slot) + i]);
                    Data.Near(expected, sum.Span[(r * vRow) + i], 1e-7 * (1 + slots), $"sum, {slots} by {width}");
                    for (var s = 0; s < slots; s++)
                    {
                        Assert.Equal(w.Span[(r * wRow) + s] * v.Span[(r * vRow) + i], outer.Span[(r * row) + (s * slot) + i]);
                    }
                }
            }

            // They may be gradients, whose padding goes into that of weights.
            for (var i = width; i < Data.Padded(width); i++)
            {
                Assert.All(Enumerable.Range(0, rows), r => Assert.Equal(0, sum.Span[(r * vRow) + i]));
                Assert.All(Enumerable.Range(0, rows * slots), k => Assert.Equal(0, outer.Span[(k / slots * row) + (k % slots * slot) + i]));
            }

            Assert.Equal(Data.Sentinel, dot.Span[rows * wRow]);
            Assert.Equal(Data.Sentinel, sum.Span[rows * vRow]);
            Assert.Equal(Data.Sentinel, outer.Span[rows * row]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void AlongSequences(int width)
    {
        foreach (var (steps, batch, lengths) in AlongTests<T>.Cases.Append((9, 2, [9, 7])))
        {
            foreach (var limit in new[] { int.MaxValue, 3 })
            {
                int row = Data.Padded(width) + 16, vRow = Data.Padded(width);
                AlignedBuffer seq = AlongTests<T>.Sequence(steps, batch, lengths, width, row, 1), w = AlongTests<T>.Sequence(steps, batch, lengths, 1, 16, 2);
                AlignedBuffer v = Data.RandomRows(batch, width, vRow, 3), dot = Data.Filled((steps * batch * 16) + 16, Data.Sentinel);
                AlignedBuffer sum = Data.Filled((batch * vRow) + 16, Data.Sentinel), outer = Data.Filled((steps * batch * row) + 16, Data.Sentinel);
                Contractions<T>.DotAlong(steps, batch, lengths, limit, width, ref seq.Origin, row, ref v.Origin, vRow, ref dot.Origin, 16);
                Contractions<T>.SumAlong(steps, batch, lengths, limit, width, ref w.Origin, 16, ref seq.Origin, row, ref sum.Origin, vRow);
                Contractions<T>.OuterAlong(steps, batch, lengths, limit, width, ref w.Origin, 16, ref v.Origin, vRow, ref outer.Origin, row);
                for (var b = 0; b < batch; b++)
                {
                    var valid = Math.Min(limit, AlongTests<T>.Valid(lengths, b, steps));
                    for (var s = 0; s < steps; s++)
                    {
                        var k = (s * batch) + b;
                        var expected = s >= valid ? 0 : Enumerable.Range(0, width).Sum(i => (double)seq.Span[(k * row) + i] * v.Span[(b * vRow) + i]);
                        Data.Near(expected, dot.Span[k * 16], s >= valid ? 0 : 1e-7 * (1 + width), $"dot, width {width} step {s}");
                        for (var i = 0; i < width; i++)
                        {
                            Assert.Equal(s >= valid ? 0 : w.Span[k * 16] * v.Span[(b * vRow) + i], outer.Span[(k * row) + i]);
                        }
                    }

                    for (var i = 0; i < width; i++)
                    {
                        var expected = Enumerable.Range(0, valid).Sum(s => (double)w.Span[((s * batch) + b) * 16] * seq.Span[(((s * batch) + b) * row) + i]);
                        Data.Near(expected, sum.Span[(b * vRow) + i], 1e-6, $"sum, width {width}");
                    }
                }

                for (var i = width; i < Data.Padded(width); i++)
                {
                    Assert.All(Enumerable.Range(0, batch), b => Assert.Equal(0, sum.Span[(b * vRow) + i]));
                    Assert.All(Enumerable.Range(0, steps * batch), k => Assert.Equal(0, outer.Span[(k * row) + i]));
                }

                Assert.Equal(Data.Sentinel, dot.Span[steps * batch * 16]);
                Assert.Equal(Data.Sentinel, sum.Span[batch * vRow]);
                Assert.Equal(Data.Sentinel, outer.Span[steps * batch * row]);
            }
        }
    }

    [Fact]
    public void NaNPropagatesToWhatIsMadeOfIt()
    {
        AlignedBuffer m = Data.Random(3 * 32, 1), v = Data.Random(32, 2), w = Data.Random(16, 3), y = new(3 * 32);
        m.Span[32 + 18] = float.NaN;
        Contractions<T>.Dot(1, 3, 20, ref m.Origin, 96, 32, ref v.Origin, 32, ref y.Origin, 16);
        Assert.True(float.IsNaN(y.Span[1]) && float.IsFinite(y.Span[0]) && float.IsFinite(y.Span[2]));
        Contractions<T>.Sum(1, 3, 20, ref w.Origin, 16, ref m.Origin, 96, 32, ref y.Origin, 32);
        Assert.True(float.IsNaN(y.Span[18]) && float.IsFinite(y.Span[17]) && float.IsFinite(y.Span[19]));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer x = Data.Random(1024, 1), y = Data.Random(1024, 2);
        int[] lengths = [4, 2];
        void All()
        {
            Contractions<T>.Dot(2, 4, 20, ref x.Origin, 128, 32, ref x.Origin, 32, ref y.Origin, 32);
            Contractions<T>.Sum(2, 4, 20, ref x.Origin, 128, ref x.Origin, 128, 32, ref y.Origin, 32);
            Contractions<T>.Outer(2, 4, 20, ref x.Origin, 128, ref x.Origin, 128, ref y.Origin, 128, 32);
            Contractions<T>.DotAlong(4, 2, lengths, 3, 20, ref x.Origin, 32, ref x.Origin, 32, ref y.Origin, 16);
            Contractions<T>.SumAlong(4, 2, lengths, 3, 20, ref x.Origin, 32, ref x.Origin, 32, ref y.Origin, 32);
            Contractions<T>.OuterAlong(4, 2, lengths, 3, 20, ref x.Origin, 32, ref x.Origin, 32, ref y.Origin, 32);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
