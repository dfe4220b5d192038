// What attention of a decoder over its encoder's outputs needs, whatever its equations: that both are there, what they give, a name.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal abstract class EncoderAttention : Layer
{
    public override string NameInSection(string section) => "attention";

    /// <summary>Features of the encoder's steps; 1 after a mistake.</summary>
    protected int CheckEncoder(ProblemSink problems)
    {
        string mistake = problems.Encoded is not { } encoded
            ? $"[{Kind}] looks at what an encoder gave, and it is not in a decoder with an encoder; put it behind [Decoder], or use [SelfAttention] for the steps of the sequence itself"
            : encoded.IsTokens ? $"[{Kind}] cannot compare tokens; give [Encoder] layers"
            : !encoded.IsSequence ? $"[{Kind}] looks at every step that the encoder gave, and its last layer gives one output for the whole sequence; write Returns = Returns.Sequence there"
            : "";
        if (mistake.Length > 0)
        {
            problems.Add("SEQ0135", "", mistake);
        }

        return problems.Encoded?.Size ?? 1;
    }

    /// <summary>How much each step of the encoder counts, and their sum: w = softmax over i of the scores, ctx = sum of w_i e_i.</summary>
    protected static (Value Weights, Value Context) Attend(NetworkGraph graph, Value scores, Value encoded)
    {
        Value weights = graph.Add(new SoftmaxOp(overAxis: true), scores);
        Value context = graph.Add(new ContractOp(ContractKind.Sum, overAxis: true), weights, encoded);
        (scores.Name, weights.Name, context.Name) = ("scores", "weights", "context");
        return (weights, context);
    }
}
