// The numbers of one value: every item of its extent, each with its constant dimensions, row-major.
// Knows how items and elements of a narrower shape stretch to a wider one; knows no op.
using System;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Tests.Interpreter;

/// <summary>Items are ordered by row, then step, then step of the second axis. Whole numbers are stored as doubles too.</summary>
internal sealed class Tensor
{
    public Tensor(Shape shape, int items)
    {
        Shape = shape;
        Items = items;
        Size = shape.Size;
        Data = new double[items * Size];
    }

    public Shape Shape { get; }

    public int Items { get; }

    public double[] Data { get; }

    /// <summary>Elements of one item.</summary>
    public int Size { get; }

    public Span<double> Item(int item) => Data.AsSpan(item * Size, Size);

    /// <summary>For every element of an item of shape <paramref name="full"/>, the element of <paramref name="part"/> that stretches to it.</summary>
    public static int[] Stretch(Shape full, Shape part)
    {
        int rank = part.Rank, fullRank = full.Rank;
        var map = new int[full.Size];
        for (int i = 0; i < map.Length; i++)
        {
            int rest = i, stride = 1;
            for (int d = 1; d <= rank; d++)
            {
                int fullDim = full.Dims[fullRank - d], partDim = part.Dims[rank - d];
                map[i] += partDim == 1 ? 0 : rest % fullDim * stride;
                rest /= fullDim;
                stride *= partDim;
            }
        }

        return map;
    }
}
