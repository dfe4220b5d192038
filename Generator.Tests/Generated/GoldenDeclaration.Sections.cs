// Golden cases of encoder-decoders and Turing machines as the declarations a user would write.
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
    /// <summary>Whether the case is an encoder-decoder, or has a layer with a memory.</summary>
    public static bool IsSectional(GoldenCase golden) => IsEncoderDecoder(golden) || Layers(golden).Any(l => Text(l, "kind") == "ntm");

    public static bool IsEncoderDecoder(GoldenCase golden) => Text(golden.Json.GetProperty("model"), "type") == "seq2seq";

    /// <summary>The layers of an encoder-decoder, attention apart.</summary>
    public static IEnumerable<JsonElement> SectionLayers(GoldenCase golden)
    {
        JsonElement model = golden.Json.GetProperty("model"), encoder = model.GetProperty("encoder"), decoder = model.GetProperty("decoder");
        return new[] { encoder.GetProperty("embedding"), encoder.GetProperty("rnn"), decoder.GetProperty("embedding"), decoder.GetProperty("rnn"), model.GetProperty("output_layer") }
            .Where(l => l.ValueKind == JsonValueKind.Object);
    }

    /// <summary>[Encoder] ... [Decoder] ... and the loss, for a case of type seq2seq.</summary>
    private static string EncoderDecoder(GoldenCase golden)
    {
        JsonElement model = golden.Json.GetProperty("model"), encoder = model.GetProperty("encoder"), decoder = model.GetProperty("decoder");
        JsonElement attention = model.GetProperty("attention");
        string kind = attention.ValueKind == JsonValueKind.Object ? Text(attention, "kind") : "none";
        string attend = kind switch
        {
            "none" => "",
            "bahdanau" => $"[BahdanauAttention({Number(Int(attention, "size"))}, Name = \"attention\")]\n",
            "luong_dot" => $"[LuongAttention({Number(golden[Text(attention.GetProperty("params"), "combine.weight")].Shape[0])}, Name = \"attention\")]\n",
            _ => $"[LuongAttention({Number(golden[Text(attention.GetProperty("params"), "combine.weight")].Shape[0])}, Score = Score.General, Name = \"attention\")]\n",
        };
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[Network(Timesteps = {golden.Timesteps})]\n");
        text.Append(CultureInfo.InvariantCulture, $"[Encoder({Side(encoder, model.GetProperty("source"))}, Timesteps = {Int(golden.Json, "source_timesteps")})]\n");
        text.Append(Layers(golden, [encoder.GetProperty("embedding"), encoder.GetProperty("rnn")]));
        text.Append(CultureInfo.InvariantCulture, $"[Decoder({Side(decoder, model.GetProperty("decoder_input"))})]\n");
        text.Append(Layers(golden, [decoder.GetProperty("embedding")]));
        text.Append(kind == "bahdanau" ? attend : "").Append(Layers(golden, [decoder.GetProperty("rnn")])).Append(kind == "bahdanau" ? "" : attend);
        text.Append(Layers(golden, [model.GetProperty("output_layer")]));
        return text.ToString();
    }

    private static string Side(JsonElement side, JsonElement input) => Text(input, "holds") == "index"
        ? "Tokens = " + Number(Int(side.GetProperty("embedding"), "num_embeddings"))
        : "Inputs = " + Number(Int(input, "features"));

    private static string Layers(GoldenCase golden, IEnumerable<JsonElement> layers) =>
        string.Concat(layers.Where(l => l.ValueKind == JsonValueKind.Object).Select(l => Layer(golden, l, logits: false) + "\n"));

    private static string TuringMachine(JsonElement layer)
    {
        int shifts = (layer.GetProperty("shifts").GetArrayLength() - 1) / 2;
        string controller = Text(layer, "controller") == "lstm" ? "Lstm" : "FeedForward";
        double epsilon = layer.GetProperty("cosine_eps").GetDouble();
        return string.Create(CultureInfo.InvariantCulture, $"[NeuralTuringMachine({Int(layer, "output_size")}, Name = \"{Text(layer, "name")}\", Controller = Controller.{controller}, ControllerUnits = {Int(layer, "controller_size")}, ")
            + string.Create(CultureInfo.InvariantCulture, $"Slots = {Int(layer, "memory_slots")}, Width = {Int(layer, "memory_width")}, Shifts = {shifts}, MemoryStart = MemoryStart.Zero, CosineEpsilon = {epsilon:R})]");
    }
}
