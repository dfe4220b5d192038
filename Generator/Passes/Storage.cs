// Where values live while a program runs: buffers in two arenas, and views into them. Pure data; deciding is PlanBuffers' work.
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

    /// <summary>(steps + 1) groups of batch rows on the tape.</summary>
    Steps,
}

/// <summary>A piece of an arena. One slot: rows of <see cref="Row"/> floats. Several: a panel [unit block][row][slot][16].</summary>
internal sealed class Room(string name, string ownName, Depth depth, bool onTape, int offset, int slots, int units)
{
    /// <summary>Unique in its program, starts with a lower-case letter.</summary>
    public string Name { get; } = name;

    /// <summary>What it holds, without the layer's name: equal in layers of one kind.</summary>
    public string OwnName { get; } = ownName;

    public Depth Depth { get; } = depth;

    public bool OnTape { get; } = onTape;

    /// <summary>Floats a row of everything before it in its arena.</summary>
    public int Offset { get; } = offset;

    public int Slots { get; } = slots;

    public int Units { get; } = units;

    /// <summary>Floats from one row to the next.</summary>
    public int Row => Slots == 1 ? PackParameters.Pad(Units) : Slots * 16;

    /// <summary>Floats a row that it takes from its arena.</summary>
    public int Width => Slots * PackParameters.Pad(Units) * (Depth == Depth.Two ? 2 : 1);
}

/// <summary>A value's place in a buffer.</summary>
/// <param name="Slot">Slot of a panel; -1 for all of them.</param>
/// <param name="Shift">Steps to add: a state after step t lies one step on.</param>
/// <param name="AtSteps">Whether it lies behind the last step: a state's final value.</param>
internal sealed record View(Room Room, int Slot = -1, int Shift = 0, bool AtSteps = false);

/// <summary>A copy that no kernel and no loop makes by itself.</summary>
internal sealed record Move(Value From, View To);

/// <summary>One program of a network: what to execute, in which order, where everything lies.</summary>
internal sealed class ProgramPlan(Mode mode, NetworkGraph graph, PackParameters pack, LoopBudget budget)
{
    /// <summary>How long an emitted elementwise method may be.</summary>
    public LoopBudget Budget { get; } = budget;

    public Mode Mode { get; } = mode;

    public NetworkGraph Graph { get; } = graph;

    public PackParameters Pack { get; } = pack;

    /// <summary>Root tasks up to the output and the loss; in training also what the reverse walk needs saved.</summary>
    public Schedule Forward { get; set; } = null!;

    /// <summary>Root tasks of the reverse walk.</summary>
    public Schedule Backward { get; set; } = null!;

    public Dictionary<Scan, Schedule> Bodies { get; } = new();

    public Dictionary<Value, View> Views { get; } = new();

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

    public int TapeWidth { get; set; }

    /// <summary>In a streaming program the place of the input, if its caller's memory is read instead.</summary>
    public Room? DirectInput { get; set; }

    public int ScratchWidth { get; set; }

    /// <summary>Floats behind one row of scratch that hold products of inputs, some steps ahead.</summary>
    public int AheadLength { get; set; }
}
