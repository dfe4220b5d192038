// The memory of one pass. In work.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>In work.</summary>
public sealed class Workspace
{
    internal Workspace(NetworkCore core, int maxBatch, int maxSteps, bool training) => _ = (core, maxBatch, maxSteps, training);

    /// <summary>In work.</summary>
    public ulong Seed { get; set; }

    /// <summary>In work.</summary>
    public long SampleOffset { get; set; }

    /// <summary>In work.</summary>
    public Span<float> Gradients => default;
}
