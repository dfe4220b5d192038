// What scores of classes say: probabilities, the highest, the highest few. Knows rows of scores; of a network what its loss says that they are.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Reads scores of classes, as a stream's <c>Step</c> or <see cref="Workspace.Output"/> gives them: one row at a time. Allocates nothing.</summary>
public static class ClassScores
{
    /// <summary>Probabilities of classes of which one is right, from logits: exp(y) / sum(exp(y)). NaN throughout, where one of them is not a number or is infinite.</summary>
    /// <param name="logits">[classes].</param>
    /// <param name="probabilities">Receives [classes]; may be the same memory.</param>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        CheckRoom(logits.Length, probabilities.Length, nameof(probabilities));
        double most = double.NegativeInfinity, sum = 0;
        foreach (float y in logits)
        {
            most = Math.Max(most, y);
        }

        foreach (float y in logits)
        {
            sum += Math.Exp(y - most);
        }

        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] = (float)(Math.Exp(logits[i] - most) / sum);
        }
    }

    /// <summary>Probabilities of a yes each, from logits: 1 / (1 + exp(-y)).</summary>
    /// <param name="logits">[outputs].</param>
    /// <param name="probabilities">Receives [outputs]; may be the same memory.</param>
    public static void Sigmoid(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        CheckRoom(logits.Length, probabilities.Length, nameof(probabilities));
        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] = (float)(1 / (1 + Math.Exp(-(double)logits[i])));
        }
    }

    /// <summary>The class of the highest score, the first of equals; -1 where one is not a number.</summary>
    /// <param name="scores">[classes], logits or probabilities.</param>
    public static int Highest(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
            {
                return -1;
            }

            best = scores[i] > scores[best] ? i : best;
        }

        return scores.IsEmpty ? -1 : best;
    }

    /// <summary>The classes of the highest scores, the highest first, of equals the first; all -1 where a score is not a number.</summary>
    /// <param name="scores">[classes], logits or probabilities.</param>
    /// <param name="classes">Receives as many as there is room for, at most as many as there are scores.</param>
    public static void Top(ReadOnlySpan<float> scores, Span<int> classes)
    {
        if (classes.Length > scores.Length)
        {
            throw new ArgumentException($"The highest {classes.Length} of {scores.Length} scores were asked for.", nameof(classes));
        }

        if (scores.IndexOfAnyExceptInRange(float.NegativeInfinity, float.PositiveInfinity) >= 0)
        {
            classes.Fill(-1);
            return;
        }

        // Insertion into those found so far: there are few.
        int found = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (found == classes.Length && (found == 0 || !(scores[i] > scores[classes[^1]])))
            {
                continue;
            }

            int at = found == classes.Length ? found - 1 : found++;
            for (; at > 0 && scores[i] > scores[classes[at - 1]]; at--)
            {
                classes[at] = classes[at - 1];
            }

            classes[at] = i;
        }
    }

    internal static void CheckRoom(int needed, int given, string argument)
    {
        if (given != needed)
        {
            throw new ArgumentException($"There are {needed} numbers to write, and room for {given}.", argument);
        }
    }

    /// <summary>Classes that the outputs of a position say: one, or of yes and no one each.</summary>
    internal static int ClassesAPosition(OutputPort port) => port.Loss!.Kind == LossKind.BinaryCrossEntropy ? port.Size : 1;

    /// <summary>A position's probabilities, from the outputs of a head of classes; 0 where there is none.</summary>
    internal static void ToProbabilities(NetworkPlan plan, int head, ReadOnlySpan<float> y, Span<float> probabilities, bool isThere)
    {
        if (!isThere)
        {
            probabilities.Clear();
        }
        else if (plan.GivesProbabilities(head))
        {
            y.CopyTo(probabilities);
        }
        else if (plan.Outputs[head].Loss!.Kind == LossKind.BinaryCrossEntropy)
        {
            Sigmoid(y, probabilities);
        }
        else
        {
            Softmax(y, probabilities);
        }
    }

    /// <summary>A position's classes, from the outputs of a head of classes; -1 where there is none.</summary>
    internal static void ToClasses(NetworkPlan plan, int head, ReadOnlySpan<float> y, Span<int> classes, bool isThere)
    {
        if (!isThere)
        {
            classes.Fill(-1);
            return;
        }

        if (plan.Outputs[head].Loss!.Kind != LossKind.BinaryCrossEntropy)
        {
            classes[0] = Highest(y);
            return;
        }

        float even = plan.GivesProbabilities(head) ? 0.5f : 0;
        for (int i = 0; i < y.Length; i++)
        {
            classes[i] = float.IsNaN(y[i]) ? -1 : y[i] > even ? 1 : 0;
        }
    }

    /// <summary>Fails where the outputs of a head are not of classes.</summary>
    internal static void RequireClasses(NetworkPlan plan, int head, string call)
    {
        OutputPort port = plan.Outputs[head];
        LossKind kind = port.Loss?.Kind ?? LossKind.None;
        if (kind is not (LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses or LossKind.BinaryCrossEntropy or LossKind.Ctc))
        {
            throw new NotSupportedException(
                $"{call}: the outputs of {plan.Name}{(plan.Outputs.Length == 1 ? "" : $" on '{port.Name}'")} are {(kind == LossKind.None ? "of a head without a loss, which would say what they are: read them with ClassScores" : $"values (its loss is {kind}), and no scores of classes")}.");
        }
    }
}
