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

internal static partial class GoldenDeclaration
{
    private static readonly Dictionary<string, string> _kinds = new()
    {
        ["rnn"] = "Rnn",
        ["lstm"] = "Lstm",
        ["gru"] = "Gru",
        ["elman"] = "Elman",
        ["elman2"] = "Elman",
        ["jordan"] = "Jordan",
        ["conv1d"] = "Tdnn",
        ["dense"] = "Dense",
        ["embedding"] = "Embedding",
        ["dropout"] = "Dropout",
    };

    private static readonly string[] _optimizers = ["sgd", "adam", "adamw", "rmsprop", "adagrad"];

    /// <summary>What the case needs that does not exist yet; empty if nothing.</summary>
    public static string Missing(GoldenCase golden)
    {
        JsonElement training = golden.Json.GetProperty("training");
        string optimizer = training.ValueKind == JsonValueKind.Object ? Text(training.GetProperty("optimizer"), "kind") : _optimizers[0];
        return _optimizers.Contains(optimizer) ? "" : "no optimizer " + optimizer;
    }

    /// <summary>The class. With <paramref name="logits"/>, its twin whose last layer is linear where the case's is softmax: its output is the logits.</summary>
    public static string Write(GoldenCase golden, bool logits = false)
    {
        JsonElement tbptt = golden.Json.GetProperty("tbptt");
        int steps = tbptt.ValueKind == JsonValueKind.Object ? Int(tbptt, "chunk") : golden.Timesteps;
        var text = new StringBuilder();
        if (IsEncoderDecoder(golden))
        {
            text.Append(EncoderDecoder(golden));
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"[Network({Input(golden, golden.Json.GetProperty("model").GetProperty("input"))}, Timesteps = {steps})]\n");
            foreach (JsonElement layer in Layers(golden))
            {
                text.Append(Layer(golden, layer, logits)).Append('\n');
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"[{Loss(golden.Json.GetProperty("loss"))}]\npublic partial class {ClassOf(golden, logits)};\n").ToString();
    }

    public static string ClassOf(GoldenCase golden, bool logits = false) =>
        "Case_" + string.Concat(golden.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')) + (logits ? "Logits" : "");

    public static bool HasLogits(GoldenCase golden) =>
        golden.Json.GetProperty("model").TryGetProperty("logits", out JsonElement logits) && logits.ValueKind == JsonValueKind.String;

    public static IEnumerable<JsonElement> Layers(GoldenCase golden) => golden.Json.GetProperty("model").GetProperty("layers").EnumerateArray();

    private static string Loss(JsonElement loss) => Text(loss, "kind") switch
    {
        "mse" => "MeanSquaredError",
        "mae" => "MeanAbsoluteError",
        "huber" => "Huber(" + Number(loss.GetProperty("delta").GetDouble()) + ")",
        "bce_with_logits" => "BinaryCrossEntropy",
        "softmax_cross_entropy" or "cross_entropy" => "SoftmaxCrossEntropy",
        "ctc" => "Ctc(Blank = " + Number(Int(loss, "blank")) + ")",
        string other => throw new System.NotSupportedException("no attribute for the loss " + other),
    };

    private static string Input(GoldenCase golden, JsonElement input) => Text(input, "holds") == "index"
        ? "Tokens = " + Number(Int(Layers(golden).First(), "num_embeddings"))
        : "Inputs = " + Number(Int(input, "features"));

    private static string Layer(GoldenCase golden, JsonElement layer, bool logits)
    {
        string kind = Text(layer, "kind");
        if (kind == "ntm")
        {
            return TuringMachine(layer);
        }

        int output = Int(layer, "output_size");

        // A given mask is used as it is, whatever the rate.
        string size = kind switch
        {
            "dropout" => "0.5",
            "dense" or "embedding" => Number(output),
            "conv1d" => Number(output) + ", " + Number(Int(layer, "kernel_size")),
            "elman" or "elman2" or "jordan" => Number(Int(layer, "hidden_size")) + ", " + Number(output),
            _ => Number(Int(layer, "hidden_size")),
        };
        IEnumerable<string> options = new[] { "Name = \"" + Module(layer) + "\"" }
            .Concat(Switches(layer)).Concat(Activations(layer, logits)).Concat(Sizes(layer)).Concat(Dropouts(golden, layer));
        return $"[{_kinds[kind]}({size}, {string.Join(", ", options)})]";
    }

    private static IEnumerable<string> Switches(JsonElement layer)
    {
        JsonElement roles = layer.GetProperty("params");
        bool isOff = layer.TryGetProperty("bias", out JsonElement bias) && !bias.GetBoolean() && !Flag(layer, "layer_norm");
        if (isOff || (Text(layer, "kind") is "dense" or "conv1d" && !roles.TryGetProperty("bias", out _)) || (Text(layer, "kind") is "elman" or "elman2" or "jordan" && !roles.TryGetProperty("bias_h", out _)))
        {
            yield return "Bias = false";
        }

        if (layer.TryGetProperty("return_sequences", out JsonElement sequences) && !sequences.GetBoolean())
        {
            yield return "Returns = Returns.Last";
        }

        if (layer.TryGetProperty("reset_after", out JsonElement after) && !after.GetBoolean())
        {
            yield return "ResetAfter = false";
        }

        if (Flag(layer, "bidirectional"))
        {
            yield return "Direction = Direction.Both";
        }

        if (Flag(layer, "peephole"))
        {
            yield return "Peephole = true";
        }

        if (Flag(layer, "layer_norm"))
        {
            yield return "LayerNorm = true, Epsilon = " + Number(layer.GetProperty("layer_norm_eps").GetDouble());
        }
    }

    private static IEnumerable<string> Activations(JsonElement layer, bool logits)
    {
        foreach ((string property, string argument) in new[]
        {
            ("nonlinearity", "Activation"), ("activation", "Activation"), ("hidden_activation", "HiddenActivation"), ("output_activation", "OutputActivation"),
        })
        {
            if (layer.TryGetProperty(property, out JsonElement f))
            {
                string activation = logits && f.GetString() == "softmax" ? "linear" : f.GetString()!;
                yield return $"{argument} = Activation.{char.ToUpperInvariant(activation[0])}{activation[1..]}";
            }
        }
    }

    private static IEnumerable<string> Sizes(JsonElement layer)
    {
        if (layer.TryGetProperty("proj_size", out JsonElement projection) && projection.GetInt32() > 0)
        {
            yield return "Projection = " + Number(projection.GetInt32());
        }

        if (Text(layer, "kind") == "elman2")
        {
            yield return "Context = 2";
        }

        if (Text(layer, "kind") == "conv1d")
        {
            yield return "Dilation = " + Number(Int(layer, "dilation"));
            yield return "Padding = Padding." + (Text(layer, "padding") == "causal" ? "Causal" : "Valid");
        }
    }

    private static IEnumerable<string> Dropouts(GoldenCase golden, JsonElement layer)
    {
        if (Regularizer(layer) is not { } regularizer)
        {
            yield break;
        }

        JsonElement masks = regularizer.GetProperty("masks");
        string kind = Text(regularizer, "kind");
        foreach ((string of, string mask, string option) in new[]
        {
            ("recurrent_dropout", "g", "RecurrentDropout"), ("zoneout", "h", "Zoneout"), ("zoneout", "c", "ZoneoutCell"), ("rnndrop", "c", "RnnDrop"),
            ("variational", "x", "VariationalInput"), ("variational", "h", "VariationalHidden"), ("weight_drop", "weight_hh", "WeightDrop"),
        })
        {
            if (of == kind && masks.TryGetProperty(mask, out JsonElement tensor))
            {
                yield return option + " = 0.5" + (kind == "recurrent_dropout" && golden[tensor.GetString()!].Shape.Length == 2 ? ", RecurrentDropoutPerSequence = true" : "");
            }
        }
    }

    private static JsonElement? Regularizer(JsonElement layer) =>
        layer.TryGetProperty("regularizer", out JsonElement regularizer) && regularizer.ValueKind == JsonValueKind.Object ? regularizer : null;

    /// <summary>What the parameters' names start with: layers of one PyTorch module share it.</summary>
    private static string Module(JsonElement layer)
    {
        string? parameter = layer.GetProperty("params").EnumerateObject().Select(p => p.Value.GetString()!).FirstOrDefault();
        return parameter is null ? Text(layer, "name") : parameter[..parameter.LastIndexOf('.')];
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
