// Where the positions of a batch that count are added up, seen from below: the workspace shows them, the trainer's metrics take them.
using System;

namespace SeqGen;

/// <summary>Takes losses and positions of batches.</summary>
internal interface IPositionSums
{
    /// <summary>Adds the loss of a head over a batch: a mean, times its declared weight.</summary>
    void Add(int head, double loss, int positions, double weights);

    /// <summary>Adds the metrics of a position that counts.</summary>
    void Add(int head, ReadOnlySpan<float> y, int targetClass, ReadOnlySpan<float> target);
}
