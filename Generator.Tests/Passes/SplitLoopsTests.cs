// Where loops are cut, on graphs small enough to see the best cut.
// Knows the pass; refuses to know emission and numbers.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using Xunit;

namespace SeqGen.Generator.Tests.Passes;

public class SplitLoopsTests
{
    private readonly NetworkGraph _graph = new();
    private readonly List<Value> _wanted = [];

    [Fact]
    public void A_loop_within_the_budget_stays_as_it_is()
    {
        Want(Chain(Input(), 20));
        Schedule whole = Whole();
        Task task = Assert.Single(Split(whole, operations: 23));
        Assert.Same(whole.Tasks[0], task);
    }

    [Fact]
    public void A_chain_is_cut_into_as_few_loops_as_can_be()
    {
        Want(Chain(Input(), 20));
        IReadOnlyList<Task> tasks = Split(operations: 22);
        Assert.Equal(2, tasks.Count);
        Assert.Equal(20, tasks.Sum(t => t.Nodes.Count));
    }

    [Fact]
    public void A_cut_is_where_the_fewest_values_cross()
    {
        // Two wide parts that are joined by one value; the middle of the whole is inside the second.
        Value neck = Wide(Input(), 6);
        Want(Wide(neck, 12));
        IReadOnlyList<Task> tasks = Split(operations: 45);
        Assert.Equal(2, tasks.Count);
        Assert.Same(neck.Producer, tasks[0].Nodes[^1]);
    }

    [Fact]
    public void Chains_side_by_side_are_cut_between_chains()
    {
        // Written step by step, all chains together: any cut of that order crosses all six.
        Value[] chains = [.. Enumerable.Range(0, 6).Select(_ => Input())];
        for (int i = 0; i < 10; i++)
        {
            chains = [.. chains.Select(c => Map(MapKind.Neg, c))];
        }

        Want(chains);
        IReadOnlyList<Task> tasks = Split(operations: 40);
        Assert.Equal(2, tasks.Count);
        Assert.All(tasks, t => Assert.Equal(30, t.Nodes.Count));
        Assert.DoesNotContain(tasks[1].Nodes.SelectMany(n => n.Inputs), i => tasks[0].Nodes.Contains(i.Producer!));
    }

    [Fact]
    public void Activations_are_counted_by_themselves()
    {
        Value value = Input();
        for (int i = 0; i < 9; i++)
        {
            value = Map(MapKind.Tanh, value);
        }

        Want(value);
        Assert.Equal(3, Split(operations: 150, activations: 4).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public void Whatever_the_budget_pieces_are_in_an_order_that_can_be_executed(int operations)
    {
        Want(Wide(Wide(Input(), 5), 9));
        var known = new HashSet<Value>(_graph.Root.Nodes.Where(n => n.Op is InputOp).Select(n => n.Output));
        foreach (Node node in Split(operations).SelectMany(t => t.Nodes))
        {
            Assert.True(known.IsSupersetOf(node.Inputs));
            known.Add(node.Output);
        }

        Assert.Equal(_graph.Root.Nodes.Count, known.Count);
    }

    private Schedule Whole() => Schedule.Of(_graph.Root.Nodes, v => new Space(v.Shape, Layout.Vector, default, ForInputGradient: false));

    private IReadOnlyList<Task> Split(int operations, int activations = 24) => Split(Whole(), operations, activations);

    private IReadOnlyList<Task> Split(Schedule schedule, int operations, int activations = 24) =>
        SplitLoops.Run(schedule, new LoopBudget(operations, activations), (value, _) => _wanted.Contains(value) ? 1 : 0).Tasks;

    private Value Input() => _graph.Add(new InputOp("x", Shape.PerRow(8)));

    private Value Map(MapKind kind, params Value[] inputs) => _graph.Add(new MapOp(kind), inputs);

    private Value Chain(Value from, int length)
    {
        for (int i = 0; i < length; i++)
        {
            from = Map(MapKind.Neg, from);
        }

        return from;
    }

    /// <summary>Many chains of two from one value, added up at the end.</summary>
    private Value Wide(Value from, int width)
    {
        Value[] parts = [.. Enumerable.Range(0, width).Select(_ => Map(MapKind.Abs, from))];
        return parts.Select(p => Map(MapKind.Relu, p)).ToArray().Aggregate((a, b) => Map(MapKind.Add, a, b));
    }

    private void Want(params Value[] values) => _wanted.AddRange(values);
}
