// An optimizer, seen from below: the workspace divides the parameters among its threads, the optimizer changes a range of them.
using System;

namespace SeqGen;

/// <summary>Changes parameters by their gradients, a range of the packed master at a time.</summary>
internal interface IRangeUpdate
{
    /// <summary>Updates the trainable parameters between two places of the packed master. Several threads may call it at the same time, for ranges
    /// that do not overlap.</summary>
    void Update(ParameterSet parameters, ReadOnlySpan<float> gradients, int from, int to);
}
