// What optimizers keep, known before they keep it.
using System;
using System.Collections.Generic;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class OptimizerSizeTests
{
    public static TheoryData<string> Kept => [.. _kept.Keys];

    private static readonly Dictionary<string, Func<Optimizer>> _kept = new()
    {
        ["Sgd"] = () => new Sgd(0.1f),
        ["Momentum"] = () => new Sgd(0.1f, 0.9f),
        ["Adam"] = () => new Adam(),
        ["Amsgrad"] = () => new Adam(amsgrad: true),
        ["AdamW"] = () => new AdamW(),
        ["RmsProp"] = () => new RmsProp(),
        ["RmsProp, all"] = () => new RmsProp(momentum: 0.9, centered: true),
        ["RmsProp, centred"] = () => new RmsProp(centered: true),
        ["Adagrad"] = () => new Adagrad(),
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void OptimizersSayHowMuchTheyKeepBeforeTheyKeepIt(string name)
    {
        Optimizer optimizer = _kept[name]();
        TinyNetwork net = new();
        (int slots, long bytes) = (optimizer.SlotCount, optimizer.BytesFor(net));
        _ = net.Parameters.TrainableRanges;
        long floats = 0;
        AlignedBuffer.Allocator = length =>
        {
            floats += length + 16;
            float[] array = GC.AllocateArray<float>(length + 16, pinned: true);
            return (array, 0);
        };
        try
        {
            optimizer.Attach(net.Parameters);
        }
        finally
        {
            AlignedBuffer.Allocator = null;
        }

        Assert.Equal(optimizer.Accumulated.Count, slots);
        Assert.Equal(bytes, sizeof(float) * floats);
    }
}
