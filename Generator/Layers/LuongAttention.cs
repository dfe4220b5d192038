// Attention after a decoder's recurrent layer (Luong, Pham and Manning 2015): w = softmax over i of score(d, e_i), ctx = sum_i w_i e_i,
// y = tanh(W [ctx ; d] + b); score is d . e_i or d . (W_a e_i).
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class LuongAttention : EncoderAttention
{
    public override string Kind => "LuongAttention";

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsSequence(Kind, input, problems);
        Rules.NeedsNumbers(Kind, input, problems);
        int units = Rules.Positive("Units", arguments, problems), encoded = CheckEncoder(problems);
        if (problems.Encoded is { IsTokens: false, IsSequence: true } && !input.IsTokens && !IsGeneral(arguments) && encoded != input.Size)
        {
            problems.Add("SEQ0135", arguments.Has("Score") ? "Score" : "", $"[{Kind}] compares {input.Size} numbers of the decoder with {encoded} of the encoder by a scalar product, which needs equal sizes; write Score = Score.General, or make them equal");
        }

        return new Signal(units, IsTokens: false, IsSequence: true, input.Steps);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        NetworkGraph graph = lowering.Graph;
        Value encoded = lowering.Encoded, keys = encoded;
        if (IsGeneral(arguments))
        {
            Value score = lowering.Parameter("score.weight", new Start("GlorotUniform"), input.Shape.Width, encoded.Shape.Width);
            keys = graph.Add(new AffineOp(input.Shape.Width, 1, [[0]], []), score, encoded);
            keys.Name = "keys";
        }

        int units = arguments.Int("Units");
        Value weight = lowering.Parameter("combine.weight", new Start("GlorotUniform"), units, encoded.Shape.Width + input.Shape.Width);
        Value bias = lowering.Parameter("combine.bias", new Start("Zeros"), units);
        Scan scan = graph.Begin(input.Shape.Axis!);
        Value d = graph.Each(scan, input);
        (Value weights, Value context) = Attend(graph, graph.Add(new ContractOp(ContractKind.Dot, overAxis: true), keys, d), encoded);
        Value contexts = graph.Emit(scan, context), looked = graph.Emit(scan, weights);
        graph.End(scan);
        graph.Results["out." + lowering.Name + ".weights"] = looked;
        Value joined = graph.Add(new ConcatOp(), contexts, input);
        Value a = graph.Add(new AffineOp(units, 1, [[0]], [[0]]), weight, joined, bias);
        (joined.Name, a.Name) = ("joined", "a");
        return lowering.Map(MapKind.Tanh, a);
    }

    private static bool IsGeneral(ArgumentList arguments) => arguments.String("Score", "Dot") == "General";
}
