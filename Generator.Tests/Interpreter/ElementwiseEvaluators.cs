// Elementwise arithmetic with its stretching, sums that undo a stretching, slots and stacks.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class ElementwiseEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<MapOp>(Map);
        table.On<SumToOp>(SumTo);
        table.On<SlotOp>((op, e) => Each(e, (item, i) => e.Inputs[0].Item(item)[(op.Slot * e.Result.Size) + i]));
        table.On<StackOp>(Stack);
    }

    /// <summary>Fills the result element by element.</summary>
    internal static void Each(Evaluation e, Func<int, int, double> element)
    {
        for (int item = 0; item < e.Result.Items; item++)
        {
            for (int i = 0; i < e.Result.Size; i++)
            {
                e.Result.Data[(item * e.Result.Size) + i] = element(item, i);
            }
        }
    }

    internal static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    internal static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>exp(x) - 1 without its rounding near zero.</summary>
    internal static double ExpMinus1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) + (x * x * x / 6) : Math.Exp(x) - 1;

    private static void Map(MapOp op, Evaluation e)
    {
        int arity = e.Inputs.Length, size = e.Result.Size;
        int[][] elements = e.Inputs.Select(i => Tensor.Stretch(e.Result.Shape, i.Shape)).ToArray();
        var starts = new int[arity];
        var x = new double[3];
        for (int item = 0; item < e.Result.Items; item++)
        {
            for (int k = 0; k < arity; k++)
            {
                starts[k] = e.Run.ItemOf(e.Result.Shape, item, e.Inputs[k].Shape) * e.Inputs[k].Size;
            }

            for (int i = 0; i < size; i++)
            {
                for (int k = 0; k < arity; k++)
                {
                    x[k] = e.Inputs[k].Data[starts[k] + elements[k][i]];
                }

                e.Result.Data[(item * size) + i] = Apply(op.Kind, x[0], x[1], x[2]);
            }
        }
    }

    private static double Apply(MapKind kind, double a, double b, double c) => kind switch
    {
        MapKind.Add => a + b,
        MapKind.Sub => a - b,
        MapKind.Mul => a * b,
        MapKind.Div => a / b,
        MapKind.Neg => -a,
        MapKind.Exp => Math.Exp(a),
        MapKind.Log => Math.Log(a),
        MapKind.Sqrt => Math.Sqrt(a),
        MapKind.Tanh => Math.Tanh(a),
        MapKind.Sigmoid => Sigmoid(a),
        MapKind.Softplus => Softplus(a),
        MapKind.Relu => Math.Max(a, 0),
        MapKind.Elu => a > 0 ? a : ExpMinus1(a),
        MapKind.Abs => Math.Abs(a),
        MapKind.Sign => Math.Sign(a),
        MapKind.Floor => Math.Floor(a),
        MapKind.Guard or MapKind.Inside => a,
        MapKind.Pow => Math.Pow(a, b),
        MapKind.Max => Math.Max(a, b),
        MapKind.Min => Math.Min(a, b),
        MapKind.Greater => a > b ? 1 : 0,
        MapKind.Clip => Math.Min(Math.Max(a, b), c),
        MapKind.Select => a != 0 ? b : c,
        _ => throw new NotSupportedException($"the interpreter does not know the function {kind}"),
    };

    private static void SumTo(SumToOp op, Evaluation e)
    {
        Tensor x = e.Inputs[0];
        int[] elements = Tensor.Stretch(x.Shape, e.Result.Shape);
        bool overRows = e.Result.Shape.Extent == Graph.Extent.None;
        for (int item = 0; item < x.Items; item++)
        {
            if (!overRows || e.Counts(x.Shape, item))
            {
                int start = e.Run.ItemOf(x.Shape, item, e.Result.Shape) * e.Result.Size;
                for (int i = 0; i < x.Size; i++)
                {
                    e.Result.Data[start + elements[i]] += x.Data[(item * x.Size) + i];
                }
            }
        }
    }

    private static void Stack(StackOp op, Evaluation e)
    {
        int units = e.Result.Shape.Dims[1];
        for (int slot = 0; slot < e.Inputs.Length; slot++)
        {
            Tensor x = e.Inputs[slot];
            for (int item = 0; item < e.Result.Items; item++)
            {
                int start = e.Run.ItemOf(e.Result.Shape, item, x.Shape) * x.Size;
                for (int i = 0; i < units; i++)
                {
                    e.Result.Data[(item * e.Result.Size) + (slot * units) + i] = x.Data[start + (x.Size == 1 ? 0 : i)];
                }
            }
        }
    }
}
