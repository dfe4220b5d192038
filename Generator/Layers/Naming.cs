// Which name each layer has: its states, noise and parameters are found by it, in code and in files.
// Recurrent layers of one kind with the same given name are the layers of one PyTorch module, in their order: weight_ih_l0, weight_ih_l1, ...
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

/// <param name="Name">Unique in the network.</param>
/// <param name="Module">What its parameters' names start with.</param>
/// <param name="ModuleLayer">Its number in the module.</param>
internal sealed record LayerName(string Name, string Module, int ModuleLayer);

internal static class Naming
{
    public static IReadOnlyList<LayerName> Resolve(Sections sections, bool normalizesTargets, ProblemSink problems)
    {
        IReadOnlyList<LayerSpec> layers = sections.Layers;
        var modules = new string[layers.Count];
        foreach (Section section in sections.All)
        {
            NameModules(sections, section, modules);
        }

        var names = new List<LayerName>();
        for (int i = 0; i < layers.Count; i++)
        {
            problems.Layer = sections.Attributes[i];
            List<int> sharing = Enumerable.Range(0, layers.Count).Where(j => modules[j] == modules[i]).ToList();
            CheckName(layers, modules[i], i, sharing, normalizesTargets, problems);
            int number = sharing.IndexOf(i);
            string name = sharing.Count == 1 ? modules[i] : modules[i] + "_l" + number.ToString(CultureInfo.InvariantCulture);
            names.Add(new LayerName(name, modules[i], number));
        }

        CheckDistinct(sections, names, problems);
        return names;
    }

    /// <summary>
    /// In a stack a layer is called by its kind. In a head that follows the head's name. The recurrent layers of an encoder or a decoder are
    /// one module with the section's name where they are of one kind; what a decoder ends with is its output.
    /// </summary>
    private static void NameModules(Sections sections, Section section, string[] modules)
    {
        List<int> own = Enumerable.Range(section.First, section.Count).ToList();
        string prefix = section.Kind switch
        {
            SectionKind.Stack => "",
            SectionKind.Head => section.Name + "_",
            _ => section.Kind.ToString().ToLowerInvariant() + "_",
        };
        bool isCoder = section.Kind is SectionKind.Encoder or SectionKind.Decoder;
        bool oneKind = own.Where(i => IsUnnamed(i) && IsRecurrent(sections.Layers[i].Kind)).Select(i => sections.Layers[i].Kind).Distinct().Count() == 1;
        var bases = own.Where(IsUnnamed).ToDictionary(i => i, Base);
        foreach (int i in own)
        {
            List<int> same = own.Where(j => IsUnnamed(j) && bases[j] == Known(i)).ToList();
            bool isModule = isCoder && oneKind && IsRecurrent(sections.Layers[i].Kind);
            modules[i] = !IsUnnamed(i) ? sections.Layers[i].Arguments.String("Name")
                : isModule || same.Count == 1 ? bases[i] : bases[i] + same.IndexOf(i).ToString(CultureInfo.InvariantCulture);
        }

        string? Known(int i) => bases.TryGetValue(i, out string? known) ? known : null;

        bool IsUnnamed(int i) => !sections.Layers[i].Arguments.Has("Name");

        string Base(int i)
        {
            string kind = sections.Layers[i].Kind;
            string given = isCoder && Catalogue.Layers.TryGetValue(kind, out Layer? layer) ? layer.NameInSection(section.Kind.ToString()) : "";
            return given.Length > 0 ? given
                : isCoder && oneKind && IsRecurrent(kind) ? prefix.TrimEnd('_')
                : section.Kind == SectionKind.Decoder && i == own[own.Count - 1] && !IsRecurrent(kind) ? "output"
                : prefix + kind.ToLowerInvariant();
        }
    }

    private static void CheckName(IReadOnlyList<LayerSpec> layers, string name, int index, List<int> sharing, bool normalizesTargets, ProblemSink problems)
    {
        if (normalizesTargets && (name is "target" or "decoder_input" || name.StartsWith("target.", System.StringComparison.Ordinal)))
        {
            problems.Add("SEQ0110", "Name", name, "NormalizeTargets has parameters of that name");
        }
        else if (name == "normalization" || !name.Split('.').All(part => part.Length > 0 && char.IsLetterOrDigit(part[0]) && part.All(c => c == '_' || (c < 128 && char.IsLetterOrDigit(c)))))
        {
            problems.Add("SEQ0110", "Name", name, "a name is that of a PyTorch module: parts of letters, digits and underscores with dots between them, each beginning with a letter or digit; \"normalization\" is taken");
        }
        else if (sharing[0] != index && (layers[index].Kind != layers[sharing[0]].Kind || !IsRecurrent(layers[index].Kind)))
        {
            problems.Add("SEQ0110", layers[index].Arguments.Has("Name") ? "Name" : "", name, "another layer has it; only recurrent layers of one kind may share a name, as the layers of one PyTorch module");
        }
    }

    /// <summary>Names in generated code are the layers' names without underscores; they must differ there too.</summary>
    private static void CheckDistinct(Sections sections, List<LayerName> names, ProblemSink problems)
    {
        IReadOnlyList<LayerSpec> layers = sections.Layers;
        for (int i = 1; i < names.Count; i++)
        {
            string plain = Plain(names[i].Name);
            int twin = names.FindIndex(n => n.Name != names[i].Name && string.Equals(Plain(n.Name), plain, System.StringComparison.OrdinalIgnoreCase));
            if (twin >= 0 && twin < i)
            {
                problems.Layer = sections.Attributes[i];
                problems.Add("SEQ0110", layers[i].Arguments.Has("Name") ? "Name" : "", names[i].Name, $"it differs from \"{names[twin].Name}\" in dots, underscores or capitals alone");
            }
        }
    }

    private static string Plain(string name) => name.Replace("_", "").Replace(".", "");

    private static bool IsRecurrent(string kind) => Catalogue.Layers.TryGetValue(kind, out Layer? layer) && layer is RecurrentLayer;
}
