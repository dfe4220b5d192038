// Gives rooms their places in the arenas, in a stated order each the first gap that is wide enough, and every value its place in them. What
// belongs where is decided by Homes, when a room is in use by Lifetimes. Knows sizes and names; knows no reader and no cell.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <param name="ReuseSlots">Whether saved values and gradients share panels with what they replace, and rooms of different times memory.</param>
/// <param name="Fuse">Whether elementwise nodes share loops.</param>
/// <param name="Budget">How long a loop may be.</param>
internal sealed record PlanOptions(bool ReuseSlots, bool Fuse, bool Span, LoopBudget Budget);

internal sealed class PlanBuffers
{
    /// <summary>The number of the scratch among the classes of rows.</summary>
    private const int Scratch = -1;

    /// <summary>That of what lies behind it.</summary>
    private const int Span = -2;

    private readonly ProgramOrder _order;
    private readonly Homes _homes;
    private readonly Dictionary<Lot, Room> _rooms = new();
    private readonly HashSet<string> _names = new();
    private readonly List<(Axis Outer, Axis Inner)> _pairs = new();
    private readonly Dictionary<int, List<(Room Room, Lifetime Life)>> _arenas = new();
    private readonly Lifetimes _lifetimes;

    private PlanBuffers(ProgramOrder order, Homes homes)
    {
        (_order, _homes) = (order, homes);
        _lifetimes = new Lifetimes(order, homes.Reuses ? Placed() : []);
    }

    private IEnumerable<Scan> Scans => _order.Graph.Root.Nodes.OfType<Scan>();

    public static ProgramPlan Run(Mode mode, NetworkGraph graph, PackParameters pack, PlanOptions options)
    {
        ProgramOrder order = OrderProgram.Run(mode, graph, options);
        return new ProgramPlan(order, Run(order, new Homes(order, options.ReuseSlots), pack), pack, options.Budget);
    }

    /// <summary>Everything in its place.</summary>
    public static Storage Run(ProgramOrder order, Homes homes, PackParameters pack) => new PlanBuffers(order, homes).Place(pack);

    private Storage Place(PackParameters pack)
    {
        Dictionary<Node, Room> rings = PlaceRooms();
        var views = new Dictionary<Value, View>();
        foreach ((Value value, Home home) in Placed())
        {
            views[value] = ViewOf(home);
        }

        return new Storage(
            views, Copies(), Scans.ToDictionary(s => s, Before), Scans.ToDictionary(s => s, After), _rooms.Values.ToList(), rings, _pairs,
            Enumerable.Range(0, _order.Axes.Count + _pairs.Count).Select(WidthOf).ToList(), WidthOf(Scratch), WidthOf(Span),
            _order.Mode == Mode.Streaming ? DirectInput(views, pack) : null);
    }

    /// <summary>The rooms, in this order: states, which loops over time begin with; what fills slots side by side; then what each node needs, as
    /// it comes. A room that several values have is placed with the first.</summary>
    private Dictionary<Node, Room> PlaceRooms()
    {
        var rings = new Dictionary<Node, Room>();
        foreach (Scan scan in Scans.Where(s => s.Forward is null))
        {
            PlaceStates(scan);
        }

        PlaceAll(Stacks(_order.Graph.Root));
        foreach (Node node in _order.Graph.Root.Nodes)
        {
            if (node is Scan scan)
            {
                PlaceStates(scan);
                PlaceAll(Stacks(scan.Body));
                PlaceAll(scan.Body.Nodes);
            }

            PlaceAll([node]);
            if (node.Op is UnfoldOp && _order.Mode == Mode.Streaming)
            {
                rings[node] = RoomOf(Homes.Ring(node));
            }
        }

        return rings;
    }

    private void PlaceStates(Scan scan)
    {
        foreach (ScanCarry carry in scan.Carries)
        {
            RoomOf(_homes.OfState(carry).Next.Lot);
        }
    }

    private void PlaceAll(IEnumerable<Node> nodes)
    {
        foreach (Home home in nodes.SelectMany(n => n.Outputs).Select(_homes.Of).OfType<Home>())
        {
            RoomOf(home.Lot);
        }
    }

    private static IEnumerable<Node> Stacks(Region region) => region.Nodes.Where(n => n.Op is StackOp);

    /// <summary>All values: of the root, and within loops over time what they are handed at a step and what they make of it.</summary>
    private IEnumerable<Value> Values() => _order.Graph.Root.Nodes.SelectMany(n => n is not Scan scan ? n.Outputs
        : n.Outputs.Concat(scan.Each.Select(e => e.Inner)).Concat(scan.Carries.Select(c => c.Previous)).Concat(scan.Body.Nodes.SelectMany(b => b.Outputs)));

    /// <summary>Those that lie anywhere.</summary>
    private IEnumerable<(Value Value, Home Home)> Placed()
    {
        foreach (Value value in Values())
        {
            if (_homes.Of(value) is { } home)
            {
                yield return (value, home);
            }
        }
    }

    private View ViewOf(Home home) => new(RoomOf(home.Lot), home.Slot, home.Group);

    /// <summary>Elements of stacks that are not computed in their slots, and what they are copied to.</summary>
    private Dictionary<Value, List<View>> Copies()
    {
        var copies = new Dictionary<Value, List<View>>();
        foreach (Node stack in Stacks(_order.Graph.Root).Concat(Scans.SelectMany(s => Stacks(s.Body))))
        {
            for (int slot = 0; slot < stack.Inputs.Count; slot++)
            {
                Home place = _homes.Of(stack.Output)! with { Slot = slot };
                Value element = stack.Inputs[slot];
                if (_homes.Of(element) != place)
                {
                    copies[element] = copies.TryGetValue(element, out List<View>? known) ? known : new();
                    copies[element].Add(ViewOf(place));
                }
            }
        }

        return copies;
    }

    private List<Move> Before(Scan scan) => scan.Carries.Where(c => !_homes.OfState(c).BeginsThere).Select(c => new Move(c.Init, ViewOf(_homes.OfState(c).First))).ToList();

    /// <summary>Copies of old states go first, before their sources are overwritten.</summary>
    private List<Move> After(Scan scan)
    {
        var moves = new List<Move>();
        foreach (ScanCarry carry in scan.Carries.Where(c => !_homes.OfState(c).EndsThere))
        {
            moves.Insert(Homes.IsComputed(scan, carry) ? moves.Count : 0, new Move(carry.Next!, ViewOf(_homes.OfState(carry).Next)));
        }

        return moves;
    }

    /// <summary>The place of the input that a step may read where its caller has it: if only products read it, number by number (a vector
    /// would read on beyond its end), and nothing else is kept there.</summary>
    private Room? DirectInput(Dictionary<Value, View> views, PackParameters pack)
    {
        Value? input = _order.Graph.Root.Nodes.FirstOrDefault(n => n.Op is InputOp { Port: "input" })?.Output;
        if (input is null || !views.TryGetValue(input, out View? view))
        {
            return null;
        }

        Readers readers = _order.Readers;
        var names = new HashSet<Value>(Scans.SelectMany(s => s.Each).Where(e => e.Outer == input).Select(e => e.Inner)) { input };
        bool shared = views.Any(v => v.Value.Room == view.Room && !names.Contains(v.Key)) || Scans.SelectMany(s => s.Carries).Any(c => names.Contains(c.Init));
        return names.SelectMany(readers.Of).Where(n => n is not Scan).All(n => n.Op is AffineOp && pack.Find(n).UnitRows < 0) && !shared && !names.Any(readers.IsResult) ? view.Room : null;
    }

    private Room RoomOf(Lot lot)
    {
        if (!_rooms.TryGetValue(lot, out Room? room))
        {
            _rooms[lot] = room = NewRoom(lot);
        }

        return room;
    }

    private Room NewRoom(Lot lot)
    {
        string name = lot.GradientOf is { } of ? "d" + RoomOf(of).Name : lot.Name;
        bool isStream = _order.Mode == Mode.Streaming, isOnTape = isStream ? lot.IsState : lot.Depth == Depth.Steps;
        int rows = lot.Depth == Depth.Span ? Span : !isOnTape ? Scratch : isStream ? 0 : ClassOf(lot.Rows);
        Depth depth = isStream ? Depth.Step : lot.Depth;
        Lifetime life = _lifetimes.Of(lot);
        int width = lot.Shape.Slots * PackParameters.Pad(lot.Shape.Units) * (depth == Depth.Two ? 2 : 1);
        var room = new Room(
            _rooms.Count, UniqueName(lot.Layer, name), Identifier("", name), depth, isOnTape, rows, Gap(rows, width, life), lot.Shape.Layout, lot.Shape.Slots, lot.Shape.Units, lot.Few);
        Arena(rows).Add((room, life));
        return room;
    }

    /// <summary>The first gap in an arena that is wide enough at the time.</summary>
    private int Gap(int rows, int width, Lifetime life)
    {
        int offset = 0;
        foreach (Room room in Arena(rows).Where(r => r.Life.Meets(life)).Select(r => r.Room).OrderBy(r => r.Offset))
        {
            if (room.Offset >= offset + width)
            {
                break;
            }

            offset = System.Math.Max(offset, room.Offset + room.Width);
        }

        return offset;
    }

    private List<(Room Room, Lifetime Life)> Arena(int rows)
    {
        if (!_arenas.TryGetValue(rows, out List<(Room, Lifetime)>? arena))
        {
            _arenas[rows] = arena = new();
        }

        return arena;
    }

    private int WidthOf(int rows) => Arena(rows).Select(r => r.Room.Offset + r.Room.Width).DefaultIfEmpty(0).Max();

    /// <summary>Which rows of the tape: those of an axis, or behind them those of a loop over one axis that has all of another at every step.</summary>
    private int ClassOf(RowAxes rows)
    {
        if (rows.Inner is null)
        {
            return _order.Axes.IndexOf(rows.Outer!);
        }

        (Axis, Axis) pair = (rows.Outer!, rows.Inner);
        if (!_pairs.Contains(pair))
        {
            _pairs.Add(pair);
        }

        return _order.Axes.Count + _pairs.IndexOf(pair);
    }

    private string UniqueName(string layer, string name)
    {
        // What belongs to no layer keeps all of its name: seed.HEAD is not called as the user calls the head, which may be any word.
        return Identifiers.Unique(layer.Length > 0 ? Identifier(layer, name) : Identifier("", name.Replace('.', '_')), _names);
    }

    private static string Identifier(string layer, string name)
    {
        // A gradient of another layer's value, "dGru.h", keeps that layer's name.
        bool isGradient = name.Length > 1 && name[0] == 'd' && char.IsUpper(name[1]);
        string last = isGradient ? name : name.Substring(name.LastIndexOf('.') + 1);
        return Identifiers.Camel((layer.Length > 0 && char.IsDigit(layer[0]) ? "layer_" : "") + layer + (layer.Length > 0 ? "_" : "") + last);
    }
}
