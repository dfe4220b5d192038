// How much memory a workspace takes. Knows the arena rules; refuses to allocate.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal readonly record struct WorkspaceSizes(long Program, long Users, long Parameters)
{
    public long Bytes => sizeof(float) * (Program + Users + Parameters);

    public static WorkspaceSizes Of(NetworkPlan plan, int batch, int maxSteps, bool training, int maxTargetSteps)
    {
        WorkArea area = training ? plan.Training! : plan.Inference;
        int[] steps = AxisSteps.Capacity(plan, maxSteps, maxTargetSteps);
        long RowsOf(int axis) => (long)batch * (axis < 0 ? 1 : steps[axis]);
        long users = 2L * steps.Length * batch;
        foreach (StatePlace state in area.States)
        {
            users += state.Start == StateStart.Hidden ? 0 : (long)state.Size * batch;
        }

        // Inputs, or tokens as given and time-major.
        foreach (InputPort port in plan.Inputs)
        {
            users += RowsOf(port.Axis) * (port.Size > 0 ? port.Size : 2);
        }

        // Output, mask and weights, and what the loss needs: see Workspace.
        foreach (OutputPort port in plan.Outputs)
        {
            long rows = RowsOf(port.Axis), padded = (port.Size + 15) & ~15;
            users += rows * port.Size;
            users += (port.Loss?.Kind ?? LossKind.None) switch
            {
                LossKind.None => rows + (training ? rows * port.Size : 0),
                LossKind.SoftmaxCrossEntropy => 4 * rows,
                LossKind.Ctc => rows + (3L * batch) + (2L * ConnectionistTemporal.ScratchLength(steps[port.Axis], steps[port.Axis], port.Size)),
                _ => rows * (2 + port.Size + padded),
            };
        }

        return new WorkspaceSizes(
            Tape(plan, area, batch, steps) + area.ScratchLength(batch),
            users,
            (training ? plan.ParameterLength : 0) + WeightNoise.Floats(plan, area.Noises));
    }

    /// <summary>Rows of a class of the tape.</summary>
    public static nint Rows(NetworkPlan plan, WorkArea area, int tapeClass, int batch, ReadOnlySpan<int> steps)
    {
        if (tapeClass < plan.Axes.Length)
        {
            return (nint)(steps[tapeClass] + 1) * batch;
        }

        (int outer, int inner) = area.Pairs[tapeClass - plan.Axes.Length];
        return (nint)steps[outer] * steps[inner] * batch;
    }

    /// <summary>Floats of the tape.</summary>
    public static long Tape(NetworkPlan plan, WorkArea area, int batch, ReadOnlySpan<int> steps)
    {
        long floats = 0;
        for (int k = 0; k < area.TapeWidths.Length; k++)
        {
            floats += (long)area.TapeWidths[k] * Rows(plan, area, k, batch, steps);
        }

        return floats;
    }

    /// <summary>Width times rows, if that many floats can be had in one block.</summary>
    public static int Floats(int width, long rows, string network)
    {
        long floats = width * rows;
        return floats <= Array.MaxLength - 64
            ? (int)floats
            : throw new ArgumentOutOfRangeException(
                nameof(rows), rows, $"{network}: {rows} rows of {width} floats are more than one block of memory holds ({Array.MaxLength} floats). Use smaller batches or shorter windows.");
    }
}
