// Time-delay layer (Waibel et al. 1989), a convolution over time: y_t = f(b + sum over j of W[:, :, j] x_(t - (K-1-j) d)) with zeros before the
// beginning (causal), or over whole windows alone, y_t = f(b + sum over j of W[:, :, j] x_(t s + j d)) (valid), or around the step, with zeros on both
// sides of the sequence, y_t = f(b + sum over j of W[:, :, j] x_(t + j d - floor((K-1) d / 2))) (same); PyTorch's nn.Conv1d.
// With Groups each of as many ranges of units reads one of as many ranges of features.
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
        Activations.CheckSlopes(Kind, arguments, problems);
        int units = Rules.Positive("Units", arguments, problems), before = problems.Problems.Count;
        foreach (string argument in new[] { "Kernel", "Dilation", "Stride" })
        {
            if (argument == "Kernel" || arguments.Has(argument))
            {
                Rules.Positive(argument, arguments, problems);
            }
        }

        if (arguments.String("Padding", "Causal") == "Same" && arguments.Int("Stride", 1) > 1)
        {
            problems.Add("SEQ0123", "Stride", "Stride", Kind, "Padding.Same gives an output for every step; write Padding.Causal or Padding.Valid, or leave out Stride");
        }

        if (problems.Problems.Count == before)
        {
            TimeWindow.CheckGroups(arguments, input, problems);
        }

        int steps = problems.Problems.Count == before ? TimeWindow.Check(WindowOf(arguments), "Kernel", input, problems) : input.Steps;
        bool keepsSteps = problems.Problems.Count > before || WindowOf(arguments).IsEveryStep;
        return Connections.Check(Kind, arguments, input, new Signal(units, IsTokens: false, input.IsSequence, steps), problems, keepsSteps);
    }

    public override string NoStream(ArgumentList arguments) => TimeWindow.NoStream(Kind, WindowOf(arguments));

    public override string NoDecoding(ArgumentList arguments) => TimeWindow.NoDecoding(Kind, WindowOf(arguments));

    public override string NoResets(ArgumentList arguments) => TimeWindow.NoResets(WindowOf(arguments));

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        Value a = TimeWindow.Product(arguments, lowering, input, WindowOf(arguments), arguments.Int("Units"));
        return Connections.Apply(arguments, lowering, input, Activations.Apply(arguments, lowering, a));
    }

    private static Window WindowOf(ArgumentList arguments) =>
        TimeWindow.Of(arguments, arguments.Int("Kernel"), arguments.Int("Dilation", 1), arguments.Int("Stride", 1));
}
