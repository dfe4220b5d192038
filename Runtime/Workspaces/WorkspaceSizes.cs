// How much memory a workspace takes. Knows the arena rules; refuses to allocate.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal readonly record struct WorkspaceSizes(long Tape, long Scratch, long Users, long Gradients)
{
    public long Bytes => sizeof(float) * (Tape + Scratch + Users + Gradients);

    public static WorkspaceSizes Of(NetworkPlan plan, int batch, int steps, bool training)
    {
        WorkArea area = training ? plan.Training! : plan.Inference;
        long rows = (long)batch * steps;
        long outputs = plan.OutputIsSequence ? rows : batch;
        long states = 0;
        foreach (StatePlace state in area.States)
        {
            states += state.Size;
        }

        // Input, or tokens as given and time-major; output; mask and weights; lengths; initial states; and what the loss needs: see Workspace.
        long users = (plan.InputSize > 0 ? rows * plan.InputSize : 2 * rows) + (outputs * (plan.OutputSize + 2)) + batch + (states * batch);
        users += (plan.Loss?.Kind ?? LossKind.None) switch
        {
            LossKind.None => training ? outputs * plan.OutputSize : 0,
            LossKind.SoftmaxCrossEntropy => 2 * outputs,
            _ => outputs * (plan.OutputSize + ((plan.OutputSize + 15) & ~15)),
        };
        return new WorkspaceSizes(area.TapeWidth * (rows + batch), area.ScratchLength(batch), users, training ? plan.ParameterLength : 0);
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
