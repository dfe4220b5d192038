// That every value is found where it was put and not what was written there since, over random and golden declarations.
// Knows the checker; refuses to know how places are chosen.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Passes;
using SeqGen.Generator.Tests.Fuzz;
using SeqGen.Generator.Tests.Generated;
using Xunit;

namespace SeqGen.Generator.Tests.Passes;

public class PlaceTests
{
    private const int FirstSeed = 970000;

    private static readonly CompilerOptions[] _options =
    [
        CompilerOptions.Default,
        CompilerOptions.Default,
        CompilerOptions.Default with { ReuseSlots = false },
        CompilerOptions.Default with { LoopOperations = 6, LoopActivations = 1 },
        CompilerOptions.Default with { RecomputeCheap = false, GatherGradients = false, ShareEqual = false },
        CompilerOptions.Default with { FuseLoops = false },
    ];

    [Fact]
    public void Values_of_random_networks_are_found_where_they_were_put() => None(
        Enumerable.Range(FirstSeed, 180).SelectMany(seed => Plans(RandomNetworks.Of(seed, "N" + seed), _options[seed % _options.Length])).SelectMany(PlaceChecker.Faults));

    [Fact]
    public void Values_of_golden_networks_are_found_where_they_were_put() => None(
        GoldenNetworks.Declarations().Select(d => Oracle.Spec(GoldenNetworks.OwnRun, "Goldens." + d.Class)).SelectMany(s => Plans(s, CompilerOptions.Default)).SelectMany(PlaceChecker.Faults));

    [Fact]
    public void Values_of_networks_that_failed_once_are_found_where_they_were_put() => None(
        Corpus.Read().SelectMany(one => Plans(one.Spec, CompilerOptions.Default)).SelectMany(PlaceChecker.Faults));

    /// <summary>The checker itself: two operands of one op that are put into one place are two values of which one is overwritten too early.</summary>
    [Fact]
    public void Operands_in_one_place_are_reported() =>
        AreReported(120, seeds: 30, faults: plan => Together(plan).Select(rooms => (Func<Value, View, View>)((_, view) => view.Room == rooms.First ? view with { Room = rooms.Second } : view)));

    /// <summary>A value that goes into a gate's place before the gate's last reader.</summary>
    [Fact]
    public void A_slot_that_is_taken_one_loop_too_early_is_reported() =>
        AreReported(30, seeds: 90, faults: plan => TooEarly(plan).Select(early => (Func<Value, View, View>)((value, view) => value == early.Value ? early.Place : view)));

    /// <summary>A product that adds onto what it also reads: the sum may not lie there.</summary>
    [Fact]
    public void A_sum_in_the_place_of_its_own_factor_is_reported()
    {
        NetworkSpec spec = DeclarationText.Parse("[Network(Inputs = 5, Timesteps = 3)] [Dense(5, Residual = true)] [Dense(5, Residual = true)] [Lstm(2)] [Dense(1)] public partial class Net;");
        ProgramPlan plan = Plans(spec, CompilerOptions.Default).First();
        List<Node> sums = [.. plan.Graph.Root.Nodes.Where(n => n.Op is Ops.AffineInputGradientOp && n.Inputs.Count == 3 && n.Inputs[1] == n.Inputs[2])];
        Assert.NotEmpty(sums);
        Assert.All(sums, sum => Assert.NotEmpty(With(plan, (_, view) => view == plan.Views[sum.Output] ? plan.Views[sum.Inputs[1]] : view, PlaceChecker.Faults)));
    }

    /// <summary>Places follow from the graph: who asks first for which changes none.</summary>
    [Fact]
    public void The_order_of_questions_changes_no_place()
    {
        var random = new Random(7);
        foreach (int seed in Enumerable.Range(FirstSeed, 60))
        {
            foreach (ProgramPlan plan in Plans(RandomNetworks.Of(seed, "N" + seed), CompilerOptions.Default))
            {
                Value[] values = [.. plan.Graph.Root.Nodes.Concat(plan.Bodies.Keys.SelectMany(s => s.Body.Nodes)).SelectMany(n => n.Outputs)
                    .Concat(plan.Bodies.Keys.SelectMany(s => s.Each).Select(e => e.Inner)).Concat(plan.Bodies.Keys.SelectMany(s => s.Carries).Select(c => c.Previous))];
                string expected = Text(plan.Storage);
                for (int i = 0; i < 3; i++)
                {
                    var homes = new Homes(plan.Order, reuses: true);
                    random.Shuffle(values);
                    Array.ForEach(values, v => homes.Of(v));
                    Assert.Equal(expected, Text(PlanBuffers.Run(plan.Order, homes, plan.Pack)));
                }
            }
        }
    }

    /// <summary>What a layer has in the scratch is done with when the next layer begins.</summary>
    [Fact]
    public void A_deeper_stack_streams_in_as_much_scratch()
    {
        int[] widths = [.. new[] { 2, 3, 8 }.Select(depth => Plans(DeclarationText.Parse(
            $"[Network(Inputs = 8, Timesteps = 4)] {string.Concat(Enumerable.Repeat("[Lstm(64)] ", depth))}[Dense(1)] public partial class Net;"), CompilerOptions.Default).Last().ScratchWidth)];
        Assert.All(widths, width => Assert.Equal(widths[0], width));
    }

    /// <summary>Gradients that go from layer to layer share memory: each further one adds what is saved for the way back alone.</summary>
    [Fact]
    public void Gradients_between_layers_take_turns()
    {
        int[] widths = [.. new[] { 4, 5, 8 }.Select(depth => Plans(DeclarationText.Parse(
            $"[Network(Inputs = 8, Timesteps = 4)] {string.Concat(Enumerable.Repeat("[Lstm(64)] ", depth))}[Dense(1)] public partial class Net;"), CompilerOptions.Default).First().TapeWidths[0])];
        const int Saved = (4 + 3) * 64; // gates, tanh(c), c, h
        Assert.Equal(Saved, widths[1] - widths[0]);
        Assert.Equal(3 * Saved, widths[2] - widths[1]);
    }

    private static string Text(Storage storage)
    {
        IEnumerable<string> views = storage.Views.OrderBy(v => v.Key.Id).Select(v => v.Key + " in " + Text(v.Value))
            .Concat(storage.Copies.OrderBy(c => c.Key.Id).Select(c => c.Key + " also in " + string.Join(", ", c.Value.Select(Text))))
            .Concat(storage.Before.Values.Concat(storage.After.Values).SelectMany(m => m).Select(m => m.From + " to " + Text(m.To)))
            .Concat(storage.Rooms.Select(r => Text(new View(r)))).Concat(storage.Rings.Values.Select(r => r.Name));
        return string.Join("\n", views.Append(string.Join(", ", storage.TapeWidths.Append(storage.ScratchWidth)) + " " + storage.DirectInput?.Name));

        static string Text(View view) => $"{view.Room.Name} ({view.Room.OnTape} {view.Room.Class} {view.Room.Offset} {view.Room.Depth}) {view.Slot} {view.Group}";
    }

    private static IEnumerable<ProgramPlan> Plans(NetworkSpec spec, CompilerOptions options) => NetworkShape.Of(spec) is { Problems.Count: 0 } shape
        ? NetworkCompiler.Plan(spec, shape, options, cancel: TestContext.Current.CancellationToken).Programs
        : [];

    private static void None(IEnumerable<string> faults)
    {
        List<string> first = [.. faults.Take(20)];
        Assert.True(first.Count == 0, string.Join("\n", first));
    }

    /// <summary>Every fault that is put into plans of random networks, some of them a plan.</summary>
    /// <param name="least">How many there must be to tell.</param>
    /// <param name="seeds">How many networks.</param>
    /// <param name="faults">The faults of a plan, each as where values lie then.</param>
    private static void AreReported(int least, int seeds, Func<ProgramPlan, IEnumerable<Func<Value, View, View>>> faults)
    {
        int planted = 0;
        foreach (int seed in Enumerable.Range(FirstSeed, seeds))
        {
            foreach (ProgramPlan plan in Plans(RandomNetworks.Of(seed, "N" + seed), CompilerOptions.Default))
            {
                foreach (Func<Value, View, View> fault in faults(plan).Take(8))
                {
                    planted++;
                    Assert.True(With(plan, fault, PlaceChecker.Faults).Count > 0, $"seed {seed}, {plan.Mode}: nobody notices that {string.Join(", ", Moved(plan, fault))}");
                }
            }
        }

        Assert.True(planted > least, $"{planted} are too few to tell");
    }

    private static IEnumerable<string> Moved(ProgramPlan plan, Func<Value, View, View> fault) =>
        plan.Views.Where(v => fault(v.Key, v.Value) != v.Value).Select(v => $"{v.Key} lies in {fault(v.Key, v.Value).Room.Name} and not in {v.Value.Room.Name}");

    /// <summary>Rooms of one form whose values one kernel reads side by side. What a loop both makes and reads it has at hand: it may store that where the other lay.</summary>
    private static IEnumerable<(Room First, Room Second)> Together(ProgramPlan plan) =>
        from node in plan.Graph.Root.Nodes.Concat(plan.Bodies.Keys.SelectMany(s => s.Body.Nodes))
        from a in node.Inputs.Distinct()
        from b in node.Inputs.Distinct()
        where a != b && plan.Views.ContainsKey(a) && plan.Views.ContainsKey(b) && !IsOfOneTask(plan, node, a) && !IsOfOneTask(plan, node, b)
        let one = plan.Views[a].Room
        let other = plan.Views[b].Room
        where one != other && (one.OnTape, one.Class, one.Depth, one.Layout, one.Slots, one.Units) == (other.OnTape, other.Class, other.Depth, other.Layout, other.Slots, other.Units)
        select (one, other);

    private static bool IsOfOneTask(ProgramPlan plan, Node reader, Value value)
    {
        Task? Of(Value made) => made.Producer?.Region.Owner is { } scan ? plan.Bodies[scan].Of(made) : plan.Forward.Of(made) ?? (plan.Mode == Mode.Training ? plan.Backward.Of(made) : null);
        return reader is not Scan && value.Producer is not null && Of(reader.Output) is { } task && task == Of(value);
    }

    /// <summary>Values that a loop stores while a later one is still to read a slot, with that slot's place.</summary>
    private static IEnumerable<(Value Value, View Place)> TooEarly(ProgramPlan plan) =>
        from body in plan.Bodies
        from slot in body.Key.Body.Nodes
        where slot.Op is Ops.SlotOp && plan.Views.ContainsKey(slot.Output) && slot.Inputs[0].Producer?.Op is Ops.AffineOp
        from later in body.Value.Tasks
        where later.IsLoop && later.Nodes.Any(n => n.Inputs.Contains(slot.Output))
        from earlier in body.Value.Tasks
        where earlier.IsLoop && earlier.Index < later.Index && earlier.Index > body.Value.Of(slot.Inputs[0])!.Index
        from node in earlier.Nodes
        where plan.Views.TryGetValue(node.Output, out View? view) && view.Room != plan.Views[slot.Output].Room && node.Output.Shape == slot.Output.Shape
        select (node.Output, plan.Views[slot.Output]);

    /// <summary>Asks about a plan in which some values lie elsewhere.</summary>
    private static IReadOnlyList<string> With(ProgramPlan plan, Func<Value, View, View> change, Func<ProgramPlan, IReadOnlyList<string>> ask)
    {
        Storage storage = plan.Storage with { Views = plan.Views.ToDictionary(v => v.Key, v => change(v.Key, v.Value)) };
        return ask(new ProgramPlan(plan.Order, storage, plan.Pack, plan.Budget));
    }
}
