// How much memory a workspace takes, and whether that can be had. Knows the arena rules; refuses to allocate.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Sizes of a workspace, in 128 bits: no product of three sizes leaves them.</summary>
internal static class WorkspaceSizes
{
    /// <summary>The most elements of one block: an array holds no more, and some are for alignment.</summary>
    public static long Limit => Array.MaxLength - 64;

    /// <summary>Bytes of all numbers that a plain workspace keeps, and of what aligns them. The generator counts the
    /// same beforehand for one sequence (LearningMemory): a test holds both against what is allocated.</summary>
    public static Int128 BytesOf(NetworkPlan plan, int batch, int maxSteps, bool training, int maxTargetSteps)
    {
        WorkArea area = training ? plan.Training! : plan.Inference;
        int[] steps = AxisSteps.Capacity(plan, maxSteps, maxTargetSteps);
        Int128 RowsOf(int axis) => (Int128)batch * (axis < 0 ? 1 : steps[axis]);

        // Tape, scratch and gradients, with what aligns them; steps, what there may be of them, lengths, and all that a part knows of them; where tokens begin.
        Int128 bytes = Aligned(Tape(plan, area, batch, steps)) + Aligned(area.ScratchLength(batch)) + (training ? Aligned(plan.ParameterLength) : 0);
        Int128 numbers = (3 * steps.Length) + ((Int128)2 * steps.Length * batch) + plan.Inputs.Length;
        foreach (StatePlace state in area.States)
        {
            // Learned ones with the places of their parameters.
            numbers += state.Start == StateStart.Hidden ? 0 : (Int128)state.Size * (state.Start == StateStart.Learned ? batch + 1 : batch);
        }

        // Inputs, or tokens as given and time-major.
        foreach (InputPort port in plan.Inputs)
        {
            numbers += RowsOf(port.Axis) * (port.Size > 0 ? port.Size : 2);
        }

        // Output, mask and weights, and what the loss needs: see Workspace.
        foreach (OutputPort port in plan.Outputs)
        {
            Int128 rows = RowsOf(port.Axis);
            LossKind loss = port.Loss?.Kind ?? LossKind.None;
            bool hasValues = loss.TakesValues();
            bytes += Aligned(hasValues ? rows * Padded(port.TargetSize) : 0);
            if (port.Loss?.Program is { Lengths: var (tape, scratch) })
            {
                bytes += Aligned(tape) + Aligned(scratch);
                numbers += 2;
            }

            numbers += (rows * port.Size) + loss switch
            {
                LossKind.None => rows + (training ? rows * port.Size : 0),
                LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses => 4 * rows,
                LossKind.Ctc => rows + ((Int128)4 * batch) + ((Int128)2 * CtcScratch(port, steps)),
                _ => rows * (2 + port.TargetSize),
            };
        }

        foreach (int width in training ? RunningStatistics.Widths(plan) : [])
        {
            bytes += NormStatistics.BytesOf(width) + RunningStatistics.BytesOf(width);
        }

        return bytes + (sizeof(float) * numbers) + WeightNoise.BytesOf(plan, area.Noises);

        static Int128 Aligned(Int128 floats) => AlignedBuffer.BytesOf(0) + (sizeof(float) * floats);
    }

    /// <summary>Checks that every block of memory can be had, before the first one is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One cannot; the message says how many sequences could.</exception>
    public static void Check(NetworkPlan plan, WorkArea area, int batch, ReadOnlySpan<int> steps, int parts)
    {
        Int128 needed = Largest(plan, area, batch, steps, parts);
        if (needed <= Limit)
        {
            return;
        }

        int fits = 0, fitsNot = batch;
        while (fitsNot - fits > 1)
        {
            int middle = fits + ((fitsNot - fits) / 2);
            (fits, fitsNot) = Largest(plan, area, middle, steps, parts) <= Limit ? (middle, fitsNot) : (fits, middle);
        }

        throw new ArgumentOutOfRangeException(
            "maxBatch",
            batch,
            $"A workspace of {plan.Name} for {batch} sequences of {string.Join(" and ", StepsOfRoots(plan, steps))} steps needs {needed} elements in one block of memory, which holds {Limit}. "
            + (fits > 0 ? $"Up to {fits} sequences fit; use smaller batches or shorter windows." : "Not even one sequence fits: use shorter windows."));
    }

    /// <summary>Rows of a class of the tape.</summary>
    public static Int128 Rows(NetworkPlan plan, WorkArea area, int tapeClass, int batch, ReadOnlySpan<int> steps)
    {
        if (tapeClass < plan.Axes.Length)
        {
            return ((Int128)steps[tapeClass] + 1) * batch;
        }

        (int outer, int inner) = area.Pairs[tapeClass - plan.Axes.Length];
        return (Int128)steps[outer] * steps[inner] * batch;
    }

    /// <summary>Floats of the tape.</summary>
    public static Int128 Tape(NetworkPlan plan, WorkArea area, int batch, ReadOnlySpan<int> steps)
    {
        Int128 floats = 0;
        for (int k = 0; k < area.TapeWidths.Length; k++)
        {
            floats += area.TapeWidths[k] * Rows(plan, area, k, batch, steps);
        }

        return floats;
    }

    /// <summary>Width times rows, if that many elements can be had in one block.</summary>
    public static int Floats(int width, Int128 rows, string network)
    {
        Int128 floats = width * rows;
        return floats <= Limit
            ? (int)floats
            : throw new ArgumentOutOfRangeException(
                nameof(rows), $"{network}: {rows} rows of {width} floats are more than one block of memory holds ({Limit} floats). Use smaller batches or shorter windows.");
    }

    /// <summary>The memory of the loss on labels, in doubles.</summary>
    public static long CtcScratch(OutputPort port, ReadOnlySpan<int> steps) => ConnectionistTemporal.ScratchLength(steps[port.Axis], steps[port.Axis], port.Size);

    /// <summary>The elements of the largest block.</summary>
    private static Int128 Largest(NetworkPlan plan, WorkArea area, int batch, ReadOnlySpan<int> steps, int parts)
    {
        int rows = BatchSplit.Capacity(batch, parts);
        Int128 largest = Int128.Max(Tape(plan, area, rows, steps), area.ScratchLength(rows)), tokens = 0, states = 0;
        foreach (InputPort port in plan.Inputs)
        {
            Int128 all = (Int128)batch * (port.Axis < 0 ? 1 : steps[port.Axis]);
            largest = Int128.Max(largest, all * Math.Max(1, port.Size));
            tokens += port.TokenCount > 0 ? all : 0;
        }

        foreach (OutputPort port in plan.Outputs)
        {
            bool isCtc = port.Loss?.Kind == LossKind.Ctc;
            largest = Int128.Max(largest, (Int128)batch * (port.Axis < 0 ? 1 : steps[port.Axis]) * (isCtc ? port.Size : Padded(port.Size)));
            largest = isCtc ? Int128.Max(largest, CtcScratch(port, steps)) : largest;
        }

        foreach (StatePlace state in area.States)
        {
            states += (Int128)state.Size * batch;
        }

        return Int128.Max(Int128.Max(largest, (Int128)batch * steps.Length), Int128.Max(tokens, states));
    }

    private static int[] StepsOfRoots(NetworkPlan plan, ReadOnlySpan<int> steps)
    {
        int target = AxisSteps.TargetAxis(plan);
        return target < 0 ? [steps[0]] : [steps[0], steps[target]];
    }

    private static long Padded(int size) => (size + 15L) & ~15L;
}
