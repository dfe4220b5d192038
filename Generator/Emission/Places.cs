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
    /// <summary>Outside of loops: all steps at once.</summary>
    Whole,

    /// <summary>In a forward loop over time, or in a streaming step.</summary>
    Step,

    /// <summary>In a backward loop over time.</summary>
    BackwardStep,
}

internal sealed class Places(ProgramPlan plan, bool backward)
{
    private readonly SortedDictionary<(int, int), Room> _rooms = new();

    private readonly Dictionary<string, string> _locals = new();

    /// <summary>References that the method must declare, with what they refer to, in the order in which they were named.</summary>
    public List<KeyValuePair<string, string>> Locals { get; } = new();

    /// <summary>A local reference into the parameters, their copies or their gradients.</summary>
    public string Local(string name, string target)
    {
        if (plan.Buffers.Any(b => b.Name == name))
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

    /// <summary>Whether places outside of loops over time begin at the step that the way back ends with, or that a part of it ends with.</summary>
    public bool InPart { get; set; } = backward && plan.Truncates;

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

    /// <summary>Of two groups of rows that take turns, the one that is read.</summary>
    public string Incoming => Turn.Use("incoming");

    /// <summary>The one that is written.</summary>
    public string Outgoing => Turn.Use("outgoing");

    /// <summary>Rows before those of the part of all steps that is worked on.</summary>
    public string From => Method.Use("from");

    /// <summary>Rows of that part.</summary>
    public string Count => Method.Use("count");

    /// <summary>The buffers that were named, in order of their place: what the method must declare.</summary>
    public IEnumerable<Room> Used => _rooms.Values;

    /// <summary>A reference to a view's first row, e.g. <c>Unsafe.Add(ref lstmC, next * 64)</c>.</summary>
    /// <param name="view">The view.</param>
    /// <param name="where">Where it is named.</param>
    /// <param name="along">Whether a loop over the other axis is at its step <c>s</c>.</param>
    public string At(View view, Where where, bool along = false)
    {
        var parts = new List<string>();
        string offset = Offset(view, where, along);
        if (offset.Length > 0)
        {
            parts.Add(offset);
        }

        if (along && view.Along)
        {
            parts.Add("s * batch * " + Text(view.Room.Row));
        }

        if (view.Slot > 0)
        {
            parts.Add(Text(view.Room.SlotStride * view.Slot));
        }

        _rooms[(view.Room.OnTape ? view.Room.Class : int.MaxValue, view.Room.Offset)] = view.Room;
        return parts.Count == 0 ? view.Room.Name : "Unsafe.Add(ref " + view.Room.Name + ", " + string.Join(" + ", parts) + ")";
    }

    /// <summary>Floats from one unit block to the next.</summary>
    public string Block(Room room) => room.Layout == Layout.Panel ? Extent(room) + " * " + Text(room.Row) : "16";

    /// <summary>How many rows there are in a buffer.</summary>
    public string Extent(Room room) => room.OnTape && plan.Mode != Mode.Streaming ? Extent(room.Class) : "batch";

    /// <summary>The variable that holds the number of rows of a class.</summary>
    public string Extent(int rowClass) => Method.Use(rowClass < plan.Axes.Count ? "extent" + Suffix(rowClass) : "pairs" + Suffix(rowClass - plan.Axes.Count));

    public string Steps(Axis axis) => plan.Mode == Mode.Streaming ? "1" : Method.Use("steps" + Suffix(plan.Axes.IndexOf(axis)));

    /// <summary>The rows of a whole sequence.</summary>
    public string Rows(Axis axis) => plan.Mode == Mode.Streaming ? "batch" : Method.Use("rows" + Suffix(plan.Axes.IndexOf(axis)));

    /// <summary>Lengths of the sequences along an axis.</summary>
    public string Lengths(Axis axis) => plan.Mode == Mode.Streaming ? "default" : plan.Axes.IndexOf(axis) == 0 ? "f.Lengths" : "f.LengthsOf(" + Text(plan.Axes.IndexOf(axis)) + ")";

    /// <summary>What tells the variables of one axis from those of another; nothing for the first.</summary>
    public static string Suffix(int index) => index == 0 ? "" : Text(index);

    private bool IsPair(Room room) => room.OnTape && room.Class >= plan.Axes.Count;

    private string Offset(View view, Where where, bool along)
    {
        string row = Text(view.Room.Row);
        switch (view.Room.Depth)
        {
            case Depth.Step:
                return "";
            case Depth.Two when where == Where.Whole:
                return !view.AtSteps ? "" : "((" + Steps(Loop!.Axis) + " - first) & 1) * batch * " + row;
            case Depth.Two:
                return ((view.Shift == 1) == (Loop?.Reverse ?? false) ? Incoming : Outgoing) + " * " + row;
        }

        if (IsPair(view.Room))
        {
            return where == Where.Whole ? "" : "t * " + Rows(plan.Pairs[view.Room.Class - plan.Axes.Count].Inner) + " * " + row;
        }

        if (view.AtSteps)
        {
            return Method.Use("rows" + Suffix(view.Room.Class)) + " * " + row;
        }

        if (where == Where.Whole || view.Whole)
        {
            return InPart && !along && !view.Whole ? (view.Shift == 1 ? "(" + From + " + batch) * " : From + " * ") + row : view.Shift == 1 ? "batch * " + row : "";
        }

        return (view.Shift == 1 ? Next : Now) + " * " + row;
    }
}
