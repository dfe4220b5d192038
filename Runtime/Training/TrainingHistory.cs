// What a training reports: results of epochs and evaluations. Knows numbers; computes nothing but texts.
using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>How well a network does on some data.</summary>
public sealed record EvaluationResult
{
    /// <summary>The mean loss over the counted positions, times its declared weight; the sum of the heads' where there are several (0 of one of which nothing counts).</summary>
    public required double Loss { get; init; }

    /// <summary>Positions counted: sequences, or steps where there is an output a step.</summary>
    public required long Positions { get; init; }

    /// <summary>The share of positions (for binary targets: of values) that are right; null for losses without classes, and of a head of which nothing counts.</summary>
    public double? Accuracy { get; init; }

    /// <summary>sqrt(mean (y - target)^2), in the target's unit; null for losses on classes, and of a head of which nothing counts.</summary>
    public double? RootMeanSquaredError { get; init; }

    /// <summary>mean |y - target|, in the target's unit; null for losses on classes, and of a head of which nothing counts.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>The results of each head by its name, where there are several: the metrics above are then null. Empty for one.</summary>
    public IReadOnlyDictionary<string, EvaluationResult> Heads { get; init; } = FrozenDictionary<string, EvaluationResult>.Empty;

    /// <summary>What else was measured (<see cref="Measure"/>), of all heads; empty where nothing was asked for.</summary>
    public MeasureResults Measures { get; init; } = MeasureResults.Empty;

    /// <summary>Loss and metrics in a line.</summary>
    public override string ToString()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"loss {Loss:G5}");
        text += Accuracy is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $", accuracy {accuracy:P2}") : "";
        text += RootMeanSquaredError is { } rmse ? string.Create(CultureInfo.InvariantCulture, $", RMSE {rmse:G5}") : "";
        text += MeanAbsoluteError is { } mae ? string.Create(CultureInfo.InvariantCulture, $", MAE {mae:G5}") : "";
        return Heads.Count == 0 ? text : text + " (" + string.Join("; ", Heads.Select(h => $"{h.Key}: {h.Value}")) + ")";
    }
}

/// <summary>One epoch of a training.</summary>
public sealed record EpochResult
{
    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Over the training data, with the parameters of the moment and with noise.</summary>
    public required EvaluationResult Training { get; init; }

    /// <summary>Over the validation data after the epoch; null without.</summary>
    public EvaluationResult? Validation { get; init; }

    /// <summary>The learning rate of the epoch's last update.</summary>
    public required float LearningRate { get; init; }

    /// <summary>How long the epoch took, validation included.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What early stopping, plateaus and the best epoch look at (<see cref="TrainerOptions.Monitor"/>): the validation's, or the training's without.</summary>
    public required double Monitored { get; init; }

    /// <summary>The epoch in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}: {Training}{(Validation is null ? "" : $"; validation {Validation}")} ({Duration.TotalSeconds:F1} s)");
}

/// <summary>A training, epoch by epoch.</summary>
public sealed class TrainingHistory
{
    private readonly EpochResult? _best;

    internal TrainingHistory(IReadOnlyList<EpochResult> epochs, EpochResult? best, bool stoppedEarly, IReadOnlyList<string> notices, IReadOnlyList<TrainingMeasurement> measurements)
    {
        Epochs = epochs;
        _best = best;
        StoppedEarly = stoppedEarly;
        Notices = notices;
        Measurements = measurements;
    }

    /// <summary>The epochs, in order.</summary>
    public IReadOnlyList<EpochResult> Epochs { get; }

    /// <summary>The first of the epochs of the best monitored value.</summary>
    /// <exception cref="InvalidOperationException">No epoch was done.</exception>
    public EpochResult Best => _best ?? throw NoEpoch;

    /// <summary>The last epoch.</summary>
    /// <exception cref="InvalidOperationException">No epoch was done.</exception>
    public EpochResult Last => Epochs.Count > 0 ? Epochs[^1] : throw NoEpoch;

    /// <summary>Whether early stopping ended the training.</summary>
    public bool StoppedEarly { get; }

    /// <summary>What there is to know beside numbers, a sentence each: which checkpoint the training went on from, and which were damaged.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>What was measured of single updates, in order, those of an epoch that was not done included; empty without <see cref="TrainerOptions.Insight"/>.</summary>
    public IReadOnlyList<TrainingMeasurement> Measurements { get; }

    private static InvalidOperationException NoEpoch => new("No epoch of this training was done: there is no result yet.");
}

/// <summary>Where a training stands; reported after every batch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">Epochs of this training.</param>
/// <param name="Batch">Batches done in this epoch.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="Loss">The mean loss of this epoch so far.</param>
/// <param name="SamplesPerSecond">Speed of this epoch so far.</param>
/// <param name="Elapsed">Time since the training began.</param>
/// <param name="Remaining">Estimated time to the end of the last epoch.</param>
/// <param name="Completed">The epoch's result, in the report that ends it; else null.</param>
public readonly record struct TrainingProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    double SamplesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    EpochResult? Completed)
{
    /// <summary>Something to know, in the first report after it came up: which checkpoint the training goes on from, say. Else null.</summary>
    public string? Notice { get; init; }

    /// <summary>The checkpoint that came to be on disk last; null before the first.</summary>
    public CheckpointReport? Checkpoint { get; init; }

    /// <summary>The learning rate of the last update.</summary>
    public float LearningRate { get; init; }

    /// <summary>The L2 norm of all gradients at the last update, before clipping; 0 before the first.</summary>
    public double GradientNorm { get; init; }

    /// <summary>What was measured at the update before this report; null where nothing was (<see cref="TrainerOptions.Insight"/>).</summary>
    public TrainingMeasurement? Measurement { get; init; }

    /// <summary>The monitored value (<see cref="TrainerOptions.Monitor"/>) of the last epoch that is done; null before the first.</summary>
    public double? Monitored { get; init; }

    /// <summary>What <see cref="Monitored"/> is called; null where nothing says.</summary>
    public string? Monitor { get; init; }
}
