// Where values live while a program runs: buffers in two arenas, and views into them. Pure data; deciding is PlanBuffers' work.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

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
/// <param name="Class">Which rows it has: those of an axis on the tape, those of a pair of axes, or (-1) one a row of the batch.</param>
internal sealed class Room(string name, string ownName, Depth depth, bool onTape, int rowClass, int offset, Layout layout, int slots, int units)
{
    /// <summary>Unique in its program, starts with a lower-case letter.</summary>
    public string Name { get; } = name;

    /// <summary>What it holds, without the layer's name: equal in layers of one kind.</summary>
    public string OwnName { get; } = ownName;

    public Depth Depth { get; } = depth;

    public bool OnTape { get; } = onTape;

    /// <summary>Which rows of the tape it has, see <see cref="ProgramPlan.Axes"/> and <see cref="ProgramPlan.Pairs"/>.</summary>
    public int Class { get; } = rowClass;

    /// <summary>Floats a row of everything before it in its class.</summary>
    public int Offset { get; } = offset;

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

/// <summary>One program of a network: what to execute, in which order, where everything lies.</summary>
internal sealed class ProgramPlan(Mode mode, NetworkGraph graph, PackParameters pack, LoopBudget budget)
{
    private bool? _continues;

    /// <summary>How long an emitted elementwise method may be.</summary>
    public LoopBudget Budget { get; } = budget;

    public Mode Mode { get; } = mode;

    public NetworkGraph Graph { get; } = graph;

    public PackParameters Pack { get; } = pack;

    /// <summary>Root tasks up to the output and the loss; in training also what the reverse walk needs saved.</summary>
    public Schedule Forward { get; set; } = null!;

    /// <summary>How values of shape [slots, units] lie.</summary>
    public Layouts Layouts { get; } = Layouts.Of(graph);

    /// <summary>What has no value at every step of a stream that goes on all the same, because another output has.</summary>
    public Waits Waits { get; } = mode == Mode.Streaming && graph.Results.Keys.Any(k => k.StartsWith("output.", System.StringComparison.Ordinal)) ? Waits.Of(graph) : Waits.None;

    /// <summary>Root tasks of the reverse walk.</summary>
    public Schedule Backward { get; set; } = null!;

    public Dictionary<Scan, Schedule> Bodies { get; } = new();

    public Dictionary<Value, View> Views { get; } = new();

    /// <summary>A value's place as a node of that region finds it.</summary>
    public Sight SightOf(Value value, Region region)
    {
        View view = Views.TryGetValue(value, out View? known) ? known : throw new GraphException($"{value} ({value.Producer?.Op.Name}) is read but lies nowhere");
        bool along = value.Shape.Extent == Extent.BatchAxis, captured = value.Region != region && view.Room.Depth == Depth.Steps;
        return new Sight(view, captured || (along && value.Region.Owner is not null && !IsOfPair(view.Room)), along);
    }

    /// <summary>Whether a room has rows for every pair of steps of two axes.</summary>
    public bool IsOfPair(Room room) => room.OnTape && room.Class >= Axes.Count;

    /// <summary>Further places where a value is wanted.</summary>
    public Dictionary<Value, List<View>> Copies { get; } = new();

    /// <summary>What to copy into a scan's states before its first step.</summary>
    public Dictionary<Scan, List<Move>> Before { get; } = new();

    /// <summary>What to copy after every step, in this order.</summary>
    public Dictionary<Scan, List<Move>> After { get; } = new();

    /// <summary>Which parameters each gradient product adds to.</summary>
    public Dictionary<Node, string> GradientTargets { get; } = new();

    /// <summary>Backward tasks that only the gradient of the input needs.</summary>
    public HashSet<Task> ForInputGradient { get; } = new();

    public List<Room> Buffers { get; } = new();

    /// <summary>The axes of the network, that of the first input first: each is a class of rows on the tape.</summary>
    public List<Axis> Axes { get; } = new();

    /// <summary>What a loop over the one axis has at every step for all of the other: further classes of rows.</summary>
    public List<(Axis Outer, Axis Inner)> Pairs { get; } = new();

    /// <summary>Floats a row of each class.</summary>
    public List<int> TapeWidths { get; } = new();

    /// <summary>What a convolution remembers of its input in a stream.</summary>
    public Dictionary<Node, Room> Rings { get; } = new();

    /// <summary>Whether a decoder can go on from its last call: what it is fed has a port of its own, and its states are all that it keeps of the steps before.</summary>
    public bool Continues => _continues ??= StepForm.GoesOn(Graph);

    /// <summary>Whether the way back may end before the first step: every value of a step depends on that step and those before it, row by row.</summary>
    public bool Truncates { get; set; }

    /// <summary>In a streaming program the place of the input, if its caller's memory is read instead.</summary>
    public Room? DirectInput { get; set; }

    public int ScratchWidth { get; set; }
}
