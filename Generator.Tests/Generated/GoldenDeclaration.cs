// A golden case as the declaration a user would write: attributes in C#, or the reason why there are none for it yet.
// Knows the cases' json and the attributes; refuses to know how a network is compiled or driven.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using SeqGen.Generator.Tests.Goldens;
using static SeqGen.Generator.Tests.Goldens.GoldenJson;

namespace SeqGen.Generator.Tests.Generated;

internal static class GoldenDeclaration
{
    private static readonly Dictionary<string, string> _losses = new()
    {
        ["mse"] = "MeanSquaredError",
        ["softmax_cross_entropy"] = "SoftmaxCrossEntropy",
        ["cross_entropy"] = "SoftmaxCrossEntropy",
        ["bce_with_logits"] = "BinaryCrossEntropy",
    };

    private static readonly string[] _optimizers = ["sgd", "adam", "adamw", "rmsprop", "adagrad"];

    /// <summary>What the case needs that does not exist yet; empty if nothing.</summary>
    public static string Missing(GoldenCase golden)
    {
        JsonElement model = golden.Json.GetProperty("model");
        if (Text(model, "type") != "stack")
        {
            return "no network of type " + Text(model, "type");
        }

        string layers = string.Join(", ", Layers(golden).Select(Missing).Where(m => m.Length > 0).Distinct());
        string loss = Text(golden.Json.GetProperty("loss"), "kind");
        JsonElement training = golden.Json.GetProperty("training");
        string optimizer = training.ValueKind == JsonValueKind.Object ? Text(training.GetProperty("optimizer"), "kind") : _optimizers[0];
        return layers.Length > 0 ? layers
            : !_losses.ContainsKey(loss) ? "no loss " + loss
            : !_optimizers.Contains(optimizer) ? "no optimizer " + optimizer
            : "";
    }

    /// <summary>The class. With <paramref name="logits"/>, its twin whose last layer is linear where the case's is softmax: its output is the logits.</summary>
    public static string Write(GoldenCase golden, bool logits = false)
    {
        JsonElement tbptt = golden.Json.GetProperty("tbptt");
        int steps = tbptt.ValueKind == JsonValueKind.Object ? Int(tbptt, "chunk") : golden.Timesteps;
        JsonElement input = golden.Json.GetProperty("model").GetProperty("input");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[Network({Input(golden, input)}, Timesteps = {steps})]\n");
        foreach (JsonElement layer in Layers(golden))
        {
            text.Append(Layer(layer, logits)).Append('\n');
        }

        string loss = _losses[Text(golden.Json.GetProperty("loss"), "kind")];
        return text.Append(CultureInfo.InvariantCulture, $"[{loss}]\npublic partial class {ClassOf(golden, logits)};\n").ToString();
    }

    public static string ClassOf(GoldenCase golden, bool logits = false) =>
        "Case_" + string.Concat(golden.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')) + (logits ? "Logits" : "");

    public static bool HasLogits(GoldenCase golden) =>
        golden.Json.GetProperty("model").TryGetProperty("logits", out JsonElement logits) && logits.ValueKind == JsonValueKind.String;

    public static IEnumerable<JsonElement> Layers(GoldenCase golden) => golden.Json.GetProperty("model").GetProperty("layers").EnumerateArray();

    private static string Missing(JsonElement layer)
    {
        string kind = Text(layer, "kind");
        return kind is not ("rnn" or "lstm" or "gru" or "dense" or "embedding" or "dropout") ? "no layer " + kind
            : Flag(layer, "bidirectional") ? $"no bidirectional {kind}"
            : Flag(layer, "peephole") ? "no peepholes"
            : Flag(layer, "layer_norm") ? "no normalization inside lstm"
            : layer.TryGetProperty("proj_size", out JsonElement size) && size.GetInt32() > 0 ? "no projection of lstm"
            : layer.TryGetProperty("regularizer", out JsonElement regularizer) && regularizer.ValueKind == JsonValueKind.Object
                ? "no regularizer " + Text(regularizer, "kind")
            : "";
    }

    private static string Input(GoldenCase golden, JsonElement input) => Text(input, "holds") == "index"
        ? "Tokens = " + Number(Int(Layers(golden).First(), "num_embeddings"))
        : "Inputs = " + Number(Int(input, "features"));

    private static string Layer(JsonElement layer, bool logits)
    {
        var options = new List<string> { "Name = \"" + Module(layer) + "\"" };
        if (layer.TryGetProperty("bias", out JsonElement bias) && !bias.GetBoolean())
        {
            options.Add("Bias = false");
        }

        if (layer.TryGetProperty("return_sequences", out JsonElement sequences) && !sequences.GetBoolean())
        {
            options.Add("Returns = Returns.Last");
        }

        if (layer.TryGetProperty("reset_after", out JsonElement after) && !after.GetBoolean())
        {
            options.Add("ResetAfter = false");
        }

        string activation = layer.TryGetProperty("nonlinearity", out JsonElement f) || layer.TryGetProperty("activation", out f) ? f.GetString()! : "";
        if (activation.Length > 0)
        {
            activation = logits && activation == "softmax" ? "linear" : activation;
            options.Add("Activation = Activation." + char.ToUpperInvariant(activation[0]) + activation[1..]);
        }

        // A given mask is used as it is, whatever the rate.
        string kind = Text(layer, "kind");
        string size = kind == "dropout" ? "0.5" : Number(Int(layer, kind is "dense" or "embedding" ? "output_size" : "hidden_size"));
        return $"[{char.ToUpperInvariant(kind[0])}{kind[1..]}({size}, {string.Join(", ", options)})]";
    }

    /// <summary>What the parameters' names start with: layers of one PyTorch module share it.</summary>
    private static string Module(JsonElement layer)
    {
        string? parameter = layer.GetProperty("params").EnumerateObject().Select(p => p.Value.GetString()!).FirstOrDefault();
        return parameter is null ? Text(layer, "name") : parameter[..parameter.LastIndexOf('.')];
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
