// What a loss attribute says, checked against the output that it looks at, and the op that it becomes. Knows no layer.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

/// <summary>A checked loss.</summary>
/// <param name="Kind">None for a network without one.</param>
/// <param name="Weight">What it counts beside others; the op does not know it.</param>
/// <param name="Option">delta of Huber, blank class of CTC.</param>
/// <param name="IgnoredClass">A target whose positions do not count, any number; null for none.</param>
/// <param name="ClassWeights">What a position counts by its target; empty for all alike.</param>
/// <param name="Quantiles">The quantiles that outputs are; empty where they are not.</param>
/// <param name="NonCrossing">Whether quantiles are made to rise.</param>
/// <param name="ZeroInfinity">Whether infinite losses are zero.</param>
/// <param name="Own">A loss of a user's own; null for ours.</param>
internal sealed record LossSpec(
    LossKind Kind, double Weight = 1, double Option = 0, int? IgnoredClass = null, EquatableArray<double> ClassWeights = default, EquatableArray<double> Quantiles = default, bool NonCrossing = false,
    bool ZeroInfinity = false, UserLoss? Own = null)
{
    public static LossSpec None { get; } = new(LossKind.None);

    /// <summary>Whether it reads what is before the last activation, where a cross entropy is stable.</summary>
    public bool FromLogits => Kind is LossKind.SoftmaxCrossEntropy or LossKind.BinaryCrossEntropy or LossKind.Ctc;

    /// <summary>The option as plans and ops have it: a yes that weighs 1 is none that weighs anything.</summary>
    public double Planned => Kind == LossKind.BinaryCrossEntropy && Option == 1 ? 0 : Option;

    /// <summary>Whether targets are values of any size, which can be moved and scaled, and not classes, answers, counts or labels.</summary>
    public bool IsOfValues => Kind is LossKind.MeanSquaredError or LossKind.MeanAbsoluteError or LossKind.Huber or LossKind.Quantile or LossKind.GaussianLikelihood || Own is { Targets: "Values" };

    /// <summary>Numbers of a target, for so many outputs.</summary>
    public int TargetsOf(int outputs) => Own is { } own ? own.TargetSize(outputs) : outputs / OutputsOfTarget;

    /// <summary>Outputs for each target.</summary>
    public int OutputsOfTarget => Kind switch { LossKind.Quantile => System.Math.Max(1, Quantiles.Count), LossKind.GaussianLikelihood => 2, _ => 1 };
}

internal static class Losses
{
    /// <summary>Whether an attribute is a loss, of ours or of a user's own.</summary>
    public static bool IsLoss(LayerSpec attribute) => attribute.Cell is { } own ? own.Kind == CellKind.Loss : Catalogue.Losses.ContainsKey(attribute.Kind);

    public static LossSpec Of(LayerSpec attribute)
    {
        ArgumentList arguments = attribute.Arguments;
        UserLoss? own = attribute.Cell is { } code ? new UserLoss(attribute.Kind, code, arguments) : null;
        LossKind kind = own is null ? Catalogue.Losses[attribute.Kind] : own.Targets == "Classes" ? LossKind.CustomOfClasses : LossKind.Custom;
        double option = kind switch
        {
            LossKind.Huber => arguments.Double("Delta", 1),
            LossKind.Ctc => arguments.Int("Blank"),
            LossKind.SoftmaxCrossEntropy => arguments.Double("LabelSmoothing"),
            LossKind.BinaryCrossEntropy => arguments.Double("PositiveWeight", 1),
            _ => 0,
        };
        return new LossSpec(
            kind, arguments.Double("Weight", 1), option, arguments.Has("IgnoredClass") ? arguments.Int("IgnoredClass") : null, arguments.Doubles("ClassWeights"), arguments.Doubles("Quantiles"),
            arguments.Bool("NonCrossing"), arguments.Bool("ZeroInfinity"), own);
    }

    /// <summary>Why the loss cannot look at an output; empty if it can.</summary>
    public static string Misfit(LossSpec loss, Signal output, string activation) => loss.Kind switch
    {
        _ when output.IsTokens => "the output is tokens; put layers between the input and the loss",
        LossKind.SoftmaxCrossEntropy or LossKind.Ctc when activation is not ("Linear" or "Softmax") =>
            $"it needs a last layer that is linear or Softmax, not {activation}",
        LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses when output.Size < 2 => "it needs at least two classes; for one yes-or-no output use [BinaryCrossEntropy]",
        LossKind.BinaryCrossEntropy when activation is not ("Linear" or "Sigmoid") =>
            $"it needs a last layer that is linear or Sigmoid, not {activation}",
        LossKind.Ctc when !output.IsSequence => "it needs an output at every step, and there is one a sequence; write Returns = Returns.Sequence",
        LossKind.Ctc when output.Size < 2 => "it needs at least two classes, the blank and one label",
        LossKind.PoissonLikelihood when activation is not "Linear" => $"it needs a last layer that is linear, the logarithm of the rate, not {activation}",
        LossKind.GaussianLikelihood when activation is not "Linear" => $"it needs a last layer that is linear, means and logarithms of variances, not {activation}",
        LossKind.GaussianLikelihood when output.Size % 2 != 0 => Rules.Text($"it needs a mean and a variance for each target, and the output has {output.Size} numbers; give the last layer two units a target"),
        LossKind.Quantile when output.Size % loss.OutputsOfTarget != 0 => Rules.Text(
            $"it needs an output for each of its {loss.Quantiles.Count} quantiles of each target, and the output has {output.Size} numbers; give the last layer {loss.Quantiles.Count} units a target"),
        LossKind.Quantile when loss.NonCrossing && activation is not "Linear" => $"NonCrossing needs a last layer that is linear, not {activation}",
        _ => "",
    };

    /// <summary>Whether numbers are quantiles that floats can tell apart.</summary>
    public static bool AreQuantiles(EquatableArray<double> quantiles)
    {
        float before = 0;
        foreach (double quantile in quantiles)
        {
            if (!((float)quantile > before && (float)quantile < 1))
            {
                return false;
            }

            before = (float)quantile;
        }

        return quantiles.Count > 0;
    }

    /// <summary>Checks the options; the classes are the output's features.</summary>
    public static void Check(LossSpec loss, int classes, ProblemSink problems)
    {
        if (!(loss.Weight > 0 && loss.Weight <= 1e6))
        {
            problems.Add("SEQ0104", "Weight", "Weight", "above 0 and at most 1e6", loss.Weight);
        }

        if (loss.Own is not null && loss.Kind != LossKind.CustomOfClasses && (loss.IgnoredClass is not null || loss.ClassWeights.Count > 0))
        {
            string option = loss.IgnoredClass is not null ? "IgnoredClass" : "ClassWeights";
            problems.Add("SEQ0123", option, option, loss.Own.Kind, "its targets are no classes; write [Target(TargetKind.Classes)] before the target of its method Loss");
        }

        if (loss.Kind == LossKind.Huber && !(loss.Option > 0 && loss.Option <= 1e6))
        {
            problems.Add("SEQ0104", "Delta", "Delta", "above 0 and at most 1e6", loss.Option);
        }

        if (loss.Kind == LossKind.Quantile && !AreQuantiles(loss.Quantiles))
        {
            string found = loss.Quantiles.Count == 0 ? "none" : string.Join(", ", loss.Quantiles.Select(q => Rules.Text($"{q}")));
            problems.Add("SEQ0104", "Quantiles", "Quantiles", "numbers above 0 and below 1, each above the one before", found);
        }

        if (loss.Kind == LossKind.SoftmaxCrossEntropy && !(loss.Option >= 0 && loss.Option < 1))
        {
            problems.Add("SEQ0104", "LabelSmoothing", "LabelSmoothing", "0 or more and below 1", loss.Option);
        }

        if (loss.Kind == LossKind.BinaryCrossEntropy && !(loss.Option > 0 && loss.Option <= 1e6))
        {
            problems.Add("SEQ0104", "PositiveWeight", "PositiveWeight", "above 0 and at most 1e6", loss.Option);
        }

        if (loss.Kind == LossKind.Ctc && !(loss.Option >= 0 && loss.Option < classes))
        {
            problems.Add("SEQ0104", "Blank", "Blank", Rules.Text($"one of the classes 0 to {classes - 1}"), loss.Option);
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

    /// <summary>Why outputs in normalized units cannot come from a last layer with that activation; empty if they can. They lie around 0, and most not further from it than 3.</summary>
    public static string NoNormalizing(LossSpec loss, int outputs, string activation) =>
        loss.Own is { Targets: "" } own ? $"NormalizeTargets has to know what the targets of [{own.Kind}] are; write [Target(TargetKind.Values)] before the target of its method Loss where they are values that may be moved and scaled, else [Target(TargetKind.YesNo)]"
        : loss is { IsOfValues: true, Own: not null } && loss.TargetsOf(outputs) != outputs ? $"NormalizeTargets needs an output for each number of a target, whose unit it is put back in, and [{loss.Own.Kind}] has other numbers of them"
        : loss.IsOfValues && activation is not ("Linear" or "LeakyRelu" or "PRelu" or "Custom") ? $"NormalizeTargets needs a last layer that can give any number, as normalized targets lie on both sides of 0, not {activation}; leave its Activation out" : "";

    /// <summary>What the network gives, made of what its last layer does (rates, variances and quantiles are not any numbers), and what of it the loss reads: before targets' mean and
    /// scale came back, where there are any.</summary>
    public static (Value Shown, Value Read) Shown(NetworkGraph graph, LossSpec loss, Value value, TargetScale? scale)
    {
        Value shown;
        switch (loss)
        {
            case { Kind: LossKind.PoissonLikelihood }:
                return (graph.Add(new MapOp(MapKind.Exp), value), value);
            case { Kind: LossKind.Quantile, NonCrossing: true }:
                shown = graph.Add(new RisingOp(loss.Quantiles.Count), value);
                break;
            case { Kind: LossKind.GaussianLikelihood }:
                int targets = value.Shape.Width / 2;
                Value mean = graph.Add(new SliceOp(0, targets), value), logarithm = graph.Add(new SliceOp(targets, targets), value);
                mean.Name = "mean";
                logarithm.Name = "logVariance";
                Value variance = graph.Add(new MapOp(MapKind.Add), graph.Add(new MapOp(MapKind.Exp), logarithm), graph.Add(new ConstOp(1e-6)));
                variance.Name = "variance";
                shown = graph.Add(new ConcatOp(), mean, variance);
                return (scale is null ? shown : graph.Add(new ConcatOp(), scale.Back(mean, 1), scale.SquareBack(variance)), shown);
            default:
                shown = value;
                break;
        }

        return (scale is null ? shown : scale.Back(shown, loss.OutputsOfTarget), shown);
    }

    /// <summary>The scalar of a loss that reads <paramref name="read"/>; its target has the same steps, or the steps of the labels.</summary>
    public static Value Lower(NetworkGraph graph, LossSpec loss, Value read, string port)
    {
        Shape target = loss.Kind switch
        {
            LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses => read.Shape.WithDims() with { Type = DType.I32 },
            LossKind.Ctc => Shape.Seq(new Axis(port == "target" ? "labels" : port + ".labels", 0)) with { Type = DType.I32 },
            _ => read.Shape.WithDims(loss.TargetsOf(read.Shape.Width)),
        };
        System.Func<NetworkGraph>? formula = loss.Own is { } own ? () => own.Lower(read.Shape.Width) : null;
        return graph.Add(new LossOp(loss.Kind, loss.Planned, loss.IgnoredClass, loss.ClassWeights, loss.Quantiles, loss.ZeroInfinity, formula), read, graph.Add(new InputOp(port, target)));
    }
}
