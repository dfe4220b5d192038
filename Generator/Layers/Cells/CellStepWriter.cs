// Writes the values of one step of a user's cell as ops, by the Cell that our own layers use. Knows which op each value is; knows no options and no sizes.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

/// <summary>Writes the values of one step as ops.</summary>
internal sealed class CellStepWriter(Cell cell, CellPlan plan, Value x, Value[] states)
{
    private readonly Dictionary<CellValue, Value> _values = new();

    // What each op gave a product: one slot of each level that it has a share in.
    private readonly Dictionary<CellValue, List<(Value Sums, int Slot)>> _shares = new();
    private readonly bool _guards = !CellPadding.IsFinite(plan.Step);
    private readonly HashSet<CellProduct> _written = new();
    private readonly Dictionary<string, int> _marks = new();

    // A matrix that meets what is computed has a copy for every row of the batch, made before the loop.
    private readonly Dictionary<CellValue, Value> _matrices = plan.Step.Values.Where(v => v is { Op: CellOp.Parameter, Dims.Length: 2 }).ToDictionary(v => v, v => cell.PerRow(v.Text));

    private readonly HashSet<CellValue> _inRows = InRows(plan.Step);

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
                return value.Dims.Length == 2 ? _matrices[value] : _inRows.Contains(value) ? cell.InRows(value.Text) : cell[value.Text];
            case CellOp.Map:
                return cell.Write(new MapOp(value.Function), inputs);
            case CellOp.Activation:
                return cell.Apply(value.Text, inputs[0]);
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

    /// <summary>Vectors and numbers among the parameters that are functions' operands where nothing else is, or results: what is made of them is a value of each row of the batch as all values
    /// of a step are, so that their gradients are summed up over rows at the parameter. Elsewhere, an op takes them as they are.</summary>
    private static HashSet<CellValue> InRows(CellStep step)
    {
        bool IsOwn(CellValue value) => value is { Op: CellOp.Parameter, Dims.Length: < 2 };
        var ofData = new HashSet<CellValue>(step.Values.Where(v => v.Op is CellOp.Input or CellOp.State or CellOp.Product or CellOp.Normalization || v is { Op: CellOp.Parameter, Dims.Length: 2 }));
        foreach (CellValue value in step.Values.Where(v => v.Inputs.Any(ofData.Contains)))
        {
            ofData.Add(value);
        }

        return [.. step.Values.Where(v => v.Op != CellOp.Map || !v.Inputs.Any(ofData.Contains)).SelectMany(v => v.Reads).Concat(step.States).Append(step.Output).Where(IsOwn)];
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
