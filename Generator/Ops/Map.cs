// Elementwise arithmetic: one scalar function, applied to every element, dimensions and extents of 1 stretched.
// Fusing many of them into one loop is a pass; here each stands alone, with its derivative by symbolic rule.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

internal enum MapKind
{
    Add,
    Sub,
    Mul,
    Div,
    Neg,
    Exp,
    Log,
    Sqrt,
    Tanh,
    Sigmoid,
    Softplus,
    Relu,

    /// <summary>a where a &gt; 0, else exp(a) - 1.</summary>
    Elu,
    Abs,
    Sign,

    /// <summary>The largest whole number that is not above; no gradient.</summary>
    Floor,
    Pow,
    Max,
    Min,

    /// <summary>1 where a &gt; b, else 0; no gradient.</summary>
    Greater,

    /// <summary>a != 0 ? b : c; no gradient into a.</summary>
    Select,

    /// <summary>a, but at least b and at most c; no gradient into b and c.</summary>
    Clip,

    /// <summary>a, whose gradient is zero in the padding whatever comes from there: where padding may be no number. Gone once gradients are derived.</summary>
    Guard,

    /// <summary>a in the units, zero in the padding behind them.</summary>
    Inside,
}

internal sealed class MapOp(MapKind kind) : Op
{
    public MapKind Kind { get; } = kind;

    public override string Name => Kind.ToString().ToLowerInvariant();

    public int Arity => Kind switch
    {
        MapKind.Select or MapKind.Clip => 3,
        MapKind.Add or MapKind.Sub or MapKind.Mul or MapKind.Div or MapKind.Pow or MapKind.Max or MapKind.Min or MapKind.Greater => 2,
        _ => 1,
    };

    /// <summary>Functions that cost as much as many operations: worth saving instead of computing twice. A clip is worth it because its derivative reads nothing
    /// but its result: the sum before a gate need not be kept beside the gate.</summary>
    public bool IsCostly => Kind is MapKind.Clip or MapKind.Div or MapKind.Exp or MapKind.Log or MapKind.Sqrt or MapKind.Tanh or MapKind.Sigmoid or MapKind.Softplus or MapKind.Elu or MapKind.Pow;

    /// <summary>Functions that are long even as one member of a vector: what an inliner takes few of.</summary>
    public bool IsActivation => Kind is MapKind.Exp or MapKind.Log or MapKind.Tanh or MapKind.Sigmoid or MapKind.Softplus or MapKind.Elu or MapKind.Pow;

    /// <summary>Members of a vector that compute it.</summary>
    public int Operations => Kind switch { MapKind.Sign => 3, MapKind.Clip => 2, _ => 1 };

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        if (inputs.Count != Arity)
        {
            throw Misfit($"takes {Arity} operands, was given {inputs.Count}");
        }

        Shape shape = inputs[0].Shape;
        foreach (Value input in inputs.Skip(1))
        {
            shape = Shape.Broadcast(shape, input.Shape);
        }

        return shape;
    }

    public override void Gradient(GradientRule g)
    {
        Value dy = g.OutputGradient;
        switch (Kind)
        {
            case MapKind.Add:
                Give(g, 0, () => dy);
                Give(g, 1, () => dy);
                break;
            case MapKind.Sub:
                Give(g, 0, () => dy);
                Give(g, 1, () => g.Map(MapKind.Neg, dy));
                break;
            case MapKind.Mul:
                Give(g, 0, () => g.Map(MapKind.Mul, dy, g.Input(1)));
                Give(g, 1, () => g.Map(MapKind.Mul, dy, g.Input(0)));
                break;
            case MapKind.Div:
                Give(g, 0, () => g.Map(MapKind.Div, dy, g.Input(1)));
                Give(g, 1, () => g.Map(MapKind.Neg, g.Map(MapKind.Mul, dy, g.Map(MapKind.Div, g.Output, g.Input(1)))));
                break;
            case MapKind.Max:
            case MapKind.Min:
                Value first = g.Map(MapKind.Greater, Kind == MapKind.Max ? g.Input(0) : g.Input(1), Kind == MapKind.Max ? g.Input(1) : g.Input(0));
                Give(g, 0, () => g.Map(MapKind.Mul, dy, first));
                Give(g, 1, () => g.Map(MapKind.Sub, dy, g.Map(MapKind.Mul, dy, first)));
                break;
            case MapKind.Pow:
                Give(g, 0, () => g.Map(MapKind.Mul, dy, g.Map(MapKind.Mul, g.Input(1), g.Map(MapKind.Pow, g.Input(0), g.Map(MapKind.Sub, g.Input(1), g.Constant(1))))));
                // 0 to any power above zero stays 0: no gradient instead of 0 times minus infinity.
                Give(g, 1, () => g.Map(MapKind.Mul, dy, g.Map(MapKind.Mul, g.Output, g.Map(MapKind.Select, g.Input(0), g.Map(MapKind.Log, g.Input(0)), g.Constant(0)))));
                break;
            case MapKind.Select:
                Give(g, 1, () => g.Map(MapKind.Select, g.Input(0), dy, g.Constant(0)));
                Give(g, 2, () => g.Map(MapKind.Select, g.Input(0), g.Constant(0), dy));
                break;
            case MapKind.Clip:
                // Where it is one of its ends it stays there.
                Give(g, 0, () => g.Map(MapKind.Mul, dy, Inside(g)));
                break;
            case MapKind.Guard:
            case MapKind.Inside:
                Give(g, 0, () => g.Map(MapKind.Inside, dy));
                break;
            case MapKind.Greater:
            case MapKind.Sign:
            case MapKind.Floor:
                break;
            default:
                Give(g, 0, () => Unary(g, dy));
                break;
        }
    }

    private Value Unary(GradientRule g, Value dy) => Kind switch
    {
        MapKind.Neg => g.Map(MapKind.Neg, dy),
        MapKind.Log => g.Map(MapKind.Div, dy, g.Input(0)),
        MapKind.Sqrt => g.Map(MapKind.Div, g.Map(MapKind.Mul, dy, g.Constant(0.5)), g.Output),
        MapKind.Exp => g.Map(MapKind.Mul, dy, g.Output),
        _ => g.Map(MapKind.Mul, dy, Slope(g)),
    };

    /// <summary>The function's derivative.</summary>
    private Value Slope(GradientRule g)
    {
        Value slope = Kind switch
        {
            MapKind.Tanh => g.Map(MapKind.Sub, g.Constant(1), g.Map(MapKind.Mul, g.Output, g.Output)),
            MapKind.Sigmoid => g.Map(MapKind.Mul, g.Output, g.Map(MapKind.Sub, g.Constant(1), g.Output)),
            MapKind.Softplus => g.Map(MapKind.Sigmoid, g.Input(0)),
            MapKind.Relu => g.Map(MapKind.Greater, g.Output, g.Constant(0)),
            // exp(a) below zero, which is what has been computed and one.
            MapKind.Elu => g.Map(MapKind.Add, g.Map(MapKind.Min, g.Output, g.Constant(0)), g.Constant(1)),
            MapKind.Abs => g.Map(MapKind.Sign, g.Input(0)),
            _ => throw Misfit("has no derivative"),
        };
        slope.Name = "slope";
        return slope;
    }

    /// <summary>1 between the ends of a clip, else 0.</summary>
    private static Value Inside(GradientRule g)
    {
        Value inside = g.Map(MapKind.Mul, g.Map(MapKind.Greater, g.Output, g.Input(1)), g.Map(MapKind.Greater, g.Input(2), g.Output));
        inside.Name = "slope";
        return inside;
    }

    private static void Give(GradientRule g, int input, System.Func<Value> gradient)
    {
        if (g.Needs(input))
        {
            g.Add(input, gradient());
        }
    }
}

/// <summary>Sums a value down to a shape that stretches to it: over steps, rows of the batch and dimensions.</summary>
internal sealed class SumToOp(Shape target) : Op
{
    public override string Name => "sum_to";

    public override string Attributes => target.ToString();

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape full = Shape.Broadcast(inputs[0].Shape, target);
        return full == inputs[0].Shape ? target : throw Misfit($"{inputs[0].Shape} does not sum to {target}");
    }

    public override void Gradient(GradientRule rule)
    {
        // Stretching back: adding to zeros of the full shape broadcasts.
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Map(MapKind.Add, rule.Emit(new ZerosOp(rule.Node.Inputs[0].Shape)), rule.OutputGradient));
        }
    }
}
