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
    public void ASecondThreadInATrainerIsToldAndTheFirstGoesOn()
    {
        SequenceData data = TestData.Learnable(40);
        Trainer trainer = Trainer.For(new TinyNetwork(1), new Adam(1e-2f), new() { Threads = 2 });
        trainer.Processors = 2;
        string? told = null;
        TrainingHistory history = trainer.Fit(data, 2, progress: new Callback(() =>
        {
            Thread other = new(() =>
            {
                foreach (Action call in new Action[] { () => trainer.Evaluate(data), () => trainer.Predict(data), () => trainer.Fit(data, 1) })
                {
                    told = told is null or ['A', ..] ? Record.Exception(call)?.Message ?? "no exception" : told;
                }
            });
            other.Start();
            Assert.True(other.Join(Long));
        }));
        Assert.Contains("A trainer of Tiny is used by two threads at the same time", told, StringComparison.Ordinal);
        TrainingHistory alone = Trainer.For(new TinyNetwork(1), new Adam(1e-2f), new() { Threads = 1 }).Fit(data, 2);
        Assert.Equal(alone.Last.Training.Loss, history.Last.Training.Loss, 1e-5);
        trainer.Evaluate(data);
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

    private sealed class Callback(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }
}
