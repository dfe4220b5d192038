// Sums of weight times vector into slots, and their derivatives by source, weight and bias.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class AffineEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<AffineOp>(Affine);
        table.On<AffineInputGradientOp>(InputGradient);
        table.On<AffineWeightGradientOp>(WeightGradient);
        table.On<AffineBiasGradientOp>(BiasGradient);
    }

    private static void Affine(AffineOp op, Evaluation e)
    {
        for (int item = 0; item < e.Result.Items; item++)
        {
            Span<double> y = e.Result.Item(item);
            for (int k = 0; k < op.Terms.Count; k++)
            {
                Span<double> x = e.Inputs[op.Source(k)].Item(item);
                double[] weight = e.Inputs[op.Weight(k)].Data;
                foreach ((int row, int target) in Rows(op.Terms[k], op.Units))
                {
                    for (int j = 0; j < x.Length; j++)
                    {
                        y[target] += weight[(row * x.Length) + j] * x[j];
                    }
                }
            }

            for (int k = 0; k < op.Biases.Count; k++)
            {
                foreach ((int row, int target) in Rows(op.Biases[k], op.Units))
                {
                    y[target] += e.Inputs[op.Bias(k)].Data[row];
                }
            }
        }
    }

    private static void InputGradient(AffineInputGradientOp op, Evaluation e)
    {
        double[] weight = e.Inputs[0].Data;
        for (int item = 0; item < e.Result.Items; item++)
        {
            Span<double> dx = e.Result.Item(item), dy = e.Inputs[1].Item(item);
            if (e.Inputs.Length > 2)
            {
                e.Inputs[2].Item(item).CopyTo(dx);
            }

            foreach ((int row, int target) in Rows(op.Term, op.Units))
            {
                for (int j = 0; j < dx.Length; j++)
                {
                    dx[j] += weight[(row * dx.Length) + j] * dy[target];
                }
            }
        }
    }

    private static void WeightGradient(AffineWeightGradientOp op, Evaluation e)
    {
        Tensor dy = e.Inputs[0];
        for (int item = 0; item < dy.Items; item++)
        {
            if (e.Counts(dy.Shape, item))
            {
                Span<double> x = e.Inputs[1].Item(item), dyItem = dy.Item(item);
                foreach ((int row, int target) in Rows(op.Term, op.Units))
                {
                    for (int j = 0; j < x.Length; j++)
                    {
                        e.Result.Data[(row * x.Length) + j] += dyItem[target] * x[j];
                    }
                }
            }
        }
    }

    private static void BiasGradient(AffineBiasGradientOp op, Evaluation e)
    {
        Tensor dy = e.Inputs[0];
        for (int item = 0; item < dy.Items; item++)
        {
            if (e.Counts(dy.Shape, item))
            {
                foreach ((int row, int target) in Rows(op.Term, op.Units))
                {
                    e.Result.Data[row] += dy.Item(item)[target];
                }
            }
        }
    }

    /// <summary>Rows of a weight and the element of the result that each adds to; row blocks that go nowhere are left out.</summary>
    private static IEnumerable<(int Row, int Target)> Rows(int[] slots, int units)
    {
        for (int gate = 0; gate < slots.Length; gate++)
        {
            for (int unit = 0; unit < units && slots[gate] >= 0; unit++)
            {
                yield return ((gate * units) + unit, (slots[gate] * units) + unit);
            }
        }
    }
}
