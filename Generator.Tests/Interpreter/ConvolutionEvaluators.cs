// Convolution along an axis, and its derivatives by input and weight.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class ConvolutionEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<Conv1dOp>((op, e) => Forward(op, e));
        table.On<Conv1dInputGradientOp>((op, e) => ForEachProduct(op.Window, e, e.Inputs[1], e.Result, e.Inputs[0].Data, (weight, dy, dx) =>
            e.Result.Data[dx] += e.Inputs[0].Data[weight] * e.Inputs[1].Data[dy]));
        table.On<Conv1dWeightGradientOp>((op, e) => ForEachProduct(op.Window, e, e.Inputs[0], e.Inputs[1], e.Result.Data, (weight, dy, x) =>
            e.Result.Data[weight] += e.Inputs[0].Data[dy] * e.Inputs[1].Data[x]));
    }

    private static void Forward(Conv1dOp op, Evaluation e)
    {
        if (e.Inputs.Length > 2)
        {
            ElementwiseEvaluators.Each(e, (_, i) => e.Inputs[2].Data[i]);
        }

        ForEachProduct(op.Window, e, e.Result, e.Inputs[0], e.Inputs[1].Data, (weight, y, x) =>
            e.Result.Data[y] += e.Inputs[1].Data[weight] * e.Inputs[0].Data[x]);
    }

    /// <summary>Calls back with the positions (weight, output, input) of every product that the convolution is made of.</summary>
    private static void ForEachProduct(Window window, Evaluation e, Tensor output, Tensor input, double[] weights, Action<int, int, int> product)
    {
        int outputSteps = e.Run.StepsOf(output.Shape.Axis!), inputSteps = e.Run.StepsOf(input.Shape.Axis!);
        if (weights.Length != output.Size * input.Size * window.Kernel)
        {
            throw new InvalidOperationException("a convolution's weight does not fit its window");
        }

        for (int row = 0; row < e.Run.Batch; row++)
        {
            for (int t = 0; t < outputSteps; t++)
            {
                for (int tap = 0; tap < window.Kernel; tap++)
                {
                    int source = window.Source(t, tap);
                    for (int o = 0; o < output.Size && source >= 0 && source < inputSteps; o++)
                    {
                        for (int i = 0; i < input.Size; i++)
                        {
                            product(
                                (((o * input.Size) + i) * window.Kernel) + tap,
                                (((row * outputSteps) + t) * output.Size) + o,
                                (((row * inputSteps) + source) * input.Size) + i);
                        }
                    }
                }
            }
        }
    }
}
