// A recurrent layer whose step is a user's own method: its values become ops as those of our own cells do, by the same Cell. From there nothing knows that it was a user's.
// Knows how values of a step become ops; the language is in CellEvaluator and CellFunctions.
using System;
using System.Collections.Generic;
using System.Globalization;
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
        int found = problems.Problems.Count;
        if (Try(problems, () => CellEvaluator.Step(code, arguments, Math.Max(1, input.Size))) is not { } step)
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
        return Try(problems, () => CellEvaluator.Step(code, arguments, input.Shape.Width + (lowering.Inside?.Width ?? 0))) is not null
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
        var writer = new StepWriter(cell, plan, x, states);
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

    /// <summary>The step, or null where a mistake was reported, at its place in the method.</summary>
    private CellStep? Try(ProblemSink problems, Func<CellStep> evaluate)
    {
        try
        {
            return evaluate();
        }
        catch (CellMistakeException mistake)
        {
            problems.Add(mistake.Id, CellPlaces.Argument(mistake.Place), [Kind, .. mistake.Values]);
            return null;
        }
    }

    /// <summary>Writes the values of one step as ops.</summary>
    private sealed class StepWriter(Cell cell, CellPlan plan, Value x, Value[] states)
    {
        private readonly Dictionary<CellValue, Value> _values = new();

        // What each op gave a product: one slot of each level that it has a share in.
        private readonly Dictionary<CellValue, List<(Value Sums, int Slot)>> _shares = new();
        private readonly bool _guards = !CellPadding.IsFinite(plan.Step);
        private readonly HashSet<CellProduct> _written = new();
        private readonly Dictionary<string, int> _marks = new();

        // A matrix that meets what is computed has a copy for every row of the batch, made before the loop.
        private readonly Dictionary<CellValue, Value> _matrices = plan.Step.Values.Where(v => v is { Op: CellOp.Parameter, Dims.Length: 2 }).ToDictionary(v => v, v => cell.PerRow(v.Text));

        public Value Of(CellValue value) => _values[value];

        /// <summary>In the order of the method, but for what an op needs for a later gate: an op is written where the first of its gates is.</summary>
        public void Write()
        {
            var open = new Stack<CellValue>();
            foreach (CellValue value in plan.Step.Values)
            {
                open.Push(value);
                while (open.Count > 0)
                {
                    // Not by recursion: a chain may be longer than a stack is deep.
                    CellValue next = open.Peek();
                    CellValue? missing = _values.ContainsKey(next) ? null : Sources(next).FirstOrDefault(s => !_values.ContainsKey(s));
                    if (missing is null)
                    {
                        open.Pop();
                        Add(next);
                    }
                    else
                    {
                        open.Push(missing);
                    }
                }
            }
        }

        private void Add(CellValue value)
        {
            if (_values.ContainsKey(value))
            {
                return;
            }

            foreach (CellProduct product in plan.ProductsOf(value).Where(_written.Add))
            {
                Write(product);
            }

            Value made = Make(value);
            made.Name = made.Producer is not null && made.Name.Length == 0 && value.Name.Length > 0 ? cell.Named(value.Name, made).Name : made.Name;
            _values[value] = made;
        }

        /// <summary>What must stand before a value: of a gate, all that its ops read.</summary>
        private IEnumerable<CellValue> Sources(CellValue value) =>
            value.Op == CellOp.Product ? plan.ProductsOf(value).Where(p => !_written.Contains(p)).SelectMany(p => p.Terms).Select(t => t.Source) : value.Inputs;

        private void Write(CellProduct product)
        {
            var inputs = new List<Value>();
            foreach ((CellMatrix matrix, CellValue source, _) in product.Terms)
            {
                inputs.AddRange([cell[matrix.Role], _values[source]]);
            }

            (CellBias Bias, int[] Slots)[] biases = cell.Bias ? [.. product.Biases] : [];
            inputs.AddRange(biases.Select(b => cell[b.Bias.Role]));
            var op = new AffineOp(product.Units, product.Slots.Count, product.Terms.Select(t => t.Slots).ToArray(), biases.Select(b => b.Slots).ToArray());
            Value sums = cell.Affine(op, [.. inputs]);
            for (int slot = 0; slot < product.Slots.Count; slot++)
            {
                CellValue of = product.Slots[slot];
                if (!_shares.TryGetValue(of, out List<(Value Sums, int Slot)>? shares))
                {
                    _shares[of] = shares = new();
                }

                shares.Add((sums, product.Slots.Count == 1 ? -1 : slot));
            }
        }

        private Value Make(CellValue value)
        {
            Value[] inputs = value.Inputs.Select(i => _values[i]).ToArray();
            switch (value.Op)
            {
                case CellOp.Input:
                    return x;
                case CellOp.State:
                    return states[(int)value.Number];
                case CellOp.Constant:
                    return cell.Constant(value.Number);
                case CellOp.Product:
                    Value sum = _shares[value].Select(s => s.Slot < 0 ? s.Sums : cell.Slot("a" + value.Text, s.Sums, s.Slot)).Aggregate(cell.Add);
                    return _guards && value.Size % 16 != 0 ? cell.Write(new MapOp(MapKind.Guard), [sum]) : sum;
                case CellOp.Parameter:
                    return value.Dims.Length == 2 ? _matrices[value] : cell[value.Text];
                case CellOp.Map:
                    return cell.Write(new MapOp(value.Function), inputs);
                case CellOp.Slice:
                    return cell.Write(new SliceOp((int)value.Number, value.Size), inputs);
                case CellOp.Concat:
                    return cell.Write(new ConcatOp(), inputs);
                case CellOp.Sum:
                case CellOp.Mean:
                case CellOp.Max:
                    return cell.Write(new ReduceOp(value.Op == CellOp.Sum ? ReduceKind.Sum : value.Op == CellOp.Mean ? ReduceKind.Mean : ReduceKind.Max), inputs);
                case CellOp.Softmax:
                    return cell.Write(new SoftmaxOp(), inputs);
                case CellOp.MatrixVector:
                    return cell.Write(new ContractOp(ContractKind.Dot), inputs);
                case CellOp.VectorMatrix:
                    return cell.Write(new ContractOp(ContractKind.Sum), inputs);
                case CellOp.Outer:
                    return cell.Write(new ContractOp(ContractKind.Outer), inputs);
                case CellOp.Normalization:
                    return cell.Normalize(value.Text, inputs[0], value.Number);
                default:
                    return Marked(value, inputs[0]);
            }
        }

        /// <summary>The first mark of a kind is called as in our own cells; others have a number behind.</summary>
        private Value Marked(CellValue value, Value input)
        {
            _marks.TryGetValue(value.Text, out int number);
            _marks[value.Text] = ++number;
            string suffix = number == 1 ? "" : number.ToString(CultureInfo.InvariantCulture);
            return value.Text switch
            {
                "Candidate" => cell.Candidate(input, suffix),
                "Hidden" => cell.Hidden(input, suffix),
                _ => cell.Memory(input, suffix),
            };
        }
    }
}
