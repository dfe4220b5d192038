// The order in which a training reads samples that lie on disk: blocks of neighbours. Knows numbers of samples; refuses to know what is in them.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Samples 0 to count - 1 in blocks of some that follow each other: the blocks in a random order, and within each its samples.</summary>
internal sealed class BlockOrder(int count, int size)
{
    private readonly int[] _blocks = new int[(int)((count + (long)size - 1) / size)];

    /// <summary>Puts the samples into an order.</summary>
    public void Fill(Span<int> order, RandomSource random)
    {
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = i;
        }

        random.Shuffle(_blocks.AsSpan());
        int at = 0;
        foreach (int block in _blocks)
        {
            int first = block * size;
            Span<int> samples = order.Slice(at, Math.Min(size, count - first));
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = first + i;
            }

            random.Shuffle(samples);
            at += samples.Length;
        }
    }
}
