// The memory of a planned program, number by number: which number of which value lies in each cell, at which step.
// Knows the address rule as the runtime's contract has it; refuses to know how places are chosen.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Tests.Passes;

/// <summary>One of the things that a value is: it has one for every step of a loop, for every step of an axis, and for every call of a program.</summary>
/// <param name="Value">The value, by the name under which it is computed.</param>
/// <param name="Step">The step, of the loop whose body has the value or of the axis along which it lies; -1 where there is one for all.</param>
/// <param name="Inner">The step of the other axis, where there are two; else -1.</param>
/// <param name="Row">The sequence of the batch.</param>
/// <param name="Call">Which call of the program computed it.</param>
internal readonly record struct Instance(Value Value, int Step, int Inner, int Row, int Call);

/// <summary>A number of a value, as it is written into memory; those of one slot follow each other. 0 is a zero that nobody wrote.</summary>
internal readonly record struct Mark(long Number)
{
    private const int Bits = 24;

    public static Mark Of(int instance, int number) => new(((long)instance << Bits) + number + 2);

    /// <summary>What fills up a row of an instance: it is no number of it.</summary>
    public static Mark Padding(int instance) => new(((long)instance << Bits) + 1);

    public int Instance => (int)(Number >> Bits);

    public Mark Next(int numbers) => Number == 0 ? this : new(Number + numbers);
}

/// <summary>A number in memory: an arena (a class of the tape, or one of the constants of <see cref="MemoryModel"/>) and an offset.</summary>
internal readonly record struct Cell(int Arena, int Offset);

internal sealed class MemoryModel
{
    /// <summary>Sequences: one would hide places that are not multiplied by it.</summary>
    public const int Batch = 2;

    /// <summary>Steps of a span: products that are made for some steps at once.</summary>
    public const int Span = 2;

    private const int Behind = -3;
    private const int Scratch = -2;
    private const int Caller = -1;

    private readonly ProgramPlan _plan;
    private readonly Func<Axis, int> _steps;
    private readonly Dictionary<int, Mark[]> _arenas = [];
    private readonly Dictionary<Instance, int> _ids = [];
    private readonly List<Instance> _instances = [default];

    public MemoryModel(ProgramPlan plan, Func<Axis, int> steps)
    {
        (_plan, _steps) = (plan, steps);
        _arenas[Scratch] = new Mark[plan.ScratchWidth * Batch];
        _arenas[Behind] = new Mark[plan.SpanWidth * Span * Batch];
        _arenas[Caller] = new Mark[plan.DirectInput is { } input ? input.Width * Batch : 0];
        for (int i = 0; i < plan.TapeWidths.Count; i++)
        {
            _arenas[i] = new Mark[plan.TapeWidths[i] * Extent(i)];
        }
    }

    /// <summary>What lies in a cell.</summary>
    public Mark this[Cell cell]
    {
        get => _arenas[cell.Arena][cell.Offset];
        set => _arenas[cell.Arena][cell.Offset] = value;
    }

    public bool Has(Cell cell) => cell.Offset >= 0 && cell.Offset < _arenas[cell.Arena].Length;

    /// <summary>The cells of one slot of one row, those that pad it last.</summary>
    /// <param name="view">The place.</param>
    /// <param name="slot">The slot of the value.</param>
    /// <param name="group">Groups of a batch of rows that lie before.</param>
    /// <param name="row">The sequence of the batch.</param>
    public IEnumerable<Cell> At(View view, int slot, int group, int row)
    {
        Room room = view.Room;
        int arena = room == _plan.DirectInput ? Caller : room.OnTape ? room.Class : room.Depth == Depth.Span ? Behind : Scratch;
        int extent = room.OnTape ? Extent(room.Class) : room.Depth == Depth.Span ? Span * Batch : Batch, padded = (room.Units + 15) / 16 * 16, at = slot + Math.Max(0, view.Slot);
        int row16 = room.Slots * (room.Layout == Layout.Panel ? 16 : padded);
        int start = (arena == Caller ? 0 : room.Offset * extent) + (((group * Batch) + row) * row16);
        for (int unit = 0; unit < padded; unit++)
        {
            yield return new Cell(arena, start + (room.Layout == Layout.Panel ? (unit / 16 * extent * row16) + (at * 16) + (unit % 16) : (at * padded) + unit));
        }
    }

    /// <summary>A number for an instance.</summary>
    public int Id(Instance instance)
    {
        if (!_ids.TryGetValue(instance, out int id))
        {
            _ids[instance] = id = _instances.Count;
            _instances.Add(instance);
        }

        return id;
    }

    /// <summary>A mark in words.</summary>
    public string Describe(Mark mark) => _instances[mark.Instance] is not { Value: not null } i ? "nothing"
        : $"{i.Value}({i.Value.Producer?.Op.Name}) of step {i.Step},{i.Inner} row {i.Row} call {i.Call}";

    /// <summary>Rows of a class of the tape.</summary>
    private int Extent(int rowClass) => _plan.Mode == Mode.Streaming ? Batch
        : rowClass < _plan.Axes.Count ? (_steps(_plan.Axes[rowClass]) + 1) * Batch
        : _steps(_plan.Pairs[rowClass - _plan.Axes.Count].Outer) * _steps(_plan.Pairs[rowClass - _plan.Axes.Count].Inner) * Batch;
}
