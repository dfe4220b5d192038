// Walks a declaration once: who follows whom, what flows between them, and every mistake that can be made there.
// Knows the grammar of a stack; each layer's own rules are in its file.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

/// <summary>A checked declaration: what each layer is called and gives, and the loss at the end.</summary>
internal sealed record NetworkShape(
    Signal Input,
    IReadOnlyList<LayerSpec> Layers,
    IReadOnlyList<LayerName> Names,
    IReadOnlyList<Signal> Signals,
    LossSpec Objective,
    IReadOnlyList<Problem> Problems)
{
    public LossKind Loss => Objective.Kind;

    /// <summary>Why the network cannot run step by step, and what to do instead; empty if it can.</summary>
    public string NoStream => Layers.Select(l => Catalogue.Layers[l.Kind].NoStream(l.Arguments)).FirstOrDefault(t => t.Length > 0) ?? "";

    public Signal Output => Signals.Count > 0 ? Signals[Signals.Count - 1] : Input;

    public static NetworkShape Of(NetworkSpec spec)
    {
        var problems = new ProblemSink();
        Signal input = CheckNetwork(spec.Arguments, problems);
        List<LayerSpec> layers = spec.Layers.TakeWhile(l => !Catalogue.Losses.ContainsKey(l.Kind)).ToList();
        var signals = new List<Signal>();
        Signal signal = input;
        for (int i = 0; i < layers.Count; i++)
        {
            problems.Layer = i;
            problems.LayerBefore = i == 0 ? "Network" : layers[i - 1].Kind;
            if (!Catalogue.Layers.TryGetValue(layers[i].Kind, out Layer? layer))
            {
                problems.Add("SEQ0113", "", layers[i].Kind);
            }
            else
            {
                if (i + 1 < layers.Count && layer.OutputActivation(layers[i].Arguments) == "Softmax")
                {
                    problems.Add("SEQ0108", "Activation", "Softmax", layers[i].Kind + " that is not the last layer", "Linear, Relu, Tanh, Sigmoid");
                }

                signal = layer.Check(layers[i].Arguments, signal, problems);
            }

            signals.Add(signal);
        }

        if (layers.Count == 0)
        {
            problems.Layer = -1;
            problems.Add("SEQ0012", "");
        }

        IReadOnlyList<LayerName> names = Naming.Resolve(layers, problems);
        LossSpec loss = CheckLoss(spec, layers, signal, problems);
        var shape = new NetworkShape(input, layers, names, signals, loss, problems.Problems);
        CheckTotal(spec, shape, problems);
        return shape;
    }

    private static void CheckTotal(NetworkSpec spec, NetworkShape shape, ProblemSink problems)
    {
        if (problems.Problems.Count > 0)
        {
            return;
        }

        long[] sizes = NetworkLowering.Lower(spec, shape).Root.Nodes.Where(n => n.Op is ParamOp)
            .Select(n => ((ParamOp)n.Op).FileShape.Aggregate(1L, (a, b) => a * b)).ToArray();
        if (sizes.Sum() > Rules.MostParameters)
        {
            problems.Layer = -1;
            problems.Add("SEQ0112", "", "parameters", sizes.Sum(), Rules.MostParameters);
        }
    }

    private static Signal CheckNetwork(ArgumentList arguments, ProblemSink problems)
    {
        bool inputs = arguments.Has("Inputs"), tokens = arguments.Has("Tokens");
        if (inputs == tokens)
        {
            problems.Add("SEQ0102", "", inputs ? "both" : "neither");
        }

        int size = Rules.Positive(tokens ? "Tokens" : "Inputs", inputs == tokens ? new ArgumentList(new([new ArgumentSpec("Inputs", 1L)])) : arguments, problems);
        if (arguments.Int("Timesteps") <= 0)
        {
            problems.Add("SEQ0103", arguments.Has("Timesteps") ? "Timesteps" : "", arguments.Has("Timesteps") ? arguments.Int("Timesteps") : "nothing");
        }

        if (arguments.Int("Unroll") < 0)
        {
            problems.Add("SEQ0104", "Unroll", "Unroll", "0 (chosen by the generator) or more", arguments.Int("Unroll"));
        }

        if (tokens && arguments.Bool("NormalizeInputs"))
        {
            problems.Add("SEQ0104", "NormalizeInputs", "NormalizeInputs", "false for a network of tokens", "true");
        }

        return new Signal(size, tokens && !inputs, IsSequence: true, System.Math.Max(0, arguments.Int("Timesteps")));
    }

    private static LossSpec CheckLoss(NetworkSpec spec, IReadOnlyList<LayerSpec> layers, Signal output, ProblemSink problems)
    {
        if (layers.Count == spec.Layers.Count)
        {
            return LossSpec.None;
        }

        for (int i = layers.Count + 1; i < spec.Layers.Count; i++)
        {
            problems.Layer = i;
            problems.Add("SEQ0109", "", spec.Layers[i].Kind);
        }

        problems.Layer = layers.Count;
        LayerSpec attribute = spec.Layers[layers.Count];
        LossSpec loss = Losses.Of(attribute);
        LayerSpec? last = layers.LastOrDefault();
        string activation = last is not null && Catalogue.Layers.TryGetValue(last.Kind, out Layer? layer) ? layer.OutputActivation(last.Arguments) : "Linear";
        if (problems.Problems.Any(p => p.Layer >= 0 && p.Layer < layers.Count && p.Id is "SEQ0101" or "SEQ0113"))
        {
            return loss;
        }

        if (Losses.Misfit(loss.Kind, output, activation) is { Length: > 0 } misfit)
        {
            problems.Add("SEQ0107", "", attribute.Kind, misfit);
        }
        else
        {
            Losses.Check(loss, output.Size, problems);
        }

        return loss;
    }
}
