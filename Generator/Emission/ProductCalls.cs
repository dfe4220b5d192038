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

    /// <summary>One sequence's products of the input for some steps, and what the state adds at each.</summary>
    public void Ahead(SourceWriter writer, ProductForm.Ahead form, Node node, Places places, Where where)
    {
        var site = new Site(plan, names, places, where, node);
        PackedAffine packed = plan.Pack.Find(node);
        WeightPanel panel = packed.Panels[0];
        Value x = node.Inputs[packed.Op.Source(panel.Terms[0])], h = node.Inputs[packed.Op.Source(panel.Terms[1])];
        string ahead = places.Local("ahead", $"Unsafe.Add(ref f.Scratch, {Text(plan.ScratchWidth)})"), weights = names.Weights(packed, 0, places), bias = names.Bias(packed, places);
        string method = $"Affine<T>.Forward<{names.Gates(panel)}>", stride = "wBlock: " + Text(panel.BlockStride);
        writer.Line($"if (t % {Text(form.Steps)} == 0)").Open();
        writer.Line($"// What the input adds, for this step and the next ones: [step][{Text(packed.Blocks)} blocks][gate][16].");
        writer.Statement(site.Call(method)
            .Group(Text(packed.Blocks), $"global::System.Math.Min({Text(form.Steps)}, {places.Steps(places.Loop!.Axis)} - t)", "ref " + ahead, Text(packed.Op.Slots * 16), Text(form.Width))
            .Group("ref " + weights, "ref " + bias)
            .Vector(x, stride).ToString()).Close().Line();
        writer.Statement(site.Call(method)
            .Group([Text(packed.Blocks), "1", .. Target(node, site)])
            .Group($"ref Unsafe.Add(ref {weights}, {Text(panel.TermOffsets[1])})", $"ref Unsafe.Add(ref {ahead}, t % {Text(form.Steps)} * {Text(form.Width)})")
            .Group(site.At(h), "0", "0").Vector(h, "reverse: " + places.Odd, stride).ToString());
    }

    /// <summary>Any number of rows: a call of the matrix kernel for each panel of weights.</summary>
    public void General(SourceWriter writer, Node node, Places places, Where where)
    {
        var site = new Site(plan, names, places, where, node);
        PackedAffine packed = plan.Pack.Find(node);
        Where turn = node.Region.Owner is null ? where : Where.Step;
        for (int p = 0; p < packed.Panels.Length; p++)
        {
            WeightPanel panel = packed.Panels[p];
            Value first = node.Inputs[packed.Op.Source(panel.Terms[0])];
            string[] order = Alternates(panel.BlockStride * packed.Blocks, turn) ? ["reverse: " + places.Odd] : [];
            KernelCall call = site.Call($"Affine<T>.{(p == 0 ? "Forward" : "Accumulate")}<{names.Gates(panel)}>")
                .Group([Text(packed.Blocks), site.Rows, .. Target(node, site)])
                .Group(["ref " + names.Weights(packed, p, places), .. p == 0 ? ["ref " + names.Bias(packed, places)] : System.Array.Empty<string>()]);
            call = panel.Terms.Length > 1 ? call.Vector(first).Vector(node.Inputs[packed.Op.Source(panel.Terms[1])], order) : call.Vector(first, order);
            writer.Statement(call.ToString());
        }
    }

    /// <summary>Where the sums go.</summary>
    private static string[] Target(Node node, Site site) => [site.At(node.Output), site.Places.Block(site.Room(node.Output)), Text(site.Room(node.Output).Row)];
}
