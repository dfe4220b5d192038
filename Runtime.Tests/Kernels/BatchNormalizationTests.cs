// Batch normalisation of panels and vectors against double: lengths, the way back from a step on, running statistics. Knows layouts; knows no layer.
using System;
using System.Linq;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class BatchNormalizationTests512 : BatchNormalizationTests<V16>;

public sealed class BatchNormalizationTests256 : BatchNormalizationTests<V8>;

public sealed class BatchNormalizationTests128 : BatchNormalizationTests<V4>;

/// <summary>Normalisation over rows and its derivative, at one vector width.</summary>
public abstract class BatchNormalizationTests<T>
    where T : unmanaged, IVec<T>
{
    private const float Epsilon = 1e-3f;
    private const int Steps = 5, Batch = 3, Rows = Steps * Batch;

    private static readonly int[] _lengths = [5, 0, 3];

    public static TheoryData<int> Units => [1, 2, 3, 15, 16, 17, 20, 31, 32, 33, 48, 64, 100];

    [Theory]
    [MemberData(nameof(Units))]
    public void AgainstDouble(int units)
    {
        foreach (var offset in new[] { 0f, 1000f })
        {
            foreach (var isShort in new[] { false, true })
            {
                // Blocks within a row; and rows within a block, as of a panel.
                Check(units, offset, isShort, usesRunning: false, block: 16, row: Padded(units));
                Check(units, offset, isShort, usesRunning: false, block: Rows * 16, row: 16);
                Check(units, offset, isShort, usesRunning: true, block: 16, row: Padded(units));
            }
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void OneRowOrNoneReadsRunningStatistics(int steps, int length)
    {
        AlignedBuffer x = Data.Random(32, 1), y = new(32), running = Running(20);
        BatchStatistics statistics = Statistics(20, usesRunning: false);
        int[] lengths = steps == 1 ? [] : [length];
        BatchNormalization<T>.Forward(statistics, 0, 1, 1, lengths, 20, ref x.Origin, 16, 32, ref running.Origin, Epsilon, ref y.Origin, 16, 32);
        for (var u = 0; u < 20; u++)
        {
            Data.Near((x.Span[u] * running.Span[u]) + running.Span[32 + u], y.Span[u], 1e-6, "one row");
        }

        Assert.True(!statistics.Norms[0].IsOfBatch);
    }

    [Fact]
    public void AnEvenFeatureIsZeroAndHasGradientsDividedByTheRootOfEpsilon()
    {
        AlignedBuffer x = Data.Filled(Rows * 16, 1e6f), y = new(Rows * 16), dx = new(Rows * 16), g = Data.Random(Rows * 16, 2), running = Running(16);
        BatchStatistics statistics = Statistics(16, usesRunning: false);
        BatchNormalization<T>.Forward(statistics, 0, Steps, Batch, default, 16, ref x.Origin, 16, 16, ref running.Origin, Epsilon, ref y.Origin, 16, 16);
        BatchNormalization<T>.Gradient(statistics, 0, 0, Steps, Batch, default, 16, ref y.Origin, 16, 16, ref g.Origin, 16, 16, ref running.Origin, ref dx.Origin, 16, 16);
        Assert.All(y.Span.ToArray(), v => Assert.Equal(0, v));
        for (var r = 0; r < Rows; r++)
        {
            var mean = Enumerable.Range(0, Rows).Average(k => (double)g.Span[k * 16]);
            Data.Near((g.Span[r * 16] - mean) / Math.Sqrt(Epsilon), dx.Span[r * 16], 1e-4, "an even feature");
        }
    }

    [Fact]
    public void NaNPropagatesThroughItsFeatureOnly()
    {
        AlignedBuffer x = Data.Random(Rows * 32, 1), y = new(Rows * 32), running = Running(20);
        x.Span[(7 * 32) + 3] = float.NaN;
        BatchNormalization<T>.Forward(Statistics(20, usesRunning: false), 0, Steps, Batch, default, 20, ref x.Origin, 16, 32, ref running.Origin, Epsilon, ref y.Origin, 16, 32);
        for (var r = 0; r < Rows; r++)
        {
            Assert.All(Enumerable.Range(0, 20), u => Assert.Equal(u == 3, float.IsNaN(y.Span[(r * 32) + u])));
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer x = Data.Random(Rows * 32, 1), y = new(Rows * 32), g = Data.Random(Rows * 32, 2), running = Running(20);
        BatchStatistics statistics = Statistics(20, usesRunning: false);
        void All()
        {
            statistics.Begin(false);
            BatchNormalization<T>.Forward(statistics, 0, Steps, Batch, _lengths, 20, ref x.Origin, 16, 32, ref running.Origin, Epsilon, ref y.Origin, 16, 32);
            BatchNormalization<T>.Gradient(statistics, 0, 1, Steps, Batch, _lengths, 20, ref y.Origin, 16, 32, ref g.Origin, 16, 32, ref running.Origin, ref g.Origin, 16, 32);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static int Padded(int units) => (units + 15) / 16 * 16;

    private static BatchStatistics Statistics(int units, bool usesRunning)
    {
        var all = new BatchStatistics[1];
        all[0] = new BatchStatistics([units], all);
        all[0].Begin(usesRunning);
        return all[0];
    }

    /// <summary>What is derived from a mean of 0.1 u - 1 and a variance of 1 + u / 8.</summary>
    private static AlignedBuffer Running(int units)
    {
        AlignedBuffer mean = new(Padded(units)), variance = new(Padded(units)), derived = new(2 * Padded(units));
        for (var u = 0; u < units; u++)
        {
            (mean.Span[u], variance.Span[u]) = ((0.1f * u) - 1, 1 + (u / 8f));
        }

        BatchNormalization<T>.Derive(units, ref mean.Origin, ref variance.Origin, Epsilon, ref derived.Origin);
        return derived;
    }

    private static void Check(int units, float offset, bool isShort, bool usesRunning, int block, int row)
    {
        var size = Rows * Padded(units);
        int At(int r, int u) => ((u / 16) * block) + (r * row) + (u % 16);
        AlignedBuffer x = Data.Random(size, 1), g = Data.Random(size, 2), y = Data.Filled(size, Data.Sentinel), dx = Data.Filled(size, Data.Sentinel), running = Running(units);
        for (var r = 0; r < Rows; r++)
        {
            for (var u = 0; u < Padded(units); u++)
            {
                // Padding of sources may be anything.
                x.Span[At(r, u)] = u < units ? x.Span[At(r, u)] + offset : Data.Sentinel;
                g.Span[At(r, u)] = u < units ? g.Span[At(r, u)] : Data.Sentinel;
            }
        }

        int[] lengths = isShort ? _lengths : [];
        BatchStatistics statistics = Statistics(units, usesRunning);
        BatchNormalization<T>.Forward(statistics, 0, Steps, Batch, lengths, units, ref x.Origin, block, row, ref running.Origin, Epsilon, ref y.Origin, block, row);
        int[] counted = [.. Enumerable.Range(0, Rows).Where(r => !isShort || r / Batch < _lengths[r % Batch])];
        for (var first = 0; first < 3; first++)
        {
            nint from = first * Batch * row;
            ref var n = ref Unsafe.Add(ref y.Origin, from);
            BatchNormalization<T>.Gradient(
                statistics, 0, first, Steps, Batch, lengths, units, ref n, block, row, ref Unsafe.Add(ref g.Origin, from), block, row,
                ref running.Origin, ref Unsafe.Add(ref dx.Origin, from), block, row);
            for (var u = 0; u < units; u++)
            {
                var unit = u;
                double mean = counted.Average(r => (double)x.Span[At(r, unit)]), variance = counted.Average(r => Math.Pow(x.Span[At(r, unit)] - mean, 2));
                double factor = usesRunning ? running.Span[u] : 1 / Math.Sqrt(variance + Epsilon), shift = usesRunning ? running.Span[Padded(units) + u] : -mean * factor;
                int[] back = [.. counted.Where(r => r / Batch >= first)];
                double N(int r) => (x.Span[At(r, unit)] * factor) + shift;
                double sum = usesRunning ? 0 : back.Sum(r => (double)g.Span[At(r, unit)]) / counted.Length, along = usesRunning ? 0 : back.Sum(r => g.Span[At(r, unit)] * N(r)) / counted.Length;
                for (var r = 0; r < Rows; r++)
                {
                    var counts = counted.Contains(r);
                    Data.Near(counts ? N(r) : 0, y.Span[At(r, u)], usesRunning ? 1e-6 * (1 + offset) : 1e-5, $"n, unit {u} of {units}, row {r}");
                    if (r / Batch >= first)
                    {
                        Data.Near(counts ? (g.Span[At(r, u)] - sum - (N(r) * along)) * factor : 0, dx.Span[At(r, u)], 1e-4 * (usesRunning ? 1 : Math.Max(1, offset / 100)), $"dx, unit {u} of {units}, row {r}, from step {first}");
                    }
                }
            }

            for (var r = 0; r < Rows; r++)
            {
                Assert.All(Enumerable.Range(units, Padded(units) - units), u => Assert.Equal(0, y.Span[At(r, u)]));
            }
        }
    }
}
