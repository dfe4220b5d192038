// Steps along every axis: those that are given, and those that follow from them.
// Knows the axes' plans; refuses to know workspaces.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class AxisSteps
{
    /// <summary>The axis that a decoder writes along: the second one with steps of its own; -1 where there is none.</summary>
    public static int TargetAxis(NetworkPlan plan) => Array.FindIndex(plan.Axes, 1, a => a.Source < 0);

    /// <summary>Steps, or a length, along an axis that follows from another.</summary>
    public static int Follow(AxisPlan axis, int source) => (int)Math.Clamp(((long)source - axis.Trim) / axis.Stride, 0, int.MaxValue);

    /// <summary>The most steps of each axis of a workspace.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="maxSteps">The most of axis 0; 0 for what the plan says.</param>
    /// <param name="maxTargetSteps">The most of the decoder's; 0 for what the plan says.</param>
    public static int[] Capacity(NetworkPlan plan, int maxSteps, int maxTargetSteps)
    {
        int target = TargetAxis(plan);
        if (target < 0 && maxTargetSteps > 0)
        {
            throw new ArgumentException(NoTarget(plan), nameof(maxTargetSteps));
        }

        int[] steps = new int[plan.Axes.Length];
        steps[0] = maxSteps > 0 ? maxSteps : plan.Timesteps;
        if (target > 0)
        {
            steps[target] = maxTargetSteps > 0 ? maxTargetSteps : plan.Axes[target].Max > 0 ? plan.Axes[target].Max : plan.Timesteps;
        }

        FollowAll(plan, steps, nameof(maxSteps));
        for (int k = 0; k < steps.Length; k++)
        {
            AxisPlan axis = plan.Axes[k];
            if (axis.IsLimit && steps[k] > axis.Max)
            {
                int root = Root(plan, k);
                throw new ArgumentOutOfRangeException(
                    root == target ? nameof(maxTargetSteps) : nameof(maxSteps),
                    steps[root],
                    $"{plan.Name} has parameters of its own for each of {axis.Max} steps of '{axis.Name}': a workspace for {steps[root]} steps, which are {steps[k]} of these, cannot be had. Use at most {LastSeen(plan, k, axis.Max)} steps, or declare more Timesteps.");
            }
        }

        return steps;
    }

    /// <summary>Works the steps of all axes out that follow from others.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are too few for one output.</exception>
    public static void FollowAll(NetworkPlan plan, Span<int> steps, string argument)
    {
        for (int k = 1; k < steps.Length; k++)
        {
            AxisPlan axis = plan.Axes[k];
            if (axis.Source < 0)
            {
                continue;
            }

            steps[k] = Follow(axis, steps[axis.Source]);
            if (steps[k] == 0)
            {
                long needed = Needed(plan, k);
                throw new ArgumentOutOfRangeException(
                    argument, steps[0], $"{plan.Name} needs at least {needed} steps for one output ('{axis.Name}' of its convolutions), {steps[Root(plan, k)]} were asked for. Use longer sequences, or a causal convolution.");
            }
        }
    }

    /// <summary>The axis with steps of its own that an axis follows from, itself perhaps.</summary>
    public static int Root(NetworkPlan plan, int axis)
    {
        while (plan.Axes[axis].Source >= 0)
        {
            axis = plan.Axes[axis].Source;
        }

        return axis;
    }

    /// <summary>Steps along an axis, where <paramref name="steps"/> are those of its root.</summary>
    public static int Of(NetworkPlan plan, int axis, int steps) =>
        plan.Axes[axis].Source < 0 ? steps : Follow(plan.Axes[axis], Of(plan, plan.Axes[axis].Source, steps));

    /// <summary>The last step of the root that step t of an axis has seen: what it is an output for.</summary>
    public static int LastSeen(NetworkPlan plan, int axis, int t)
    {
        for (; plan.Axes[axis].Source >= 0; axis = plan.Axes[axis].Source)
        {
            t = (t * plan.Axes[axis].Stride) + plan.Axes[axis].Trim + plan.Axes[axis].Stride - 1;
        }

        return t;
    }

    /// <summary>The fewest steps of the first input that give an output along every axis that follows from it.</summary>
    public static long Least(NetworkPlan plan) => Fewest(plan, root: 0, axes: -1);

    public static string NoTarget(NetworkPlan plan) => $"{plan.Name} has no decoder with steps of its own: leave the target steps out.";

    /// <summary>The fewest steps that a sequence must have along an axis with steps of its own, or some output would be one of nothing: what comes
    /// after a window that is longer.</summary>
    public static long Fewest(NetworkPlan plan, int root)
    {
        int needs = 0;
        foreach (OutputPort port in plan.Outputs)
        {
            needs |= port.Needs;
        }

        return Fewest(plan, root, needs);
    }

    /// <summary>The fewest steps along a root that give one along each of some axes that follow from it: a bit for every axis.</summary>
    private static long Fewest(NetworkPlan plan, int root, int axes)
    {
        long fewest = 1;
        for (int k = 0; k < plan.Axes.Length; k++)
        {
            fewest = (axes >> k & 1) != 0 && Root(plan, k) == root ? Math.Max(fewest, Needed(plan, k)) : fewest;
        }

        return fewest;
    }

    private static long Needed(NetworkPlan plan, int axis)
    {
        long needed = 1;
        for (; axis > 0 && plan.Axes[axis].Source >= 0; axis = plan.Axes[axis].Source)
        {
            needed = (needed * plan.Axes[axis].Stride) + plan.Axes[axis].Trim;
        }

        return Math.Max(1, needed);
    }
}
