// What layers over windows of steps share: windows that fit, and the product of a window with a weight [out, in, kernel]. Knows no layer.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class TimeWindow
{
    /// <summary>The most groups of a convolution.</summary>
    private const int MostGroups = 256;

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

    /// <summary>The window that a layer's arguments say; one of a single step is that step, whatever stands around it.</summary>
    public static Window Of(ArgumentList arguments, int kernel, int dilation, int stride) => arguments.String("Padding", "Causal") switch
    {
        "Same" when kernel > 1 => new Window(kernel, dilation, stride, Causal: false, Around: true),
        "Valid" => new Window(kernel, dilation, stride, Causal: false),
        _ => new Window(kernel, dilation, stride, Causal: true),
    };

    /// <summary>A window around a step has to see the steps to come.</summary>
    public static string NoStream(string kind, Window window) => !window.LooksAhead ? ""
        : $"[{kind}] with Padding = Padding.Same reads steps that are still to come, which a stream has not seen. Use Padding.Causal, or Padding.Valid, whose outputs come "
        + "when the last step that they read has been seen";

    /// <summary>Whole or strided windows give steps of their own.</summary>
    public static string NoResets(Window window) => window.IsEveryStep ? ""
        : "its windows are valid or strided, so that pieces run apart would give fewer steps; use Padding.Causal and a stride of 1";

    /// <summary>Checks that groups divide what is read and what comes out.</summary>
    public static void CheckGroups(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        int groups = arguments.Int("Groups", 1), units = arguments.Int("Units");
        if (groups < 1 || groups > MostGroups)
        {
            problems.Add("SEQ0104", "Groups", "Groups", Rules.Text($"from 1 to {MostGroups}, for each group is a product of its own"), groups);
        }
        else if (!input.IsTokens && (input.Size % groups != 0 || units % groups != 0))
        {
            problems.Add("SEQ0104", "Groups", "Groups", Rules.Text($"a number that divides both the {input.Size} features that reach the layer and its {units} units"), groups);
        }
    }

    /// <summary>W times the window of every step, plus a bias; in groups, each of some features to some units.</summary>
    public static Value Product(ArgumentList arguments, Lowering lowering, Value input, Window window, int units)
    {
        bool bias = arguments.Bool("Bias", true);
        Value windows = lowering.Graph.Add(new UnfoldOp(window, window.Output(input.Shape.Axis!, lowering.Name + "_time")), input);
        windows.Name = "windows";
        int groups = arguments.Int("Groups", 1), features = input.Shape.Width / groups, read = features * window.Kernel;
        Value weight = lowering.Parameter("weight", lowering.Start(arguments, "WeightInitializer", "GlorotUniform", read), units, features, window.Kernel);
        Value[] biases = bias ? [lowering.Parameter("bias", lowering.Start(arguments, "BiasInitializer", "Zeros", read), units)] : [];

        // A window has all steps of a feature side by side, so that a group's features are a range of it.
        Value[] parts = Enumerable.Range(0, groups).Select(g =>
        {
            int[] rows = Enumerable.Range(0, groups).Select(i => i == g ? 0 : -1).ToArray();
            Value part = groups == 1 ? windows : lowering.Graph.Add(new SliceOp(g * read, read), windows);
            return lowering.Graph.Add(new AffineOp(units / groups, 1, [rows], bias ? [rows] : []), [weight, part, .. biases]);
        }).ToArray();
        Value y = groups == 1 ? parts[0] : lowering.Graph.Add(new ConcatOp(), parts);
        y.Name = "a";
        lowering.Logits = y;
        return y;
    }
}
