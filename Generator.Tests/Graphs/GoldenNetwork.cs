// A golden case as a graph: its layers by the test-side recipes, its loss, and its gradients by the reverse walk alone.
// Knows which result belongs to which tensor; knows no layer's equations.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Graphs;

/// <summary>Which passes run on a graph after it is written.</summary>
internal sealed record PassChoice(bool RecomputeCheap, bool GatherGradients)
{
    public static IReadOnlyList<PassChoice> All { get; } = [new(true, true), new(true, false), new(false, true), new(false, false)];
}

internal static class GoldenNetwork
{
    /// <summary>The graph of the forward pass and the loss.</summary>
    public static NetworkGraph Forward(GoldenCase golden)
    {
        var write = new GraphWriter(golden);
        JsonElement model = golden.Json.GetProperty("model");
        Value logits = GoldenJson.Text(model, "type") == "seq2seq" ? Seq2SeqRecipe.Write(write, model) : Stack(write, model);
        write.Graph.Results["loss"] = Loss(write, golden.Json.GetProperty("loss"), logits);
        Verifier.Check(write.Graph);
        return write.Graph;
    }

    /// <summary>The same with the gradients of every parameter, input and initial state.</summary>
    public static NetworkGraph WithGradients(GoldenCase golden, PassChoice passes)
    {
        NetworkGraph graph = Forward(golden);
        AddGradients(graph, passes);
        return graph;
    }

    public static void AddGradients(NetworkGraph graph, PassChoice passes)
    {
        IReadOnlyDictionary<Value, Value> gradients = Differentiate.Run(
            graph, new DifferentiateOptions(graph.Results["loss"], null, op => NameOf(op).Length > 0, passes.RecomputeCheap));
        foreach (KeyValuePair<Value, Value> pair in gradients)
        {
            graph.Results["grad." + NameOf(pair.Key.Producer!.Op)] = pair.Value;
        }

        Verifier.Check(graph);
        if (passes.GatherGradients)
        {
            GatherGradients.Run(graph);
            Verifier.Check(graph);
        }

        RemoveUnused.Run(graph);
        Verifier.Check(graph);
    }

    /// <summary>The tensor whose gradient a source's is; empty for what is not differentiated.</summary>
    private static string NameOf(Op op) => op switch
    {
        ParamOp param => param.Parameter,
        InputOp input when input.Port is not ("target" or "labels") => input.Port,
        _ => "",
    };

    /// <summary>An input port with the shape that the case's description says.</summary>
    public static Value Port(GraphWriter write, JsonElement input, Axis axis)
    {
        bool tokens = GoldenJson.Text(input, "holds") == "index";
        Shape shape = tokens ? Shape.Seq(axis) with { Type = DType.I32 } : Shape.Seq(axis, GoldenJson.Int(input, "features"));
        return write.Graph.Add(new InputOp(GoldenJson.Text(input, "tensor"), shape));
    }

    private static Value Stack(GraphWriter write, JsonElement model)
    {
        Value x = Port(write, model.GetProperty("input"), write.Time);
        foreach (JsonElement layer in model.GetProperty("layers").EnumerateArray())
        {
            x = Layer(write, layer, x);
            if (layer.GetProperty("output").GetString() is { } tensor)
            {
                write.Graph.Results[tensor] = x;
            }
        }

        return model.GetProperty("logits").ValueKind == JsonValueKind.Null ? x : write.Graph.Results["logits"];
    }

    private static Value Layer(GraphWriter write, JsonElement layer, Value x) => GoldenJson.Text(layer, "kind") switch
    {
        "rnn" => RecurrentRecipes.Rnn(write, layer, x),
        "lstm" => LstmRecipe.Write(write, layer, x),
        "gru" => GruRecipe.Write(write, layer, x),
        "dense" => FeedForwardRecipes.Dense(write, layer, x),
        "embedding" => FeedForwardRecipes.Embedding(write, layer, x),
        "conv1d" => FeedForwardRecipes.Convolution(write, layer, x),
        "dropout" => FeedForwardRecipes.Dropout(write, layer, x),
        "elman" => ContextRecipes.Elman(write, layer, x),
        "jordan" => ContextRecipes.Jordan(write, layer, x),
        "elman2" => ContextRecipes.SecondOrderElman(write, layer, x),
        "ntm" => TuringMachineRecipe.Write(write, layer, x),
        string kind => throw new GraphException($"the test recipes have no layer {kind}"),
    };

    private static Value Loss(GraphWriter write, JsonElement loss, Value y)
    {
        LossKind kind = GoldenJson.Text(loss, "kind") switch
        {
            "mse" => LossKind.MeanSquaredError,
            "mae" => LossKind.MeanAbsoluteError,
            "huber" => LossKind.Huber,
            "bce_with_logits" => LossKind.BinaryCrossEntropy,
            "softmax_cross_entropy" or "cross_entropy" => LossKind.SoftmaxCrossEntropy,
            "ctc" => LossKind.Ctc,
            string other => throw new NotSupportedException(other),
        };
        double option = kind switch
        {
            LossKind.Huber => loss.GetProperty("delta").GetDouble(),
            LossKind.Ctc => loss.GetProperty("blank").GetDouble(),
            _ => 0,
        };
        Shape target = kind switch
        {
            LossKind.SoftmaxCrossEntropy => y.Shape.WithDims() with { Type = DType.I32 },
            LossKind.Ctc => Shape.Seq(new Axis("labels", 0)) with { Type = DType.I32 },
            _ => y.Shape,
        };
        return write.Graph.Add(new LossOp(kind, option), y, write.Graph.Add(new InputOp("target", target)));
    }
}
