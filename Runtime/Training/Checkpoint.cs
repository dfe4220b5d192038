// Checkpoints of loops that users write. Knows calls and their checks; refuses to know formats.
using System;
using System.Collections.Generic;

namespace SeqGen;

/// <summary>One file with a network's parameters, its optimizer's state and what a loop of one's own wants to remember: saved together, so that they are
/// of one moment. (<see cref="Trainer.Fit"/> does it by itself: see <see cref="Checkpoints"/>.) The network's own <c>Load</c> reads the file too.</summary>
/// <example><code>
/// Checkpoint.Save("loop.safetensors", net, optimizer, new Dictionary&lt;string, string&gt; { ["epoch"] = "3", ["samples"] = "9600" });
/// IReadOnlyDictionary&lt;string, string&gt; notes = Checkpoint.Load("loop.safetensors", net, optimizer);
/// </code></example>
public static class Checkpoint
{
    /// <summary>Writes a file: first under a temporary name, then, complete and on disk, under its own.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="notes">Texts to remember, under names of your choice.</param>
    public static void Save(string path, INetwork network, Optimizer optimizer, IReadOnlyDictionary<string, string>? notes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        CheckpointFile.CheckNotes(notes);
        network.Core.RequireParameters();
        optimizer.Attach(network.Parameters);
        SafetensorsWriter writer = CheckpointFile.Of(network.Core, optimizer, notes);
        FileReplacement.Write(path, writer.Write);
    }

    /// <summary>Reads a file of <see cref="Save"/>, or a trainer's checkpoint, into a network and its optimizer: parameters, accumulated state, count of updates
    /// and learning rate.</summary>
    /// <returns>The notes.</returns>
    /// <exception cref="NetworkFileException">The file is damaged, or of another network or optimizer. Nothing was changed.</exception>
    public static IReadOnlyDictionary<string, string> Load(string path, INetwork network, Optimizer optimizer)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        optimizer.Attach(network.Parameters);
        using CheckpointFile file = CheckpointFile.Open(path).OfThisVersion();
        file.Load(network.Core, optimizer);
        return file.Notes;
    }
}
