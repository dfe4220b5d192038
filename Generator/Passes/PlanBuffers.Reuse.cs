// Reuse of places: saved values take slots of panels that are done with, gradients take the places of what they are the gradients of.
// Knows who reads a value when; knows no cell.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal sealed partial class PlanBuffers
{
    private readonly HashSet<View> _taken = new();

    /// <summary>The place of the input that a step may read where its caller has it: if only products read it, number by number (a vector
    /// would read on beyond its end), and nothing else is kept there.</summary>
    private Room? DirectInput()
    {
        Value? input = _graph.Root.Nodes.FirstOrDefault(n => n.Op is InputOp { Port: "input" })?.Output;
        if (input is null || !_plan.Views.TryGetValue(input, out View? view))
        {
            return null;
        }

        var names = new HashSet<Value>(_plan.Bodies.Keys.SelectMany(s => s.Each).Where(e => e.Outer == input).Select(e => e.Inner)) { input };
        IEnumerable<Node> readers = names.SelectMany(n => _readers[n]).Where(n => n is not Scan);
        bool shared = _plan.Views.Any(v => v.Value.Room == view.Room && !names.Contains(v.Key)) || _plan.Bodies.Keys.SelectMany(s => s.Carries).Any(c => names.Contains(c.Init));
        return readers.All(n => n.Op is AffineOp && _plan.Pack.Find(n).UnitRows < 0) && !shared && !_results.Overlaps(names) ? view.Room : null;
    }

    /// <summary>A slot of a panel whose pre-activation nobody reads after the loop that computes this saved value.</summary>
    private View? FreeSlot(Scan scan, Node node)
    {
        if (!_options.ReuseSlots || _plan.Mode != Mode.Training)
        {
            return null;
        }

        Schedule body = _plan.Bodies[scan];
        int now = body.Of(node.Output)!.Index;
        foreach (Node slot in scan.Body.Nodes.Where(n => n.Op is SlotOp && n.Inputs[0].Producer?.Op is AffineOp && _plan.Views.ContainsKey(n.Inputs[0])))
        {
            View view = _plan.Views[slot.Inputs[0]] with { Slot = ((SlotOp)slot.Op).Slot };
            bool saved = scan.Emits.Any(e => e.Inner == slot.Output || e.Inner == slot.Inputs[0]);
            bool dead = _readers[slot.Output].Where(n => n.Region == scan.Body).All(n => body.Of(n.Output)!.Index <= now);
            bool sameUnits = slot.Output.Shape.Width == node.Output.Shape.Width;
            if (!saved && dead && sameUnits && _taken.Add(view))
            {
                return view;
            }
        }

        return null;
    }

    /// <summary>The gradient of a panel, slot by slot: in the panel itself where every slot's occupant is done with.</summary>
    private void PlaceStack(Scan scan, Node stack)
    {
        int slots = stack.Inputs.Count;
        Room? panel = Twin(stack.Output);
        bool reuse = panel is not null && panel.Slots == slots
            && Enumerable.Range(0, slots).All(s => IsFree(scan, new View(panel, s), stack.Inputs[s]));
        bool emitted = scan.Emits.Any(e => e.Inner == stack.Output);
        panel = reuse ? panel! : NewBuffer(
            stack.Layer, "d" + (panel?.Name ?? "stack"), emitted ? Depth.Steps : Depth.Step, emitted ? ClassOf(scan.Axis) : -1, Layout.Panel, slots, stack.Output.Shape.Width);
        Fill(stack, panel);
    }

    /// <summary>Every element of a stack is computed in its slot, or copied there.</summary>
    private void Fill(Node stack, Room panel)
    {
        _plan.Views[stack.Output] = new View(panel);
        for (int s = 0; s < stack.Inputs.Count; s++)
        {
            Value element = stack.Inputs[s];
            var view = new View(panel, s);
            if (element.Producer?.Op is MapOp && !_plan.Views.ContainsKey(element))
            {
                _plan.Views[element] = view;
            }
            else
            {
                if (!_plan.Copies.TryGetValue(element, out List<View>? copies))
                {
                    _plan.Copies[element] = copies = new();
                }

                copies.Add(view);
            }
        }
    }

    /// <summary>The same for one-slot affine ops, whose gradient is no stack.</summary>
    private void PlaceSingleGradients(Scan scan)
    {
        foreach (ScanResult emit in scan.Emits.Where(e => e.Inner.Producer?.Op is MapOp && !_plan.Views.ContainsKey(e.Inner)))
        {
            if (Twin(emit.Inner) is { Slots: 1 } buffer && IsFree(scan, new View(buffer), emit.Inner))
            {
                _plan.Views[emit.Inner] = new View(buffer);
            }
        }
    }

    /// <summary>What an input gradient adds itself to is computed where the sum will be.</summary>
    private void PlaceSumsOnto(Scan scan)
    {
        foreach (Node node in scan.Body.Nodes.Where(n => n.Op is AffineInputGradientOp && n.Inputs.Count == 3).Reverse())
        {
            Value onto = node.Inputs[2];
            Task? maker = _plan.Bodies[scan].Of(onto);
            bool only = !scan.BodyResults.Contains(onto) && _readers[onto].All(r => r == node || (maker is { IsLoop: true } && maker.Nodes.Contains(r)));
            if (only && onto.Region == scan.Body && onto.Producer?.Op is MapOp or AffineInputGradientOp && !_plan.Views.ContainsKey(onto)
                && _plan.Views.TryGetValue(node.Output, out View? place))
            {
                _plan.Views[onto] = place;
            }
        }
    }

    /// <summary>The buffer of the forward value that this is the gradient of.</summary>
    private Room? Twin(Value gradient) =>
        _options.ReuseSlots && _graph.GradientOf.TryGetValue(gradient, out Value? of) && of.Producer?.Op is AffineOp
        && _plan.Views.TryGetValue(of, out View? view) && view.Room.Depth == Depth.Steps && !_results.Contains(of) ? view.Room : null;

    /// <summary>Whether a forward place may be overwritten by this value of a backward body: what lies there is read by nothing later.</summary>
    private bool IsFree(Scan scan, View view, Value by)
    {
        if (by.Producer?.Op is not MapOp)
        {
            return false;
        }

        Schedule body = _plan.Bodies[scan];
        int now = body.Of(by)!.Index;
        foreach (Value occupant in _plan.Views.Where(p => Overlap(p.Value, view)).Select(p => p.Key))
        {
            if (_results.Contains(occupant))
            {
                return false;
            }

            if (occupant.Region == _graph.Root && _readers[occupant].Any(r => r != scan && _plan.Backward.Of(r.Outputs[0]) is not null))
            {
                return false;
            }

            if (occupant.Region == scan.Body && _readers[occupant].Where(n => n.Region == scan.Body).Any(n => body.Of(n.Output)!.Index > now))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Overlap(View a, View b) => a.Room == b.Room && (a.Slot == b.Slot || a.Slot < 0 || b.Slot < 0);
}
