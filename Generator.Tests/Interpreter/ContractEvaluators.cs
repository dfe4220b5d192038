// Products of data with data, over a dimension or over the valid steps of an axis, and circular convolution.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class ContractEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<ContractOp>((op, e) =>
        {
            if (op.OverAxis)
            {
                AlongAxis(op, e);
            }
            else
            {
                AlongDimension(op.Kind, e);
            }
        });
        table.On<CircularConvOp>(Circular);
        table.On<RisingOp>((op, e) => ElementwiseEvaluators.Each(e, (item, n) =>
        {
            double[] x = e.Inputs[0].Item(item).ToArray();
            int first = n - (n % op.Count);
            return x[first] + Enumerable.Range(first + 1, n - first).Sum(k => ElementwiseEvaluators.Softplus(x[k]));
        }));
        table.On<RisingGradientOp>((op, e) => ElementwiseEvaluators.Each(e, (item, n) =>
        {
            double[] x = e.Inputs[0].Item(item).ToArray(), dy = e.Inputs[1].Item(item).ToArray();
            return dy[n..(n - (n % op.Count) + op.Count)].Sum() * (n % op.Count == 0 ? 1 : ElementwiseEvaluators.Sigmoid(x[n]));
        }));
        table.On<RescaleOp>((op, e) => ElementwiseEvaluators.Each(e, (item, n) =>
            (e.Inputs[0].Item(item)[n] * (e.Inputs[1].Data[n / op.Count] is not 0 and var scale ? scale : 1)) + e.Inputs[2].Data[n / op.Count]));
        table.On<CircularConvShiftGradientOp>(CircularShifts);
    }

    private static void AlongDimension(ContractKind kind, Evaluation e)
    {
        Tensor a = e.Inputs[0], b = e.Inputs[1];
        Shape matrix = kind switch { ContractKind.Dot => a.Shape, ContractKind.Sum => b.Shape, _ => e.Result.Shape };
        int slots = matrix.Dims[0], width = matrix.Dims[1];
        for (int item = 0; item < e.Result.Items; item++)
        {
            Span<double> x = a.Item(e.Run.ItemOf(e.Result.Shape, item, a.Shape)), y = b.Item(e.Run.ItemOf(e.Result.Shape, item, b.Shape));
            Span<double> result = e.Result.Item(item);
            for (int s = 0; s < slots; s++)
            {
                for (int f = 0; f < width; f++)
                {
                    switch (kind)
                    {
                        case ContractKind.Dot:
                            result[s] += x[(s * width) + f] * y[f];
                            break;
                        case ContractKind.Sum:
                            result[f] += x[s] * y[(s * width) + f];
                            break;
                        default:
                            result[(s * width) + f] = x[s] * y[f];
                            break;
                    }
                }
            }
        }
    }

    private static void AlongAxis(ContractOp op, Evaluation e)
    {
        ContractKind kind = op.Kind;
        Tensor a = e.Inputs[0], b = e.Inputs[1];
        Axis axis = a.Shape.Axis!;
        int steps = e.Run.StepsOf(axis);
        for (int row = 0; row < e.Run.Batch; row++)
        {
            for (int s = 0; s < Math.Min(e.Run.LengthOf(axis, row), op.Causal ? e.Step + 1 : steps); s++)
            {
                int item = (row * steps) + s;
                Span<double> x = a.Item(item), y = b.Item(e.Run.ItemOf(a.Shape, item, b.Shape));
                Span<double> result = e.Result.Item(kind == ContractKind.Sum ? row : item);
                for (int f = 0; f < y.Length; f++)
                {
                    switch (kind)
                    {
                        case ContractKind.Dot:
                            result[0] += x[f] * y[f];
                            break;
                        case ContractKind.Sum:
                            result[f] += x[0] * y[f];
                            break;
                        default:
                            result[f] = x[0] * y[f];
                            break;
                    }
                }
            }
        }
    }

    private static void Circular(CircularConvOp op, Evaluation e)
    {
        Tensor x = e.Inputs[0], shifts = e.Inputs[1];
        ElementwiseEvaluators.Each(e, (item, n) =>
        {
            Span<double> from = x.Item(e.Run.ItemOf(e.Result.Shape, item, x.Shape)), s = shifts.Item(e.Run.ItemOf(e.Result.Shape, item, shifts.Shape));
            double sum = 0;
            for (int j = 0; j < s.Length; j++)
            {
                sum += s[j] * from[Shifted(n, j, s.Length, from.Length, op.Mirrored)];
            }

            return sum;
        });
    }

    private static void CircularShifts(CircularConvShiftGradientOp op, Evaluation e)
    {
        Tensor dy = e.Inputs[0], x = e.Inputs[1];
        ElementwiseEvaluators.Each(e, (item, j) =>
        {
            Span<double> from = x.Item(e.Run.ItemOf(e.Result.Shape, item, x.Shape));
            double sum = 0;
            for (int n = 0; n < from.Length; n++)
            {
                sum += dy.Item(item)[n] * from[Shifted(n, j, e.Result.Size, from.Length, op.Mirrored)];
            }

            return sum;
        });
    }

    private static int Shifted(int n, int tap, int taps, int size, bool mirrored)
    {
        int shift = tap - (taps / 2), index = (n + (mirrored ? shift : -shift)) % size;
        return index < 0 ? index + size : index;
    }
}
