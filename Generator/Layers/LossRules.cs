// Whether the loss of a section fits the output that it stands behind. Knows sections; what a loss needs is in Losses.
using System.Linq;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class LossRules
{
    /// <summary>The loss at the end of a section, of kind None where there is none.</summary>
    public static LossSpec Of(NetworkSpec spec, Sections sections, Section section, Signal output, ProblemSink problems)
    {
        if (section.Loss < 0)
        {
            return LossSpec.None;
        }

        problems.Layer = section.Loss;
        LayerSpec attribute = spec.Layers[section.Loss];
        LossSpec loss = Losses.Of(attribute);
        if (problems.Problems.Any(p => p.Layer >= 0 && p.Layer < section.Loss && p.Id is "SEQ0101" or "SEQ0113"))
        {
            return loss;
        }

        LayerSpec? last = section.Count > 0 ? sections.Layers[section.First + section.Count - 1] : null;
        string activation = last is not null && Catalogue.Of(last) is { } layer ? layer.OutputActivation(last.Arguments) : "Linear";
        if (loss.Kind == LossKind.Quantile && !Losses.AreQuantiles(loss.Quantiles))
        {
            Losses.Check(loss, output.Size, problems);
        }
        else if (Losses.Misfit(loss, output, activation) is { Length: > 0 } misfit)
        {
            problems.Add("SEQ0107", "", attribute.Kind, misfit);
        }
        else if (loss.Own?.Check(output.Size, problems) != false)
        {
            Losses.Check(loss, output.Size, problems);
            if (spec.Arguments.Bool("NormalizeTargets") && Losses.NoNormalizing(loss, output.Size, activation) is { Length: > 0 } reason)
            {
                problems.Add("SEQ0107", "", attribute.Kind, reason);
            }
        }

        return loss;
    }
}
