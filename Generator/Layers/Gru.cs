// Gated recurrent unit (Cho et al. 2014): r, z = sigmoid;  h' = (1 - z) n + z h, with
//   reset after (PyTorch's nn.GRU, the default):    n = tanh(W_in x + b_in + r (W_hn h + b_hn))
//   reset before (the paper, Keras 1):              n = tanh(W_in x + b_in + W_hn (r h)), and no bias_hh at all.
// LayerNorm (Ba et al. 2016): every sum of products is normalised before it is used, all gates of a product at once, and there are no other biases:
//   reset after:    (p_r, p_z, p_n) = LN(W_ih x; ln_ih), (q_r, q_z, q_n) = LN(W_hh h; ln_hh), n = tanh(p_n + r q_n)
//   reset before:   the same but (q_r, q_z) = LN(W_hh[r,z] h; ln_hh) and n = tanh(p_n + LN(W_hn (r h); ln_hn))
// Any gate and the candidate n can have another function by option.
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Gru : RecurrentLayer
{
    public override string Kind => "Gru";

    protected override IReadOnlyList<CellState> States(ArgumentList arguments) => [new("h", arguments.Int("Units"))];

    protected override void CheckMore(ArgumentList arguments, ProblemSink problems)
    {
        Activations.Check(Kind, arguments, problems, "GateActivation", "ResetGateActivation", "UpdateGateActivation", "Activation");
        Rules.Epsilon(arguments, problems);
    }

    protected override string Refusal(string option, ArgumentList arguments, int inputs) => Regularizers.Refusal(option, hasCandidate: true, hasCell: false);

    protected override void Declare(Cell cell)
    {
        bool after = cell.Arguments.Bool("ResetAfter", true);
        cell.AddGates(3, cell.Units, recurrentBias: after, normalized: after ? 3 : 2);
        if (cell.IsNormalized && !after)
        {
            cell.AddNorm("ln_hn", cell.Units);
        }
    }

    protected override CellResult Step(Cell cell, Value x, Value[] states)
    {
        Value h = states[0], read = cell.Hidden(h);
        string gate = Activations.Of(cell.Arguments, "GateActivation", "Sigmoid"), reset = Activations.Of(cell.Arguments, "ResetGateActivation", gate);
        string update = Activations.Of(cell.Arguments, "UpdateGateActivation", gate), candidate = Activations.Of(cell.Arguments, "Activation", "Tanh");
        Value z, n;
        if (cell.Arguments.Bool("ResetAfter", true))
        {
            // Slots r, z, the input's part of n, the state's part of n.
            GateSum sum = cell.Gates(4, x, [0, 1, 2], read, [0, 1, 3]);
            Value r = cell.Apply("r", reset, sum("ar", 0));
            z = cell.Apply("z", update, sum("az", 1));
            n = cell.Apply("n", candidate, cell.Add(sum("anx", 2), cell.Mul(r, sum("anh", 3))));
        }
        else
        {
            // The recurrent weights of r and z read h, those of n read r h: two products with rows of the same weight.
            GateSum sum = cell.Gates(3, x, [0, 1, 2], read, [0, 1, -1]);
            Value r = cell.Apply("r", reset, sum("ar", 0));
            z = cell.Apply("z", update, sum("az", 1));
            Value product = cell.Named("candidate", cell.Affine(new AffineOp(cell.Units, 1, [[-1, -1, 0]], []), cell["weight_hh"], cell.Mul(r, read)));
            n = cell.Apply("n", candidate, cell.Add(sum("anx", 2), cell.IsNormalized ? cell.Normalize("ln_hn", product) : product));
        }

        n = cell.Candidate(n);
        Value next = cell.Keep("h", h, cell.Add(n, cell.Mul(z, cell.Sub(h, n))));
        return new CellResult(next, [next]);
    }
}
