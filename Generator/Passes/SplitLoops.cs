// Cuts an elementwise loop that is more than the inliner takes into several, which hand values on through memory.
// Knows what a loop costs the inliner and which values a cut makes it store; knows no storage: a value that is read by another loop
// than its own gets a place like any other.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>How much one emitted loop may contain before the JIT and Native AOT stop inlining, and it becomes ten times slower
/// (generic-tiles.md section 5). Hardware intrinsics cost the inliner nothing, each call of a vector's member does.</summary>
/// <param name="Operations">Members of the vector type called: loads, arithmetic, activations, stores, constants.</param>
/// <param name="Activations">Those of them that are long themselves.</param>
internal sealed record LoopBudget(int Operations, int Activations);

internal sealed class SplitLoops
{
    /// <summary>What another loop costs beside what is loaded and stored for it, in operations: a call, and counting rows once more.</summary>
    private const int Overhead = 8;

    private readonly LoopBudget _budget;
    private readonly Func<Value, Task, int> _places;

    private SplitLoops(LoopBudget budget, Func<Value, Task, int> places)
    {
        _budget = budget;
        _places = places;
    }

    /// <param name="schedule">The order of execution, with every loop in one piece.</param>
    /// <param name="budget">What a piece may contain, if it is more than one node.</param>
    /// <param name="places">In how many places others than its loop want a value.</param>
    public static Schedule Run(Schedule schedule, LoopBudget budget, Func<Value, Task, int> places)
    {
        var pass = new SplitLoops(budget, places);
        return schedule.Replace(task => task.IsLoop && task.Nodes.Count > 1 ? pass.Split(task) : [task]);
    }

    private IReadOnlyList<Task> Split(Task task)
    {
        var (cost, pieces) = Cut(task, task.Nodes);
        if (pieces.Count == 1)
        {
            return [task];
        }

        // In the graph's order, everything is begun before anything is finished where a cell has many like parts: each cut crosses them all.
        var (otherCost, otherPieces) = Cut(task, DepthFirst(task.Nodes));
        return otherCost < cost ? otherPieces : pieces;
    }

    /// <summary>The cheapest way to cut an order: the fewest operations in all, that is the fewest values handed on, in the fewest loops.</summary>
    private (int Cost, IReadOnlyList<Task> Pieces) Cut(Task task, IReadOnlyList<Node> order)
    {
        var at = order.Select((node, i) => (node.Output, i)).ToDictionary(p => p.Output, p => p.i);
        int[] lastRead = new int[order.Count], places = order.Select(n => _places(n.Output, task)).ToArray();
        for (int i = 0; i < order.Count; i++)
        {
            foreach (Value read in order[i].Inputs.Where(at.ContainsKey))
            {
                lastRead[at[read]] = i;
            }
        }

        // best[i]: the least cost of the first i nodes; start[i]: where the last piece of that way begins.
        int[] best = Enumerable.Repeat(int.MaxValue, order.Count + 1).ToArray(), start = new int[order.Count + 1];
        best[0] = 0;
        for (int from = 0; from < order.Count; from++)
        {
            int work = 1, activations = 0, stores = 0;
            var loaded = new HashSet<object>();
            for (int i = from; i < order.Count; i++)
            {
                var map = (MapOp)order[i].Op;
                work += map.Operations + Load(order[i], value => at.TryGetValue(value, out int made) && made >= from, loaded);
                activations += map.IsActivation ? 1 : 0;
                stores += places[i] > 0 ? places[i] : lastRead[i] > i ? 1 : 0;
                stores -= order[i].Inputs.Distinct().Count(v => at.TryGetValue(v, out int made) && made >= from && lastRead[made] == i && places[made] == 0);
                if (i > from && (work > _budget.Operations || activations > _budget.Activations))
                {
                    break;
                }

                int cost = best[from] + work + stores + Overhead;
                if ((i == from || work + stores <= _budget.Operations) && cost < best[i + 1])
                {
                    (best[i + 1], start[i + 1]) = (cost, from);
                }
            }
        }

        var pieces = new List<Task>();
        for (int end = order.Count; end > 0; end = start[end])
        {
            pieces.Insert(0, new Task(task.Level, order.Skip(start[end]).Take(end - start[end])));
        }

        return (best[order.Count], pieces);
    }

    /// <summary>How many of a node's operands must be fetched that were not yet.</summary>
    private static int Load(Node node, Func<Value, bool> isHere, HashSet<object> loaded)
    {
        IEnumerable<object> fetched = node.Inputs.Where(i => !isHere(i)).Select(i => i.Producer?.Op switch
        {
            ConstOp constant => (object)constant.Value,
            ZerosOp => 0.0,
            _ => i,
        });
        return (node.Op is MapOp { Kind: MapKind.Sign } ? fetched.Append(0.0) : fetched).Count(loaded.Add);
    }

    /// <summary>Nodes in an order in which each follows what it is made of as closely as can be.</summary>
    private static List<Node> DepthFirst(IReadOnlyList<Node> nodes)
    {
        var left = new HashSet<Node>(nodes);
        var read = new HashSet<Value>(nodes.SelectMany(n => n.Inputs));
        var order = new List<Node>();
        var open = new Stack<Node>();
        foreach (Node last in nodes.Where(n => !read.Contains(n.Output)))
        {
            open.Push(last);
            while (open.Count > 0)
            {
                Node node = open.Peek();
                Node? first = node.Inputs.Select(i => i.Producer).FirstOrDefault(p => p is not null && left.Contains(p));
                if (first is not null)
                {
                    open.Push(first);
                    continue;
                }

                open.Pop();
                left.Remove(node);
                order.Add(node);
            }
        }

        return order;
    }
}
