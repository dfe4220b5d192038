// The settings of a trainer. Knows names and defaults; does nothing.
using System;

namespace SeqGen;

/// <summary>Settings of a <see cref="Trainer"/>.</summary>
public sealed class TrainerOptions
{
    /// <summary>Sequences of an update. The last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads that share a batch: 0 for as many as there are processors, but at least 4 sequences of a full batch each; 1 for none
    /// but the caller's. For one number of threads, results are the same bits every time; for another they differ by rounding. With one
    /// processor there is one thread, whatever is asked for.</summary>
    public int Threads { get; init; }

    /// <summary>Whether every epoch takes the samples in another order. (A <see cref="Stateful"/> training never does.)</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether samples are windows of one long sequence, each the continuation of the one before (<see cref="SequenceData.NextToken"/> and
    /// <c>SequenceData.Windows</c> with a stride of the window's length). A batch then reads <see cref="BatchSize"/> pieces of the sequence side by side,
    /// and the next batch goes on where it ended: states are carried over, gradients are not (truncated back-propagation through time,
    /// Williams and Peng 1990). States are zero at the beginning of an epoch. Validation, evaluation and prediction read the whole sequence in one piece.</summary>
    public bool Stateful { get; init; }

    /// <summary>Fixes order and noise: the same seed, data, network and number of threads give the same bits.</summary>
    public ulong Seed { get; init; }

    /// <summary>Limits on gradients.</summary>
    public GradientClipping GradientClipping { get; init; } = GradientClipping.None;

    /// <summary>How the learning rate moves.</summary>
    public LearningRateSchedule LearningRate { get; init; } = LearningRateSchedule.Constant;

    /// <summary>How often a decoder is fed with its targets, and how often with its own outputs (scheduled sampling). Validation always feeds the targets.</summary>
    public TeacherForcing TeacherForcing { get; init; } = TeacherForcing.Always;

    /// <summary>When to stop early; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>The share of the training data (its last samples) to validate on when Fit gets no validation data; 0 for none.</summary>
    public double ValidationSplit { get; init; }

    /// <summary>Whether Fit works out a declared input normalization from the training data, unless it is set already
    /// (fitted before, or loaded).</summary>
    public bool FitNormalization { get; init; } = true;

    internal void Check()
    {
        if (BatchSize < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, $"BatchSize is {BatchSize}; it must be at least 1.");
        }

        if (Threads < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Threads), Threads, $"Threads is {Threads}; it must be at least 1, or 0 for the number of processors.");
        }

        if (!(ValidationSplit is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ValidationSplit), ValidationSplit, $"ValidationSplit is {ValidationSplit}; it must be 0 or more and below 1.");
        }

        ArgumentNullException.ThrowIfNull(GradientClipping);
        ArgumentNullException.ThrowIfNull(LearningRate);
        ArgumentNullException.ThrowIfNull(TeacherForcing);
    }
}

/// <summary>Stops a training when the loss (of the validation, if there is one) no longer improves.</summary>
public sealed class EarlyStopping
{
    /// <summary>Creates the rule.</summary>
    /// <param name="patience">Epochs to wait for an improvement, at least 1.</param>
    public EarlyStopping(int patience)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patience);
        Patience = patience;
    }

    /// <summary>Epochs to wait for an improvement.</summary>
    public int Patience { get; }

    /// <summary>How much lower a loss must be to count as an improvement.</summary>
    public double MinDelta { get; init; }

    /// <summary>Whether the network gets the parameters of the best epoch back at the end, also when all epochs were run.</summary>
    public bool RestoreBest { get; init; } = true;
}
