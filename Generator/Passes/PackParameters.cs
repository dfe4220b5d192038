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

internal sealed class PackParameters
{
    // Up to as many units, one row is multiplied by dot products: a block of 16 units would be empty for the most part.
    private const int FewUnits = 4;

    private readonly Dictionary<Value, List<(int Gate, GatePlace Place)>> _gates = new();
    private readonly Dictionary<Value, PackedAffine> _affines = new();
    private readonly HashSet<string> _names = new();
    private readonly HashSet<Value> _tables = new();
    private readonly Dictionary<Value, UntiedRegion> _untied = new();
    private UntiedRegion? _region;

    public List<PackedParameter> Parameters { get; } = new();

    public IEnumerable<PackedAffine> Affines => _affines.Values;

    public int Length { get; private set; }

    public int DerivedLength { get; private set; }

    public static int Blocks(int size) => (size + 15) / 16;

    /// <summary>Slots that the matrix kernels have.</summary>
    private const int MostSlots = 4;

    public static int Pad(int size) => Blocks(size) * 16;

    /// <summary>Packs the parameters of a graph of forward ops; the same for its inference and its training graph.</summary>
    public static PackParameters Of(NetworkGraph graph)
    {
        var pack = new PackParameters();
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

    /// <summary>The packing of the affine op that reads this weight or bias in this way; found by the op's weights, since graphs differ.</summary>
    public PackedAffine Find(Node affine) => _affines.Values.First(a =>
        a.Op.Units == ((AffineOp)affine.Op).Units && a.Panels.Length > 0
        && Key(a.Node) == Key(affine) && SameTerms(a.Op, (AffineOp)affine.Op));

    /// <summary>The panel and term that hold a weight as the given gates of it are used.</summary>
    public (PackedAffine Affine, int Term) FindTerm(string parameter, int[] slots)
    {
        foreach (PackedAffine affine in _affines.Values)
        {
            for (int k = 0; k < affine.Op.Terms.Count; k++)
            {
                if (Name(affine.Node.Inputs[affine.Op.Weight(k)]) == parameter && affine.Op.Terms[k].SequenceEqual(slots))
                {
                    return (affine, k);
                }
            }
        }

        throw new GraphException($"no affine op uses {parameter} in this way");
    }

    public PackedParameter Find(string parameter) => Parameters.First(p => p.Param.Parameter == parameter);

    public static string Name(Value parameter) => parameter.Parameter is { } op ? op.Parameter
        : throw new GraphException($"{parameter} is used as a weight but is not a parameter");

    public static int Mask(IEnumerable<int> slots) => slots.Where(s => s >= 0).Aggregate(0, (m, s) => m | (1 << s));

    private static string Key(Node affine) => string.Join(";", Enumerable.Range(0, ((AffineOp)affine.Op).Terms.Count).Select(k => Name(affine.Inputs[2 * k])));

    private static bool SameTerms(AffineOp a, AffineOp b) => a.Terms.Count == b.Terms.Count && a.Terms.Zip(b.Terms, (x, y) => x.SequenceEqual(y)).All(same => same);

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
        }
    }

    private void AddAffine(Node node, AffineOp op)
    {
        if (op.Slots > MostSlots)
        {
            throw new GraphException($"{node.Output} has {op.Slots} slots, and the kernels know {MostSlots}");
        }

        int blocks = Blocks(op.Units);
        var panels = new List<WeightPanel>();
        for (int first = 0; first < op.Terms.Count; first += 2)
        {
            int[] terms = Enumerable.Range(first, Math.Min(2, op.Terms.Count - first)).ToArray();
            int[] masks = terms.Select(k => Mask(op.Terms[k])).ToArray();
            int[] rows = terms.Select(k => node.Inputs[op.Weight(k)].Shape.Dims[1]).ToArray();
            int[] used = terms.Select(k => op.Terms[k].Count(s => s >= 0)).ToArray();
            int stride = Enumerable.Range(0, terms.Length).Sum(i => 16 * rows[i] * used[i]);
            int offset = Take(blocks * stride), start = 0;
            var starts = new int[terms.Length];
            for (int i = 0; i < terms.Length; i++)
            {
                starts[i] = start;
                int[] slots = op.Terms[terms[i]];
                for (int g = 0; g < slots.Length; g++)
                {
                    if (slots[g] >= 0)
                    {
                        int rank = slots.Count(s => s >= 0 && s < slots[g]);
                        Place(node.Inputs[op.Weight(terms[i])], g, new GatePlace(offset + start + (rank * 16), stride, used[i] * 16));
                    }
                }

                start += 16 * rows[i] * used[i];
            }

            panels.Add(new WeightPanel(terms, masks, offset, stride, starts));
        }

        var biases = new List<(Value, int, int)>();
        for (int k = 0; k < op.Biases.Count; k++)
        {
            int[] slots = op.Biases[k];
            int used = slots.Count(s => s >= 0);
            int offset = Take(blocks * used * 16);
            Value bias = node.Inputs[op.Bias(k)];
            for (int g = 0; g < slots.Length; g++)
            {
                if (slots[g] >= 0)
                {
                    int rank = slots.Count(s => s >= 0 && s < slots[g]);
                    Place(bias, g, new GatePlace(offset + (rank * 16), used * 16, 0));
                }
            }

            biases.Add((bias, offset, Mask(op.Biases[k])));
        }

        bool direct = biases.Count == 1 && op.Biases[0].Count(s => s >= 0) == op.Slots;
        int place = direct ? biases[0].Item2 : DerivedLength;
        DerivedLength += direct ? 0 : blocks * op.Slots * 16;
        // Constants are called by it, where dots, underscores and capitals make no difference.
        string name = node.Layer;
        for (int i = 2; !_names.Add(name.Replace("_", "").Replace(".", "").ToLowerInvariant()); i++)
        {
            name = node.Layer + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        int unitRows = -1;
        if (op.Slots == 1 && op.Terms.Count == 1 && op.Units <= FewUnits && node.Inputs[op.Weight(0)].Outer is null)
        {
            unitRows = DerivedLength;
            DerivedLength += (op.Units * Pad(node.Inputs[op.Weight(0)].Shape.Dims[1])) + 16;
        }

        _affines.Add(node.Output, new PackedAffine(name, op, node, panels.ToArray(), place, direct, biases.ToArray(), unitRows, node.Inputs[op.Weight(0)].Outer is null ? null : _region));
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
        Parameters.Add(new PackedParameter(op, units, columns, table, gates.OrderBy(g => g.Gate).Select(g => g.Place).ToArray(),
            _untied.TryGetValue(value, out UntiedRegion? region) ? region.Steps : 1, region?.Stride ?? 0));
    }

    private int Take(int length)
    {
        int offset = Length;
        Length = checked(Length + length);
        return offset;
    }
}
