// Autoregressive model of order p (Yule 1927): the next step foretold from the last p, y_t = c + sum over j = 1..p of A_j x_(t+1-j); A_j is W[:, :, p - j].
// Order 1 is a (linear) Markov model. A latent one, whose past is summed up in a state, is a recurrent layer and a dense one.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Autoregressive : Layer
{
    public override string Kind => "Autoregressive";

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsSequence(Kind, input, problems);
        Rules.NeedsNumbers(Kind, input, problems);
        Rules.Positive("Order", arguments, problems);
        if (arguments.String("Padding", "Causal") == "Same")
        {
            problems.Add("SEQ0123", "Padding", "Padding.Same", Kind, "it would foretell a step from the steps after it; write Padding.Causal or Padding.Valid, or use [Tdnn]");
        }

        int units = arguments.Has("Units") ? Rules.Positive("Units", arguments, problems) : input.IsTokens ? 1 : input.Size;
        int steps = arguments.Int("Order") > 0 ? TimeWindow.Check(WindowOf(arguments), "Order", input, problems) : input.Steps;
        return new Signal(units, IsTokens: false, input.IsSequence, steps);
    }

    public override string NoDecoding(ArgumentList arguments) => TimeWindow.NoDecoding(Kind, WindowOf(arguments));

    public override string NoResets(ArgumentList arguments) => TimeWindow.NoResets(WindowOf(arguments));

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input) =>
        TimeWindow.Product(arguments, lowering, input, WindowOf(arguments), arguments.Int("Units") is > 0 and var units ? units : input.Shape.Width);

    private static Window WindowOf(ArgumentList arguments) => TimeWindow.Of(arguments, arguments.Int("Order"), 1, 1);
}
