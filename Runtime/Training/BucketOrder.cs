// The order in which a training reads sequences of unequal length: batches of near lengths.
// Knows lengths and batches; refuses to know what is in them.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Sorts shuffled samples by length, so many batches' worth at a time, and shuffles the batches: what is random stays so, but neighbours are of near lengths.</summary>
internal sealed class BucketOrder
{
    private readonly int _batch;
    private readonly int _pool;
    private readonly int[] _lengths;
    private readonly int[] _shuffled;
    private readonly long[] _keys;
    private readonly int[] _batches;

    /// <param name="data">The samples.</param>
    /// <param name="batch">Samples of a batch.</param>
    /// <param name="batches">Batches whose samples are sorted together.</param>
    public BucketOrder(SequenceData data, int batch, int batches)
    {
        int count = data.Count;
        (_batch, _pool) = (batch, (int)Math.Min(count, (long)batch * batches));
        (_shuffled, _keys, _lengths, _batches) = (new int[count], new long[count], new int[count], new int[count / batch]);
        for (int i = 0; i < count; i++)
        {
            int index = data.Index(i);
            _lengths[i] = (data.Lengths?[index] ?? data.Steps) + (data.TargetLengths?[index] ?? 0);
        }
    }

    /// <summary>Puts an order that is shuffled (or not) into one of batches of near lengths.</summary>
    /// <param name="order">All samples.</param>
    /// <param name="random">Shuffles the batches; null for the order of their lengths in each pool.</param>
    public void Arrange(int[] order, RandomSource? random)
    {
        order.CopyTo(_shuffled, 0);
        for (int i = 0; i < order.Length; i++)
        {
            // Of equal lengths the one that comes first stays first: the sum is a number of its own for each.
            _keys[i] = ((long)_lengths[order[i]] << 32) | (uint)i;
        }

        for (int first = 0; first < order.Length; first += _pool)
        {
            Array.Sort(_keys, first, Math.Min(_pool, order.Length - first));
        }

        for (int k = 0; k < _batches.Length; k++)
        {
            _batches[k] = k;
        }

        if (random is { } source)
        {
            source.Shuffle(_batches.AsSpan());
        }

        // A last batch that is smaller stays the last.
        for (int at = 0; at < order.Length; at++)
        {
            int batch = at / _batch;
            order[at] = _shuffled[(int)(_keys[batch < _batches.Length ? (_batches[batch] * _batch) + (at % _batch) : at] & uint.MaxValue)];
        }
    }
}
