// What a loss attribute says, checked against the output that it looks at, and the op that it becomes. Knows no layer.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

/// <summary>A checked loss.</summary>
/// <param name="Kind">None for a network without one.</param>
/// <param name="Weight">What it counts beside others; the op does not know it.</param>
/// <param name="Option">delta of Huber, blank class of CTC.</param>
/// <param name="IgnoredClass">A target whose positions do not count; -1 for none.</param>
/// <param name="ClassWeights">What a position counts by its target; empty for all alike.</param>
internal sealed record LossSpec(
    LossKind Kind, double Weight = 1, double Option = 0, int IgnoredClass = -1, EquatableArray<double> ClassWeights = default)
{
    public static LossSpec None { get; } = new(LossKind.None);

    /// <summary>Whether it reads what is before the last activation, where a cross entropy is stable.</summary>
    public bool FromLogits => Kind is LossKind.SoftmaxCrossEntropy or LossKind.BinaryCrossEntropy or LossKind.Ctc;
}

internal static class Losses
{
    public static LossSpec Of(LayerSpec attribute)
    {
        LossKind kind = Catalogue.Losses[attribute.Kind];
        ArgumentList arguments = attribute.Arguments;
        double option = kind switch
        {
            LossKind.Huber => arguments.Double("Delta", 1),
            LossKind.Ctc => arguments.Int("Blank"),
            _ => 0,
        };
        return new LossSpec(kind, arguments.Double("Weight", 1), option, arguments.Int("IgnoredClass", -1), arguments.Doubles("ClassWeights"));
    }

    /// <summary>Why the loss cannot look at an output; empty if it can.</summary>
    public static string Misfit(LossKind kind, Signal output, string activation) => kind switch
    {
        _ when output.IsTokens => "the output is tokens; put layers between the input and the loss",
        LossKind.SoftmaxCrossEntropy or LossKind.Ctc when activation is not ("Linear" or "Softmax") =>
            $"it needs a last layer that is linear or Softmax, not {activation}",
        LossKind.SoftmaxCrossEntropy when output.Size < 2 => "it needs at least two classes; for one yes-or-no output use [BinaryCrossEntropy]",
        LossKind.BinaryCrossEntropy when activation is not ("Linear" or "Sigmoid") =>
            $"it needs a last layer that is linear or Sigmoid, not {activation}",
        LossKind.Ctc when !output.IsSequence => "it needs an output at every step, and there is one a sequence; write Returns = Returns.Sequence",
        LossKind.Ctc when output.Size < 2 => "it needs at least two classes, the blank and one label",
        _ => "",
    };

    /// <summary>Checks the options; the classes are the output's features.</summary>
    public static void Check(LossSpec loss, int classes, ProblemSink problems)
    {
        if (!(loss.Weight > 0 && loss.Weight <= 1e6))
        {
            problems.Add("SEQ0104", "Weight", "Weight", "above 0 and at most 1e6", loss.Weight);
        }

        if (loss.Kind == LossKind.Huber && !(loss.Option > 0 && loss.Option <= 1e6))
        {
            problems.Add("SEQ0104", "Delta", "Delta", "above 0 and at most 1e6", loss.Option);
        }

        if (loss.Kind == LossKind.Ctc && !(loss.Option >= 0 && loss.Option < classes))
        {
            problems.Add("SEQ0104", "Blank", "Blank", Rules.Text($"one of the classes 0 to {classes - 1}"), loss.Option);
        }

        if (loss.IgnoredClass < -1)
        {
            problems.Add("SEQ0104", "IgnoredClass", "IgnoredClass", "a class, or -1 for none", loss.IgnoredClass);
        }

        EquatableArray<double> weights = loss.ClassWeights;
        if (weights.Count > 0 && weights.Count != classes)
        {
            problems.Add("SEQ0104", "ClassWeights", "ClassWeights", Rules.Text($"one number for each of the {classes} classes"), Rules.Text($"{weights.Count} numbers"));
        }
        else if (weights.Any(w => !(w >= 0 && w <= 1e6)) || (weights.Count > 0 && weights.All(w => w == 0)))
        {
            problems.Add("SEQ0104", "ClassWeights", "ClassWeights", "numbers from 0 to 1e6 that are not all 0", string.Join(", ", weights.Select(w => Rules.Text($"{w}"))));
        }
    }

    /// <summary>The scalar of a loss that reads <paramref name="read"/>; its target has the same steps, or the steps of the labels.</summary>
    public static Value Lower(NetworkGraph graph, LossSpec loss, Value read, string port)
    {
        Shape target = loss.Kind switch
        {
            LossKind.SoftmaxCrossEntropy => read.Shape.WithDims() with { Type = DType.I32 },
            LossKind.Ctc => Shape.Seq(new Axis(port == "target" ? "labels" : port + ".labels", 0)) with { Type = DType.I32 },
            _ => read.Shape,
        };
        return graph.Add(new LossOp(loss.Kind, loss.Option, loss.IgnoredClass, loss.ClassWeights), read, graph.Add(new InputOp(port, target)));
    }
}
