// Where a value belongs: in a room of its own, or in one that it shares with what it replaces. Each answer follows from the graph and its
// order alone, whoever asks and however often; nothing here knows an offset. Saved activations take the slots of the panel whose
// pre-activations they replace, and gradients take the slots of what nobody reads any more (Homes.Reuse.cs).
// Knows lifetimes and layouts; knows no cell and no kernel.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>A room that is wanted, before it has a place in its arena.</summary>
/// <param name="Layer">The layer whose value it is for.</param>
/// <param name="Name">What it holds.</param>
/// <param name="Depth">How many groups of rows it has.</param>
/// <param name="Rows">Along what they lie, where there is one for every step.</param>
/// <param name="Shape">What is in a row.</param>
internal sealed class Lot(string layer, string name, Depth depth, RowAxes rows, RowShape shape)
{
    public string Layer => layer;

    public string Name => name;

    public Depth Depth => depth;

    public RowAxes Rows => rows;

    public RowShape Shape => shape;

    /// <summary>In a stream, whether it is kept from step to step.</summary>
    public bool IsState { get; init; }

    /// <summary>Of what has a place for every step of a span: with how many sequences at most a span is more than one step.</summary>
    public int Few { get; init; }

    /// <summary>The room whose gradient it is for, to be called by.</summary>
    public Lot? GradientOf { get; init; }
}

/// <summary>Along what the rows of a room lie: an axis, one axis for each step of another, or neither.</summary>
internal readonly record struct RowAxes(Axis? Outer, Axis? Inner = null);

/// <summary>What is in a row.</summary>
internal readonly record struct RowShape(Layout Layout, int Slots, int Units);

/// <summary>A place in a room that is wanted.</summary>
/// <param name="Slot">Slot of a panel; -1 for all of them.</param>
internal sealed record Home(Lot Lot, int Slot = -1, Group Group = Group.Own);

internal sealed partial class Homes
{
    private readonly ProgramOrder _order;
    private readonly bool _reuses;
    private readonly Dictionary<Value, Home> _states = new();
    private readonly Dictionary<ScanCarry, StateHomes> _carries = new();
    private readonly Dictionary<Value, Home?> _known = new();

    public Homes(ProgramOrder order, bool reuses)
    {
        (_order, _reuses) = (order, reuses);
        foreach (Scan scan in order.Graph.Root.Nodes.OfType<Scan>())
        {
            foreach (ScanCarry carry in scan.Carries)
            {
                AddState(scan, carry);
            }
        }
    }

    private Readers Readers => _order.Readers;

    /// <summary>Whether rooms are used again.</summary>
    public bool Reuses => _reuses;

    private bool IsStream => _order.Mode == Mode.Streaming;

    /// <summary>Where a value belongs; null where nobody needs it in memory.</summary>
    public Home? Of(Value value)
    {
        if (!_known.TryGetValue(value, out Home? home))
        {
            _known[value] = home = value.Outer is { } outer ? Of(outer) : Claimed(value) ?? Own(value);
        }

        return home;
    }

    /// <summary>Where a state begins and where its next value goes.</summary>
    public StateHomes OfState(ScanCarry carry) => _carries[carry];

    /// <summary>The room of values side by side.</summary>
    public Lot OfStack(Node stack) => Of(stack.Output)!.Lot;

    /// <summary>What a stream remembers of a convolution's inputs: the last ones, where in them the newest is, and how many there were.</summary>
    public static Lot Ring(Node node)
    {
        int steps = ((UnfoldOp)node.Op).Window.Reach + 1;
        return new Lot(node.Layer, "ring", Depth.Step, default, new RowShape(Layout.Vector, 1, (steps * node.Inputs[0].Shape.Width) + 2)) { IsState = true };
    }

    /// <summary>A place that a value has for the sake of another: a state's, a slot of a stack, that of the sum that it is a part of.</summary>
    private Home? Claimed(Value value) => _states.TryGetValue(value, out Home? state) ? state
        : value.Producer is not { Op: MapOp or AffineInputGradientOp } maker ? null
        : (maker.Op is MapOp ? InStack(value) ?? InPanel(value) : null) ?? InSum(value);

    private void AddState(Scan scan, ScanCarry carry)
    {
        bool isGradient = scan.Forward is not null;
        bool kept = (!isGradient && _order.Mode == Mode.Training) || scan.Emits.Any(e => e.Inner == carry.Next || e.Inner == carry.Previous);
        Depth depth = IsStream ? Depth.Step : kept ? Depth.Steps : Depth.Two;
        var lot = new Lot(scan.Layer, carry.Name, depth, new RowAxes(scan.Axis), RowOf(carry.Previous)) { IsState = IsStream };

        // A state that is kept has a place for every step and one more, before the first step of the loop; of two that take turns, the
        // way back begins with the one that makes it end in the first.
        var first = new Home(lot, Group: (depth == Depth.Steps && scan.Reverse) || (depth == Depth.Two && isGradient) ? Group.Last : Group.Own);
        var next = new Home(lot, Group: scan.Reverse || IsStream ? Group.Own : Group.Next);
        _states[carry.Previous] = new Home(lot, Group: scan.Reverse ? Group.Next : Group.Own);
        _states[carry.Final] = new Home(lot, Group: depth == Depth.Steps && !scan.Reverse ? Group.Last : Group.Own);

        // What is handed in is put where the state begins, unless it is another's beginning too, or the gradient of an output.
        bool beginsThere = carry.Init.Producer?.Op is InputOp && !isGradient && !_states.ContainsKey(carry.Init);
        if (beginsThere)
        {
            _states[carry.Init] = first;
        }

        bool endsThere = IsComputed(scan, carry) && (!IsStream || MayOverwrite(scan, carry)) && !_states.ContainsKey(carry.Next!);
        if (endsThere)
        {
            _states[carry.Next!] = next;
        }

        _carries[carry] = new StateHomes(first, beginsThere, next, endsThere);
    }

    public static bool IsComputed(Scan scan, ScanCarry carry) => carry.Next!.Region == scan.Body && carry.Next.Producer is { } maker && !Schedule.IsView(maker.Op);

    /// <summary>Whether the next value may overwrite the previous one: everything that reads the previous one runs before, or in the same loop.</summary>
    private bool MayOverwrite(Scan scan, ScanCarry carry) =>
        _order.Bodies[scan].Of(carry.Next!) is { IsLoop: true } writer && LastRead(scan, carry.Previous) <= writer.Index;

    /// <summary>The last task of a body that reads a value; beyond all of them where it leaves the body, and -1 where none does.</summary>
    private int LastRead(Scan scan, Value value) => Readers.Leaves(value) ? int.MaxValue
        : Readers.Within(scan, value).Select(n => n.Op is SlotOp ? LastRead(scan, n.Output) : TimeOf(scan, n)).DefaultIfEmpty(-1).Max();

    /// <summary>When in a step a node is executed: products that add to parameters' gradients come last, after states have been copied and rows that
    /// have ended cleared.</summary>
    private int TimeOf(Scan scan, Node node) => _order.Bodies[scan].Of(node.Output) is not { } task ? -1
        : task.Nodes.All(_order.GradientTargets.ContainsKey) ? int.MaxValue : task.Index;

    private Home? Own(Value value)
    {
        Node? maker = value.Producer;
        return maker is null || maker.Op is ParamOp or RunningNormOp or ConstOp or ZerosOp or LossOp || _order.GradientTargets.ContainsKey(maker) ? null
            : maker is Scan scan ? LeavingLoop(scan, value)
            : maker.Op is SlotOp slot ? Of(maker.Inputs[0]) is { } panel ? panel with { Slot = slot.Slot } : null
            : maker.Op is StackOp ? OwnStack(maker)
            : maker.Region.Owner is { } owner ? InBody(owner, maker)
            : !NeedsPlace(maker) ? null
            : new Home(new Lot(maker.Layer, NameOf(maker), DepthOf(value), RowsOf(value), RowOf(value)));
    }

    private bool NeedsPlace(Node node) => node.Op switch
    {
        InputOp input => !input.Port.StartsWith("target", StringComparison.Ordinal) && node.Output.Shape.IsFloat,
        MapOp => Readers.IsResult(node.Output) || HasOtherReaders(node),
        _ => true,
    };

    /// <summary>Whether a value is read outside of the loop that computes it.</summary>
    private bool HasOtherReaders(Node node)
    {
        Task task = (_order.Forward.Of(node.Output) ?? _order.Backward.Of(node.Output))!;
        return !Readers.Of(node.Output).All(task.Nodes.Contains);
    }

    /// <summary>What a loop over time hands on, or has added up and is not a parameter's gradient, which has its place.</summary>
    private Home? LeavingLoop(Scan scan, Value value)
    {
        if (scan.Emits.FirstOrDefault(e => e.Outer == value) is { } emit)
        {
            return emit.Inner.Shape.Extent != Extent.None ? Of(emit.Inner) : null;
        }

        ScanResult sum = scan.Sums.First(s => s.Outer == value);
        return sum.Inner.Producer is { } maker && _order.GradientTargets.ContainsKey(maker) ? null
            : new Home(new Lot(scan.Layer, value.Name.Length > 0 ? value.Name : "sum", DepthOf(value), RowsOf(value), RowOf(value)));
    }

    private Home? InBody(Scan scan, Node node)
    {
        Value value = node.Output;

        // Slots of it that the way back reads lie in it.
        bool emitted = scan.Emits.Any(e => e.Inner == value || (e.Inner.Producer is { Op: SlotOp } slot && slot.Inputs[0] == value));
        bool moved = scan.Carries.Any(c => c.Next == value) || scan.Sums.Any(s => s.Inner == value);
        Task? task = _order.Bodies[scan].Of(value);
        if (node.Op is MapOp && !emitted && !moved && Readers.Within(scan, value).All(task!.Nodes.Contains))
        {
            return null;
        }

        if (node.Op is MapOp && InFreeSlot(scan, value) is { } free)
        {
            return free;
        }

        if (value.Shape.Extent == Extent.BatchAxis)
        {
            // Along another axis: at every step all of it, and for every step where it leaves the loop.
            Axis inner = value.Shape.Axis!;
            return new Home(new Lot(node.Layer, NameOf(node), Depth.Steps, emitted ? new RowAxes(scan.Axis, inner) : new RowAxes(inner), RowOf(value)));
        }

        // A slot lies in its panel: if one is wanted at every step, all are kept.
        bool keep = emitted || (_order.Mode == Mode.Training && node.Op is AffineOp);
        int few = !keep && _order.Spanned.TryGetValue(node, out int sequences) ? sequences : 0;
        return new Home(new Lot(node.Layer, NameOf(node), keep ? Depth.Steps : few > 0 ? Depth.Span : Depth.Step, keep ? new RowAxes(scan.Axis) : default, RowOf(value)) { Few = few });
    }

    private static string NameOf(Node node) => node.Output.Name.Length > 0 ? node.Output.Name : node.Op.Name;

    private static Depth DepthOf(Value value) => value.Shape.Extent == Extent.BatchAxis ? Depth.Steps : Depth.Step;

    private static RowAxes RowsOf(Value value) => value.Shape.Extent == Extent.BatchAxis ? new RowAxes(value.Shape.Axis, value.Shape.Across) : default;

    private RowShape RowOf(Value value) => new(_order.Layouts[value], value.Shape.Rank == 2 ? value.Shape.Dims[0] : 1, value.Shape.Width);
}

/// <summary>The places of a state around a loop over time.</summary>
/// <param name="First">Before the first step.</param>
/// <param name="BeginsThere">Whether the beginning is handed in there, or copied to it.</param>
/// <param name="Next">After a step.</param>
/// <param name="EndsThere">Whether a step computes the next value there, or copies it to it.</param>
internal sealed record StateHomes(Home First, bool BeginsThere, Home Next, bool EndsThere);
