// How emitted variables may be called: words of C# that they may not be, its keywords and those that are keywords in some places;
// names in camel case, and each but once. Knows the language; knows nothing that is emitted.
using System.Collections.Generic;
using System.Linq;
using static SeqGen.Generator.Emission.Literals;

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

    /// <summary>w_write becomes wWrite; what begins with a digit gets a line before it.</summary>
    public static string Camel(string name)
    {
        string[] parts = new string(name.Select(c => char.IsLetterOrDigit(c) ? c : '_').ToArray()).Split(['_'], System.StringSplitOptions.RemoveEmptyEntries);
        string joined = string.Concat(parts.Select((p, i) => (i == 0 ? char.ToLowerInvariant(p[0]) : char.ToUpperInvariant(p[0])) + p.Substring(1)));
        return joined.Length == 0 || char.IsDigit(joined[0]) ? "_" + joined : joined;
    }

    /// <summary>The name of the same thing in either direction of a layer.</summary>
    public static string Undirected(string name) => name.Replace("Reverse", "").Replace("_reverse", "");

    /// <summary>The name, with a number where it is taken; then it is.</summary>
    public static string Unique(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
        {
            unique = name + Text(i);
        }

        return unique;
    }
}
