// The programs of a network: what to execute, in which order, where everything lies. Knows what was decided; decides nothing.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>A network before it is written.</summary>
/// <param name="Pack">Where each parameter lies.</param>
/// <param name="Training">The training program, if there is one.</param>
/// <param name="Inference">Inference over whole sequences.</param>
/// <param name="Streaming">One step, if there is such a program.</param>
/// <param name="WeightNoises">Noise that falls on parameters, which no program has.</param>
/// <param name="Losses">Losses of users' own, each with its head's place among the outputs.</param>
internal sealed record PlannedNetwork(
    PackParameters Pack, ProgramPlan? Training, ProgramPlan Inference, ProgramPlan? Streaming, IReadOnlyList<(NoiseOp Noise, string Parameter)> WeightNoises,
    IReadOnlyList<(int Head, ProgramPlan Plan)> Losses)
{
    public IEnumerable<ProgramPlan> Programs => new[] { Training, Inference, Streaming }.OfType<ProgramPlan>();
}

/// <summary>A program as the emitter finds it. What its properties are is said where they are decided.</summary>
/// <param name="order">What is computed when.</param>
/// <param name="storage">What lies where.</param>
/// <param name="pack">Where parameters lie.</param>
/// <param name="budget">How long an emitted elementwise method may be.</param>
internal sealed class ProgramPlan(ProgramOrder order, Storage storage, PackParameters pack, LoopBudget budget)
{
    private bool? _continues;

    public ProgramOrder Order => order;

    public Storage Storage => storage;

    public LoopBudget Budget => budget;

    public Mode Mode => order.Mode;

    public NetworkGraph Graph => order.Graph;

    public PackParameters Pack => pack;

    public Schedule Forward => order.Forward;

    public Schedule Backward => order.Backward;

    public IReadOnlyDictionary<Scan, Schedule> Bodies => order.Bodies;

    public Layouts Layouts => order.Layouts;

    public Waits Waits => order.Waits;

    public List<Axis> Axes => order.Axes;

    public IReadOnlyDictionary<Node, string> GradientTargets => order.GradientTargets;

    public HashSet<Task> ForInputGradient => order.ForInputGradient;

    public IReadOnlyDictionary<Node, int> Spanned => order.Spanned;

    public bool Truncates => order.Truncates;

    public IReadOnlyDictionary<Value, View> Views => storage.Views;

    public IReadOnlyDictionary<Value, List<View>> Copies => storage.Copies;

    public IReadOnlyDictionary<Scan, List<Move>> Before => storage.Before;

    public IReadOnlyDictionary<Scan, List<Move>> After => storage.After;

    public IReadOnlyList<Room> Rooms => storage.Rooms;

    public IReadOnlyDictionary<Node, Room> Rings => storage.Rings;

    public List<(Axis Outer, Axis Inner)> Pairs => storage.Pairs;

    public IReadOnlyList<int> TapeWidths => storage.TapeWidths;

    public int ScratchWidth => storage.ScratchWidth;

    public int SpanWidth => storage.SpanWidth;

    public Room? DirectInput => storage.DirectInput;

    /// <summary>Whether a decoder can go on from its last call: what it is fed has a port of its own, and its states are all that it keeps of the steps before.</summary>
    public bool Continues => _continues ??= StepForm.GoesOn(Graph);

    /// <summary>Whether a loop over time is that decoder's: its states may be where the last call left them.</summary>
    public bool GoesOn(Scan scan) => Mode == Mode.Inference && Continues && scan.Axis == StepForm.DecoderInput(Graph)!.Shape.Axis;

    public bool IsNoWork(Task task) => order.IsNoWork(task);

    /// <summary>A value's place as a node of that region finds it.</summary>
    public Sight SightOf(Value value, Region region)
    {
        View view = Views.TryGetValue(value, out View? known) ? known : throw new GraphException($"{value} ({value.Producer?.Op.Name}) is read but lies nowhere");
        bool along = value.Shape.Extent == Extent.BatchAxis, captured = value.Region != region && view.Room.Depth == Depth.Steps;
        return new Sight(view, captured || (along && value.Region.Owner is not null && !IsOfPair(view.Room)), along);
    }

    /// <summary>Whether a room has rows for every pair of steps of two axes.</summary>
    public bool IsOfPair(Room room) => room.OnTape && room.Class >= Axes.Count;
}
