// Writes the values of one step of a user's cell as ops, by the Cell that our own layers use. Knows which op each value is; knows no options and no sizes.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

/// <summary>Writes the values of one step as ops.</summary>
internal sealed class CellStepWriter(Cell cell, CellPlan plan, Value x, Value[] states) : FunctionWriter(cell.Lowering, plan.Step, x, states)
{
    // What each op gave a product: one slot of each level that it has a share in.
    private readonly Dictionary<CellValue, List<(Value Sums, int Slot)>> _shares = new();
    private readonly bool _guards = !CellPadding.IsFinite(plan.Step);
    private readonly HashSet<CellProduct> _written = new();
    private readonly Dictionary<string, int> _marks = new();

    // A matrix that meets what is computed has a copy for every row of the batch, made before the loop.
    private readonly Dictionary<CellValue, Value> _matrices = plan.Step.Values.Where(v => v is { Op: CellOp.Parameter, Dims.Length: 2 }).ToDictionary(v => v, v => cell.PerRow(v.Text));

    private readonly HashSet<CellValue> _inRows = InRows(plan.Step);

    protected override void Before(CellValue value)
    {
        foreach (CellProduct product in plan.ProductsOf(value).Where(_written.Add))
        {
            Write(product);
        }
    }

    protected override Value Named(string name, Value value) => cell.Named(name, value);

    /// <summary>Of a gate, all that its ops read: an op is written where the first of its gates is.</summary>
    protected override IEnumerable<CellValue> Sources(CellValue value) =>
        value.Op == CellOp.Product ? plan.ProductsOf(value).Where(p => !_written.Contains(p)).SelectMany(p => p.Terms).Select(t => t.Source) : base.Sources(value);

    private void Write(CellProduct product)
    {
        var inputs = new List<Value>();
        foreach ((CellMatrix matrix, CellValue source, _) in product.Terms)
        {
            inputs.AddRange([cell[matrix.Role], Of(source)]);
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

    protected override Value Make(CellValue value)
    {
        switch (value.Op)
        {
            case CellOp.Product:
                Value sum = _shares[value].Select(s => s.Slot < 0 ? s.Sums : cell.Slot("a" + value.Text, s.Sums, s.Slot)).Aggregate(cell.Add);
                return _guards && value.Size % 16 != 0 ? cell.Write(new MapOp(MapKind.Guard), [sum]) : sum;
            case CellOp.Parameter:
                return value.Dims.Length == 2 ? _matrices[value] : _inRows.Contains(value) ? cell.InRows(value.Text) : cell[value.Text];
            case CellOp.Normalization:
                return cell.Normalize(value.Text, Of(value.Inputs[0]), value.Number);
            case CellOp.Mark:
                return Marked(value, Of(value.Inputs[0]));
            default:
                return base.Make(value);
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
