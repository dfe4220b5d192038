// Where values live while a program runs: rooms in two arenas, and places in them. Pure data: what lies where is decided by Homes, and
// how far behind each other rooms lie by PlanBuffers.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Passes;

internal enum Mode
{
    Training,
    Inference,
    Streaming,
}

internal enum Depth
{
    /// <summary>batch rows in the scratch (or in a stream's state): one step.</summary>
    Step,

    /// <summary>Two groups of batch rows in the scratch that take turns: a state whose past nobody needs.</summary>
    Two,

    /// <summary>A group of batch rows behind the scratch for each step of a span: see <see cref="ProgramOrder.Spanned"/>.</summary>
    Span,

    /// <summary>(steps + 1) groups of batch rows on the tape.</summary>
    Steps,
}

/// <summary>How the numbers of a value of shape [slots, units] lie.</summary>
internal enum Layout
{
    /// <summary>One slot: rows of padded units.</summary>
    Vector,

    /// <summary>[unit block][row][slot][16]: gates, as the matrix kernels write and read them.</summary>
    Panel,

    /// <summary>[row][slot][padded units]: a memory, whose slots are vectors of their own.</summary>
    Matrix,
}

/// <summary>A piece of an arena.</summary>
/// <param name="Class">Which rows it has: those of an axis on the tape, those of a pair of axes, (-1) one a row of the batch, or (-2) one a row and step of a span.</param>
internal sealed class Room(int number, string name, string ownName, Depth depth, bool onTape, int rowClass, int offset, Layout layout, int slots, int units, int few)
{
    /// <summary>Which of its program's rooms it is.</summary>
    public int Number { get; } = number;

    /// <summary>Unique in its program, starts with a lower-case letter.</summary>
    public string Name { get; } = name;

    /// <summary>What it holds, without the layer's name: equal in layers of one kind.</summary>
    public string OwnName { get; } = ownName;

    public Depth Depth { get; } = depth;

    public bool OnTape { get; } = onTape;

    /// <summary>Which rows of the tape it has, see <see cref="ProgramPlan.Axes"/> and <see cref="ProgramPlan.Pairs"/>.</summary>
    public int Class { get; } = rowClass;

    /// <summary>Floats a row from the beginning of its class to it. Rooms that are in use at different times may overlap.</summary>
    public int Offset { get; } = offset;

    /// <summary>Of a room for a span of steps: with how many sequences at most there is more than one in it.</summary>
    public int Few { get; } = few;

    public Layout Layout { get; } = layout;

    public int Slots { get; } = slots;

    public int Units { get; } = units;

    /// <summary>Floats from one row to the next.</summary>
    public int Row => Layout == Layout.Panel ? Slots * 16 : Slots * PackParameters.Pad(Units);

    /// <summary>Floats from one slot to the next.</summary>
    public int SlotStride => Layout == Layout.Panel ? 16 : PackParameters.Pad(Units);

    /// <summary>Unit blocks that lie apart; 1 for rows that are stored whole.</summary>
    public int Blocks => Layout == Layout.Panel ? PackParameters.Blocks(Units) : 1;

    /// <summary>Floats a row that it takes from its arena.</summary>
    public int Width => Slots * PackParameters.Pad(Units) * (Depth == Depth.Two ? 2 : 1);
}

/// <summary>Which of its room's groups of rows a value takes: there is one for each step, and one more.</summary>
internal enum Group
{
    /// <summary>That of its step.</summary>
    Own,

    /// <summary>The next one: a state after step t where a loop over time goes forwards, before it where it goes backwards.</summary>
    Next,

    /// <summary>The last of all; of two that take turns, the one that makes the way back end in the first.</summary>
    Last,
}

/// <summary>A value's place in a room.</summary>
/// <param name="Slot">Slot of a panel; -1 for all of them.</param>
internal sealed record View(Room Room, int Slot = -1, Group Group = Group.Own);

/// <summary>A place as a node finds it.</summary>
/// <param name="View">The place.</param>
/// <param name="Whole">Whether a loop over time sees all of it at every step: what a body captures, and what it has along another axis.</param>
/// <param name="Along">Whether the value has steps of an axis there.</param>
internal sealed record Sight(View View, bool Whole = false, bool Along = false)
{
    public Room Room => View.Room;

    public int Slot => View.Slot;
}

/// <summary>A copy that no kernel and no loop makes by itself.</summary>
internal sealed record Move(Value From, View To);

/// <summary>Where everything of a program lies.</summary>
/// <param name="Views">The place of every value that has one.</param>
/// <param name="Copies">Further places where a value is wanted.</param>
/// <param name="Before">What to copy into a scan's states before its first step.</param>
/// <param name="After">What to copy after every step, in this order.</param>
/// <param name="Rooms">All rooms.</param>
/// <param name="Rings">What a convolution remembers of its input in a stream.</param>
/// <param name="Pairs">What a loop over the one axis has at every step for all of the other: further classes of rows.</param>
/// <param name="TapeWidths">Floats a row of each class.</param>
/// <param name="ScratchWidth">Floats a row of the scratch.</param>
/// <param name="SpanWidth">Floats a row of what is made for some steps at once.</param>
/// <param name="DirectInput">In a streaming program the place of the input, if its caller's memory is read instead.</param>
internal sealed record Storage(
    Dictionary<Value, View> Views, Dictionary<Value, List<View>> Copies, Dictionary<Scan, List<Move>> Before, Dictionary<Scan, List<Move>> After,
    List<Room> Rooms, Dictionary<Node, Room> Rings, List<(Axis Outer, Axis Inner)> Pairs, List<int> TapeWidths, int ScratchWidth, int SpanWidth, Room? DirectInput);
