// How a view becomes C#: references to buffers, offsets for the step at hand, strides of rows and unit blocks.
// Knows the variables that emitted methods declare; knows no op.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

/// <summary>Where in a method a place is named.</summary>
internal enum Where
{
    /// <summary>Outside of loops over time: all steps at once.</summary>
    Whole,

    /// <summary>The same for the part of the steps that the way back is at, or that it ends with.</summary>
    Part,

    /// <summary>In a loop over time, or in a streaming step.</summary>
    Step,
}

internal sealed class Places(ProgramPlan plan, bool backward)
{
    private readonly SortedDictionary<(int, int, int), Room> _rooms = new();

    private readonly Dictionary<string, string> _locals = new();

    /// <summary>References that the method must declare, with what they refer to, in the order in which they were named.</summary>
    public List<KeyValuePair<string, string>> Locals { get; } = new();

    /// <summary>A local reference into the parameters, their copies or their gradients.</summary>
    public string Local(string name, string target)
    {
        if (plan.Rooms.Any(b => b.Name == name))
        {
            name += "At";
        }

        if (!_locals.TryGetValue(name, out string? known))
        {
            _locals[name] = known = target;
            Locals.Add(new KeyValuePair<string, string>(name, target));
        }

        return known == target ? name : throw new System.InvalidOperationException($"{name} would stand for {known} and for {target}");
    }

    /// <summary>Where a method's statements outside of loops over time stand.</summary>
    public Where Outside { get; } = backward && plan.Truncates ? Where.Part : Where.Whole;

    /// <summary>The loop over time that is being written.</summary>
    public Scan? Loop { get; set; }

    /// <summary>Variables of the method, and of the loop over time that is being written.</summary>
    public Scope Method { get; } = new();

    /// <inheritdoc cref="Method"/>
    public Scope Turn { get; set; } = new();

    /// <summary>Rows before those of the step at hand.</summary>
    public string Now => Turn.Use("now");

    /// <summary>Rows before those of the step after it.</summary>
    public string Next => Turn.Use("next");

    /// <summary>Whether the step's number is odd; in a stream, that of its turn.</summary>
    public string Odd => (plan.Mode == Mode.Streaming ? Method : Turn).Use("odd");

    /// <summary>Steps that are made at once where there are no more than so few sequences.</summary>
    public string Span(int few) => Method.Use("span" + OfFew(few));

    /// <summary>Rows of those steps.</summary>
    public string Reach(int few) => Method.Use("reach" + OfFew(few));

    /// <summary>Rows of those steps before the one at hand.</summary>
    public string Within(int few) => Turn.Use("within" + OfFew(few));

    /// <summary>What tells variables of spans apart; nothing where up to <see cref="Spans.Few"/> sequences are few.</summary>
    public static string OfFew(int few) => few == Spans.Few ? "" : Text(few);

    /// <summary>Of two groups of rows that take turns, the one that is read.</summary>
    public string Incoming => Turn.Use("incoming");

    /// <summary>The one that is written.</summary>
    public string Outgoing => Turn.Use("outgoing");

    /// <summary>The step that the way back ends with.</summary>
    public string First => Method.Use("first");

    /// <summary>Rows before those of the part of all steps that is worked on; a span declares its own.</summary>
    public string From => Loop is { Forward: null } ? "from" : Method.Use("from");

    /// <summary>Rows of that part.</summary>
    public string Count => Loop is { Forward: null } ? "count" : Method.Use("count");

    /// <summary>The buffers that were named, in order of their place: what the method must declare.</summary>
    public IEnumerable<Room> Used => _rooms.Values;

    /// <summary>A reference to the first row of a place that is as its own region has it.</summary>
    public string At(View view, Where where) => At(new Sight(view), where);

    /// <summary>A reference to a place's first row, e.g. <c>Unsafe.Add(ref lstmC, next * 64)</c>.</summary>
    /// <param name="sight">The place.</param>
    /// <param name="where">Where it is named.</param>
    /// <param name="along">Whether a loop over the other axis is at its step <c>s</c>.</param>
    public string At(Sight sight, Where where, bool along = false)
    {
        Room room = sight.Room;
        var parts = new List<string>();
        if (RowsBefore(sight, where, along) is { Length: > 0 } rows)
        {
            parts.Add(rows + " * " + Text(room.Row));
        }

        if (along && sight.Along)
        {
            parts.Add("s * batch * " + Text(room.Row));
        }

        if (sight.Slot > 0)
        {
            parts.Add(Text(room.SlotStride * sight.Slot));
        }

        _rooms[(room.OnTape ? room.Class : int.MaxValue, room.Offset, room.Number)] = room;
        return parts.Count == 0 ? room.Name : "Unsafe.Add(ref " + room.Name + ", " + string.Join(" + ", parts) + ")";
    }

    /// <summary>Floats from one unit block to the next.</summary>
    public string Block(Room room) => room.Layout == Layout.Panel ? Extent(room) + " * " + Text(room.Row) : "16";

    /// <summary>How many rows there are in a buffer.</summary>
    public string Extent(Room room) => room.Depth == Depth.Span ? Reach(room.Few) : room.OnTape && plan.Mode != Mode.Streaming ? Extent(room.Class) : "batch";

    /// <summary>The variable that holds the number of rows of a class.</summary>
    public string Extent(int rowClass) => Method.Use(rowClass < plan.Axes.Count ? "extent" + Suffix(rowClass) : "pairs" + Suffix(rowClass - plan.Axes.Count));

    public string Steps(Axis axis) => plan.Mode == Mode.Streaming ? "1" : Method.Use("steps" + Suffix(plan.Axes.IndexOf(axis)));

    /// <summary>The step whose parameters are read, where every step has its own: a decoder that goes on has done some steps before.</summary>
    public string ParameterStep => Loop is not null && plan.GoesOn(Loop) ? "(f.FirstStep + t)" : "t";

    /// <summary>The rows of a whole sequence.</summary>
    public string Rows(Axis axis) => plan.Mode == Mode.Streaming ? "batch" : Method.Use("rows" + Suffix(plan.Axes.IndexOf(axis)));

    /// <summary>Lengths of the sequences along an axis.</summary>
    public string Lengths(Axis axis) => plan.Mode == Mode.Streaming ? "default" : plan.Axes.IndexOf(axis) == 0 ? "f.Lengths" : "f.LengthsOf(" + Text(plan.Axes.IndexOf(axis)) + ")";

    /// <summary>What tells the variables of one axis from those of another; nothing for the first.</summary>
    public static string Suffix(int index) => index == 0 ? "" : Text(index);

    /// <summary>Rows of its room that lie before a place; nothing where it begins with the room.</summary>
    private string RowsBefore(Sight sight, Where where, bool along)
    {
        Room room = sight.Room;
        bool isStep = where == Where.Step && !sight.Whole, isPart = where == Where.Part && !sight.Whole && !along;
        return (room.Depth, sight.View.Group) switch
        {
            (Depth.Step, _) => "",
            (Depth.Span, _) => where == Where.Step ? Within(room.Few) : "",
            (Depth.Two, var group) => Turning(group, where),
            (Depth.Steps, _) when plan.IsOfPair(room) => where == Where.Step ? "t * " + Rows(plan.Pairs[room.Class - plan.Axes.Count].Inner) : "",
            (Depth.Steps, Group.Last) => Method.Use("rows" + Suffix(room.Class)),
            (Depth.Steps, Group.Next) => isStep ? Next : isPart ? "(" + From + " + batch)" : "batch",
            _ => isStep ? Now : isPart ? From : "",
        };
    }

    /// <summary>The same for a state's two groups of rows that take turns: outside of its loop it is in the first, but before the way back.</summary>
    private string Turning(Group group, Where where) =>
        where == Where.Step ? ((group == Group.Next) == (Loop?.Reverse ?? false) ? Incoming : Outgoing)
        : group == Group.Last ? "((" + Steps(Loop!.Axis) + " - " + First + ") & 1) * batch" : "";
}
