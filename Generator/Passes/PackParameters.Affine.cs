// The weights and biases of one affine op: panels of at most two terms, then the biases, then copies where kernels want them.
// Knows the panel layout of the matrix kernels; knows no layer.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal sealed partial class PackParameters
{
    private void AddAffine(Node node, AffineOp op)
    {
        if (op.Slots > MostSlots)
        {
            throw new GraphException($"{node.Output} has {op.Slots} slots, and the kernels know {MostSlots}");
        }

        WeightPanel[] panels = Enumerable.Range(0, (op.Terms.Count + 1) / 2).Select(p => Panel(node, op, 2 * p)).ToArray();
        (Value Param, int Offset, int Mask)[] biases = Enumerable.Range(0, op.Biases.Count).Select(k => Bias(node, op, k)).ToArray();
        bool direct = biases.Length == 1 && Used(op.Biases[0]) == op.Slots;
        int bias = direct ? biases[0].Offset : TakeDerived(Blocks(op.Units) * op.Slots * 16);
        Value weight = node.Inputs[op.Weight(0)];
        bool tied = weight.Outer is null, few = op.Slots == 1 && op.Terms.Count == 1 && op.Units <= FewUnits && tied;
        int unitRows = few ? TakeDerived((op.Units * Pad(weight.Shape.Dims[1])) + 16) : -1;
        var packed = new PackedAffine(UniqueName(node), op, node, panels, bias, direct, biases, unitRows, tied ? null : _region);
        _affines.Add(packed);
        for (int k = 0; k < op.Terms.Count; k++)
        {
            AddReader(node.Inputs[op.Weight(k)], op.Terms[k], packed, k);
        }

        for (int k = 0; k < op.Biases.Count; k++)
        {
            AddReader(node.Inputs[op.Bias(k)], op.Biases[k], packed, k);
        }
    }

    private void AddReader(Value parameter, int[] slots, PackedAffine packed, int index)
    {
        foreach (int gate in Enumerable.Range(0, slots.Length).Where(g => slots[g] >= 0))
        {
            _readers.Add((Name(parameter), gate), (packed, index));
        }
    }

    /// <summary>A panel of the weights of a term and the one after it, if there is one: in each block of units the rows of the one, then of the other.</summary>
    private WeightPanel Panel(Node node, AffineOp op, int first)
    {
        int[] terms = Enumerable.Range(first, Math.Min(2, op.Terms.Count - first)).ToArray(), starts = new int[terms.Length];
        int[] lengths = terms.Select(k => 16 * Used(op.Terms[k]) * node.Inputs[op.Weight(k)].Shape.Dims[1]).ToArray();
        int stride = lengths.Sum(), offset = Take(Blocks(op.Units) * stride);
        for (int i = 0; i < terms.Length; i++)
        {
            starts[i] = i == 0 ? 0 : starts[i - 1] + lengths[i - 1];
            PlaceGates(node.Inputs[op.Weight(terms[i])], op.Terms[terms[i]], offset + starts[i], stride, isVector: false);
        }

        return new WeightPanel(terms, terms.Select(k => Mask(op.Terms[k])).ToArray(), offset, stride, starts);
    }

    private (Value Param, int Offset, int Mask) Bias(Node node, AffineOp op, int k)
    {
        int[] slots = op.Biases[k];
        Value bias = node.Inputs[op.Bias(k)];
        int offset = Take(Blocks(op.Units) * Used(slots) * 16);
        PlaceGates(bias, slots, offset, Used(slots) * 16, isVector: true);
        return (bias, offset, Mask(slots));
    }

    /// <summary>The gates that an op uses lie side by side, in the order of their slots.</summary>
    private void PlaceGates(Value parameter, int[] slots, int offset, int blockStride, bool isVector)
    {
        foreach (int gate in Enumerable.Range(0, slots.Length).Where(g => slots[g] >= 0))
        {
            int rank = slots.Count(s => s >= 0 && s < slots[gate]);
            Place(parameter, gate, new GatePlace(offset + (rank * 16), blockStride, isVector ? 0 : Used(slots) * 16));
        }
    }

    /// <summary>The layer's name and what its weight's name adds to that: machine.read_head.key. Several such ops are told apart by what they make, or by
    /// a number: constants are called by it, where dots, underscores and capitals make no difference.</summary>
    private string UniqueName(Node node)
    {
        string path = Path(node), made = node.Output.Name;
        made = path.EndsWith("reverse", StringComparison.Ordinal) && made.EndsWith("Reverse", StringComparison.Ordinal) ? made.Substring(0, made.Length - "Reverse".Length) : made;
        string name = _paths[path] > 1 && made.Length > 0 ? path + "." + made : path, unique = name;
        for (int i = 2; !_names.Add(unique.Replace("_", "").Replace(".", "").ToLowerInvariant()); i++)
        {
            unique = name + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return unique;
    }

    /// <summary>What is left of a weight's name without its module and the words that all weights have, behind the layer's name.</summary>
    private static string Path(Node node)
    {
        string[] parts = Name(node.Inputs[((AffineOp)node.Op).Weight(0)]).Split('.');
        int module = Enumerable.Range(1, parts.Length).Reverse().FirstOrDefault(n => IsModule(string.Join(".", parts.Take(n)), node.Layer));
        IEnumerable<string> own = module == 0 ? [] : parts.Skip(module).Select(p => string.Join("_", p.Split('_').Where(w => w is not ("weight" or "ih" or "hh") && !IsNumber(w)))).Where(p => p.Length > 0);
        return string.Join(".", own.Prepend(node.Layer));
    }

    /// <summary>A layer has its module's name, or that with its number.</summary>
    private static bool IsModule(string name, string layer) =>
        layer == name || (layer.StartsWith(name + "_", StringComparison.Ordinal) && IsNumber(layer.Substring(name.Length + 1)));

    private static bool IsNumber(string word) => word.Length > 1 && word[0] == 'l' && word.Skip(1).All(char.IsDigit);

    private static int Used(int[] slots) => slots.Count(s => s >= 0);

    private int TakeDerived(int length)
    {
        int offset = DerivedLength;
        DerivedLength += length;
        return offset;
    }
}
