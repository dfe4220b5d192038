// A mistake of the method of a user's cell that shows when its sizes are known.
// It never leaves this folder: UserCell turns it into a problem of the declaration.
using System;

namespace SeqGen.Generator.Layers.Cells;

/// <param name="id">Diagnostic id.</param>
/// <param name="place">Number of the piece of code.</param>
/// <param name="values">What fills the message's placeholders.</param>
internal sealed class CellMistakeException(string id, int place, params object[] values) : Exception(id)
{
    public string Id { get; } = id;

    public int Place { get; } = place;

    public object[] Values { get; } = values;
}
