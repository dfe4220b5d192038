// How many threads there are, and which sequences each gets.
using System;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class BatchSplitTests
{
    [Fact]
    public void ArgumentsAreChecked()
    {
        Assert.Throws<ArgumentNullException>(() => new ParallelWorkspace(null!, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParallelWorkspace(new TinyNetwork(), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParallelWorkspace(new TinyNetwork(), 4, threads: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainerOptions { Threads = -1 });
        using ParallelWorkspace team = new(new TinyNetwork(), 64);
        Assert.Equal(Math.Min(Environment.ProcessorCount, 16), team.Threads);
    }

    [Fact]
    public void EveryBatchIsSplitCompletelyAndEvenly()
    {
        Assert.Equal([1, 1, 2, 4, 4], new[] { 3, 7, 8, 19, 400 }.Select(batch => BatchSplit.Threads(0, batch, 4)));
        Assert.Equal([1, 1, 2, 3], new[] { (2, 1), (1, 4), (2, 4), (5, 4) }.Select(c => BatchSplit.Threads(c.Item1, 3, c.Item2)));
        Assert.Equal([0, 16, 32], Enumerable.Range(0, 3).Select(part => BatchSplit.Start(part, 32, 2)));
        for (int parts = 1; parts < 9; parts++)
        {
            for (int batch = 1; batch < 100; batch++)
            {
                int[] rows = [.. Enumerable.Range(0, parts).Select(p => BatchSplit.Start(p + 1, batch, parts) - BatchSplit.Start(p, batch, parts))];
                Assert.Equal((0, batch), (BatchSplit.Start(0, batch, parts), rows.Sum()));
                Assert.Equal(Math.Min(batch, parts), rows.Count(r => r > 0));
                Assert.True(rows.Max() - rows[..Math.Min(batch, parts)].Min() <= 3, $"{batch} in {parts}: {string.Join(' ', rows)}");
                for (int max = batch; max < 100; max++)
                {
                    Assert.True(rows.Max() <= BatchSplit.Capacity(max, parts));
                }
            }
        }
    }
}
