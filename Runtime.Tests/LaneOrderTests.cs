// The order in which a stateful training reads windows.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests;

public sealed class LaneOrderTests
{
    [Theory]
    [InlineData(11, 3, 3)]
    [InlineData(11, 4, 2)]
    [InlineData(2, 5, 3)]
    [InlineData(17, 5, 2)]
    [InlineData(7, 7, 2)]
    [InlineData(9, 1, 4)]
    public void EveryWindowIsReadOnceBehindTheOneBefore(int count, int lanes, int rows)
    {
        LaneOrder plain = new(count, lanes, rows);
        int[] first = Read(plain, count, null);
        HashSet<string> orders = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            LaneOrder order = new(count, lanes, rows);
            Assert.Equal(plain.Batches, order.Batches);
            int[] all = Read(order, count, new RandomSource(seed));
            Assert.Equal(Enumerable.Range(0, count), all.Order());
            orders.Add(string.Join(" ", all));
            List<int> before = [];
            for (int batch = 0; batch < order.Batches; batch++)
            {
                int[] now = all[order.StartOf(batch)..order.StartOf(batch + 1)];
                Assert.InRange(now.Length, 1, rows);
                if (!order.Begins(batch))
                {
                    // A batch loses its last rows at most, and each row goes on.
                    Assert.Equal(before.Take(now.Length).Select(w => w + 1), now);
                }

                before = [.. now];
            }
        }

        bool moves = Math.Min(lanes, count) > rows;
        Assert.Equal(moves, orders.Count > 1);
        Assert.True(moves || orders.SetEquals([string.Join(" ", first)]));
    }

    [Fact]
    public void AnOrderIsAFunctionOfTheSeedAndNotOfTheOrderBefore()
    {
        LaneOrder order = new(20, 10, 2);
        int[] one = Read(order, 20, new RandomSource(1));
        Read(order, 20, new RandomSource(2));
        Assert.Equal(one, Read(order, 20, new RandomSource(1)));
    }

    private static int[] Read(LaneOrder lanes, int count, RandomSource? random)
    {
        int[] order = new int[count];
        lanes.Fill(order, random);
        Assert.Equal(count, lanes.StartOf(lanes.Batches));
        return order;
    }
}
