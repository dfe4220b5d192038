// Sizes near and beyond what numbers and memory hold: right, or refused with what would fit, before anything is allocated.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class SizesTests
{
    private static readonly TinyNetwork _net = new(1, new() { Sequence = true });
    private static readonly TinyNetwork _labels = new(1, new() { Sequence = true, Units = 3, FullLoss = new(LossKind.Ctc), Loss = LossKind.Ctc });

    [Fact]
    public void WorkspaceBytesGrowWithoutEnd()
    {
        int[] sizes = [1, 1000, 50_000, 1 << 20, 1 << 30, int.MaxValue - 1, int.MaxValue];
        foreach (NetworkInfo info in new[] { _net.Info(), _labels.Info() })
        {
            foreach (int batch in sizes)
            {
                long[] bytes = [.. sizes.Select(steps => info.WorkspaceBytes(batch, steps))];
                Assert.All(bytes, b => Assert.True(b > 0, $"{b} bytes for {batch}"));
                Assert.Equal(bytes.Order(), bytes);
                Assert.True(bytes[^1] > (long)batch * int.MaxValue);
            }
        }
    }

    [Theory]
    [InlineData(int.MaxValue, 5, 1)]
    [InlineData(int.MaxValue, 5, 4)]
    [InlineData(1 << 20, 1 << 20, 1)]
    [InlineData(2, int.MaxValue, 1)]
    [InlineData(int.MaxValue, int.MaxValue, 3)]
    public void WhatNoMemoryHoldsIsRefusedWithWhatFits(int batch, int steps, int threads)
    {
        foreach (TinyNetwork net in new[] { _net, _labels })
        {
            ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(() => new ParallelWorkspace(net.Core, batch, steps, threads, true, threads));
            Assert.Contains("Tiny", refused.Message, StringComparison.Ordinal);
            Assert.Matches("Up to [0-9]+ sequences fit|Not even one sequence fits", refused.Message);
            if (refused.Message.Contains("Up to", StringComparison.Ordinal))
            {
                int fits = int.Parse(refused.Message.Split("Up to ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
                NetworkPlan plan = net.Core.Plan;
                WorkspaceSizes.Check(plan, plan.Training!, fits, [steps], threads);
                Assert.Throws<ArgumentOutOfRangeException>(() => WorkspaceSizes.Check(plan, plan.Training!, fits + 1, [steps], threads));
            }
        }
    }

    [Fact]
    public void BlocksSayHowMuchTheyHold()
    {
        Assert.Contains("holds 0 to", Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedBuffer(int.MaxValue)).Message, StringComparison.Ordinal);
        Assert.Contains("holds 0 to", Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedBuffer(-1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _net.CreateStreams(int.MaxValue));
    }

    [Fact]
    public void StepsThatFollowAreRightForAnyNumber()
    {
        AxisPlan strided = new("strided", 0, 0, 1 - 3, 3), window = new("window", 0, 0, 5, 1);
        Assert.Equal(715_827_883, AxisSteps.Follow(strided, int.MaxValue));
        Assert.Equal(int.MaxValue - 5, AxisSteps.Follow(window, int.MaxValue));
        Assert.Equal(0, AxisSteps.Follow(window, 5));
        Assert.Equal(0, AxisSteps.Follow(new AxisPlan("long", 0, 0, int.MaxValue), 1));
        Assert.Equal((int.MaxValue / 2) + 1, BatchSplit.Capacity(int.MaxValue, 2));
        Assert.Equal(int.MaxValue, BatchSplit.Start(3, int.MaxValue, 3));
    }
}
