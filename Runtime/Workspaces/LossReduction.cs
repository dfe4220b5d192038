// How the losses of a batch's positions become one number. A word; computes nothing.
namespace SeqGen;

/// <summary>What the loss of a batch is of those of its positions, and so what gradients are of.</summary>
public enum LossReduction
{
    /// <summary>The mean over all positions that count, sequences and steps.</summary>
    Mean,

    /// <summary>The mean over sequences of the sum over their steps: longer windows weigh more, and the learning rate goes with one step (Williams and Peng 1990, whose
    /// objective is a sum over time).</summary>
    SumOverSteps,
}
