// Mean and standard deviation of the targets as parameters of the network, fitted from data.
// Knows which targets count; applying them is generated, and the loss's side of it is the workspace's.
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>The normalization of targets of networks that declare one (<c>NormalizeTargets = true</c>): losses are those of <c>(target - mean) / std</c>, number by number of a target and head by
/// head, and outputs are put back, <c>y * std + mean</c>, of variances <c>v * std * std</c>. What a user gives and gets is in the target's unit; losses alone are not. Mean and standard deviation
/// are saved with the parameters and never trained: <c>target.mean</c> and <c>target.std</c>, with a head's name <c>target.NAME.mean</c> and <c>target.NAME.std</c>. A standard deviation of zero
/// counts as 1.</summary>
/// <remarks>
/// A decoder of numbers that can be fed with such targets has what it is fed normalized too, whoever feeds it, by <c>decoder_input.mean</c> and <c>decoder_input.std</c>: those of the targets, or
/// of the inputs that the data gives it. Before its first step it is fed the mean.
/// </remarks>
public static class TargetNormalization
{
    /// <summary>Whether the network declares a normalization of the targets of any head.</summary>
    public static bool IsDeclared(INetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Array.Exists(network.Core.Plan.Outputs, o => o.Normalization is not null);
    }

    /// <summary>Whether it was fitted, loaded or written: whether that of every head that has one differs from mean 0 and standard deviation 1.</summary>
    public static bool IsSet(INetwork network) =>
        IsDeclared(network) && Array.TrueForAll(network.Core.Plan.Outputs, o => o.Normalization is null || Moments.AreSet(network.Parameters, o.Normalization));

    /// <summary>Sets it to the mean and the standard deviation of every number of a target over all that count in the loss: within lengths, where no mask is 0, and, where missing targets are left out
    /// (<c>IgnoreMissingTargets</c>), not NaN. Each counts once, whatever its weight. What never changes, or so little that a float cannot hold what it would have to be multiplied with, gets the
    /// standard deviation 1.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">Data with targets.</param>
    /// <exception cref="InvalidOperationException">The network declares no normalization of targets.</exception>
    /// <exception cref="ArgumentException">The data does not fit the network, or a target that counts is not finite. Nothing was changed.</exception>
    public static void Fit(INetwork network, SequenceData data)
    {
        if (!IsDeclared(network))
        {
            throw new InvalidOperationException($"{network.Core.Plan.Name} declares no normalization of targets: there is nothing to fit. Write NormalizeTargets = true in its [Network].");
        }

        network.Core.RequireParameters();
        DataChecks.Check(data, network.Core.Plan, targets: true, nameof(data));
        Fit(network, data, isAll: true);
    }

    /// <summary>Sets what is not set yet, from data that was checked.</summary>
    internal static void FitNew(INetwork network, SequenceData data) => Fit(network, data, isAll: false);

    private static void Fit(INetwork network, SequenceData data, bool isAll)
    {
        NetworkPlan plan = network.Core.Plan;
        for (int i = 0; i < plan.Outputs.Length; i++)
        {
            if (plan.Outputs[i].Normalization is { } name && (isAll || !Moments.AreSet(network.Parameters, name)) && DataChecks.TargetOf(data, plan, i) is { } target)
            {
                HeadTargets targets = new(data, plan, i, target);
                double[] means = new double[target.Size], variances = new double[target.Size];
                AddUp(targets, means, null);
                AddUp(targets, variances, means);
                Moments.Set(network.Parameters, name, means, variances);
            }
        }

        for (int i = 1; i < plan.Inputs.Length; i++)
        {
            if (plan.Inputs[i].Normalization is not { } name || (!isAll && Moments.AreSet(network.Parameters, name)))
            {
                continue;
            }

            if (DataChecks.InputOf(data, plan, i) is { Values: not null } input)
            {
                (double[] means, double[] variances) = InputNormalization.MomentsOf(data, plan, i, input);
                Moments.Set(network.Parameters, name, means, variances);
            }
            else
            {
                // It is fed the targets of the first head, and what it foretells of them.
                network.Parameters[Moments.MeanOf(name)].CopyFrom(network.Parameters[Moments.MeanOf(plan.Outputs[0].Normalization!)].ToArray());
                network.Parameters[Moments.ScaleOf(name)].CopyFrom(network.Parameters[Moments.ScaleOf(plan.Outputs[0].Normalization!)].ToArray());
            }
        }
    }

    // The mean of each number of the targets, or of its (x - mean)^2: two passes, in double. 0 where none counts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddUp(HeadTargets targets, double[] sums, double[]? means)
    {
        long[] counts = new long[sums.Length];
        for (int i = 0; i < targets.Data.Count; i++)
        {
            int index = targets.Data.Index(i), steps = targets.StepsOf(index);
            for (int t = 0; t < steps; t++)
            {
                BlockSample<float> values = targets.Values(index, t);
                for (int k = 0; k < sums.Length; k++)
                {
                    if (targets.Counts(index, t, k))
                    {
                        double deviation = means is null ? values[k] : values[k] - means[k];
                        sums[k] += means is null ? deviation : deviation * deviation;
                        counts[k]++;
                    }
                }
            }
        }

        for (int k = 0; k < sums.Length; k++)
        {
            sums[k] /= Math.Max(1, counts[k]);
        }
    }
}
