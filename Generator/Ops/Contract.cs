// Products of data with data: attention over the steps of an axis, addressing of a memory's slots. S is a dimension, or an axis whose
// steps beyond a row's length count as absent (they give zero and add nothing). The three kinds are each other's derivatives.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

internal enum ContractKind
{
    /// <summary>[S,F] . [F] to [S]: one scalar product a slot.</summary>
    Dot,

    /// <summary>[S] . [S,F] to [F]: weighted sum of the slots.</summary>
    Sum,

    /// <summary>[S] x [F] to [S,F].</summary>
    Outer,
}

/// <summary>With S an axis, [S,F] is a sequence of [F] and [S] is a sequence of [1].</summary>
/// <param name="causal">Over an axis, inside a loop over the same one: steps after the loop's count as absent too.</param>
internal sealed class ContractOp(ContractKind kind, bool overAxis = false, bool causal = false) : Op
{
    public ContractKind Kind { get; } = kind;

    /// <summary>Whether S is the axis of an operand instead of a dimension.</summary>
    public bool OverAxis { get; } = overAxis;

    public bool Causal { get; } = causal;

    public override string Attributes => Causal ? "causal" : "";

    public override string Name => Kind switch
    {
        ContractKind.Dot => "contract_dot",
        ContractKind.Sum => "contract_sum",
        _ => "contract_outer",
    } + (OverAxis ? "_axis" : "");

    // Along its axis it needs what a stream does not keep.
    public override bool CanStep => !OverAxis;

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape a = inputs[0].Shape, b = inputs[1].Shape;
        Shape? result = OverAxis ? AlongAxis(a, b) : AlongDimension(a, b);
        return result ?? throw Misfit($"{a} and {b} do not fit");
    }

    public override void Gradient(GradientRule rule)
    {
        Value dy = rule.OutputGradient;
        Value Product(ContractKind kind, Value a, Value b) => rule.Emit(new ContractOp(kind, OverAxis, Causal), a, b);
        if (rule.Needs(0))
        {
            rule.Add(0, Kind switch
            {
                ContractKind.Dot => Product(ContractKind.Outer, dy, rule.Input(1)),
                ContractKind.Sum => Product(ContractKind.Dot, rule.Input(1), dy),
                _ => Product(ContractKind.Dot, dy, rule.Input(1)),
            });
        }

        if (rule.Needs(1))
        {
            rule.Add(1, Kind switch
            {
                ContractKind.Dot => Product(ContractKind.Sum, dy, rule.Input(0)),
                ContractKind.Sum => Product(ContractKind.Outer, rule.Input(0), dy),
                _ => Product(ContractKind.Sum, rule.Input(0), dy),
            });
        }
    }

    private Shape? AlongAxis(Shape a, Shape b)
    {
        bool fits = a.Extent == Extent.BatchAxis && a.Across is null && b.Across is null && a.Rank == 1 && b.Rank == 1 && Kind switch
        {
            ContractKind.Dot => b.Extent < Extent.BatchAxis && a.Dims == b.Dims,
            ContractKind.Sum => b.Extent == Extent.BatchAxis && a.Axis == b.Axis && a.Size == 1,
            _ => b.Extent < Extent.BatchAxis && a.Size == 1,
        };
        return !fits ? null : Kind switch
        {
            ContractKind.Dot => a.WithDims(1),
            ContractKind.Sum => b.AtStep(),
            _ => a.WithDims(b.Size),
        };
    }

    private Shape? AlongDimension(Shape a, Shape b)
    {
        Shape full = Shape.Broadcast(a.WithDims(1), b.WithDims(1));
        return (Kind, a.Rank, b.Rank) switch
        {
            (ContractKind.Dot, 2, 1) when a.Dims[1] == b.Dims[0] => full.WithDims(a.Dims[0]),
            (ContractKind.Sum, 1, 2) when a.Dims[0] == b.Dims[0] => full.WithDims(b.Dims[1]),
            (ContractKind.Outer, 1, 1) => full.WithDims(a.Dims[0], b.Dims[0]),
            _ => null,
        };
    }
}
