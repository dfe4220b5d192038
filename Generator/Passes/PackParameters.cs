// Decides where every parameter lies in the packed master, and which derived copies the kernels read.
// Knows the panel layout of the matrix kernels (generic-tiles.md section 10); knows no layer.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>Where one gate of a parameter lies: element (unit u, column j) at Offset + u/16*BlockStride + j*RowStride + u%16.</summary>
internal sealed record GatePlace(int Offset, int BlockStride, int RowStride);

/// <summary>A parameter in the packed master.</summary>
/// <param name="Steps">How many of it there are, one a step; 1 for a tied one. Each lies <paramref name="StepStride"/> floats behind the one before.</param>
internal sealed record PackedParameter(ParamOp Param, int Units, int Columns, bool Transposed, GatePlace[] Gates, int Steps, int StepStride);

/// <summary>One call of the matrix kernel: at most two terms whose weights are one panel.</summary>
/// <param name="Terms">Indices of the op's terms.</param>
/// <param name="Masks">Slots of each term, as bits.</param>
/// <param name="Offset">Of the panel in the master.</param>
/// <param name="BlockStride">Floats from one unit block of the panel to the next.</param>
/// <param name="TermOffsets">First row of each term within a block.</param>
internal sealed record WeightPanel(int[] Terms, int[] Masks, int Offset, int BlockStride, int[] TermOffsets);

/// <summary>How an affine op finds its weights.</summary>
/// <param name="Bias">Offset of the bias panel: in the master if <paramref name="BiasInMaster"/>, else in the derived copies.</param>
/// <param name="UnitRows">Offset of a derived copy, where there are few units; else -1. One padded row for each unit, then 16 numbers that tell
/// inputs of the last block (1) from padding (0).</param>
/// <param name="Untied">Where its parameters of the next step lie; null where all steps share them.</param>
internal sealed record PackedAffine(
    string Name, AffineOp Op, Node Node, WeightPanel[] Panels, int Bias, bool BiasInMaster, (Value Param, int Offset, int Mask)[] Biases, int UnitRows, UntiedRegion? Untied)
{
    /// <summary>Inputs of its first term.</summary>
    public int Inputs => Node.Inputs[Op.Weight(0)].Shape.Dims[1];

    public int Blocks => PackParameters.Blocks(Op.Units);
}

/// <summary>The parameters that a loop has for each of its steps: as many regions, one behind the other.</summary>
internal sealed class UntiedRegion(int steps)
{
    public int Steps { get; } = steps;

    /// <summary>Floats of the master from a step to the next.</summary>
    public int Stride { get; set; }

    /// <summary>The same in the derived copies.</summary>
    public int DerivedStride { get; set; }
}

/// <summary>A transposed weight that an input gradient reads.</summary>
internal sealed record TransposedWeight(PackedAffine Affine, int Term, int Offset, int Length);

/// <summary>A batch normalisation: what of it is kept.</summary>
/// <param name="Mean">Name of the running mean, which tells it from others.</param>
/// <param name="Variance">Name of the running variance.</param>
/// <param name="Derived">Of what is derived from both, the scales and behind them the offsets, in the derived copies.</param>
/// <param name="Number">Its number among those that training moves; -1 for one that it does not.</param>
/// <param name="PerSequence">Whether what it normalises is there once a sequence.</param>
internal sealed record PackedNorm(BatchNormOp Op, string Mean, string Variance, int Width, int Derived, int Number, bool PerSequence);

internal sealed partial class PackParameters
{
    // Slots that the matrix kernels have.
    private const int MostSlots = 4;

    // Up to as many units, one row is multiplied by dot products: a block of 16 units would be empty for the most part.
    private const int FewUnits = 4;

    private readonly Dictionary<Value, List<(int Gate, GatePlace Place)>> _gates = new();
    private readonly List<PackedAffine> _affines = new();

    // Each part of a parameter has one reader: one of its gates tells the op, and which of its terms or biases the parameter is.
    private readonly Dictionary<(string Parameter, int Gate), (PackedAffine Affine, int Index)> _readers = new();
    private readonly Dictionary<string, PackedParameter> _byName = new();
    private readonly HashSet<string> _names = new();
    private readonly Dictionary<string, int> _paths;
    private readonly HashSet<Value> _tables = new();
    private readonly Dictionary<Value, UntiedRegion> _untied = new();
    private UntiedRegion? _region;

    private PackParameters(IEnumerable<Node> affines) => _paths = affines.GroupBy(Path).ToDictionary(p => p.Key, p => p.Count());

    public List<PackedParameter> Parameters { get; } = new();

    public IReadOnlyList<PackedAffine> Affines => _affines;

    /// <summary>The batch normalisations.</summary>
    public List<PackedNorm> Norms { get; } = new();

    public int Length { get; private set; }

    public int DerivedLength { get; private set; }

    public static int Blocks(int size) => (size + 15) / 16;

    public static int Pad(int size) => Blocks(size) * 16;

    /// <summary>Packs the parameters of a graph of forward ops; the same for its inference and its training graph.</summary>
    public static PackParameters Of(NetworkGraph graph)
    {
        var pack = new PackParameters(graph.Root.Nodes.SelectMany(n => n is Scan scan ? scan.Body.Nodes : [n]).Where(n => n.Op is AffineOp));
        foreach (Node node in graph.Root.Nodes)
        {
            if (node is Scan scan)
            {
                pack.Add(scan);
            }
            else
            {
                pack.Add(node);
            }
        }

        var beginnings = new HashSet<string?>(graph.InitialStates.Values.Select(b => b.Parameter));
        foreach (Node node in graph.Root.Nodes.Where(n => n.Op is ParamOp))
        {
            if (beginnings.Contains(((ParamOp)node.Op).Parameter))
            {
                // No op reads where a state begins: the runtime does.
                Shape shape = node.Output.Shape;
                int row = Pad(shape.Dims[0]);
                pack.Place(node.Output, 0, new GatePlace(pack.Take(row * (shape.Size / shape.Dims[0])), 16, row));
            }

            pack.Finish(node.Output, (ParamOp)node.Op);
        }

        return pack;
    }

    /// <summary>The packing of an affine op of any graph of the network: graphs differ, but parameters have the same names in all of them.</summary>
    public PackedAffine Find(Node affine)
    {
        var op = (AffineOp)affine.Op;
        return Reader(Name(affine.Inputs[op.Weight(0)]), op.Terms[0]).Affine;
    }

    /// <summary>The op that reads the given gates of a parameter, and which of its terms or of its biases that is.</summary>
    public (PackedAffine Affine, int Index) Reader(string parameter, int[] slots) =>
        _readers.TryGetValue((parameter, Array.FindIndex(slots, s => s >= 0)), out (PackedAffine, int) reader) ? reader
        : throw new GraphException($"no affine op uses {parameter} in this way");

    public PackedParameter Find(string parameter) => _byName[parameter];

    /// <summary>The batch normalisation that a running mean belongs to.</summary>
    public PackedNorm Norm(Value mean) => Norms.First(n => n.Mean == Name(mean));

    public static string Name(Value parameter) => parameter.Parameter is { } op ? op.Parameter
        : throw new GraphException($"{parameter} is used as a weight but is not a parameter");

    public static int Mask(IEnumerable<int> slots) => slots.Where(s => s >= 0).Aggregate(0, (m, s) => m | (1 << s));

    private void Add(Scan scan)
    {
        ParamOp? untied = scan.Each.Select(e => e.Inner.Parameter).FirstOrDefault(p => p is not null);
        _region = untied is null ? null : new UntiedRegion(untied.Untied!.Max);
        int start = Length, derived = DerivedLength;
        foreach (Node node in scan.Body.Nodes)
        {
            Add(node);
        }

        if (_region is not null)
        {
            // As much again for every further step.
            _region.Stride = Length - start;
            _region.DerivedStride = DerivedLength - derived;
            Take(checked(_region.Stride * (_region.Steps - 1)));
            DerivedLength += _region.DerivedStride * (_region.Steps - 1);
            _region = null;
        }
    }

    private void Add(Node node)
    {
        if (node.Op is AffineOp affine)
        {
            AddAffine(node, affine);
        }
        else if (node.Op is GatherOp)
        {
            int row = Pad(node.Inputs[0].Shape.Dims[1]);
            _tables.Add(node.Inputs[0]);
            Place(node.Inputs[0], 0, new GatePlace(Take(node.Inputs[0].Shape.Dims[0] * row), 16, row));
        }
        else if (node.Op is LayerNormOp)
        {
            // As gates lie in a panel of one row.
            int slots = node.Inputs[0].Shape.Rank == 2 ? node.Inputs[0].Shape.Dims[0] : 1, blocks = Blocks(node.Inputs[0].Shape.Width);
            foreach (Value vector in node.Inputs.Skip(1))
            {
                int offset = Take(blocks * slots * 16);
                for (int g = 0; g < slots; g++)
                {
                    Place(vector, g, new GatePlace(offset + (16 * g), slots * 16, 0));
                }
            }
        }
        else
        {
            foreach (Value vector in node.Inputs.Where(v => v.Parameter is not null && !_gates.ContainsKey(Whole(v))))
            {
                Place(vector, 0, new GatePlace(Take(Pad(vector.Shape.Size)), 16, 0));
            }

            if (node.Op is BatchNormOp norm)
            {
                int width = node.Output.Shape.Width;
                Norms.Add(new PackedNorm(norm, Name(node.Inputs[1]), Name(node.Inputs[2]), width, DerivedLength, norm.IsFrozen ? -1 : Norms.Count(n => n.Number >= 0), node.Output.Shape.Extent == Extent.Batch));
                DerivedLength = checked(DerivedLength + (2 * Pad(width)));
            }
        }
    }

    /// <summary>The parameter with all of its steps, of which a loop sees one.</summary>
    private static Value Whole(Value parameter) => parameter.Outer ?? parameter;

    private void Place(Value read, int gate, GatePlace place)
    {
        Name(read);
        Value parameter = Whole(read);
        if (read.Outer is not null)
        {
            _untied[parameter] = _region!;
        }

        if (!_gates.TryGetValue(parameter, out List<(int Gate, GatePlace Place)>? gates))
        {
            _gates[parameter] = gates = new();
        }

        if (gates.Any(g => g.Gate == gate))
        {
            throw new GraphException($"{Name(parameter)} is read by two ops; each part of a parameter has one reader");
        }

        gates.Add((gate, place));
    }

    private void Finish(Value value, ParamOp op)
    {
        if (!_gates.TryGetValue(value, out List<(int Gate, GatePlace Place)>? gates))
        {
            throw new GraphException($"{op.Parameter} is read by nothing");
        }

        bool table = _tables.Contains(value);
        int units = table ? value.Shape.Dims[1] : value.Shape.Dims[0] / gates.Count;
        int columns = table ? value.Shape.Dims[0] : value.Shape.Size / value.Shape.Dims[0];
        var packed = new PackedParameter(
            op, units, columns, table, gates.OrderBy(g => g.Gate).Select(g => g.Place).ToArray(), _untied.TryGetValue(value, out UntiedRegion? region) ? region.Steps : 1, region?.Stride ?? 0);
        Parameters.Add(packed);
        _byName.Add(op.Parameter, packed);
    }

    private int Take(int length)
    {
        int offset = Length;
        Length = checked(Length + length);
        return offset;
    }
}
