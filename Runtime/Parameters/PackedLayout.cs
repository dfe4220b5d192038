// The packing of parameters: file layout to master and back, and which floats belong to whom.
// Knows ParameterPlan's address rule; refuses to know values and files.
using System;
using System.Collections.Generic;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class PackedLayout
{
    /// <summary>Packed to the file's order.</summary>
    /// <param name="p">The parameter.</param>
    /// <param name="master">The packed floats.</param>
    /// <param name="values">Receives elements, from <paramref name="first"/> on.</param>
    /// <param name="first">The first element that is wanted.</param>
    public static void Unpack(ParameterPlan p, ReadOnlySpan<float> master, Span<float> values, int first = 0)
    {
        Walk walk = new(p, first);
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = master[walk.Next()];
        }
    }

    /// <summary>Where each element lies in the master, in the file's order.</summary>
    public static int[] Positions(ParameterPlan p)
    {
        int[] positions = new int[p.Count];
        Walk walk = new(p, 0);
        for (int k = 0; k < positions.Length; k++)
        {
            positions[k] = walk.Next();
        }

        return positions;
    }

    /// <summary>The file's order to packed; floats that are not the parameter's stay as they are.</summary>
    /// <param name="p">The parameter.</param>
    /// <param name="values">Elements, from <paramref name="first"/> on.</param>
    /// <param name="master">The packed floats.</param>
    /// <param name="first">The first element that is given.</param>
    public static void Pack(ParameterPlan p, ReadOnlySpan<float> values, Span<float> master, int first = 0)
    {
        Walk walk = new(p, first);
        for (int k = 0; k < values.Length; k++)
        {
            master[walk.Next()] = values[k];
        }
    }

    /// <summary>The runs of floats that optimizers may touch: all but the elements of parameters that are not trainable.
    /// Padding is included: its gradient is zero.</summary>
    public static (int Start, int Length)[] TrainableRanges(NetworkPlan plan) => RangesWithout(plan, static (_, p) => !p.Trainable);

    /// <summary>The runs of floats that training moves: the same, and running statistics of batch normalizations.</summary>
    public static (int Start, int Length)[] MovingRanges(NetworkPlan plan) =>
        RangesWithout(plan, static (plan, p) => !p.Trainable && !Array.Exists(plan.Norms, n => n.Mean == p.Name || n.Variance == p.Name));

    private static (int Start, int Length)[] RangesWithout(NetworkPlan plan, Func<NetworkPlan, ParameterPlan, bool> isFrozen)
    {
        bool[] frozen = new bool[plan.ParameterLength];
        foreach (ParameterPlan p in plan.Parameters)
        {
            if (isFrozen(plan, p))
            {
                Mark(p, frozen);
            }
        }

        return Runs(frozen);
    }

    /// <summary>The runs of floats that no parameter maps to.</summary>
    public static (int Start, int Length)[] PaddingRanges(NetworkPlan plan)
    {
        bool[] used = new bool[plan.ParameterLength];
        foreach (ParameterPlan p in plan.Parameters)
        {
            Mark(p, used);
        }

        return Runs(used);
    }

    /// <summary>The runs of floats of each of some parameters, the padding behind them included.</summary>
    public static (int Start, int Length)[][] RunsOf(NetworkPlan plan, ReadOnlySpan<ParameterPlan> parameters)
    {
        int[] owners = new int[plan.ParameterLength];
        for (int i = 0; i < parameters.Length; i++)
        {
            Walk walk = new(parameters[i], 0);
            for (int k = 0; k < parameters[i].Count; k++)
            {
                owners[walk.Next()] = i + 1;
            }
        }

        // Zeros between two runs of one parameter join them.
        foreach ((int start, int length) in PaddingRanges(plan))
        {
            owners.AsSpan(start, length).Fill(start == 0 ? 0 : owners[start - 1]);
        }

        List<(int, int)>[] runs = new List<(int, int)>[parameters.Length];
        for (int i = 0, end; i < owners.Length; i = end)
        {
            for (end = i + 1; end < owners.Length && owners[end] == owners[i];)
            {
                end++;
            }

            if (owners[i] > 0)
            {
                (runs[owners[i] - 1] ??= []).Add((i, end - i));
            }
        }

        return Array.ConvertAll(runs, r => r.ToArray());
    }

    private static void Mark(ParameterPlan p, bool[] marks)
    {
        Walk walk = new(p, 0);
        for (int k = 0; k < p.Count; k++)
        {
            marks[walk.Next()] = true;
        }
    }

    /// <summary>The maximal runs of elements that are not marked.</summary>
    private static (int Start, int Length)[] Runs(bool[] marked)
    {
        List<(int, int)> runs = [];
        for (int i = 0; i < marked.Length; i++)
        {
            int start = i;
            while (i < marked.Length && !marked[i])
            {
                i++;
            }

            if (i > start)
            {
                runs.Add((start, i - start));
            }
        }

        return runs.ToArray();
    }

    /// <summary>Goes through the elements of a parameter in the file's order and says where each lies in the master.</summary>
    private struct Walk
    {
        private readonly ParameterPlan _plan;

        // Along a row of the file's matrix: its elements, and how far they lie from each other in the master.
        private readonly int _columns;
        private GatePlace _gate;
        private int _gateNumber, _row, _column;

        public Walk(ParameterPlan plan, int first)
        {
            _plan = plan;
            _columns = plan.Transposed ? plan.Units : plan.Columns;
            int rows = plan.Transposed ? plan.Columns : plan.Units;
            (int row, _column) = Math.DivRem(first, _columns);
            (_gateNumber, _row) = Math.DivRem(row, rows);
            _gate = _gateNumber < plan.Gates ? plan.Gate(_gateNumber) : default;
        }

        public int Next()
        {
            (int unit, int column) = _plan.Transposed ? (_column, _row) : (_row, _column);
            int at = _gate.Offset + (unit / 16 * _gate.BlockStride) + (column * _gate.RowStride) + (unit % 16);
            if (++_column == _columns)
            {
                _column = 0;
                if (++_row == (_plan.Transposed ? _plan.Columns : _plan.Units) && ++_gateNumber < _plan.Gates)
                {
                    (_row, _gate) = (0, _plan.Gate(_gateNumber));
                }
            }

            return at;
        }
    }
}
