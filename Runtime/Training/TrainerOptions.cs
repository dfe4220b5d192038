// The settings of a trainer. Knows names, defaults and ranges; does nothing.
using System;
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen;

/// <summary>Settings of a <see cref="Trainer"/>; several may share them, and <c>options with { Threads = 1 }</c> makes others of them. What is out of range is refused when it is set.</summary>
public sealed record TrainerOptions
{
    /// <summary>Sequences of an update. The last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init => field = Settings.Check(value, value >= 1, nameof(BatchSize), "at least 1"); } = 32;

    /// <summary>Threads that share a batch: 0 for as many as there are processors, but at least 4 sequences of a full batch each; 1 for none
    /// but the caller's. For one number of threads, results are the same bits every time; for another they differ by rounding. With one
    /// processor there is one thread, whatever is asked for.</summary>
    public int Threads { get; init => field = Settings.Check(value, value >= 0, nameof(Threads), "at least 1, or 0 for the number of processors"); }

    /// <summary>Whether every epoch takes the samples in another order. (A <see cref="Stateful"/> training: whole lanes, where there are more <see cref="Lanes"/> than sequences of a batch.)</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Samples that are shuffled together, where not all are: blocks of so many that follow each other come in another order every epoch, and so do the samples within each. For data on disk
    /// (<see cref="SeriesFile"/>): what lies together there is read together. 0 for all samples.</summary>
    public int ShuffleBlock { get; init => field = Settings.Check(value, value >= 0, nameof(ShuffleBlock), "at least 1, or 0 for all samples"); }

    /// <summary>Whether samples are windows of one long sequence, each the continuation of the one before (<see cref="SequenceData.NextToken"/> and
    /// <c>SequenceData.Windows</c> with a stride of the window's length). A batch then reads <see cref="BatchSize"/> pieces of the sequence side by side,
    /// and the next batch goes on where it ended: states are carried over, gradients are not (truncated back-propagation through time,
    /// Williams and Peng 1990). States are where they begin (zero, if nothing else is declared) at the beginning of an epoch. Validation, evaluation and prediction read the whole sequence in one piece.
    /// A convolution has no state: it begins every window anew. Not for networks that read sequences from their ends or as a whole.</summary>
    public bool Stateful { get; init; }

    /// <summary>Pieces that a <see cref="Stateful"/> training cuts the sequence into; 0 for as many as <see cref="BatchSize"/>. So many of them as a batch has are read side by side from
    /// their beginnings to their ends, then the next ones; with <see cref="Shuffle"/> whole pieces are in another order every epoch.</summary>
    public int Lanes { get; init => field = Settings.Check(value, value >= 0, nameof(Lanes), "at least 1, or 0 for as many as a batch has sequences"); }

    /// <summary>Steps from one window of a <see cref="Stateful"/> training to the next, where windows overlap (k1 of truncated back-propagation through time, an update every k1 steps,
    /// whose gradient goes back k2, the window's length); 0 for windows that follow each other. A step's loss counts once: in the first window that has it.</summary>
    public int UpdateSteps { get; init => field = Settings.Check(value, value >= 0, nameof(UpdateSteps), "at least 1, or 0 for the window's length"); }

    /// <summary>For sequences of unequal length: how many batches' samples are sorted by length together (after they were shuffled) and cut into batches of near lengths, each of which then runs no more steps
    /// than its longest sample has; the batches are shuffled again. 0 for none: every batch has the samples that the shuffle gives, and all steps. More batches save more padding and are less random; 20 to 100 are
    /// usual. The order is fixed by seed and epoch. <see cref="Trainer.CountSteps"/> says what it saves.</summary>
    public int BucketBatches { get; init => field = Settings.Check(value, value >= 0, nameof(BucketBatches), "at least 1, or 0 for none"); }

    /// <summary>How many of its last steps an update goes back through, and counts the losses of, where that is fewer than the window has (k2 of truncated back-propagation through
    /// time, below k1); 0 for all. Not for samples that end before those, and not for networks that read sequences from their ends or as a whole.</summary>
    public int GradientSteps { get; init => field = Settings.Check(value, value >= 0, nameof(GradientSteps), "at least 1, or 0 for the window's length"); }

    /// <summary>What an update is made of: the mean loss of its positions, or the mean over sequences of the sum over their steps. Losses are reported as means.</summary>
    public LossReduction LossReduction { get; init => field = Settings.Check(value, Enum.IsDefined(value), nameof(LossReduction), "Mean or SumOverSteps"); }

    /// <summary>Fixes order and noise: the same seed, data, network and number of threads give the same bits.</summary>
    public ulong Seed { get; init; }

    /// <summary>Limits on gradients.</summary>
    public GradientClipping GradientClipping { get; init => field = NotNull(value, nameof(GradientClipping)); } = GradientClipping.None;

    /// <summary>How the learning rate moves.</summary>
    public LearningRateSchedule LearningRate { get; init => field = NotNull(value, nameof(LearningRate)); } = LearningRateSchedule.Constant;

    /// <summary>How often a decoder is fed with its targets, and how often with its own outputs (scheduled sampling). Validation always feeds the targets.</summary>
    public TeacherForcing TeacherForcing { get; init => field = NotNull(value, nameof(TeacherForcing)); } = TeacherForcing.Always;

    /// <summary>Batches whose gradients make one update: their mean, each batch's being that of its mean loss. For batches larger than memory.</summary>
    public int AccumulatedBatches { get; init => field = Settings.Check(value, value >= 1, nameof(AccumulatedBatches), "at least 1"); } = 1;

    /// <summary>The share of the running mean of the parameters that stays at an update, 0 to below 1, for instance 0.999; null for none. With it validation, the best epoch
    /// and the network at the end have the mean (Polyak and Juditsky, 1992; exponential as PyTorch's <c>AveragedModel</c> with <c>get_ema_avg_fn</c>, begun at the parameters
    /// after the first update), and training goes on with the parameters themselves. A training that ends with an exception leaves those.</summary>
    public double? WeightAverage { get; init => field = Settings.Check(value, value is null or (>= 0 and < 1), nameof(WeightAverage), "0 or more and below 1"); }

    /// <summary>Losses of one's own, for heads that declare none. With one head it is that head's; else each says with <see cref="CustomLoss.Head"/> of which it is.</summary>
    public IReadOnlyList<CustomLoss> Losses { get; init => field = NotNull(value, nameof(Losses)); } = [];

    /// <summary>What positions count by their target's class, each of one head: <see cref="SeqGen.ClassWeights.Balanced"/> from the data, or numbers. In place of those of the loss's attribute.</summary>
    public IReadOnlyList<ClassWeights> ClassWeights { get; init => field = NotNull(value, nameof(ClassWeights)); } = [];

    /// <summary>The number that early stopping, plateaus and the best epoch go by.</summary>
    public Metric Monitor { get; init => field = NotNull(value, nameof(Monitor)); } = Metric.Loss;

    /// <summary>What else to measure of the validation data after every epoch: <see cref="EvaluationResult.Measures"/> of <see cref="EpochResult.Validation"/>, and to be monitored by
    /// <see cref="Metric.Measured(string, bool)"/>.</summary>
    public IReadOnlyList<Measure> Measures { get; init => field = NotNull(value, nameof(Measures)); } = [];

    /// <summary>When to stop early; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>The share of the training data (its last samples) to validate on when Fit gets no validation data; 0 for none.</summary>
    public double ValidationSplit { get; init => field = Settings.Check(value, value is >= 0 and < 1, nameof(ValidationSplit), "0 or more and below 1"); }

    /// <summary>What to measure beside losses and metrics, and how often; null for nothing, which costs nothing.</summary>
    public TrainingInsight? Insight { get; init; }

    /// <summary>Whether Fit works out a declared normalization of inputs and of each head's targets from the training data, unless it is set already
    /// (fitted before, or loaded).</summary>
    public bool FitNormalization { get; init; } = true;

    private static T NotNull<T>(T value, string name)
        where T : class => value ?? throw new ArgumentNullException(name);
}

/// <summary>Stops a training when the loss (of the validation, if there is one), or what else is monitored (<see cref="TrainerOptions.Monitor"/>), no longer improves.</summary>
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

    /// <summary>How much better it must be to count as an improvement: finite, 0 or more.</summary>
    public double MinDelta { get; init => field = Settings.Check(value, value >= 0 && double.IsFinite(value), nameof(MinDelta), "finite and 0 or more"); }

    /// <summary>The rule in a line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"EarlyStopping(patience {Patience}, minDelta {MinDelta})");

    /// <summary>Whether the network gets the parameters of the best epoch back at the end, also when all epochs were run.</summary>
    public bool RestoreBest { get; init; } = true;
}
