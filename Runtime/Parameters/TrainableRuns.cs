// The trainable parameters between two places of the packed master, run by run: threads divide the master among them.
// Knows places; refuses to know what is done with them.
using System;

namespace SeqGen;

/// <summary>Goes through runs, each cut to the part that lies between two places; allocates nothing.</summary>
internal ref struct TrainableRuns(ReadOnlySpan<(int Start, int Length)> all, int from, int to)
{
    private readonly ReadOnlySpan<(int Start, int Length)> _all = all;
    private int _next;

    /// <summary>The run at hand.</summary>
    public Range Current { get; private set; }

    /// <summary>Itself, as <c>foreach</c> asks.</summary>
    public readonly TrainableRuns GetEnumerator() => this;

    /// <summary>Goes on to the next run that is not empty.</summary>
    public bool MoveNext()
    {
        while (_next < _all.Length)
        {
            (int first, int length) = _all[_next++];
            int start = Math.Max(first, from), end = Math.Min(first + length, to);
            if (start < end)
            {
                Current = start..end;
                return true;
            }
        }

        return false;
    }
}
