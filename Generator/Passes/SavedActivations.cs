// The sigmoids, hard ones too, tanhs and rectifiers whose values are still in memory when a forward pass of training ends, because the way back reads them: whoever
// wants to look at gates finds them there, at no cost. Knows readers and the order; knows no layer and no offset.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>An activation that is kept.</summary>
/// <param name="Value">It, as the root of the graph has it.</param>
/// <param name="Maker">What computes it.</param>
/// <param name="Name">The layer's name and what it is there, the function where nothing else is said: "lstm.f", "dense.relu". Different for all.</param>
internal sealed record SavedActivation(Value Value, Node Maker, string Name)
{
    /// <summary>Member of the runtime's list of functions.</summary>
    public string Function => SavedActivations.Function(Maker) ?? throw new GraphException($"{Value} is no activation");
}

internal static class SavedActivations
{
    private const string Reverse = "Reverse", Next = "Next";

    /// <summary>In the order in which they are computed; none outside of training.</summary>
    public static IEnumerable<SavedActivation> Of(ProgramPlan plan)
    {
        if (plan.Mode != Mode.Training)
        {
            yield break;
        }

        foreach ((Node maker, string name) in Named(plan.Graph))
        {
            Value? value = maker.Region.Owner is { } scan ? scan.Emits.FirstOrDefault(e => e.Inner == maker.Output)?.Outer : maker.Output;
            if (value is not null && IsKept(plan, value))
            {
                yield return new SavedActivation(value, maker, name);
            }
        }
    }

    /// <summary>All activations of layers and their names, kept or not: a name does not hang on what else is kept.</summary>
    public static IEnumerable<(Node Maker, string Name)> Named(NetworkGraph graph)
    {
        var names = new HashSet<string>();
        foreach (Node maker in graph.Root.Nodes.SelectMany(n => n is not Scan scan ? [n] : scan.Forward is null ? scan.Body.Nodes : []).Where(IsActivation))
        {
            string name = NameOf(maker), unique = name;
            for (int i = 2; !names.Add(unique); i++)
            {
                unique = name + i.ToString(CultureInfo.InvariantCulture);
            }

            yield return (maker, unique);
        }
    }

    /// <summary>What can be looked at; a clip is a hard sigmoid where its ends are those of a gate.</summary>
    public static string? Function(Node maker) => maker.Op switch
    {
        MapOp { Kind: MapKind.Sigmoid or MapKind.Tanh or MapKind.Relu } op => op.Kind.ToString(),
        MapOp { Kind: MapKind.Clip } when maker.Inputs[1].Producer?.Op is ConstOp { Value: 0 } && maker.Inputs[2].Producer?.Op is ConstOp { Value: 1 } => "HardSigmoid",
        _ => null,
    };

    private static bool IsActivation(Node maker) => maker.Layer.Length > 0 && Function(maker) is not null;

    /// <summary>Whether it is of the forward pass, one row a sequence or step, and read by the way back or asked for from outside.</summary>
    private static bool IsKept(ProgramPlan plan, Value value) => plan.Forward.Of(value) is not null && plan.Views.ContainsKey(value)
        && value.Shape is { Rank: 1, Across: null, Extent: Extent.Batch or Extent.BatchAxis }
        && (plan.Order.Readers.IsResult(value) || plan.Order.Readers.Of(value).Any(r => r.Outputs.Any(o => plan.Backward.Of(o) is not null)));

    /// <summary>Of a loop from the last step to the first, names end as those of its parameters and states do.</summary>
    private static string NameOf(Node maker)
    {
        // What is called y is a layer's output, whatever it is.
        string own = maker.Output.Name is "" or "y" ? Function(maker)!.ToLowerInvariant() : maker.Output.Name;
        bool isReverse = maker.Region.Owner is { Reverse: true };
        return maker.Layer + "." + Without(Next, isReverse ? Without(Reverse, own) : own) + (isReverse ? "_reverse" : "");
    }

    private static string Without(string end, string name) => name.EndsWith(end, StringComparison.Ordinal) ? name.Substring(0, name.Length - end.Length) : name;
}
