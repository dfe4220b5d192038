// Softmax over the last dimension or over the valid steps of an axis, and its derivative.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class NormalizationEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<SoftmaxOp>((op, e) => Lines(op.OverAxis, op.Causal, e, line => Softmax(e.Inputs[0].Data, e.Result.Data, line)));
        table.On<SoftmaxGradientOp>((op, e) => Lines(op.OverAxis, op.Causal, e, line => SoftmaxGradient(e, e.Inputs[0].Data, e.Inputs[1].Data, e.Result.Data, line)));
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
