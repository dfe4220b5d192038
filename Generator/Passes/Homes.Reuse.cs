// Places that are used again: saved values take slots of panels that are done with, gradients take the places of what they are the gradients of.
// Knows who reads a value when; knows no cell.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal sealed partial class Homes
{
    private readonly Dictionary<Scan, Dictionary<Value, Home>> _savedInSlots = new();

    /// <summary>A slot of a stack, the first that it fills: there it is computed, and copied to the others.</summary>
    private Home? InStack(Value value)
    {
        Node? stack = Readers.Of(value).FirstOrDefault(n => n.Op is StackOp && n.Region == value.Region);
        return stack is null ? null : new Home(OfStack(stack), stack.Inputs.TakeWhile(i => i != value).Count());
    }

    /// <summary>The gradient of a panel, slot by slot: in the panel itself where every slot's occupant is done with.</summary>
    private Home OwnStack(Node stack)
    {
        Value value = stack.Output;
        int slots = stack.Inputs.Count;
        var shape = new RowShape(Layout.Panel, slots, value.Shape.Width);
        if (stack.Region.Owner is not { } scan)
        {
            return new Home(new Lot(stack.Layer, NameOf(stack), DepthOf(value), RowsOf(value), shape));
        }

        Lot? panel = Twin(value);
        if (panel is not null && panel.Shape.Slots == slots && Enumerable.Range(0, slots).All(s => IsFree(scan, new Home(panel, s), of: value, by: stack.Inputs[s])))
        {
            return new Home(panel);
        }

        bool emitted = scan.Emits.Any(e => e.Inner == value);
        return new Home(new Lot(stack.Layer, panel is null ? "dstack" : "stack", emitted ? Depth.Steps : Depth.Step, emitted ? new RowAxes(scan.Axis) : default, shape) { GradientOf = panel });
    }

    /// <summary>The same for one-slot affine ops, whose gradient is no stack.</summary>
    private Home? InPanel(Value value) => value.Region.Owner is { Forward: not null } scan && scan.Emits.Any(e => e.Inner == value)
        && Twin(value) is { Shape.Slots: 1 } panel && IsFree(scan, new Home(panel), of: value, by: value) ? new Home(panel) : null;

    /// <summary>What an input gradient adds itself to is computed where the sum will be.</summary>
    private Home? InSum(Value value)
    {
        if (value.Region.Owner is not { Forward: not null } scan || Readers.Leaves(value))
        {
            return null;
        }

        Task? maker = _order.Bodies[scan].Of(value);
        Node? sum = Readers.Of(value).LastOrDefault(n => n.Op is AffineInputGradientOp && n.Inputs.Count == 3 && n.Inputs[2] == value && n.Inputs[1] != value);
        bool only = sum is not null && Readers.Of(value).All(r => r == sum || (maker is { IsLoop: true } && maker.Nodes.Contains(r)));
        return only ? Claimed(sum!.Output) : null;
    }

    /// <summary>A slot of a panel whose pre-activation nobody reads after the loop that computes this saved value.</summary>
    private Home? InFreeSlot(Scan scan, Value value)
    {
        if (!_savedInSlots.TryGetValue(scan, out Dictionary<Value, Home>? places))
        {
            _savedInSlots[scan] = places = SavedInSlots(scan);
        }

        return places.TryGetValue(value, out Home? home) ? home : null;
    }

    /// <summary>Saved values in the body's order, each with the first slot that is free for it.</summary>
    private Dictionary<Value, Home> SavedInSlots(Scan scan)
    {
        var places = new Dictionary<Value, Home>();
        var taken = new HashSet<(Value Panel, int Slot)>();
        if (!_reuses || _order.Mode != Mode.Training)
        {
            return places;
        }

        var emitted = new HashSet<Value>(scan.Emits.Select(e => e.Inner));
        foreach (Node node in scan.Body.Nodes.Where(n => n.Op is MapOp && emitted.Contains(n.Output) && n.Output.Shape is { Extent: Extent.Batch, Rank: 1 } && !_order.GradientTargets.ContainsKey(n)))
        {
            Value value = node.Output;
            int now = TimeOf(scan, node);
            Node? slot = Claimed(value) is not null ? null : scan.Body.Nodes.FirstOrDefault(n => n.Op is SlotOp op && !taken.Contains((n.Inputs[0], op.Slot))
                && n.Output.Shape.Width == value.Shape.Width && IsDone(scan, n.Inputs[0], op.Slot, now));
            if (slot is not null)
            {
                places[value] = Of(slot.Output)!;
                taken.Add((slot.Inputs[0], ((SlotOp)slot.Op).Slot));
            }
        }

        return places;
    }

    /// <summary>Whether a slot of pre-activations has been read, by itself and with its panel, when a task has run.</summary>
    private bool IsDone(Scan scan, Value panel, int slot, int now) => panel.Producer is { Op: AffineOp } maker && TimeOf(scan, maker) < now && !Readers.Leaves(panel)
        && Readers.Within(scan, panel).All(n => n.Op is not SlotOp op ? TimeOf(scan, n) <= now : op.Slot != slot || LastRead(scan, n.Output) <= now);

    /// <summary>The room of the forward value that this is the gradient of, if it has its room for every step.</summary>
    private Lot? Twin(Value gradient) => _reuses && _order.Graph.GradientOf.TryGetValue(gradient, out Value? of) && of.Producer?.Op is AffineOp
        && Of(of) is { Lot: { Depth: Depth.Steps } lot } && !Readers.IsResult(of) ? lot : null;

    /// <summary>Whether a forward place may be overwritten by a value of a backward body: what lies there is read by nothing later.</summary>
    private bool IsFree(Scan scan, Home place, Value of, Value by) => by.Producer is { Op: MapOp } maker && maker.Region == scan.Body
        && Occupants(_order.Graph.GradientOf[of]).Where(v => Of(v) is { } home && home.Lot == place.Lot && (home.Slot == place.Slot || home.Slot < 0 || place.Slot < 0))
            .All(v => !Readers.IsResult(v)
                && (v.Region != _order.Graph.Root || !Readers.Of(v).Any(r => r != scan && r.Outputs.Any(o => _order.Backward.Of(o) is not null)))
                && (v.Region != scan.Body || LastRead(scan, v) <= TimeOf(scan, maker)));

    /// <summary>Everything that lies in the room of a matrix part: its result, and what was saved in its slots.</summary>
    private IEnumerable<Value> Occupants(Value affine)
    {
        IEnumerable<Value> saved = affine.Region.Owner is { } scan ? scan.Body.Nodes.Select(n => n.Output).Where(v => InFreeSlot(scan, v) is { } home && home.Lot == Of(affine)!.Lot) : [];
        return saved.Prepend(affine).SelectMany(Readers.Names).Distinct();
    }
}
