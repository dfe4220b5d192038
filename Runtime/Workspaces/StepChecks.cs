// Whether a network can be read, and its losses counted, from some step on. Knows the plan's answers; refuses to know who asks.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class StepChecks
{
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

    /// <summary>Fails where a loss is not one of steps.</summary>
    public static void RequireStepLosses(NetworkPlan plan)
    {
        if (Array.Exists(plan.Outputs, o => o.Loss?.Kind == LossKind.Ctc))
        {
            throw new NotSupportedException($"{plan.Name} has a CTC loss, which is one of whole sequences: it has no last steps.");
        }
    }
}
