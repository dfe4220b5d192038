// Gated recurrent unit (Cho et al. 2014): r, z = sigmoid;  h' = (1 - z) n + z h, with
//   reset after (PyTorch's nn.GRU, the default):    n = tanh(W_in x + b_in + r (W_hn h + b_hn))
//   reset before (the paper, Keras 1):              n = tanh(W_in x + b_in + W_hn (r h)), and no bias_hh at all.
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Gru : RecurrentLayer
{
    public override string Kind => "Gru";

    protected override IReadOnlyList<string> States { get; } = ["h"];

    protected override void Declare(Cell cell, int inputs) =>
        cell.DeclareGates(3, inputs, recurrentBias: cell.Arguments.Bool("ResetAfter", true));

    protected override Value[] Step(Cell cell, Value x, Value[] states)
    {
        Value h = states[0];
        Value z, n;
        if (cell.Arguments.Bool("ResetAfter", true))
        {
            // Slots r, z, the input's part of n, the state's part of n.
            Value gates = cell.Gates(4, x, [0, 1, 2], h, [0, 1, 3]);
            Value r = cell.Sigmoid("r", cell.Slot("ar", gates, 0));
            z = cell.Sigmoid("z", cell.Slot("az", gates, 1));
            n = cell.Tanh("n", cell.Add(cell.Slot("anx", gates, 2), cell.Mul(r, cell.Slot("anh", gates, 3))));
        }
        else
        {
            // The recurrent weights of r and z read h, those of n read r h: two products with rows of the same weight.
            Value gates = cell.Gates(3, x, [0, 1, 2], h, [0, 1, -1]);
            Value r = cell.Sigmoid("r", cell.Slot("ar", gates, 0));
            z = cell.Sigmoid("z", cell.Slot("az", gates, 1));
            Value reset = cell.Affine(new AffineOp(cell.Units, 1, [[-1, -1, 0]], []), cell["weight_hh"], cell.Mul(r, h));
            n = cell.Tanh("n", cell.Add(cell.Slot("anx", gates, 2), reset));
        }

        return [cell.Add(n, cell.Mul(z, cell.Sub(h, n)))];
    }
}
