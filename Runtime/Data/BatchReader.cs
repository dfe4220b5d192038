// Batches of data that lies on disk, read ahead: while one is learnt, a thread reads the next into memory.
// Knows two sets of arrays and whose turn it is; refuses to know what becomes of a batch.
using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace SeqGen;

/// <summary>Hands out batches in the order in which they are asked for; allocates nothing after it is made.</summary>
internal sealed class BatchReader : IDisposable
{
    private readonly SequenceData _source;
    private readonly Slot[] _slots;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private Slot? _wanted;
    private bool _isOver;

    /// <param name="source">The data.</param>
    /// <param name="most">The most samples of a batch.</param>
    public BatchReader(SequenceData source, int most)
    {
        most = Math.Min(most, source.Count);
        _source = source;
        _slots = [new(source, most), new(source, most)];
        _thread = new Thread(Read) { IsBackground = true, Name = "SeqGen reads ahead" };
        _thread.Start();
    }

    /// <summary>A reader of data that lies on disk; null where it is in memory already.</summary>
    public static BatchReader? For(SequenceData source, int most) => source.IsOnDisk ? new BatchReader(source, most) : null;

    /// <summary>Some samples as data in memory, in their order, until the next call. Then it begins to read what comes next.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="next">Those of the next batch; empty where nobody knows.</param>
    public SequenceData Take(ReadOnlySpan<int> samples, ReadOnlySpan<int> next)
    {
        Slot slot = Waited(samples) ?? ReadNow(samples);
        if (slot.Failure is { } failure)
        {
            slot.Forget();
            failure.Throw();
        }

        Slot other = slot == _slots[0] ? _slots[1] : _slots[0];
        if (!next.IsEmpty && !other.Holds(next))
        {
            lock (_gate)
            {
                other.Want(next);
                _wanted = other;
                Monitor.PulseAll(_gate);
            }
        }

        return slot.Data;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    /// <summary>Waits until the thread has nothing to read.</summary>
    /// <returns>What holds the samples then; null for nothing.</returns>
    private Slot? Waited(ReadOnlySpan<int> samples)
    {
        lock (_gate)
        {
            while (_wanted is not null)
            {
                Monitor.Wait(_gate);
            }
        }

        return _slots[0].Holds(samples) ? _slots[0] : _slots[1].Holds(samples) ? _slots[1] : null;
    }

    private Slot ReadNow(ReadOnlySpan<int> samples)
    {
        Slot slot = _slots[0];
        slot.Want(samples);
        slot.Read(_source);
        return slot;
    }

    private void Read()
    {
        while (true)
        {
            Slot slot;
            lock (_gate)
            {
                while (_wanted is null && !_isOver)
                {
                    Monitor.Wait(_gate);
                }

                if (_isOver)
                {
                    return;
                }

                slot = _wanted!;
            }

            slot.Read(_source);
            lock (_gate)
            {
                _wanted = null;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>A batch in memory.</summary>
    private sealed class Slot(SequenceData source, int most)
    {
        private readonly int[] _samples = new int[most];
        private int _count;

        public SequenceData Data { get; } = source.RoomFor(most);

        /// <summary>What went wrong on the thread; null where nothing has.</summary>
        public ExceptionDispatchInfo? Failure { get; private set; }

        public bool Holds(ReadOnlySpan<int> samples) => _samples.AsSpan(0, _count).SequenceEqual(samples);

        public void Want(ReadOnlySpan<int> samples)
        {
            samples.CopyTo(_samples);
            (_count, Failure) = (samples.Length, null);
        }

        public void Forget() => (_count, Failure) = (0, null);

        public void Read(SequenceData from)
        {
            try
            {
                Data.Copy(from, _samples.AsSpan(0, _count));
            }
            catch (Exception e)
            {
                // Whoever asks for the batch is told.
                Failure = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
