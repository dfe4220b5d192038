// Outputs read as probabilities and classes. Knows what the loss says that they are; refuses to know how scores are read (ClassScores).
using System;

namespace SeqGen;

public partial class Workspace
{
    /// <summary>The outputs as probabilities: of a head trained with softmax cross entropy or CTC those of its classes, with binary cross entropy those of a yes. Where the network ends in a softmax or
    /// a sigmoid they are the output as it is; else the output is logits, and this is their softmax or sigmoid. Zero beyond lengths.</summary>
    /// <param name="probabilities">Receives as many numbers as the output has, in its order.</param>
    /// <param name="head">The head; null for the first.</param>
    /// <exception cref="NotSupportedException">The outputs are none of classes.</exception>
    public void CopyProbabilities(Span<float> probabilities, string? head = null)
    {
        Head mine = ClassHeadOf(head, nameof(CopyProbabilities));
        ReadOnlySpan<float> y = OutputOf(mine);
        ClassScores.CheckRoom(y.Length, probabilities.Length, nameof(probabilities));
        int axis = mine.Plan.Axis, size = mine.Plan.Size;
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < StepsOf(axis); t++)
            {
                int at = UserRow(axis, b, t) * size;
                ClassScores.ToProbabilities(_plan, mine.Index, y.Slice(at, size), probabilities.Slice(at, size), t < LengthOf(axis, b));
            }
        }
    }

    /// <summary>The classes that the outputs say: of a head of classes the one with the highest score of each position, of yes and no each output's 1 or 0. -1 beyond lengths, and where
    /// scores are not numbers.</summary>
    /// <param name="classes">Receives one a position ([Batch, steps], or [Batch]), of yes and no as many as outputs.</param>
    /// <param name="head">The head; null for the first.</param>
    /// <exception cref="NotSupportedException">The outputs are none of classes.</exception>
    public void CopyClasses(Span<int> classes, string? head = null)
    {
        Head mine = ClassHeadOf(head, nameof(CopyClasses));
        int axis = mine.Plan.Axis, size = mine.Plan.Size, width = ClassScores.ClassesAPosition(_plan.Outputs[mine.Index]);
        ReadOnlySpan<float> y = OutputOf(mine);
        ClassScores.CheckRoom(y.Length / size * width, classes.Length, nameof(classes));
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < StepsOf(axis); t++)
            {
                int row = UserRow(axis, b, t);
                ClassScores.ToClasses(_plan, mine.Index, y.Slice(row * size, size), classes.Slice(row * width, width), t < LengthOf(axis, b));
            }
        }
    }

    /// <summary>A head whose outputs are of classes.</summary>
    private Head ClassHeadOf(string? head, string call)
    {
        Head mine = head is null ? _heads[0] : HeadOf(head);
        ClassScores.RequireClasses(_plan, mine.Index, call);
        return mine;
    }
}
