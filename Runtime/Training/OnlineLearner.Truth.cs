// The truth about the steps of a learner's window: what is handed in for which head and step, and when a window has all of it.
// Knows rows of targets and masks; refuses to know what is learned from them.
using System;
using System.Collections.Generic;
using SeqGen.Kernels.V1;

namespace SeqGen;

public sealed partial class OnlineLearner
{
    /// <summary>Hands in the truth about the step <see cref="Horizon"/> steps before the last one: what the first head should have given there.</summary>
    /// <param name="target">As many floats as the output has (fewer for losses with several outputs a target); unknown where one is not finite, which is the same as not calling. What is handed in again counts instead, until it was learned from.</param>
    /// <returns>Whether this completed a window, and an update was made.</returns>
    /// <exception cref="TrainingDivergedException">The update has left parameters that are not finite: load a checkpoint.</exception>
    public bool Observe(ReadOnlySpan<float> target) => Observe(_heads[0], target);

    /// <summary>The same for one of several heads. A window is complete when its last step has the truth of all heads with a loss.</summary>
    /// <param name="head">The head's name.</param>
    /// <param name="target">As many floats as the head has.</param>
    /// <returns>Whether this completed a window, and an update was made.</returns>
    public bool Observe(string head, ReadOnlySpan<float> target) => Observe(HeadOf(head), target);

    /// <summary>The same for a loss on classes.</summary>
    /// <param name="targetClass">The class; -1 where it is unknown, which is the same as not calling.</param>
    /// <returns>Whether this completed a window, and an update was made.</returns>
    public bool Observe(int targetClass) => Observe(_heads[0], targetClass);

    /// <summary>The same for one of several heads.</summary>
    /// <param name="head">The head's name.</param>
    /// <param name="targetClass">The class; -1 where it is unknown.</param>
    /// <returns>Whether this completed a window, and an update was made.</returns>
    public bool Observe(string head, int targetClass) => Observe(HeadOf(head), targetClass);

    private bool Observe(TargetHead head, ReadOnlySpan<float> target)
    {
        if (target.Length != head.Port.TargetSize || head.TakesClasses)
        {
            throw new ArgumentException(
                $"The loss of {_plan.Name} on '{head.Port.Name}' takes {(head.TakesClasses ? "a class" : $"{head.Port.TargetSize} values")} a step, {target.Length} values were given.", nameof(target));
        }

        bool isKnown = true;
        foreach (float value in target)
        {
            isKnown &= float.IsFinite(value);
            LossKind kind = head.Port.Loss!.Kind;
            if (float.IsFinite(value) && !TargetRange.Has(kind, value))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(target), value, $"A target is {value}; {TargetRange.Loss(kind)} of {_plan.Name} on '{head.Port.Name}' takes {TargetRange.Values(kind)}. Scale the target.");
            }
        }

        if (!TryRowOf(head, out int row))
        {
            return CompleteWith(head);
        }

        target.CopyTo(_workspace.TargetOf(head.Port.Name)[(row * head.Port.TargetSize)..]);
        _workspace.MaskBuffer(head.Index)[row] = isKnown ? 1 : 0;
        return CompleteWith(head);
    }

    private bool Observe(TargetHead head, int targetClass)
    {
        if (!head.TakesClasses)
        {
            throw new ArgumentException($"The loss of {_plan.Name} on '{head.Port.Name}' takes {head.Port.TargetSize} values a step, a class was given.", nameof(targetClass));
        }

        bool isKnown = targetClass != -1 && targetClass != head.Port.Loss!.IgnoredClass;
        if (isKnown && (uint)targetClass >= (uint)head.Port.Size)
        {
            throw new ArgumentOutOfRangeException(nameof(targetClass), targetClass, $"{_plan.Name} has classes 0 to {head.Port.Size - 1} on '{head.Port.Name}', and -1 for one that is unknown.");
        }

        if (TryRowOf(head, out int row))
        {
            _workspace.TargetClassesOf(head.Port.Name)[row] = isKnown ? targetClass : 0;
            _workspace.MaskBuffer(head.Index)[row] = isKnown ? 1 : 0;
        }

        return CompleteWith(head);
    }

    /// <summary>The row of a head's targets that is handed in now; none before a step has waited long enough, nor where a head has one output a window and this is
    /// not its last step.</summary>
    private bool TryRowOf(TargetHead head, out int row)
    {
        row = head.Port.Axis < 0 ? 0 : _filled - 1;
        return _filled > 0 && (head.Port.Axis >= 0 || _filled == Window);
    }

    private bool CompleteWith(TargetHead head)
    {
        head.IsObserved = _filled > 0;
        return _filled == Window && AreObserved() && Learn();
    }

    private bool AreObserved()
    {
        foreach (TargetHead head in _heads)
        {
            if (!head.IsObserved)
            {
                return false;
            }
        }

        return true;
    }

    private TargetHead HeadOf(string name)
    {
        foreach (TargetHead head in _heads)
        {
            if (head.Port.Name == name)
            {
                return head;
            }
        }

        throw new ArgumentException($"{_plan.Name} has no head '{name}' with a loss. It has {string.Join(", ", Array.ConvertAll(_heads, h => h.Port.Name))}.", nameof(name));
    }

    private static TargetHead[] Heads(NetworkPlan plan)
    {
        List<TargetHead> heads = [];
        for (int i = 0; i < plan.Outputs.Length; i++)
        {
            switch (plan.Outputs[i].Loss?.Kind ?? LossKind.None)
            {
                case LossKind.None:
                    break;
                case LossKind.Ctc:
                    throw new NotSupportedException($"The loss of {plan.Name} on '{plan.Outputs[i].Name}' is on the labels of a whole sequence, and a stream has no end. Train it with a Trainer.");
                default:
                    heads.Add(new TargetHead(plan.Outputs[i], i));
                    break;
            }
        }

        return heads.Count > 0 ? [.. heads]
            : throw new NotSupportedException($"{plan.Name} has no loss to learn by. Give it one ([MeanSquaredError], say).");
    }

    /// <summary>A head with a loss.</summary>
    private sealed class TargetHead(OutputPort port, int index)
    {
        public readonly OutputPort Port = port;
        public readonly int Index = index;

        /// <summary>Whether the truth of the window's last step was handed in.</summary>
        public bool IsObserved;

        public bool TakesClasses => Port.Loss!.Kind.TakesClasses();
    }
}
