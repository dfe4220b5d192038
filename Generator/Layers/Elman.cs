// Elman's network (Elman 1990): h' = f(W_ih x + W_hh h + b_h), y = g(W_ho h' + b_o).
// With a context of two steps back: h' = f(W_ih x + W_hh1 h1 + W_hh2 h2 + b_h), h1' = h', h2' = h1.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal sealed class Elman : RecurrentLayer
{
    public override string Kind => "Elman";

    public override string MainActivation => "HiddenActivation";

    protected override bool IsNumbered => false;

    protected override int OutputSize(ArgumentList arguments, int inputs) => arguments.Int("Outputs");

    protected override string CellActivation(ArgumentList arguments) => arguments.String("OutputActivation", "Linear");

    protected override IReadOnlyList<CellState> States(ArgumentList arguments) =>
        Depth(arguments) == 2 ? [new("h1", arguments.Int("Units")), new("h2", arguments.Int("Units"))] : [new("h", arguments.Int("Units"))];

    protected override void CheckMore(ArgumentList arguments, ProblemSink problems)
    {
        Rules.Positive("Outputs", arguments, problems);
        Activations.Check(Kind, arguments, problems, "HiddenActivation", "OutputActivation");
        if (Depth(arguments) is not (1 or 2))
        {
            problems.Add("SEQ0104", "Context", "Context", "1 or 2 (steps back)", Depth(arguments));
        }
    }

    protected override void Declare(Cell cell)
    {
        cell.AddInput("weight_ih", cell.Units, cell.Inputs);
        foreach (string role in Feedback(cell.Arguments))
        {
            cell.AddRecurrent(role, cell.Units, cell.Units);
        }

        cell.AddInput("weight_ho", OutputSize(cell.Arguments, cell.Inputs), cell.Units);
        if (cell.Bias)
        {
            cell.AddBias("bias_h", cell.Units);
            cell.AddBias("bias_o", OutputSize(cell.Arguments, cell.Inputs));
        }
    }

    protected override CellResult Step(Cell cell, Value x, Value[] states)
    {
        (string, Value)[] terms = Feedback(cell.Arguments).Select((role, i) => (role, i == 0 ? cell.Hidden(states[0]) : states[i])).ToArray();
        Value sum = cell.Sum(cell.Units, "bias_h", [("weight_ih", x), .. terms]);
        Value h = cell.Keep("h", states[0], cell.Apply(cell.Arguments.String("HiddenActivation", "Tanh"), sum));
        Value logits = cell.Sum(OutputSize(cell.Arguments, cell.Inputs), "bias_o", ("weight_ho", h));
        Value y = cell.Apply(CellActivation(cell.Arguments), logits);
        return new CellResult(y, states.Length == 2 ? [h, states[0]] : [h], logits);
    }

    private static int Depth(ArgumentList arguments) => arguments.Int("Context", 1);

    private static string[] Feedback(ArgumentList arguments) => Depth(arguments) == 2 ? ["weight_hh1", "weight_hh2"] : ["weight_hh"];
}
