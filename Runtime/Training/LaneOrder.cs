// The order in which a stateful training reads windows: lanes of them side by side, one batch of lanes after the other.
// Knows numbers of windows; refuses to know what is in them.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Windows 0 to count - 1 cut into lanes of neighbours, as equal as they can be: the first ones are one window longer where they must be.</summary>
internal sealed class LaneOrder
{
    private readonly int _each;
    private readonly int _longer;
    private readonly int _rows;
    private readonly int[] _lanes;
    private readonly int[] _starts;
    private readonly bool[] _begins;

    /// <param name="count">Windows.</param>
    /// <param name="lanes">Lanes.</param>
    /// <param name="rows">Lanes that a batch reads side by side.</param>
    public LaneOrder(int count, int lanes, int rows)
    {
        lanes = Math.Min(lanes, count);
        (_each, _longer) = Math.DivRem(count, lanes);
        (_rows, _lanes) = (rows, new int[lanes]);
        Number();
        int batches = 0;
        for (int first = 0; first < lanes; first += rows)
        {
            batches += LengthOf(_lanes[first]);
        }

        (_starts, _begins) = (new int[batches + 1], new bool[batches + 1]);
    }

    /// <summary>Batches of an epoch. Longer lanes stay before the others in any order, so that their number is always the same.</summary>
    public int Batches => _starts.Length - 1;

    /// <summary>Where a batch begins in the order.</summary>
    public int StartOf(int batch) => _starts[batch];

    /// <summary>Whether a batch reads the first windows of its lanes.</summary>
    public bool Begins(int batch) => _begins[batch];

    /// <summary>Writes the order of an epoch.</summary>
    /// <param name="order">As many numbers as there are windows.</param>
    /// <param name="random">Shuffles whole lanes where there are more than a batch reads; null for their own order.</param>
    public void Fill(int[] order, RandomSource? random)
    {
        Number();
        if (_lanes.Length > _rows && random is { } source)
        {
            source.Shuffle(_lanes.AsSpan(0, _longer));
            source.Shuffle(_lanes.AsSpan(_longer));
        }

        int at = 0, batch = 0;
        for (int first = 0; first < _lanes.Length; first += _rows)
        {
            ReadOnlySpan<int> side = _lanes.AsSpan(first, Math.Min(_rows, _lanes.Length - first));
            for (int window = 0; window < LengthOf(side[0]); window++)
            {
                (_starts[batch], _begins[batch++]) = (at, window == 0);
                foreach (int lane in side)
                {
                    if (window < LengthOf(lane))
                    {
                        order[at++] = (lane * _each) + Math.Min(lane, _longer) + window;
                    }
                }
            }
        }

        _starts[batch] = at;
    }

    private int LengthOf(int lane) => _each + (lane < _longer ? 1 : 0);

    private void Number()
    {
        for (int i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = i;
        }
    }
}
