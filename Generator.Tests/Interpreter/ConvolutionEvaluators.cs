// Windows along an axis, and what is handed back from them.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class ConvolutionEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<UnfoldOp>((op, e) => ForEachElement(op.Window, e, e.Result, e.Inputs[0], (y, x) => e.Result.Data[y] = e.Inputs[0].Data[x]));
        table.On<FoldOp>((op, e) => ForEachElement(op.Window, e, e.Inputs[0], e.Result, (dy, dx) => e.Result.Data[dx] += e.Inputs[0].Data[dy]));
    }

    /// <summary>Calls back with the positions (in the windows, in the sequence) of every element that a window reads.</summary>
    private static void ForEachElement(Window window, Evaluation e, Tensor windows, Tensor sequence, Action<int, int> element)
    {
        int outputSteps = e.Run.StepsOf(windows.Shape.Axis!), inputSteps = e.Run.StepsOf(sequence.Shape.Axis!);
        for (int row = 0; row < e.Run.Batch; row++)
        {
            int end = window.LooksAhead ? e.Run.LengthOf(sequence.Shape.Axis!, row) : inputSteps;
            for (int t = 0; t < outputSteps; t++)
            {
                for (int tap = 0; tap < window.Kernel; tap++)
                {
                    int source = window.Source(t, tap);
                    for (int i = 0; i < sequence.Size && source >= 0 && source < end; i++)
                    {
                        element((((row * outputSteps) + t) * windows.Size) + (i * window.Kernel) + tap, (((row * inputSteps) + source) * sequence.Size) + i);
                    }
                }
            }
        }
    }
}
