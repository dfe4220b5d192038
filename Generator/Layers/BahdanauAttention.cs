// Attention before a decoder's recurrent layer (Bahdanau, Cho and Bengio 2015), inside its loop, from its state d before the step:
// w = softmax over i of v . tanh(W_q d + W_k e_i + b_k), ctx = sum_i w_i e_i; the cell reads [x ; ctx], the layer gives [d' ; ctx].
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class BahdanauAttention : EncoderAttention
{
    public override string Kind => "BahdanauAttention";

    public override int AddedToNext(ProblemSink problems) => problems.Encoded?.Size ?? 0;

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsSequence(Kind, input, problems);
        Rules.NeedsNumbers(Kind, input, problems);
        Rules.Positive("Units", arguments, problems);
        int encoded = CheckEncoder(problems);
        if (problems.Encoded is not null && problems.LayerAfter is not RecurrentLayer)
        {
            problems.Add("SEQ0135", "", $"[{Kind}] looks from the state of the recurrent layer after it, and there is none directly after it; put it before one");
        }
        else if (problems.Encoded is not null && problems.LayerAfter!.ReadsFromEnd(problems.ArgumentsAfter))
        {
            problems.Add("SEQ0135", "", $"[{Kind}] looks from the state before each step, and the layer after it reads from the end; write Direction = Direction.Forward there");
        }
        else if (problems.Encoded is not null && (problems.ArgumentsAfter.Bool("Residual") || problems.ArgumentsAfter.String("Skip", "None") != "None"))
        {
            problems.Add("SEQ0135", "", $"[{Kind}] changes what goes into the layer after it, so that cannot pass by it; remove {(problems.ArgumentsAfter.Bool("Residual") ? "Residual" : "Skip")} there");
        }

        return new Signal(input.Size + encoded, IsTokens: false, IsSequence: true, input.Steps);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        lowering.Inside = new Part(arguments.Int("Units"), lowering);
        return input;
    }

    /// <summary>What happens inside the recurrent layer's loop, under this layer's name.</summary>
    private sealed class Part : LoopPart
    {
        private readonly int _units;
        private readonly NetworkGraph _graph;
        private readonly string _name;
        private readonly string _module;
        private readonly bool _trainable;
        private readonly Value _encoded;
        private readonly Value _keys;
        private readonly Value _v;
        private Value? _context;

        public Part(int units, Lowering lowering)
        {
            _units = units;
            _graph = lowering.Graph;
            _name = lowering.Name;
            _module = lowering.Module;
            _trainable = lowering.Trainable;
            _encoded = lowering.Encoded;
            Value weight = lowering.Parameter("key.weight", new Start("GlorotUniform"), units, _encoded.Shape.Width);
            Value bias = lowering.Parameter("key.bias", new Start("Zeros"), units);
            _v = lowering.Parameter("v.weight", new Start("GlorotUniform"), 1, units);
            _keys = _graph.Add(new AffineOp(units, 1, [[0]], [[0]]), weight, _encoded, bias);
            _keys.Name = "keys";

            // What the layer gives is known inside the loop alone.
            _graph.Results["out." + _name] = _keys;
        }

        public override int Width => _encoded.Shape.Width;

        public override Value Before(Scan scan, Value x, Value state)
        {
            string layer = _graph.Layer;
            _graph.Layer = _name;
            Value weight = _graph.AddTo(_graph.Root, new ParamOp(_module + ".query.weight", new Start("GlorotUniform"), _trainable, _units, state.Shape.Width));
            Value query = _graph.Add(new AffineOp(_units, 1, [[0]], []), weight, state);
            query.Name = "query";
            Value match = _graph.Add(new MapOp(MapKind.Tanh), _graph.Add(new MapOp(MapKind.Add), _keys, query));
            match.Name = "match";
            (Value weights, Value context) = Attend(_graph, _graph.Add(new AffineOp(1, 1, [[0]], []), _v, match), _encoded);
            _context = context;
            Value joined = _graph.Add(new ConcatOp(), x, context);
            joined.Name = "joinedInput";
            _graph.Results["out." + _name] = _graph.Emit(scan, joined);
            _graph.Results["out." + _name + ".weights"] = _graph.Emit(scan, weights);
            _graph.Layer = layer;
            return joined;
        }

        public override Value After(Value output)
        {
            string layer = _graph.Layer;
            _graph.Layer = _name;
            Value joined = _graph.Add(new ConcatOp(), output, _context!);
            joined.Name = "joinedOutput";
            _graph.Layer = layer;
            return joined;
        }
    }
}
