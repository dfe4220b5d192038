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
    private readonly Task _task;
    private readonly int[] _places;

    private SplitLoops(Task task, LoopBudget budget, Func<Value, Task, int> places)
    {
        _task = task;
        _budget = budget;
        _places = task.Nodes.Select(n => places(n.Output, task)).ToArray();
    }

    /// <param name="schedule">The order of execution, with every loop in one piece.</param>
    /// <param name="budget">What a piece may contain, if it is more than one node.</param>
    /// <param name="places">In how many places others than its loop want a value.</param>
    public static Schedule Run(Schedule schedule, LoopBudget budget, Func<Value, Task, int> places) =>
        schedule.Replace(task => task.IsLoop && task.Nodes.Count > 1 ? new SplitLoops(task, budget, places).Split() : [task]);

    private IReadOnlyList<Task> Split()
    {
        var (cost, pieces) = Cut(Enumerable.Range(0, _task.Nodes.Count).ToArray());
        if (pieces.Count == 1)
        {
            return [_task];
        }

        // In the graph's order, everything is begun before anything is finished where a cell has many like parts: each cut crosses them all.
        var (otherCost, otherPieces) = Cut(DepthFirst());
        return otherCost < cost ? otherPieces : pieces;
    }

    /// <summary>The cheapest way to cut an order: the fewest operations in all, that is the fewest values handed on, in the fewest loops.</summary>
    private (int Cost, IReadOnlyList<Task> Pieces) Cut(int[] order)
    {
        int count = order.Length;
        MapOp[] ops = order.Select(i => (MapOp)_task.Nodes[i].Op).ToArray();
        int[] places = order.Select(i => _places[i]).ToArray(), lastRead = new int[count];
        int[][] operands = Operands(order, out int fetched);
        for (int i = 0; i < count; i++)
        {
            foreach (int made in operands[i].Where(o => o < count))
            {
                lastRead[made] = i;
            }
        }

        // best[i]: the least cost of the first i nodes; start[i]: where the last piece of that way begins.
        int[] best = Enumerable.Repeat(int.MaxValue, count + 1).ToArray(), start = new int[count + 1], loadedBy = new int[fetched];
        best[0] = 0;
        for (int from = 0; from < count && (from == 0 || best[count] == int.MaxValue || start[count] > 0); from++)
        {
            int work = 1, activations = 0, stores = 0;
            for (int i = from; i < count; i++)
            {
                work += ops[i].Operations;
                activations += ops[i].IsActivation ? 1 : 0;
                stores += places[i] > 0 ? places[i] : lastRead[i] > i ? 1 : 0;
                foreach (int operand in operands[i])
                {
                    if (operand >= from && operand < count)
                    {
                        stores -= lastRead[operand] == i && places[operand] == 0 ? 1 : 0;
                    }
                    else if (loadedBy[operand] != from + 1)
                    {
                        loadedBy[operand] = from + 1;
                        work++;
                    }
                }

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
        for (int end = count; end > 0; end = start[end])
        {
            pieces.Insert(0, new Task(_task.Level, order.Skip(start[end]).Take(end - start[end]).Select(i => _task.Nodes[i])));
        }

        return (best[count], pieces);
    }

    /// <summary>What each node of an order reads: nodes by their place in it, then whatever must be fetched in any case, numbered on from there.</summary>
    private int[][] Operands(int[] order, out int count)
    {
        var numbers = new Dictionary<object, int>();
        foreach (int i in order)
        {
            numbers.Add(_task.Nodes[i].Output, numbers.Count);
        }

        int[][] operands = order.Select(i => Read(_task.Nodes[i]).Select(Number).Distinct().ToArray()).ToArray();
        count = numbers.Count;
        return operands;

        int Number(object operand)
        {
            if (!numbers.TryGetValue(operand, out int number))
            {
                numbers[operand] = number = numbers.Count;
            }

            return number;
        }
    }

    /// <summary>A node's operands; constants by what they are, since a loop has each once.</summary>
    private static IEnumerable<object> Read(Node node)
    {
        IEnumerable<object> operands = node.Inputs.Select(i => i.Producer?.Op switch
        {
            ConstOp constant => (object)constant.Value,
            ZerosOp => 0.0,
            _ => i,
        });
        return node.Op is MapOp { Kind: MapKind.Sign } ? operands.Append(0.0) : operands;
    }

    /// <summary>Nodes in an order in which each follows what it is made of as closely as can be.</summary>
    private int[] DepthFirst()
    {
        var left = new Dictionary<Node, int>();
        foreach (Node node in _task.Nodes)
        {
            left.Add(node, left.Count);
        }

        var read = new HashSet<Value>(_task.Nodes.SelectMany(n => n.Inputs));
        var order = new List<int>();
        var open = new Stack<Node>();
        foreach (Node last in _task.Nodes.Where(n => !read.Contains(n.Output)))
        {
            open.Push(last);
            while (open.Count > 0)
            {
                Node node = open.Peek();
                Node? first = node.Inputs.Select(i => i.Producer).FirstOrDefault(p => p is not null && left.ContainsKey(p));
                if (first is not null)
                {
                    open.Push(first);
                    continue;
                }

                order.Add(left[node]);
                left.Remove(node);
                open.Pop();
            }
        }

        return order.ToArray();
    }
}
