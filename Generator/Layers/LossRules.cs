// Whether a loss fits the output that it stands behind. Knows losses; knows no layer.
using System.Linq;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class LossRules
{
    /// <summary>The loss at the end of a section, or null.</summary>
    public static LossShape? Of(NetworkSpec spec, Sections sections, Section section, Signal output, ProblemSink problems)
    {
        if (section.Loss < 0)
        {
            return null;
        }

        problems.Layer = section.Loss;
        LayerSpec attribute = spec.Layers[section.Loss];
        LossKind loss = Catalogue.Losses[attribute.Kind];
        LayerSpec? last = section.Count > 0 ? sections.Layers[section.First + section.Count - 1] : null;
        string activation = last is not null && Catalogue.Layers.TryGetValue(last.Kind, out Layer? layer) ? layer.OutputActivation(last.Arguments) : "Linear";
        string misfit = Misfit(loss, output, activation);
        int from = section.Attribute, to = section.Loss;
        if (misfit.Length > 0 && problems.Problems.All(p => p.Layer < from || p.Layer >= to || p.Id is not ("SEQ0101" or "SEQ0113")))
        {
            problems.Add("SEQ0107", "", attribute.Kind, misfit);
        }

        double weight = attribute.Arguments.Double("Weight", 1);
        if (!(weight > 0 && weight <= 1e6))
        {
            problems.Add("SEQ0104", "Weight", "Weight", "above 0 and at most 1e6", weight);
        }

        return new LossShape(loss, weight);
    }

    private static string Misfit(LossKind loss, Signal output, string activation) => loss switch
    {
        _ when output.IsTokens => "the output is tokens; put layers between the input and the loss",
        LossKind.SoftmaxCrossEntropy when activation is not ("Linear" or "Softmax") =>
            $"it needs a last layer that is linear or Softmax, not {activation}",
        LossKind.SoftmaxCrossEntropy when output.Size < 2 => "it needs at least two classes; for one yes-or-no output use [BinaryCrossEntropy]",
        LossKind.BinaryCrossEntropy when activation is not ("Linear" or "Sigmoid") =>
            $"it needs a last layer that is linear or Sigmoid, not {activation}",
        _ => "",
    };
}
