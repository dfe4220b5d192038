// Gives every value that needs one a place. Saved activations take the slots of the panel whose pre-activations they replace,
// and gradients take the slots of what nobody reads any more (kernels.md section 4). Knows lifetimes and layouts, no cell.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <param name="ReuseSlots">Whether saved values and gradients share panels with what they replace.</param>
/// <param name="Fuse">Whether elementwise nodes share loops.</param>
/// <param name="Budget">How long a loop may be.</param>
internal sealed record PlanOptions(bool ReuseSlots, bool Fuse, LoopBudget Budget);

internal sealed partial class PlanBuffers
{
    private readonly ProgramPlan _plan;
    private readonly PlanOptions _options;
    private readonly HashSet<string> _names = new();
    private readonly NetworkGraph _graph;
    private readonly ILookup<Value, Node> _readers;
    private HashSet<Value> _results = new();

    private PlanBuffers(ProgramPlan plan, PlanOptions options)
    {
        _plan = plan;
        _graph = plan.Graph;
        _options = options;
        _readers = _graph.Root.Nodes.Concat(_graph.Root.Nodes.OfType<Scan>().SelectMany(s => s.Body.Nodes))
            .SelectMany(n => n.Reads.Distinct().Select(v => (Value: v, Node: n))).ToLookup(p => p.Value, p => p.Node);
    }

    public static ProgramPlan Run(Mode mode, NetworkGraph graph, PackParameters pack, PlanOptions options)
    {
        var pass = new PlanBuffers(new ProgramPlan(mode, graph, pack, options.Budget), options);
        pass.FindAxes();
        pass.Order();
        pass.PlaceRoot();
        pass._plan.DirectInput = mode == Mode.Streaming ? pass.DirectInput() : null;
        return pass._plan;
    }

    private void PlaceRoot()
    {
        // States first: an initial value lies in its state's buffer.
        foreach (Scan scan in _graph.Root.Nodes.OfType<Scan>().Where(s => s.Forward is null))
        {
            PlaceStates(scan);
        }

        foreach (Node stack in _graph.Root.Nodes.Where(n => n.Op is StackOp))
        {
            bool along = stack.Output.Shape.Extent == Extent.BatchAxis;
            Fill(stack, NewBuffer(
                stack.Layer, NameOf(stack), along ? Depth.Steps : Depth.Step, along ? ClassOf(stack.Output.Shape.Axis!) : -1, Layout.Panel, stack.Inputs.Count, stack.Output.Shape.Width));
        }

        foreach (Node node in _graph.Root.Nodes)
        {
            if (node is Scan scan)
            {
                if (scan.Forward is not null)
                {
                    PlaceStates(scan);
                }

                PlaceBody(scan);
                PlaceSums(scan);
            }
            else if (NeedsPlace(node) && !_plan.Views.ContainsKey(node.Output))
            {
                _plan.Views[node.Output] = PlaceOf(node);
            }

            if (node.Op is UnfoldOp { Window: var window } && _plan.Mode == Mode.Streaming)
            {
                // The last inputs, where in them the newest is, and how many there were.
                int steps = window.Reach + 1;
                _plan.Rings[node] = NewBuffer(node.Layer, "ring", Depth.Step, 0, Layout.Vector, 1, (steps * node.Inputs[0].Shape.Width) + 2, state: true);
            }
        }
    }

    private bool NeedsPlace(Node node) => node.Op switch
    {
        ParamOp or ConstOp or ZerosOp or LossOp or StackOp => false,
        InputOp input => !input.Port.StartsWith("target", System.StringComparison.Ordinal) && node.Output.Shape.IsFloat,
        MapOp => _results.Contains(node.Output) || HasOtherReaders(node),
        _ => !_plan.GradientTargets.ContainsKey(node),
    } && !_plan.GradientTargets.ContainsKey(node);

    /// <summary>Whether a value is read outside of the loop that computes it.</summary>
    private bool HasOtherReaders(Node node)
    {
        Schedule schedule = _plan.Forward.Of(node.Output) is null ? _plan.Backward : _plan.Forward;
        Task task = schedule.Of(node.Output)!;
        return _readers[node.Output].Any(r => !task.Nodes.Contains(r));
    }

    private View PlaceOf(Node node)
    {
        Value value = node.Output;
        if (node.Op is SlotOp slot)
        {
            return _plan.Views[node.Inputs[0]] with { Slot = slot.Slot };
        }

        return new View(NewBuffer(node, value, value.Shape.Extent == Extent.BatchAxis ? Depth.Steps : Depth.Step));
    }

    private void PlaceStates(Scan scan)
    {
        _plan.Before[scan] = new List<Move>();
        _plan.After[scan] = new List<Move>();
        bool gradient = scan.Forward is not null;
        foreach (ScanCarry carry in scan.Carries)
        {
            bool kept = (!gradient && _plan.Mode == Mode.Training) || scan.Emits.Any(e => e.Inner == carry.Next || e.Inner == carry.Previous);
            Depth depth = _plan.Mode == Mode.Streaming ? Depth.Step : kept ? Depth.Steps : Depth.Two;
            Room buffer = NewBuffer(scan.Layer, carry.Name, depth, ClassOf(scan.Axis), _plan.Layouts[carry.Previous], carry.Previous.Shape, _plan.Mode == Mode.Streaming);

            // A state that is kept has a place for every step and one more, before the first step of the loop; of two that take turns, the
            // way back begins with the one that makes it end in the first.
            var first = new View(buffer, Group: (depth == Depth.Steps && scan.Reverse) || (depth == Depth.Two && gradient) ? Group.Last : Group.Own);
            _plan.Views[carry.Previous] = new View(buffer, Group: scan.Reverse ? Group.Next : Group.Own);
            _plan.Views[carry.Final] = new View(buffer, Group: depth == Depth.Steps && !scan.Reverse ? Group.Last : Group.Own);
            if (carry.Init.Producer?.Op is InputOp && !_plan.Views.ContainsKey(carry.Init))
            {
                _plan.Views[carry.Init] = first;
            }
            else
            {
                _plan.Before[scan].Add(new Move(carry.Init, first));
            }

            PlaceNext(scan, carry, buffer);
        }
    }

    /// <summary>A state's next value is written where it belongs, unless a stream still needs the previous one.</summary>
    private void PlaceNext(Scan scan, ScanCarry carry, Room buffer)
    {
        Value next = carry.Next!;
        var here = new View(buffer, Group: scan.Reverse || _plan.Mode == Mode.Streaming ? Group.Own : Group.Next);
        bool computed = next.Region == scan.Body && next.Producer is { } maker && !Schedule.IsView(maker.Op);
        bool inPlace = _plan.Mode != Mode.Streaming || (computed && MayOverwrite(scan, carry));
        if (computed && inPlace && !_plan.Views.ContainsKey(next))
        {
            _plan.Views[next] = here;
        }
        else
        {
            // Copies of old states go first, before their sources are overwritten.
            List<Move> after = _plan.After[scan];
            after.Insert(computed ? after.Count : 0, new Move(next, here));
        }
    }

    /// <summary>Whether the next value may overwrite the previous one: everything that reads the previous one runs before, or in the same loop.</summary>
    private bool MayOverwrite(Scan scan, ScanCarry carry)
    {
        Schedule body = _plan.Bodies[scan];
        Task writer = body.Of(carry.Next!)!;
        bool read = scan.Carries.Any(c => c.Next == carry.Previous) || scan.Emits.Any(e => e.Inner == carry.Previous);
        return writer.IsLoop && !read && _readers[carry.Previous].Where(n => n.Region == scan.Body).All(n => body.Of(n.Output)!.Index <= writer.Index);
    }

    private void PlaceBody(Scan scan)
    {
        foreach (ScanEach each in scan.Each.Where(e => _plan.Views.ContainsKey(e.Outer)))
        {
            _plan.Views[each.Inner] = _plan.Views[each.Outer];
        }

        if (scan.Forward is not null)
        {
            foreach (Node stack in scan.Body.Nodes.Where(n => n.Op is StackOp))
            {
                PlaceStack(scan, stack);
            }

            PlaceSingleGradients(scan);
            PlaceSumsOnto(scan);
        }

        foreach (Node node in scan.Body.Nodes)
        {
            PlaceInBody(scan, node);
        }

        foreach (ScanResult emit in scan.Emits.Where(e => e.Inner.Shape.Extent != Extent.None))
        {
            _plan.Views[emit.Outer] = _plan.Views[emit.Inner];
        }
    }

    /// <summary>What is added up over the steps and is not a parameter's gradient, which has its place.</summary>
    private void PlaceSums(Scan scan)
    {
        foreach (ScanResult sum in scan.Sums.Where(s => s.Inner.Producer is null || !_plan.GradientTargets.ContainsKey(s.Inner.Producer)))
        {
            Shape shape = sum.Outer.Shape;
            bool along = shape.Extent == Extent.BatchAxis;
            string name = sum.Outer.Name.Length > 0 ? sum.Outer.Name : "sum";
            _plan.Views[sum.Outer] = new View(NewBuffer(scan.Layer, name, along ? Depth.Steps : Depth.Step, along ? ClassOf(shape.Axis!) : -1, _plan.Layouts[sum.Outer], shape));
        }
    }

    private void PlaceInBody(Scan scan, Node node)
    {
        Value value = node.Output;
        // Slots of it that the way back reads lie in it.
        bool emitted = scan.Emits.Any(e => e.Inner == value || (e.Inner.Producer is { Op: SlotOp } slot && slot.Inputs[0] == value));
        if (_plan.Views.ContainsKey(value) || node.Op is ConstOp or ZerosOp || _plan.GradientTargets.ContainsKey(node))
        {
            return;
        }

        if (node.Op is SlotOp taken)
        {
            _plan.Views[value] = _plan.Views[node.Inputs[0]] with { Slot = taken.Slot };
            return;
        }

        Schedule body = _plan.Bodies[scan];
        bool moved = _plan.After[scan].Any(m => m.From == value) || scan.Sums.Any(m => m.Inner == value);
        if (node.Op is MapOp && !emitted && !moved && _readers[value].Where(n => n.Region == scan.Body).All(n => body.Of(value)!.Nodes.Contains(n)))
        {
            return;
        }

        if (emitted && node.Op is MapOp && value.Shape is { Extent: Extent.Batch, Rank: 1 } && FreeSlot(scan, node) is { } view)
        {
            _plan.Views[value] = view;
            return;
        }

        if (value.Shape.Extent == Extent.BatchAxis)
        {
            // Along another axis: at every step all of it, and for every step where it leaves the loop.
            Axis inner = value.Shape.Axis!;
            int rows = emitted ? ClassOf(scan.Axis, inner) : ClassOf(inner);
            _plan.Views[value] = new View(NewBuffer(node.Layer, NameOf(node), Depth.Steps, rows, _plan.Layouts[value], value.Shape));
            return;
        }

        // A slot lies in its panel: if one is wanted at every step, all are kept.
        bool keep = emitted || (_plan.Mode == Mode.Training && node.Op is AffineOp);
        _plan.Views[value] = new View(NewBuffer(node.Layer, NameOf(node), keep ? Depth.Steps : Depth.Step, keep ? ClassOf(scan.Axis) : -1, _plan.Layouts[value], value.Shape));
    }

    private static string NameOf(Node node) => node.Output.Name.Length > 0 ? node.Output.Name : node.Op.Name;

    private Room NewBuffer(Node node, Value value, Depth depth) => NewBuffer(
        node.Layer, NameOf(node), depth,
        depth != Depth.Steps ? -1 : value.Shape.Across is { } inner ? ClassOf(value.Shape.Axis!, inner) : ClassOf(value.Shape.Axis!), _plan.Layouts[value], value.Shape);

    private Room NewBuffer(string layer, string name, Depth depth, int rows, Layout layout, Shape shape, bool state = false) =>
        NewBuffer(layer, name, depth, rows, layout, shape.Rank == 2 ? shape.Dims[0] : 1, shape.Width, state);

    private Room NewBuffer(string layer, string name, Depth depth, int rows, Layout layout, int slots, int units, bool state = false)
    {
        // What belongs to no layer keeps all of its name: seed.HEAD is not called as the user calls the head, which may be any word.
        string full = layer.Length > 0 ? Identifier(layer, name) : Identifier("", name.Replace('.', '_'));
        string unique = full;
        for (int i = 2; !_names.Add(unique); i++)
        {
            unique = full + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        depth = _plan.Mode == Mode.Streaming ? Depth.Step : depth;
        bool tape = depth == Depth.Steps || state;
        rows = !tape ? -1 : _plan.Mode == Mode.Streaming ? 0 : rows;
        var buffer = new Room(unique, Identifier("", name), depth, tape, rows, tape ? _plan.TapeWidths[rows] : _plan.ScratchWidth, layout, slots, units);
        if (tape)
        {
            _plan.TapeWidths[rows] += buffer.Width;
        }
        else
        {
            _plan.ScratchWidth += buffer.Width;
        }

        _plan.Buffers.Add(buffer);
        return buffer;
    }

    private static string Identifier(string layer, string name)
    {
        // A gradient of another layer's value, "dGru.h", keeps that layer's name.
        bool isGradient = name.Length > 1 && name[0] == 'd' && char.IsUpper(name[1]);
        string last = isGradient ? name : name.Substring(name.LastIndexOf('.') + 1);
        string joined = (layer.Length > 0 && char.IsDigit(layer[0]) ? "layer_" : "") + layer + (layer.Length > 0 ? "_" : "") + last;
        var parts = joined.Split(['_', '.'], System.StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(parts.Select((p, i) => (i == 0 ? char.ToLowerInvariant(p[0]) : char.ToUpperInvariant(p[0])) + p.Substring(1)));
    }
}
