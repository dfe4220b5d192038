// Simple recurrent layer: h' = f(W_ih x + b_ih + W_hh h + b_hh), f tanh, relu or another (Elman 1990; PyTorch's nn.RNN).
// RnnOutput.PreviousState gives y_t = g(W_io x_t + W_ho h_(t-1) + b_o) beside it, with weights of its own.
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal sealed class Rnn : RecurrentLayer
{
    public override string Kind => "Rnn";

    protected override int OutputSize(ArgumentList arguments, int inputs) =>
        HasOutput(arguments) && arguments.Int("Outputs") is > 0 and var size ? size : arguments.Int("Units");

    protected override string CellActivation(ArgumentList arguments) => HasOutput(arguments) ? arguments.String("OutputActivation", "Linear") : "Linear";

    protected override IReadOnlyList<CellState> States(ArgumentList arguments) => [new("h", arguments.Int("Units"))];

    protected override void CheckMore(ArgumentList arguments, ProblemSink problems)
    {
        Activations.Check(Kind, arguments, problems, "Activation", "OutputActivation");
        if (arguments.Has("Outputs"))
        {
            Rules.Positive("Outputs", arguments, problems);
        }

        foreach (string argument in new[] { "Outputs", "OutputActivation" })
        {
            if (arguments.Has(argument) && !HasOutput(arguments))
            {
                problems.Add("SEQ0123", argument, argument, Kind, "the layer gives its state; write Output = RnnOutput.PreviousState, or a [Dense] after it");
            }
        }
    }

    protected override void Declare(Cell cell)
    {
        cell.AddGates(1, cell.Units, recurrentBias: true, normalized: 1);
        if (HasOutput(cell.Arguments))
        {
            int outputs = OutputSize(cell.Arguments, cell.Inputs);
            cell.AddInput("weight_io", outputs, cell.Inputs);
            cell.AddInput("weight_ho", outputs, cell.Units);
            if (cell.Bias)
            {
                cell.AddBias("bias_o", outputs);
            }
        }
    }

    protected override CellResult Step(Cell cell, Value x, Value[] states)
    {
        Value h = states[0], read = cell.Hidden(h);
        Value next = cell.Keep("h", h, cell.Apply(cell.Arguments.String("Activation", "Tanh"), cell.Gates(1, x, [0], read, [0])("a", 0)));
        if (!HasOutput(cell.Arguments))
        {
            return new CellResult(next, [next]);
        }

        Value logits = cell.Sum(OutputSize(cell.Arguments, cell.Inputs), "bias_o", ("weight_io", x), ("weight_ho", read));
        return new CellResult(cell.Apply(CellActivation(cell.Arguments), logits), [next], logits);
    }

    private static bool HasOutput(ArgumentList arguments) => arguments.String("Output", "State") == "PreviousState";
}
