// Parametric rectifier (He et al. 2015; PyTorch's nn.PReLU): y = x above zero, else w x, with one w or one a feature.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal sealed class PRelu : Layer
{
    public override string Kind => "PRelu";

    // Not linear: a cross entropy after it says that it wants logits.
    public override string OutputActivation(ArgumentList arguments) => Kind;

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsNumbers(Kind, input, problems);
        return input with { IsTokens = false };
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input) =>
        Activations.Parametric(lowering, "weight", arguments.Bool("PerUnit"), input);
}
