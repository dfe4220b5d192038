// Batches from a data set, for training loops of one's own.
// Knows which samples are asked for; how they are copied is in Data/.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    /// <summary>Sets the workspace up for some samples: <see cref="Resize(int, int, bool)"/>, then input, target (where the network has a loss and the data
    /// has targets), lengths and mask.</summary>
    /// <param name="data">Samples that fit the network.</param>
    /// <param name="samples">Their numbers, each 0 to <c>data.Count - 1</c>: 1 to <see cref="MaxBatch"/> of them, in any order.</param>
    /// <param name="keepStates">Keeps the initial states (after <see cref="CarryState"/>, where the samples go on from those before).</param>
    /// <exception cref="ArgumentException">The data does not fit the network; nothing was changed.</exception>
    public void Fill(SequenceData data, ReadOnlySpan<int> samples, bool keepStates = false)
    {
        bool targets = data is { HasTargets: true } && HasLoss;
        DataChecks.CheckShape(data, _plan, targets, nameof(data));
        foreach (int sample in samples)
        {
            if ((uint)sample >= (uint)data.Count)
            {
                throw new ArgumentOutOfRangeException(nameof(samples), sample, $"The data has samples 0 to {data.Count - 1}, {sample} was asked for.");
            }
        }

        BatchFiller.Fill(data, samples, this, targets, keepStates);
    }

    /// <summary>Fills the labels of some samples; longest is cut to what the workspace has room for, and to what there is.</summary>
    internal void FillLabels(SequenceData data, ReadOnlySpan<int> samples, int head, TargetBlock target)
    {
        Head mine = _heads[head];
        int longest = 0;
        foreach (int sample in samples)
        {
            longest = Math.Max(longest, target.LabelLengths![data.Index(sample)]);
        }

        int most = _maxSteps[mine.Plan.Axis];
        if (longest > most)
        {
            throw new ArgumentException($"The data has up to {longest} labels a sequence; the workspace of {_plan.Name} was created for {most} steps, and there are at most as many labels as steps.", nameof(data));
        }

        for (int b = 0; b < samples.Length; b++)
        {
            int index = data.Index(samples[b]);
            target.Labels![index][..Math.Min(longest, target.Steps)].CopyTo(mine.Labels.AsSpan(b * longest));
        }

        SetLabels(mine, mine.Labels.AsSpan(0, samples.Length * longest), BatchFiller.Gather(data, samples, target.LabelLengths!, mine.LabelLengths));
        if (target.LossLengths is { } lengths)
        {
            SetLossLengths(mine, BatchFiller.Gather(data, samples, lengths, mine.LossLengths));
        }
    }
}
