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
        JsonElement loss = golden.Json.GetProperty("loss");
        GoldenTensor target = golden[Text(loss, "target")];
        GoldenTensor input = golden[Text(golden.Json.GetProperty("model").GetProperty("input"), "tensor")];
        bool classes = plan.Loss!.Kind == LossKind.SoftmaxCrossEntropy;
        return new PassData(golden.Batch, golden.Timesteps)
        {
            Input = plan.TokenCount > 0 ? [] : input.Values,
            Tokens = plan.TokenCount > 0 ? input.ToIntegers() : [],
            Target = classes ? [] : target.Values,
            Classes = classes ? target.ToIntegers() : [],
            TargetsAreSequences = plan.OutputIsSequence,
            Lengths = golden.Json.GetProperty("lengths").GetString() is { } lengths ? golden[lengths].ToIntegers() : [],
            Mask = loss.GetProperty("mask").GetString() is { } mask ? golden[mask].Values : [],
            States = States(golden, network, "initial_state").ToDictionary(s => s.State, s => golden[s.Tensor].Values),
            Noise = Layers(golden, network)
                .Where(l => l.Json.TryGetProperty("mask", out _))
                .ToDictionary(l => l.Name, l => golden[Text(l.Json, "mask")].Values),
        };
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
        network.Core.Plan.Layers.Zip(GoldenDeclaration.Layers(golden), (layer, json) => (layer.Name, json));

    /// <summary>The network's states with the tensors of <c>initial_state</c> or <c>final_state</c>.</summary>
    public static IEnumerable<(string State, string Tensor)> States(GoldenCase golden, INetwork network, string property) =>
        from layer in Layers(golden, network)
        where layer.Json.TryGetProperty(property, out JsonElement states) && states.ValueKind == JsonValueKind.Object
        from state in layer.Json.GetProperty(property).EnumerateObject()
        where state.Value.ValueKind == JsonValueKind.String
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
            yield return ("grad.input", gradient.Value.GetString()!);
        }

        var initial = States(golden, network, "initial_state").ToDictionary(s => s.Tensor, s => s.State);
        foreach (JsonProperty gradient in gradients.GetProperty("initial_state").EnumerateObject())
        {
            yield return ("grad.init." + initial[gradient.Name], gradient.Value.GetString()!);
        }
    }
}
