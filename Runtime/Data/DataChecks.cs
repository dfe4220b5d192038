// Whether data fits a network: kinds, sizes and steps of inputs and targets. Values, sample by sample, are in DataChecks.Values.
// Knows both sides' forms; refuses to know batches.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static partial class DataChecks
{
    /// <summary>Checks kinds and sizes of inputs and targets against a network; allocates nothing where they fit.</summary>
    public static void CheckShape(SequenceData data, NetworkPlan plan, bool targets, string name)
    {
        ArgumentNullException.ThrowIfNull(data, name);
        if ((MisfitOfInputs(data, plan) ?? (targets ? MisfitOfTargets(data, plan) : null)) is { } misfit)
        {
            throw new ArgumentException($"The data {misfit}.", name);
        }
    }

    /// <summary>The block that an input is filled from; null where there is none.</summary>
    public static InputBlock? InputOf(SequenceData data, NetworkPlan plan, int port)
    {
        foreach (InputBlock block in data.InputBlocks)
        {
            if (port == 0 ? block.Name.Length == 0 : block.Name == plan.Inputs[port].Name)
            {
                return block;
            }
        }

        return null;
    }

    /// <summary>The targets of a head; null where there are none. The first head's can be given by its name and without: what was given last is meant.</summary>
    public static TargetBlock? TargetOf(SequenceData data, NetworkPlan plan, int head)
    {
        for (int i = data.TargetBlocks.Length - 1; i >= 0; i--)
        {
            TargetBlock block = data.TargetBlocks[i];
            if (block.Name == plan.Outputs[head].Name || (head == 0 && block.Name.Length == 0))
            {
                return block;
            }
        }

        return null;
    }

    /// <summary>Steps of a decoder that the data asks for; 0 for networks without one, and where nothing says.</summary>
    public static int TargetSteps(SequenceData data, NetworkPlan plan)
    {
        int axis = AxisSteps.TargetAxis(plan);
        for (int i = 0; i < plan.Outputs.Length && axis >= 0; i++)
        {
            // Labels have no steps: they are as many as a sequence says.
            if (plan.Outputs[i].Axis == axis && TargetOf(data, plan, i) is { Labels: null } target)
            {
                return target.Steps;
            }
        }

        for (int i = 0; i < plan.Inputs.Length && axis >= 0; i++)
        {
            if (plan.Inputs[i].Axis == axis && InputOf(data, plan, i) is { } input)
            {
                return input.Steps;
            }
        }

        return 0;
    }

    private static string? MisfitOfInputs(SequenceData data, NetworkPlan plan) =>
        data.Count == 0 ? "has no samples; at least one is needed"
        : plan.TokenCount > 0 && !data.HasTokens ? $"has numbers as inputs; {plan.Name} takes tokens: use SequenceData.FromTokens or FromTokenClasses"
        : plan.TokenCount == 0 && data.HasTokens ? $"has tokens as inputs; {plan.Name} takes {plan.InputSize} numbers a step: use SequenceData.FromArrays or FromClasses"
        : plan.TokenCount == 0 && data.Features != plan.InputSize ? $"has {data.Features} features a step; {plan.Name} takes {plan.InputSize}"
        : plan.Inputs[0].Axis < 0 && data.Steps != 1 ? $"has {data.Steps} steps a sequence; {plan.Name} takes one input a sequence"
        : AxisSteps.Least(plan) is var least && data.Steps < least ? $"has {data.Steps} steps a sequence; {plan.Name} needs at least {least} for one output of its convolutions: use longer sequences, or a causal convolution"
        : data.Resets is not null && !plan.Resets ? $"has resets inside of sequences; {plan.Name} is declared without: write Resets = true in its [Network]"
        : MisfitOfOtherInputs(data, plan);

    private static string? MisfitOfOtherInputs(SequenceData data, NetworkPlan plan)
    {
        for (int i = 1; i < plan.Inputs.Length; i++)
        {
            InputPort port = plan.Inputs[i];
            InputBlock? block = InputOf(data, plan, i);
            int steps = block is null ? 0 : port.Axis < 0 ? 1 : port.Axis == 0 ? data.Steps : block.Steps;
            string? misfit = block is null ? IsFedTargets(plan, i) ? null : $"has no input '{port.Name}', which {plan.Name} takes: add it with WithInput{(port.Axis >= 0 && port.Axis == AxisSteps.TargetAxis(plan) ? " (of windows: KnownColumns)" : "")}"
                : (port.Size == 0) != (block.Size == 0) || block.Size != port.Size
                    ? $"has {Kind(block.Size)} as '{port.Name}'; {plan.Name} takes {Kind(port.Size)}"
                : block.Steps != steps ? $"has {block.Steps} steps of '{port.Name}'; {steps} belong to its other inputs"
                : null;
            if (misfit is not null)
            {
                return misfit;
            }
        }

        foreach (InputBlock block in data.InputBlocks)
        {
            if (block.Name.Length > 0 && Array.IndexOf(plan.InputNames, block.Name) < 0)
            {
                return $"has an input '{block.Name}', which {plan.Name} does not take; it takes {string.Join(", ", plan.InputNames)}";
            }

            if (block.Name == plan.InputNames[0])
            {
                return $"has an input '{block.Name}' beside that of the samples, which is the same: give it to FromArrays, FromTokens and so on alone";
            }
        }

        return null;
    }

    /// <summary>Whether a port is a decoder's, which is fed with the targets one step late: those of the first head, where they have its form. Without a loss nobody knows, and a loop of one's own may fill it.</summary>
    private static bool IsFedTargets(NetworkPlan plan, int port)
    {
        (InputPort input, OutputPort head) = (plan.Inputs[port], plan.Outputs[0]);
        return port == 1 && input.Axis >= 0 && input.Axis == AxisSteps.TargetAxis(plan) && head.Loss?.Kind switch
        {
            null or LossKind.None => true,
            LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses => head.Axis == input.Axis && input.Size == 0,
            LossKind.Ctc => false,
            _ => head.Axis == input.Axis && input.Size == head.TargetSize,
        };
    }

    private static string Kind(int size) => size == 0 ? "tokens" : $"{size} numbers a step";

    private static string? MisfitOfTargets(SequenceData data, NetworkPlan plan)
    {
        if (!data.HasTargets)
        {
            return "has no targets; training and evaluation need them";
        }

        if (data.TargetLengths is not null && AxisSteps.TargetAxis(plan) < 0)
        {
            return $"has lengths of targets, and {plan.Name} has no decoder that they could be of: give lengths with the inputs, and a mask with the targets";
        }

        for (int i = 0; i < plan.Outputs.Length; i++)
        {
            if (plan.Outputs[i].Loss is { Kind: not LossKind.None } && MisfitOfTarget(data, plan, i) is { } misfit)
            {
                return misfit;
            }
        }

        foreach (TargetBlock block in data.TargetBlocks)
        {
            if (block.Name.Length > 0 && Array.IndexOf(plan.OutputNames, block.Name) < 0)
            {
                return $"has targets of a head '{block.Name}', which {plan.Name} does not have; it has {string.Join(", ", plan.OutputNames)}";
            }
        }

        return null;
    }

    private static string? MisfitOfTarget(SequenceData data, NetworkPlan plan, int head)
    {
        OutputPort port = plan.Outputs[head];
        bool classes = port.Loss!.Kind.TakesClasses(), labels = port.Loss.Kind == LossKind.Ctc;
        return TargetOf(data, plan, head) is not { } target ? $"has no targets of the head '{port.Name}' of {plan.Name}: add them with WithTargets, WithClasses or WithLabels"
            : labels && target.Labels is null ? $"has no labels; the loss of {plan.Name}{On(plan, port)} takes labels: use WithLabels"
            : !labels && target.Labels is not null ? $"has labels; the loss of {plan.Name}{On(plan, port)} takes a target for every position"
            : target.IsSequence && port.Axis < 0 ? $"has a target for every step; {plan.Name} gives one output a sequence{On(plan, port)}; see targetEveryStep and Returns"
            : !target.IsSequence && port.Axis >= 0 ? $"has one target a sequence; {plan.Name} gives an output for every step{On(plan, port)}; see targetEveryStep and Returns"
            : classes && target.Classes is null ? $"has values as targets; the loss of {plan.Name}{On(plan, port)} takes classes: use FromClasses or FromTokenClasses"
            : !classes && target.Classes is not null ? $"has classes as targets; the loss of {plan.Name}{On(plan, port)} takes values: use FromArrays or FromTokens"
            : !classes && !labels && target.Size != port.TargetSize ? $"has targets of {target.Size} values; {plan.Name} {(port.TargetSize == port.Size ? "gives" : "takes")} {port.TargetSize}{On(plan, port)}"
            : port.Axis < 0 || labels ? null
            : MisfitOfSteps(data, plan, port, target);
    }

    private static string On(NetworkPlan plan, OutputPort port) => plan.Outputs.Length == 1 ? "" : $" on '{port.Name}'";

    private static string? MisfitOfSteps(SequenceData data, NetworkPlan plan, OutputPort port, TargetBlock target)
    {
        int root = AxisSteps.Root(plan, port.Axis), steps = root == 0 ? data.Steps : TargetSteps(data, plan), own = AxisSteps.Of(plan, port.Axis, steps);
        return target.Steps != steps && target.Steps != own ? $"has {target.Steps} targets a sequence{On(plan, port)}; {plan.Name} gives {own} outputs for {steps} steps"
            : target.Steps != steps && root > 0 && data.TargetLengths is not null
                ? $"has lengths of targets, which count the {steps} steps of the decoder, and {target.Steps} targets a sequence{On(plan, port)}: give a target for each of those steps ({plan.Name} takes those that its window completes)"
            : null;
    }
}
