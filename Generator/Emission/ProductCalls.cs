// The statements of a product with weights, one method for each of its forms. Which form it has is ProductForms' matter.
// Knows the matrix kernels (SeqGen.Kernels.V1) and the methods of MapLoop; knows no layer.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed class ProductCalls(ProgramPlan plan, ParameterNames names, LoopLibrary loops)
{
    /// <summary>Whether a product that is made at every step walks its weights back and forth: what was read last is still in the first-level
    /// cache when the next step begins. Results are the same, bit for bit. Layers share that cache, so a quarter of it is enough to make it worth it;
    /// smaller ones stay there whichever way they are walked.</summary>
    public static bool Alternates(int floats, Where where) => where == Where.Step && floats >= ProductForms.FirstLevelCache / 4;

    /// <summary>Dot products for any number of rows.</summary>
    public void Dots(SourceWriter writer, ProductForm.Dots form, Places places, Where where)
    {
        RowProduct product = form.Product;
        var site = new Site(plan, names, places, where, product.Node);
        string name = loops.NameOf(form.Method);
        writer.Statement(site.Call(name + "<T>").Group(site.Rows).Group(site.At(product.Terms[0].Source))
            .Group("ref " + names.UnitRows(product.Packed, places)).Group("ref " + names.Bias(product.Packed, places))
            .Each(form.Method.Arguments.Select(a => site.Argument(a))).ToString());
    }

    /// <summary>One row's product and the loop behind it.</summary>
    public void Row(SourceWriter writer, ProductForm.Row form, Places places, Where where)
    {
        RowProduct product = form.Product;
        var site = new Site(plan, names, places, where, product.Node);
        string name = loops.NameOf(form.Method), sums = "ref " + places.At(plan.Views[product.Node.Output], where);
        if (form.Kept is { } kept)
        {
            writer.Line("if (T.Count < 16)").Open();
            writer.Line("// The state is read to the end before it is written.");
            writer.Statement($"Moves.Copy(ref {places.At(plan.Views[kept], where)}, {sums}, 1, {Text(site.Room(kept).Row)})").Close().Line();
        }

        string weights = "ref " + names.Weights(product.Packed, 0, places), bias = "ref " + names.Bias(product.Packed, places);
        IEnumerable<string> sources = product.Terms.Select(t => t.Source).Select(s => s == form.Kept ? $"ref (T.Count < 16 ? {sums} : {site.At(s)})" : site.At(s));
        writer.Statement(site.Call(name + "<T>").Each(sources).Group(weights).Group(bias).Each(form.Method.Arguments.Select(a => site.Argument(a))).ToString());
    }

    /// <summary>Any number of rows: a call of the matrix kernel for each panel of weights.</summary>
    public void General(SourceWriter writer, Node node, Places places, Where where)
    {
        PackedAffine packed = plan.Pack.Find(node);
        for (int p = 0; p < packed.Panels.Length; p++)
        {
            Panel(writer, new Site(plan, names, places, where, node), p, packed.Panels[p].Terms);
        }
    }

    /// <summary>Whether a product that is made for a span of steps has terms that are not.</summary>
    public bool HasLate(Node node) => plan.Pack.Find(node).Panels.Any(p => Late(node, p).Length > 0);

    /// <summary>What inputs add to all steps of a span.</summary>
    public void Early(SourceWriter writer, Node node, Places places) =>
        Panels(writer, new Site(plan, names, places, Where.Part, node), p => p.Terms.Except(Late(node, p)).ToArray());

    /// <summary>What else there is to add at a step.</summary>
    public void Late(SourceWriter writer, Node node, Places places) => Panels(writer, new Site(plan, names, places, Where.Step, node), p => Late(node, p));

    private void Panels(SourceWriter writer, Site site, System.Func<WeightPanel, int[]> terms)
    {
        WeightPanel[] panels = plan.Pack.Find(site.Node).Panels;
        for (int p = 0; p < panels.Length; p++)
        {
            if (terms(panels[p]) is { Length: > 0 } some)
            {
                Panel(writer, site, p, some);
            }
        }
    }

    /// <summary>The terms of a panel that wait for their step: a first one that does takes the second along.</summary>
    private static int[] Late(Node node, WeightPanel panel) => panel.Terms.SkipWhile(k => Spans.IsEarly(node, k)).ToArray();

    /// <summary>A call of the matrix kernel for one panel of weights, or for one of its two terms.</summary>
    private void Panel(SourceWriter writer, Site site, int number, int[] terms)
    {
        Node node = site.Node;
        PackedAffine packed = plan.Pack.Find(node);
        WeightPanel panel = packed.Panels[number];
        bool begins = number == 0 && terms[0] == panel.Terms[0], isSecond = terms[0] != panel.Terms[0], isPart = terms.Length < panel.Terms.Length;
        Where turn = node.Region.Owner is null ? site.Where : Where.Step;
        Value first = node.Inputs[packed.Op.Source(terms[0])];
        string weights = names.Weights(packed, number, site.Places), stride = Text(panel.BlockStride);
        bool alternates = Alternates(panel.BlockStride * packed.Blocks, turn);
        List<string> order = alternates ? ["reverse: " + site.Places.Odd] : [];
        KernelCall call = site.Call($"Affine<T>.{(begins ? "Forward" : "Accumulate")}<{names.Gates(panel)}>")
            .Group([Text(packed.Blocks), site.Rows, .. Target(node, site)])
            .Group([isSecond ? $"ref Unsafe.Add(ref {weights}, {Text(panel.TermOffsets[1])})" : "ref " + weights, .. begins ? ["ref " + names.Bias(packed, site.Places)] : System.Array.Empty<string>()]);
        if (isSecond)
        {
            call = call.Group(site.At(first), "0", "0").Vector(first, alternates ? site.Places.Odd : "false", stride);
        }
        else if (isPart && !begins)
        {
            call = call.Vector(first).Group(site.At(first), "0", "0", alternates ? site.Places.Odd : "false", stride);
        }
        else
        {
            order.AddRange(isPart ? ["wBlock: " + stride] : System.Array.Empty<string>());
            call = terms.Length > 1 ? call.Vector(first).Vector(node.Inputs[packed.Op.Source(terms[1])], order.ToArray()) : call.Vector(first, order.ToArray());
        }

        writer.Statement(call.ToString());
    }

    /// <summary>Where the sums go.</summary>
    private static string[] Target(Node node, Site site) => [site.At(node.Output), site.Places.Block(site.Room(node.Output)), Text(site.Room(node.Output).Row)];
}
