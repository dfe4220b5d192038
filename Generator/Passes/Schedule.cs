// Puts a region's nodes into an order of execution in which elementwise nodes that can share a loop stand together.
// Knows dependences; knows no storage and no kernel. (ir.md: FuseMaps.)
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>One thing to execute: a node with a kernel of its own, or elementwise nodes that share a loop.</summary>
internal sealed class Task
{
    public Task(int level, params IEnumerable<Node> nodes)
    {
        Level = level;
        Nodes.AddRange(nodes);
    }

    public int Level { get; }

    /// <summary>Its place in the order of execution.</summary>
    public int Index { get; set; }

    public List<Node> Nodes { get; } = new();

    public Node Node => Nodes[0];

    public bool IsLoop => Node.Op is MapOp;

    /// <summary>Units of the loop's values.</summary>
    public int Width => Nodes.Max(n => n.Output.Shape.Width);
}

/// <summary>What a loop walks over: values of one space can share it.</summary>
/// <param name="Layout">How its numbers lie: gates and a memory of equal shape are walked in different ways.</param>
/// <param name="Waits">The windows that it waits for in a stream: a loop is run as a whole, or not at all.</param>
/// <param name="ForInputGradient">Whether only the gradient of the input needs it: that comes last, and only where it is wanted.</param>
internal sealed record Space(Shape Shape, Layout Layout, EquatableArray<int> Waits, bool ForInputGradient);

internal sealed class Schedule
{
    private readonly Dictionary<Value, Task> _tasks = new();

    private Schedule(List<Task> tasks)
    {
        Tasks = tasks;
        foreach (Task task in tasks)
        {
            task.Index = tasks.IndexOf(task);
            foreach (Node node in task.Nodes)
            {
                foreach (Value output in node.Outputs)
                {
                    _tasks[output] = task;
                }
            }
        }
    }

    public IReadOnlyList<Task> Tasks { get; }

    /// <summary>What computes a value; null if it comes from elsewhere.</summary>
    public Task? Of(Value value) => _tasks.TryGetValue(value, out Task? task) ? task : null;

    /// <summary>The same with some tasks replaced by others that do what they did.</summary>
    public Schedule Replace(Func<Task, IReadOnlyList<Task>> by) => new(Tasks.SelectMany(by).ToList());

    /// <remarks>Levels say what can share a loop: a node is one level above what it reads, but on the same where both are elementwise and walk
    /// the same elements, or where both have a kernel of their own and so run in the order of the graph. Within a level nothing then reads from
    /// another loop than its own.</remarks>
    /// <param name="nodes">Nodes of one region, in an order that can be executed.</param>
    /// <param name="spaceOf">What elements a value has, and when: values of different ones have different loops.</param>
    /// <param name="fuse">Whether elementwise nodes share loops; otherwise each has its own.</param>
    public static Schedule Of(IEnumerable<Node> nodes, Func<Value, Space> spaceOf, bool fuse = true)
    {
        var levels = new Dictionary<Value, int>();
        var maps = new HashSet<Value>();
        List<Node> all = nodes.ToList();
        foreach (Node node in all)
        {
            if (IsView(node.Op))
            {
                // Views are addresses: they are where their input is. Sources are there from the start.
                if (node.Op is not (SlotOp or StackOp))
                {
                    continue;
                }

                int at = node.Op is StackOp ? Level(node, levels, maps, 1) : Level(node, levels, maps, 0);
                Set(node, at, levels);
                continue;
            }

            bool isMap = node.Op is MapOp;
            int level = 0;
            foreach (Value read in node.Reads.Where(levels.ContainsKey))
            {
                bool isTogether = isMap == maps.Contains(read) && (!isMap || spaceOf(read) == spaceOf(node.Output));
                level = Math.Max(level, levels[read] + (isTogether ? 0 : 1));
            }

            Set(node, level, levels);
            if (isMap)
            {
                maps.Add(node.Output);
            }
        }

        if (fuse)
        {
            Sink(all, levels, maps, spaceOf);
        }

        return new Schedule(TasksOf(all, levels, spaceOf, fuse));
    }

    private static List<Task> TasksOf(List<Node> nodes, Dictionary<Value, int> levels, Func<Value, Space> spaceOf, bool fuse)
    {
        var tasks = new List<Task>();
        var loops = new Dictionary<(int Level, Space Space), Task>();
        foreach (Node node in nodes.Where(n => !IsView(n.Op)))
        {
            int level = levels[node.Outputs[0]];
            if (node.Op is not MapOp || !fuse)
            {
                tasks.Add(new Task(level, node));
            }
            else if (loops.TryGetValue((level, spaceOf(node.Output)), out Task? loop))
            {
                loop.Nodes.Add(node);
            }
            else
            {
                loops[(level, spaceOf(node.Output))] = loop = new Task(level, node);
                tasks.Add(loop);
            }
        }

        return fuse ? tasks.OrderBy(t => t.Level).ToList() : tasks;
    }

    /// <summary>What one later loop alone reads is made there, not in a loop before and handed on: the product of a state with a weight, which could be made at once,
    /// waits for the gate that it is added to. Only where nothing else has to be handed on instead.</summary>
    private static void Sink(List<Node> nodes, Dictionary<Value, int> levels, HashSet<Value> maps, Func<Value, Space> spaceOf)
    {
        ILookup<Value, Node> readers = nodes.SelectMany(n => n.Reads.Distinct().Select(r => (Read: r, Node: n))).ToLookup(p => p.Read, p => p.Node);
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i].Op is not MapOp)
            {
                continue;
            }

            Value value = nodes[i].Output;
            Space space = spaceOf(value);
            int from = levels[value], to = readers[value].Select(LevelOf).DefaultIfEmpty(from).Min();
            if (to > from && readers[value].All(r => IsIn(r, to)) && nodes[i].Inputs.All(input => !maps.Contains(input) || levels[input] != from || spaceOf(input) != space || IsThereAnyway(input)))
            {
                levels[value] = to;
            }

            // The same loop, so that it goes on without a place.
            bool IsIn(Node reader, int level) => reader.Op is MapOp && LevelOf(reader) == level && spaceOf(reader.Output) == space;

            // It has a place because of others, or follows this one.
            bool IsThereAnyway(Value input) => readers[input].All(r => r == nodes[i]) || readers[input].Any(r => r != nodes[i] && !IsIn(r, from));
        }

        int LevelOf(Node node) => node.Outputs.Count > 0 && levels.TryGetValue(node.Outputs[0], out int level) ? level : 0;
    }

    /// <summary>Nodes that are addresses or constants, not work.</summary>
    public static bool IsView(Op op) => op is SlotOp or StackOp or ConstOp or ZerosOp or ParamOp or RunningNormOp or InputOp or NoiseOp or LossOp or LossGradientOp;

    private static int Level(Node node, Dictionary<Value, int> levels, HashSet<Value> maps, int step) =>
        node.Inputs.Where(levels.ContainsKey).Select(v => levels[v] + (maps.Contains(v) ? step : 0)).DefaultIfEmpty(0).Max();

    private static void Set(Node node, int level, Dictionary<Value, int> levels)
    {
        foreach (Value output in node.Outputs)
        {
            levels[output] = level;
        }
    }
}
