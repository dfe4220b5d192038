// Names of a network's parameters, derived copies and gate masks in its generated file, and the constants that stand for their offsets.
// Knows the packing; knows no op.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed class ParameterNames
{
    private readonly SortedDictionary<string, (int X, int H)> _gates = new(System.StringComparer.Ordinal);
    private readonly Dictionary<(string, int), TransposedWeight> _transposed = new();

    /// <summary>Masks of the matrix kernels that were named.</summary>
    public IEnumerable<KeyValuePair<string, (int X, int H)>> Masks => _gates;

    public IEnumerable<TransposedWeight> TransposedWeights => _transposed.Values;

    public int TransposedLength { get; private set; }

    /// <summary>lstm_l0 becomes LstmL0; 0.rnn, as PyTorch names parts of a sequence, becomes Layer0Rnn.</summary>
    public string Pascal(string name)
    {
        string joined = string.Concat(name.Split(['_', '.'], System.StringSplitOptions.RemoveEmptyEntries).Select(p => char.ToUpperInvariant(p[0]) + p.Substring(1)));
        return joined.Length == 0 ? "Network" : char.IsDigit(joined[0]) ? "Layer" + joined : joined;
    }

    /// <summary>What tells the product from others of its layer.</summary>
    public string PartOf(PackedAffine affine) => affine.Name.StartsWith(affine.Node.Layer + ".", System.StringComparison.Ordinal) ? Pascal(affine.Name.Substring(affine.Node.Layer.Length + 1)) : "";

    public string WeightsConstant(PackedAffine affine, int panel) => Pascal(affine.Name) + "Weights" + (panel == 0 ? "" : Text(panel + 1));

    public string BiasConstant(PackedAffine affine) => Pascal(affine.Name) + "Bias";

    /// <summary>The derived copy of few units' weights.</summary>
    public string UnitRowsConstant(PackedAffine affine) => Pascal(affine.Name) + "UnitRows";

    public string UnitRows(PackedAffine affine, Places places) =>
        places.Local(Camel(UnitRowsConstant(affine)), "Unsafe.Add(ref f.Derived, " + UnitRowsConstant(affine) + ")");

    /// <summary>The transposed weights of one source: of the input, of the state.</summary>
    public string TransposedConstant(PackedAffine affine, int term) =>
        Pascal(affine.Name) + (affine.Op.Terms.Count == 1 || term == 0 ? "Input" : term == 1 ? "State" : "Source" + Text(term)) + "Transposed";

    /// <summary>All of these constants that there may be.</summary>
    public IEnumerable<string> Constants(PackParameters pack) => pack.Affines.SelectMany(a =>
        Enumerable.Range(0, a.Panels.Length).Select(p => WeightsConstant(a, p)).Concat(Enumerable.Range(0, a.Op.Terms.Count).Select(t => TransposedConstant(a, t)))
            .Append(BiasConstant(a)).Append(UnitRowsConstant(a)));

    public string Weights(PackedAffine affine, int panel, Places places) =>
        AtStep(places.Local(Camel(WeightsConstant(affine, panel)), "Unsafe.Add(ref f.Parameters, " + WeightsConstant(affine, panel) + ")"), affine.Untied?.Stride, places);

    public string Bias(PackedAffine affine, Places places) => AtStep(
        places.Local(Camel(BiasConstant(affine)), "Unsafe.Add(ref f." + (affine.BiasInMaster ? "Parameters" : "Derived") + ", " + BiasConstant(affine) + ")"),
        affine.BiasInMaster ? affine.Untied?.Stride : affine.Untied?.DerivedStride,
        places);

    /// <summary>What belongs to the step at hand, where every step has its own.</summary>
    public static string AtStep(string place, int? stride, Places places) =>
        stride is > 0 and var floats ? "Unsafe.Add(ref " + place + ", " + places.ParameterStep + " * " + Text(floats) + ")" : place;

    public string Transposed(PackedAffine affine, int term, Places places)
    {
        if (!_transposed.ContainsKey((affine.Name, term)))
        {
            int length = TransposedLengthOf(affine, term);
            _transposed[(affine.Name, term)] = new TransposedWeight(affine, term, TransposedLength, length);
            TransposedLength += length * (affine.Untied?.Steps ?? 1);
        }

        return AtStep(
            places.Local(Camel(TransposedConstant(affine, term)), "Unsafe.Add(ref f.Transposed, " + TransposedConstant(affine, term) + ")"),
            affine.Untied is null ? null : TransposedLengthOf(affine, term),
            places);
    }

    /// <summary>Floats of a term's transposed weights, their padding included.</summary>
    public int TransposedLengthOf(PackedAffine affine, int term) =>
        PackParameters.Blocks(affine.Node.Inputs[affine.Op.Weight(term)].Shape.Dims[1]) * affine.Blocks * affine.Op.Terms[term].Count(s => s >= 0) * 256;

    /// <summary>A parameter that is read as it lies in the master.</summary>
    public string Master(string parameter, int offset, Places places) =>
        places.Local(Camel(Pascal(parameter)), "Unsafe.Add(ref f.Parameters, " + Text(offset) + ")");

    /// <summary>What is derived from running statistics.</summary>
    public string Running(PackedNorm norm, bool isOffset, Places places) => places.Local(
        Camel(Pascal(norm.Mean.Substring(0, norm.Mean.LastIndexOf('.')))) + (isOffset ? "RunningOffset" : "RunningScale"),
        "Unsafe.Add(ref f.Derived, " + Text(norm.Derived + (isOffset ? PackParameters.Pad(norm.Width) : 0)) + ")");

    /// <summary>A parameter's gradient; <paramref name="part"/> tells its parts apart where it has several.</summary>
    public string Gradient(string parameter, int offset, Places places, string part = "") =>
        places.Local(Camel(Pascal(parameter)) + part + "Gradient", offset == 0 ? "f.Gradients" : "Unsafe.Add(ref f.Gradients, " + Text(offset) + ")");

    /// <summary>The struct that says which slots each of the two sources adds to.</summary>
    public string Gates(WeightPanel panel)
    {
        int x = panel.Masks[0], h = panel.Masks.Length > 1 ? panel.Masks[1] : 0;
        string name = x == 15 && h == 15 ? "FourGates" : x == 7 && h == 11 ? "ThreeGatesResetAfter" : x == 1 && h == 1 ? "OneGate"
            : x == 1 && h == 0 ? "OneSource" : "Slots" + Text(x) + "And" + Text(h);
        _gates[name] = (x, h);
        return name;
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);
}
