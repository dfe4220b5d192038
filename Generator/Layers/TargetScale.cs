// Mean and scale of targets as parameters of a network, and the way back from normalized units to the targets' own. Knows ops; knows no loss.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

/// <summary>The mean and the scale of each number of a target.</summary>
internal sealed class TargetScale
{
    private readonly NetworkGraph _graph;
    private readonly Value _mean;
    private readonly Value _scale;

    /// <summary>Adds the parameters, which are fitted and never trained.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">What their names begin with.</param>
    /// <param name="targets">Numbers of a target.</param>
    public TargetScale(NetworkGraph graph, string name, int targets)
    {
        _graph = graph;
        _mean = graph.Add(new ParamOp(name + ".mean", new Start("Zeros"), false, targets) { Optional = true });
        _scale = graph.Add(new ParamOp(name + ".std", new Start("Ones"), false, targets) { Optional = true });
    }

    /// <summary>Normalized numbers in the target's unit: y * scale + mean. A scale of 0 counts as 1.</summary>
    /// <param name="y">The numbers.</param>
    /// <param name="each">How many of them belong to one number of a target.</param>
    public Value Back(Value y, int each) => each > 1 && y.Shape.Width > each
        ? _graph.Add(new RescaleOp(each), y, _scale, _mean)
        : Map(MapKind.Add, Times(y), _mean);

    /// <summary>Variances of normalized numbers in the square of the target's unit.</summary>
    public Value SquareBack(Value variance) => Times(Times(variance));

    // No op is of parameters alone: loops over rows have them beside what is a row's.
    private Value Times(Value y) => Map(MapKind.Select, _scale, Map(MapKind.Mul, y, _scale), y);

    private Value Map(MapKind kind, params Value[] inputs) => _graph.Add(new MapOp(kind), inputs);
}
