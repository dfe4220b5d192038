// Values that nothing computes: copied out of the run. Also looking rows of a table up.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class SourceEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<ParamOp>((op, e) => Copy(e.Run.Parameters, op.Parameter, e));
        table.On<InputOp>((op, e) => Copy(e.Run.Ports, op.Port, e));
        table.On<ConstOp>((op, e) => Array.Fill(e.Result.Data, op.Value));
        table.On<ZerosOp>((_, _) => { });
        table.On<NoiseOp>(Noise);
        table.On<GatherOp>(Gather);
        table.On<GatherGradientOp>(GatherGradient);
    }

    private static void Copy(Dictionary<string, double[]> given, string name, Evaluation e)
    {
        if (!given.TryGetValue(name, out double[]? data))
        {
            throw new InvalidOperationException($"the run was not given {name}");
        }

        if (data.Length != e.Result.Data.Length)
        {
            throw new InvalidOperationException($"{name} of shape {e.Result.Shape} has {e.Result.Data.Length} numbers, was given {data.Length}");
        }

        data.CopyTo(e.Result.Data, 0);
    }

    private static void Noise(NoiseOp op, Evaluation e)
    {
        if (e.Run.Noise.ContainsKey(op.Noise))
        {
            Copy(e.Run.Noise, op.Noise, e);
        }
        else
        {
            Array.Fill(e.Result.Data, op.Inference);
        }
    }

    private static void Gather(GatherOp op, Evaluation e)
    {
        for (int item = 0; item < e.Result.Items; item++)
        {
            e.Inputs[0].Data.AsSpan((int)e.Inputs[1].Data[item] * e.Result.Size, e.Result.Size).CopyTo(e.Result.Item(item));
        }
    }

    private static void GatherGradient(GatherGradientOp op, Evaluation e)
    {
        Tensor dy = e.Inputs[0];
        for (int item = 0; item < dy.Items; item++)
        {
            if (e.Counts(dy.Shape, item))
            {
                int row = (int)e.Inputs[1].Data[e.Run.ItemOf(dy.Shape, item, e.Inputs[1].Shape)];
                for (int i = 0; i < dy.Size; i++)
                {
                    e.Result.Data[(row * dy.Size) + i] += dy.Data[(item * dy.Size) + i];
                }
            }
        }
    }
}
