// Layers without state as ops: dense, embedding, convolution, dropout.
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Graphs;

internal static class FeedForwardRecipes
{
    public static Value Dense(GraphWriter write, JsonElement layer, Value x)
    {
        Value logits = write.Dense(layer, "", x);
        string activation = GoldenJson.Text(layer, "activation");
        if (activation == "softmax")
        {
            write.Graph.Results["logits"] = logits;
        }

        return write.Activate(activation, logits);
    }

    public static Value Embedding(GraphWriter write, JsonElement layer, Value tokens) =>
        write.Graph.Add(new GatherOp(), write.Parameter(layer, "weight"), tokens);

    public static Value Convolution(GraphWriter write, JsonElement layer, Value x)
    {
        var window = new Window(GoldenJson.Int(layer, "kernel_size"), GoldenJson.Int(layer, "dilation"), 1, GoldenJson.Text(layer, "padding") == "causal");
        Axis output = window.Output(x.Shape.Axis!, GoldenJson.Text(layer, "name") + "_time");
        Value windows = write.Graph.Add(new UnfoldOp(window, output), x);
        return write.Activate(GoldenJson.Text(layer, "activation"), write.Dense(layer, "", windows));
    }

    public static Value Dropout(GraphWriter write, JsonElement layer, Value x) =>
        write.Mul(x, write.Mask(GoldenJson.Text(layer, "mask"), NoiseLife.Step, x.Shape));
}
