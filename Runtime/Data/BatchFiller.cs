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
    /// <param name="isShort">Whether the batch has as many steps as its longest sample; else as many as the data.</param>
    public static void Fill(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, bool targets, bool keepStates = false, bool isShort = false)
    {
        NetworkPlan plan = workspace.Plan;
        int batch = samples.Length, targetSteps = DataChecks.TargetSteps(data, plan), steps = isShort ? StepsFor(data, samples, data.Lengths, data.Steps, plan, 0) : data.Steps;
        if (targetSteps > 0)
        {
            workspace.Resize(batch, steps, isShort ? StepsFor(data, samples, data.TargetLengths, targetSteps, plan, AxisSteps.TargetAxis(plan)) : targetSteps, keepStates);
        }
        else
        {
            workspace.Resize(batch, steps, keepStates);
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
                FillTarget(data, samples, workspace, i, target, isShort);
            }
        }

        if (!isFed && targets && workspace.CanShiftTargets)
        {
            workspace.ShiftTargets();
        }
    }

    /// <summary>Steps of a batch that runs to the end of its longest sample.</summary>
    public static int StepsFor(SequenceData data, ReadOnlySpan<int> samples, int[]? lengths, int all, NetworkPlan plan, int axis)
    {
        if (lengths is null)
        {
            return all;
        }

        int longest = (int)Math.Min(all, axis == 0 ? AxisSteps.Least(plan) : AxisSteps.Fewest(plan, axis));
        foreach (int sample in samples)
        {
            longest = Math.Max(longest, lengths[data.Index(sample)]);
        }

        return longest;
    }

    private static void FillInput(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, InputPort port, InputBlock input)
    {
        bool timeMajor = workspace.Plan.TimeMajor && port.Axis >= 0;
        int steps = port.Axis < 0 ? input.Steps : Math.Min(input.Steps, port.Axis == 0 ? workspace.Steps : workspace.TargetSteps);
        for (int b = 0; b < samples.Length; b++)
        {
            int index = data.Index(samples[b]);
            if (input.Tokens is { } tokens)
            {
                Put(tokens[index][..steps], workspace.TokensOf(port.Name), b, samples.Length, 1, timeMajor);
            }
            else
            {
                Put(input.Values![index][..(steps * input.Size)], workspace.InputOf(port.Name), b, samples.Length, input.Size, timeMajor);
            }
        }
    }

    private static void FillTarget(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, int head, TargetBlock target, bool isShort)
    {
        NetworkPlan plan = workspace.Plan;
        OutputPort port = plan.Outputs[head];
        if (target.Labels is not null)
        {
            FillLabels(data, samples, workspace, head, target, isShort);
            return;
        }

        // Where a convolution has left steps out, targets of every input step are those of the steps that it has come to.
        bool areOfOutputs = port.Axis < 0 || target.Steps == AxisSteps.Of(plan, port.Axis, AxisSteps.Root(plan, port.Axis) == 0 ? data.Steps : DataChecks.TargetSteps(data, plan));
        Steps steps = new(plan, port.Axis, samples.Length, workspace.StepsOfHead(head), areOfOutputs);
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

            if (target.Masks is { } masks && target.Missing is null)
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

        if (target.Missing is not null && target.Values is not null)
        {
            LeaveMissingOut(data, samples, workspace, head, target, steps);
        }
        else if (target.Masks is not null)
        {
            workspace.SetMask(port.Name, mask[..(maskRows * Math.Max(1, weights))]);
        }
    }

    /// <summary>Sets the weights of targets that were filled: those of the mask, and 0 where a target is missing.</summary>
    private static void LeaveMissingOut(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, int head, TargetBlock target, Steps steps)
    {
        int size = target.Size, count = workspace.StepsOfHead(head);
        bool byPosition = target.Missing == MissingTargets.Positions;
        int weights = size > 1 && (!byPosition || (target.Masks is not null && target.MaskSize > 1)) ? size : 1;
        Span<float> mask = (weights > 1 ? workspace.ElementsBuffer(head) : workspace.MaskBuffer(head))[..(samples.Length * count * weights)];
        ReadOnlySpan<float> values = workspace.TargetOf(workspace.Plan.Outputs[head].Name);
        for (int b = 0; b < samples.Length; b++)
        {
            int index = data.Index(samples[b]);
            for (int t = 0; t < count; t++)
            {
                int row = steps.RowOf(b, t);
                ReadOnlySpan<float> own = values.Slice(row * size, size);
                bool isOut = false;
                for (int k = 0; k < size && byPosition; k++)
                {
                    isOut |= float.IsNaN(own[k]);
                }

                for (int k = 0; k < weights; k++)
                {
                    mask[(row * weights) + k] = isOut || float.IsNaN(own[k]) ? 0 : target.MaskOf(index, steps.GivenAt(t), k);
                }
            }
        }

        workspace.SetMask(workspace.Plan.Outputs[head].Name, mask);
    }

    /// <summary>Fills labels; the longest of these samples is the longest there is.</summary>
    private static void FillLabels(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, int head, TargetBlock target, bool isShort)
    {
        NetworkPlan plan = workspace.Plan;
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
        if (target.Masks is not null)
        {
            Span<float> mask = workspace.MaskBuffer(head)[..samples.Length];
            for (int b = 0; b < samples.Length; b++)
            {
                mask[b] = target.MaskOf(data.Index(samples[b]), 0, 0);
            }

            workspace.SetMask(name, mask);
        }

        if (target.LossLengths is { } lengths)
        {
            Span<int> own = Gather(data, samples, lengths, workspace.LossLengthsBuffer(head));
            foreach (ref int length in own)
            {
                // Beyond a sample's own length nothing is read, and a batch of short samples has no more steps than its longest.
                length = isShort ? Math.Min(length, workspace.StepsOfHead(head)) : length;
            }

            workspace.SetLossLengths(name, own);
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

        Span<bool> flags = workspace.ResetsBuffer[..(samples.Length * workspace.Steps)];
        for (int b = 0; b < samples.Length; b++)
        {
            Put(resets[data.Index(samples[b])][..workspace.Steps], flags, b, samples.Length, 1, workspace.Plan.TimeMajor);
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
    /// <param name="plan">The network.</param>
    /// <param name="axis">The head's axis.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="count">Steps of the output.</param>
    /// <param name="areOfOutputs">Whether there is a target for each output; else one for each step of what the output's axis follows from.</param>
    private readonly struct Steps(NetworkPlan plan, int axis, int batch, int count, bool areOfOutputs)
    {
        public void Put<T>(BlockSample<T> sample, Span<T> destination, int b, int size)
        {
            if (areOfOutputs)
            {
                BatchFiller.Put(sample[..(count * size)], destination, b, batch, size, plan.TimeMajor && axis >= 0);
                return;
            }

            for (int t = 0; t < count; t++)
            {
                sample.Slice(GivenAt(t) * size, size).CopyTo(destination[(RowOf(b, t) * size)..]);
            }
        }

        /// <summary>The row of a position in the order of users.</summary>
        public int RowOf(int b, int t) => plan.TimeMajor && axis >= 0 ? (t * batch) + b : (b * count) + t;

        /// <summary>Which of the targets that are given is that of an output.</summary>
        public int GivenAt(int t) => areOfOutputs ? t : AxisSteps.LastSeen(plan, axis, t);
    }
}
