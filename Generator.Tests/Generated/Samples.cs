// The sequences of a batch as the samples of a data set.
// Knows both forms; refuses to know what is done with them.
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Generated;

internal static class Samples
{
    /// <summary>The data set; initial states and noise, which it has none of, are left out, and so are a decoder's lengths where it can have
    /// none (<see cref="HasTargetLengths"/>).</summary>
    /// <param name="plan">Says which heads there are. Of one whose loss is handed in, the gradients of the output are the targets.</param>
    /// <param name="data">Inputs, lengths and targets.</param>
    public static SequenceData Of(NetworkPlan plan, PassData data)
    {
        int[]? lengths = Given(data.Lengths), targetLengths = Given(data.TargetLengths);
        SequenceData samples = plan.TokenCount > 0
            ? SequenceData.FromTokens(data.Tokens, null, data.Steps, lengths: lengths)
            : SequenceData.FromArrays(data.Input, null, data.Steps, plan.InputSize, lengths: lengths);
        samples = data.Resets.Length > 0 ? samples.WithResets(data.Resets) : samples;
        foreach (InputPort port in plan.Inputs.Skip(1))
        {
            int steps = port.Axis < 0 ? 0 : data.StepsOf(plan, port.Axis);
            samples = port.TokenCount > 0 ? samples.WithInput(port.Name, data.DecoderTokens, steps) : samples.WithInput(port.Name, data.DecoderInput, port.Size, steps);
        }

        foreach (OutputPort head in plan.Outputs.Where(o => o.Loss is not null))
        {
            bool isFirst = head == plan.Outputs[0];
            HeadData given = isFirst ? data.First : data.Heads[head.Name];
            int steps = head.Axis < 0 ? 0 : data.StepsOf(plan, head.Axis);
            string? name = isFirst ? null : head.Name;
            int[]? own = isFirst && HasTargetLengths(plan) ? targetLengths : null;
            samples = head.Loss!.Kind switch
            {
                LossKind.Ctc => samples.WithLabels(given.Labels, given.LabelLengths, data.LossLengths, name, Given(given.Mask)),
                LossKind.Custom when head.Loss.Program is null => samples.WithTargets(given.OutputGradient, head.TargetSize, steps, own, null, name),
                LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses => samples.WithClasses(given.Classes, steps, own, Given(given.Mask), name),
                _ => samples.WithTargets(given.Target, head.TargetSize, steps, own, Given(given.Mask), name),
            };
        }

        return samples;
    }

    /// <summary>Whether a data set can have lengths of a decoder's steps: they belong to targets that are one a step, and labels are not.</summary>
    public static bool HasTargetLengths(NetworkPlan plan) =>
        plan.Inputs.Length > 1 && plan.Outputs[0] is { Axis: >= 0, Loss.Kind: not LossKind.Ctc } head && plan.Axes[head.Axis].Source < 0;

    private static T[]? Given<T>(T[] values) => values.Length > 0 ? values : null;
}
