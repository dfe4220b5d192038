// The order in which a stateful training reads windows: lanes of them side by side, one batch of lanes after the other.
// Knows numbers of windows; refuses to know what is in them.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Windows 0 to count - 1 cut into lanes of neighbours, as equal as they can be: the first ones are one window longer where they must be.</summary>
internal sealed class LaneOrder
{
    private readonly int _count;
    private readonly int _each;
    private readonly int _longer;
    private readonly int _longerGroups;
    private readonly int _rows;
    private readonly int[] _lanes;

    /// <param name="count">Windows.</param>
    /// <param name="lanes">Lanes.</param>
    /// <param name="rows">Lanes that a batch reads side by side: a group.</param>
    public LaneOrder(int count, int lanes, int rows)
    {
        _lanes = new int[Math.Min(lanes, count)];
        (_count, _rows) = (count, rows);
        (_each, _longer) = Math.DivRem(count, _lanes.Length);
        _longerGroups = Groups(_longer);
        Batches = (Groups(_lanes.Length) * _each) + _longerGroups;
    }

    /// <summary>Batches of an epoch. Longer lanes stay before the others in any order, so that their number is always the same.</summary>
    public int Batches { get; }

    /// <summary>Where a batch begins in the order.</summary>
    public int StartOf(int batch)
    {
        if (batch >= Batches)
        {
            return _count;
        }

        (int group, int window) = Find(batch);
        int lane = group * _rows;
        return FirstOf(lane) + (window * Math.Min(_rows, _lanes.Length - lane));
    }

    /// <summary>Whether a batch reads the first windows of its lanes.</summary>
    public bool Begins(int batch) => Find(batch).Window == 0;

    /// <summary>Writes the order of an epoch.</summary>
    /// <param name="order">As many numbers as there are windows.</param>
    /// <param name="random">Shuffles whole lanes where there are more than a batch reads; null for their own order.</param>
    public void Fill(int[] order, RandomSource? random)
    {
        for (int i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = i;
        }

        if (_lanes.Length > _rows && random is { } source)
        {
            source.Shuffle(_lanes.AsSpan(0, _longer));
            source.Shuffle(_lanes.AsSpan(_longer));
        }

        int at = 0;
        for (int first = 0; first < _lanes.Length; first += _rows)
        {
            ReadOnlySpan<int> side = _lanes.AsSpan(first, Math.Min(_rows, _lanes.Length - first));
            for (int window = 0; window < LengthOf(side[0]); window++)
            {
                foreach (int lane in side)
                {
                    if (window < LengthOf(lane))
                    {
                        order[at++] = FirstOf(lane) + window;
                    }
                }
            }
        }
    }

    /// <summary>The group that a batch is of, and the window of its lanes that it reads.</summary>
    private (int Group, int Window) Find(int batch)
    {
        int before = _longerGroups * (_each + 1);
        if (batch < before)
        {
            return Math.DivRem(batch, _each + 1);
        }

        (int group, int window) = Math.DivRem(batch - before, _each);
        return (_longerGroups + group, window);
    }

    private int Groups(int lanes) => (int)((lanes + (long)_rows - 1) / _rows);

    /// <summary>The first window of a lane, and the windows of those before it.</summary>
    private int FirstOf(int lane) => (lane * _each) + Math.Min(lane, _longer);

    private int LengthOf(int lane) => _each + (lane < _longer ? 1 : 0);
}
