// Walks a declaration once: who follows whom, what flows between them, and every mistake that can be made there.
// Knows the grammar of sections; each layer's own rules are in its file, those of losses in LossRules.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class ShapeWalk(NetworkSpec spec)
{
    private const string NoEncoderStream =
        "an encoder reads its whole sequence before the decoder writes; run it on whole sequences in a workspace, or let the decoder write by itself";

    private readonly ProblemSink _problems = new();
    private readonly List<Signal> _signals = new();
    private readonly bool _resets = spec.Arguments.Bool("Resets");
    private readonly bool _normalizesTargets = spec.Arguments.Bool("NormalizeTargets");

    public NetworkShape Run()
    {
        Sections sections = Sections.Of(spec, _problems);
        IReadOnlyList<PortShape> inputs = Ports(sections);
        Signal signal = inputs[0].Signal;
        Signal shared = signal;
        Signal? encoded = null;
        var outputs = new List<OutputShape>();
        foreach (Section section in sections.All)
        {
            bool isDecoder = section.Kind == SectionKind.Decoder;
            _problems.Encoded = isDecoder ? encoded : null;
            signal = Walk(sections, section, isDecoder ? inputs[inputs.Count - 1].Signal : section.Kind == SectionKind.Head ? shared : inputs[0].Signal);
            if (section.Kind is SectionKind.Stack or SectionKind.Encoder)
            {
                shared = signal;
                encoded = section.Kind == SectionKind.Encoder ? signal : null;
            }

            if (section.Kind is SectionKind.Head or SectionKind.Decoder || sections.All.Count == 1)
            {
                bool isHead = section.Kind == SectionKind.Head;
                LossSpec loss = LossRules.Of(spec, sections, section, signal, _problems);
                string suffix = isHead ? "." + section.Name : "";
                outputs.Add(new OutputShape(isHead ? section.Name : "output", suffix, signal, loss, _normalizesTargets && loss.IsOfValues ? "target" + suffix : ""));
            }
        }

        if (sections.Layers.Count == 0 && sections.All.All(s => s.Attribute < 0))
        {
            _problems.Layer = -1;
            _problems.Add("SEQ0012", "", spec.Name);
        }

        inputs = Normalized(inputs, outputs);
        IReadOnlyList<LayerName> names = Naming.Resolve(sections, _normalizesTargets, _problems.Problems.Any(p => p.Id == "SEQ0134") ? new ProblemSink() : _problems);
        outputs = outputs.Count > 0 ? outputs : [new OutputShape("output", "", signal, LossSpec.None)];
        DecoderShape? decoder = DecoderRules.Of(sections, inputs, outputs[0].Signal, _problems);
        var shape = new NetworkShape(inputs, outputs, sections, names, _signals, decoder, NoStream(sections), _problems.Problems);
        CheckLowered(shape);
        return shape;
    }

    private Signal Walk(Sections sections, Section section, Signal signal)
    {
        for (int i = section.First; i < section.First + section.Count; i++)
        {
            LayerSpec spec = sections.Layers[i];
            bool isFirst = i == section.First, isLast = i == section.First + section.Count - 1;
            _problems.Layer = sections.Attributes[i];
            _problems.LayerBefore = !isFirst ? sections.Layers[i - 1].Kind
                : section.Kind == SectionKind.Head && i > 0 && section != sections.All[0] ? sections.Layers[sections.All[0].Count - 1].Kind
                : section.Attribute < 0 ? "Network" : this.Kind(section);
            _problems.LayerAfter = isLast ? null : Catalogue.Of(sections.Layers[i + 1]);
            _problems.ArgumentsAfter = isLast ? ArgumentList.Empty : sections.Layers[i + 1].Arguments;
            if (Catalogue.Of(spec) is not { } layer)
            {
                _problems.Add("SEQ0113", "", spec.Kind);
            }
            else
            {
                bool isOutput = isLast && (section.Kind is SectionKind.Head or SectionKind.Decoder || sections.All.Count == 1);
                if (!isOutput && layer.OutputActivation(spec.Arguments) == "Softmax")
                {
                    _problems.Add("SEQ0108", "Activation", "Softmax", spec.Kind + " that is not the last layer", string.Join(", ", Activations.Elementwise.Append("PRelu")));
                }

                int added = !isFirst && Catalogue.Of(sections.Layers[i - 1]) is { } before ? before.AddedToNext(_problems) : 0;
                Signal next = layer.Check(spec.Arguments, signal, _problems);
                Activations.CheckCustom(spec, _problems);
                if (_resets && layer.NoResets(spec.Arguments) is { Length: > 0 } reason)
                {
                    _problems.Add("SEQ0124", "", spec.Kind, reason);
                }

                signal = next with { Size = next.Size + added };
            }

            _signals.Add(signal);
        }

        return signal;
    }

    private string Kind(Section section) => spec.Layers[section.Attribute].Kind;

    private IReadOnlyList<PortShape> Ports(Sections sections)
    {
        _problems.Layer = -1;
        if (spec.Arguments.Int("Unroll") < 0)
        {
            _problems.Add("SEQ0104", "Unroll", "Unroll", "0 (chosen by the generator) or more", spec.Arguments.Int("Unroll"));
        }

        if (spec.Arguments.Int("Timesteps") <= 0)
        {
            _problems.Add("SEQ0103", spec.Arguments.Has("Timesteps") ? "Timesteps" : "", spec.Arguments.Has("Timesteps") ? spec.Arguments.Int("Timesteps") : "nothing");
        }

        if (!sections.HasEncoder)
        {
            return [Port("input", -1, spec.Arguments, "time")];
        }

        if (_resets)
        {
            _problems.Add("SEQ0104", "Resets", "Resets", "false for an encoder-decoder, whose sequences are read as a whole", "true");
        }

        var ports = new List<PortShape>();
        foreach (Section section in sections.All.Where(s => s.Kind is SectionKind.Encoder or SectionKind.Decoder))
        {
            bool isEncoder = section.Kind == SectionKind.Encoder;
            ports.Add(Port(isEncoder ? "input" : "decoder_input", section.Attribute, section.Arguments, isEncoder ? "source" : "time"));
        }

        return ports;
    }

    private PortShape Port(string name, int attribute, ArgumentList arguments, string axis)
    {
        _problems.Layer = attribute;
        bool inputs = arguments.Has("Inputs"), tokens = arguments.Has("Tokens");
        bool standsElsewhere = name == "input" && attribute >= 0 && (spec.Arguments.Has("Inputs") || spec.Arguments.Has("Tokens"));
        if (inputs == tokens && !(standsElsewhere && !inputs))
        {
            // What [Network] says and [Encoder] should is told there (SEQ0130).
            _problems.Add("SEQ0102", "", inputs ? "both" : "neither");
        }

        int size = Rules.Positive(tokens ? "Tokens" : "Inputs", inputs == tokens ? new ArgumentList(new([new ArgumentSpec("Inputs", 1L)])) : arguments, _problems);
        int steps = spec.Arguments.Int("Timesteps");
        if (attribute >= 0 && arguments.Has("Timesteps") && (steps = arguments.Int("Timesteps")) <= 0)
        {
            _problems.Add("SEQ0103", "Timesteps", steps);
        }

        if (tokens && name == "input" && spec.Arguments.Bool("NormalizeInputs"))
        {
            _problems.Layer = -1;
            _problems.Add("SEQ0104", "NormalizeInputs", "NormalizeInputs", "false for a network of tokens", "true");
        }

        steps = System.Math.Max(0, steps);
        return new PortShape(name, new Signal(size, tokens && !inputs, IsSequence: true, steps), new Axis(axis, steps));
    }

    /// <summary>Says which inputs have a mean and a scale: the first where that was asked for; and a decoder's that can be fed with normalized targets, so that what it is fed has their size.</summary>
    private IReadOnlyList<PortShape> Normalized(IReadOnlyList<PortShape> inputs, List<OutputShape> outputs)
    {
        if (_normalizesTargets && outputs.Count > 0 && outputs.All(o => o.Normalization.Length == 0 && o.Loss.Own is not { Targets: "" }))
        {
            _problems.Layer = -1;
            _problems.Add(
                "SEQ0104", "NormalizeTargets", "NormalizeTargets", "false for a network none of whose losses is of values ([MeanSquaredError], [MeanAbsoluteError], [Huber], [Quantile], [GaussianLikelihood], one of your own with [Target(TargetKind.Values)])", "true");
        }

        return inputs.Select((port, i) => i == 0
            ? spec.Arguments.Bool("NormalizeInputs") ? port with { Normalization = "normalization" } : port
            : outputs.Count > 0 && outputs[0] is { Normalization.Length: > 0, Signal: { IsSequence: true } signal } && !port.Signal.IsTokens && signal.Steps == port.Signal.Steps
                && outputs[0].Loss.TargetsOf(signal.Size) == port.Signal.Size ? port with { Normalization = port.Name } : port).ToList();
    }

    private static string NoStream(Sections sections) => sections.HasEncoder ? NoEncoderStream : sections.Layers
        .Select(l => Catalogue.Of(l)?.NoStream(l.Arguments) ?? "")
        .FirstOrDefault(reason => reason.Length > 0) ?? "";

    /// <summary>What shows only when the layers are written out: whether states fit, and how large everything is.</summary>
    private void CheckLowered(NetworkShape shape)
    {
        if (_problems.Problems.Count == 0)
        {
            NetworkGraph graph = NetworkLowering.Lower(spec, shape, _problems);
            new NetworkSize(shape, _problems).Check(graph);
        }
    }
}
