// The compiler's own layer recipes on the golden cases that they can declare: the description becomes a declaration, the declaration a graph.
// Knows how a case is written as attributes; the recipes beyond these are the test-side ones in Graphs/.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Generator.Tests.Graphs;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

[Trait("Category", "GoldenInterpreter")]
public class DeclaredGoldenTests
{
    public static TheoryData<string> Cases => new(GoldenCase.Names().Where(name => Declare(GoldenCase.Load(name)) is not null));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_declared_case_gives_the_reference_results_with_every_choice_of_passes(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        foreach (PassChoice passes in PassChoice.All)
        {
            NetworkGraph graph = Lower(golden);
            GoldenNetwork.AddGradients(graph, passes);
            if (TruncatedRun.IsOne(golden))
            {
                TruncatedRun.Check(golden, graph, passes.ToString());
                continue;
            }

            GoldenResults.Check(golden, graph, GoldenRun.Of(golden, graph), passes.ToString());
            if (TrainingRun.IsOne(golden))
            {
                TrainingRun.Check(golden, graph, passes.ToString());
            }
        }
    }

    [Fact]
    public void At_least_forty_cases_can_be_declared() => Assert.True(Cases.Count >= 40, $"only {Cases.Count} cases can be declared");

    private static NetworkGraph Lower(GoldenCase golden)
    {
        NetworkSpec spec = Declare(golden)!;
        NetworkShape shape = NetworkShape.Of(spec);
        Assert.Empty(shape.Problems.Select(p => p.ToString()));
        NetworkGraph graph = NetworkLowering.Lower(spec, shape);
        Verifier.Check(graph);

        // The case's name for the last layer's output is "output" alone, and for what a softmax reads "logits".
        if (golden.Has("logits"))
        {
            graph.Results["logits"] = graph.Results["loss.input"];
        }

        return graph;
    }

    /// <summary>The case as attributes; null for what no attribute says yet.</summary>
    private static NetworkSpec? Declare(GoldenCase golden)
    {
        JsonElement model = golden.Json.GetProperty("model"), loss = golden.Json.GetProperty("loss");
        string? lossKind = loss.GetProperty("kind").GetString() switch
        {
            "mse" => "MeanSquaredError",
            "bce_with_logits" => "BinaryCrossEntropy",
            "softmax_cross_entropy" or "cross_entropy" => "SoftmaxCrossEntropy",
            _ => null,
        };
        if (GoldenJson.Text(model, "type") != "stack" || lossKind is null)
        {
            return null;
        }

        List<JsonElement> described = model.GetProperty("layers").EnumerateArray().ToList();
        List<LayerSpec?> layers = described.Select(Layer).ToList();
        if (layers.Contains(null))
        {
            return null;
        }

        JsonElement first = described[0], input = model.GetProperty("input");
        ArgumentSpec source = GoldenJson.Text(input, "holds") == "index"
            ? new ArgumentSpec("Tokens", (long)GoldenJson.Int(first, "num_embeddings"))
            : new ArgumentSpec("Inputs", (long)GoldenJson.Int(input, "features"));
        return new NetworkSpec(
            "", EquatableArray<TypeSpec>.Empty, "Net", "Net", "public", false, false,
            Arguments(source, new ArgumentSpec("Timesteps", (long)golden.Timesteps)),
            new EquatableArray<LayerSpec>([.. layers.Select(l => l!), new LayerSpec(lossKind, ArgumentList.Empty)]));
    }

    private static LayerSpec? Layer(JsonElement layer)
    {
        string kind = GoldenJson.Text(layer, "kind");
        bool special = GoldenJson.Flag(layer, "bidirectional") || GoldenJson.Flag(layer, "peephole") || GoldenJson.Flag(layer, "layer_norm")
            || (layer.TryGetProperty("proj_size", out JsonElement projection) && projection.GetInt32() > 0)
            || (layer.TryGetProperty("regularizer", out JsonElement regularizer) && regularizer.ValueKind == JsonValueKind.Object);
        if (special || kind is not ("rnn" or "lstm" or "gru" or "dense" or "embedding"))
        {
            return null;
        }

        var arguments = new List<ArgumentSpec> { new(kind == "embedding" ? "Size" : "Units", (long)GoldenJson.Int(layer, "output_size")) };
        string parameter = layer.GetProperty("params").EnumerateObject().First().Value.GetString()!;
        arguments.Add(new ArgumentSpec("Name", parameter[..parameter.IndexOf('.')]));
        if (layer.TryGetProperty("bias", out JsonElement bias))
        {
            arguments.Add(new ArgumentSpec("Bias", bias.GetBoolean()));
        }

        if (layer.TryGetProperty("return_sequences", out JsonElement sequences))
        {
            arguments.Add(new ArgumentSpec("Returns", sequences.GetBoolean() ? "Sequence" : "Last"));
        }

        if (layer.TryGetProperty("reset_after", out JsonElement after))
        {
            arguments.Add(new ArgumentSpec("ResetAfter", after.GetBoolean()));
        }

        string activation = kind == "rnn" ? GoldenJson.Text(layer, "nonlinearity") : kind == "dense" ? GoldenJson.Text(layer, "activation") : "";
        if (activation.Length > 0)
        {
            arguments.Add(new ArgumentSpec("Activation", char.ToUpperInvariant(activation[0]) + activation[1..]));
        }

        return new LayerSpec(char.ToUpperInvariant(kind[0]) + kind[1..], Arguments([.. arguments]));
    }

    private static ArgumentList Arguments(params ArgumentSpec[] arguments) => new(new EquatableArray<ArgumentSpec>(arguments));
}
