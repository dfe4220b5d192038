// What one thread at a time may use, used by two: an exception that says so, and the first one's results are right.
using System;
using System.Threading;
using System.Threading.Tasks;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class OneThreadTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task TwoThreadsInOneWorkspaceAreTold(int threads)
    {
        using ParallelWorkspace workspace = new(new TinyNetwork(1, new() { Sequence = true }).Core, 64, 200, threads, true, 2);
        int failures = 0;
        using Barrier start = new(2);
        Task Start() => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        void Work()
        {
            start.SignalAndWait();
            for (int i = 0; i < 200 && Volatile.Read(ref failures) == 0; i++)
            {
                try
                {
                    workspace.Forward(ForwardMode.Training);
                }
                catch (InvalidOperationException e)
                {
                    Assert.Contains("A workspace of Tiny is used by two threads at the same time", e.Message, StringComparison.Ordinal);
                    Interlocked.Increment(ref failures);
                }
            }
        }

        await Task.WhenAll(Start(), Start()).WaitAsync(Long);
        Assert.True(failures > 0);

        // It is as usable as before.
        workspace.Forward(ForwardMode.Training);
        Assert.True(double.IsFinite(workspace.Loss()));
    }

    [Fact]
    public void AThreadMayEnterAgainAndAnotherWhenItHasLeft()
    {
        int user = 0;
        using (OneThread.Enter(ref user, "A thing", "Tiny"))
        {
            using (OneThread.Enter(ref user, "A thing", "Tiny"))
            {
            }

            Assert.NotEqual(0, user);
        }

        Assert.Equal(0, user);
    }
}
