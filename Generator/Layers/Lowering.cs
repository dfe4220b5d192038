// What a recipe can ask for while it writes itself as ops: parameters under PyTorch's names, states, noise, the axis, what an encoder gave.
// Knows names and the graph; knows no layer.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Lowering(NetworkGraph graph)
{
    private Value? _encoded;

    public NetworkGraph Graph { get; } = graph;

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

    /// <summary>The activation of a user's own that the layer has; null for none.</summary>
    public CellCode? Function { get; set; }

    /// <summary>In a decoder, what the encoder gave: what attention looks at.</summary>
    public Value Encoded
    {
        get
        {
            ReadsEncoder = true;
            return _encoded ?? throw new GraphException($"{Name} asks for an encoder where there is none");
        }
        set => _encoded = value;
    }

    /// <summary>In a decoder, the final states of the encoder's layer at the same place, by name; null where the layer starts by itself.</summary>
    public IReadOnlyDictionary<string, Value>? Partner { get; set; }

    /// <summary>Whether the partner's states come through a dense layer.</summary>
    public bool Bridge { get; set; }

    /// <summary>Whether anything of the encoder has been asked for.</summary>
    public bool ReadsEncoder { get; private set; }

    /// <summary>What the layer before wants to do inside the loop of this one.</summary>
    public LoopPart? Inside { get; set; }

    /// <summary>Where a mistake goes that shows only now; null if there can be none.</summary>
    public ProblemSink? Problems { get; set; }

    public Value Parameter(string name, Start start, params int[] fileShape) =>
        Graph.AddTo(Graph.Root, new ParamOp(Module + "." + name, start, Trainable, fileShape));

    /// <summary>The same; where there is an axis, one for every step of it.</summary>
    public Value Parameter(Axis? untied, string name, Start start, params int[] fileShape) =>
        Graph.Add(new ParamOp(Module + "." + name, start, Trainable, fileShape) { Untied = untied });

    /// <summary>What training moves and no optimizer does.</summary>
    public Value Statistic(string name, Start start, int size) => Graph.AddTo(Graph.Root, new ParamOp(Module + "." + name, start, false, size));

    /// <summary>How a weight [units, <paramref name="fanIn"/>] or the bias beside it begins, as an argument says or by default. PyTorch draws
    /// both within 1/sqrt(fan-in); the other laws take a bias's fans from its own shape.</summary>
    public Start Start(ArgumentList arguments, string argument, string otherwise, int fanIn)
    {
        string given = arguments.String(argument, "Default");
        return new Start(given == "Default" ? otherwise : given, FanIn: given == "PyTorchUniform" ? fanIn : 0);
    }

    /// <summary>The state before the first step: what the encoder ended with in a decoder, else what is handed in, zero unless the user gives one.</summary>
    public Value InitialState(string state, params int[] dims)
    {
        Shape shape = Shape.PerRow(dims);
        return FromPartner(state, shape) ?? Graph.Add(new InputOp(Ports.Initial + Name + "." + state, shape));
    }

    /// <summary>Lets a state that is neither given nor carried over begin at a parameter; one that is not trained may be missing in a file.</summary>
    public void Begins(Value initial, string parameter, Start start, bool trainable)
    {
        if (initial.Producer?.Op is InputOp port)
        {
            string name = Module + "." + parameter;
            Graph.AddTo(Graph.Root, new ParamOp(name, start, trainable && Trainable, initial.Shape.Dims.ToArray()) { Optional = !trainable });
            Graph.InitialStates[port.Port] = new StateBeginning("Learned", name, 0);
        }
    }

    /// <summary>Random factors under the layer's own name.</summary>
    public Value Noise(double keep, NoiseLife life, Shape shape) =>
        Graph.Add(new NoiseOp(Name, Layer, life, keep, keep > 0 ? 1 / keep : 0, 1, shape));

    /// <summary>Random factors inside the layer, in the root whatever is open; <paramref name="id"/> keeps them apart from the layer's others.</summary>
    public Value Noise(string noise, int id, NoiseLife life, double keep, double scale, double inference, Shape shape)
    {
        Value factors = Graph.AddTo(Graph.Root, new NoiseOp(Name + "." + noise, Layer, life, keep, scale, inference, shape, id));
        factors.Name = noise + "Mask";
        return factors;
    }

    public void Final(string state, Value value) => Graph.Results["final." + Name + "." + state] = value;

    public Value Map(MapKind kind, params Value[] inputs) => Graph.Add(new MapOp(kind), inputs);

    public Value Constant(double value) => Graph.Add(new ConstOp(value));

    public Value Slot(Value value, int slot) => Graph.Add(new SlotOp(slot), value);

    /// <summary>The partner's state of that name, both directions joined; a misfit is a mistake of the user's.</summary>
    private Value? FromPartner(string state, Shape shape)
    {
        if (Partner is not { } partner)
        {
            return null;
        }

        ReadsEncoder = true;
        Value[] vectors = partner.Values.Where(v => v.Shape.Rank == 1).ToArray();
        if (Bridge && shape.Rank == 1 && vectors.Length > 0)
        {
            Value all = Join(vectors);
            string bridge = "bridge_" + state + (ModuleLayer > 0 ? "_l" + ModuleLayer.ToString(CultureInfo.InvariantCulture) : "");
            Value weight = Parameter(bridge + ".weight", new Start("GlorotUniform"), shape.Size, all.Shape.Size);
            Value bias = Parameter(bridge + ".bias", new Start("Zeros"), shape.Size);
            return Map(MapKind.Tanh, Graph.Add(new AffineOp(shape.Size, 1, [[0]], [[0]]), weight, all, bias));
        }

        Value[] found = new[] { state, state + "_reverse" }.Where(partner.ContainsKey).Select(name => partner[name]).ToArray();
        Value? given = found.Length == 0 ? null : found.Length == 1 || found[0].Shape.Rank > 1 ? found[0] : Join(found);
        if (given is not null && given.Shape == shape)
        {
            return given;
        }

        string has = given is null ? "has no such state" : "has " + Size(given.Shape);
        Problems?.Add("SEQ0136", "", state, Size(shape), has);
        return null;
    }

    private Value Join(Value[] values) => values.Length == 1 ? values[0] : Graph.Add(new ConcatOp(), values);

    private static string Size(Shape shape) =>
        string.Join(" x ", shape.Dims.Select(d => d.ToString(System.Globalization.CultureInfo.InvariantCulture))) + " numbers";
}
