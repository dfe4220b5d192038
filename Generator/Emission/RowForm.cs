// The form that a small cell takes where there is one row: the product of one affine op and the loop that reads it, as one method
// that keeps the sums in registers. Finds out where that is possible and writes the calls; the methods are MapLoop's.
// Knows sizes and places; knows no layer.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

/// <summary>One term of a product: how many inputs, where its weights begin in a block, and the slots that it feeds.</summary>
internal sealed record RowTerm(Value Source, int Count, int Offset, int Mask)
{
    /// <summary>Floats of one row of weights.</summary>
    public int Step => 16 * Slots(Mask).Count();

    /// <summary>The slots of a mask.</summary>
    public static IEnumerable<int> Slots(int mask) => Enumerable.Range(0, 4).Where(s => ((mask >> s) & 1) != 0);
}

/// <summary>A product small enough for one method, and the loop that follows it; without one, the sums are stored.</summary>
internal sealed record RowProduct(PackedAffine Packed, Node Node, IReadOnlyList<RowTerm> Terms, Task? Loop)
{
    public int Blocks => Packed.Blocks;

    public int BlockStride => Packed.Panels[0].BlockStride;

    /// <summary>Whether it is made of dot products, a unit each.</summary>
    public bool IsDot => Loop is null && Packed.UnitRows >= 0;

    /// <summary>Slots that any term feeds.</summary>
    public int Mask => Terms.Aggregate(0, (m, t) => m | t.Mask);

    /// <summary>Sums that run side by side. Two multiply-adds begin in a cycle and each takes four: eight keep a core busy.</summary>
    public int Sums => Blocks * RowTerm.Slots(Mask).Count();

    /// <summary>Parts that each sum is divided into, for that reason.</summary>
    public int Chains => Sums >= 5 ? 1 : Sums >= 3 ? 2 : 4;
}

internal sealed class RowForm(ProgramPlan plan, ParameterNames names, LoopLibrary loops)
{
    private const int MostBlocks = 2;

    private const int MostSums = 8;

    /// <summary>The call that does the work of a product and of the loop behind it for one row; null where there is none.</summary>
    /// <param name="task">The product.</param>
    /// <param name="next">What is done next.</param>
    /// <param name="all">Everything that is done in the region.</param>
    /// <param name="takesNext">Whether the call does the work of <paramref name="next"/> too.</param>
    public string[]? Write(Task task, Task? next, IReadOnlyList<Task> all, Places places, Where where, out bool takesNext)
    {
        takesNext = false;
        bool oneStep = plan.Mode == Mode.Streaming || where == Where.Step;
        if (plan.Mode == Mode.Training || !oneStep || task.Node.Output.Shape.Extent != Extent.Batch && task.Node.Region.Owner is not null || Product(task) is not { } product)
        {
            return null;
        }

        if (next is { IsLoop: true } && Belongs(product, next, all))
        {
            product = product with { Loop = next };
            takesNext = true;
        }
        else if (plan.Mode != Mode.Streaming || product.Packed.Op.Slots > 1 || product.IsDot)
        {
            return null;
        }

        View z = plan.Views[product.Node.Output];
        LoopMethod method = MapLoop.WriteRow(plan, product);
        if (method.Operations > plan.Budget.Operations || (Overwritten(product, out Value? state) && !CanKeep(product, z, state!)))
        {
            takesNext = false;
            return null;
        }

        string name = loops.Add(names.Pascal(task.Node.Layer) + "Row", method);
        IEnumerable<string> sources = product.Terms.Select(t => Source(t.Source, task.Node.Region, t.Source == state ? z : null, places, where));
        string[] parameters = [$"ref {names.Weights(product.Packed, 0, places)}", $"ref {names.Bias(product.Packed, places)}"];
        string[] keep = state is null ? [] :
        [
            "if (T.Count < 16)", "{", "    // The state is read to the end before it is written.",
            $"    Moves.Copy(ref {places.At(plan.Views[state], where)}, ref {places.At(z, where)}, 1, {Text(plan.Views[state].Room.Row)});", "}", "",
        ];
        return [.. keep, KernelCalls.Call(name + "<T>", [.. sources, .. parameters, .. method.Arguments.Select(a => KernelCalls.Argument(a, plan, names, places, where))])];
    }

    /// <summary>The call that multiplies any number of rows by few units' weights, where no way back asks for another form; else null.</summary>
    /// <param name="rows">How many, as an expression.</param>
    public string? WriteDots(Task task, Places places, Where where, string rows)
    {
        if (plan.Mode == Mode.Training || Product(task) is not { IsDot: true } product)
        {
            return null;
        }

        LoopMethod method = MapLoop.WriteRow(plan, product);
        return method.Operations > plan.Budget.Operations ? null : KernelCalls.Call(
            loops.Add(names.Pascal(task.Node.Layer) + "Dots", method) + "<T>",
            [rows, Source(product.Terms[0].Source, task.Node.Region, null, places, where), $"ref {names.UnitRows(product.Packed, places)}", $"ref {names.Bias(product.Packed, places)}",
            .. method.Arguments.Select(a => KernelCalls.Argument(a, plan, names, places, where))]);
    }

    private string Source(Value source, Region region, View? copy, Places places, Where where)
    {
        string at = places.At(plan.ViewIn(source, region), where);
        return copy is null ? "ref " + at : $"ref (T.Count < 16 ? ref {places.At(copy, where)} : ref {at})";
    }

    private RowProduct? Product(Task task)
    {
        if (task.Node.Op is not AffineOp op)
        {
            return null;
        }

        PackedAffine packed = plan.Pack.Find(task.Node);
        if (packed.Panels.Length != 1 || packed.Blocks > MostBlocks)
        {
            return null;
        }

        WeightPanel panel = packed.Panels[0];
        List<RowTerm> terms = panel.Terms.Select((k, i) =>
            new RowTerm(task.Node.Inputs[op.Source(k)], task.Node.Inputs[op.Source(k)].Shape.Width, panel.TermOffsets[i], panel.Masks[i])).ToList();
        var product = new RowProduct(packed, task.Node, terms, null);
        return product.Sums <= MostSums ? product : null;
    }

    /// <summary>Whether a loop is all that reads the sums, unit by unit.</summary>
    private bool Belongs(RowProduct product, Task loop, IReadOnlyList<Task> all)
    {
        HashSet<Value> sums = SumsOf(product.Node, all);
        bool others = all.Where(t => t != loop).SelectMany(t => t.Nodes).Where(n => n.Op is not SlotOp).SelectMany(n => n.Reads).Any(sums.Contains);
        bool wanted = sums.Any(s => plan.Copies.ContainsKey(s)) || plan.Graph.Results.Values.Any(sums.Contains) || plan.Bodies.Keys.Any(s => Leaves(s, sums));
        return !others && !wanted && loop.Nodes.SelectMany(n => n.Inputs).Any(sums.Contains) && loop.Width == product.Packed.Op.Units
            && loop.Nodes.All(n => n.Output.Shape == product.Node.Output.Shape.WithDims(product.Packed.Op.Units) && n.Inputs.All(i => i.Shape.Rank == 0 || i.Shape.Width == loop.Width));
    }

    private static bool Leaves(Scan scan, HashSet<Value> sums) =>
        scan.Emits.Concat(scan.Sums).Any(r => sums.Contains(r.Inner)) || scan.Carries.Any(c => c.Next is { } next && sums.Contains(next));

    private static HashSet<Value> SumsOf(Node affine, IReadOnlyList<Task> all)
    {
        var sums = new HashSet<Value> { affine.Output };
        sums.UnionWith(all.SelectMany(t => t.Nodes).SelectMany(n => n.Inputs).Where(v => v.Producer?.Op is SlotOp && v.Producer.Inputs[0] == affine.Output));
        return sums;
    }

    /// <summary>Vectors narrower than a block are written while others of the row are still to be read: where a state is updated in
    /// place, they read a copy.</summary>
    private bool Overwritten(RowProduct product, out Value? state)
    {
        HashSet<Room> written = product.Loop is null ? [plan.Views[product.Node.Output].Room] : new(product.Loop.Nodes.SelectMany(Stores).Select(v => v.Room));
        state = plan.Mode == Mode.Streaming ? product.Terms.Select(t => t.Source).FirstOrDefault(s => written.Contains(plan.Views[s].Room)) : null;
        return state is not null;
    }

    private bool CanKeep(RowProduct product, View z, Value state) =>
        product.Loop is not null && plan.Views[state].Room.Row <= z.Room.Width && product.Terms.Count(t => plan.Views[t.Source].Room == plan.Views[state].Room) == 1
        && product.Terms.All(t => plan.Views[t.Source].Room != z.Room) && !product.Loop.Nodes.SelectMany(Stores).Any(v => v.Room == z.Room);

    private IEnumerable<View> Stores(Node node) => (plan.Views.TryGetValue(node.Output, out View? view) ? new[] { view } : [])
        .Concat(plan.Copies.TryGetValue(node.Output, out List<View>? copies) ? copies : []);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
