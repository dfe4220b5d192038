// The threads of a parallel workspace: they work side by side, sleep when idle, and end.
using System;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class ThreadTeamTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(8, 2)]
    public void EveryThreadDoesItsShareEveryTime(int count, int processors)
    {
        using ThreadTeam team = new(count, processors);
        int[] done = new int[count], threads = new int[count];
        Action<int> work = i => (done[i], threads[i]) = (done[i] + 1, Environment.CurrentManagedThreadId);
        for (int round = 1; round <= 2000; round++)
        {
            team.Run(work);
            Assert.All(done, d => Assert.Equal(round, d));

            // Around the moment when threads give up looking out and sleep.
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < round % 100)
            {
                Thread.SpinWait(1);
            }
        }

        Assert.Equal(Environment.CurrentManagedThreadId, threads[0]);
        Assert.Equal(count, threads.Distinct().Count());
    }

    [Fact]
    public void AllAreWaitedForAndTheFirstThreadsExceptionIsThrown()
    {
        using ThreadTeam team = new(3, 2);
        int finished = 0;
        string Message(params int[] throwing) => Assert.Throws<InvalidOperationException>(() => team.Run(i =>
        {
            if (throwing.Contains(i))
            {
                throw new InvalidOperationException($"thread {i}");
            }

            Thread.Sleep(20);
            Interlocked.Increment(ref finished);
        })).Message;
        Assert.Equal("thread 0", Message(0));
        Assert.Equal(2, finished);
        Assert.Equal("thread 1", Message(2, 1));
        Assert.Equal("thread 2", Message(2));
        team.Run(_ => Interlocked.Increment(ref finished));
        Assert.Equal(8, finished);
    }

    [Fact]
    public void IdleThreadsSleep()
    {
        using ThreadTeam team = new(2, 2);
        team.Run(_ => { });
        Thread thread = team.Threads[0];
        Assert.True(thread.IsBackground);
        Assert.True(SpinWait.SpinUntil(() => (thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0, Long));
    }

    [Fact]
    public void DisposeEndsTheThreads()
    {
        TinyNetwork net = new();
        ParallelWorkspace team = ParallelWorkspaceTests.Team(net, 6, 3);
        Thread[] threads = team.OwnThreads.ToArray();
        team.ForwardBackward();
        team.Dispose();
        Assert.Equal(2, threads.Length);
        Assert.All(threads, t => Assert.False(t.IsAlive));
        team.Dispose();
        Assert.Contains(nameof(ParallelWorkspace), Assert.Throws<ObjectDisposedException>(() => team.ForwardBackward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThreadsOfAnAbandonedWorkspaceEnd() => Ends(() =>
    {
        ParallelWorkspace team = ParallelWorkspaceTests.Team(new TinyNetwork(), 6, 3);
        team.ForwardBackward();
        return team.OwnThreads.ToArray();
    });

    [Fact]
    public void ThreadsOfAnAbandonedTrainerEnd() => Ends(() =>
    {
        Trainer trainer = Trainer.For(new TinyNetwork(), new Adam(), new() { BatchSize = 8, Threads = 3 });
        trainer.Processors = 2;
        trainer.Fit(TestData.Learnable(16), 2);
        return trainer.Workspace!.OwnThreads.ToArray();
    });

    private static void Ends(Func<Thread[]> use)
    {
        Thread[] threads = Call(use);
        Assert.Equal(2, threads.Length);
        for (long start = Environment.TickCount64; threads.Any(t => t.IsAlive) && Environment.TickCount64 - start < Long.TotalMilliseconds;)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(5);
        }

        Assert.All(threads, t => Assert.False(t.IsAlive));
    }

    // Not inlined: nothing of it may stay on this frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread[] Call(Func<Thread[]> use) => use();
}
