// Who calls an elementwise method, and for what: of what its name is made.
// Knows states, results and functions; knows no layer.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

/// <param name="Layer">The layer's name.</param>
/// <param name="What">What it computes there: <c>Cell</c> for all of a layer's states; nothing where that has no short name.</param>
/// <param name="Form">What kind of method it is: of a row, of dot products; nothing for an elementwise loop.</param>
/// <param name="Mode">The program that calls it.</param>
/// <param name="IsBackward">Whether it is on the way back.</param>
internal sealed record LoopUse(string Layer, string What, string Form, Mode Mode, bool IsBackward)
{
    private const int MostResults = 3;

    /// <param name="plan">The program.</param>
    /// <param name="task">The loop.</param>
    public static LoopUse Of(ProgramPlan plan, Task task)
    {
        Scan? scan = task.Node.Region.Owner as Scan;
        bool backward = scan is not null ? scan.Forward is not null : plan.Backward.Of(task.Node.Output) is not null;
        return new LoopUse(task.Node.Layer, WhatOf(plan, task, scan, backward), "", plan.Mode, backward);
    }

    private static string WhatOf(ProgramPlan plan, Task task, Scan? scan, bool backward)
    {
        if (scan is not null && IsCell(task, scan))
        {
            return "Cell";
        }

        // One function by its name, others by what they make: what is called by a name before what has none.
        if (task.Nodes.Select(n => ((MapOp)n.Op).Kind).Distinct().Count() == 1)
        {
            return Function(((MapOp)task.Node.Op).Kind);
        }

        List<Node> stored = task.Nodes.Where(n => MapLoop.Stores(plan, n).Any()).ToList(), named = stored.Where(n => n.Output.Name.Length > 0).ToList();
        string[] results = (named.Count > 0 ? named.Select(n => Result(n.Output.Name, backward)) : stored.Select(n => Function(((MapOp)n.Op).Kind))).Distinct().ToArray();
        return results.Length <= MostResults ? string.Concat(results) : "";
    }

    /// <summary>Whether it makes all states of its layer, or all of their gradients.</summary>
    private static bool IsCell(Task task, Scan scan)
    {
        if (scan.Forward is null)
        {
            List<Node> makers = scan.Carries.Select(c => c.Next!.Producer).OfType<Node>().Where(p => p.Layer == task.Node.Layer).ToList();
            return makers.Count > 0 && makers.All(task.Nodes.Contains);
        }

        List<Value> gradients = scan.Carries.Select(c => c.Previous).Where(p => scan.Body.Nodes.Any(n => n.Layer == task.Node.Layer && n.Inputs.Contains(p))).ToList();
        return gradients.Count > 0 && gradients.All(g => task.Nodes.Any(n => n.Inputs.Contains(g)));
    }

    /// <summary>A state by its name, and not as the next one; on the way back a gradient by what it is the gradient of. In either direction it is the same.</summary>
    private static string Result(string name, bool backward)
    {
        string result = Words.Undirected(Identifiers.Camel(name));
        result = backward && result.Length > 1 && result[0] == 'd' && char.IsUpper(result[1]) ? result.Substring(1) : result;
        result = result.EndsWith("Next", System.StringComparison.Ordinal) ? result.Substring(0, result.Length - "Next".Length) : result;
        return char.ToUpperInvariant(result[0]) + result.Substring(1);
    }

    private static string Function(MapKind kind) => kind switch
    {
        MapKind.Add => "Sum",
        MapKind.Sub => "Difference",
        MapKind.Mul => "Product",
        MapKind.Div => "Quotient",
        MapKind.Neg => "Negation",
        _ => kind.ToString(),
    };
}
