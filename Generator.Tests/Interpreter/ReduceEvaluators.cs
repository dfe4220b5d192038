// Sums, maxima and means over the last dimension or over the valid steps of an axis, layer normalisation, and their derivatives.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class ReduceEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<ReduceOp>(Reduce);
        table.On<ReduceGradientOp>(ReduceGradient);
        table.On<LayerNormOp>(LayerNorm);
        table.On<LayerNormInputGradientOp>(LayerNormInput);
        table.On<LayerNormWeightGradientOp>(LayerNormWeight);
        table.On<LayerNormBiasGradientOp>((op, e) => ForEachCounted(e, item => Add(e, e.Inputs[0].Item(item))));
    }

    private static void Reduce(ReduceOp op, Evaluation e)
    {
        double[] x = e.Inputs[0].Data;
        foreach ((int[] line, int target) in Lines(op.OverAxis, e, e.Inputs[0]))
        {
            e.Result.Data[target] = line.Length == 0 ? 0 : op.Kind switch
            {
                ReduceKind.Sum => line.Sum(i => x[i]),
                ReduceKind.Mean => line.Sum(i => x[i]) / line.Length,
                _ => line.Max(i => x[i]),
            };
        }
    }

    private static void ReduceGradient(ReduceGradientOp op, Evaluation e)
    {
        foreach ((int[] line, int target) in Lines(op.OverAxis, e, e.Result))
        {
            double dy = e.Inputs[0].Data[target];
            if (op.Kind == ReduceKind.Max && line.Length > 0)
            {
                e.Result.Data[line.First(i => e.Inputs[1].Data[i] == line.Max(k => e.Inputs[1].Data[k]))] = dy;
                continue;
            }

            foreach (int i in line)
            {
                e.Result.Data[i] = op.Kind == ReduceKind.Mean ? dy / line.Length : dy;
            }
        }
    }

    /// <summary>The positions in <paramref name="full"/> that one element of the reduced value stands for, and that element.</summary>
    private static IEnumerable<(int[] Line, int Target)> Lines(bool overAxis, Evaluation e, Tensor full)
    {
        if (!overAxis)
        {
            int width = full.Shape.Width;
            for (int line = 0; line < full.Data.Length / width; line++)
            {
                yield return (Enumerable.Range(line * width, width).ToArray(), line);
            }

            yield break;
        }

        int steps = e.Run.StepsOf(full.Shape.Axis!);
        for (int row = 0; row < e.Run.Batch; row++)
        {
            for (int i = 0; i < full.Size; i++)
            {
                int length = e.Run.LengthOf(full.Shape.Axis!, row), first = (row * steps * full.Size) + i;
                yield return (Enumerable.Range(0, length).Select(t => first + (t * full.Size)).ToArray(), (row * full.Size) + i);
            }
        }
    }

    private static void LayerNorm(LayerNormOp op, Evaluation e)
    {
        for (int item = 0; item < e.Result.Items; item++)
        {
            (double[] n, _) = Normalized(e, e.Inputs[0].Item(item), op.Epsilon);
            for (int i = 0; i < n.Length; i++)
            {
                e.Result.Item(item)[i] = (e.Inputs[1].Data[i] * n[i]) + e.Inputs[2].Data[i];
            }
        }
    }

    private static void LayerNormInput(LayerNormInputGradientOp op, Evaluation e)
    {
        for (int item = 0; item < e.Result.Items; item++)
        {
            (double[] n, double deviation) = Normalized(e, e.Inputs[0].Item(item), op.Epsilon);
            double[] dy = e.Inputs[2].Item(item).ToArray();
            double[] g = dy.Select((d, i) => e.OnTheWay(d * e.Inputs[1].Data[i])).ToArray();
            double mean = e.OnTheWay(g.Average()), along = e.OnTheWay(g.Select((v, i) => v * n[i]).Average());
            for (int i = 0; i < n.Length; i++)
            {
                e.Result.Item(item)[i] = (e.OnTheWay(g[i] - mean) - e.OnTheWay(n[i] * along)) / deviation;
            }
        }
    }

    private static void LayerNormWeight(LayerNormWeightGradientOp op, Evaluation e) => ForEachCounted(e, item =>
    {
        (double[] n, _) = Normalized(e, e.Inputs[1].Item(item), op.Epsilon);
        for (int i = 0; i < n.Length; i++)
        {
            n[i] *= e.Inputs[0].Item(item)[i];
        }

        Add(e, n);
    });

    private static (double[] Normalized, double Deviation) Normalized(Evaluation e, ReadOnlySpan<double> x, double epsilon)
    {
        double[] values = x.ToArray();
        double mean = e.OnTheWay(values.Average()), deviation = e.OnTheWay(Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) + epsilon));
        return (values.Select(v => e.OnTheWay((v - mean) / deviation)).ToArray(), deviation);
    }

    private static void ForEachCounted(Evaluation e, Action<int> action)
    {
        for (int item = 0; item < e.Inputs[0].Items; item++)
        {
            if (e.Counts(e.Inputs[0].Shape, item))
            {
                action(item);
            }
        }
    }

    private static void Add(Evaluation e, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            e.Result.Data[i] += values[i];
        }
    }
}
