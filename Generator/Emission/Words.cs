// Words that mean something in names of emitted variables: those of C# that they may not be, its keywords and those that are keywords in some
// places, and the one of a backward direction. Knows the language; knows nothing that is emitted.
using System.Collections.Generic;

namespace SeqGen.Generator.Emission;

internal static class Words
{
    public static IReadOnlyList<string> Reserved { get; } = (
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern "
        + "false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override "
        + "params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try "
        + "typeof uint ulong unchecked unsafe ushort using virtual void volatile while "
        + "add alias allows and args ascending assembly async await by descending dynamic equals extension field file from get global group init into "
        + "join let managed method module nameof nint not notnull nuint on or orderby param partial property record remove required scoped select set "
        + "type typevar unmanaged value var when where with yield").Split(' ');

    /// <summary>The name of the same thing in either direction of a layer.</summary>
    public static string Undirected(string name) => name.Replace("Reverse", "").Replace("_reverse", "");
}
