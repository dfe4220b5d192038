// Where a checked program finds a value at a step, and by which name it was computed where it is handed on under others.
// Knows how emitted code gets from a step to a place; refuses to know how places are chosen.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Tests.Passes;

internal sealed partial class PlaceChecker
{
    /// <summary>One instance of a value, and in which group of rows it lies.</summary>
    private readonly record struct Spot(int Step, int Inner, int Group);

    /// <summary>Where a statement finds an element of what it makes, or that it serves several of them.</summary>
    private readonly record struct Turn(int Step, int Inner, int Row, int Number)
    {
        public static readonly Turn Several = new(-2, -2, -2, -2);
    }

    private void Read(Value value, Region region, string by, Action<Cell, Turn>? seen = null)
    {
        if (!_plan.Views.TryGetValue(value, out View? view))
        {
            _faults.Add($"{value} is read by {by}, and lies nowhere");
            return;
        }

        foreach (Spot spot in Spots(value, view, region != _plan.Graph.Root))
        {
            for (int row = 0; row < MemoryModel.Batch; row++)
            {
                bool counts = HasStep(value, spot, row);
                ForEach(value, view, spot.Group, row, (cell, mark, number) =>
                {
                    if (number < 0)
                    {
                        return;
                    }

                    if (counts)
                    {
                        Check(cell, mark, value, by);
                    }

                    seen?.Invoke(cell, TurnOf(value, spot, row, number));
                }, number => Origin(value, spot.Step, spot.Inner, row, number));
            }
        }
    }

    private void Write(Value value, View view, Action<Cell, Turn>? seen = null)
    {
        foreach (Spot spot in Spots(value, view, value.Region.Owner is not null))
        {
            for (int row = 0; row < MemoryModel.Batch; row++)
            {
                ForEach(value, view, spot.Group, row, (cell, mark, number) =>
                {
                    _memory[cell] = mark;
                    seen?.Invoke(cell, TurnOf(value, spot, row, number));
                }, number => Origin(value, spot.Step, spot.Inner, row, number));
            }
        }
    }

    private static Turn TurnOf(Value value, Spot spot, int row, int number) =>
        value.Region.Owner is null ? new Turn(spot.Step, spot.Inner, row, number) : new Turn(spot.Inner, -1, row, number);

    /// <summary>Walks the cells of one row of a value with what belongs there; padding has the number -1.</summary>
    private void ForEach(Value value, View view, int group, int row, Action<Cell, Mark, int> action, Func<int, Mark> origin)
    {
        int slots = value.Shape.Rank == 2 ? value.Shape.Dims[0] : 1, units = value.Shape.Width;
        for (int slot = 0; slot < slots; slot++)
        {
            Mark first = origin(slot * units);
            int unit = 0;
            foreach (Cell cell in _memory.At(view, slot, group, row))
            {
                if (!_memory.Has(cell))
                {
                    _faults.Add($"{value} in {view.Room.Name} lies outside of its arena");
                    return;
                }

                action(cell, unit < units ? first.Next(unit) : Mark.Padding(first.Instance), unit < units ? (slot * units) + unit : -1);
                unit++;
            }
        }
    }

    private void Check(Cell cell, Mark mark, Value value, string by)
    {
        if (_memory[cell] != mark)
        {
            _faults.Add($"{by} reads {value}, and finds {_memory.Describe(_memory[cell])} instead of {_memory.Describe(mark)}");
        }
    }

    /// <summary>The instances of a value that a statement sees, and where each lies.</summary>
    private IEnumerable<Spot> Spots(Value value, View view, bool inLoop)
    {
        bool along = value.Shape.Extent == Extent.BatchAxis, inBody = value.Region.Owner is not null;
        if (_plan.Mode == Mode.Streaming)
        {
            return [new Spot(along || inBody ? 0 : -1, -1, 0)];
        }

        if (inBody || !along)
        {
            // One step of a loop's body, or one for all; along another axis the body sees all of it.
            IEnumerable<int> inner = along ? Enumerable.Range(0, Steps(value.Shape.Axis!)) : [-1];
            return inner.Select(i => new Spot(inBody ? _step : -1, i, IsPair(view.Room) ? (_step * PairSteps(view.Room)) + i : along ? i : GroupOf(view, inLoop, inBody)));
        }

        int to = Math.Min(Steps(value.Shape.Axis!), inLoop ? int.MaxValue : _to), from = inLoop ? 0 : _from;
        IEnumerable<int> steps = Enumerable.Range(from, Math.Max(0, to - from));
        int shift = view.Group == Group.Next ? 1 : 0;
        return value.Shape.Across is { } across
            ? steps.SelectMany(s => Enumerable.Range(0, Steps(across)).Select(i => new Spot(s, i, (s * Steps(across)) + i)))
            : steps.Select(s => new Spot(s, -1, s + shift));
    }

    /// <summary>The group of rows of what is one a row.</summary>
    /// <param name="view">The place.</param>
    /// <param name="inLoop">Whether the statement stands in a loop over time.</param>
    /// <param name="atStep">Whether the place is that of the loop's step.</param>
    private int GroupOf(View view, bool inLoop, bool atStep = true)
    {
        int first = _isBack && _plan.Truncates ? _course.First : 0;
        return (view.Room.Depth, view.Group) switch
        {
            (Depth.Step, _) => 0,
            (Depth.Span, _) => _step % MemoryModel.Span,
            (Depth.Two, var group) when inLoop => (group == Group.Next) == _loop!.Reverse ? Incoming(_loop) : 1 - Incoming(_loop),
            (Depth.Two, Group.Last) => (Steps(_loop!.Axis) - first) & 1,
            (Depth.Two, _) => 0,
            (_, Group.Last) => Steps(_plan.Axes[view.Room.Class]),
            (_, var group) => (inLoop ? (atStep ? _step : 0) : first) + (group == Group.Next ? 1 : 0),
        };
    }

    /// <summary>Of two groups of rows that take turns, the one that a step reads.</summary>
    private int Incoming(Scan scan) => ((scan.Forward is not null, scan.Reverse) switch
    {
        (false, false) => _step,
        (false, true) => Steps(scan.Axis) - 1 - _step,
        (true, false) => Steps(scan.Axis) - _step,
        (true, true) => _step - _course.First + 1,
    }) & 1;

    private bool IsPair(Room room) => room.OnTape && room.Class >= _plan.Axes.Count;

    private int PairSteps(Room room) => Steps(_plan.Pairs[room.Class - _plan.Axes.Count].Inner);

    /// <summary>Whether a row has the steps of an instance: beyond its length, what lies there does not count.</summary>
    private bool HasStep(Value value, Spot spot, int row)
    {
        Axis? outer = value.Region.Owner is { } scan ? scan.Axis : value.Shape.Axis, inner = value.Region.Owner is not null ? value.Shape.Axis : value.Shape.Across;
        return (outer is null || spot.Step < Length(outer, row)) && (inner is null || spot.Inner < Length(inner, row));
    }

    private static bool IsInMemory(Value value) => value.Parameter is null && value.Shape.IsFloat && value.Shape.Extent != Extent.None && value.Producer?.Op is not LossOp;

    /// <summary>The number that is meant: a state is what the step before made of it, a slot a part of its panel, an emitted value that of the body.</summary>
    private Mark Origin(Value value, int step, int inner, int row, int number)
    {
        int call = _call;
        while (true)
        {
            step = value.Region.Owner is null && value.Shape.Extent != Extent.BatchAxis ? -1 : step;
            if (value.Outer is { } outer)
            {
                value = outer;
            }
            else if (_previous.TryGetValue(value, out (Scan Scan, ScanCarry Carry) state))
            {
                After(state.Scan, state.Carry, Before(state.Scan, step, row));
            }
            else if (_finals.TryGetValue(value, out state))
            {
                int end = state.Scan is { Forward: not null, Reverse: true } ? _course.First : 0, length = Length(state.Scan.Axis, row);
                After(state.Scan, state.Carry, !state.Scan.Reverse ? length - 1 : end < length ? end : -1);
            }
            else if (_emitted.TryGetValue(value, out Value? emitted))
            {
                value = emitted;
            }
            else if (value.Producer is { Op: SlotOp slot })
            {
                number += slot.Slot * value.Shape.Width;
                value = value.Producer.Inputs[0];
            }
            else if (value.Producer is { Op: StackOp })
            {
                (int place, int width) = (number / value.Shape.Width, value.Shape.Width);
                value = value.Producer.Inputs[place];
                number -= place * width;
            }
            else
            {
                return value.Producer?.Op is ZerosOp ? default : Mark.Of(_memory.Id(new Instance(value, step, inner, row, CallOf(value, call))), number);
            }
        }

        void After(Scan scan, ScanCarry carry, int last)
        {
            if (last >= 0)
            {
                (value, step) = (carry.Next!, last);
            }
            else if (call > 0 && GoesOn(scan))
            {
                (value, step, call) = (carry.Final, -1, call - 1);
            }
            else
            {
                (value, step) = (carry.Init, -1);
            }
        }
    }

    /// <summary>The step before a step of a loop, among those that a row has; -1 if there is none.</summary>
    private int Before(Scan scan, int step, int row)
    {
        int length = Length(scan.Axis, row);
        return !scan.Reverse ? Math.Min(step, length) - 1 : step + 1 < length ? step + 1 : -1;
    }

    private int CallOf(Value value, int call) => _plan.Mode switch
    {
        Mode.Streaming => call,
        Mode.Inference when _decoding.Contains(value.Region.Owner ?? value.Producer!) => call,
        _ => 0,
    };

    private static string Describe(Node node) => $"{node.Op.Name} {node.Output} of layer '{node.Layer}'";
}
