// The elementwise loops of a network: each distinct text once, however many programs use it. Knows texts, no arithmetic.
using System.Collections.Generic;

namespace SeqGen.Generator.Emission;

internal sealed class LoopLibrary
{
    private readonly Dictionary<string, string> _names = new();
    private readonly HashSet<string> _taken = new();
    private readonly List<(string Name, LoopMethod Method)> _methods = new();

    /// <summary>Name of the method with this text; a new one is called by <paramref name="wish"/>.</summary>
    public string Add(string wish, LoopMethod method)
    {
        string key = method.Key;
        if (_names.TryGetValue(key, out string? known))
        {
            return known;
        }

        string name = Words.Unique(wish, _taken);
        _names[key] = name;
        _methods.Add((name, method));
        return name;
    }

    public void Write(SourceWriter writer)
    {
        foreach ((string name, LoopMethod method) in _methods)
        {
            writer.Line();
            writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            (string parameters, string body) = method.Text();
            writer.Line("private static void " + name + "<T>(" + parameters + ")");
            writer.Indent(1).Line("where T : unmanaged, IVec<T>").Indent(-1);
            writer.Open();
            writer.Line(body.TrimEnd('\n'));
            writer.Close();
        }
    }
}
