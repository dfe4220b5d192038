// The matrix part of every layer: sums of weight times vector over any number of sources, plus biases, into one or several slots (gates).
// Knows which row block of a weight goes to which slot; knows nothing of cells.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>
/// y[s] = sum of W_k[g] x_k + biases, where row block g of weight k ([gates*units, columns]) adds to slot <c>Terms[k][g]</c>,
/// or is left out where that is -1 (another op reads those rows).
/// Inputs: W0, x0, W1, x1, ..., then the biases ([gates*units] each). Result [slots, units], or [units] for one slot.
/// </summary>
internal sealed class AffineOp(int units, int slots, IReadOnlyList<int[]> terms, IReadOnlyList<int[]> biases) : Op
{
    public int Units { get; } = units;

    public int Slots { get; } = slots;

    public IReadOnlyList<int[]> Terms { get; } = terms;

    public IReadOnlyList<int[]> Biases { get; } = biases;

    public override string Name => "affine";

    public override string Attributes =>
        string.Join(" + ", Terms.Select(t => "x" + Braces(t))) + string.Concat(Biases.Select(b => " + b" + Braces(b)));

    public int Weight(int term) => 2 * term;

    public int Source(int term) => (2 * term) + 1;

    public int Bias(int bias) => (2 * Terms.Count) + bias;

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        if (inputs.Count != (2 * Terms.Count) + Biases.Count)
        {
            throw Misfit($"takes {Terms.Count} terms and {Biases.Count} biases, was given {inputs.Count} inputs");
        }

        Shape? shape = null;
        for (int k = 0; k < Terms.Count; k++)
        {
            Shape weight = inputs[Weight(k)].Shape, source = inputs[Source(k)].Shape;
            if (weight.Extent != Extent.None || weight.Rank != 2 || weight.Dims[0] != Terms[k].Length * Units || source.Rank != 1 || weight.Dims[1] != source.Dims[0])
            {
                throw Misfit($"weight {weight} does not take {source} to {Terms[k].Length} gates of {Units}");
            }

            if (shape is not null && (source.Extent != shape.Extent || source.Axis != shape.Axis))
            {
                throw Misfit($"sources {shape} and {source} differ in extent");
            }

            shape = source;
        }

        for (int k = 0; k < Biases.Count; k++)
        {
            Shape bias = inputs[Bias(k)].Shape;
            if (bias.Extent != Extent.None || bias.Size != Biases[k].Length * Units)
            {
                throw Misfit($"bias {bias} does not fit {Biases[k].Length} gates of {Units}");
            }
        }

        // Rows of one parameter that feed one slot would lie in one place.
        if (Terms.Concat(Biases).Any(gates => gates.Where(s => s >= 0).GroupBy(s => s).Any(s => s.Skip(1).Any())))
        {
            throw Misfit("has two gates of one parameter in one slot");
        }

        return Slots == 1 ? shape!.WithDims(Units) : shape!.WithDims(Slots, Units);
    }

    public override void Gradient(GradientRule g)
    {
        for (int k = 0; k < Terms.Count; k++)
        {
            if (g.Needs(Source(k)))
            {
                // Adds onto what is there already, so that no separate addition follows the product.
                Value? sum = g.Take(Source(k));
                Value[] inputs = sum is null ? [g.Input(Weight(k)), g.OutputGradient] : [g.Input(Weight(k)), g.OutputGradient, sum];
                g.Add(Source(k), g.Emit(new AffineInputGradientOp(Units, Slots, Terms[k]), inputs));
            }

            if (g.Needs(Weight(k)))
            {
                g.Add(Weight(k), g.Emit(new AffineWeightGradientOp(Units, Slots, Terms[k]), g.OutputGradient, g.Input(Source(k))));
            }
        }

        for (int k = 0; k < Biases.Count; k++)
        {
            if (g.Needs(Bias(k)))
            {
                g.Add(Bias(k), g.Emit(new AffineBiasGradientOp(Units, Slots, Biases[k]), g.OutputGradient));
            }
        }
    }

    internal static string Braces(int[] slots) =>
        "{" + string.Join(",", slots.Select(s => s.ToString(System.Globalization.CultureInfo.InvariantCulture))) + "}";
}

/// <summary>dx = sum over the term's gates of W[g]^T dy[slot], added onto a third input if there is one.</summary>
internal sealed class AffineInputGradientOp(int units, int slots, int[] term) : Op
{
    public int Units { get; } = units;

    public int Slots { get; } = slots;

    public int[] Term { get; } = term;

    public override string Name => "affine_dx";

    public override string Attributes => AffineOp.Braces(Term);

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape dx = inputs[1].Shape.WithDims(inputs[0].Shape.Dims[1]);
        return inputs.Count < 3 || inputs[2].Shape == dx ? dx : throw Misfit($"cannot add {inputs[2].Shape} to {dx}");
    }
}

/// <summary>dW[g] = sum over rows (and steps) of dy[slot] x^T. Inputs: dy, x.</summary>
internal sealed class AffineWeightGradientOp(int units, int slots, int[] term) : Op
{
    public int Units { get; } = units;

    public int Slots { get; } = slots;

    public int[] Term { get; } = term;

    public override string Name => "affine_dw";

    public override string Attributes => AffineOp.Braces(Term);

    public override Shape Infer(IReadOnlyList<Value> inputs) => Shape.Whole(Term.Length * Units, inputs[1].Shape.Dims[0]);
}

/// <summary>db[g] = sum over rows (and steps) of dy[slot].</summary>
internal sealed class AffineBiasGradientOp(int units, int slots, int[] term) : Op
{
    public int Units { get; } = units;

    public int Slots { get; } = slots;

    public int[] Term { get; } = term;

    public override string Name => "affine_db";

    public override string Attributes => AffineOp.Braces(Term);

    public override Shape Infer(IReadOnlyList<Value> inputs) => Shape.Whole(Term.Length * Units);
}
