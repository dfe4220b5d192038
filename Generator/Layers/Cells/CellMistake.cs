// A mistake of the method of a user's cell that shows when its sizes are known.
// It never leaves this folder: it becomes a problem of the declaration.
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

    /// <summary>What working through a method gives, or null where a mistake was reported, at its place in the method.</summary>
    /// <param name="problems">Where to.</param>
    /// <param name="name">What messages call the class.</param>
    /// <param name="work">The work.</param>
    /// <param name="isFunction">Whether the method is an activation that a layer has, and not the attribute's own.</param>
    public static CellStep? Report(ProblemSink problems, string name, Func<CellStep> work, bool isFunction = false)
    {
        try
        {
            return work();
        }
        catch (CellMistakeException mistake)
        {
            problems.Add(mistake.Id, isFunction ? CellPlaces.FunctionArgument(mistake.Place) : CellPlaces.Argument(mistake.Place), [name, .. mistake.Values]);
            return null;
        }
    }
}
