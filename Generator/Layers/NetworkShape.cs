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
    LossKind Loss,
    IReadOnlyList<Problem> Problems)
{
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
        LossKind loss = CheckLoss(spec, layers, signal, problems);
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

        return new Signal(size, tokens && !inputs, IsSequence: true);
    }

    private static LossKind CheckLoss(NetworkSpec spec, IReadOnlyList<LayerSpec> layers, Signal output, ProblemSink problems)
    {
        if (layers.Count == spec.Layers.Count)
        {
            return LossKind.None;
        }

        for (int i = layers.Count + 1; i < spec.Layers.Count; i++)
        {
            problems.Layer = i;
            problems.Add("SEQ0109", "", spec.Layers[i].Kind);
        }

        problems.Layer = layers.Count;
        LayerSpec attribute = spec.Layers[layers.Count];
        LossKind loss = Catalogue.Losses[attribute.Kind];
        LayerSpec? last = layers.LastOrDefault();
        string activation = last is not null && Catalogue.Layers.TryGetValue(last.Kind, out Layer? layer) ? layer.OutputActivation(last.Arguments) : "Linear";
        string misfit = loss switch
        {
            _ when output.IsTokens => "the output is tokens; put layers between the input and the loss",
            LossKind.SoftmaxCrossEntropy when activation is not ("Linear" or "Softmax") =>
                $"it needs a last layer that is linear or Softmax, not {activation}",
            LossKind.SoftmaxCrossEntropy when output.Size < 2 => "it needs at least two classes; for one yes-or-no output use [BinaryCrossEntropy]",
            LossKind.BinaryCrossEntropy when activation is not ("Linear" or "Sigmoid") =>
                $"it needs a last layer that is linear or Sigmoid, not {activation}",
            _ => "",
        };
        if (misfit.Length > 0 && problems.Problems.All(p => p.Layer < 0 || p.Layer >= layers.Count || p.Id is not ("SEQ0101" or "SEQ0113")))
        {
            problems.Add("SEQ0107", "", attribute.Kind, misfit);
        }

        return loss;
    }
}
