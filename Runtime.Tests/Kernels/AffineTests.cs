// The matrix kernels against sums in double, at odd sizes and every width. Knows their layout contract; times nothing.
using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class AffineTests512 : AffineTests<V16>;

public sealed class AffineTests256 : AffineTests<V8>;

public sealed class AffineTests128 : AffineTests<V4>;

/// <summary>The matrix kernels against plain double sums, over many shapes, at one width.</summary>
public abstract class AffineTests<T>
    where T : unmanaged, IVec<T>
{
    public static IEnumerable<(int Blocks, int Rows, int Nx, int Nh)> Shapes()
    {
        int[] inputs = [0, 1, 2, 3, 5, 8, 17], states = [0, 1, 4, 16, 19];
        var i = 0;
        foreach (var blocks in new[] { 1, 2, 3, 4, 5, 8, 11 })
        {
            foreach (var rows in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 13 })
            {
                // Two of the 35 pairs each; strides that are coprime to 7 and 5 meet all of them.
                for (var n = 0; n < 2; n++, i++)
                {
                    yield return (blocks, rows, inputs[i % 7], states[i * 3 % 5]);
                }
            }
        }

        // Every number of rows and every number of blocks: rows and columns are divided into tiles by both.
        for (var rows = 1; rows <= 40; rows++, i++)
        {
            yield return (1 + (rows % 9), rows, inputs[i % 7], states[i * 3 % 5]);
            yield return (1 + (rows * 5 % 9), rows, inputs[(i + 3) % 7], states[((i * 3) + 1) % 5]);
        }

        yield return (14, 1, 6, 33);
        yield return (7, 1, 3, 21);
        yield return (1, 40, 3, 5);
        yield return (2, 3, 40, 70);
    }

    [Fact]
    public void Forward_Lstm() => Forward<Gates15And15>();

    [Fact]
    public void Forward_GruResetAfter() => Forward<Gates7And11>();

    [Fact]
    public void Forward_OneGate() => Forward<Gates1And1>();

    [Fact]
    public void Forward_Dense() => Forward<Gates1And0>();

    [Fact]
    public void Forward_TwoGates() => Forward<Gates3And3>();

    [Fact]
    public void Forward_TwoGatesWithoutState() => Forward<Gates3And0>();

    [Fact]
    public void Forward_ThreeGates() => Forward<Gates7And7>();

    [Fact]
    public void Forward_MasksWithHoles() => Forward<Gates5And8>();

    [Fact]
    public void Forward_StateOnly() => Forward<Gates0And2>();

    [Theory]
    [InlineData(15)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Backward(int mask)
    {
        foreach (var (blocks, rows, nx, nh) in Shapes())
        {
            foreach (var k in new[] { nx, nh })
            {
                InputGradient(blocks, rows, mask, k);
                WeightGradient(blocks, rows, mask, k);
            }
        }

        InputGradient(3, 5, mask, 100);
        WeightGradient(2, 300, mask, 9);
    }

    [Fact]
    public void Biases()
    {
        foreach (var (mask1, mask2, slots) in new[] { (15, 15, 4), (7, 11, 4), (1, 0, 1), (3, 2, 2), (0, 4, 3) })
        {
            foreach (var blocks in new[] { 1, 2, 3 })
            {
                foreach (var rows in new[] { 0, 1, 3, 4, 5, 8, 11 })
                {
                    BiasGradient(blocks, rows, slots, mask1, mask2);
                }

                BiasSum(blocks, slots, mask1, mask2);
            }
        }
    }

    [Fact]
    public void PaddingUnitsStayZero()
    {
        // 20 units in two blocks: weights and biases of units 20 to 31 are 0.
        const int Rows = 3, Nx = 5, Nh = 20;
        AlignedBuffer w = Data.Random(2 * 64 * (Nx + Nh), 1), bias = Data.Random(128, 2), x = Data.Random(Rows * 16, 3), h = Data.Random(Rows * 32, 4);
        for (var i = 64 * (Nx + Nh); i < w.Length; i++)
        {
            w.Span[i] = i % 16 >= 4 ? 0 : w.Span[i];
        }

        for (var i = 64; i < 128; i++)
        {
            bias.Span[i] = i % 16 >= 4 ? 0 : bias.Span[i];
        }

        var z = Data.Filled(2 * Rows * 64, Data.Sentinel);
        Affine<T>.Forward<Gates15And15>(2, Rows, ref z.Origin, Rows * 64, 64, ref w.Origin, ref bias.Origin, ref x.Origin, Nx, 16, ref h.Origin, Nh, 32);
        for (var i = 0; i < z.Length; i++)
        {
            Assert.Equal(i >= Rows * 64 && i % 16 >= 4, z.Span[i] == 0);
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer w = Data.Random(5 * 64 * 40, 1), bias = Data.Random(5 * 64, 2), x = Data.Random(7 * 80, 3), z = new(7 * 5 * 64), wt = new(16 * 1024 * 5);
        void All()
        {
            Affine<T>.Forward<Gates15And15>(5, 7, ref z.Origin, 7 * 64, 64, ref w.Origin, ref bias.Origin, ref x.Origin, 3, 80, ref x.Origin, 37, 80);
            Affine<T>.Accumulate<Gates1And1>(5, 1, ref z.Origin, 7 * 64, 64, ref w.Origin, ref x.Origin, 3, 80, ref x.Origin, 37, 80);
            Affine<T>.Transpose(5, ref w.Origin, 64 * 40, 0, 4, 37, ref wt.Origin);
            Affine<T>.InputGradient(5, 7, 15, ref wt.Origin, ref z.Origin, 7 * 64, 64, ref x.Origin, 37, 80, true);
            Affine<T>.WeightGradient(5, 7, 15, ref z.Origin, 7 * 64, 64, ref x.Origin, 37, 80, ref w.Origin, 64 * 40);
            Affine<T>.BiasGradient(5, 7, 4, ref z.Origin, 7 * 64, 64, 15, ref bias.Origin, 0, ref bias.Origin);
            Affine<T>.BiasSum(5, 4, ref bias.Origin, 15, ref w.Origin, 0, ref w.Origin);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void OperandsLiveAsLongAsTheKernelRuns()
    {
        // Nothing but the kernel's references holds the operands, while another thread collects and reuses their memory.
        const int Blocks = 8, Rows = 96;
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                for (var i = 0; i < 20; i++)
                {
                    Data.Filled(Blocks * 16 * 64 * 16, float.NaN);
                }
            }
        });
        collector.Start();
        for (var n = 0; n < 30; n++)
        {
            var dx = new AlignedBuffer(Rows * 128);
            Product(ref dx.Origin);
            Assert.All(dx.Span.ToArray(), value => Assert.Equal(Blocks * 64f, value));
        }

        stop.Cancel();
        collector.Join();

        // Optimized, for otherwise the frame keeps everything alive.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Product(ref float dx)
        {
            AlignedBuffer wt = Data.Filled(Blocks * 16 * 64 * 16, 0.5f), dz = Data.Filled(Blocks * Rows * 64, 2f);
            Affine<T>.InputGradient(Blocks, Rows, 15, ref wt.Origin, ref dz.Origin, Rows * 64, 64, ref dx, 128, 128, false);
        }
    }

    private static void Forward<TGates>()
        where TGates : IGates
    {
        foreach (var (blocks, rows, nx, nh) in Shapes())
        {
            Forward<TGates>(blocks, rows, nx, nh, zPadding: blocks % 2 * 16);
        }
    }

    private static void Forward<TGates>(int blocks, int rows, int nx, int nh, int zPadding)
        where TGates : IGates
    {
        int union = TGates.XMask | TGates.HMask, slots = 32 - BitOperations.LeadingZeroCount((uint)union);
        int usedX = BitOperations.PopCount((uint)TGates.XMask), usedH = BitOperations.PopCount((uint)TGates.HMask);
        int wBlock = 16 * ((nx * usedX) + (nh * usedH)), zRow = (16 * slots) + zPadding, zBlock = (rows * zRow) + 32;
        int xRow = Data.Padded(nx) + 16, hRow = Data.Padded(nh) + 32;
        AlignedBuffer w = Data.Random((blocks * wBlock) + 16, 1), bias = Data.Random(blocks * slots * 16, 2);
        AlignedBuffer x = Data.RandomRows(rows, nx, xRow, 3), h = Data.RandomRows(rows, nh, hRow, 4);
        AlignedBuffer z = Data.Filled(blocks * zBlock, Data.Sentinel), backwards = Data.Filled(blocks * zBlock, Data.Sentinel), sum = new(blocks * zBlock);
        Affine<T>.Forward<TGates>(blocks, rows, ref z.Origin, zBlock, zRow, ref w.Origin, ref bias.Origin, ref x.Origin, nx, xRow, ref h.Origin, nh, hRow);
        Affine<T>.Forward<TGates>(
            blocks, rows, ref backwards.Origin, zBlock, zRow, ref w.Origin, ref bias.Origin, ref x.Origin, nx, xRow, ref h.Origin, nh, hRow, reverse: true);
        Assert.True(z.Span.SequenceEqual(backwards.Span), "The order of the blocks changed a result.");
        OneTerm<TGates>(blocks, rows, nx, zBlock, zRow, xRow, wBlock, w, bias, x);
        z.Span.CopyTo(sum.Span);
        Affine<T>.Accumulate<TGates>(blocks, rows, ref sum.Origin, zBlock, zRow, ref w.Origin, ref x.Origin, nx, xRow, ref h.Origin, nh, hRow, rows % 2 == 0);

        // Term by term: what inputs add for some steps at once, and what states add to it at each.
        AlignedBuffer halves = Data.Filled(blocks * zBlock, Data.Sentinel), parts = new(blocks * zBlock);
        ref float wh = ref Unsafe.Add(ref w.Origin, 16 * nx * usedX);
        Affine<T>.Forward<TGates>(blocks, rows, ref halves.Origin, zBlock, zRow, ref w.Origin, ref bias.Origin, ref x.Origin, nx, xRow, wBlock: wBlock);
        Affine<T>.Accumulate<TGates>(blocks, rows, ref halves.Origin, zBlock, zRow, ref wh, ref h.Origin, 0, 0, ref h.Origin, nh, hRow, rows % 2 == 0, wBlock);
        z.Span.CopyTo(parts.Span);
        Affine<T>.Accumulate<TGates>(blocks, rows, ref parts.Origin, zBlock, zRow, ref w.Origin, ref x.Origin, nx, xRow, ref x.Origin, 0, 0, rows % 2 != 0, wBlock);
        Affine<T>.Accumulate<TGates>(blocks, rows, ref parts.Origin, zBlock, zRow, ref wh, ref h.Origin, 0, 0, ref h.Origin, nh, hRow, rows % 2 == 0, wBlock);

        var seen = 0;
        for (var at = 0; at < z.Length; at++)
        {
            int block = at / zBlock, row = at % zBlock / zRow, slot = at % zBlock % zRow / 16, lane = at % 16;
            if (at % zBlock >= rows * zRow || slot >= slots || (union & (1 << slot)) == 0)
            {
                Assert.Equal(Data.Sentinel, z.Span[at]);
                Assert.Equal(Data.Sentinel, sum.Span[at]);
                Assert.Equal(Data.Sentinel, halves.Span[at]);
                Assert.Equal(Data.Sentinel, parts.Span[at]);
                continue;
            }

            double first = bias.Span[(((block * slots) + slot) * 16) + lane], products = 0, size = Math.Abs(first);
            void Term(int mask, int used, int offset, int n, AlignedBuffer input, int stride)
            {
                var index = BitOperations.PopCount((uint)(mask & ((1 << slot) - 1)));
                for (var k = 0; k < n && (mask & (1 << slot)) != 0; k++)
                {
                    var product = (double)w.Span[(block * wBlock) + offset + (((k * used) + index) * 16) + lane] * input.Span[(row * stride) + k];
                    products += product;
                    size += Math.Abs(product);
                }
            }

            Term(TGates.XMask, usedX, 0, nx, x, xRow);
            Term(TGates.HMask, usedH, 16 * nx * usedX, nh, h, hRow);
            var where = $"blocks {blocks} rows {rows} nx {nx} nh {nh} at block {block} row {row} slot {slot} lane {lane}";
            Data.Near(first + products, z.Span[at], 1e-6 * size, where);
            Data.Near(first + products, halves.Span[at], 1e-6 * size, "in halves, " + where);
            Data.Near(first + (2 * products), parts.Span[at], 3e-6 * size, "accumulated in parts, " + where);
            Data.Near(first + (2 * products), sum.Span[at], 3e-6 * size, "accumulated, " + where);
            seen++;
        }

        Assert.Equal(blocks * rows * BitOperations.PopCount((uint)union) * 16, seen);
    }

    private static void OneTerm<TGates>(int blocks, int rows, int nx, int zBlock, int zRow, int xRow, int wBlock, AlignedBuffer w, AlignedBuffer bias, AlignedBuffer x)
        where TGates : IGates
    {
        AlignedBuffer alone = Data.Filled(blocks * zBlock, Data.Sentinel), beside = Data.Filled(blocks * zBlock, Data.Sentinel);
        Affine<T>.Forward<TGates>(blocks, rows, ref alone.Origin, zBlock, zRow, ref w.Origin, ref bias.Origin, ref x.Origin, nx, xRow, wBlock: wBlock);
        Affine<T>.Accumulate<TGates>(blocks, rows, ref alone.Origin, zBlock, zRow, ref w.Origin, ref x.Origin, nx, xRow);
        Affine<T>.Forward<TGates>(blocks, rows, ref beside.Origin, zBlock, zRow, ref w.Origin, ref bias.Origin, ref x.Origin, nx, xRow, ref bias.Origin, 0, 0, wBlock: wBlock);
        Affine<T>.Accumulate<TGates>(blocks, rows, ref beside.Origin, zBlock, zRow, ref w.Origin, ref x.Origin, nx, xRow, ref bias.Origin, 0, 0);
        Assert.True(alone.Span.SequenceEqual(beside.Span), "One term alone is not what it is beside one of no length.");
    }

    private static void InputGradient(int blocks, int rows, int mask, int nx)
    {
        int used = BitOperations.PopCount((uint)mask), offset = 48, wBlock = offset + (16 * nx * used) + 16, width = Data.Padded(nx);
        int dzRow = 64, dzBlock = (rows * dzRow) + 16, dxRow = width + 16;
        AlignedBuffer w = Data.Random(blocks * wBlock, 1), dz = Data.Random(blocks * dzBlock, 2);
        var wt = Data.Filled((width * 16 * blocks * used) + 16, float.NaN);
        Affine<T>.Transpose(blocks, ref w.Origin, wBlock, offset, used, nx, ref wt.Origin);
        Assert.All(wt.Span[^16..].ToArray(), value => Assert.True(float.IsNaN(value)));
        AlignedBuffer dx = Data.Filled((rows * dxRow) + 16, Data.Sentinel), backwards = Data.Filled((rows * dxRow) + 16, Data.Sentinel), sum = Data.Filled((rows * dxRow) + 16, 0.5f);
        Affine<T>.InputGradient(blocks, rows, mask, ref wt.Origin, ref dz.Origin, dzBlock, dzRow, ref dx.Origin, nx, dxRow, false);
        Affine<T>.InputGradient(blocks, rows, mask, ref wt.Origin, ref dz.Origin, dzBlock, dzRow, ref backwards.Origin, nx, dxRow, false, reverse: true);
        Affine<T>.InputGradient(blocks, rows, mask, ref wt.Origin, ref dz.Origin, dzBlock, dzRow, ref sum.Origin, nx, dxRow, true);
        Assert.True(dx.Span.SequenceEqual(backwards.Span), "The order of the blocks changed a result.");
        for (var at = 0; at < dx.Length; at++)
        {
            int row = at / dxRow, k = at % dxRow;
            if (row >= rows || k >= width)
            {
                Assert.Equal(Data.Sentinel, dx.Span[at]);
                Assert.Equal(0.5f, sum.Span[at]);
                continue;
            }

            double value = 0, size = 0;
            for (var i = 0; i < blocks * used * 16 && k < nx; i++)
            {
                int block = i / (used * 16), index = i / 16 % used, lane = i % 16;
                var product = (double)dz.Span[(block * dzBlock) + (row * dzRow) + (16 * Slot(mask, index)) + lane]
                    * w.Span[(block * wBlock) + offset + (((k * used) + index) * 16) + lane];
                value += product;
                size += Math.Abs(product);
            }

            var where = $"blocks {blocks} rows {rows} mask {mask} nx {nx} at row {row} k {k}";
            Data.Near(value, dx.Span[at], 1e-6 * size, where);
            Data.Near(value + 0.5, sum.Span[at], 1e-6 * (size + 0.5), "accumulated, " + where);
        }
    }

    private static void WeightGradient(int blocks, int rows, int mask, int nx)
    {
        int used = BitOperations.PopCount((uint)mask), offset = 48, dwBlock = offset + (16 * nx * used) + 16, dzRow = 64, dzBlock = (rows * dzRow) + 16;
        var xRow = Data.Padded(nx) + 16;
        AlignedBuffer dz = Data.Random(blocks * dzBlock, 1), x = Data.RandomRows(rows, nx, xRow, 2), dw = Data.Filled(blocks * dwBlock, 0.25f);
        Affine<T>.WeightGradient(
            blocks, rows, mask, ref dz.Origin, dzBlock, dzRow, ref x.Origin, nx, xRow, ref Unsafe.Add(ref dw.Origin, offset), dwBlock);
        for (var at = 0; at < dw.Length; at++)
        {
            int block = at / dwBlock, inside = (at % dwBlock) - offset;
            if (inside < 0 || inside >= 16 * nx * used)
            {
                Assert.Equal(0.25f, dw.Span[at]);
                continue;
            }

            int k = inside / (16 * used), index = inside / 16 % used, lane = inside % 16;
            double value = 0.25, size = 0.25;
            for (var row = 0; row < rows; row++)
            {
                var product = (double)x.Span[(row * xRow) + k] * dz.Span[(block * dzBlock) + (row * dzRow) + (16 * Slot(mask, index)) + lane];
                value += product;
                size += Math.Abs(product);
            }

            Data.Near(value, dw.Span[at], 1e-6 * size, $"blocks {blocks} rows {rows} mask {mask} nx {nx} at block {block} k {k} slot {index} lane {lane}");
        }
    }

    private static void BiasGradient(int blocks, int rows, int slots, int mask1, int mask2)
    {
        int used1 = BitOperations.PopCount((uint)mask1), used2 = BitOperations.PopCount((uint)mask2), dzRow = 16 * slots, dzBlock = (rows * dzRow) + 16;
        var dz = Data.Random(blocks * dzBlock, 1);
        AlignedBuffer db1 = Data.Filled((blocks * used1 * 16) + 16, 0.5f), db2 = Data.Filled((blocks * used2 * 16) + 16, 0.25f);
        Affine<T>.BiasGradient(blocks, rows, slots, ref dz.Origin, dzBlock, dzRow, mask1, ref db1.Origin, mask2, ref db2.Origin);
        foreach (var (mask, used, db, start) in new[] { (mask1, used1, db1, 0.5), (mask2, used2, db2, 0.25) })
        {
            for (var at = 0; at < db.Length; at++)
            {
                var value = start;
                for (var row = 0; row < rows && at < blocks * used * 16; row++)
                {
                    value += dz.Span[(at / 16 / used * dzBlock) + (row * dzRow) + (16 * Slot(mask, at / 16 % used)) + (at % 16)];
                }

                Data.Near(value, db.Span[at], 1e-6 * (rows + 1), $"mask {mask} rows {rows} at {at}");
            }
        }
    }

    private static void BiasSum(int blocks, int slots, int mask1, int mask2)
    {
        int used1 = BitOperations.PopCount((uint)mask1), used2 = BitOperations.PopCount((uint)mask2);
        AlignedBuffer b1 = Data.Random((blocks * used1 * 16) + 16, 1), b2 = Data.Random((blocks * used2 * 16) + 16, 2);
        var bias = Data.Filled((blocks * slots * 16) + 16, Data.Sentinel);
        Affine<T>.BiasSum(blocks, slots, ref bias.Origin, mask1, ref b1.Origin, mask2, ref b2.Origin);
        for (var at = 0; at < blocks * slots * 16; at++)
        {
            int block = at / 16 / slots, slot = at / 16 % slots;
            float Part(AlignedBuffer b, int mask, int used) => (mask & (1 << slot)) == 0
                ? 0 : b.Span[(((block * used) + BitOperations.PopCount((uint)(mask & ((1 << slot) - 1)))) * 16) + (at % 16)];
            Assert.Equal(Part(b1, mask1, used1) + Part(b2, mask2, used2), bias.Span[at]);
        }

        Assert.Equal(Data.Sentinel, bias.Span[blocks * slots * 16]);
    }

    private static int Slot(int mask, int index)
    {
        for (; index > 0; index--)
        {
            mask &= mask - 1;
        }

        return BitOperations.TrailingZeroCount(mask);
    }
}
