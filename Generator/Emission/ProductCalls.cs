// The statements of a product with weights, one method for each of its forms. Which form it has is ProductForms' matter.
// Knows the matrix kernels (SeqGen.Kernels.V1) and the methods of MapLoop; knows no layer.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

internal sealed class ProductCalls(ProgramPlan plan, ParameterNames names, LoopLibrary loops)
{
    /// <summary>Dot products for any number of rows.</summary>
    /// <param name="form">The product.</param>
    /// <param name="rows">How many rows, as an expression.</param>
    public string Dots(ProductForm.Dots form, Places places, Where where, string rows)
    {
        RowProduct product = form.Product;
        string name = loops.Add(names.Pascal(product.Node.Layer) + "Dots", form.Method);
        return KernelCalls.Call(
            name + "<T>",
            [rows, "ref " + At(product.Terms[0].Source, product.Node, places, where), $"ref {names.UnitRows(product.Packed, places)}", $"ref {names.Bias(product.Packed, places)}",
            .. Arguments(form.Method, places, where)]);
    }

    /// <summary>One row's product and the loop behind it.</summary>
    public string[] Row(ProductForm.Row form, Places places, Where where)
    {
        RowProduct product = form.Product;
        View z = plan.Views[product.Node.Output];
        string name = loops.Add(names.Pascal(product.Node.Layer) + "Row", form.Method);
        IEnumerable<string> sources = product.Terms.Select(t => Source(t.Source));
        string[] parameters = [$"ref {names.Weights(product.Packed, 0, places)}", $"ref {names.Bias(product.Packed, places)}"];
        string[] keep = form.Kept is not { } kept ? [] :
        [
            "if (T.Count < 16)", "{", "    // The state is read to the end before it is written.",
            $"    Moves.Copy(ref {places.At(plan.Views[kept], where)}, ref {places.At(z, where)}, 1, {Text(plan.Views[kept].Room.Row)});", "}", "",
        ];
        return [.. keep, KernelCalls.Call(name + "<T>", [.. sources, .. parameters, .. Arguments(form.Method, places, where)])];

        string Source(Value source)
        {
            string at = At(source, product.Node, places, where);
            return source != form.Kept ? "ref " + at : $"ref (T.Count < 16 ? ref {places.At(z, where)} : ref {at})";
        }
    }

    /// <summary>One sequence's products of the input for some steps, and what the state adds at each.</summary>
    public IEnumerable<string> Ahead(ProductForm.Ahead form, Node node, Places places, Where where)
    {
        var op = (AffineOp)node.Op;
        PackedAffine packed = plan.Pack.Find(node);
        WeightPanel panel = packed.Panels[0];
        int input = panel.Terms[0], state = panel.Terms[1];
        string blocks = Text(packed.Blocks), row = Text(form.Width), ahead = places.Local("ahead", $"Unsafe.Add(ref f.Scratch, {Text(plan.ScratchWidth)})");
        string method = $"Affine<T>.Forward<{names.Gates(panel)}>", weights = names.Weights(packed, 0, places), stride = $", wBlock: {Text(panel.BlockStride)}";
        string x = Source(node, op, input, places, where), h = Source(node, op, state, places, where);
        string noX = $"ref {At(node.Inputs[op.Source(state)], node, places, where)}, 0, 0", noH = $"ref {At(node.Inputs[op.Source(input)], node, places, where)}, 0, 0";
        yield return $"if (t % {Text(form.Steps)} == 0)";
        yield return "{";
        yield return $"    // What the input adds, for this step and the next ones: [step][{blocks} blocks][gate][16].";
        yield return Indented(KernelCalls.Call(
            method, $"{blocks}, global::System.Math.Min({Text(form.Steps)}, {places.Steps(places.Loop!.Axis)} - t), ref {ahead}, {Text(op.Slots * 16)}, {row}",
            $"ref {weights}, ref {names.Bias(packed, places)}", x, noH + stride));
        yield return "}";
        yield return "";
        yield return KernelCalls.Call(
            method, Target(node, packed, "1", places, where),
            $"ref Unsafe.Add(ref {weights}, {Text(panel.TermOffsets[1])}), ref Unsafe.Add(ref {ahead}, t % {Text(form.Steps)} * {row})", noX, h + ", reverse: odd" + stride);
    }

    /// <summary>Any number of rows: a call of the matrix kernel for each panel of weights.</summary>
    public IEnumerable<string> General(Node node, Places places, Where where, string rows)
    {
        var op = (AffineOp)node.Op;
        PackedAffine packed = plan.Pack.Find(node);
        string target = Target(node, packed, rows, places, where);
        for (int p = 0; p < packed.Panels.Length; p++)
        {
            WeightPanel panel = packed.Panels[p];
            List<string> sources = panel.Terms.Select(k => Source(node, op, k, places, where)).ToList();
            if (panel.Terms.Length == 1)
            {
                sources.Add($"ref {At(node.Inputs[op.Source(panel.Terms[0])], node, places, where)}, 0, 0 /* no second source */");
            }

            string weights = $"ref {names.Weights(packed, p, places)}" + (p == 0 ? $", ref {names.Bias(packed, places)}" : "");
            if (KernelCalls.Alternates(panel.BlockStride * packed.Blocks, where))
            {
                sources[sources.Count - 1] += ", reverse: odd";
            }

            yield return KernelCalls.Call($"Affine<T>.{(p == 0 ? "Forward" : "Accumulate")}<{names.Gates(panel)}>", [target, weights, .. sources]);
        }
    }

    private IEnumerable<string> Arguments(LoopMethod method, Places places, Where where) => method.Arguments.Select(a => KernelCalls.Argument(a, plan, names, places, where));

    private string Target(Node node, PackedAffine packed, string rows, Places places, Where where)
    {
        Room z = plan.Views[node.Output].Room;
        return $"{Text(packed.Blocks)}, {rows}, ref {At(node.Output, node, places, where)}, {places.Block(z)}, {Text(z.Row)}";
    }

    private string Source(Node node, AffineOp op, int term, Places places, Where where)
    {
        Value source = node.Inputs[op.Source(term)];
        return $"ref {At(source, node, places, where)}, {Text(source.Shape.Width)}, {Text(plan.Views[source].Room.Row)}";
    }

    private string At(Value value, Node reader, Places places, Where where) => places.At(plan.ViewIn(value, reader.Region), where);

    private static string Indented(string lines) => lines.Length == 0 ? "" : "    " + lines.Replace("\n", "\n    ");

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
