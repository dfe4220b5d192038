// What the method of a user's cell computes, once its options and sizes are known: values by single assignment, products not yet joined.
// Knows sizes; knows no graph and no parameter of a network.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

internal enum CellOp
{
    /// <summary>The step's input.</summary>
    Input,

    /// <summary>State <see cref="CellValue.Number"/> before the step.</summary>
    State,
    Constant,

    /// <summary>Sums of products with weights, each with one source, and biases.</summary>
    Product,

    /// <summary>A parameter that is read element by element.</summary>
    Parameter,
    Map,

    /// <summary>The function of layers that is called <see cref="CellValue.Text"/>.</summary>
    Activation,

    /// <summary>Elements from <see cref="CellValue.Number"/> on.</summary>
    Slice,
    Concat,
    Sum,
    Mean,
    Max,
    Softmax,

    /// <summary>[S,F] . [F].</summary>
    MatrixVector,

    /// <summary>[S] . [S,F].</summary>
    VectorMatrix,
    Outer,

    /// <summary>Of a value, with parameters <see cref="CellValue.Text"/>.</summary>
    Normalization,

    /// <summary>A place that a dropout acts on: <see cref="CellValue.Text"/> is what it is called.</summary>
    Mark,
}

/// <summary>Part of a product: the matrix of a gate for one of its sources.</summary>
internal sealed record ProductTerm(string Gate, int Index, CellValue Source);

/// <summary>A bias of a gate, and what it begins at.</summary>
internal sealed record ProductBias(string Gate, double Start);

/// <summary>A value of the step.</summary>
/// <param name="op">What makes it.</param>
/// <param name="inputs">What it is made of.</param>
/// <param name="dims">None for a number, one size for a vector, rows and columns for a matrix.</param>
internal sealed class CellValue(CellOp op, CellValue[] inputs, params int[] dims)
{
    public CellOp Op { get; } = op;

    public CellValue[] Inputs { get; } = inputs;

    public int[] Dims { get; } = dims;

    public int Size => Dims.Aggregate(1, (a, b) => a * b);

    /// <summary>The function of a map.</summary>
    public MapKind Function { get; init; }

    public double Number { get; init; }

    /// <summary>How far from its number a parameter begins at most.</summary>
    public double Spread { get; init; }

    public string Text { get; init; } = "";

    public IReadOnlyList<ProductTerm> Terms { get; init; } = Array.Empty<ProductTerm>();

    public IReadOnlyList<ProductBias> Biases { get; init; } = Array.Empty<ProductBias>();

    /// <summary>The variable that the user gave it to: a name for generated code.</summary>
    public string Name { get; set; } = "";

    /// <summary>Everything that it reads.</summary>
    public IEnumerable<CellValue> Reads => Inputs.Concat(Terms.Select(t => t.Source));

    /// <summary>Its size as messages say it.</summary>
    public string Shape => Dims.Length switch
    {
        0 => "one number",
        1 => Rules.Text($"{Dims[0]} numbers"),
        _ => Rules.Text($"{Dims[0]} x {Dims[1]} numbers"),
    };
}

/// <summary>What one step computes.</summary>
/// <param name="Values">In the order of the method.</param>
/// <param name="Output">The layer's output.</param>
/// <param name="States">The states after the step.</param>
internal sealed record CellStep(IReadOnlyList<CellValue> Values, CellValue Output, IReadOnlyList<CellValue> States);
