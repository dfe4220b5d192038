// How much memory learning takes on a device: parameters, a stream, a workspace for one sequence. Knows what is allocated; refuses to allocate.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class LearningSizes
{
    /// <summary>Bytes of all numbers, and of what aligns them, without the optimizer's. The generator counts the same beforehand (LearningMemory).</summary>
    /// <param name="plan">The network.</param>
    /// <param name="window">Steps of a window; 0 for the declared Timesteps.</param>
    /// <param name="horizon">Steps until the truth is known.</param>
    public static long BytesOf(NetworkPlan plan, int window, int horizon)
    {
        if (!plan.CanTrain)
        {
            throw new NotSupportedException($"{plan.Name} was generated without training. Leave Training = false out of its [Network].");
        }

        long parameters = AlignedBuffer.BytesOf(plan.ParameterLength) + AlignedBuffer.BytesOf(plan.DerivedLength) + AlignedBuffer.BytesOf(plan.TransposedLength);
        long stream = plan.Streaming is null ? 0 : StreamBytes(plan, plan.Streaming) + (sizeof(float) * (horizon + 1L) * Math.Max(1, plan.InputSize));
        return (long)Int128.Min(long.MaxValue, parameters + stream + WorkspaceSizes.BytesOf(plan, batch: 1, window, training: true, maxTargetSteps: 0));
    }

    /// <summary>Bytes of a stream: its states, its scratch, and where learned states begin.</summary>
    private static long StreamBytes(NetworkPlan plan, WorkArea area)
    {
        long learned = 0;
        foreach (StatePlace state in area.States)
        {
            learned += state.Start == StateStart.Learned ? state.Size : 0;
        }

        return AlignedBuffer.BytesOf(area.TapeWidths[0]) + AlignedBuffer.BytesOf(area.ScratchWidth + 1L + plan.Outputs.Length) + (sizeof(int) * learned);
    }
}
