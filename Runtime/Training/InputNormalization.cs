// Mean and standard deviation of the inputs as parameters of the network, fitted from data.
// Knows the two parameters' names; applying them is generated.
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>The input normalization of networks that declare one: inputs become <c>(x - mean) / std</c>, feature by feature, with values
/// that are saved with the parameters and never trained.</summary>
public static class InputNormalization
{
    /// <summary>The name of the means' parameter.</summary>
    public const string MeanName = "normalization.mean";

    /// <summary>The name of the standard deviations' parameter. One that is zero counts as 1.</summary>
    public const string StdName = "normalization.std";

    /// <summary>Whether the network declares an input normalization.</summary>
    public static bool IsDeclared(INetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Parameters.TryGet(MeanName, out _) && network.Parameters.TryGet(StdName, out _);
    }

    /// <summary>Whether it was fitted, loaded or written: whether it differs from mean 0 and standard deviation 1.</summary>
    public static bool IsSet(INetwork network) =>
        IsDeclared(network) && Moments.AreSet(network.Parameters, "normalization");

    /// <summary>Sets it to the mean and the standard deviation of every feature over all steps (within lengths) of some data. A feature
    /// that never changes, or so little that a float cannot hold what it would have to be multiplied with, gets the standard deviation 1.</summary>
    /// <exception cref="InvalidOperationException">The network declares no input normalization.</exception>
    /// <exception cref="ArgumentException">The data does not fit the network, or a value in it is not finite. Nothing was changed.</exception>
    public static void Fit(INetwork network, SequenceData data)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!IsDeclared(network))
        {
            throw new InvalidOperationException($"{network.Core.Plan.Name} declares no input normalization: there is nothing to fit.");
        }

        network.Core.RequireParameters();
        DataChecks.Check(data, network.Core.Plan, targets: false, nameof(data));
        (double[] mean, double[] variance) = MomentsOf(data, network.Core.Plan, 0, DataChecks.InputOf(data, network.Core.Plan, 0)!);
        for (int f = 0; f < variance.Length; f++)
        {
            if (!double.IsFinite(variance[f]))
            {
                throw new ArgumentException($"Feature {f} of the data has values that are infinite or not a number. Clean the data, or mask with lengths.", nameof(data));
            }
        }

        Moments.Set(network.Parameters, "normalization", mean, variance);
    }

    /// <summary>Mean and variance of every feature of an input over all steps within lengths: two passes, in double.</summary>
    internal static (double[] Means, double[] Variances) MomentsOf(SequenceData data, NetworkPlan plan, int port, InputBlock input)
    {
        double[] means = new double[input.Size], variances = new double[input.Size];
        AddUp(data, plan, port, input, means, null);
        AddUp(data, plan, port, input, variances, means);
        return (means, variances);
    }

    // The mean over all steps of x, or of (x - mean)^2. Called twice in a training's life, over what may be many millions of numbers: it does not begin as slow code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddUp(SequenceData data, NetworkPlan plan, int port, InputBlock input, double[] sums, double[]? mean)
    {
        long count = 0;
        float[] chosen = [];
        for (int i = 0; i < data.Count; i++)
        {
            int index = data.Index(i);
            BlockSample<float> sample = input.Values![index];
            if (!sample.IsSpan && chosen.Length == 0)
            {
                chosen = new float[sample.Length];
            }

            if (!sample.IsSpan)
            {
                sample.CopyTo(chosen);
            }

            ReadOnlySpan<float> x = sample.IsSpan ? sample.Span : chosen;
            int length = DataChecks.LengthOf(data, plan, plan.Inputs[port].Axis, index, input.Steps);
            count += length;
            for (int step = 0; step < length; step++)
            {
                ReadOnlySpan<float> features = x.Slice(step * sums.Length, sums.Length);
                for (int feature = 0; feature < features.Length; feature++)
                {
                    double deviation = mean is null ? features[feature] : features[feature] - mean[feature];
                    sums[feature] += mean is null ? deviation : deviation * deviation;
                }
            }
        }

        for (int feature = 0; feature < sums.Length; feature++)
        {
            sums[feature] /= count;
        }
    }
}
