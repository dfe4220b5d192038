// Which form each product with weights takes, decided once, before anything is written: the writers and the plan's table read it here.
// Knows sizes, places and who reads what; knows no text but how long a method is.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

/// <summary>The forms of a program's products.</summary>
internal sealed class ProductForms
{
    /// <summary>Floats of a first-level cache of 32 KiB; a layer shares it with others.</summary>
    public const int FirstLevelCache = 8192;

    private const int MostBlocks = 2;

    private const int MostSums = 8;

    private readonly ProgramPlan _plan;
    private readonly Dictionary<Node, ProductForm> _forms = new();

    public ProductForms(ProgramPlan plan)
    {
        _plan = plan;
        foreach (Task task in plan.Forward.Tasks.Concat(plan.Backward.Tasks))
        {
            Decide([task]);
        }

        foreach (KeyValuePair<Scan, Schedule> body in plan.Bodies)
        {
            Decide(body.Value.Tasks.Where(t => !t.Nodes.All(plan.GradientTargets.ContainsKey)).ToList());
        }
    }

    /// <summary>The form of a task's product; null where it is none.</summary>
    public ProductForm? Of(Task task) => _forms.TryGetValue(task.Node, out ProductForm? form) ? form : null;

    private void Decide(IReadOnlyList<Task> tasks)
    {
        for (int i = 0; i < tasks.Count; i++)
        {
            if (tasks[i].Node is { Op: AffineOp } node)
            {
                Task? next = i + 1 < tasks.Count ? tasks[i + 1] : null;
                _forms[node] = _plan.Spanned.TryGetValue(node, out int few) ? new ProductForm.Span(few) : Dots(node) ?? Row(node, next, tasks) ?? new ProductForm.General();
            }
        }
    }

    /// <summary>Few units' weights lie as dot products want them; the way back asks for another form.</summary>
    private ProductForm? Dots(Node node)
    {
        if (_plan.Mode == Mode.Training || Product(node) is not { IsDot: true } product)
        {
            return null;
        }

        LoopMethod method = MapLoop.WriteRow(_plan, product);
        return method.Operations > _plan.Budget.Operations ? null : new ProductForm.Dots(product, method);
    }

    /// <summary>One row may take product and loop as one.</summary>
    private ProductForm? Row(Node node, Task? next, IReadOnlyList<Task> all)
    {
        if (!IsOneStep(node) || Product(node) is not { } product)
        {
            return null;
        }

        if (next is { IsLoop: true } && Belongs(product, next, all))
        {
            product = product with { Loop = next };
        }
        else if (_plan.Mode != Mode.Streaming || product.Packed.Op.Slots > 1 || product.IsDot)
        {
            return null;
        }

        LoopMethod method = MapLoop.WriteRow(_plan, product);
        Value? kept = Overwritten(product);
        return method.Operations > _plan.Budget.Operations || (kept is not null && !CanKeep(product, kept)) ? null : new ProductForm.Row(product, method, kept);
    }

    /// <summary>Whether a row of the batch is all that it works on: in a step of inference, or in a stream.</summary>
    private bool IsOneStep(Node node)
    {
        bool inLoop = node.Region.Owner is not null;
        return _plan.Mode != Mode.Training && (_plan.Mode == Mode.Streaming || inLoop) && (node.Output.Shape.Extent == Extent.Batch || !inLoop);
    }

    private RowProduct? Product(Node node)
    {
        var op = (AffineOp)node.Op;
        PackedAffine packed = _plan.Pack.Find(node);
        if (packed.Panels.Length != 1 || packed.Blocks > MostBlocks)
        {
            return null;
        }

        WeightPanel panel = packed.Panels[0];
        List<RowTerm> terms = panel.Terms.Select((k, i) =>
            new RowTerm(node.Inputs[op.Source(k)], node.Inputs[op.Source(k)].Shape.Width, panel.TermOffsets[i], panel.Masks[i])).ToList();
        var product = new RowProduct(packed, node, terms, null);
        return product.Sums <= MostSums ? product : null;
    }

    /// <summary>Whether a loop is all that reads the sums, unit by unit.</summary>
    private bool Belongs(RowProduct product, Task loop, IReadOnlyList<Task> all)
    {
        HashSet<Value> sums = SumsOf(product.Node, all);
        bool others = all.Where(t => t != loop).SelectMany(t => t.Nodes).Where(n => n.Op is not SlotOp).SelectMany(n => n.Reads).Any(sums.Contains);
        bool wanted = sums.Any(s => _plan.Copies.ContainsKey(s)) || _plan.Graph.Results.Values.Any(sums.Contains) || _plan.Bodies.Keys.Any(s => Leaves(s, sums));
        return !others && !wanted && loop.Nodes.SelectMany(n => n.Inputs).Any(sums.Contains) && loop.Width == product.Packed.Op.Units
            && loop.Nodes.All(n => n.Output.Shape == product.Node.Output.Shape.WithDims(product.Packed.Op.Units) && n.Inputs.All(i => i.Producer?.Op is ConstOp or ZerosOp || i.Shape.Rank == 0 || i.Shape.Width == loop.Width));
    }

    private static bool Leaves(Scan scan, HashSet<Value> sums) =>
        scan.Emits.Concat(scan.Sums).Any(r => sums.Contains(r.Inner)) || scan.Carries.Any(c => c.Next is { } next && sums.Contains(next));

    private static HashSet<Value> SumsOf(Node affine, IReadOnlyList<Task> all)
    {
        var sums = new HashSet<Value> { affine.Output };
        sums.UnionWith(all.SelectMany(t => t.Nodes).SelectMany(n => n.Inputs).Where(v => v.Producer?.Op is SlotOp && v.Producer.Inputs[0] == affine.Output));
        return sums;
    }

    /// <summary>A state that is updated in place: vectors narrower than a block are written while others of the row are still to be read,
    /// which then read a copy.</summary>
    private Value? Overwritten(RowProduct product)
    {
        if (_plan.Mode != Mode.Streaming)
        {
            return null;
        }

        HashSet<Room> written = product.Loop is null ? [_plan.Views[product.Node.Output].Room] : new(product.Loop.Nodes.SelectMany(Stores).Select(v => v.Room));
        return product.Terms.Select(t => t.Source).FirstOrDefault(s => written.Contains(_plan.Views[s].Room));
    }

    /// <summary>Whether the place of the sums, which stay in registers, can hold the copy.</summary>
    private bool CanKeep(RowProduct product, Value state)
    {
        Room z = _plan.Views[product.Node.Output].Room, kept = _plan.Views[state].Room;
        return product.Loop is not null && kept.Row <= z.Width && product.Terms.Count(t => _plan.Views[t.Source].Room == kept) == 1
            && product.Terms.All(t => _plan.Views[t.Source].Room != z) && !product.Loop.Nodes.SelectMany(Stores).Any(v => v.Room == z);
    }

    private IEnumerable<View> Stores(Node node) => (_plan.Views.TryGetValue(node.Output, out View? view) ? new[] { view } : [])
        .Concat(_plan.Copies.TryGetValue(node.Output, out List<View>? copies) ? copies : []);
}
