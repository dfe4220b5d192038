// Weights of classes that are known when the data is: for a trainer, in place of the constants of an attribute.
// Knows counts of classes; refuses to know losses' formulas.
// G. King, L. Zeng: Logistic regression in rare events data. Political Analysis 9 (2001), for the balanced ones.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>What a position counts in the loss by its target's class, said at run time: <see cref="TrainerOptions.ClassWeights"/>. For heads with <c>[SoftmaxCrossEntropy]</c> or a loss of one's own on
/// classes the loss is sum(w l) / sum(w), as with the attribute's <c>ClassWeights</c>; for heads with <c>[BinaryCrossEntropy]</c> a yes weighs as many times more than a no, as with its
/// <c>PositiveWeight</c>. Metrics and measures know nothing of them.</summary>
/// <example><code>
/// var trainer = Trainer.For(net, new Adam(1e-3f), new() { ClassWeights = [ClassWeights.Balanced(net, train)] });
/// </code></example>
public sealed class ClassWeights
{
    private const float Most = 1e6f;

    private ClassWeights(float[] weights, string? head) => (Weights, Head) = (weights, head);

    /// <summary>One number a class; of yes or no, that of a no and that of a yes.</summary>
    public IReadOnlyList<float> Weights { get; }

    /// <summary>The head that they are of; null for the only one whose targets are classes.</summary>
    public string? Head { get; }

    /// <summary>Weights that are known.</summary>
    /// <param name="weights">One number a class, finite and 0 or more, at most a million and not all 0; of yes or no, that of a no and that of a yes, both above 0.</param>
    /// <param name="head">The head; null for the only one whose targets are classes.</param>
    public static ClassWeights Of(IReadOnlyList<float> weights, string? head = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Any(w => w > 0) && weights.All(w => w >= 0 && w <= Most)
            ? new([.. weights], head)
            : throw new ArgumentOutOfRangeException(nameof(weights), $"Weights of classes are numbers from 0 to {Most:F0} that are not all 0; {Text(weights)} were given.");
    }

    /// <summary>Weights by which all classes of some data count alike: n / (k count) for a class, of n targets and k classes that occur, as scikit-learn's "balanced". Masks weigh targets; what is beyond
    /// a length or ignored does not count. A class that does not occur has the weight 1, which is the mean. Of yes or no, of all numbers of the head's targets together.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">What it is to be trained with: the training data alone.</param>
    /// <param name="head">The head; null for the only one whose targets are classes.</param>
    /// <exception cref="ArgumentException">The data does not fit the network, nothing in it counts, all is yes or all is no, or the head has no classes.</exception>
    public static ClassWeights Balanced(INetwork network, SequenceData data, string? head = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        NetworkPlan declared = network.Core.Plan;

        // A loss of one's own is not declared; that its targets are classes the data says.
        NetworkPlan plan = declared.WithOutputs([.. declared.Outputs.Select((o, i) => o.Loss is null && DataChecks.TargetOf(data, declared, i) is { Classes: not null }
            ? o with { Loss = new LossPlan(LossKind.CustomOfClasses) } : o)]);
        int index = IndexOf(plan, head, nameof(head));
        DataChecks.Check(data, plan, targets: true, nameof(data));
        double[] counts = DataChecks.CountClasses(data, plan, index);
        double total = counts.Sum();
        int occur = counts.Count(c => c > 0);
        bool isYesNo = plan.Outputs[index].Loss!.Kind == LossKind.BinaryCrossEntropy;
        if (occur == 0 || (isYesNo && occur < 2))
        {
            throw new ArgumentException($"The data has {(occur == 0 ? "no target that counts" : counts[0] == 0 ? "no target that is a no" : "no target that is a yes")} for '{plan.OutputNames[index]}' of {plan.Name}: there is nothing to balance.", nameof(data));
        }

        return new([.. counts.Select(c => c == 0 ? 1f : (float)(total / (occur * c)))], head);
    }

    /// <inheritdoc/>
    public override string ToString() => (Head is null ? "" : $"{Head}: ") + Text(Weights);

    /// <summary>The losses of a network with some weights of classes.</summary>
    /// <exception cref="ArgumentException">Weights are of no head that they could be of.</exception>
    internal static HeadLosses Apply(HeadLosses losses, IReadOnlyList<ClassWeights> all, string name)
    {
        HashSet<int> weighed = [];
        foreach (ClassWeights weights in all)
        {
            ArgumentNullException.ThrowIfNull(weights, name);
            NetworkPlan plan = losses.Plan;
            int index = IndexOf(plan, weights.Head, name);
            OutputPort port = plan.Outputs[index];
            LossPlan loss = port.Loss!;
            bool isYesNo = loss.Kind == LossKind.BinaryCrossEntropy;
            int classes = isYesNo ? 2 : port.Size;
            float[] values = [.. weights.Weights];
            string? misfit = !weighed.Add(index) ? "it has been given some already"
                : loss.ClassWeights is not null || (isYesNo && loss.Option != 0) ? $"it declares {(isYesNo ? "a PositiveWeight" : "ClassWeights")} already: leave one of them out"
                : values.Length != classes ? $"it has {classes} classes, and {values.Length} weights were given"
                : isYesNo && !(values[0] > 0 && values[1] / values[0] is > 0 and <= Most) ? $"a no and a yes weigh more than 0, and a yes at most {Most:F0} times as much"
                : null;
            if (misfit is not null)
            {
                throw new ArgumentException($"ClassWeights {weights} cannot be of '{port.Name}' of {plan.Name}: {misfit}.", name);
            }

            float positive = isYesNo ? values[1] / values[0] : 0;
            losses = losses.With(index, isYesNo ? loss with { Option = positive == 1 ? 0 : positive } : loss with { ClassWeights = values }, $"classes of {port.Name} weigh {Text(values)}");
        }

        return losses;
    }

    private static int IndexOf(NetworkPlan plan, string? head, string name)
    {
        int[] fits = [.. Enumerable.Range(0, plan.Outputs.Length).Where(i => plan.Outputs[i].Loss is { } loss && (loss.Kind.TakesClasses() || loss.Kind == LossKind.BinaryCrossEntropy))];
        string found = fits.Length == 0 ? "none" : string.Join(", ", fits.Select(i => plan.OutputNames[i]));
        int index = head is null ? fits.Length == 1 ? fits[0] : -1 : Array.IndexOf(plan.OutputNames, head);
        return fits.Contains(index) ? index : throw new ArgumentException(head is null
            ? $"ClassWeights of {plan.Name}: {(fits.Length == 0 ? "it has no head" : "say of which head; it has several")} whose targets are classes, or yes or no ({found})."
            : $"ClassWeights of '{head}' of {plan.Name}: {(index < 0 ? "there is no such head" : "its targets are no classes")}. Heads whose targets are classes, or yes or no: {found}.", name);
    }

    private static string Text(IReadOnlyList<float> weights) => string.Join(", ", weights.Select(w => w.ToString(CultureInfo.InvariantCulture)));
}
