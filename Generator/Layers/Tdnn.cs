// Time-delay layer (Waibel et al. 1989), a convolution over time: y_t = f(b + sum over j of W[:, :, j] x_(t - (K-1-j) d)) with zeros before the
// beginning (causal), or over whole windows alone, y_t = f(b + sum over j of W[:, :, j] x_(t s + j d)) (valid); PyTorch's nn.Conv1d.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Tdnn : Layer
{
    public override string Kind => "Tdnn";

    public override string OutputActivation(ArgumentList arguments) => Connections.Activation(arguments, arguments.String("Activation", "Linear"));

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsSequence(Kind, input, problems);
        Rules.NeedsNumbers(Kind, input, problems);
        int units = Rules.Positive("Units", arguments, problems), before = problems.Problems.Count;
        foreach (string argument in new[] { "Kernel", "Dilation", "Stride" })
        {
            if (argument == "Kernel" || arguments.Has(argument))
            {
                Rules.Positive(argument, arguments, problems);
            }
        }

        int steps = input.Steps;
        if (problems.Problems.Count == before && steps > 0)
        {
            Window window = WindowOf(arguments);
            if ((long)(window.Kernel - 1) * window.Dilation >= Rules.LargestSize)
            {
                problems.Add("SEQ0104", "Kernel", "The window, (Kernel - 1) * Dilation + 1,", "at most " + Rules.Text($"{Rules.LargestSize}") + " steps long", ((long)(window.Kernel - 1) * window.Dilation) + 1);
            }
            else if ((steps = window.Output(new Axis("", input.Steps), "").Max) == 0)
            {
                problems.Add("SEQ0104", "Kernel", "The window, (Kernel - 1) * Dilation + 1,", "no longer than the " + Rules.Text($"{input.Steps}") + " steps that reach the layer at most", window.Reach + 1);
                steps = 1;
            }
        }

        return Connections.Check(Kind, arguments, input, new Signal(units, IsTokens: false, input.IsSequence, steps), problems);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        int units = arguments.Int("Units");
        bool bias = arguments.Bool("Bias", true);
        Window window = WindowOf(arguments);
        Value windows = lowering.Graph.Add(new UnfoldOp(window, window.Output(input.Shape.Axis!, lowering.Name + "_time")), input);
        windows.Name = "windows";
        Value weight = lowering.Parameter("weight", lowering.Start(arguments, "WeightInitializer", "GlorotUniform"), units, input.Shape.Width, window.Kernel);
        Value[] inputs = bias ? [weight, windows, lowering.Parameter("bias", lowering.Start(arguments, "BiasInitializer", "Zeros"), units)] : [weight, windows];
        Value y = lowering.Graph.Add(new AffineOp(units, 1, [[0]], bias ? [[0]] : []), inputs);
        y.Name = "a";
        lowering.Logits = y;
        return Connections.Apply(arguments, lowering, input, Activations.Apply(lowering, arguments.String("Activation", "Linear"), y));
    }

    private static Window WindowOf(ArgumentList arguments) =>
        new(arguments.Int("Kernel"), arguments.Int("Dilation", 1), arguments.Int("Stride", 1), arguments.String("Padding", "Causal") == "Causal");
}
