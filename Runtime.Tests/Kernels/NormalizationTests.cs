// Layer normalisation of panels and vectors against double. Knows layouts; knows no cell.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class NormalizationTests512 : NormalizationTests<V16>;

public sealed class NormalizationTests256 : NormalizationTests<V8>;

public sealed class NormalizationTests128 : NormalizationTests<V4>;

/// <summary>Normalisation and its derivatives, at one vector width.</summary>
public abstract class NormalizationTests<T>
    where T : unmanaged, IVec<T>
{
    private const float Epsilon = 1e-3f;

    public static TheoryData<int> Units => [1, 2, 3, 15, 16, 17, 20, 31, 32, 33, 48, 64, 100];

    [Theory]
    [MemberData(nameof(Units))]
    public void AgainstDouble(int units)
    {
        foreach (var (rows, slots) in new[] { (1, 1), (3, 1), (2, 2), (3, 4) })
        {
            // A vector; a panel whose blocks are far apart; a panel whose blocks follow each other.
            foreach (var layout in slots == 1 ? new[] { 0, 1 } : [1, 2])
            {
                Check(rows, slots, units, layout, 1);
                Check(rows, slots, units, layout, 1000);
            }
        }
    }

    [Fact]
    public void NoRows()
    {
        var x = Data.Filled(64, Data.Sentinel);
        Normalization<T>.Forward(0, 1, 20, ref x.Origin, 16, 32, ref x.Origin, ref x.Origin, Epsilon, ref x.Origin, 16, 32);
        Normalization<T>.WeightGradient(0, 1, 20, ref x.Origin, 16, 32, ref x.Origin, 16, 32, Epsilon, ref x.Origin);
        Normalization<T>.BiasGradient(0, 1, 20, ref x.Origin, 16, 32, ref x.Origin);
        Assert.All(x.Span.ToArray(), v => Assert.Equal(Data.Sentinel, v));
    }

    [Fact]
    public void LargeValuesDoNotOverflow()
    {
        AlignedBuffer x = new(32), w = Data.Filled(32, 1), b = new(32), y = new(32);
        for (var i = 0; i < 20; i++)
        {
            x.Span[i] = i % 2 == 0 ? 1e30f : -1e30f;
        }

        Normalization<T>.Forward(1, 1, 20, ref x.Origin, 16, 32, ref w.Origin, ref b.Origin, Epsilon, ref y.Origin, 16, 32);
        for (var i = 0; i < 20; i++)
        {
            Data.Near(i % 2 == 0 ? 1 : -1, y.Span[i], 1e-6, "large values");
        }
    }

    [Fact]
    public void NaNPropagatesThroughItsRowOnly()
    {
        for (var at = 0; at < 20; at++)
        {
            AlignedBuffer x = Data.RandomRows(2, 20, 32, 1), w = Data.Random(32, 2), y = new(64);
            x.Span[at] = float.NaN;
            Normalization<T>.Forward(2, 1, 20, ref x.Origin, 16, 32, ref w.Origin, ref w.Origin, Epsilon, ref y.Origin, 16, 32);
            Assert.All(y.Span[..20].ToArray(), v => Assert.True(float.IsNaN(v)));
            Assert.All(y.Span.Slice(32, 20).ToArray(), v => Assert.True(float.IsFinite(v)));
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer x = Data.Random(512, 1), y = Data.Random(512, 2), w = Data.Random(128, 3), d = Data.Random(128, 3);
        void All()
        {
            Normalization<T>.Forward(2, 4, 20, ref x.Origin, 128, 64, ref w.Origin, ref w.Origin, Epsilon, ref y.Origin, 128, 64);
            Normalization<T>.InputGradient(2, 4, 20, ref x.Origin, 128, 64, ref w.Origin, Epsilon, ref y.Origin, 128, 64, ref y.Origin, 128, 64);
            Normalization<T>.WeightGradient(2, 4, 20, ref y.Origin, 128, 64, ref x.Origin, 128, 64, Epsilon, ref d.Origin);
            Normalization<T>.BiasGradient(2, 4, 20, ref y.Origin, 128, 64, ref d.Origin);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Check(int rows, int slots, int units, int layout, float offset)
    {
        int run = slots * 16, blocks = (units + 15) / 16, count = slots * units;
        int row = layout == 1 ? run + 16 : run * blocks, block = layout == 1 ? row * rows : run;
        int size = Math.Max(row * rows, block * blocks) + 16;
        int At(int r, int i) => (i % units / 16 * block) + (r * row) + (i / units * 16) + (i % units % 16);
        int Packed(int i) => (i % units / 16 * run) + (i / units * 16) + (i % units % 16);
        AlignedBuffer Values(ulong seed, float add)
        {
            AlignedBuffer random = Data.Random(size, seed), result = Data.Filled(size, float.NaN);
            for (var k = 0; k < rows * count; k++)
            {
                result.Span[At(k / count, k % count)] = random.Span[At(k / count, k % count)] + add;
            }

            return result;
        }

        AlignedBuffer x = Values(1, offset), dy = Values(2, 0), y = Data.Filled(size, Data.Sentinel), dx = Values(2, 0);
        AlignedBuffer w = new(blocks * run), b = new(blocks * run), dw = Data.Filled((blocks * run) + 16, 0.5f), db = Data.Filled((blocks * run) + 16, 0.25f);
        for (var i = 0; i < count; i++)
        {
            (w.Span[Packed(i)], b.Span[Packed(i)]) = (1 + (i % 7 * 0.1f), (i % 5 * 0.1f) - 0.2f);
        }

        Normalization<T>.Forward(rows, slots, units, ref x.Origin, block, row, ref w.Origin, ref b.Origin, Epsilon, ref y.Origin, block, row);
        Normalization<T>.InputGradient(rows, slots, units, ref x.Origin, block, row, ref w.Origin, Epsilon, ref dx.Origin, block, row, ref dx.Origin, block, row);
        Normalization<T>.WeightGradient(rows, slots, units, ref dy.Origin, block, row, ref x.Origin, block, row, Epsilon, ref dw.Origin);
        Normalization<T>.BiasGradient(rows, slots, units, ref dy.Origin, block, row, ref db.Origin);
        double[] expectedW = new double[count], expectedB = new double[count];
        for (var r = 0; r < rows; r++)
        {
            var values = Enumerable.Range(0, count).Select(i => (double)x.Span[At(r, i)]).ToArray();
            double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) + Epsilon);
            var n = values.Select(v => (v - mean) / deviation).ToArray();
            var g = Enumerable.Range(0, count).Select(i => (double)w.Span[Packed(i)] * dy.Span[At(r, i)]).ToArray();
            double gMean = g.Average(), along = g.Select((v, i) => v * n[i]).Average();
            for (var i = 0; i < count; i++)
            {
                var where = $"rows {rows} slots {slots} units {units} layout {layout} offset {offset} row {r} element {i}";
                Data.Near((n[i] * w.Span[Packed(i)]) + b.Span[Packed(i)], y.Span[At(r, i)], 2e-6, "y, " + where);
                Data.Near((g[i] - gMean - (n[i] * along)) / deviation, dx.Span[At(r, i)], 2e-6 / deviation, "dx, " + where);
                expectedW[i] += dy.Span[At(r, i)] * n[i];
                expectedB[i] += dy.Span[At(r, i)];
            }
        }

        for (var i = 0; i < count; i++)
        {
            Data.Near(expectedW[i] + 0.5, dw.Span[Packed(i)], 2e-6, $"dw, slots {slots} units {units} element {i}");
            Data.Near(expectedB[i] + 0.25, db.Span[Packed(i)], 1e-6, $"db, slots {slots} units {units} element {i}");
            (dw.Span[Packed(i)], db.Span[Packed(i)]) = (0.5f, 0.25f);
        }

        Assert.All(dw.Span.ToArray(), v => Assert.Equal(0.5f, v));
        Assert.All(db.Span.ToArray(), v => Assert.Equal(0.25f, v));
        Assert.Equal(Data.Sentinel, y.Span[size - 1]);
    }
}
