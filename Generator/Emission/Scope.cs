// The variables that an emitted method, or its loop over time, declares: those that a statement asked for.
// Knows names; how each is declared is ProgramWriter's matter.
using System.Collections.Generic;

namespace SeqGen.Generator.Emission;

internal sealed class Scope
{
    private readonly HashSet<string> _used = new();

    /// <summary>The variable of that name, which will be declared.</summary>
    public string Use(string name)
    {
        _used.Add(name);
        return name;
    }

    /// <summary>Whether a statement asked for it.</summary>
    public bool Uses(string name) => _used.Contains(name);
}
