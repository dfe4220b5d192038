// The methods that make copies of parameters, which kernels read instead of the master: sums of biases, rows of few units, transposed weights.
// Knows where parameters and copies lie; knows no program.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed class DerivedCopies(PackParameters pack, ParameterNames names)
{
    /// <summary>Writes the methods that there is something to do for.</summary>
    public void Write(SourceWriter writer)
    {
        List<PackedAffine> summed = pack.Affines.Where(a => !a.BiasInMaster).ToList(), few = pack.Affines.Where(a => a.UnitRows >= 0).ToList();
        if (summed.Count + few.Count + pack.Norms.Count > 0)
        {
            writer.Line("public override void Derive(ref float parameters, ref float derived)").Open();
            summed.ForEach(affine => EachStep(writer, affine, BiasSums(affine)));
            few.ForEach(affine => writer.Line(UnitRows(affine)));
            pack.Norms.ForEach(norm => writer.Line(Running(norm)));
            writer.Close().Line();
        }

        List<TransposedWeight> transposed = names.TransposedWeights.ToList();
        if (transposed.Count > 0)
        {
            writer.Line("public override void DeriveTransposed(ref float parameters, ref float transposed)").Open();
            transposed.ForEach(weight => EachStep(writer, weight.Affine, [Transposed(weight)]));
            writer.Close().Line();
        }
    }

    /// <summary>The sum of the first two biases, then each further one added to it.</summary>
    private IEnumerable<string> BiasSums(PackedAffine affine)
    {
        string sum = "ref Unsafe.Add(ref derived, " + names.BiasConstant(affine) + Step(affine.Untied?.DerivedStride) + ")";
        string Call(string first, string second) => $"Affine<V4>.BiasSum({Text(affine.Blocks)}, {Text(affine.Op.Slots)}, {sum}, {first}, {second});";
        string Bias(int index) => index < affine.Biases.Length
            ? $"{Text(affine.Biases[index].Mask)}, ref Unsafe.Add(ref parameters, {Text(affine.Biases[index].Offset)}{Step(affine.Untied?.Stride)})"
            : "0, ref parameters";
        return Enumerable.Range(2, System.Math.Max(0, affine.Biases.Length - 2)).Select(k => Call($"{Text((1 << affine.Op.Slots) - 1)}, {sum}", Bias(k))).Prepend(Call(Bias(0), Bias(1)));
    }

    private string UnitRows(PackedAffine affine) =>
        $"Moves.UnitRows(ref Unsafe.Add(ref parameters, {names.WeightsConstant(affine, 0)}), {Text(affine.Inputs)}, {Text(affine.Op.Units)}, "
        + $"ref Unsafe.Add(ref derived, {names.UnitRowsConstant(affine)}), {Text(PackParameters.Pad(affine.Inputs))});";

    private string Running(PackedNorm norm) =>
        $"BatchNormalization<V4>.Derive({Text(norm.Width)}, {Master(norm.Mean)}, {Master(norm.Variance)}, {Number(norm.Op.Epsilon)}, ref Unsafe.Add(ref derived, {Text(norm.Derived)}));";

    private string Master(string parameter) => $"ref Unsafe.Add(ref parameters, {Text(pack.Find(parameter).Gates[0].Offset)})";

    private string Transposed(TransposedWeight weight)
    {
        PackedAffine affine = weight.Affine;
        int panel = System.Array.FindIndex(affine.Panels, p => p.Terms.Contains(weight.Term));
        WeightPanel place = affine.Panels[panel];
        int start = place.TermOffsets[System.Array.IndexOf(place.Terms, weight.Term)];
        string to = names.TransposedConstant(affine, weight.Term) + Step(affine.Untied is null ? null : weight.Length);
        return $"Affine<V4>.Transpose({Text(affine.Blocks)}, ref Unsafe.Add(ref parameters, {names.WeightsConstant(affine, panel)}{Step(affine.Untied?.Stride)}), {Text(place.BlockStride)}, {Text(start)}, "
            + $"{Text(affine.Op.Terms[weight.Term].Count(s => s >= 0))}, {Text(affine.Node.Inputs[affine.Op.Weight(weight.Term)].Shape.Dims[1])}, ref Unsafe.Add(ref transposed, {to}));";
    }

    private static string Step(int? stride) => stride is { } floats ? " + (t * " + Text(floats) + ")" : "";

    /// <summary>Statements; for parameters that every step has its own of, once for each.</summary>
    private static void EachStep(SourceWriter writer, PackedAffine affine, IEnumerable<string> statements)
    {
        if (affine.Untied is not null)
        {
            writer.Line($"for (int t = 0; t < {Text(affine.Untied.Steps)}; t++)").Open();
        }

        foreach (string statement in statements)
        {
            writer.Line(statement);
        }

        if (affine.Untied is not null)
        {
            writer.Close();
        }
    }
}
