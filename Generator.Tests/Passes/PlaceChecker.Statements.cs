// The statements of a checked program: what each reads, then what it writes, and what it may write over what it reads.
// Knows which numbers a loop or a kernel has read when it writes; refuses to know what is computed.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Tests.Passes;

internal sealed partial class PlaceChecker
{
    private void RunTask(Task task)
    {
        List<Node> nodes = [.. task.Nodes.Where(n => !_plan.GradientTargets.ContainsKey(n) || !task.IsLoop)];
        if (nodes.Count == 0)
        {
            return;
        }

        if (task.IsLoop)
        {
            RunLoop(nodes);
        }
        else
        {
            RunKernel(task.Node);
        }
    }

    /// <summary>An elementwise loop: an element is read and then written, so it may lie where one of its operands does, and no other element's.</summary>
    private void RunLoop(List<Node> nodes)
    {
        var loaded = new Dictionary<Cell, Turn>();
        var made = new HashSet<Value>(nodes.Select(n => n.Output));
        Value first = nodes[0].Output;
        foreach ((Value input, Node reader) in nodes.SelectMany(n => n.Inputs.Select(i => (i, n))).DistinctBy(p => p.i).Where(p => !made.Contains(p.i) && IsInMemory(p.i) && p.i.Producer?.Op is not (ConstOp or ZerosOp)))
        {
            bool stretched = (input.Shape.Size == 1 && first.Shape.Size > 1) || (input.Shape.Extent != Extent.BatchAxis && first.Shape.Extent == Extent.BatchAxis);
            Read(input, reader.Region, Describe(reader), (cell, turn) => loaded[cell] = stretched || (loaded.TryGetValue(cell, out Turn known) && known != turn) ? Turn.Several : turn);
        }

        var stored = new Dictionary<Cell, Turn>();
        foreach (Node node in nodes)
        {
            IEnumerable<View> views = _plan.Copies.TryGetValue(node.Output, out List<View>? copies) ? copies : [];
            foreach (View view in _plan.Views.TryGetValue(node.Output, out View? own) ? views.Prepend(own) : views)
            {
                Write(node.Output, view, (cell, turn) =>
                {
                    if ((loaded.TryGetValue(cell, out Turn by) && by != turn) || (stored.TryGetValue(cell, out Turn other) && other != turn))
                    {
                        _faults.Add($"{Describe(node)} overwrites what another element of its loop reads or writes");
                    }

                    stored[cell] = turn;
                });
            }
        }
    }

    /// <summary>An op with a kernel: everything is read, then everything is written.</summary>
    private void RunKernel(Node node) => RunKernel(node, node.Inputs);

    private void RunKernel(Node node, IEnumerable<Value> inputs)
    {
        var loaded = new Dictionary<Cell, Turn>();
        foreach ((int i, Value input) in inputs.Index())
        {
            if (IsInMemory(input))
            {
                // What an input gradient is added to may lie where the sum will be, number for number, unless the product reads it too.
                bool onto = node.Op is AffineInputGradientOp && i == 2;
                Read(input, node.Region, Describe(node), (cell, turn) => loaded[cell] = onto && !loaded.ContainsKey(cell) ? turn : Turn.Several);
            }
        }

        if (node.Op is UnfoldOp && _plan.Mode == Mode.Streaming)
        {
            Ring(node);
        }

        if (_plan.GradientTargets.ContainsKey(node))
        {
            return;
        }

        if (!_plan.Views.TryGetValue(node.Output, out View? view))
        {
            _faults.Add($"{Describe(node)} has no place");
            return;
        }

        Write(node.Output, view, (cell, turn) =>
        {
            if (loaded.TryGetValue(cell, out Turn by) && by != turn)
            {
                _faults.Add($"{Describe(node)} overwrites what it reads");
            }
        });
    }

    /// <summary>What a stream remembers of a convolution's inputs is nobody else's.</summary>
    private void Ring(Node node)
    {
        var ring = new View(_plan.Rings[node]);
        for (int row = 0; row < MemoryModel.Batch; row++)
        {
            Mark mark = Mark.Padding(_memory.Id(new Instance(node.Output, -3, -3, row, 0)));
            foreach (Cell cell in _memory.At(ring, 0, 0, row))
            {
                Check(cell, _call == 0 ? default : mark, node.Output, "its window");
                _memory[cell] = mark;
            }
        }
    }
}
