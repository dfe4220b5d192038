// Joining, cutting, turning round, repeating, choosing: no arithmetic.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class LayoutEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<ConcatOp>(Concat);
        table.On<SliceOp>((op, e) => MoveColumns(e.Inputs[0], op.Start, e.Result, 0, e.Result.Shape.Width));
        table.On<PadOp>((op, e) => MoveColumns(e.Inputs[0], 0, e.Result, op.Start, e.Inputs[0].Shape.Width));
        table.On<AtLastOp>((op, e) => Steps(e, e.Result.Shape.Axis!, (row, t, length) => t == length - 1 ? Row(e, row) : null));
        table.On<LastOp>(Last);
    }

    private static void Concat(ConcatOp op, Evaluation e)
    {
        int start = 0;
        foreach (Tensor x in e.Inputs)
        {
            MoveColumns(x, 0, e.Result, start, x.Shape.Width);
            start += x.Shape.Width;
        }
    }

    private static void MoveColumns(Tensor from, int fromStart, Tensor to, int toStart, int count)
    {
        for (int line = 0; line < from.Data.Length / from.Shape.Width; line++)
        {
            from.Data.AsSpan((line * from.Shape.Width) + fromStart, count).CopyTo(to.Data.AsSpan((line * to.Shape.Width) + toStart, count));
        }
    }

    private static double[] Row(Evaluation e, int row) => e.Inputs[0].Item(row).ToArray();

    private static double[] Step(Evaluation e, int row, int t) =>
        e.Inputs[0].Item((row * e.Run.StepsOf(e.Inputs[0].Shape.Axis!)) + t).ToArray();

    /// <summary>Fills a sequence step by step; null leaves zeros.</summary>
    private static void Steps(Evaluation e, Axis axis, Func<int, int, int, double[]?> step)
    {
        int steps = e.Run.StepsOf(axis);
        for (int row = 0; row < e.Run.Batch; row++)
        {
            for (int t = 0; t < steps; t++)
            {
                step(row, t, e.Run.LengthOf(axis, row))?.CopyTo(e.Result.Data, ((row * steps) + t) * e.Result.Size);
            }
        }
    }

    private static void Last(LastOp op, Evaluation e)
    {
        for (int row = 0; row < e.Run.Batch; row++)
        {
            int length = e.Run.LengthOf(e.Inputs[0].Shape.Axis!, row);
            if (length > 0)
            {
                Step(e, row, length - 1).CopyTo(e.Result.Item(row));
            }
        }
    }
}
