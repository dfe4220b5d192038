// Where the positions of a batch that count are added up, seen from below: the workspace shows them, the trainer's metrics take them.
using System;

namespace SeqGen;

/// <summary>Takes losses and positions of batches.</summary>
internal interface IPositionSums
{
    /// <summary>Adds the loss of a head over a batch: a mean, times its declared weight.</summary>
    void Add(int head, double loss, int positions, double weights);

    /// <summary>Adds the metrics of a position that counts.</summary>
    /// <param name="head">The head.</param>
    /// <param name="y">Its output.</param>
    /// <param name="targetClass">The class; -1 where targets are values.</param>
    /// <param name="target">The values; 0 where one does not count.</param>
    /// <param name="weight">What the position counts by its mask, without weights of classes.</param>
    /// <param name="weights">What each value counts; empty where they count alike.</param>
    void Add(int head, ReadOnlySpan<float> y, int targetClass, ReadOnlySpan<float> target, float weight, ReadOnlySpan<float> weights);
}
