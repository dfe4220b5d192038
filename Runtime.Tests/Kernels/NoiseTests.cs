// Counter-based noise: reproducible, independent of batch and width, with the statistics it should have.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

/// <summary>Counter-based noise and the generator for initial values.</summary>
public sealed class NoiseTests
{
    [Fact]
    public void PhiloxGivesThePublishedVectors()
    {
        // Known answers of the Random123 library, philox4x32 10.
        Assert.Equal((0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u), Noise.Philox(0, 0, 0, 0, 0));
        Assert.Equal(
            (0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu), Noise.Philox(ulong.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue));
        Assert.Equal(
            (0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u), Noise.Philox(0x299F31D0A4093822, 0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344));
    }

    [Fact]
    public void EveryUnitHasItsWord()
    {
        for (var width = 1; width <= 256; width++)
        {
            var row = Data.Padded(width);
            var buffer = Data.Filled((4 * row) + 16, Data.Sentinel);
            Noise.FillBernoulli(0xFEDCBA9876543210, 5, 7, 2, 2, width, 0.25f, ref buffer.Origin, row);
            for (var at = 0; at < 4 * row; at++)
            {
                int r = at / row, unit = at % row;
                var (r0, r1, r2, r3) = Noise.Philox(0xFEDCBA9876543210, 5, (uint)(7 + (r % 2)), (uint)(r / 2), (uint)unit / 4);
                var word = (unit % 4) switch { 0 => r0, 1 => r1, 2 => r2, _ => r3 };
                Assert.Equal(unit < width && word < 1u << 30 ? 4f : 0f, buffer.Span[at]);
            }

            Assert.Equal(Data.Sentinel, buffer.Span[4 * row]);
        }
    }

    [Fact]
    public void ValuesDoNotDependOnHowTheWorkIsDivided()
    {
        const int Batch = 5, Steps = 4, Width = 70, Row = 80;
        var whole = Data.Filled(Batch * Steps * Row, Data.Sentinel);
        Noise.FillBernoulli(42, 3, 10, Batch, Steps, Width, 0.7f, ref whole.Origin, Row);
        for (var b = 0; b < Batch; b++)
        {
            // One sample, fewer units, other strides.
            var single = Data.Filled(Steps * 48, Data.Sentinel);
            Noise.FillBernoulli(42, 3, 10 + b, 1, Steps, 37, 0.7f, ref single.Origin, 48);
            for (var t = 0; t < Steps; t++)
            {
                Assert.True(single.Span.Slice(t * 48, 37).SequenceEqual(whole.Span.Slice(((t * Batch) + b) * Row, 37)));
                Assert.All(single.Span.Slice((t * 48) + 37, 11).ToArray(), v => Assert.Equal(0f, v));
            }
        }
    }

    [Fact]
    public void EveryPartOfTheCounterMatters()
    {
        static float[] Draw(ulong seed, uint layer, int sample, int steps)
        {
            var buffer = new AlignedBuffer(steps * 256);
            Noise.FillBernoulli(seed, layer, sample, 1, steps, 256, 0.5f, ref buffer.Origin, 256);
            return buffer.Span[((steps - 1) * 256)..].ToArray();
        }

        var draws = new[] { Draw(1, 1, 1, 1), Draw(2, 1, 1, 1), Draw(1UL << 32, 1, 1, 1), Draw(1, 2, 1, 1), Draw(1, 1, 2, 1), Draw(1, 1, 1, 2) };
        Assert.Equal(draws[0], Draw(1, 1, 1, 1));
        for (var i = 0; i < draws.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                // Independent fair coins: 128 of 256 agree, standard deviation 8.
                Assert.InRange(draws[i].Zip(draws[j]).Count(pair => pair.First == pair.Second), 88, 168);
            }
        }
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void TheFrequencyIsRight(float keep)
    {
        const int Count = 256 * 400;
        var buffer = new AlignedBuffer(Count);
        Noise.FillBernoulli(7, 0, 0, 20, 20, 256, keep, ref buffer.Origin, 256);
        Assert.All(buffer.Span.ToArray(), v => Assert.True(v == 0 || v == 1 / keep));
        var kept = buffer.Span.ToArray().Count(v => v != 0);

        // Five standard deviations; the seed is fixed.
        Assert.InRange(kept, (keep * Count) - (5 * Math.Sqrt(Count * keep * (1 - keep))), (keep * Count) + (5 * Math.Sqrt(Count * keep * (1 - keep))));
        for (var unit = 0; unit < 256; unit++)
        {
            var column = Enumerable.Range(0, 400).Count(r => buffer.Span[(r * 256) + unit] != 0);
            Assert.InRange(column, (keep * 400) - (6 * Math.Sqrt(400 * keep * (1 - keep))), (keep * 400) + (6 * Math.Sqrt(400 * keep * (1 - keep))));
        }
    }

    [Fact]
    public void KeepingEverything()
    {
        var buffer = Data.Filled(32, Data.Sentinel);
        Noise.FillBernoulli(1, 0, 0, 1, 1, 20, 1, ref buffer.Origin, 32);
        Assert.All(buffer.Span[..20].ToArray(), v => Assert.Equal(1f, v));
        Assert.All(buffer.Span[20..].ToArray(), v => Assert.Equal(0f, v));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var buffer = new AlignedBuffer(64 * 6);
        Noise.FillBernoulli(1, 0, 0, 3, 2, 60, 0.5f, ref buffer.Origin, 64);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Noise.FillBernoulli(1, 0, 0, 3, 2, 60, 0.5f, ref buffer.Origin, 64);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void UniformAndNormalHaveTheirMoments()
    {
        const int Count = 100_000;
        var random = new RandomSource(11);
        var uniform = Enumerable.Range(0, Count).Select(_ => (double)random.NextUniform(-2, 4)).ToArray();
        Assert.All(uniform, v => Assert.InRange(v, -2, 4));
        Assert.Equal(1, uniform.Average(), 0.03);
        Assert.Equal(3, uniform.Average(v => (v - 1) * (v - 1)), 0.05);
        var normal = Enumerable.Range(0, Count).Select(_ => (double)random.NextNormal()).ToArray();
        Assert.Equal(0, normal.Average(), 0.016);
        Assert.Equal(1, normal.Average(v => v * v), 0.023);
        Assert.Equal(3, normal.Average(v => v * v * v * v), 0.16);
    }

    [Fact]
    public void TheSequenceIsReproducibleAndCanBeResumed()
    {
        var first = new RandomSource(0);

        // The first numbers of SplitMix64 from seed 0.
        Assert.Equal(0xE220A8397B1DCDAFUL, first.NextUInt64());
        Assert.Equal(0x6E789E6AA1B965F4UL, first.NextUInt64());
        var second = new RandomSource(first.State);
        Assert.Equal(first.NextUInt64(), second.NextUInt64());
    }

    [Fact]
    public void ShufflesArePermutationsWithoutBias()
    {
        var counts = new int[4, 4];
        var random = new RandomSource(3);
        for (var n = 0; n < 4000; n++)
        {
            int[] values = [0, 1, 2, 3];
            random.Shuffle<int>(values);
            Assert.Equal([0, 1, 2, 3], values.Order());
            for (var i = 0; i < 4; i++)
            {
                counts[i, values[i]]++;
            }
        }

        // 1000 each, standard deviation 27.
        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, 863, 1137));
    }

    [Fact]
    public void BuffersAreAlignedAndZero()
    {
        for (var length = 0; length <= 256; length++)
        {
            var buffer = new AlignedBuffer(length);
            Assert.Equal(length, buffer.Length);
            Assert.Equal(length, buffer.Span.Length);
            Assert.True(buffer.Span.IndexOfAnyExcept(0f) < 0);
            Assert.Equal(0, Address(buffer) % 64);
        }

        static unsafe nint Address(AlignedBuffer buffer) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref buffer.Origin);
    }
}
