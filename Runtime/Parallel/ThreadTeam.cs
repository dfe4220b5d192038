// A few threads that do the same piece of work side by side, again and again, without allocating.
// Knows forking, joining and how to wait; refuses to know what the work is.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace SeqGen;

/// <summary>The caller's thread is number 0 of the team; the others are its own, in the background. Used by one caller at a time.</summary>
/// <remarks>Between two pieces of work the threads look out for the next for some microseconds and then sleep. They hold no
/// reference to the team (only to its <see cref="Post"/>) and none to the work they have done, so a team that is dropped without
/// <see cref="Dispose"/> is finalized, which ends them.</remarks>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Post _post;
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">Threads, the caller's included.</param>
    /// <param name="processors">Processors there are. A thread that looks out instead of sleeping must not keep another from one.</param>
    public ThreadTeam(int count, int processors)
    {
        _post = new Post(count, count <= processors);
        _threads = new Thread[count - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int number = i + 1;
            Post post = _post;
            Thread thread = new(() => post.Serve(number)) { IsBackground = true, Name = $"SeqGen {number + 1} of {count}" };

            // Unsafe: threads must not keep the creator's execution context alive.
            thread.UnsafeStart();
            _threads[i] = thread;
        }
    }

    ~ThreadTeam() => _post?.Close();

    public ReadOnlySpan<Thread> Threads => _threads;

    /// <summary>Does the work as thread 0 to count - 1, each on its thread, and returns when all are done.</summary>
    /// <exception cref="Exception">What the work threw; where several threads threw, what the first of them did.</exception>
    public void Run(Action<int> work)
    {
        ObjectDisposedException.ThrowIf(_post.IsClosed, typeof(ParallelWorkspace));
        _post.Run(work);
        GC.KeepAlive(this);
    }

    /// <summary>Ends the threads and waits for their end.</summary>
    public void Dispose()
    {
        _post.Close();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Where work is posted, and where threads wait for it.</summary>
    private sealed class Post(int count, bool spin)
    {
        private readonly object _gate = new();
        private readonly Exception?[] _thrown = new Exception?[count];
        private Action<int>? _work;
        private int _posted;
        private int _pending;
        private int _sleepers;
        private bool _callerSleeps;
        private volatile bool _closed;

        public bool IsClosed => _closed;

        public void Run(Action<int> work)
        {
            _work = work;
            _pending = count - 1;

            // A full fence: either a thread that is about to sleep sees the new number, or this thread sees the sleeper.
            Interlocked.Increment(ref _posted);
            if (Volatile.Read(ref _sleepers) > 0)
            {
                lock (_gate)
                {
                    Monitor.PulseAll(_gate);
                }
            }

            Do(0);
            AwaitOthers();
            _work = null;
            if (FirstThrown() is { } first)
            {
                Array.Clear(_thrown);
                ExceptionDispatchInfo.Throw(first);
            }
        }

        /// <summary>The life of a thread.</summary>
        public void Serve(int number)
        {
            for (int done = 0; AwaitWork(done); done++)
            {
                Do(number);
                if (Interlocked.Decrement(ref _pending) == 0 && Volatile.Read(ref _callerSleeps))
                {
                    lock (_gate)
                    {
                        Monitor.PulseAll(_gate);
                    }
                }
            }
        }

        public void Close()
        {
            _closed = true;
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>Who waited for a thread that failed has nothing to say: that one has.</summary>
        private Exception? FirstThrown()
        {
            Exception? waited = null;
            foreach (Exception? thrown in _thrown)
            {
                if (thrown is not (null or BrokenMeetingException))
                {
                    return thrown;
                }

                waited ??= thrown;
            }

            return waited;
        }

        // Not inlined: a waiting thread's frame must not keep the work, and with it the workspace, alive.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Do(int number)
        {
            try
            {
                _work!(number);
            }
            catch (Exception exception)
            {
                _thrown[number] = exception;
            }
        }

        private bool AwaitWork(int done)
        {
            // There is no work after the next before all threads have done that.
            if (spin && Spinning.Until(ref _posted, unchecked(done + 1)))
            {
                return true;
            }

            lock (_gate)
            {
                Interlocked.Increment(ref _sleepers);
                while (Volatile.Read(ref _posted) == done && !_closed)
                {
                    Monitor.Wait(_gate);
                }

                Interlocked.Decrement(ref _sleepers);
            }

            return Volatile.Read(ref _posted) != done;
        }

        private void AwaitOthers()
        {
            if (spin && Spinning.Until(ref _pending, 0))
            {
                return;
            }

            lock (_gate)
            {
                // A full fence, as in Run: either the last thread sees that the caller sleeps, or the caller sees that it is done.
                Volatile.Write(ref _callerSleeps, true);
                Interlocked.MemoryBarrier();
                while (Volatile.Read(ref _pending) != 0)
                {
                    Monitor.Wait(_gate);
                }

                Volatile.Write(ref _callerSleeps, false);
            }
        }
    }
}
