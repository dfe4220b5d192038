// The loops over time of a checked program: how states begin, go from step to step, are held and end, and what is added up.
// Knows the order of a step's work in emitted code; refuses to know where anything lies.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Tests.Passes;

internal sealed partial class PlaceChecker
{
    private void Begin(Scan scan)
    {
        _loop = scan;
        if (_call > 0 && GoesOn(scan))
        {
            // In a stream and in a decoder that is called again states are where they were left; those that are kept for every step begin anew.
            foreach (ScanCarry carry in scan.Carries.Where(c => _plan.Mode != Mode.Streaming && _plan.Views[c.Previous].Room.Depth == Depth.Steps))
            {
                _call--;
                Copy(carry.Final, _plan.Graph.Root, _plan.Views[carry.Previous]);
                _call++;
            }
        }
        else if (_plan.Mode != Mode.Streaming)
        {
            foreach (Move move in _plan.Before[scan])
            {
                Copy(move.From, _plan.Graph.Root, move.To);
            }
        }

        foreach (ScanResult sum in Sums(scan))
        {
            Write(sum.Outer, _plan.Views[sum.Outer]);
        }
    }

    private void RunSteps(Scan scan, int start, int end)
    {
        bool isBack = scan.Forward is not null;
        start = isBack && scan.Reverse ? Math.Max(start, _course.First) : start;
        for (int i = start; i < end; i++)
        {
            (_loop, _step) = (scan, scan.Reverse ? end - 1 - (i - start) : i);
            Step(scan);
        }
    }

    private void Step(Scan scan)
    {
        ILookup<bool, Task> tasks = _plan.Bodies[scan].Tasks.ToLookup(t => t.Nodes.All(_plan.GradientTargets.ContainsKey));
        foreach (Task task in tasks[false])
        {
            if (_plan.Spanned.ContainsKey(task.Node))
            {
                RunSpan(scan, task.Node);
            }
            else
            {
                RunTask(task);
            }
        }

        foreach (Move move in _plan.After[scan])
        {
            Copy(move.From, scan.Body, move.To);
        }

        foreach (ScanCarry carry in scan.Carries.Where(_ => _plan.Mode != Mode.Streaming))
        {
            Hold(scan, carry);
        }

        foreach (ScanResult sum in Sums(scan))
        {
            Read(sum.Inner, scan.Body, "a sum");
            Read(sum.Outer, scan.Body, "a sum");
        }

        foreach (Task task in tasks[true])
        {
            RunTask(task);
        }
    }

    /// <summary>What inputs add at all steps of a span, before the first of them that the loop comes to; and what states add at this one.</summary>
    private void RunSpan(Scan scan, Node node)
    {
        int step = _step, start = step - (step % MemoryModel.Span), end = Math.Min(start + MemoryModel.Span, Steps(scan.Axis)), terms = ((AffineOp)node.Op).Terms.Count;
        ILookup<bool, Value> sources = Enumerable.Range(0, terms).ToLookup(k => Spans.IsEarly(node, k), k => node.Inputs[((AffineOp)node.Op).Source(k)]);
        if (step == (scan.Reverse ? end - 1 : start))
        {
            for (_step = start; _step < end; _step++)
            {
                RunKernel(node, sources[true]);
            }
        }

        _step = step;
        if (sources[false].Any())
        {
            Read(node.Output, node.Region, Describe(node));
            RunKernel(node, sources[false]);
        }
    }

    /// <summary>States that take turns end in the first place; the gradient of where a state begins is before the first step.</summary>
    private void End(Scan scan)
    {
        foreach (ScanCarry carry in scan.Carries)
        {
            View view = _plan.Views[carry.Previous];
            if (scan.Forward is null && view.Room.Depth == Depth.Two && Steps(scan.Axis) % 2 != 0)
            {
                CopyRows(view, 1, 0);
            }

            bool isBeginning = _plan.Graph.Results.Any(r => r.Key.StartsWith("grad.init.", StringComparison.Ordinal) && r.Value == carry.Final);
            if (scan.Forward is not null && _course.First > 0 && isBeginning && view.Room.Depth == Depth.Steps)
            {
                CopyRows(_plan.Views[carry.Final], _course.First, 0);
            }
        }

        _loop = null;
    }

    /// <summary>Rows whose sequence has ended keep their state.</summary>
    private void Hold(Scan scan, ScanCarry carry)
    {
        View previous = _plan.Views[carry.Previous], next = previous with { Group = previous.Group == Group.Own ? Group.Next : Group.Own };
        for (int row = 0; row < MemoryModel.Batch; row++)
        {
            if (_step >= Length(scan.Axis, row))
            {
                ForEach(carry.Previous, previous, GroupOf(previous, inLoop: true), row, (cell, mark, _) => Check(cell, mark, carry.Previous, "a state that is held"), Origin(carry.Previous, row));
                ForEach(carry.Previous, next, GroupOf(next, inLoop: true), row, (cell, mark, _) => _memory[cell] = mark, Origin(carry.Previous, row));
            }
        }
    }

    private Func<int, Mark> Origin(Value value, int row) => number => Origin(value, value.Region.Owner is null ? -1 : _step, -1, row, number);

    /// <summary>A copy of what is one a row.</summary>
    private void Copy(Value from, Region region, View to)
    {
        if (from.Producer?.Op is not ZerosOp)
        {
            Read(from, region, "a copy");
        }

        for (int row = 0; row < MemoryModel.Batch; row++)
        {
            ForEach(from, to, GroupOf(to, inLoop: region != _plan.Graph.Root), row, (cell, mark, _) => _memory[cell] = mark, Origin(from, row));
        }
    }

    private void CopyRows(View view, int from, int to)
    {
        for (int row = 0; row < MemoryModel.Batch; row++)
        {
            for (int slot = 0; slot < view.Room.Slots; slot++)
            {
                foreach ((Cell a, Cell b) in _memory.At(view, slot, from, row).Zip(_memory.At(view, slot, to, row)))
                {
                    _memory[b] = _memory[a];
                }
            }
        }
    }

    private IEnumerable<ScanResult> Sums(Scan scan) => scan.Sums.Where(s => _plan.Views.ContainsKey(s.Outer));
}
