// How a view becomes C#: references to buffers, offsets for the step at hand, strides of rows and unit blocks.
// Knows the variables that emitted methods declare; knows no op.
using System.Collections.Generic;
using System.Globalization;
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

internal sealed class Places(Mode mode, bool backward)
{
    private readonly SortedDictionary<int, Room> _tape = new();
    private readonly SortedDictionary<int, Room> _scratch = new();

    private readonly Dictionary<string, string> _locals = new();

    /// <summary>References that the method must declare, with what they refer to, in the order in which they were named.</summary>
    public List<KeyValuePair<string, string>> Locals { get; } = new();

    /// <summary>A local reference into the parameters, their copies or their gradients.</summary>
    public string Local(string name, string target)
    {
        if (!_locals.TryGetValue(name, out string? known))
        {
            _locals[name] = known = target;
            Locals.Add(new KeyValuePair<string, string>(name, target));
        }

        return known == target ? name : throw new System.InvalidOperationException($"{name} would stand for {known} and for {target}");
    }

    /// <summary>The buffers that were named, in order of their place: what the method must declare.</summary>
    public IEnumerable<Room> Used
    {
        get
        {
            foreach (Room room in _tape.Values)
            {
                yield return room;
            }

            foreach (Room room in _scratch.Values)
            {
                yield return room;
            }
        }
    }

    /// <summary>A reference to a view's first row, e.g. <c>Unsafe.Add(ref lstmC, next * 64)</c>.</summary>
    public string At(View view, Where where)
    {
        string offset = Offset(view, where);
        string slot = view.Slot > 0 ? Text(16 * view.Slot) : "";
        (view.Room.OnTape ? _tape : _scratch)[view.Room.Offset] = view.Room;
        string sum = offset.Length > 0 && slot.Length > 0 ? offset + " + " + slot : offset + slot;
        return sum.Length == 0 ? view.Room.Name : "Unsafe.Add(ref " + view.Room.Name + ", " + sum + ")";
    }

    /// <summary>Floats from one unit block to the next.</summary>
    public string Block(Room room) => room.Slots == 1 ? "16" : Rows(room) + " * " + Text(room.Row);

    /// <summary>Rows of a panel: all there are in its arena.</summary>
    private string Rows(Room room) => room.OnTape && mode != Mode.Streaming ? "extent" : "batch";

    private string Offset(View view, Where where)
    {
        string row = Text(view.Room.Row);
        switch (view.Room.Depth)
        {
            case Depth.Step:
                return "";
            case Depth.Two when where == Where.Whole:
                return view.AtSteps ? "((steps - first) & 1) * batch * " + row : "";
            case Depth.Two:
                return (view.Shift == 1 == backward ? "incoming * " : "outgoing * ") + row;
        }

        if (view.AtSteps)
        {
            return "rows * " + row;
        }

        if (where == Where.Whole)
        {
            return backward ? (view.Shift == 1 ? "(from + batch) * " : "from * ") + row : view.Shift == 1 ? "batch * " + row : "";
        }

        return (view.Shift == 1 ? "next * " : "now * ") + row;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
