// What a network must be for a training, and for following gradients. Knows the plan's answers; refuses to know data.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class TrainingChecks
{
    /// <summary>Fails where a network was generated without training.</summary>
    public static void RequireTraining(NetworkPlan plan)
    {
        if (!plan.CanTrain)
        {
            throw new NotSupportedException($"{plan.Name} was generated without training. Leave Training = false out of its [Network].");
        }
    }

    /// <summary>Fails where a sequence cannot be read window by window.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="consequence">What follows, and what to do.</param>
    public static void RequireWindows(NetworkPlan plan, string consequence)
    {
        if (!plan.TruncatesBackward)
        {
            throw new NotSupportedException(
                $"{plan.Name} reads sequences from their ends or as a whole (a backward direction, attention, a strided convolution or a decoder does): {consequence}");
        }
    }
}
