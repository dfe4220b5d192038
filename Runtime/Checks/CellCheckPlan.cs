// What the generator writes for a check of a cell: a network of the cell alone, its method as a delegate, and which weight is which part of a parameter.
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Threading;

namespace SeqGen.Kernels.V1;

/// <summary>Where a weight of a cell's method lies in a parameter.</summary>
/// <param name="Name">Its name in <see cref="Weights.Values"/>.</param>
/// <param name="Parameter">The parameter's.</param>
/// <param name="Start">First number of it there.</param>
/// <param name="Count">How many there are.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record CellWeightPlan(string Name, string Parameter, int Start, int Count);

/// <summary>Written by the generator where <see cref="CellCheck.Run"/> is called.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CellCheckPlan
{
    private static readonly Lock _lock = new();
    private static readonly Dictionary<(Type, string, int), CellCheckPlan> _all = [];

    /// <summary>A network of one layer, the cell.</summary>
    public required Func<ulong, INetwork> Create { get; init; }

    /// <summary>The method: the cell, the input, the states, the weights; gives the output and the new states.</summary>
    public required Func<CellAttribute, Vec, object[], Weights, object[]> Step { get; init; }

    /// <summary>Rows and columns of every state; no columns for a vector.</summary>
    public required (int Rows, int Columns)[] States { get; init; }

    /// <summary>All weights.</summary>
    public required CellWeightPlan[] Weights { get; init; }

    /// <summary>Keeps a plan under the words of its call.</summary>
    public static void Add(Type cell, string expression, int inputs, CellCheckPlan plan)
    {
        lock (_lock)
        {
            _all[(cell, expression, inputs)] = plan;
        }
    }

    internal static CellCheckPlan? Find(Type cell, string expression, int inputs)
    {
        lock (_lock)
        {
            return _all.GetValueOrDefault((cell, expression, inputs));
        }
    }
}
