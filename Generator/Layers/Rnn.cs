// Simple recurrent layer: h' = f(W_ih x + b_ih + W_hh h + b_hh), f tanh or relu (Elman 1990; PyTorch's nn.RNN).
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal sealed class Rnn : RecurrentLayer
{
    public override string Kind => "Rnn";

    protected override IReadOnlyList<string> States { get; } = ["h"];

    protected override void CheckMore(ArgumentList arguments, ProblemSink problems)
    {
        string activation = arguments.String("Activation", "Tanh");
        if (activation is not ("Tanh" or "Relu"))
        {
            problems.Add("SEQ0108", "Activation", activation, Kind, "Tanh, Relu");
        }
    }

    protected override void Declare(Cell cell, int inputs) => cell.DeclareGates(1, inputs);

    protected override Value[] Step(Cell cell, Value x, Value[] states) =>
        [cell.Apply(cell.Arguments.String("Activation", "Tanh"), cell.Gates(1, x, [0], states[0], [0]))];
}
