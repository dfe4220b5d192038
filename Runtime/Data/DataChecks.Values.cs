// Whether the values of samples are what a network takes: ranges of tokens, classes, labels and targets, and whether anything counts.
// Knows which positions a loss counts; refuses to know losses' formulas.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static partial class DataChecks
{
    // Samples of which there are many are not all named.
    private const int MostNamed = 10;

    /// <summary>Checks data against a network, sample by sample where values have a range.</summary>
    public static void Check(SequenceData data, NetworkPlan plan, bool targets, string name)
    {
        CheckShape(data, plan, targets, name);
        for (int i = 0; i < plan.Inputs.Length; i++)
        {
            if (InputOf(data, plan, i) is not { } input)
            {
                continue;
            }

            if (input.Tokens is { } tokens)
            {
                CheckTokens(data, plan, plan.Inputs[i], tokens, name);
            }
            else
            {
                CheckMissing(data, plan, i, input, name);
            }
        }

        CheckLengths(data, plan, data.Lengths, 0, name);
        if (AxisSteps.TargetAxis(plan) is >= 0 and var axis)
        {
            CheckLengths(data, plan, data.TargetLengths, axis, name);
        }

        for (int i = 0; i < plan.Outputs.Length && targets; i++)
        {
            if (plan.Outputs[i].Loss is { Kind: not LossKind.None } && TargetOf(data, plan, i) is { } target)
            {
                CheckTargets(new HeadTargets(data, plan, i, target), name);
            }
        }
    }

    /// <summary>Checks that a loss over the data, which fits, is one of anything.</summary>
    public static void CheckCounts(SequenceData data, NetworkPlan plan, string name)
    {
        for (int i = 0; i < plan.Outputs.Length; i++)
        {
            if (plan.Outputs[i].Loss is { Kind: not LossKind.None } && TargetOf(data, plan, i) is { } target && new HeadTargets(data, plan, i, target).CountAny())
            {
                return;
            }
        }

        throw new ArgumentException(
            $"Of the data nothing counts in the loss of {plan.Name}: masks, lengths, ignored classes and classes of weight 0 leave no position. Check the mask, which is above 0 where a target counts.", name);
    }

    /// <summary>Which samples have more labels than steps and add nothing to a loss that leaves such out: a text, or null where none is.</summary>
    public static string? LeftOut(SequenceData data, NetworkPlan plan)
    {
        for (int head = 0; head < plan.Outputs.Length; head++)
        {
            if (plan.Outputs[head].Loss is not { Kind: LossKind.Ctc, ZeroInfinity: true } || TargetOf(data, plan, head) is not { Labels: not null } block)
            {
                continue;
            }

            HeadTargets targets = new(data, plan, head, block);
            int count = 0;
            string samples = "";
            for (int i = 0; i < data.Count; i++)
            {
                if (block.MaskOf(data.Index(i), 0, 0) != 0 && targets.IsTooLong(data.Index(i)))
                {
                    samples += ++count > MostNamed ? "" : FormattableString.Invariant($"{(count > 1 ? ", " : "")}{i}");
                }
            }

            if (count > 0)
            {
                return FormattableString.Invariant(
                    $"{count} of {data.Count} samples have more labels{On(plan, plan.Outputs[head])} than their steps can say and add nothing to the loss (ZeroInfinity): {samples}{(count > MostNamed ? " and more" : "")}");
            }
        }

        return null;
    }

    /// <summary>What the targets of each class of a head count together; of yes or no, those of a no and those of a yes (a target between is some of both).</summary>
    public static double[] CountClasses(SequenceData data, NetworkPlan plan, int head)
    {
        HeadTargets targets = new(data, plan, head, TargetOf(data, plan, head)!);
        bool areClasses = targets.Block.Classes is not null;
        double[] counts = new double[areClasses ? plan.Outputs[head].Size : 2];
        for (int i = 0; i < data.Count; i++)
        {
            int index = data.Index(i);
            for (int t = 0; t < targets.StepsOf(index); t++)
            {
                if (!targets.Counts(index, t))
                {
                    continue;
                }

                if (areClasses)
                {
                    counts[targets.Class(index, t)] += targets.WeightOf(index, t, 0);
                    continue;
                }

                BlockSample<float> values = targets.Values(index, t);
                for (int k = 0; k < values.Length; k++)
                {
                    double weight = targets.WeightOf(index, t, k);
                    counts[0] += weight == 0 ? 0 : weight * (1 - values[k]);
                    counts[1] += weight == 0 ? 0 : weight * values[k];
                }
            }
        }

        return counts;
    }

    /// <summary>What in some samples may have made a loss or a gradient infinite or not a number: a text, or null where nothing is conspicuous.</summary>
    public static string? Suspect(SequenceData data, ReadOnlySpan<int> samples, NetworkPlan plan)
    {
        foreach (int sample in samples)
        {
            int index = data.Index(sample);
            for (int i = 0; i < plan.Inputs.Length; i++)
            {
                if (InputOf(data, plan, i) is { Values: { } values } input)
                {
                    int steps = LengthOf(data, plan, plan.Inputs[i].Axis, index, input.Steps);
                    if (Conspicuous(values[index][..(steps * input.Size)]) is var k and >= 0)
                    {
                        return $"Sample {sample} has {values[index][k]} as input{(plan.Inputs.Length > 1 ? $" '{plan.Inputs[i].Name}'" : "")} at step {k / input.Size}, feature {k % input.Size}";
                    }
                }
            }

            for (int i = 0; i < plan.Outputs.Length; i++)
            {
                if (plan.Outputs[i].Loss is { Kind: not LossKind.None } && TargetOf(data, plan, i) is { Values: { } values } target)
                {
                    HeadTargets targets = new(data, plan, i, target);
                    for (int t = 0; t < targets.StepsOf(index); t++)
                    {
                        for (int k = 0; targets.Counts(index, t) && k < target.Size; k++)
                        {
                            if (targets.Counts(index, t, k) && Conspicuous(targets.Values(index, t).Slice(k, 1)) == 0)
                            {
                                return $"Sample {sample} has the target {targets.Values(index, t)[k]}{targets.Where(t, k)}";
                            }
                        }
                    }
                }
            }
        }

        return null;
    }

    /// <summary>The first value that is not finite, or whose square does not fit into a float; -1 for none.</summary>
    private static int Conspicuous(BlockSample<float> values)
    {
        for (int k = 0; k < values.Length; k++)
        {
            if (!(Math.Abs(values[k]) < 1e19f))
            {
                return k;
            }
        }

        return -1;
    }

    /// <summary>Checks that every sample has the steps that outputs need.</summary>
    private static void CheckLengths(SequenceData data, NetworkPlan plan, int[]? lengths, int axis, string name)
    {
        long fewest = AxisSteps.Fewest(plan, axis);
        for (int i = 0; i < data.Count && lengths is not null && fewest > 1; i++)
        {
            if (lengths[data.Index(i)] is var length && length < fewest)
            {
                throw new ArgumentException(
                    $"Sample {i} has {length} steps; {plan.Name} needs {fewest} for an output (the windows of its convolutions). Leave shorter samples out, or use a causal convolution.", name);
            }
        }
    }

    private static void CheckTokens(SequenceData data, NetworkPlan plan, InputPort port, Block<int> tokens, string name)
    {
        for (int i = 0; i < data.Count; i++)
        {
            int index = data.Index(i);
            BlockSample<int> values = tokens[index];
            int steps = LengthOf(data, plan, port.Axis, index, values.Length);
            for (int t = 0; t < steps; t++)
            {
                if ((uint)values[t] >= (uint)port.TokenCount)
                {
                    throw new ArgumentException(
                        $"Sample {i} has token {values[t]} at step {t}; {plan.Name} takes 0 to {port.TokenCount - 1}: declare more Tokens or check the encoding.", name);
                }
            }
        }
    }

    private static void CheckTargets(HeadTargets targets, string name)
    {
        for (int i = 0; i < targets.Data.Count; i++)
        {
            int index = targets.Data.Index(i);
            string? misfit = targets.Block.Labels is not null ? MisfitOfLabels(targets, index) : null;
            for (int t = 0; misfit is null && targets.Block.Labels is null && t < targets.StepsOf(index); t++)
            {
                misfit = !targets.Counts(index, t) ? null : targets.Block.Classes is not null ? MisfitOfClass(targets, index, t) : MisfitOfValues(targets, index, t);
            }

            if (misfit is not null)
            {
                throw new ArgumentException($"Sample {i} has {misfit}.", name);
            }
        }
    }

    private static string? MisfitOfClass(HeadTargets targets, int index, int t)
    {
        int value = targets.Class(index, t);
        return (uint)value < (uint)targets.Port.Size ? null
            : $"class {value}{targets.Where(t)}; {targets.Plan.Name} takes 0 to {targets.Port.Size - 1}: number classes from 0, or give the network more outputs";
    }

    private static string? MisfitOfValues(HeadTargets targets, int index, int t)
    {
        LossKind kind = targets.Port.Loss!.Kind;
        BlockSample<float> values = targets.Values(index, t);
        for (int k = 0; k < values.Length; k++)
        {
            if (targets.Counts(index, t, k) && !TargetRange.Has(kind, values[k]))
            {
                return $"the target {values[k]}{targets.Where(t, k)}; " + (TargetRange.IsLimited(kind)
                    ? $"{TargetRange.Loss(kind)} takes {TargetRange.Values(kind)}: scale the targets, or use a loss on values"
                    : "targets must be finite: mask what is not known (IgnoreMissingTargets leaves out what is NaN)");
            }
        }

        return null;
    }

    private static string? MisfitOfLabels(HeadTargets targets, int index)
    {
        OutputPort port = targets.Port;
        int blank = (int)port.Loss!.Option;
        ReadOnlySpan<int> labels = targets.Block.Labels![index].Span[..targets.Block.LabelLengths![index]];
        for (int k = 0; k < labels.Length; k++)
        {
            if ((uint)labels[k] >= (uint)port.Size || labels[k] == blank)
            {
                return $"label {labels[k]} at place {k}; {targets.Plan.Name} takes 0 to {port.Size - 1} but the blank, {blank}: number classes from 0, or give the network more outputs";
            }
        }

        int needed = ConnectionistTemporal.StepsOf(labels), read = targets.StepsRead(index);
        return targets.Block.LossLengths is { } given && given[index] > targets.Steps
            ? $"the loss length {given[index]}; {targets.Plan.Name} gives {targets.Steps} outputs a sequence, it must be 1 to that"
            : needed <= read || port.Loss.ZeroInfinity || targets.Block.MaskOf(index, 0, 0) == 0 ? null
            : $"{labels.Length} labels, which take {needed} steps{(needed > labels.Length ? " (a blank stands between equal neighbours)" : "")}, and the loss reads {read}: " +
                "no path gives them, and the loss would be infinite. Leave the sample out, give it more steps or the weight 0, or declare ZeroInfinity = true, which leaves all such samples out";
    }

    /// <summary>Steps of a sample along an axis that is given: its length, else all.</summary>
    internal static int LengthOf(SequenceData data, NetworkPlan plan, int axis, int index, int all) =>
        axis < 0 ? all : Math.Min(all, (AxisSteps.Root(plan, axis) == 0 ? data.Lengths : data.TargetLengths)?[index] ?? all);
}
