// The elementwise methods of a network: each once, however many layers and programs call it, under a name that is true of all of them.
// Knows who calls what; knows no arithmetic.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

/// <param name="names">Names of layers in code.</param>
/// <param name="kinds">The kind of each layer by its name.</param>
/// <param name="taken">Names of other members, to which those of the methods are added.</param>
internal sealed class LoopLibrary(ParameterNames names, IReadOnlyDictionary<string, string> kinds, HashSet<string> taken)
{
    private readonly Dictionary<string, Loop> _byKey = new();
    private readonly Dictionary<LoopMethod, Loop> _byMethod = new();
    private readonly List<Loop> _loops = new();

    /// <summary>A user's method: one that does the same is the same.</summary>
    public void Add(LoopMethod method, LoopUse use)
    {
        string key = method.Key;
        if (_byKey.TryGetValue(key, out Loop? loop))
        {
            loop.Method.Symbols.Join(method.Symbols);
        }
        else
        {
            _byKey[key] = loop = new Loop(method);
            _loops.Add(loop);
        }

        loop.Uses.Add(use);
        _byMethod[method] = loop;
    }

    /// <summary>Chooses the methods' names, when all who call them are known. What training does otherwise than the other programs, because it saves
    /// what the way back reads, says so.</summary>
    public void ChooseNames()
    {
        var otherwise = new HashSet<string>(_loops.Where(l => !l.IsTraining).Select(l => NameOf(l.Uses)));
        foreach (Loop loop in _loops)
        {
            string name = NameOf(loop.Uses);
            loop.Name = Identifiers.Unique(loop.IsTraining && otherwise.Contains(name) ? NameOf(loop.Uses, "Training") : name, taken);
        }
    }

    /// <summary>The name of a user's method.</summary>
    public string NameOf(LoopMethod method) => _byMethod[method].Name;

    public void Write(SourceWriter writer)
    {
        foreach (Loop loop in _loops)
        {
            (string parameters, string body) = loop.Method.Text();
            writer.Line();
            writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            writer.Line("private static void " + loop.Name + "<T>(" + parameters + ")");
            writer.Indent(1).Line("where T : unmanaged, IVec<T>").Indent(-1);
            writer.Open();
            writer.Line(body.TrimEnd('\n'));
            writer.Close();
        }
    }

    /// <summary>After its layer, or what its layers have in common, after what it computes for all of them, and after the way it does.</summary>
    private string NameOf(List<LoopUse> uses, string program = "")
    {
        string[] layers = uses.Select(u => u.Layer).Distinct().ToArray(), all = layers.Select(l => kinds.TryGetValue(l, out string? kind) ? kind : "").Distinct().ToArray();
        string owner = layers.Length == 1 ? names.Pascal(layers[0]) : all.Length == 1 && all[0].Length > 0 ? all[0] : "Shared";
        string what = uses.All(u => u.What == uses[0].What) ? uses[0].What : "", form = uses[0].Form;
        return owner + program + what + (what.Length + form.Length == 0 ? "Loop" : form) + (uses.All(u => u.IsBackward) ? "Backward" : "");
    }

    private sealed class Loop(LoopMethod method)
    {
        public LoopMethod Method { get; } = method;

        public List<LoopUse> Uses { get; } = new();

        /// <summary>Whether it belongs to training alone.</summary>
        public bool IsTraining => Uses.All(u => u.Mode == Mode.Training);

        public string Name { get; set; } = "";
    }
}
