// From samples to a workspace: checks that data and network fit, and fills batches.
// Knows both sides' orders; refuses to know training.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class BatchFiller
{
    /// <summary>Checks data against a network, sample by sample where values have a range.</summary>
    public static void Check(SequenceData data, NetworkPlan plan, bool targets, string name)
    {
        CheckShape(data, plan, targets, name);
        if (data.Tokens is { } tokens)
        {
            CheckRange(data, plan, tokens, plan.TokenCount, isToken: true, name);
        }

        if (targets && data.Classes is { } classes)
        {
            CheckRange(data, plan, classes, plan.OutputSize, isToken: false, name);
        }
    }

    /// <summary>Checks kinds and sizes of inputs and targets against a network; allocates nothing where they fit.</summary>
    public static void CheckShape(SequenceData data, NetworkPlan plan, bool targets, string name)
    {
        ArgumentNullException.ThrowIfNull(data, name);
        if ((MisfitOfInputs(data, plan) ?? (targets ? MisfitOfTargets(data, plan) : null)) is { } misfit)
        {
            throw new ArgumentException($"The data {misfit}.", name);
        }
    }

    private static string? MisfitOfInputs(SequenceData data, NetworkPlan plan) =>
        data.Count == 0 ? "has no samples; at least one is needed"
        : plan.TokenCount > 0 && !data.HasTokens ? $"has numbers as inputs; {plan.Name} takes tokens: use SequenceData.FromTokens or FromTokenClasses"
        : plan.TokenCount == 0 && data.HasTokens ? $"has tokens as inputs; {plan.Name} takes {plan.InputSize} numbers a step: use SequenceData.FromArrays or FromClasses"
        : plan.TokenCount == 0 && data.Features != plan.InputSize ? $"has {data.Features} features a step; {plan.Name} takes {plan.InputSize}"
        : null;

    private static string? MisfitOfTargets(SequenceData data, NetworkPlan plan)
    {
        bool classes = plan.Loss?.Kind == LossKind.SoftmaxCrossEntropy;
        return !data.HasTargets ? "has no targets; training and evaluation need them"
            : data.TargetsAreSequences && !plan.OutputIsSequence ? $"has a target for every step; {plan.Name} gives one output a sequence; see targetEveryStep and Returns"
            : !data.TargetsAreSequences && plan.OutputIsSequence ? $"has one target a sequence; {plan.Name} gives an output for every step; see targetEveryStep and Returns"
            : classes && !data.HasClasses ? $"has values as targets; the loss of {plan.Name} takes classes: use FromClasses or FromTokenClasses"
            : !classes && data.HasClasses ? $"has classes as targets; the loss of {plan.Name} takes values: use FromArrays or FromTokens"
            : !classes && data.Outputs != plan.OutputSize ? $"has targets of {data.Outputs} values; {plan.Name} gives {plan.OutputSize}"
            : null;
    }

    private static void CheckRange(SequenceData data, NetworkPlan plan, Block<int> block, int bound, bool isToken, string name)
    {
        bool everyStep = isToken || data.TargetsAreSequences;
        for (int i = 0; i < data.Count; i++)
        {
            int index = data.Index(i);
            int length = everyStep && data.Lengths is { } lengths ? lengths[index] : block.Length;
            ReadOnlySpan<int> values = block[index][..length];
            for (int t = 0; t < length; t++)
            {
                bool counts = isToken || data.Masks is not { } masks || masks[index][t] != 0;
                if (counts && (uint)values[t] >= (uint)bound)
                {
                    throw new ArgumentException(
                        $"Sample {i} has {(isToken ? "token" : "class")} {values[t]}{(everyStep ? $" at step {t}" : "")}; {plan.Name} takes 0 to {bound - 1}: " +
                        (isToken ? "declare more Tokens or check the encoding." : "number classes from 0, or give the network more outputs."),
                        name);
                }
            }
        }
    }

    /// <summary>Sets the workspace up for some samples: shape, inputs, targets, lengths, mask.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them.</param>
    /// <param name="workspace">A workspace with room for them.</param>
    /// <param name="targets">Whether to fill the targets.</param>
    /// <param name="keepStates">Whether initial states stay as they are.</param>
    public static void Fill(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, bool targets, bool keepStates = false)
    {
        NetworkPlan plan = workspace.Core.Plan;
        int batch = samples.Length;
        workspace.Resize(batch, data.Steps, keepStates);
        bool timeMajor = plan.TimeMajor;
        for (int b = 0; b < batch; b++)
        {
            int index = data.Index(samples[b]);
            if (data.Tokens is { } tokens)
            {
                Put(tokens[index], workspace.Tokens, b, batch, 1, timeMajor);
            }
            else
            {
                Put(data.Inputs![index], workspace.Input, b, batch, data.Features, timeMajor);
            }

            bool sequence = timeMajor && data.TargetsAreSequences;
            if (targets && data.Classes is { } classes)
            {
                Put(classes[index], workspace.TargetClasses, b, batch, 1, sequence);
            }
            else if (targets && data.Values is { } values)
            {
                Put(values[index], workspace.Target, b, batch, data.Outputs, sequence);
            }
        }

        if (data.Lengths is not null || (targets && data.Masks is not null))
        {
            FillLengths(data, samples, workspace, targets);
        }
    }

    private static void FillLengths(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, bool targets)
    {
        int batch = samples.Length;
        if (data.Lengths is { } all)
        {
            Span<int> lengths = workspace.LengthsBuffer[..batch];
            for (int b = 0; b < batch; b++)
            {
                lengths[b] = all[data.Index(samples[b])];
            }

            workspace.SetLengths(lengths);
        }

        if (targets && data.Masks is { } masks)
        {
            Span<float> mask = workspace.MaskBuffer[..(batch * masks.Length)];
            for (int b = 0; b < batch; b++)
            {
                Put(masks[data.Index(samples[b])], mask, b, batch, 1, workspace.Core.Plan.TimeMajor && data.TargetsAreSequences);
            }

            workspace.SetMask(mask);
        }
    }

    private static void Put<T>(ReadOnlySpan<T> sample, Span<T> destination, int b, int batch, int size, bool timeMajor)
    {
        if (!timeMajor)
        {
            sample.CopyTo(destination[(b * sample.Length)..]);
            return;
        }

        for (int t = 0; t < sample.Length / size; t++)
        {
            sample.Slice(t * size, size).CopyTo(destination[(((t * batch) + b) * size)..]);
        }
    }
}
