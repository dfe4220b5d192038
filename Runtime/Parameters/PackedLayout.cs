// The packing of parameters: file layout to master and back, and which floats belong to whom.
// Knows ParameterPlan's address rule; refuses to know values and files.
using System;
using System.Collections.Generic;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class PackedLayout
{
    /// <summary>Packed to the file's order.</summary>
    public static void Unpack(ParameterPlan p, ReadOnlySpan<float> master, Span<float> values)
    {
        int k = 0;
        if (p.Transposed)
        {
            for (int v = 0; v < p.Columns; v++)
            {
                for (int d = 0; d < p.Units; d++)
                {
                    values[k++] = master[Index(p, 0, d, v)];
                }
            }

            return;
        }

        for (int g = 0; g < p.Gates; g++)
        {
            for (int u = 0; u < p.Units; u++)
            {
                for (int j = 0, at = Index(p, g, u, 0); j < p.Columns; j++, at += p.Gate(g).RowStride)
                {
                    values[k++] = master[at];
                }
            }
        }
    }

    /// <summary>Where each element lies in the master, in the file's order.</summary>
    public static int[] Positions(ParameterPlan p)
    {
        int[] positions = new int[p.Count];
        int k = 0;
        for (int v = 0; p.Transposed && v < p.Columns; v++)
        {
            for (int d = 0; d < p.Units; d++)
            {
                positions[k++] = Index(p, 0, d, v);
            }
        }

        for (int g = 0; !p.Transposed && g < p.Gates; g++)
        {
            for (int u = 0; u < p.Units; u++)
            {
                for (int j = 0; j < p.Columns; j++)
                {
                    positions[k++] = Index(p, g, u, j);
                }
            }
        }

        return positions;
    }

    /// <summary>The file's order to packed; floats that are not the parameter's stay as they are.</summary>
    public static void Pack(ParameterPlan p, ReadOnlySpan<float> values, Span<float> master)
    {
        int k = 0;
        if (p.Transposed)
        {
            for (int v = 0; v < p.Columns; v++)
            {
                for (int d = 0; d < p.Units; d++)
                {
                    master[Index(p, 0, d, v)] = values[k++];
                }
            }

            return;
        }

        for (int g = 0; g < p.Gates; g++)
        {
            for (int u = 0; u < p.Units; u++)
            {
                for (int j = 0, at = Index(p, g, u, 0); j < p.Columns; j++, at += p.Gate(g).RowStride)
                {
                    master[at] = values[k++];
                }
            }
        }
    }

    /// <summary>The runs of floats that optimizers may touch: all but the elements of parameters that are not trainable.
    /// Padding is included: its gradient is zero.</summary>
    public static (int Start, int Length)[] TrainableRanges(NetworkPlan plan)
    {
        bool[] frozen = new bool[plan.ParameterLength];
        foreach (ParameterPlan p in plan.Parameters)
        {
            if (!p.Trainable)
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

    private static void Mark(ParameterPlan p, bool[] marks)
    {
        for (int g = 0; g < p.Gates; g++)
        {
            for (int u = 0; u < p.Units; u++)
            {
                for (int j = 0, at = Index(p, g, u, 0); j < p.Columns; j++, at += p.Gate(g).RowStride)
                {
                    marks[at] = true;
                }
            }
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

    private static int Index(ParameterPlan p, int gate, int unit, int column)
    {
        GatePlace place = p.Gate(gate);
        return place.Offset + (unit / 16 * place.BlockStride) + (column * place.RowStride) + (unit % 16);
    }
}
