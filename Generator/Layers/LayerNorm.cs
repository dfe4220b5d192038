// Layer normalisation of the features of every step (Ba et al. 2016; PyTorch's nn.LayerNorm): y = w (x - mean(x)) / sqrt(var(x) + eps) + b,
// and a function after it where one is given: what stands before a norm is linear then.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class LayerNorm : Layer
{
    public override string Kind => "LayerNorm";

    public override string OutputActivation(ArgumentList arguments) => arguments.String("Activation", "Linear");

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsNumbers(Kind, input, problems);
        Rules.Epsilon(arguments, problems);
        Activations.Check(Kind, arguments, problems, "Activation");
        return input with { IsTokens = false };
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        int size = input.Shape.Width;
        Value weight = lowering.Parameter("weight", new Start("Ones"), size), bias = lowering.Parameter("bias", new Start("Zeros"), size);
        Value y = lowering.Graph.Add(new LayerNormOp(arguments.Double("Epsilon", 1e-5)), input, weight, bias);
        lowering.Logits = y;
        return Activations.Apply(lowering, arguments.String("Activation", "Linear"), y);
    }
}
