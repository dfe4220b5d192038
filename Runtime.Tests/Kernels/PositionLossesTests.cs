// Sums and seeds of losses that lie in rows, against plain loops in double.
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

/// <summary>Weights of positions and of numbers, at any width; what does not count is left out.</summary>
public sealed class PositionLossesTests
{
    [Fact]
    public void SumsAndSeedsAreThoseOfPlainLoops()
    {
        foreach (var size in new[] { 1, 2, 7, 8, 16, 17, 33, 64 })
        {
            const int positions = 5;
            const double factor = 0.75;
            int row = Data.Padded(size) + 16, seedRow = row + 16;
            var losses = Data.Random(positions * row, 1);
            var elements = Data.Random(positions * row, 2);
            var seeds = Data.Filled(positions * seedRow, Data.Sentinel);
            float[] weights = [1, 0, 0.5f, 2, 1];

            // What does not count may be no number.
            losses.Span[row] = float.NaN;
            elements.Span[row] = 0;
            for (var ofElements = 0; ofElements < 2; ofElements++)
            {
                double sum = ofElements == 0
                    ? PositionLosses.SumAndSeed(ref losses.Origin, row, weights, size, factor, ref seeds.Origin, seedRow)
                    : PositionLosses.SumAndSeed(ref losses.Origin, row, ref elements.Origin, row, positions, size, factor, ref seeds.Origin, seedRow);
                double expected = 0;
                for (var at = 0; at < seeds.Length; at++)
                {
                    int r = at / seedRow, k = at % seedRow;
                    double weight = k >= size ? 0 : ofElements == 0 ? weights[r] : elements.Span[(r * row) + k];
                    expected += weight == 0 ? 0 : weight * losses.Span[(r * row) + k] / size;
                    Assert.Equal(k < size ? (float)(weight * factor / size) : Data.Sentinel, seeds.Span[at], k < size ? 1e-6f : 0);
                }

                Assert.Equal(expected, sum, 1e-6 * positions);
            }
        }
    }
}
