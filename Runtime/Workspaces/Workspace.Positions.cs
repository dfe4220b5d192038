// The positions of a batch one by one, for whoever measures them: what a head gave, what was right, how much it counts.
// Knows user order; refuses to know measures and losses. Class weights are the loss's alone.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    /// <summary>How much a position counts, where its values have weights of their own the mean of those: 0 beyond a length, where the mask is 0 and where its class is ignored.</summary>
    internal float CountOf(int head, int b, int t)
    {
        Head mine = _heads[head];
        int axis = mine.Plan.Axis;
        if (mine.Kind == LossKind.Ctc)
        {
            return mine.HasMask ? mine.Mask[b] : 1;
        }

        if (t >= LengthOf(axis, b) || IsBeforeLoss(axis, t))
        {
            return 0;
        }

        int row = UserRow(axis, b, t);
        if (mine.HasElements)
        {
            return (float)WeightOf(mine, b, t);
        }

        return mine.Classes.Length > 0 && mine.Classes[row] == mine.Plan.Loss?.IgnoredClass ? 0 : mine.HasMask ? mine.Mask[row] : 1;
    }

    /// <summary>How much each value of a position's target counts; empty where all count as the position.</summary>
    internal ReadOnlySpan<float> WeightsAt(int head, int b, int t) => _heads[head] is { HasElements: true } mine ? ElementsOf(mine, UserRow(mine.Plan.Axis, b, t)) : default;

    /// <summary>The outputs of a position.</summary>
    internal ReadOnlySpan<float> OutputAt(int head, int b, int t) =>
        OutputOf(_heads[head]).Slice(UserRow(_heads[head].Plan.Axis, b, t) * _heads[head].Plan.Size, _heads[head].Plan.Size);

    /// <summary>The target of a position; empty for classes and labels.</summary>
    internal ReadOnlySpan<float> TargetAt(int head, int b, int t) => _heads[head] is { Target.Length: > 0 } mine
        ? mine.Target.AsSpan(UserRow(mine.Plan.Axis, b, t) * mine.Plan.TargetSize, mine.Plan.TargetSize)
        : default;

    /// <summary>The class of a position; -1 where targets are none.</summary>
    internal int ClassAt(int head, int b, int t) => _heads[head] is { Classes.Length: > 0 } mine ? mine.Classes[UserRow(mine.Plan.Axis, b, t)] : -1;

    /// <summary>The labels of a sequence, and how many steps are read for them.</summary>
    internal ReadOnlySpan<int> LabelsAt(int head, int b, out int steps)
    {
        Head mine = _heads[head];
        steps = LengthOf(mine.Plan.Axis, b);
        steps = mine.HasLossLengths ? Math.Min(steps, mine.LossLengths[b]) : steps;
        return mine.Labels.AsSpan(b * mine.LongestLabels, mine.LabelLengths[b]);
    }
}
