// What the test-side layer recipes share: parameters in the shape a case stores them, given states and masks, shorthands for ops.
// Knows tensor names and the graph; knows no layer.
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;
using static SeqGen.Generator.Tests.Goldens.GoldenJson;

namespace SeqGen.Generator.Tests.Graphs;

internal sealed class GraphWriter(GoldenCase golden)
{
    public NetworkGraph Graph { get; } = new();

    public GoldenCase Golden { get; } = golden;

    public Axis Time { get; } = new("time", 0);

    public Value Parameter(string tensor)
    {
        Value? known = Graph.Sources<ParamOp>().FirstOrDefault(p => p.Parameter == tensor) is { } op
            ? Graph.Root.Nodes.First(n => n.Op == op).Output
            : null;
        return known ?? Graph.AddTo(Graph.Root, new ParamOp(tensor, new Start("Zeros"), true, Golden[tensor].Shape));
    }

    public bool Has(JsonElement layer, string role) => layer.GetProperty("params").TryGetProperty(role, out _);

    public Value Parameter(JsonElement layer, string role) => Parameter(Text(layer.GetProperty("params"), role));

    /// <summary>A state handed in before the first step; the run gives zeros where the case gives nothing.</summary>
    public Value Initial(JsonElement layer, string state, params int[] dims) =>
        Graph.Add(new InputOp($"init.{Text(layer, "name")}.{state}", Shape.PerRow(dims)));

    public Value Mask(string tensor, NoiseLife life, Shape shape) =>
        Graph.Add(new NoiseOp(tensor, 0, life, 0.5, 2, 1, shape));

    public void Final(JsonElement layer, ScanCarry carry) => Graph.Results[$"final.{Text(layer, "name")}.{carry.Name}"] = carry.Final;

    public Value Affine(int units, Value weight, Value x, params Value[] biases) =>
        Graph.Add(new AffineOp(units, 1, [[0]], biases.Select(_ => new[] { 0 }).ToArray()), [weight, x, .. biases]);

    public Value Dense(JsonElement layer, string prefix, Value x)
    {
        Value weight = Parameter(layer, prefix + "weight");
        return Has(layer, prefix + "bias")
            ? Affine(weight.Shape.Dims[0], weight, x, Parameter(layer, prefix + "bias"))
            : Affine(weight.Shape.Dims[0], weight, x);
    }

    public Value Map(MapKind kind, params Value[] inputs) => Graph.Add(new MapOp(kind), inputs);

    public Value Add(Value a, Value b) => Map(MapKind.Add, a, b);

    public Value Mul(Value a, Value b) => Map(MapKind.Mul, a, b);

    public Value Constant(double value) => Graph.Add(new ConstOp(value));

    public Value OneMinus(Value value) => Map(MapKind.Sub, Constant(1), value);

    public Value Sigmoid(Value value) => Map(MapKind.Sigmoid, value);

    public Value Tanh(Value value) => Map(MapKind.Tanh, value);

    public Value Slot(Value value, int slot) => Graph.Add(new SlotOp(slot), value);

    public Value Concat(params Value[] values) => Graph.Add(new ConcatOp(), values);

    public Value Activate(string activation, Value value) => activation switch
    {
        "linear" => value,
        "relu" => Map(MapKind.Relu, value),
        "tanh" => Tanh(value),
        "sigmoid" => Sigmoid(value),
        "softmax" => Graph.Add(new SoftmaxOp(), value),
        _ => throw new GraphException($"the test recipes do not know the activation {activation}"),
    };
}
