// What each layer costs, for tables: parameters and multiply-adds, counted off the graph. Knows no layer by name.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Emission;

internal sealed record LayerCost(string Name, string Kind, string Description, string Shape, long Parameters, long MultiplyAdds)
{
    public static IReadOnlyList<LayerCost> Of(NetworkSpec spec, NetworkShape shape, NetworkGraph graph)
    {
        List<Node> nodes = graph.Root.Nodes.SelectMany(n => n is Scan scan ? scan.Body.Nodes : [n]).ToList();
        var costs = new List<LayerCost>();
        for (int i = 0; i < shape.Layers.Count; i++)
        {
            LayerSpec layer = shape.Layers[i];
            Signal signal = shape.Signals[i];
            List<Node> own = nodes.Where(n => n.Layer == shape.Names[i].Name).ToList();
            long parameters = own.Where(n => n.Op is ParamOp).Sum(n => (long)n.Output.Shape.Size * (((ParamOp)n.Op).Untied?.Max ?? 1));
            long multiplyAdds = own.Where(n => n.Op is AffineOp).Sum(Products);
            string steps = signal.IsSequence ? signal.Steps.ToString(CultureInfo.InvariantCulture) + ", " : "";
            costs.Add(new LayerCost(shape.Names[i].Name, layer.Kind, Describe(layer), "[" + steps + signal.Size.ToString(CultureInfo.InvariantCulture) + "]", parameters, multiplyAdds));
        }

        return costs;
    }

    private static long Products(Node node)
    {
        var op = (AffineOp)node.Op;
        return Enumerable.Range(0, op.Terms.Count).Sum(k => (long)op.Terms[k].Count(s => s >= 0) * op.Units * node.Inputs[op.Source(k)].Shape.Width);
    }

    /// <summary>The arguments as they were written, e.g. <c>64, Returns = Last</c>.</summary>
    private static string Describe(LayerSpec layer) => string.Join(", ", layer.Arguments.Items.Where(a => a.Name != "Name" && (a.Name != "CustomActivation" || layer.Function is null)).Select((a, i) =>
    {
        string value = a.Value is "Custom" && layer.Function is { } function ? function.Title : a.Value is bool flag ? (flag ? "true" : "false") : System.Convert.ToString(a.Value, CultureInfo.InvariantCulture) ?? "";
        return i == 0 && a.Name is "Units" or "Size" or "Rate" ? value : a.Name + " = " + value;
    }));
}
