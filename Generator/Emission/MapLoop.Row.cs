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
        var loop = new MapLoop(plan, product.Loop ?? new Task(0, product.Node)) { _product = product };
        loop._used.UnionWith(["k", "w", "x", "y", "s", "weights", "bias"]);
        loop._used.UnionWith(product.Terms.Select((_, i) => SourceName(i)));
        loop._used.UnionWith(Enumerable.Range(0, product.Blocks).SelectMany(b => RowTerm.Slots(product.Mask).SelectMany(s => Enumerable.Range(0, product.Chains).Select(c => Chain(b, s, c)))));
        if (product.Loop is not null)
        {
            loop.Compute();
        }
        else if (!product.IsDot)
        {
            string sum = loop.Fresh("sum");
            loop._sums.Add((sum, RowTerm.Slots(product.Mask).Single()));
            Sight to = plan.SightOf(product.Node.Output, product.Node.Region);
            loop._lines.Add("T.Store(ref " + loop.Reference(to, store: true) + ", " + loop.Index(to) + ", " + sum + ");");
        }

        string body = product.IsDot ? loop.DotBody(product, loop.Reference(plan.SightOf(product.Node.Output, product.Node.Region), store: true)) : loop.RowBody(product);
        List<string> parameters = product.Terms.Select((_, i) => "ref float " + SourceName(i)).Concat(["ref float weights", "ref float bias"]).Concat(loop._parameters).ToList();
        return new LoopMethod(parameters, loop._arguments, body) { TakesRows = product.IsDot };
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

        string name = Fresh(value.Name.Length > 0 ? value.Name : "sum");
        _sums.Add((name, slot));
        return _names[value] = name;
    }

    private string RowBody(RowProduct product)
    {
        var writer = new SourceWriter();
        foreach (KeyValuePair<string, string> constant in _constants)
        {
            writer.Line("T " + constant.Value + " = T.Set(" + constant.Key + ");");
        }

        writer.Line("for (int lane = 0; lane < 16; lane += T.Count)").Open();
        List<int> slots = RowTerm.Slots(product.Mask).ToList();
        for (int b = 0; b < product.Blocks; b++)
        {
            foreach (int slot in slots)
            {
                string at = "lane" + (b + slot == 0 ? "" : " + " + Text(16 * ((b * product.Packed.Op.Slots) + slot)));
                writer.Line("T " + Chain(b, slot, 0) + " = T.Load(ref bias, " + at + ")"
                    + string.Concat(Enumerable.Range(1, product.Chains - 1).Select(c => ", " + Chain(b, slot, c) + " = default")) + ";");
            }
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

    /// <summary>Few units: the input is read by vectors, once for each unit. What lies in its padding may be anything, and is left out.</summary>
    private string DotBody(RowProduct product, string output)
    {
        var writer = new SourceWriter();
        int units = product.Packed.Op.Units, inputs = product.Packed.Inputs, row = PackParameters.Pad(inputs), full = inputs / 16 * 16;
        string[] sums = Enumerable.Range(0, units).Select(_ => Fresh("sum")).ToArray();
        writer.Line($"for (nint row = 0, s = 0, y = 0; row < rows; row++, s += {Text(_plan.Views[product.Terms[0].Source].Room.Row)}, y += {Text(_plan.Views[product.Node.Output].Room.Row)})").Open();
        writer.Line("T " + string.Join(", ", sums.Select(s => s + " = default")) + ";");
        if (full > 0)
        {
            Products("0", full, $"T.Load(ref {SourceName(0)}, s + k)");
        }

        if (full < row)
        {
            Products(Text(full), row, $"T.Select(T.Load(ref weights, k{Plus((units * row) - full)}), T.Load(ref {SourceName(0)}, s + k), default)");
        }

        for (int u = 0; u < units; u++)
        {
            string bias = u == 0 ? "bias" : $"Unsafe.Add(ref bias, {Text(u)})";
            writer.Line($"Unsafe.Add(ref {output}, y{Plus(u)}) = {bias} + T.Sum({sums[u]});");
        }

        writer.Close();
        return writer.ToString();

        void Products(string from, int to, string x)
        {
            writer.Line($"for (nint k = {from}; k < {Text(to)}; k += T.Count)").Open();
            writer.Line("T x = " + x + ";");
            for (int u = 0; u < units; u++)
            {
                writer.Line($"{sums[u]} = T.FmaMem(x, ref weights, k{Plus(u * row)}, {sums[u]});");
            }

            writer.Close();
        }
    }

    private void WriteTerm(SourceWriter writer, RowProduct product, RowTerm term, string source)
    {
        int chains = System.Math.Min(product.Chains, term.Count), turns = term.Count / chains;
        string start = "lane" + (term.Offset == 0 ? "" : " + " + Text(term.Offset));
        if (turns > 1)
        {
            writer.Line($"for (nint k = 0, w = {start}; k < {Text(turns * chains)}; k += {Text(chains)}, w += {Text(chains * term.Step)})").Open();
            for (int c = 0; c < chains; c++)
            {
                WriteInput(writer, product, term, source + ", k" + Plus(c), "w", c * term.Step, c);
            }

            writer.Close();
        }

        for (int k = turns > 1 ? turns * chains : 0; k < term.Count; k++)
        {
            WriteInput(writer, product, term, source + ", " + Text(k), "lane", term.Offset + (k * term.Step), k % chains);
        }
    }

    private static void WriteInput(SourceWriter writer, RowProduct product, RowTerm term, string source, string weights, int offset, int chain)
    {
        List<int> slots = RowTerm.Slots(term.Mask).ToList();
        writer.Open();
        writer.Line("T x = T.Set(Unsafe.Add(ref " + source + "));");
        for (int b = 0; b < product.Blocks; b++)
        {
            for (int i = 0; i < slots.Count; i++)
            {
                string sum = Chain(b, slots[i], chain);
                writer.Line(sum + " = T.FmaMem(x, ref weights, " + weights + Plus(offset + (b * product.BlockStride) + (16 * i)) + ", " + sum + ");");
            }
        }

        writer.Close();
    }

    private void WriteBlock(SourceWriter writer, RowProduct product, int block)
    {
        if (product.Blocks > 1)
        {
            writer.Open();
        }

        foreach ((string name, int slot) in _sums)
        {
            string[] chains = Enumerable.Range(0, product.Chains).Select(c => Chain(block, slot, c)).ToArray();
            string sum = chains.Length == 4 ? $"({chains[0]} + {chains[1]}) + ({chains[2]} + {chains[3]})" : string.Join(" + ", chains);
            writer.Line("T " + name + " = " + sum + ";");
        }

        foreach (KeyValuePair<Stride, string> index in _indices.OrderBy(i => i.Value, System.StringComparer.Ordinal))
        {
            writer.Line("nint " + index.Value + " = " + index.Key.At(block) + ";");
        }

        foreach (string line in _shared.OrderBy(s => s.Value, System.StringComparer.Ordinal).Select(s => s.Value).Concat(_loads).Concat(_lines))
        {
            writer.Line(line);
        }

        if (product.Blocks > 1)
        {
            writer.Close();
        }
    }

    private static string Plus(int offset) => offset == 0 ? "" : " + " + Text(offset);

    private static string SourceName(int term) => "source" + (term == 0 ? "" : Text(term + 1));

    private static string Chain(int block, int slot, int chain) => "sum" + Text(block) + Text(slot) + (chain == 0 ? "" : "abc"[chain - 1].ToString());
}
