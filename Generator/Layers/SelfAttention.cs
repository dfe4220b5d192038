// Scaled dot-product attention of a sequence over its own steps (Vaswani et al. 2017): q, k, v = W x + b,
// w_s = softmax over s (s <= t where causal) of q_t . k_s / sqrt(d), y_t = W_o [sum_s w_s v_s of every head] + b_o. Names as in PyTorch's MultiheadAttention.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class SelfAttention : Layer
{
    public override string Kind => "SelfAttention";

    // Each is written out.
    private const int MostHeads = 64;

    public override string NoStream(ArgumentList arguments) => $"[{Kind}] looks at every step so far, more than a stream keeps; run it on whole sequences or windows in a workspace";

    public override string NoResets(ArgumentList arguments) => Rules.WeighsAllSteps;

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsSequence(Kind, input, problems);
        Rules.NeedsNumbers(Kind, input, problems);
        int units = Rules.Positive("Units", arguments, problems), heads = arguments.Int("Heads", 1);
        if (heads < 1 || (arguments.Int("Units") > 0 && units % heads != 0))
        {
            problems.Add("SEQ0104", "Heads", "Heads", $"a positive number that divides the {units} units", heads);
        }
        else if (heads > MostHeads)
        {
            problems.Add("SEQ0104", "Heads", "Heads", Rules.Text($"at most {MostHeads}"), heads);
        }

        return new Signal(units, IsTokens: false, IsSequence: true, input.Steps);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        NetworkGraph graph = lowering.Graph;
        int units = arguments.Int("Units"), heads = arguments.Int("Heads", 1), width = units / heads;
        bool isCausal = arguments.Bool("Causal", true);
        Value inWeight = lowering.Parameter("in_proj_weight", new Start("GlorotUniform"), 3 * units, input.Shape.Width);
        Value inBias = lowering.Parameter("in_proj_bias", new Start("Zeros"), 3 * units);
        Value outWeight = lowering.Parameter("out_proj.weight", new Start("GlorotUniform"), units, units);
        Value outBias = lowering.Parameter("out_proj.bias", new Start("Zeros"), units);

        // Part * heads + head: the numbers of one head's q, k or v stand together.
        Value projected = graph.Add(new AffineOp(3 * units, 1, [[0]], [[0]]), inWeight, input, inBias);
        projected.Name = "qkv";
        Value[] parts = Enumerable.Range(0, 3 * heads).Select(p => graph.Add(new SliceOp(p * width, width), projected)).ToArray();
        for (int p = 0; p < parts.Length; p++)
        {
            parts[p].Name = NameOf((p / heads) switch { 0 => "query", 1 => "key", _ => "value" }, p % heads);
        }

        Scan scan = graph.Begin(input.Shape.Axis!);
        var contexts = new List<Value>();
        for (int head = 0; head < heads; head++)
        {
            Value query = lowering.Map(MapKind.Mul, graph.Each(scan, parts[head]), lowering.Constant(1 / System.Math.Sqrt(width)));
            query.Name = NameOf("scaledQuery", head);
            Value scores = graph.Add(new ContractOp(ContractKind.Dot, overAxis: true, isCausal), parts[heads + head], query);
            Value weights = graph.Add(new SoftmaxOp(overAxis: true, isCausal), scores);
            Value context = graph.Add(new ContractOp(ContractKind.Sum, overAxis: true, isCausal), weights, parts[(2 * heads) + head]);
            (scores.Name, weights.Name, context.Name) = (NameOf("scores", head), NameOf("weights", head), NameOf("context", head));
            contexts.Add(graph.Emit(scan, context));
            string number = heads == 1 ? "" : head.ToString(CultureInfo.InvariantCulture);
            graph.Results["out." + lowering.Name + ".weights" + number] = graph.Emit(scan, weights);
        }

        graph.End(scan);
        Value joined = heads == 1 ? contexts[0] : graph.Add(new ConcatOp(), contexts.ToArray());
        joined.Name = "context";
        Value y = graph.Add(new AffineOp(units, 1, [[0]], [[0]]), outWeight, joined, outBias);
        y.Name = "a";
        return y;

        string NameOf(string part, int head) => heads == 1 ? part : "head" + head.ToString(CultureInfo.InvariantCulture) + "_" + part;
    }
}
