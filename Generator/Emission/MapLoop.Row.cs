// A product of one row and the loop behind it as one method: sums in registers, then the loop's arithmetic on them; and products with few
// units as dot products, any number of rows.
// Knows how sums are divided and weights walked; when this form is used is ProductForms' matter.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class MapLoop
{
    // Values of the loop that are sums of the product: their names, and their slots.
    private readonly List<(string Name, int Slot)> _sums = new();
    private RowProduct? _product;

    /// <summary>Writes a product and its loop for one row.</summary>
    public static LoopMethod WriteRow(ProgramPlan plan, RowProduct product)
    {
        var loop = new MapLoop(plan, product.Loop ?? new Task(0, product.Node), RowNames(product)) { _product = product };
        Sight to = plan.SightOf(product.Node.Output, product.Node.Region);
        if (product.Loop is not null)
        {
            loop.Compute();
        }
        else if (!product.IsDot)
        {
            string sum = loop._symbols.Add("sum", "sum");
            loop._sums.Add((sum, RowTerm.Slots(product.Mask).Single()));
            loop._lines.Add(new("T.Store(ref " + loop.Reference(to, store: true) + ", " + loop.Index(to) + ", " + sum + ");", 1));
        }

        string body = product.IsDot ? loop.DotBody(product, loop.Reference(to, store: true)) : loop.RowBody(product);
        IEnumerable<string> sources = product.Terms.Select((_, i) => "ref float " + SourceName(i));
        return new LoopMethod([.. sources, "ref float weights", "ref float bias", .. loop._parameters], loop._arguments, body, loop._symbols, loop._operations) { TakesRows = product.IsDot };
    }

    /// <summary>Variables that every such method has.</summary>
    private static IEnumerable<string> RowNames(RowProduct product)
    {
        IEnumerable<string> sums = Enumerable.Range(0, product.Blocks).SelectMany(b => RowTerm.Slots(product.Mask).SelectMany(s => Enumerable.Range(0, product.Chains).Select(c => Chain(b, s, c))));
        return ((string[])["k", "w", "x", "y", "s", "weights", "bias"]).Concat(product.Terms.Select((_, i) => SourceName(i))).Concat(sums);
    }

    /// <summary>A value of the product, if it is one.</summary>
    private string? Sum(Value value)
    {
        if (_product is null)
        {
            return null;
        }

        int slot = value == _product.Node.Output ? RowTerm.Slots(_product.Mask).First()
            : value.Producer is { Op: SlotOp taken } && value.Producer.Inputs[0] == _product.Node.Output ? taken.Slot : -1;
        if (slot < 0)
        {
            return null;
        }

        string name = _symbols.Add(value.Name.Length > 0 ? value.Name : "sum", "sum");
        _sums.Add((name, slot));
        return _names[value] = name;
    }

    private string RowBody(RowProduct product)
    {
        var writer = new SourceWriter();
        Write(writer, Constants);
        writer.Line("for (int lane = 0; lane < 16; lane += T.Count)").Open();
        for (int b = 0; b < product.Blocks; b++)
        {
            Write(writer, RowTerm.Slots(product.Mask).Select(slot => Bias(product, b, slot)));
        }

        for (int i = 0; i < product.Terms.Count; i++)
        {
            WriteTerm(writer, product, product.Terms[i], SourceName(i));
        }

        for (int b = 0; b < product.Blocks; b++)
        {
            WriteBlock(writer, product, b);
        }

        writer.Close();
        return writer.ToString();
    }

    /// <summary>A sum begins with its bias, its further parts with zero.</summary>
    private static Statement Bias(RowProduct product, int block, int slot)
    {
        string others = string.Concat(Enumerable.Range(1, product.Chains - 1).Select(c => ", " + Chain(block, slot, c) + " = default"));
        return new("T " + Chain(block, slot, 0) + " = T.Load(ref bias, lane" + Plus(16 * ((block * product.Packed.Op.Slots) + slot)) + ")" + others + ";", 1);
    }

    /// <summary>Few units: the input is read by vectors, once for each unit. What lies in its padding may be anything, and is left out.</summary>
    private string DotBody(RowProduct product, string output)
    {
        var writer = new SourceWriter();
        int units = product.Packed.Op.Units, inputs = product.Packed.Inputs, row = PackParameters.Pad(inputs), full = inputs / 16 * 16;
        string[] sums = Enumerable.Range(0, units).Select(_ => _symbols.Add("sum", "sum")).ToArray();
        writer.Line($"for (nint row = 0, s = 0, y = 0; row < rows; row++, s += {Text(_plan.Views[product.Terms[0].Source].Room.Row)}, y += {Text(_plan.Views[product.Node.Output].Room.Row)})").Open();
        writer.Line("T " + string.Join(", ", sums.Select(s => s + " = default")) + ";");
        if (full > 0)
        {
            Products("0", full, new($"T x = T.Load(ref {SourceName(0)}, s + k);", 1));
        }

        if (full < row)
        {
            Products(Text(full), row, new($"T x = T.Select(T.Load(ref weights, k{Plus((units * row) - full)}), T.Load(ref {SourceName(0)}, s + k), default);", 3));
        }

        Write(writer, sums.Select((sum, u) => new Statement($"Unsafe.Add(ref {output}, y{Plus(u)}) = {(u == 0 ? "bias" : $"Unsafe.Add(ref bias, {Text(u)})")} + T.Sum({sum});", 1)));
        writer.Close();
        return writer.ToString();

        void Products(string from, int to, Statement x)
        {
            writer.Line($"for (nint k = {from}; k < {Text(to)}; k += T.Count)").Open();
            Write(writer, [x]);
            Write(writer, sums.Select((sum, u) => new Statement($"{sum} = T.FmaMem(x, ref weights, k{Plus(u * row)}, {sum});", 1)));
            writer.Close();
        }
    }

    private void WriteTerm(SourceWriter writer, RowProduct product, RowTerm term, string source)
    {
        int chains = System.Math.Min(product.Chains, term.Count), turns = term.Count / chains;
        string start = "lane" + Plus(term.Offset);
        if (turns > 1)
        {
            string next = chains == 1 ? "k++" : "k += " + Text(chains);
            writer.Line($"for (nint k = 0, w = {start}; k < {Text(turns * chains)}; {next}, w += {Text(chains * term.Step)})").Open();
            for (int c = 0; c < chains; c++)
            {
                WriteInput(writer, product, term, source + ", k" + Plus(c), "w", c * term.Step, c, alone: chains == 1);
            }

            writer.Close();
        }

        for (int k = turns > 1 ? turns * chains : 0; k < term.Count; k++)
        {
            WriteInput(writer, product, term, source + ", " + Text(k), "lane", term.Offset + (k * term.Step), k % chains);
        }
    }

    /// <summary>What one input adds to all sums; in braces unless it stands alone.</summary>
    private void WriteInput(SourceWriter writer, RowProduct product, RowTerm term, string source, string weights, int offset, int chain, bool alone = false)
    {
        List<int> slots = RowTerm.Slots(term.Mask).ToList();
        if (!alone)
        {
            writer.Open();
        }

        Write(writer, [new("T x = T.Set(Unsafe.Add(ref " + source + "));", 1)]);
        for (int b = 0; b < product.Blocks; b++)
        {
            Write(writer, slots.Select((slot, i) => Product(Chain(b, slot, chain), weights + Plus(offset + (b * product.BlockStride) + (16 * i)))));
        }

        if (!alone)
        {
            writer.Close();
        }
    }

    private static Statement Product(string sum, string weight) => new(sum + " = T.FmaMem(x, ref weights, " + weight + ", " + sum + ");", 1);

    private void WriteBlock(SourceWriter writer, RowProduct product, int block)
    {
        if (product.Blocks > 1)
        {
            writer.Open();
        }

        Write(writer, _sums.Select(s => new Statement("T " + s.Name + " = " + Sum(product, block, s.Slot) + ";", product.Chains - 1)));
        foreach ((Stride stride, string name) in Indices)
        {
            writer.Line("nint " + name + " = " + stride.At(block) + ";");
        }

        Write(writer, _shared.Concat(_loads).Concat(_lines));
        if (product.Blocks > 1)
        {
            writer.Close();
        }
    }

    /// <summary>A sum, of its parts.</summary>
    private static string Sum(RowProduct product, int block, int slot)
    {
        string[] parts = Enumerable.Range(0, product.Chains).Select(c => Chain(block, slot, c)).ToArray();
        return parts.Length == 4 ? $"({parts[0]} + {parts[1]}) + ({parts[2]} + {parts[3]})" : string.Join(" + ", parts);
    }

    private static string Plus(int offset) => offset == 0 ? "" : " + " + Text(offset);

    private static string SourceName(int term) => "source" + (term == 0 ? "" : Text(term + 1));

    private static string Chain(int block, int slot, int chain) => "sum" + Text(block) + Text(slot) + (chain == 0 ? "" : "abc"[chain - 1].ToString());
}
