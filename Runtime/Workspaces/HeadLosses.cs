// Which losses a network is run with: those that it declares, and those that are handed in for heads without one.
// Knows plans and heads; refuses to know how losses are worked out.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A network's plan with the losses that were handed in, and these.</summary>
internal sealed class HeadLosses
{
    private readonly CustomLoss?[] _heads;

    private readonly string _weights;

    private HeadLosses(NetworkPlan plan, CustomLoss?[] heads, string weights = "") => (Plan, _heads, _weights) = (plan, heads, weights);

    /// <summary>The plan: heads have the losses that were handed in as if they had been declared.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Whether any was handed in.</summary>
    public bool AnyCustom => Array.Exists(_heads, h => h is not null);

    /// <summary>The loss that was handed in for a head; null for none.</summary>
    public CustomLoss? this[int head] => _heads[head];

    /// <summary>The losses that a network declares, and no others.</summary>
    public static HeadLosses Declared(NetworkPlan plan) => new(plan, new CustomLoss?[plan.Outputs.Length]);

    /// <summary>The losses that a network declares, and some for heads without.</summary>
    /// <exception cref="ArgumentException">A loss is of no head that it could be of: the message says why.</exception>
    public static HeadLosses With(NetworkPlan plan, IReadOnlyList<CustomLoss>? losses, string name)
    {
        if (losses is null || losses.Count == 0)
        {
            return Declared(plan);
        }

        CustomLoss?[] heads = new CustomLoss?[plan.Outputs.Length];
        OutputPort[] outputs = [.. plan.Outputs];
        foreach (CustomLoss loss in losses)
        {
            ArgumentNullException.ThrowIfNull(loss, name);
            int head = HeadOf(plan, loss, name);
            OutputPort port = plan.Outputs[head];
            string? misfit = heads[head] is not null ? $"'{port.Name}' has been given one already"
                : loss.TakesClasses && loss.TargetSize > 0 ? "its targets are classes: leave TargetSize out"
                : loss.IgnoredClass is not null && !loss.TakesClasses ? "its targets are no classes: leave IgnoredClass out, or use CustomLoss.OfClasses"
                : loss.IsOfElements && loss.TargetSize > 0 && loss.TargetSize != port.Size
                    ? $"it is one of single numbers, and {port.Size} outputs have no {loss.TargetSize} targets: leave TargetSize out, or use CustomLoss.OfPositions"
                : null;
            if (misfit is not null)
            {
                throw new ArgumentException($"The loss {loss} cannot be one of {plan.Name}: {misfit}.", name);
            }

            heads[head] = loss;
            outputs[head] = port with
            {
                Loss = new LossPlan(loss.TakesClasses ? LossKind.CustomOfClasses : LossKind.Custom, loss.Weight, IgnoredClass: loss.IgnoredClass),
                TargetSize = loss.TargetSize > 0 ? loss.TargetSize : port.Size,
            };
        }

        return new(plan.WithOutputs(outputs), heads);
    }

    /// <summary>These with another loss on a head.</summary>
    /// <param name="head">The head.</param>
    /// <param name="loss">Its loss, of the same kind.</param>
    /// <param name="what">What is other, in words.</param>
    public HeadLosses With(int head, LossPlan loss, string what)
    {
        OutputPort[] outputs = [.. Plan.Outputs];
        outputs[head] = outputs[head] with { Loss = loss };
        return new(Plan.WithOutputs(outputs), _heads, _weights.Length == 0 ? what : $"{_weights}; {what}");
    }

    /// <summary>All that is not declared, in words; empty for nothing.</summary>
    public string Text => string.Join("; ", new[] { ToString(), _weights }.Where(t => t.Length > 0));

    /// <summary>The losses that were handed in, in words; empty for none.</summary>
    public override string ToString() => string.Join(", ", _heads.Select((h, i) => (Loss: h, Head: Plan.Outputs[i].Name)).Where(h => h.Loss is not null)
        .Select(h => FormattableString.Invariant($"{h.Loss!.Name} of {h.Head} times {h.Loss.Weight}")));

    private static int HeadOf(NetworkPlan plan, CustomLoss loss, string name)
    {
        int[] free = [.. Enumerable.Range(0, plan.Outputs.Length).Where(i => plan.Outputs[i].Loss is not { Kind: not LossKind.None })];
        string without = free.Length == 0 ? "none" : string.Join(", ", free.Select(i => plan.Outputs[i].Name));
        int head = loss.Head is null ? free.Length == 1 ? free[0] : -1 : Array.IndexOf(plan.OutputNames, loss.Head);
        return head >= 0 && free.Contains(head) ? head : throw new ArgumentException(
            head >= 0 || (loss.Head is null && free.Length == 0)
                ? $"The loss {loss} cannot be one of {plan.Name}: {(plan.Outputs.Length == 1 ? "it" : loss.Head is null ? "every head" : $"'{loss.Head}'")} declares a loss already. Leave that attribute out, or this loss."
            : loss.Head is null ? $"The loss '{loss.Name}' could be one of several heads of {plan.Name}: say of which, with Head. Without a loss are {without}."
            : $"The loss {loss} cannot be one of {plan.Name}: it has no such head. Without a loss are {without}.", name);
    }
}
