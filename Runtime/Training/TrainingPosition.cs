// Where a training stands when a schedule is asked. Knows counts and results; decides nothing.
using System;
using System.Collections.Generic;

namespace SeqGen;

/// <summary>A moment between two updates of a training: all that a schedule may know, so that a schedule has no memory of its own, can be shared by
/// trainings, and gives the same when a training goes on in another process.</summary>
public readonly struct TrainingPosition
{
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
        (Update, UpdatesPerEpoch, Epochs, Monitored) = (update, updatesPerEpoch, epochs, monitored ?? []);
    }

    /// <summary>Updates done since the training began.</summary>
    public long Update { get; }

    /// <summary>Updates of an epoch.</summary>
    public int UpdatesPerEpoch { get; }

    /// <summary>Epochs of the whole training.</summary>
    public int Epochs { get; }

    /// <summary>What is monitored (<see cref="TrainerOptions.Monitor"/>; the loss if nothing else is said), after each epoch that is done. Lower is better: where higher
    /// is, these are the negatives.</summary>
    public IReadOnlyList<double> Monitored { get; }

    /// <summary>Epochs done, whole ones.</summary>
    public int EpochsDone => (int)(Update / UpdatesPerEpoch);

    /// <summary>Epochs done, with the fraction of the current one.</summary>
    public double Epoch => EpochsDone + (Update % UpdatesPerEpoch / (double)UpdatesPerEpoch);

    /// <summary>Updates of the whole training.</summary>
    public long Updates => (long)UpdatesPerEpoch * Epochs;
}
