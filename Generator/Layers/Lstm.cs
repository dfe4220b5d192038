// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; PyTorch's nn.LSTM):
// i, f, o = sigmoid, g = tanh of W_ih x + b_ih + W_hh h + b_hh;  c' = f c + i g;  h' = o tanh(c').
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal sealed class Lstm : RecurrentLayer
{
    private static readonly int[] _gates = [0, 1, 2, 3];

    public override string Kind => "Lstm";

    protected override IReadOnlyList<string> States { get; } = ["h", "c"];

    protected override void CheckMore(ArgumentList arguments, ProblemSink problems) =>
        Rules.Finite("ForgetBias", arguments.Double("ForgetBias", 1), problems);

    protected override void Declare(Cell cell, int inputs) =>
        cell.DeclareGates(4, inputs, forgetGate: 1, forgetBias: cell.Arguments.Double("ForgetBias", 1));

    protected override Value[] Step(Cell cell, Value x, Value[] states)
    {
        Value gates = cell.Gates(4, x, _gates, states[0], _gates);
        Value i = cell.Sigmoid("i", cell.Slot("ai", gates, 0));
        Value f = cell.Sigmoid("f", cell.Slot("af", gates, 1));
        Value g = cell.Tanh("g", cell.Slot("ag", gates, 2));
        Value o = cell.Sigmoid("o", cell.Slot("ao", gates, 3));
        Value c = cell.Add(cell.Mul(f, states[1]), cell.Mul(i, g));
        Value h = cell.Mul(o, cell.Tanh("tanhC", c));
        return [h, c];
    }
}
