// What layers over windows of steps share: windows that fit, and the product of a window with a weight [out, in, kernel]. Knows no layer.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class TimeWindow
{
    /// <summary>Checks that a window fits into the steps that reach the layer, and gives the steps of the output (1 after a mistake).</summary>
    public static int Check(Window window, string argument, Signal input, ProblemSink problems)
    {
        int steps = input.Steps;
        const string Subject = "The window, (Kernel - 1) * Dilation + 1,";
        string name = argument == "Kernel" ? Subject : argument;
        if ((long)(window.Kernel - 1) * window.Dilation >= Rules.LargestSize)
        {
            problems.Add("SEQ0104", argument, name, Rules.Text($"at most {Rules.LargestSize} steps long"), ((long)(window.Kernel - 1) * window.Dilation) + 1);
            return 1;
        }

        if ((long)input.Size * window.Kernel > Rules.LargestSize)
        {
            problems.Add("SEQ0112", argument, "numbers in a window", (long)input.Size * window.Kernel, Rules.LargestSize);
            return 1;
        }

        int outputs = window.Output(new Axis("", steps), "").Max;
        if (steps > 0 && outputs == 0)
        {
            problems.Add("SEQ0104", argument, name, Rules.Text($"no longer than the {steps} steps that reach the layer at most"), window.Reach + 1);
            return 1;
        }

        return outputs;
    }

    /// <summary>A decoder that goes on from where it was keeps states, and no inputs of the steps before.</summary>
    public static string NoDecoding(string kind, Window window) => window.IsTheStep ? ""
        : $"[{kind}] reads inputs of other steps too, and such a decoder keeps nothing of its steps but states; use a recurrent layer instead, or remove Start and End";

    /// <summary>Whole or strided windows give steps of their own.</summary>
    public static string NoResets(Window window) => window.IsEveryStep ? ""
        : "its windows are valid or strided, so that pieces run apart would give fewer steps; use Padding.Causal and a stride of 1";

    /// <summary>W times the window of every step, plus a bias.</summary>
    public static Value Product(ArgumentList arguments, Lowering lowering, Value input, Window window, int units)
    {
        bool bias = arguments.Bool("Bias", true);
        Value windows = lowering.Graph.Add(new UnfoldOp(window, window.Output(input.Shape.Axis!, lowering.Name + "_time")), input);
        windows.Name = "windows";
        int read = input.Shape.Width * window.Kernel;
        Value weight = lowering.Parameter("weight", lowering.Start(arguments, "WeightInitializer", "GlorotUniform", read), units, input.Shape.Width, window.Kernel);
        Value[] inputs = bias ? [weight, windows, lowering.Parameter("bias", lowering.Start(arguments, "BiasInitializer", "Zeros", read), units)] : [weight, windows];
        Value y = lowering.Graph.Add(new AffineOp(units, 1, [[0]], bias ? [[0]] : []), inputs);
        y.Name = "a";
        lowering.Logits = y;
        return y;
    }
}
