// The size of a state where it is not the layer's. Knows numbers and names of properties; knows no cell.
using System;

namespace SeqGen;

/// <summary>The size of a state of a cell of one's own, where it is not that of the layer: a number, or the name of a property of the attribute.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SizeAttribute : Attribute
{
    /// <summary>A vector of that many elements.</summary>
    public SizeAttribute(int size) => Rows = size;

    /// <summary>A vector of as many elements as the property says.</summary>
    public SizeAttribute(string size) => RowsFrom = size;

    /// <summary>A matrix.</summary>
    public SizeAttribute(int rows, int columns) => (Rows, Columns) = (rows, columns);

    /// <summary>A matrix of as many rows and columns as two properties say.</summary>
    public SizeAttribute(string rows, string columns) => (RowsFrom, ColumnsFrom) = (rows, columns);

    /// <summary>Elements, or rows of a matrix; 0 where a property says it.</summary>
    public int Rows { get; }

    /// <summary>Columns of a matrix; 0 where there are none or a property says it.</summary>
    public int Columns { get; }

    /// <summary>Name of the property that says how many elements or rows there are.</summary>
    public string? RowsFrom { get; }

    /// <summary>Name of the property that says how many columns there are.</summary>
    public string? ColumnsFrom { get; }
}
