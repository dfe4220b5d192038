// How a declaration falls into sections: one stack, a trunk with heads, or an encoder with its decoder; and what can be wrong with that.
// Knows the order of attributes; knows no layer and no shape.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal enum SectionKind
{
    /// <summary>The layers before any section: the whole network, or what its heads share.</summary>
    Stack,
    Head,
    Encoder,
    Decoder,
}

/// <summary>A run of layers, one after the other.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">A head's name; empty for others.</param>
/// <param name="Attribute">Position of its attribute in <see cref="NetworkSpec.Layers"/>, -1 for the stack.</param>
/// <param name="Arguments">Arguments of its attribute.</param>
/// <param name="First">Its first layer among the network's layers, and <paramref name="Count"/> how many there are.</param>
/// <param name="Loss">Position of its loss in <see cref="NetworkSpec.Layers"/>, or -1.</param>
internal sealed record Section(SectionKind Kind, string Name, int Attribute, ArgumentList Arguments, int First, int Count, int Loss);

/// <summary>A declaration taken apart.</summary>
/// <param name="All">In the order of the source. The stack is left out where it is empty and there are others.</param>
/// <param name="Layers">The layers of all sections.</param>
/// <param name="Attributes">Where each layer is in <see cref="NetworkSpec.Layers"/>.</param>
internal sealed record Sections(IReadOnlyList<Section> All, IReadOnlyList<LayerSpec> Layers, IReadOnlyList<int> Attributes)
{
    public bool HasEncoder => All.Any(s => s.Kind is SectionKind.Encoder or SectionKind.Decoder);

    public static Sections Of(NetworkSpec spec, ProblemSink problems)
    {
        var sections = new List<Section>();
        var layers = new List<LayerSpec>();
        var attributes = new List<int>();
        var current = new Section(SectionKind.Stack, "", -1, spec.Arguments, 0, 0, -1);
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            LayerSpec attribute = spec.Layers[i];
            if (Catalogue.Sections.TryGetValue(attribute.Kind, out SectionKind kind))
            {
                sections.Add(current);
                current = new Section(kind, attribute.Arguments.String("Name"), i, attribute.Arguments, layers.Count, 0, -1);
            }
            else if (current.Loss >= 0)
            {
                problems.Layer = i;
                problems.Add("SEQ0109", "", attribute.Kind);
            }
            else if (Losses.IsLoss(attribute))
            {
                current = current with { Loss = i };
            }
            else
            {
                layers.Add(attribute);
                attributes.Add(i);
                current = current with { Count = current.Count + 1 };
            }
        }

        sections.Add(current);
        Check(spec, sections, attributes, problems);
        bool isTrunk = sections.Count == 1 || sections[0].Count > 0;
        return new Sections(isTrunk ? sections : sections.Skip(1).ToList(), layers, attributes);
    }

    private static void Check(NetworkSpec spec, IReadOnlyList<Section> all, IReadOnlyList<int> attributes, ProblemSink problems)
    {
        if (all.Count == 1)
        {
            return;
        }

        bool isCoder = all.Any(s => s.Kind is SectionKind.Encoder or SectionKind.Decoder);
        Section stack = all[0];
        if (isCoder)
        {
            CheckCoder(spec, all, attributes, problems);
        }
        else
        {
            CheckHeads(all.Skip(1).ToList(), problems);
        }

        foreach (Section section in all.Where(s => s.Loss >= 0 && s.Kind is SectionKind.Stack or SectionKind.Encoder))
        {
            At(section.Loss, problems).Add("SEQ0132", "", spec.Layers[section.Loss].Kind, section.Kind == SectionKind.Stack && !isCoder
                ? "what the heads share has no loss; move it behind the layers of a head"
                : "the loss of an encoder-decoder stands at the end of its decoder");
        }

        foreach (Section section in all.Skip(1).Where(s => s.Count == 0))
        {
            At(section.Attribute, problems).Add("SEQ0133", "", spec.Layers[section.Attribute].Kind);
        }
    }

    private static void CheckCoder(NetworkSpec spec, IReadOnlyList<Section> all, IReadOnlyList<int> attributes, ProblemSink problems)
    {
        if (all[0].Count > 0)
        {
            At(attributes[0], problems).Add("SEQ0131", "", spec.Layers[attributes[0]].Kind, spec.Layers[all[1].Attribute].Kind);
        }

        Section[] sections = all.Skip(1).ToArray();
        for (int i = 0; i < sections.Length; i++)
        {
            bool after = sections.Take(i).Any(s => s.Kind == SectionKind.Encoder);
            bool twice = sections.Take(i).Any(s => s.Kind == sections[i].Kind);
            string mistake = sections[i].Kind switch
            {
                SectionKind.Head => "[Head] has no place in an encoder-decoder, whose one output is its decoder's; remove it",
                SectionKind.Encoder when twice => "a network has one [Encoder], and this is another; remove it, or make its layers part of the first",
                SectionKind.Decoder when twice => "a network has one [Decoder], and this is another; remove it, or make its layers part of the first",
                SectionKind.Decoder when !after => "[Decoder] has no [Encoder] before it; add [Encoder(Inputs = ...)] or [Encoder(Tokens = ...)] and its layers",
                SectionKind.Encoder when sections.All(s => s.Kind != SectionKind.Decoder) => "[Encoder] has no [Decoder] after it; add one, or remove [Encoder] and say Inputs or Tokens on [Network]",
                _ => "",
            };
            if (mistake.Length > 0)
            {
                At(sections[i].Attribute, problems).Add("SEQ0130", "", mistake);
            }
        }

        foreach (string argument in new[] { "Inputs", "Tokens" }.Where(spec.Arguments.Has))
        {
            bool belongs = sections.FirstOrDefault(s => s.Kind == SectionKind.Encoder) is { } encoder && !encoder.Arguments.Has("Inputs") && !encoder.Arguments.Has("Tokens");
            At(-1, problems).Add("SEQ0130", argument, $"what an encoder-decoder reads is said by [Encoder] and [Decoder]; {(belongs ? $"move {argument} from [Network] to [Encoder]" : $"remove {argument} from [Network]")}");
        }
    }

    private static void CheckHeads(IReadOnlyList<Section> heads, ProblemSink problems)
    {
        for (int i = 0; i < heads.Count; i++)
        {
            string name = heads[i].Name;
            bool isName = name.Length > 0 && name.All(c => c == '_' || (c < 128 && char.IsLetterOrDigit(c))) && char.IsLetter(name[0]);
            string mistake = !isName ? "a name is a letter followed by letters, digits and underscores"
                : heads.Take(i).Any(h => string.Equals(h.Name.Replace("_", ""), name.Replace("_", ""), System.StringComparison.OrdinalIgnoreCase))
                    ? "another head has it, or one that differs in underscores or capitals alone"
                : "";
            if (mistake.Length > 0)
            {
                At(heads[i].Attribute, problems).Add("SEQ0134", "Name", name, mistake);
            }
        }
    }

    private static ProblemSink At(int attribute, ProblemSink problems)
    {
        problems.Layer = attribute;
        return problems;
    }
}
