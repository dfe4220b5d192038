// From samples to a workspace: fills batches with data that was checked.
// Knows both sides' orders; refuses to know training, and whether data fits (DataChecks).
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class BatchFiller
{
    /// <summary>Sets the workspace up for some samples: shape, inputs, targets, lengths, mask.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them.</param>
    /// <param name="workspace">A workspace with room for them.</param>
    /// <param name="targets">Whether to fill the targets.</param>
    /// <param name="keepStates">Whether initial states stay as they are.</param>
    public static void Fill(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, bool targets, bool keepStates = false)
    {
        NetworkPlan plan = workspace.Core.Plan;
        int batch = samples.Length, targetSteps = DataChecks.TargetSteps(data, plan);
        if (targetSteps > 0)
        {
            workspace.Resize(batch, data.Steps, targetSteps, keepStates);
        }
        else
        {
            workspace.Resize(batch, data.Steps, keepStates);
        }

        bool isFed = false;
        for (int i = 0; i < plan.Inputs.Length; i++)
        {
            if (DataChecks.InputOf(data, plan, i) is { } input)
            {
                isFed |= i == 1;
                FillInput(data, samples, workspace, plan.Inputs[i], input);
            }
        }

        FillLengths(data, samples, workspace);
        FillResets(data, samples, workspace);
        for (int i = 0; i < plan.Outputs.Length && targets; i++)
        {
            if (plan.Outputs[i].Loss is { Kind: not LossKind.None } && DataChecks.TargetOf(data, plan, i) is { } target)
            {
                FillTarget(data, samples, workspace, i, target);
            }
        }

        if (!isFed && targets && workspace.CanShiftTargets)
        {
            workspace.ShiftTargets();
        }
    }

    private static void FillInput(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, InputPort port, InputBlock input)
    {
        bool timeMajor = workspace.Core.Plan.TimeMajor && port.Axis >= 0;
        for (int b = 0; b < samples.Length; b++)
        {
            int index = data.Index(samples[b]);
            if (input.Tokens is { } tokens)
            {
                Put(tokens[index], workspace.TokensOf(port.Name), b, samples.Length, 1, timeMajor);
            }
            else
            {
                Put(input.Values![index], workspace.InputOf(port.Name), b, samples.Length, input.Size, timeMajor);
            }
        }
    }

    private static void FillTarget(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, int head, TargetBlock target)
    {
        NetworkPlan plan = workspace.Core.Plan;
        OutputPort port = plan.Outputs[head];
        if (target.Labels is not null)
        {
            FillLabels(data, samples, workspace, head, target);
            return;
        }

        // Where a convolution has left steps out, targets of every input step are those of the steps that it has come to.
        Steps steps = new(plan, port.Axis, samples.Length, workspace.StepsOfHead(head), target.Steps);
        int weights = target.Masks is null ? 0 : target.MaskSize, maskRows = samples.Length * (weights == 0 ? 1 : workspace.StepsOfHead(head));
        Span<float> mask = target.Masks is null ? default : weights > 1 ? workspace.ElementsBuffer(head) : workspace.MaskBuffer(head);
        for (int b = 0; b < samples.Length; b++)
        {
            int index = data.Index(samples[b]);
            if (target.Classes is { } classes)
            {
                steps.Put(classes[index], workspace.TargetClassesOf(port.Name), b, 1);
            }
            else
            {
                steps.Put(target.Values![index], workspace.TargetOf(port.Name), b, target.Size);
            }

            if (target.Masks is { } masks)
            {
                if (weights == 0)
                {
                    mask[b] = masks[index][0];
                }
                else
                {
                    steps.Put(masks[index], mask, b, weights);
                }
            }
        }

        if (target.Masks is not null)
        {
            workspace.SetMask(port.Name, mask[..(maskRows * Math.Max(1, weights))]);
        }
    }

    /// <summary>Fills labels; the longest of these samples is the longest there is.</summary>
    private static void FillLabels(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, int head, TargetBlock target)
    {
        NetworkPlan plan = workspace.Core.Plan;
        int longest = 0;
        foreach (int sample in samples)
        {
            longest = Math.Max(longest, target.LabelLengths![data.Index(sample)]);
        }

        int most = workspace.MaxLabels(head);
        if (longest > most)
        {
            throw new ArgumentException($"The data has up to {longest} labels a sequence; the workspace of {plan.Name} was created for {most} steps, and there are at most as many labels as steps.", nameof(data));
        }

        Span<int> labels = workspace.LabelsBuffer(head);
        for (int b = 0; b < samples.Length; b++)
        {
            target.Labels![data.Index(samples[b])][..Math.Min(longest, target.Steps)].CopyTo(labels[(b * longest)..]);
        }

        string name = plan.Outputs[head].Name;
        workspace.SetLabels(name, labels[..(samples.Length * longest)], Gather(data, samples, target.LabelLengths!, workspace.LabelLengthsBuffer(head)));
        if (target.LossLengths is { } lengths)
        {
            workspace.SetLossLengths(name, Gather(data, samples, lengths, workspace.LossLengthsBuffer(head)));
        }
    }

    private static void FillLengths(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace)
    {
        if (data.Lengths is { } lengths)
        {
            workspace.SetLengths(Gather(data, samples, lengths, workspace.LengthsBuffer));
        }

        if (data.TargetLengths is { } targetLengths && workspace.TargetSteps > 0)
        {
            workspace.SetTargetLengths(Gather(data, samples, targetLengths, workspace.TargetLengthsBuffer));
        }
    }

    private static void FillResets(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace)
    {
        if (data.Resets is not { } resets)
        {
            return;
        }

        Span<bool> flags = workspace.ResetsBuffer[..(samples.Length * data.Steps)];
        for (int b = 0; b < samples.Length; b++)
        {
            Put(resets[data.Index(samples[b])], flags, b, samples.Length, 1, workspace.Core.Plan.TimeMajor);
        }

        workspace.SetResets(flags);
    }

    /// <summary>Numbers of some samples.</summary>
    private static Span<int> Gather(SequenceData data, ReadOnlySpan<int> samples, int[] all, Span<int> buffer)
    {
        for (int b = 0; b < samples.Length; b++)
        {
            buffer[b] = all[data.Index(samples[b])];
        }

        return buffer[..samples.Length];
    }

    private static void Put<T>(BlockSample<T> sample, Span<T> destination, int b, int batch, int size, bool timeMajor)
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

    /// <summary>Where a head's targets go.</summary>
    private readonly struct Steps(NetworkPlan plan, int axis, int batch, int count, int given)
    {
        public void Put<T>(BlockSample<T> sample, Span<T> destination, int b, int size)
        {
            if (given == count)
            {
                BatchFiller.Put(sample, destination, b, batch, size, plan.TimeMajor && axis >= 0);
                return;
            }

            for (int t = 0; t < count; t++)
            {
                int row = plan.TimeMajor ? (t * batch) + b : (b * count) + t;
                sample.Slice(AxisSteps.LastSeen(plan, axis, t) * size, size).CopyTo(destination[(row * size)..]);
            }
        }
    }
}
