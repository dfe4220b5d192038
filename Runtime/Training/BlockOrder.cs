// The order in which a training reads samples: one after the other, or blocks of neighbours shuffled. Knows numbers of samples; refuses to know what is in them.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Samples 0 to count - 1 in blocks of some that follow each other: the blocks in a random order, and within each its samples. One block of all is a shuffle of all.</summary>
internal sealed class BlockOrder(int count, int size)
{
    private readonly int[] _blocks = new int[(int)((count + (long)size - 1) / size)];

    /// <summary>Puts the samples into an order; without a source into that of their numbers.</summary>
    public void Fill(Span<int> order, RandomSource? random)
    {
        Number(_blocks, 0);
        if (random is not { } source)
        {
            Number(order, 0);
            return;
        }

        source.Shuffle(_blocks.AsSpan());
        int at = 0;
        foreach (int block in _blocks)
        {
            int first = block * size;
            Span<int> samples = order.Slice(at, Math.Min(size, count - first));
            Number(samples, first);
            source.Shuffle(samples);
            at += samples.Length;
        }
    }

    private static void Number(Span<int> places, int first)
    {
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = first + i;
        }
    }
}
