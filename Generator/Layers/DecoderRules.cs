// What a decoder that writes by itself must have: a token to start from, one to end with, classes that are tokens, and layers that go step by step.
// Knows arguments and signals; knows no layer.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal static class DecoderRules
{
    /// <summary>Start and end; null where the network has no decoder or only learns.</summary>
    public static DecoderShape? Of(Sections sections, IReadOnlyList<PortShape> inputs, Signal output, ProblemSink problems)
    {
        if (sections.All.FirstOrDefault(s => s.Kind == SectionKind.Decoder) is not { } section)
        {
            return null;
        }

        ArgumentList arguments = section.Arguments;
        bool hasStart = arguments.Has("Start"), hasEnd = arguments.Has("End");
        if (!hasStart && !hasEnd)
        {
            return null;
        }

        problems.Layer = section.Attribute;
        Signal fed = inputs[inputs.Count - 1].Signal;
        if (!fed.IsTokens)
        {
            problems.Add("SEQ0138", hasStart ? "Start" : "End", "Start and End are tokens, and what this decoder is fed is numbers; remove them");
            return null;
        }

        if (hasStart != hasEnd)
        {
            problems.Add("SEQ0138", hasStart ? "Start" : "End", $"a decoder that writes by itself needs Start and End, and here is {(hasStart ? "Start" : "End")} alone; write both or neither");
            return null;
        }

        foreach (string token in new[] { "Start", "End" }.Where(t => arguments.Int(t) < 0 || arguments.Int(t) >= fed.Size))
        {
            problems.Add("SEQ0104", token, token, $"a token, from 0 to {(fed.Size - 1).ToString(System.Globalization.CultureInfo.InvariantCulture)}", arguments.Int(token));
        }

        CheckOutput(sections, section, fed, output, problems);
        return new DecoderShape(arguments.Int("Start"), arguments.Int("End"));
    }

    private static void CheckOutput(Sections sections, Section section, Signal fed, Signal output, ProblemSink problems)
    {
        bool isSound = problems.Problems.All(p => p.Layer < section.Attribute);
        if (isSound && (!output.IsSequence || output.Size != fed.Size))
        {
            problems.Add("SEQ0138", "", output.IsSequence
                ? $"a decoder that writes by itself is fed its own choice, so its last layer must give one number a token; it has {output.Size} outputs for {fed.Size} tokens"
                : "a decoder that writes by itself needs an output at every step, and this one gives one for the whole sequence; remove Start and End, or write Returns = Returns.Sequence in its last recurrent layer");
        }

        for (int i = section.First; i < section.First + section.Count; i++)
        {
            LayerSpec spec = sections.Layers[i];
            string reason = Catalogue.Of(spec) is { } layer ? layer.NoDecoding(spec.Arguments) : "";
            if (reason.Length > 0)
            {
                problems.Layer = sections.Attributes[i];
                problems.Add("SEQ0138", "", $"[{spec.Kind}] cannot be in a decoder that writes step by step: {reason}");
            }
        }
    }
}
