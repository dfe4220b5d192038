// Batch normalisation; softmax over the last dimension or over the valid steps of an axis, and its derivative.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class NormalizationEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<BatchNormOp>(BatchNorm);
        table.On<BatchNormGradientOp>(BatchNormGradient);
        table.On<RunningNormOp>((op, e) => Each(e, i => (op.IsOffset ? -e.Inputs[0].Data[i] : 1) / Math.Sqrt(e.Inputs[1].Data[i] + op.Epsilon)));
        table.On<SoftmaxOp>((op, e) => Lines(op.OverAxis, op.Causal, e, line => Softmax(e.Inputs[0].Data, e.Result.Data, line)));
        table.On<SoftmaxGradientOp>((op, e) => Lines(op.OverAxis, op.Causal, e, line => SoftmaxGradient(e, e.Inputs[0].Data, e.Inputs[1].Data, e.Result.Data, line)));
    }

    private static void Each(Evaluation e, Func<int, double> value)
    {
        for (int i = 0; i < e.Result.Data.Length; i++)
        {
            e.Result.Data[i] = value(i);
        }
    }

    /// <summary>Of one row that counts there is no variance: the running statistics stand for the batch's. They do where it is frozen, and outside of training.</summary>
    private static void BatchNorm(BatchNormOp op, Evaluation e)
    {
        double[] x = e.Inputs[0].Data;
        for (int unit = 0; unit < e.Result.Size; unit++)
        {
            int[] counted = Counted(e, unit);
            bool isOfBatch = counted.Length > 1 && !op.IsFrozen && !e.Run.ReadsRunningStatistics;
            double mean = e.OnTheWay(isOfBatch ? counted.Average(i => x[i]) : e.Inputs[1].Data[unit]);
            double variance = e.OnTheWay(isOfBatch ? counted.Average(i => (x[i] - mean) * (x[i] - mean)) : e.Inputs[2].Data[unit]), deviation = e.OnTheWay(Math.Sqrt(variance + op.Epsilon));
            foreach (int i in counted)
            {
                e.Result.Data[i] = e.OnTheWay(x[i] - mean) / deviation;
            }

            e.Run.Deviations[(e.Inputs[1], unit)] = isOfBatch ? deviation : -deviation;
        }
    }

    private static void BatchNormGradient(BatchNormGradientOp op, Evaluation e)
    {
        double[] n = e.Inputs[0].Data, g = e.Inputs[1].Data;
        for (int unit = 0; unit < e.Result.Size; unit++)
        {
            int[] counted = Counted(e, unit);
            double deviation = e.Run.Deviations[(e.Inputs[2], unit)];
            double mean = deviation < 0 ? 0 : e.OnTheWay(counted.Average(i => g[i])), along = deviation < 0 ? 0 : e.OnTheWay(counted.Average(i => g[i] * n[i]));
            foreach (int i in counted)
            {
                e.Result.Data[i] = (e.OnTheWay(g[i] - mean) - e.OnTheWay(n[i] * along)) / Math.Abs(deviation);
            }
        }
    }

    /// <summary>Where one feature lies in all rows and steps that count.</summary>
    private static int[] Counted(Evaluation e, int unit)
    {
        Shape shape = e.Result.Shape;
        int steps = shape.Axis is { } along ? e.Run.StepsOf(along) : 1;
        return [.. from item in Enumerable.Range(0, e.Result.Items)
                   where shape.Axis is not { } axis || e.IsValid(axis, item / steps, item % steps)
                   select (item * e.Result.Size) + unit];
    }

    /// <summary>Calls back with the positions of every line of elements that belong together.</summary>
    private static void Lines(bool overAxis, bool causal, Evaluation e, Action<int[]> line)
    {
        Shape shape = e.Result.Shape;
        if (!overAxis)
        {
            for (int start = 0; start < e.Result.Data.Length; start += shape.Width)
            {
                line(Positions(start, shape.Width, 1));
            }

            return;
        }

        Axis axis = shape.Across ?? shape.Axis!;
        int steps = e.Run.StepsOf(axis), groups = steps == 0 ? 0 : e.Result.Items / steps;
        for (int group = 0; group < groups; group++)
        {
            int row = e.Run.RowOf(shape, group * steps);
            for (int i = 0; i < shape.Size; i++)
            {
                int length = e.Run.LengthOf(axis, row);
                line(Positions((group * steps * shape.Size) + i, causal ? Math.Min(length, e.Step + 1) : length, shape.Size));
            }
        }
    }

    private static int[] Positions(int start, int count, int stride)
    {
        var positions = new int[count];
        for (int i = 0; i < count; i++)
        {
            positions[i] = start + (i * stride);
        }

        return positions;
    }

    private static void Softmax(double[] x, double[] y, int[] line)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (int i in line)
        {
            max = Math.Max(max, x[i]);
        }

        foreach (int i in line)
        {
            sum += y[i] = Math.Exp(x[i] - max);
        }

        foreach (int i in line)
        {
            y[i] /= sum;
        }
    }

    private static void SoftmaxGradient(Evaluation e, double[] y, double[] dy, double[] dx, int[] line)
    {
        double dot = 0;
        foreach (int i in line)
        {
            dot += y[i] * dy[i];
        }

        dot = e.OnTheWay(dot);
        foreach (int i in line)
        {
            dx[i] = y[i] * (dy[i] - dot);
        }
    }
}
