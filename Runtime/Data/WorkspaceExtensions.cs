// Batches from a data set, for training loops of one's own.
// Knows which samples are asked for and whether they fit; how they are copied is BatchFiller's.
using System;

namespace SeqGen;

/// <summary>What a <see cref="Workspace"/> can do with a <see cref="SequenceData"/>.</summary>
public static class WorkspaceExtensions
{
    /// <summary>Sets the workspace up for some samples: <see cref="Workspace.Resize(int, int, bool)"/>, then input, target (where the network has a loss and the data
    /// has targets), lengths and mask.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="data">Samples that fit the network.</param>
    /// <param name="samples">Their numbers, each 0 to <c>data.Count - 1</c>: 1 to <see cref="Workspace.MaxBatch"/> of them, in any order.</param>
    /// <param name="keepStates">Keeps the initial states (after <see cref="Workspace.CarryState"/>, where the samples go on from those before).</param>
    /// <exception cref="ArgumentException">The data does not fit the network; nothing was changed.</exception>
    public static void Fill(this Workspace workspace, SequenceData data, ReadOnlySpan<int> samples, bool keepStates = false)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        bool targets = data is { HasTargets: true } && workspace.HasLoss;
        DataChecks.CheckShape(data, workspace.Plan, targets, nameof(data));
        foreach (int sample in samples)
        {
            if ((uint)sample >= (uint)data.Count)
            {
                throw new ArgumentOutOfRangeException(nameof(samples), sample, $"The data has samples 0 to {data.Count - 1}, {sample} was asked for.");
            }
        }

        BatchFiller.Fill(data, samples, workspace, targets, keepStates);
    }
}
