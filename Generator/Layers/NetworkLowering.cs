// From a checked declaration to a graph of forward ops: the input, each layer's recipe, the output and the loss.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class NetworkLowering
{
    /// <summary>Names of the results: output, out.LAYER, final.LAYER.STATE; with a loss also loss.input and loss.</summary>
    public static NetworkGraph Lower(NetworkSpec spec, NetworkShape shape)
    {
        var graph = new NetworkGraph();
        var axis = new Axis("time", spec.Arguments.Int("Timesteps"));
        var lowering = new Lowering(graph, axis) { Tokens = shape.Input.IsTokens ? shape.Input.Size : 0 };
        Shape input = shape.Input.IsTokens ? Shape.Seq(axis) with { Type = DType.I32 } : Shape.Seq(axis, shape.Input.Size);
        Value value = graph.Add(new InputOp("input", input));
        if (spec.Arguments.Bool("NormalizeInputs"))
        {
            value = Normalize(graph, value);
        }

        for (int i = 0; i < shape.Layers.Count; i++)
        {
            LayerSpec layer = shape.Layers[i];
            graph.Layer = lowering.Name = shape.Names[i].Name;
            lowering.Module = shape.Names[i].Module;
            lowering.ModuleLayer = shape.Names[i].ModuleLayer;
            lowering.Layer = i;
            lowering.Trainable = layer.Arguments.Bool("Trainable", true);
            lowering.Logits = null;
            value = Catalogue.Layers[layer.Kind].Lower(layer.Arguments, lowering, value);
            value.Name = value.Name.Length > 0 ? value.Name : "y";
            graph.Results["out." + lowering.Name] = value;
        }

        graph.Results["output"] = value;
        graph.Layer = "";
        if (shape.Loss != LossKind.None)
        {
            // The cross entropies read what is before the last activation, where they are stable.
            Value read = shape.Objective.FromLogits && lowering.Logits is { } logits ? logits : value;
            graph.Results["loss.input"] = read;
            graph.Results["loss"] = Losses.Lower(graph, shape.Objective, read, "target");
        }

        return graph;
    }

    /// <summary>(x - mean) / std, both kept with the network and never trained.</summary>
    private static Value Normalize(NetworkGraph graph, Value x)
    {
        graph.Layer = "normalization";
        Value mean = graph.Add(new ParamOp("normalization.mean", new Start("Zeros"), false, x.Shape.Width) { Optional = true });
        Value std = graph.Add(new ParamOp("normalization.std", new Start("Ones"), false, x.Shape.Width) { Optional = true });
        return graph.Add(new MapOp(MapKind.Div), graph.Add(new MapOp(MapKind.Sub), x, mean), std);
    }
}
