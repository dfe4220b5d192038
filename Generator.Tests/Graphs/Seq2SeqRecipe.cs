// An encoder and a decoder with teacher forcing as ops, with no attention, Luong's dot product, or Bahdanau's sum.
// Attention runs inside the decoder's loop over the encoder's axis, which is captured whole.
using System;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Graphs;

internal sealed class Seq2SeqRecipe
{
    private readonly GraphWriter _write;
    private readonly JsonElement _attention;
    private Value? _encoded;
    private Value? _keys;

    private Seq2SeqRecipe(GraphWriter write, JsonElement model)
    {
        _write = write;
        _attention = model.GetProperty("attention");
    }

    public static Value Write(GraphWriter write, JsonElement model) => new Seq2SeqRecipe(write, model).Network(model);

    private Value Network(JsonElement model)
    {
        JsonElement encoder = model.GetProperty("encoder"), decoder = model.GetProperty("decoder"), rnn = decoder.GetProperty("rnn");
        Value source = Embedded(encoder, GoldenNetwork.Port(_write, model.GetProperty("source"), new Axis("source", 0)));
        _encoded = GruRecipe.Write(_write, encoder.GetProperty("rnn"), source);
        _write.Graph.Results["out.encoder"] = _encoded;
        Value final = _write.Graph.Results["final.encoder.h"];
        Value input = Embedded(decoder, GoldenNetwork.Port(_write, model.GetProperty("decoder_input"), _write.Time));
        string kind = GoldenJson.Text(_attention, "kind");
        if (kind == "bahdanau")
        {
            _keys = _write.Dense(_attention, "key.", _encoded);
        }

        Func<Value, Value, Value> step = GruRecipe.Step(_write, rnn, "", GoldenJson.Int(rnn, "hidden_size"));
        Scan scan = _write.Graph.Begin(_write.Time);
        ScanCarry state = _write.Graph.Carry(scan, "h", final);
        Value output = Decode(kind, step, _write.Graph.Each(scan, input), state, out Value? weights);
        Value logits = _write.Dense(model.GetProperty("output_layer"), "", output);
        Value sequence = _write.Graph.Emit(scan, logits);
        if (weights is not null)
        {
            _write.Graph.Results["attention_weights"] = _write.Graph.Emit(scan, weights);
        }

        _write.Graph.End(scan);
        _write.Final(rnn, state);
        _write.Graph.Results["output"] = sequence;
        return sequence;
    }

    private Value Decode(string kind, Func<Value, Value, Value> step, Value y, ScanCarry state, out Value? weights)
    {
        switch (kind)
        {
            case "none":
                weights = null;
                return state.Next = step(y, state.Previous);
            case "luong_dot":
                state.Next = step(y, state.Previous);
                weights = Weights(_write.Graph.Add(new ContractOp(ContractKind.Dot, overAxis: true), _encoded!, state.Next));
                return _write.Tanh(_write.Dense(_attention, "combine.", _write.Concat(Context(weights), state.Next)));
            case "bahdanau":
                Value sum = _write.Tanh(_write.Add(_keys!, _write.Dense(_attention, "query.", state.Previous)));
                weights = Weights(_write.Dense(_attention, "v.", sum));
                Value context = Context(weights);
                state.Next = step(_write.Concat(y, context), state.Previous);
                return _write.Concat(state.Next, context);
            default:
                throw new GraphException($"the test recipes do not know the attention {kind}");
        }
    }

    private Value Weights(Value scores) => _write.Graph.Add(new SoftmaxOp(overAxis: true), scores);

    private Value Context(Value weights) => _write.Graph.Add(new ContractOp(ContractKind.Sum, overAxis: true), weights, _encoded!);

    private Value Embedded(JsonElement side, Value input) => side.GetProperty("embedding") is { ValueKind: JsonValueKind.Object } embedding
        ? FeedForwardRecipes.Embedding(_write, embedding, input)
        : input;
}
