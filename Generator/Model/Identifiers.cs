// How names become names of emitted code and of messages: in camel case, without a suffix, and each but once. Knows letters; knows nothing that is emitted.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen.Generator.Model;

internal static class Identifiers
{
    /// <summary>w_write becomes wWrite; what begins with a digit gets a line before it.</summary>
    public static string Camel(string name)
    {
        string[] parts = new string(name.Select(c => char.IsLetterOrDigit(c) ? c : '_').ToArray()).Split(['_'], System.StringSplitOptions.RemoveEmptyEntries);
        string joined = string.Concat(parts.Select((p, i) => (i == 0 ? char.ToLowerInvariant(p[0]) : char.ToUpperInvariant(p[0])) + p.Substring(1)));
        return joined.Length == 0 || char.IsDigit(joined[0]) ? "_" + joined : joined;
    }

    /// <summary>An attribute class's name as it is written in brackets: without its suffix.</summary>
    public static string WithoutSuffix(string name)
    {
        const string Suffix = "Attribute";
        return name.Length > Suffix.Length && name.EndsWith(Suffix, System.StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
    }

    /// <summary>The name, with a number where it is taken; then it is.</summary>
    public static string Unique(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
        {
            unique = name + i.ToString(CultureInfo.InvariantCulture);
        }

        return unique;
    }
}
