// Where the threads of a team wait for each other in the middle of their work, without allocating.
// Knows counting and how to wait; refuses to know what for.
using System;
using System.Threading;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Threads that do the same work meet here as often as the work says. Where one of them ends by an exception the others do too.</summary>
/// <param name="spin">Whether there is a processor for each thread, so that a waiting one may look out for some microseconds before it sleeps.</param>
internal sealed class MeetingPoint(bool spin) : IMeetingPoint
{
    private readonly object _gate = new();
    private int _expected;
    private int _here;
    private int _turn;
    private int _sleepers;
    private volatile bool _broken;

    /// <summary>Says how many threads will come, before they start.</summary>
    public void Open(int count)
    {
        (_expected, _here) = (count, 0);
        _broken = false;
    }

    /// <summary>Waits for the others.</summary>
    /// <exception cref="BrokenMeetingException">One of them has failed.</exception>
    public void Meet()
    {
        int turn = Volatile.Read(ref _turn);
        if (Interlocked.Increment(ref _here) == _expected)
        {
            // Before the turn changes: who goes on may come to the next meeting at once.
            Volatile.Write(ref _here, 0);
            Interlocked.Increment(ref _turn);
            if (Volatile.Read(ref _sleepers) > 0)
            {
                lock (_gate)
                {
                    Monitor.PulseAll(_gate);
                }
            }

            return;
        }

        // There is no turn after the next before this thread has come to that meeting.
        if (!spin || !Spinning.Until(ref _turn, unchecked(turn + 1)))
        {
            Sleep(turn);
        }

        if (Volatile.Read(ref _turn) == turn)
        {
            throw new BrokenMeetingException();
        }
    }

    /// <summary>Says that one of the threads will not come any more.</summary>
    public void Break()
    {
        _broken = true;
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Sleep(int turn)
    {
        lock (_gate)
        {
            // A full fence: either the last thread sees the sleeper, or this thread sees the new turn.
            Interlocked.Increment(ref _sleepers);
            while (Volatile.Read(ref _turn) == turn && !_broken)
            {
                Monitor.Wait(_gate);
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }
}

/// <summary>A thread waits for another that has failed; what that one threw is the error.</summary>
internal sealed class BrokenMeetingException() : Exception("Another thread of this workspace has failed.");
