// What a user's cell computes in the padding behind its units. Products are zero there, and so are parameters, so that it can be worked out beforehand: where all of it is a
// number, and its derivatives are, gradients are zero in the padding as they have to be. Where something may be none (a quotient of two zeros, a state that grows), products are guarded.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

internal static class CellPadding
{
    private const int Steps = 200;

    // Beyond it, products of two are no number soon.
    private const double Large = 1e6;

    /// <summary>Whether all values and slopes of a function of zero are numbers: what it reads is a sum of products, as a cell's are.</summary>
    public static bool IsFiniteAtZero(CellStep function) => Next(function, [], isZero: true) is not null;

    /// <summary>Whether all values and slopes in the padding are numbers, at every step of however many.</summary>
    public static bool IsFinite(CellStep step)
    {
        double[] states = new double[step.States.Count];
        for (int t = 0; t < Steps; t++)
        {
            if (Next(step, states) is not { } next)
            {
                return false;
            }

            if (next.Zip(states, (a, b) => Math.Abs(a - b)).Max() < 1e-9)
            {
                return true;
            }

            states = next;
        }

        return false;
    }

    /// <summary>The states after a step, or null where a value may be no number, or is not known.</summary>
    private static double[]? Next(CellStep step, double[] states, bool isZero = false)
    {
        var lanes = new Dictionary<CellValue, double>();
        foreach (CellValue value in step.Values)
        {
            double? lane = value.Op switch
            {
                CellOp.Input when isZero => 0,
                CellOp.State => value.Dims.Length == 1 ? states[(int)value.Number] : null,
                CellOp.Constant => value.Number,
                CellOp.Product or CellOp.Parameter => value.Dims.Length == 0 ? null : 0,
                CellOp.Mark => Known(0),
                CellOp.Map => Map(value, Known),
                _ => null,
            };
            double? Known(int input) => lanes.TryGetValue(value.Inputs[input], out double known) ? known : null;
            if (lane is { } number)
            {
                if (!(Math.Abs(number) < Large))
                {
                    return null;
                }

                lanes[value] = number;
            }
            else if (value.Op is CellOp.Map or CellOp.Activation && value.Dims.Length > 0)
            {
                return null;
            }
        }

        return step.States.All(lanes.ContainsKey) ? step.States.Select(s => lanes[s]).ToArray() : null;
    }

    /// <summary>A function in the padding; null where an operand is not known, or the function or its slope is no number.</summary>
    private static double? Map(CellValue value, Func<int, double?> known)
    {
        if (Enumerable.Range(0, value.Inputs.Length).Any(i => known(i) is null))
        {
            return null;
        }

        double a = known(0)!.Value, b = value.Inputs.Length > 1 ? known(1)!.Value : 0, c = value.Inputs.Length > 2 ? known(2)!.Value : 0;
        return value.Function switch
        {
            MapKind.Add => a + b,
            MapKind.Sub => a - b,
            MapKind.Mul => a * b,
            MapKind.Div => b == 0 ? null : a / b,
            MapKind.Neg => -a,
            MapKind.Exp => Math.Exp(a),
            MapKind.Log => a > 0 ? Math.Log(a) : null,
            MapKind.Sqrt => a > 0 ? Math.Sqrt(a) : null,
            MapKind.Tanh => Math.Tanh(a),
            MapKind.Sigmoid => 1 / (1 + Math.Exp(-a)),
            MapKind.Softplus => Math.Log(1 + Math.Exp(a)),
            MapKind.Relu => Math.Max(a, 0),
            MapKind.Elu => a > 0 ? a : Math.Exp(a) - 1,
            MapKind.Abs => Math.Abs(a),
            MapKind.Sign => Math.Sign(a),
            MapKind.Floor => Math.Floor(a),
            MapKind.Max => Math.Max(a, b),
            MapKind.Min => Math.Min(a, b),
            MapKind.Greater => a > b ? 1 : 0,
            MapKind.Select => a != 0 ? b : c,
            MapKind.Clip => Math.Min(Math.Max(a, b), c),
            _ => null,
        };
    }
}
