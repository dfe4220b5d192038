// Where a training stands when a schedule is asked. Knows counts and results; decides nothing.
using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqGen;

/// <summary>A moment between two updates of a training: all that a schedule may know, so that a schedule has no memory of its own, can be shared by
/// trainings, and gives the same when a training goes on in another process.</summary>
public readonly struct TrainingPosition
{
    private readonly IReadOnlyList<double>? _monitored;
    private readonly int _skipped;

    /// <summary>A moment.</summary>
    /// <param name="update">Updates done, 0 or more.</param>
    /// <param name="updatesPerEpoch">Updates of an epoch, at least 1.</param>
    /// <param name="epochs">Epochs of the whole training, at least 1.</param>
    /// <param name="monitored">What was monitored after each epoch that is done (a loss, say); null for none yet.</param>
    public TrainingPosition(long update, int updatesPerEpoch, int epochs, IReadOnlyList<double>? monitored = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(update);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(updatesPerEpoch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        (Update, UpdatesPerEpoch, Epochs, _monitored) = (update, updatesPerEpoch, epochs, monitored);
    }

    private TrainingPosition(long update, int updatesPerEpoch, int epochs, IReadOnlyList<double>? monitored, int skipped)
    {
        (Update, UpdatesPerEpoch, Epochs, _monitored, _skipped) = (update, updatesPerEpoch, epochs, monitored, skipped);
    }

    /// <summary>Updates done since the training began.</summary>
    public long Update { get; }

    /// <summary>Updates of an epoch.</summary>
    public int UpdatesPerEpoch { get; }

    /// <summary>Epochs of the whole training.</summary>
    public int Epochs { get; }

    /// <summary>What is monitored (<see cref="TrainerOptions.Monitor"/>; the loss if nothing else is said), after each epoch that is done. Lower is better: where higher
    /// is, these are the negatives.</summary>
    public IReadOnlyList<double> Monitored => _monitored is null ? [] : _skipped == 0 ? _monitored : [.. _monitored.Skip(_skipped)];

    /// <summary>Epochs done, whole ones.</summary>
    public int EpochsDone => (int)(Update / UpdatesPerEpoch);

    /// <summary>Epochs done, with the fraction of the current one.</summary>
    public double Epoch => EpochsDone + (Update % UpdatesPerEpoch / (double)UpdatesPerEpoch);

    /// <summary>Updates of the whole training.</summary>
    public long Updates => (long)UpdatesPerEpoch * Epochs;

    /// <summary>The moment of the update at which the epoch began.</summary>
    internal TrainingPosition BeginningOfEpoch => new((long)EpochsDone * UpdatesPerEpoch, UpdatesPerEpoch, Epochs, _monitored, _skipped);

    /// <summary>The moment with every update for an epoch.</summary>
    internal TrainingPosition ByUpdates => new(Update, 1, (int)Math.Min(int.MaxValue, Updates), _monitored, _skipped);

    /// <summary>The moment of a training that ends after some epochs.</summary>
    internal TrainingPosition Of(int epochs) => new(Update, UpdatesPerEpoch, epochs, _monitored, _skipped);

    /// <summary>The moment of a training that began after some epochs.</summary>
    internal TrainingPosition After(int epochs) => new(Update - ((long)epochs * UpdatesPerEpoch), UpdatesPerEpoch, Math.Max(1, Epochs - epochs), _monitored, _skipped + epochs);
}
