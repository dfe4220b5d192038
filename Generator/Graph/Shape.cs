// What a value of the intermediate form looks like: element type, how many of it there are (extent), and its constant dimensions.
using System;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Graph;

internal enum DType
{
    F32,
    I32,
}

/// <summary>How many of a value there are.</summary>
internal enum Extent
{
    /// <summary>One for the whole network: parameters, constants, weight gradients. With an axis: one for every step of it, whatever the row (untied parameters).</summary>
    None,

    /// <summary>One for every row of the batch.</summary>
    Batch,

    /// <summary>One for every row of the batch and every step of an axis.</summary>
    BatchAxis,
}

/// <summary>A time-like axis: its length is known at run time only. Lengths a row may shorten it. Time is never a dimension.</summary>
/// <param name="Name">Unique in a graph.</param>
/// <param name="Max">The longest it can be, 0 if unbounded.</param>
/// <param name="Source">The axis it is derived from: (T - Trim)/Stride steps; null for an axis of its own.</param>
internal sealed record Axis(string Name, int Max, Axis? Source = null, int Trim = 0, int Stride = 1)
{
    public override string ToString() => Name;
}

internal sealed record Shape(DType Type, Extent Extent, Axis? Axis, EquatableArray<int> Dims)
{
    /// <summary>A second axis inside the first: what every step of a scan gave for all of another axis (attention weights).</summary>
    public Axis? Across { get; init; }

    public static Shape Whole(params int[] dims) => new(DType.F32, Extent.None, null, new EquatableArray<int>(dims));

    public static Shape PerRow(params int[] dims) => new(DType.F32, Extent.Batch, null, new EquatableArray<int>(dims));

    public static Shape Seq(Axis axis, params int[] dims) => new(DType.F32, Extent.BatchAxis, axis, new EquatableArray<int>(dims));

    public int Rank => Dims.Count;

    /// <summary>Elements of one of it.</summary>
    public int Size => Dims.Aggregate(1, (a, b) => a * b);

    /// <summary>The last dimension, 1 for a scalar.</summary>
    public int Width => Rank == 0 ? 1 : Dims[Rank - 1];

    public bool IsFloat => Type == DType.F32;

    public Shape WithDims(params int[] dims) => this with { Dims = new EquatableArray<int>(dims) };

    /// <summary>One step of a sequence.</summary>
    public Shape AtStep() => Across is not null ? this with { Axis = Across, Across = null }
        : this with { Extent = Extent == Extent.None ? Extent.None : Extent.Batch, Axis = null };

    /// <summary>A sequence of it.</summary>
    public Shape Along(Axis axis) => Extent == Extent.None ? this with { Axis = axis }
        : Across is null ? this with { Extent = Extent.BatchAxis, Axis = axis, Across = Axis }
        : throw new GraphException($"{this} cannot run along a third axis");

    public override string ToString()
    {
        string extent = Extent switch { Extent.None => Axis is null ? "" : Axis.ToString(), Extent.Batch => "B", _ => "B," + Axis + (Across is null ? "" : "," + Across) };
        string dims = string.Join(",", Dims.Select(d => d.ToString(CultureInfo.InvariantCulture)));
        return (Type == DType.I32 ? "i32" : "f32") + (extent.Length > 0 ? "(" + extent + ")" : "") + "[" + dims + "]";
    }

    /// <summary>The shape that elementwise operands give: extents and dimensions of 1 stretch.</summary>
    public static Shape Broadcast(Shape a, Shape b)
    {
        if (a.Type != b.Type)
        {
            throw new GraphException($"elementwise operands {a} and {b} differ in type");
        }

        Shape wider = a.Extent >= b.Extent ? a : b;
        if (a.Extent == Extent.BatchAxis && b.Extent == Extent.BatchAxis && (a.Axis != b.Axis || a.Across != b.Across))
        {
            throw new GraphException($"elementwise operands {a} and {b} run along different axes");
        }

        int rank = Math.Max(a.Rank, b.Rank);
        var dims = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            int x = i < rank - a.Rank ? 1 : a.Dims[i - (rank - a.Rank)];
            int y = i < rank - b.Rank ? 1 : b.Dims[i - (rank - b.Rank)];
            if (x != y && x != 1 && y != 1)
            {
                throw new GraphException($"elementwise operands {a} and {b} do not fit");
            }

            dims[i] = x == 1 ? y : x;
        }

        return wider with { Dims = new EquatableArray<int>(dims) };
    }
}

/// <summary>A graph that breaks its own rules: a bug in a layer recipe, op or pass, never a user's mistake.</summary>
internal sealed class GraphException(string message) : Exception(message);
