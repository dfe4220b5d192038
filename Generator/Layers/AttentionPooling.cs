// A sequence summed up in one vector (Yang et al. 2016, word attention): w = softmax over t of v . tanh(W x_t + b), y = sum_t w_t x_t.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class AttentionPooling : Layer
{
    public override string Kind => "AttentionPooling";

    public override string NoStream(ArgumentList arguments) => $"[{Kind}] weighs all steps of a sequence anew with each one; run it on whole sequences or windows in a workspace";

    public override string NoResets(ArgumentList arguments) => Rules.WeighsAllSteps;

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsSequence(Kind, input, problems);
        Rules.NeedsNumbers(Kind, input, problems);
        Rules.Positive("Units", arguments, problems);
        return new Signal(input.Size, IsTokens: false, IsSequence: false);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        NetworkGraph graph = lowering.Graph;
        int units = arguments.Int("Units");
        Value weight = lowering.Parameter("key.weight", new Start("GlorotUniform"), units, input.Shape.Width);
        Value bias = lowering.Parameter("key.bias", new Start("Zeros"), units);
        Value v = lowering.Parameter("v.weight", new Start("GlorotUniform"), 1, units);
        Value a = graph.Add(new AffineOp(units, 1, [[0]], [[0]]), weight, input, bias), keys = lowering.Map(MapKind.Tanh, a);
        Value scores = graph.Add(new AffineOp(1, 1, [[0]], []), v, keys), weights = graph.Add(new SoftmaxOp(overAxis: true), scores);
        Value y = graph.Add(new ContractOp(ContractKind.Sum, overAxis: true), weights, input);
        (a.Name, keys.Name, scores.Name, weights.Name, y.Name) = ("a", "keys", "scores", "weights", "context");
        graph.Results["out." + lowering.Name + ".weights"] = weights;
        return y;
    }
}
