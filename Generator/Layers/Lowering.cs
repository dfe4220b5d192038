// What a recipe can ask for while it writes itself as ops: parameters under PyTorch's names, states, noise, the axis.
// Knows names and the graph; knows no layer.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Lowering(NetworkGraph graph, Axis axis)
{
    public NetworkGraph Graph { get; } = graph;

    public Axis Axis { get; } = axis;

    /// <summary>Position of the layer in the declaration.</summary>
    public int Layer { get; set; }

    /// <summary>Unique name of the layer, e.g. <c>gru_l1</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>What its parameters' names start with: the PyTorch module, e.g. <c>gru</c>.</summary>
    public string Module { get; set; } = "";

    /// <summary>Number of the layer in its PyTorch module: the 1 of <c>weight_ih_l1</c>.</summary>
    public int ModuleLayer { get; set; }

    public bool Trainable { get; set; } = true;

    /// <summary>How many different tokens the input has; 0 for numbers.</summary>
    public int Tokens { get; set; }

    /// <summary>The last dense layer's value before its activation: what a cross entropy reads.</summary>
    public Value? Logits { get; set; }

    public Value Parameter(string name, Start start, params int[] fileShape) =>
        Graph.Add(new ParamOp(Module + "." + name, start, Trainable, fileShape));

    /// <summary>How a parameter begins, as an argument says or by default.</summary>
    public Start Start(ArgumentList arguments, string argument, string otherwise)
    {
        string given = arguments.String(argument, "Default");
        return new Start(given == "Default" ? otherwise : given);
    }

    /// <summary>A state handed in before the first step; zero unless the user gives one.</summary>
    public Value InitialState(string state, int size) =>
        Graph.Add(new InputOp("init." + Name + "." + state, Shape.PerRow(size)));

    /// <summary>Random factors under the layer's own name.</summary>
    public Value Noise(double keep, NoiseLife life, Shape shape) =>
        Graph.Add(new NoiseOp(Name, Layer, life, keep, keep > 0 ? 1 / keep : 0, 1, shape));

    /// <summary>Random factors inside the layer, in the root whatever is open; <paramref name="id"/> keeps them apart from the layer's others.</summary>
    public Value Noise(string noise, int id, NoiseLife life, double keep, double scale, double inference, Shape shape) =>
        Graph.AddTo(Graph.Root, new NoiseOp(Name + "." + noise, Layer, life, keep, scale, inference, shape, id));

    public void Final(string state, Value value) => Graph.Results["final." + Name + "." + state] = value;

    public Value Map(MapKind kind, params Value[] inputs) => Graph.Add(new MapOp(kind), inputs);

    public Value Constant(double value) => Graph.Add(new ConstOp(value));

    public Value Slot(Value value, int slot) => Graph.Add(new SlotOp(slot), value);
}
