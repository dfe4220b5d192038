// Parts that know nothing of each other: in time, walking forward, by group and by class. Rows are counted by hand, and by brute force.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

public sealed class SplitTests
{
    // 20 rows, windows of 4 and the next 2: 15 windows, which begin at rows 0 to 14 and have their targets at rows + 4 and + 5.
    private static readonly SequenceData Fifteen = SequenceData.Windows(new float[20], new WindowOptions { Timesteps = 4, TargetSteps = 2 });

    private static int[] RowsOf(SequenceData data) => [.. Enumerable.Range(0, data.Count).Select(i => data.IndexOf(i).Row)];

    private static int[] Range(int first, int last) => [.. Enumerable.Range(first, last - first + 1)];

    [Fact]
    public void WhatTheFirstPartLearnsIsUnknownToTheSecond()
    {
        // The second part is the last 40 %, rows 9 to 14, and reads from row 9 on: the last targets of the first are rows 7 and 8, those of window 3.
        (SequenceData first, SequenceData second) = Fifteen.Split(0.6);
        Assert.Equal(Range(0, 3), RowsOf(first));
        Assert.Equal(Range(9, 14), RowsOf(second));

        // Targets of the second begin with row 13: window 7 has 11 and 12.
        (first, second) = Fifteen.SplitInTime(0.6, SharedRows.AsInputs);
        Assert.Equal(Range(0, 7), RowsOf(first));
        Assert.Equal(Range(9, 14), RowsOf(second));
        Assert.Equal(Range(0, 2), RowsOf(Fifteen.SplitInTime(0.6, gap: 1).First));
        Assert.Equal(Range(0, 4), RowsOf(Fifteen.SplitInTime(0.6, SharedRows.AsInputs, gap: 3).First));

        // Samples from arrays share nothing that anybody knows of.
        SequenceData arrays = SequenceData.FromArrays(new float[20], null, 2);
        Assert.Equal((7, 3), (arrays.Split(0.7).First.Count, arrays.Split(0.7).Second.Count));
        Assert.Equal((5, 3), (arrays.SplitInTime(0.7, gap: 2).First.Count, arrays.SplitInTime(0.7, gap: 2).Second.Count));
        Says<ArgumentException>("15 samples split at 0.3 leave one part empty, windows that share rows left out", () => Fifteen.Split(0.3));
        Says<ArgumentOutOfRangeException>("above 0 and below 1", () => Fifteen.Split(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fifteen.SplitInTime(0.5, gap: -1));
    }

    [Fact]
    public void WindowsThatOverlapAreNotSplitInAnotherOrder()
    {
        Says<InvalidOperationException>("These windows read and learn 6 rows each, and begin 1 rows apart: split in another order than that of time, both parts would have the same rows. Split in time first", () => Fifteen.Shuffle(1).Split(0.6));
        Says<InvalidOperationException>("split by classes", () => SequenceData.NextToken(new int[50], 5, 1, targetEveryStep: false).SplitStratified(0.5, 1));
        Says<InvalidOperationException>("split by these groups", () => Fifteen.SplitByGroup(0.5, 1, [.. Enumerable.Range(0, 15).Select(i => i % 2)]));
        Says<InvalidOperationException>("split in another order", () => Fifteen.Shuffle(2).Backtest(2));

        // Groups that lie far enough apart are as good as series: rows 0, 1 and 10, 11 of windows of 6 rows.
        SequenceData apart = SequenceData.Windows([new float[7], new float[7]], new WindowOptions { Timesteps = 4, TargetSteps = 2 });
        Assert.Equal(2, apart.SplitByGroup(0.5, 1, [5, 5, 8, 8]).First.Count);
        SequenceData wide = SequenceData.Windows(new float[40], new WindowOptions { Timesteps = 4, TargetSteps = 2, Stride = 6 });
        (SequenceData a, SequenceData b) = wide.Shuffle(3).Split(0.5);
        Assert.Equal(wide.Count, a.Count + b.Count);
        Assert.Equal(RowsOf(wide), RowsOf(a).Concat(RowsOf(b)).Order());
    }

    /// <summary>Over all kinds of windows: rows that are targets in the first part, against rows that the second reads and learns.</summary>
    [Fact]
    public void NoRowIsInBothPartsThatMayNotBe()
    {
        Random random = new(3);
        int splits = 0;
        for (int round = 0; round < 300; round++)
        {
            WindowOptions options = new()
            {
                Timesteps = random.Next(1, 6),
                TargetSteps = random.Next(1, 4),
                StepsAhead = random.Next(1, 4),
                Stride = random.Next(1, 4),
                Target = (WindowTarget)random.Next(3),
                SeriesIds = random.Next(2) == 0 ? null : [.. Enumerable.Range(0, 150).Select(r => r / 60)],
            };
            SequenceData data = SequenceData.Windows(new float[150], options);
            SharedRows shared = (SharedRows)random.Next(2);
            int gap = random.Next(3);
            (SequenceData, SequenceData)[] pairs = random.Next(2) == 0 ? [data.SplitInTime(0.6, shared, gap)] : [.. data.Backtest(2, shared: shared, gap: gap)];
            foreach ((SequenceData first, SequenceData second) in pairs)
            {
                splits++;
                HashSet<(int, int)> learnt = [.. TargetsOf(first, options)], asked = [.. TargetsOf(second, options)];
                Assert.Empty(learnt.Intersect(asked));
                if (shared == SharedRows.None)
                {
                    Assert.Empty(learnt.Intersect(ReadBy(second, options)));
                }

                // No wider than it must be: with the next window of a series there would be such a row.
                for (int i = 0; gap == 0 && i < data.Count; i++)
                {
                    SampleIndex at = data.IndexOf(i);
                    int[] rows = [.. Enumerable.Range(0, first.Count).Where(k => first.IndexOf(k).Series == at.Series).Select(k => first.IndexOf(k).Row)];
                    int begin = Enumerable.Range(0, second.Count).Where(k => second.IndexOf(k).Series == at.Series).Min(k => second.IndexOf(k).Row);
                    if (rows.Length > 0 && at.Row == rows[^1] + options.Stride && at.Row < begin)
                    {
                        (int, int)[] next = [.. TargetsOf(data.Skip(i).Take(1), options)];
                        Assert.True(next.Intersect(asked).Any() || (shared == SharedRows.None && next.Any(r => r.Item2 >= begin)));
                    }
                }
            }
        }

        Assert.InRange(splits, 300, 600);
    }

    [Fact]
    public void ABacktestWalksForward()
    {
        IReadOnlyList<(SequenceData Train, SequenceData Test)> growing = Fifteen.Backtest(3), sliding = Fifteen.Backtest(3, trainSamples: 4), strict = Fifteen.Backtest(2, testSamples: 2, shared: SharedRows.None);

        // A quarter a test, rows 6 to 8, 9 to 11, 12 to 14; the training before it ends two windows earlier, for no target to be in both.
        Assert.Equal([Range(0, 4), Range(0, 7), Range(0, 10)], growing.Select(f => RowsOf(f.Train)));
        Assert.Equal([Range(6, 8), Range(9, 11), Range(12, 14)], growing.Select(f => RowsOf(f.Test)));
        Assert.Equal([Range(1, 4), Range(4, 7), Range(7, 10)], sliding.Select(f => RowsOf(f.Train)));
        Assert.Equal([Range(0, 5), Range(0, 7)], strict.Select(f => RowsOf(f.Train)));
        Assert.Equal([Range(11, 12), Range(13, 14)], strict.Select(f => RowsOf(f.Test)));
        Assert.Equal([8, 9], SequenceData.FromArrays(new float[10], null, 1).Backtest(2, testSamples: 1).Select(f => f.Train.Count));
        Says<ArgumentException>("Fold 1 of 15 has no test samples", () => Fifteen.Backtest(15));
        Says<ArgumentException>("Fold 1 of 2 has nothing to train on before its test", () => Fifteen.Backtest(2, testSamples: 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fifteen.Backtest(0));
    }

    [Fact]
    public void APanelIsSplitSeriesBySeriesOrByGroup()
    {
        WindowOptions options = new() { Timesteps = 2 };
        SequenceData two = SequenceData.Windows([new float[10], new float[8]], options);

        // 8 and 6 windows; the cuts are at rows 4 and 3, and windows of the two rows before each would have a target beyond them.
        (SequenceData first, SequenceData second) = two.Split(0.5);
        Assert.Equal([(0, 0), (0, 1), (1, 0)], Enumerable.Range(0, first.Count).Select(i => (first.IndexOf(i).Series, first.IndexOf(i).Row)));
        Assert.Equal([(0, 4), (0, 5), (0, 6), (0, 7), (1, 3), (1, 4), (1, 5)], Enumerable.Range(0, second.Count).Select(i => (second.IndexOf(i).Series, second.IndexOf(i).Row)));

        SequenceData five = SequenceData.Windows([new float[9], new float[4], new float[6], new float[5], new float[7]], options);
        int[] Series(SequenceData part) => [.. Enumerable.Range(0, part.Count).Select(i => part.IndexOf(i).Series).Distinct()];
        HashSet<string> seen = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            (SequenceData a, SequenceData b) = five.SplitByGroup(0.6, seed);
            Assert.Equal((3, 2), (Series(a).Length, Series(b).Length));
            Assert.Equal(Range(0, 4), Series(a).Concat(Series(b)).Order());
            Assert.Equal(five.Count, a.Count + b.Count);
            Assert.Equal(RowsOf(a), RowsOf(five.SplitByGroup(0.6, seed).First));
            seen.Add(string.Join(",", Series(a)));
        }

        Assert.True(seen.Count > 3);
        Says<ArgumentNullException>("say which group each sample is of", () => Fifteen.SplitByGroup(0.5, 1));
        Says<ArgumentException>("There should be 15 groups", () => Fifteen.SplitByGroup(0.5, 1, [1]));
        Says<ArgumentException>("The samples are of one group", () => SequenceData.FromArrays(new float[4], null, 1).SplitByGroup(0.5, 1, [3, 3, 3, 3]));
    }

    [Fact]
    public void ClassesKeepTheirShares()
    {
        int[] classes = [.. Enumerable.Repeat(0, 10), .. Enumerable.Repeat(1, 5), 2];
        SequenceData data = SequenceData.FromClasses([.. Enumerable.Range(0, 16).Select(i => (float)classes[i])], classes, 1).Shuffle(2);
        int[] Counts(SequenceData part) => [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, part.Count).Count(i => part.Classes![part.Index(i)][0] == c))];
        (SequenceData first, SequenceData second) = data.SplitStratified(0.8, 7);
        Assert.Equal([8, 4, 1], Counts(first));
        Assert.Equal([2, 1, 0], Counts(second));
        Assert.Equal(RowsOf(first), RowsOf(data.SplitStratified(0.8, 7).First));
        Assert.NotEqual(RowsOf(first), RowsOf(data.SplitStratified(0.8, 8).First));
        Assert.Equal([1, 1, 0], Counts(data.SplitStratified(0.01, 7).First));
        Says<InvalidOperationException>("these samples have other targets", () => Fifteen.SplitStratified(0.5, 1));
    }

    /// <summary>Parts are views like others: what was left out between them is no continuation.</summary>
    [Fact]
    public void PartsTrainStatefullyOnlyWhereTheyGoOn()
    {
        TinyNetwork net = new(1, new() { Sequence = true, Units = 3 });
        SequenceData data = SequenceData.Windows(TestData.Random(63 * 3, 1), 3, 3, stride: 3, targetEveryStep: true);
        Trainer trainer = Trainer.For(net, new Adam(), new() { Stateful = true, BatchSize = 2 });
        (SequenceData first, SequenceData second) = data.Split(0.5);
        trainer.Fit(first, 1, second);
        Assert.Equal((9, 10), (first.Count, second.Count));
        Says<ArgumentException>("but these were shuffled", () => trainer.Fit(data.Shuffle(1), 1));
        int[] halves = [.. Enumerable.Range(0, 20).Select(i => i % 2)];
        SequenceData arrays = SequenceData.FromArrays(TestData.Random(20 * 9, 1), TestData.Random(20 * 9, 2), 3, 3, 3, targetEveryStep: true);
        Says<ArgumentException>("but between some of these others were left out", () => trainer.Fit(arrays.SplitByGroup(0.5, 1, halves).First, 1));
        trainer.Fit(arrays.Split(0.5).Second, 1);
    }

    private static IEnumerable<(int, int)> TargetsOf(SequenceData part, WindowOptions options) =>
        from i in Enumerable.Range(0, part.Count)
        let at = part.IndexOf(i)
        from t in options.Target == WindowTarget.EveryStep ? Enumerable.Range(0, options.Timesteps) : [options.Timesteps - 1]
        from h in Enumerable.Range(0, options.TargetSteps)
        select (at.Series, at.Row + t + options.StepsAhead + h);

    private static IEnumerable<(int, int)> ReadBy(SequenceData part, WindowOptions options) =>
        from i in Enumerable.Range(0, part.Count) from t in Enumerable.Range(0, options.Timesteps) select (part.IndexOf(i).Series, part.IndexOf(i).Row + t);
}
