// Circular convolution against its formula in double. Knows rows; knows no memory.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class CircularShiftTests512 : CircularShiftTests<V16>;

public sealed class CircularShiftTests256 : CircularShiftTests<V8>;

public sealed class CircularShiftTests128 : CircularShiftTests<V4>;

/// <summary>Shifts of weightings, both ways, at one vector width.</summary>
public abstract class CircularShiftTests<T>
    where T : unmanaged, IVec<T>
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 40), 64, 100, 128];

    [Theory]
    [MemberData(nameof(Widths))]
    public void AgainstTheFormula(int n)
    {
        const int Rows = 2;
        foreach (var shifts in new[] { 1, 3, 5, 9 })
        {
            foreach (var mirrored in new[] { false, true })
            {
                int row = Data.Padded(n);
                AlignedBuffer x = Data.RandomRows(Rows, n, row + 16, 1), s = Data.RandomRows(Rows, shifts, 16, 2), dy = Data.RandomRows(Rows, n, row, 3);
                AlignedBuffer y = Data.Filled((Rows * row) + 16, Data.Sentinel), ds = Data.Filled((Rows * 16) + 16, Data.Sentinel);
                CircularShift<T>.Convolve(Rows, n, shifts, mirrored, ref x.Origin, row + 16, ref s.Origin, 16, ref y.Origin, row);
                CircularShift<T>.ShiftGradient(Rows, n, shifts, mirrored, ref dy.Origin, row, ref x.Origin, row + 16, ref ds.Origin, 16);
                for (var r = 0; r < Rows; r++)
                {
                    double From(int i, int j)
                    {
                        int at = i - ((mirrored ? -1 : 1) * (j - (shifts / 2)));
                        return x.Span[(r * (row + 16)) + (((at % n) + n) % n)];
                    }

                    for (var i = 0; i < n; i++)
                    {
                        var expected = Enumerable.Range(0, shifts).Sum(j => s.Span[(r * 16) + j] * From(i, j));
                        Data.Near(expected, y.Span[(r * row) + i], 1e-6, $"{n} elements, {shifts} shifts, mirrored {mirrored}, at {i}");
                    }

                    for (var j = 0; j < shifts; j++)
                    {
                        var expected = Enumerable.Range(0, n).Sum(i => dy.Span[(r * row) + i] * From(i, j));
                        Data.Near(expected, ds.Span[(r * 16) + j], 3e-6, $"{n} elements, {shifts} shifts, mirrored {mirrored}, gradient {j}");
                    }
                }

                Assert.Equal(Data.Sentinel, y.Span[Rows * row]);
                Assert.Equal(Data.Sentinel, ds.Span[Rows * 16]);
            }
        }
    }

    [Fact]
    public void NaNReachesWhatIsMadeOfIt()
    {
        for (var at = 0; at < 40; at++)
        {
            AlignedBuffer x = Data.RandomRows(1, 40, 48, 1), s = Data.Random(16, 2), y = new(48);
            x.Span[at] = float.NaN;
            CircularShift<T>.Convolve(1, 40, 3, false, ref x.Origin, 48, ref s.Origin, 16, ref y.Origin, 48);
            for (var i = 0; i < 40; i++)
            {
                Assert.Equal((i - at + 41) % 40 <= 2, float.IsNaN(y.Span[i]));
            }
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer x = Data.Random(128, 1), s = Data.Random(32, 2), y = new(128);
        void All()
        {
            CircularShift<T>.Convolve(2, 40, 3, false, ref x.Origin, 48, ref s.Origin, 16, ref y.Origin, 48);
            CircularShift<T>.ShiftGradient(2, 40, 3, false, ref y.Origin, 48, ref x.Origin, 48, ref s.Origin, 16);
            CircularShift<T>.Convolve(0, 40, 3, false, ref x.Origin, 48, ref s.Origin, 16, ref y.Origin, 48);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
