// Seeded numbers and comparisons for kernel tests. Knows no kernel.
using System;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

/// <summary>Reproducible numbers in aligned buffers, and comparisons.</summary>
internal static class Data
{
    public const float Sentinel = 1234.5f;

    public static AlignedBuffer Random(int length, ulong seed)
    {
        var buffer = new AlignedBuffer(length);
        var random = new RandomSource(seed);
        foreach (ref var value in buffer.Span)
        {
            value = random.NextUniform(-1, 1);
        }

        return buffer;
    }

    public static AlignedBuffer Filled(int length, float value)
    {
        var buffer = new AlignedBuffer(length);
        buffer.Span.Fill(value);
        return buffer;
    }

    /// <summary>Random rows, NaN in the padding and between rows: nobody may read it.</summary>
    public static AlignedBuffer RandomRows(int rows, int width, int stride, ulong seed)
    {
        var buffer = Random((rows * stride) + 16, seed);
        for (var r = 0; r < rows; r++)
        {
            buffer.Span.Slice((r * stride) + width, stride - width).Fill(float.NaN);
        }

        return buffer;
    }

    public static int Padded(int width) => (width + 15) & ~15;

    public static void Near(double expected, float actual, double tolerance, string where)
    {
        if (!(Math.Abs(expected - actual) <= tolerance))
        {
            Assert.Fail($"{where}: expected {expected}, got {actual}, off by {Math.Abs(expected - actual):E2}, allowed {tolerance:E2}");
        }
    }
}
