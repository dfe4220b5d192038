// A recurrent layer whose step is a user's own method: its values become ops as those of our own cells do, by the same Cell. From there nothing knows that it was a user's.
// Knows what a recurrent layer has to say; the language is in CellEvaluator and CellFunctions, the ops in CellStepWriter.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

internal sealed class UserCell(string kind, CellCode code) : RecurrentLayer
{
    public override string Kind => kind;

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        if (CellMistakeException.Report(problems, Kind, () => CellEvaluator.Step(code, arguments, Math.Max(1, input.Size))) is not { } step)
        {
            return new Signal(1, IsTokens: false, arguments.String("Returns", "Sequence") != "Last", input.Steps);
        }

        if (!arguments.Bool("Tied", true) && step.Values.FirstOrDefault(v => v.Op == CellOp.Normalization || v is { Op: CellOp.Parameter, Dims.Length: 2 }) is { } shared)
        {
            problems.Add("SEQ0123", "Tied", "Tied = false", Kind, (shared.Op == CellOp.Normalization ? "LayerNorm" : "Matrix") + " is for parameters that all steps share; leave one of the two out");
        }

        return base.Check(arguments, input, problems);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        // What stands before a cell can widen its input, so that sizes show only here.
        ProblemSink problems = lowering.Problems ?? new ProblemSink();
        return CellMistakeException.Report(problems, Kind, () => CellEvaluator.Step(code, arguments, input.Shape.Width + (lowering.Inside?.Width ?? 0))) is not null
            ? base.Lower(arguments, lowering, input)
            : lowering.Graph.Add(new ZerosOp(input.Shape.WithDims(1)));
    }

    protected override int OutputSize(ArgumentList arguments, int inputs) => CellEvaluator.Step(code, arguments, Math.Max(1, inputs)).Output.Size;

    protected override IReadOnlyList<CellState> States(ArgumentList arguments) =>
        code.States.Select(s => (s.Name, Sizes: CellEvaluator.Sizes(code, arguments, s))).Select(s => new CellState(s.Name, s.Sizes[0], s.Sizes.ElementAtOrDefault(1))).ToArray();

    protected override string Refusal(string option, ArgumentList arguments, int inputs)
    {
        bool Marks(string mark) => CellEvaluator.Step(code, arguments, Math.Max(1, inputs)).Values.Any(v => v.Op == CellOp.Mark && v.Text == mark);
        return option switch
        {
            "RecurrentDropout" when !Marks("Candidate") => "its Step marks no candidate; write Candidate(...) around what is added to the state",
            "VariationalHidden" when !Marks("Hidden") => "its Step does not mark where products read the state; write Hidden(h) there",
            "RnnDrop" when !Marks("Memory") => "its Step marks no memory; write Memory(...) around the new one",
            "ZoneoutCell" when !code.States.Any(s => s.Name == "c") => "it acts on a state c, and there is none; use Zoneout",
            "Zoneout" when Hidden() < 0 => "it acts on a state beside c, and there is none; use ZoneoutCell",
            _ => "",
        };
    }

    protected override void Declare(Cell cell)
    {
        CellPlan plan = Plan(cell);
        foreach (IGrouping<int, CellMatrix> size in plan.Matrices.OrderBy(m => m.IsRecurrent).GroupBy(m => m.Units).OrderBy(g => g.Key == cell.Units ? 0 : 1))
        {
            foreach (CellMatrix matrix in size)
            {
                Declare(cell, matrix);
            }

            foreach (CellBias bias in plan.Biases.Where(b => cell.Bias && b.Units == size.Key))
            {
                Declare(cell, bias);
            }
        }

        foreach (CellValue value in plan.Step.Values)
        {
            if (value.Op == CellOp.Parameter)
            {
                cell.Add(value.Text, Beginning(value), value.Dims.Length == 0 ? [1] : value.Dims);
            }
            else if (value.Op == CellOp.Normalization)
            {
                cell.AddNorm(value.Text, value.Size);
            }
        }
    }

    private static void Declare(Cell cell, CellMatrix matrix)
    {
        int rows = matrix.Units * matrix.Gates.Count;
        if (matrix.IsRecurrent)
        {
            cell.AddRecurrent(matrix.Role, rows, matrix.Columns);
        }
        else
        {
            cell.AddInput(matrix.Role, rows, matrix.Columns);
        }
    }

    private static void Declare(Cell cell, CellBias bias)
    {
        int rows = bias.Units * bias.Gates.Count;
        bool isOne = bias.Gates.TrueForAll(g => g.Start == bias.Gates[0].Start);
        if (isOne && bias.Gates[0].Start != 0 && !cell.Arguments.Has("BiasInitializer"))
        {
            cell.Add(bias.Role, new Start("Constant", bias.Gates[0].Start), rows);
        }
        else
        {
            cell.AddBias(bias.Role, rows, isOne ? -1 : bias.Other, isOne ? 0 : bias.Gates[bias.Other].Start);
        }
    }

    protected override CellResult Step(Cell cell, Value x, Value[] states)
    {
        CellPlan plan = Plan(cell);
        var writer = new CellStepWriter(cell, plan, x, states);
        writer.Write();
        Value[] next = plan.Step.States.Select(writer.Of).ToArray();
        int hidden = Hidden(), memory = Array.FindIndex(code.States.ToArray(), s => s.Name == "c");
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = i == hidden ? cell.Keep("h", states[i], next[i]) : i == memory ? cell.Keep("c", states[i], next[i]) : next[i];
        }

        int shown = plan.Step.States.ToList().IndexOf(plan.Step.Output);
        return new CellResult(shown >= 0 ? next[shown] : writer.Of(plan.Step.Output), next);
    }

    private static Start Beginning(CellValue parameter) => (parameter.Number, parameter.Spread) switch
    {
        (0, 0) => new Start("Zeros"),
        (_, 0) => new Start("Constant", parameter.Number),
        (0, _) => new Start("Uniform", parameter.Spread),
        _ => new Start("UniformAround", parameter.Spread, GateValue: parameter.Number),
    };

    /// <summary>The state that zoneout acts on: h, or the first vector that is not c.</summary>
    private int Hidden()
    {
        List<StateCode> states = code.States.ToList();
        int h = states.FindIndex(s => s.Name == "h");
        return h >= 0 ? h : states.FindIndex(s => s.Name != "c" && !s.IsMatrix);
    }

    private CellPlan Plan(Cell cell) => new(CellEvaluator.Step(code, cell.Arguments, cell.Inputs));
}
