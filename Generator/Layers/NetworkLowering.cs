// From a checked declaration to a graph of forward ops: the inputs, each layer's recipe, the outputs and their losses, section by section.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class NetworkLowering
{
    private readonly NetworkSpec _spec;
    private readonly NetworkShape _shape;
    private readonly NetworkGraph _graph = new();
    private readonly Lowering _lowering;
    private int _encoderLayers;

    private NetworkLowering(NetworkSpec spec, NetworkShape shape, ProblemSink? problems)
    {
        _spec = spec;
        _shape = shape;
        _lowering = new Lowering(_graph) { Problems = problems };
    }

    /// <summary>Names of the results: output, out.LAYER, final.LAYER.STATE; with a loss also loss.input and loss. A head's output, loss.input and loss end in a dot and its name.</summary>
    /// <param name="spec">The declaration.</param>
    /// <param name="shape">What it means.</param>
    /// <param name="problems">Where mistakes go that show only now.</param>
    /// <param name="stepwise">Whether it is to run step by step: then whoever steps sets states back, and resets inside of sequences are left out.</param>
    public static NetworkGraph Lower(NetworkSpec spec, NetworkShape shape, ProblemSink? problems = null, bool stepwise = false) =>
        new NetworkLowering(spec, shape, problems).Lower(stepwise);

    private NetworkGraph Lower(bool stepwise)
    {
        int output = 0;
        Value? shared = null;
        Value value = null!;
        foreach (Section section in _shape.Sections.All)
        {
            value = section.Kind switch
            {
                SectionKind.Head => shared ??= Port(0),
                SectionKind.Decoder => Port(1),
                _ => Port(0),
            };
            value = Layers(section, value);
            if (section.Kind is SectionKind.Stack or SectionKind.Encoder)
            {
                shared = value;
                _encoderLayers = section.First + section.Count;
            }

            if (section.Kind == SectionKind.Encoder)
            {
                _lowering.Encoded = value;
            }

            if (section.Kind is SectionKind.Head or SectionKind.Decoder || _shape.Sections.All.Count == 1)
            {
                Output(_shape.Outputs[output++], value);
            }
        }

        if (_shape.Sections.HasEncoder && !_lowering.ReadsEncoder && _lowering.Problems is { } problems)
        {
            problems.Layer = _shape.Sections.All.Last().Attribute;
            problems.Add("SEQ0137", "");
        }

        if (!stepwise && _spec.Arguments.Bool("Resets"))
        {
            Resets.Add(_graph, _shape.Inputs[0].Axis);
        }

        return _graph;
    }

    private Value Port(int index)
    {
        PortShape port = _shape.Inputs[index];
        _graph.Layer = "";
        _lowering.Tokens = port.Signal.IsTokens ? port.Signal.Size : 0;
        Axis axis = port.Axis;
        Value value = _graph.Add(new InputOp(port.Name, port.Signal.IsTokens ? Shape.Seq(axis) with { Type = DType.I32 } : Shape.Seq(axis, port.Signal.Size)));
        return port.Normalization.Length > 0 ? Normalize(_graph, value, port.Normalization) : value;
    }

    private Value Layers(Section section, Value value)
    {
        for (int i = section.First; i < section.First + section.Count; i++)
        {
            LayerSpec spec = _shape.Layers[i];
            Layer layer = Catalogue.Of(spec)!;
            LayerName name = _shape.Names[i];
            _graph.Layer = _lowering.Name = name.Name;
            _lowering.Module = name.Module;
            _lowering.ModuleLayer = name.ModuleLayer;
            _lowering.Layer = i;
            _lowering.Trainable = spec.Arguments.Bool("Trainable", true);
            _lowering.Logits = null;
            _lowering.Function = spec.Function;
            _lowering.Partner = section.Kind == SectionKind.Decoder && StartsFromEncoder(spec) ? Partner(section, i) : null;
            _lowering.Bridge = section.Arguments.Bool("Bridge");
            if (_lowering.Problems is { } problems)
            {
                problems.Layer = _shape.Sections.Attributes[i];
            }

            value = layer.Lower(spec.Arguments, _lowering, value);
            value.Name = value.Name.Length > 0 ? value.Name : "y";
            if (!_graph.Results.ContainsKey("out." + name.Name))
            {
                _graph.Results["out." + name.Name] = value;
            }
        }

        return value;
    }

    /// <summary>The final states of the encoder's layer at the same place from the end; null where it has none there.</summary>
    private IReadOnlyDictionary<string, Value>? Partner(Section decoder, int layer)
    {
        bool HasStates(int i) => Catalogue.Of(_shape.Layers[i])!.HasStates;
        int fromEnd = Enumerable.Range(layer + 1, decoder.First + decoder.Count - layer - 1).Count(HasStates);
        List<int> encoders = Enumerable.Range(0, _encoderLayers).Where(HasStates).Reverse().ToList();
        if (fromEnd >= encoders.Count)
        {
            return null;
        }

        string prefix = "final." + _shape.Names[encoders[fromEnd]].Name + ".";
        return _graph.Results.Where(r => r.Key.StartsWith(prefix, StringComparison.Ordinal) && r.Key.IndexOf('.', prefix.Length) < 0)
            .ToDictionary(r => r.Key.Substring(prefix.Length), r => r.Value);
    }

    /// <summary>A layer that says where its states begin, or that reads from the end, starts by itself.</summary>
    private static bool StartsFromEncoder(LayerSpec spec) =>
        Catalogue.Of(spec) is { HasStates: true } layer && !layer.ReadsFromEnd(spec.Arguments) && !spec.Arguments.Has("InitialState");

    private void Output(OutputShape output, Value value)
    {
        _graph.Layer = "output" + output.Suffix;
        (Value shown, Value before) = Losses.Shown(
            _graph, output.Loss, value, output.Normalization.Length > 0 ? new TargetScale(_graph, output.Normalization, output.Loss.TargetsOf(value.Shape.Width)) : null);
        shown.Name = shown.Name.Length > 0 ? shown.Name : "y";
        _graph.Results["output" + output.Suffix] = shown;
        _graph.Layer = "";
        if (output.Loss.Kind == LossKind.None)
        {
            return;
        }

        // The cross entropies read what is before the last activation, where they are stable; a rate's likelihood reads its logarithm. Where targets are normalized the runtime
        // hands them to the loss as such.
        Value read = output.Loss.FromLogits && _lowering.Logits is { } logits ? logits : before;
        _graph.Results["loss.input" + output.Suffix] = read;
        _graph.Results["loss" + output.Suffix] = Losses.Lower(_graph, output.Loss, read, "target" + output.Suffix);
    }

    /// <summary>(x - mean) / std, both kept with the network and never trained. A deviation of zero counts as one: that is what stands in the padding of rows,
    /// and 0 / 0 would get from there into gradients (of a norm, of an attention's match) whose padding meets weights of zero.</summary>
    private static Value Normalize(NetworkGraph graph, Value x, string name)
    {
        graph.Layer = name;
        Value mean = graph.Add(new ParamOp(name + ".mean", new Start("Zeros"), false, x.Shape.Width) { Optional = true });
        Value std = graph.Add(new ParamOp(name + ".std", new Start("Ones"), false, x.Shape.Width) { Optional = true });
        Value centred = graph.Add(new MapOp(MapKind.Sub), x, mean);
        Value normalized = graph.Add(new MapOp(MapKind.Select), std, graph.Add(new MapOp(MapKind.Div), centred, std), centred);
        normalized.Name = "y";
        return normalized;
    }
}
