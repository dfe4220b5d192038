// Jordan's network (Jordan 1986): h = f(W_ih x + W_oh y + b_h), y' = g(W_ho h + b_o): fed by its previous output.
// With Recurrent the hidden layer sees its own previous values too: + W_hh h.
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal sealed class Jordan : RecurrentLayer
{
    public override string Kind => "Jordan";

    public override string MainActivation => "HiddenActivation";

    protected override bool IsNumbered => false;

    protected override int OutputSize(ArgumentList arguments, int inputs) => arguments.Int("Outputs");

    protected override string CellActivation(ArgumentList arguments) => arguments.String("OutputActivation", "Linear");

    protected override IReadOnlyList<CellState> States(ArgumentList arguments)
    {
        var y = new CellState("y", OutputSize(arguments, inputs: 0));
        return IsRecurrent(arguments) ? [y, new("h", arguments.Int("Units"))] : [y];
    }

    protected override string Refusal(string option, ArgumentList arguments, int inputs) => option is "Zoneout" or "VariationalHidden" && !IsRecurrent(arguments)
        ? "it acts on a hidden state h, and the only state here is the output; write Recurrent = true, or use WeightDrop"
        : base.Refusal(option, arguments, inputs);

    protected override void CheckMore(ArgumentList arguments, ProblemSink problems)
    {
        Rules.Positive("Outputs", arguments, problems);
        Activations.Check(Kind, arguments, problems, "HiddenActivation", "OutputActivation");
    }

    protected override void Declare(Cell cell)
    {
        int outputs = OutputSize(cell.Arguments, cell.Inputs);
        cell.AddInput("weight_ih", cell.Units, cell.Inputs);
        cell.AddRecurrent("weight_oh", cell.Units, outputs);
        if (IsRecurrent(cell.Arguments))
        {
            cell.AddRecurrent("weight_hh", cell.Units, cell.Units);
        }

        cell.AddInput("weight_ho", outputs, cell.Units);
        if (cell.Bias)
        {
            cell.AddBias("bias_h", cell.Units);
            cell.AddBias("bias_o", outputs);
        }
    }

    protected override CellResult Step(Cell cell, Value x, Value[] states)
    {
        bool recurrent = IsRecurrent(cell.Arguments);
        Value sum = recurrent
            ? cell.Sum(cell.Units, "bias_h", ("weight_ih", x), ("weight_oh", states[0]), ("weight_hh", cell.Hidden(states[1])))
            : cell.Sum(cell.Units, "bias_h", ("weight_ih", x), ("weight_oh", states[0]));
        Value h = cell.Apply(cell.Arguments.String("HiddenActivation", "Tanh"), sum);
        h = recurrent ? cell.Keep("h", states[1], h) : h;
        Value logits = cell.Sum(OutputSize(cell.Arguments, cell.Inputs), "bias_o", ("weight_ho", h));
        Value y = cell.Apply(CellActivation(cell.Arguments), logits);
        return new CellResult(y, recurrent ? [y, h] : [y], logits);
    }

    private static bool IsRecurrent(ArgumentList arguments) => arguments.Bool("Recurrent");
}
