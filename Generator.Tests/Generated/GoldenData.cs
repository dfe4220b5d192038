// What a golden case gives a pass: input, target, lengths, mask, initial states, noise, under the names that the declared network has.
// Knows which json property names which tensor; refuses to know what is computed.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Kernels.V1;
using Xunit;
using static SeqGen.Generator.Tests.Goldens.GoldenJson;

namespace SeqGen.Generator.Tests.Generated;

internal static class GoldenData
{
    public static PassData Of(GoldenCase golden, INetwork network)
    {
        NetworkPlan plan = network.Core.Plan;
        JsonElement model = golden.Json.GetProperty("model"), loss = golden.Json.GetProperty("loss");
        bool decodes = plan.Inputs.Length > 1;
        GoldenTensor target = golden[Text(loss, "target")];
        GoldenTensor input = golden[Text(model.GetProperty(decodes ? "source" : "input"), "tensor")];
        bool classes = plan.Loss!.Kind == LossKind.SoftmaxCrossEntropy, labels = plan.Loss.Kind == LossKind.Ctc;
        GoldenTensor? fed = decodes ? golden[Text(model.GetProperty("decoder_input"), "tensor")] : null;
        return new PassData(golden.Batch, decodes ? Int(golden.Json, "source_timesteps") : golden.Timesteps)
        {
            Input = plan.TokenCount > 0 ? [] : input.Values,
            Tokens = plan.TokenCount > 0 ? input.ToIntegers() : [],
            TargetSteps = decodes ? golden.Timesteps : 0,
            DecoderInput = decodes && plan.Inputs[1].TokenCount == 0 ? fed!.Values : [],
            DecoderTokens = decodes && plan.Inputs[1].TokenCount > 0 ? fed!.ToIntegers() : [],
            Target = classes || labels ? [] : target.Values,
            Classes = classes ? target.ToIntegers() : [],
            Labels = labels ? target.ToIntegers() : [],
            LabelLengths = labels ? golden[Text(loss, "target_lengths")].ToIntegers() : [],
            LossLengths = labels ? golden[Text(loss, "input_lengths")].ToIntegers() : [],
            TargetsAreSequences = plan.OutputIsSequence,
            Lengths = (Tensor(golden.Json, "lengths") ?? Tensor(golden.Json, "source_lengths")) is { } lengths ? golden[lengths].ToIntegers() : [],
            Mask = Tensor(loss, "mask") is { } mask ? golden[mask].Values : [],
            States = States(golden, network, "initial_state").ToDictionary(s => s.State, s => golden[s.Tensor].Values),
            Noise = Masks(golden, network).ToDictionary(n => n.Noise, n => golden[n.Tensor].Values),
            WholeNoise = plan.Training!.Noises.Where(n => n.Life == NoiseLife.Weight).Select(n => n.Name).ToHashSet(),
        };
    }

    private static string? Tensor(JsonElement json, string property) =>
        json.TryGetProperty(property, out JsonElement tensor) && tensor.ValueKind == JsonValueKind.String ? tensor.GetString() : null;

    /// <summary>The masks of dropout layers and of regularizers inside of layers.</summary>
    private static IEnumerable<(string Noise, string Tensor)> Masks(GoldenCase golden, INetwork network)
    {
        foreach ((string name, JsonElement json) in Layers(golden, network))
        {
            if (Tensor(json, "mask") is { } mask)
            {
                yield return (name, mask);
            }

            if (json.TryGetProperty("regularizer", out JsonElement regularizer) && regularizer.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty inner in regularizer.GetProperty("masks").EnumerateObject())
                {
                    yield return (name + "." + inner.Name, inner.Value.GetString()!);
                }
            }
        }
    }

    /// <summary>Gives a network the case's parameters.</summary>
    public static INetwork SetParameters(INetwork network, GoldenCase golden)
    {
        foreach (Parameter parameter in network.Parameters)
        {
            GoldenTensor values = golden[parameter.Name];
            Assert.Equal(values.Shape, parameter.Shape);
            parameter.CopyFrom(values.Values);
        }

        return network;
    }

    /// <summary>The layers with the names that the network gives them.</summary>
    public static IEnumerable<(string Name, JsonElement Json)> Layers(GoldenCase golden, INetwork network) =>
        GoldenDeclaration.IsEncoderDecoder(golden) ? GoldenDeclaration.SectionLayers(golden).Select(json => (Text(json, "name"), json))
            : network.Core.Plan.Layers.Zip(GoldenDeclaration.Layers(golden), (layer, json) => (layer.Name, json));

    /// <summary>The network's states with the tensors of <c>initial_state</c> or <c>final_state</c>.</summary>
    public static IEnumerable<(string State, string Tensor)> States(GoldenCase golden, INetwork network, string property) =>
        from layer in Layers(golden, network)
        where layer.Json.TryGetProperty(property, out JsonElement states) && states.ValueKind == JsonValueKind.Object
        from state in layer.Json.GetProperty(property).EnumerateObject()
        where state.Value.ValueKind == JsonValueKind.String
        where network.Core.Plan.Inference.States.Any(s => s.Name == layer.Name + "." + state.Name)
        select (layer.Name + "." + state.Name, state.Value.GetString()!);

    /// <summary>Which stored tensor each result of a pass must be.</summary>
    public static IEnumerable<(string Result, string Tensor)> References(GoldenCase golden, INetwork network)
    {
        yield return ("output", Text(golden.Json.GetProperty("model"), "output"));
        foreach ((string name, JsonElement json) in Layers(golden, network))
        {
            if (json.GetProperty("output").GetString() is { } tensor)
            {
                yield return ("out." + name, tensor);
            }

            foreach (JsonProperty trace in json.TryGetProperty("traces", out JsonElement traces) ? traces.EnumerateObject().ToArray() : [])
            {
                yield return ("out." + name + "." + trace.Name, trace.Value.GetString()!);
            }
        }

        if (golden.Json.GetProperty("model").TryGetProperty("attention", out JsonElement attention) && attention.ValueKind == JsonValueKind.Object && Tensor(attention, "weights") is { } weights)
        {
            yield return ("out.attention.weights", weights);
        }

        foreach ((string state, string tensor) in States(golden, network, "final_state"))
        {
            yield return ("final." + state, tensor);
        }

        JsonElement gradients = golden.Json.GetProperty("gradients");
        foreach (JsonProperty gradient in gradients.GetProperty("params").EnumerateObject())
        {
            yield return ("grad." + gradient.Name, gradient.Value.GetString()!);
        }

        foreach (JsonProperty gradient in gradients.GetProperty("inputs").EnumerateObject())
        {
            yield return ("grad." + (gradient.Name == "decoder_input" ? gradient.Name : "input"), gradient.Value.GetString()!);
        }

        var initial = States(golden, network, "initial_state").ToDictionary(s => s.Tensor, s => s.State);
        foreach (JsonProperty gradient in gradients.GetProperty("initial_state").EnumerateObject())
        {
            yield return ("grad.init." + initial[gradient.Name], gradient.Value.GetString()!);
        }
    }
}
