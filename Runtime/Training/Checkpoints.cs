// Which checkpoints a training writes, and where. Knows names, defaults and ranges; does nothing.
using System;

namespace SeqGen;

/// <summary>A folder that a training keeps its checkpoints in, for <see cref="Trainer.Fit"/>: with it a training goes on where the newest whole checkpoint ends,
/// and ends with the same bits as if it had never been broken off. One folder belongs to one training.</summary>
/// <example><code>
/// trainer.Fit(train, epochs: 30, validation, checkpoints: new Checkpoints("runs/first") { EveryUpdates = 500 });
/// </code></example>
public sealed class Checkpoints
{
    /// <summary>Chooses the folder.</summary>
    /// <param name="folder">The folder; it is created when the training begins.</param>
    public Checkpoints(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = folder;
    }

    /// <summary>The file of the best epoch's parameters, in <see cref="Folder"/>; a network loads it.</summary>
    public const string BestName = "best.safetensors";

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Epochs from one checkpoint to the next: after every so manieth; 0 for none but the last.</summary>
    public int EveryEpochs { get; init => field = Settings.Check(value, value >= 0, nameof(EveryEpochs), "0 or more"); } = 1;

    /// <summary>Updates from one checkpoint to the next, within epochs too; 0 for none within.</summary>
    public int EveryUpdates { get; init => field = Settings.Check(value, value >= 0, nameof(EveryUpdates), "0 or more"); }

    /// <summary>Time from one checkpoint to the next, at least, within epochs too; zero for none within.</summary>
    public TimeSpan Every { get; init => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(Every), value, "Every is a time of 0 or more."); }

    /// <summary>Checkpoints that stay when newer ones are written: at least 1. A damaged one is passed over for the one before.</summary>
    public int Keep { get; init => field = Settings.Check(value, value >= 1, nameof(Keep), "at least 1"); } = 3;

    /// <summary>Whether <see cref="BestName"/> is written whenever an epoch is the best so far.</summary>
    public bool KeepBest { get; init; } = true;

    internal string FullPath => System.IO.Path.GetFullPath(Folder);

    /// <summary>Whether the training waits for each to be on disk, so that none is put off: for tests, whose epochs are shorter than a write.</summary>
    internal bool Waits { get; init; }
}

/// <summary>A checkpoint that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Waited">How long the training stood still for it: for the copy that is written, and where the one before was not yet on disk, for that.</param>
/// <param name="Written">How long writing took, beside the training.</param>
public sealed record CheckpointReport(string Path, long Bytes, TimeSpan Waited, TimeSpan Written);
