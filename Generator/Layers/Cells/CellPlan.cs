// Joins the products of a user's cell: all that can be computed at once from equal sources is one op with a slot a gate, and gates of one size are rows of one matrix.
// Knows the rules by which matrices are made and called; knows no graph.
//   The level of a value is how many products lie before it. What reads sources of one level is computed together, so a gate that reads x, and a state that another
//   gate has a part in (W x + U (f h)), is the sum of its share in the first product and a second one: no product waits that need not.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

/// <summary>A matrix in files: gates of one size, one below the other, that multiply sources of one size.</summary>
/// <param name="role">Its name.</param>
/// <param name="isRecurrent">Whether a state has part in what it multiplies.</param>
internal sealed class CellMatrix(string role, bool isRecurrent, int units, int columns)
{
    public string Role { get; } = role;

    public bool IsRecurrent { get; } = isRecurrent;

    public int Units { get; } = units;

    public int Columns { get; } = columns;

    public List<ProductTerm> Gates { get; } = new();
}

/// <summary>A bias in files: gates of one size that begin at one number, but for one of them.</summary>
internal sealed class CellBias(string role, int units)
{
    public string Role { get; } = role;

    public int Units { get; } = units;

    public List<ProductBias> Gates { get; } = new();

    /// <summary>The gate that begins at another number than 0, or -1.</summary>
    public int Other => Gates.FindIndex(g => g.Start != 0);
}

/// <summary>One op: its slots are shares of products.</summary>
internal sealed class CellProduct(int level, int units)
{
    public int Level { get; } = level;

    public int Units { get; } = units;

    public List<CellValue> Slots { get; } = new();

    public List<(CellMatrix Matrix, CellValue Source, int[] Slots)> Terms { get; } = new();

    public List<(CellBias Bias, int[] Slots)> Biases { get; } = new();
}

internal sealed class CellPlan
{
    // Slots that the matrix kernels have.
    private const int MostSlots = 4;

    private readonly Dictionary<CellValue, int> _levels = new();
    private readonly HashSet<CellValue> _recurrent = new();
    private readonly Dictionary<CellValue, List<CellProduct>> _productsOf = new();
    private readonly Dictionary<ProductTerm, (CellMatrix Matrix, int Row)> _rows = new();
    private readonly Dictionary<ProductBias, (CellBias Bias, int Row)> _biasRows = new();

    public CellPlan(CellStep step)
    {
        Step = Joined(step);
        foreach (CellValue value in Step.Values)
        {
            int before = value.Reads.Select(r => _levels[r]).DefaultIfEmpty(0).Max();
            _levels[value] = value.Op == CellOp.Product ? before + 1 : before;
            if (value.Op == CellOp.State || value.Reads.Any(_recurrent.Contains))
            {
                _recurrent.Add(value);
            }
        }

        CellValue[] products = Step.Values.Where(v => v.Op == CellOp.Product).ToArray();
        foreach (CellValue product in products)
        {
            AddRows(product);
        }

        AddBiases(products);
        foreach (CellValue product in products)
        {
            AddShares(product);
        }
    }

    /// <summary>What is computed, without what nothing reads, and with sums of products joined.</summary>
    public CellStep Step { get; }

    public List<CellMatrix> Matrices { get; } = new();

    public List<CellBias> Biases { get; } = new();

    /// <summary>In the order in which they can be computed.</summary>
    public List<CellProduct> Products { get; } = new();

    /// <summary>The ops that a product has a share in.</summary>
    public IReadOnlyList<CellProduct> ProductsOf(CellValue value) => _productsOf.TryGetValue(value, out List<CellProduct>? products) ? products : [];

    /// <summary>The sum of two products is a product of the sources of both, where nothing else reads them.</summary>
    private static CellStep Joined(CellStep step)
    {
        var made = new Dictionary<CellValue, CellValue>();
        CellValue Now(CellValue value) => made.TryGetValue(value, out CellValue? now) ? now : value;
        var live = new HashSet<CellValue>(step.States.Append(step.Output));
        foreach (CellValue value in step.Values.Reverse().Where(live.Contains))
        {
            live.UnionWith(value.Reads);
        }

        CellValue[] values = step.Values.Where(live.Contains).ToArray();
        Dictionary<CellValue, int> readers = values.SelectMany(v => v.Reads).Concat(step.States).Append(step.Output).GroupBy(v => v).ToDictionary(g => g.Key, g => g.Count());
        var all = new List<CellValue>();
        foreach (CellValue value in values)
        {
            bool isSum = value is { Op: CellOp.Map, Function: MapKind.Add } && value.Inputs.All(i => Now(i).Op == CellOp.Product && readers[i] == 1);
            CellValue now = value switch
            {
                _ when isSum => new CellValue(CellOp.Product, [], value.Dims)
                {
                    Name = value.Name,
                    Text = Now(value.Inputs[0]).Text,
                    Terms = value.Inputs.SelectMany(i => Now(i).Terms).ToArray(),
                    Biases = value.Inputs.SelectMany(i => Now(i).Biases).ToArray(),
                },
                _ when value.Reads.Any(made.ContainsKey) => new CellValue(value.Op, value.Inputs.Select(Now).ToArray(), value.Dims)
                {
                    Function = value.Function,
                    Name = value.Name,
                    Number = value.Number,
                    Spread = value.Spread,
                    Text = value.Text,
                    Terms = value.Terms.Select(t => t with { Source = Now(t.Source) }).ToArray(),
                    Biases = value.Biases,
                },
                _ => value,
            };
            all.RemoveAll(v => isSum && value.Inputs.Select(Now).Contains(v));
            all.Add(now);
            if (now != value)
            {
                made[value] = now;
            }
        }

        return new CellStep(all, Now(step.Output), step.States.Select(Now).ToArray());
    }

    /// <summary>Gives the matrices of a product's gates their rows: below those of other gates of the same size whose source has the same size, unless these would meet in one op with two sources, or in one slot.</summary>
    private void AddRows(CellValue product)
    {
        foreach (ProductTerm term in product.Terms)
        {
            bool isRecurrent = _recurrent.Contains(term.Source);
            CellMatrix? matrix = Matrices.Find(m => m.IsRecurrent == isRecurrent && m.Units == product.Size && m.Columns == term.Source.Size
                && m.Gates.TrueForAll(g => g.Source == term.Source || _levels[g.Source] != _levels[term.Source])
                && m.Gates.TrueForAll(g => !product.Terms.Contains(g) || _levels[g.Source] != _levels[term.Source]));
            if (matrix is null)
            {
                string role = isRecurrent ? "weight_hh" : "weight_ih";
                bool isFirst = !Matrices.Exists(m => m.IsRecurrent == isRecurrent);
                matrix = new CellMatrix(isFirst ? role : role + "_" + term.Gate + (term.Index > 0 ? term.Index.ToString(System.Globalization.CultureInfo.InvariantCulture) : ""), isRecurrent, product.Size, term.Source.Size);
                Matrices.Add(matrix);
            }

            _rows[term] = (matrix, matrix.Gates.Count);
            matrix.Gates.Add(term);
        }
    }

    /// <summary>Gates of one size have one bias, if at most one of them begins at another number than 0; else those that begin at one number have one. Two that are added up have two: a
    /// slot takes one row of a bias.</summary>
    private void AddBiases(CellValue[] products)
    {
        foreach (var kind in products.SelectMany(p => p.Biases.Select((b, i) => (Bias: b, Product: p, Place: i, p.Size, IsRecurrent: p.Terms.Where(t => t.Gate == b.Gate).All(t => _recurrent.Contains(t.Source)))))
            .GroupBy(b => (b.Size, b.IsRecurrent)))
        {
            string role = kind.Key.IsRecurrent ? "bias_hh" : "bias_ih";
            // Of those that are added up, the first that are of this kind have one bias, the second another.
            var ranked = kind.Select(b => (b.Bias, Rank: kind.Count(o => o.Place < b.Place && o.Product == b.Product)));
            bool byStart = kind.Count(b => b.Bias.Start != 0) > 1;
            foreach (IGrouping<(double, int), ProductBias> group in ranked.GroupBy(b => (byStart ? b.Bias.Start : 0, b.Rank), b => b.Bias))
            {
                bool isTaken = Biases.Exists(b => b.Role == role);
                var bias = new CellBias(isTaken ? role + "_" + group.First().Gate : role, kind.Key.Size);
                Biases.Add(bias);
                foreach (ProductBias gate in group)
                {
                    _biasRows[gate] = (bias, bias.Gates.Count);
                    bias.Gates.Add(gate);
                }
            }
        }
    }

    /// <summary>Lets a product take part in the op of each level that it has sources of.</summary>
    private void AddShares(CellValue product)
    {
        bool isFirst = true;
        foreach (IGrouping<int, ProductTerm> share in product.Terms.GroupBy(t => _levels[t.Source]).OrderBy(g => g.Key))
        {
            // A kernel begins every sum with its first two sources, so that each slot must be fed by one of them: others have nothing to gain from one op either.
            CellProduct? op = Products.Find(p => p.Level == share.Key && p.Units == product.Size && p.Slots.Count < MostSlots
                && share.Any(term => p.Terms.Take(2).Any(t => t.Matrix == _rows[term].Matrix && t.Source == term.Source)));
            if (op is null)
            {
                op = new CellProduct(share.Key, product.Size);
                Products.Add(op);
            }

            if (!_productsOf.TryGetValue(product, out List<CellProduct>? own))
            {
                _productsOf[product] = own = new();
            }

            own.Add(op);
            int slot = op.Slots.Count;
            op.Slots.Add(product);
            foreach (ProductTerm term in share)
            {
                (CellMatrix matrix, int row) = _rows[term];
                int index = op.Terms.FindIndex(t => t.Matrix == matrix && t.Source == term.Source);
                if (index < 0)
                {
                    index = op.Terms.Count;
                    op.Terms.Add((matrix, term.Source, Enumerable.Repeat(-1, matrix.Gates.Count).ToArray()));
                }

                op.Terms[index].Slots[row] = slot;
            }

            foreach (ProductBias gate in isFirst ? product.Biases : [])
            {
                (CellBias bias, int row) = _biasRows[gate];
                int index = op.Biases.FindIndex(b => b.Bias == bias);
                if (index < 0)
                {
                    index = op.Biases.Count;
                    op.Biases.Add((bias, Enumerable.Repeat(-1, bias.Gates.Count).ToArray()));
                }

                op.Biases[index].Slots[row] = slot;
            }

            isFirst = false;
        }
    }
}
