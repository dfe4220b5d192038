// What is measured of a training: it changes nothing, and it is there after every break. Knows the trainings of CheckpointTests.Kinds.
using System;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class CheckpointTests
{
    [Theory]
    [MemberData(nameof(KindsAndThreads))]
    public void MeasuringChangesNoBit(string kind, int threads)
    {
        Outcome without = Train(kind, threads, null, options: o => o with { Insight = null });
        Outcome with = Train(kind, threads, null, options: o => o with { Insight = new(2) { GradientFlow = true } });
        Assert.Empty(without.History!.Measurements);
        int updates = without.History.Epochs.Count * ((AnEpoch(kind) + Kinds[kind].Options.AccumulatedBatches - 1) / Kinds[kind].Options.AccumulatedBatches);
        Assert.Equal(Enumerable.Range(0, (updates + 1) / 2).Select(i => (2L * i) + 1), with.History!.Measurements.Select(m => m.Update));
        Assert.True(without.Network.Parameters.Values.SequenceEqual(with.Network.Parameters.Values), "parameters differ");
        Assert.Equal(Text(without.History.Epochs), Text(with.History.Epochs));
    }
}
