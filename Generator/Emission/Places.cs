// How a view becomes C#: references to buffers, offsets for the step at hand, strides of rows and unit blocks.
// Knows the variables that emitted methods declare; knows no op.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;

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
    public string Extent(int rowClass) => rowClass < plan.Axes.Count ? "extent" + Suffix(rowClass) : "pairs" + Suffix(rowClass - plan.Axes.Count);

    public string Steps(Axis axis) => plan.Mode == Mode.Streaming ? "1" : "steps" + Suffix(plan.Axes.IndexOf(axis));

    /// <summary>The step whose parameters are read, where every step has its own: a decoder that goes on has done some steps before.</summary>
    public string ParameterStep => plan.Mode == Mode.Inference && plan.Continues && Loop?.Axis == StepForm.DecoderInput(plan.Graph)!.Shape.Axis ? "(f.FirstStep + t)" : "t";

    /// <summary>The rows of a whole sequence.</summary>
    public string Rows(Axis axis) => plan.Mode == Mode.Streaming ? "batch" : "rows" + Suffix(plan.Axes.IndexOf(axis));

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
                return !view.AtSteps ? "" : "((steps" + Suffix(plan.Axes.IndexOf(Loop!.Axis)) + " - first) & 1) * batch * " + row;
            case Depth.Two:
                return ((view.Shift == 1) == (Loop?.Reverse ?? false) ? "incoming * " : "outgoing * ") + row;
        }

        if (IsPair(view.Room))
        {
            return where == Where.Whole ? "" : "t * " + Rows(plan.Pairs[view.Room.Class - plan.Axes.Count].Inner) + " * " + row;
        }

        if (view.AtSteps)
        {
            return "rows" + Suffix(view.Room.Class) + " * " + row;
        }

        if (where == Where.Whole || view.Whole)
        {
            return InPart && !along && !view.Whole ? (view.Shift == 1 ? "(from + batch) * " : "from * ") + row : view.Shift == 1 ? "batch * " + row : "";
        }

        return (view.Shift == 1 ? "next * " : "now * ") + row;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
