// Truncated back-propagation through time of the golden cases on generated code: chunk after chunk in one workspace that carries its states.
// Knows the chunks of a case; refuses to know what a network computes.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Generated;

internal static class GoldenTruncated
{
    public static bool IsOne(GoldenCase golden) => golden.Json.GetProperty("tbptt").ValueKind == JsonValueKind.Object;

    /// <summary>The run with fixed parameters: gradients add up over the chunks.</summary>
    public static void Check(GoldenCase golden, INetwork network, PassData data)
    {
        JsonElement plan = golden.Json.GetProperty("tbptt");
        var output = new List<float[]>();
        var inputGradient = new List<float[]>();
        PassResults? last = null;
        double loss = 0;
        Chunks(golden, network, data, (chunk, workspace, part) =>
        {
            PassResults results = last = Passes.Train(network, workspace, part);
            loss += results.Loss;
            output.Add(results["output"]);
            Closeness.Equal(plan.GetProperty("chunk_losses")[chunk].GetDouble(), results.Loss, $"chunk {chunk + 1}: loss");
            CheckStates(golden, network, plan.GetProperty("chunk_final_states")[chunk], results);
            if (results.TryGetValue("grad.input", out float[]? gradient))
            {
                inputGradient.Add(gradient);
            }

            foreach ((string state, string tensor) in GoldenData.States(golden, network, "initial_state").Where(_ => chunk == 0))
            {
                Closeness.Equal(golden["grad." + tensor].Values, results["grad.init." + state], "grad." + tensor);
            }
        });

        Closeness.Equal(golden.Json.GetProperty("loss").GetProperty("value").GetDouble(), loss, "sum of losses");
        Closeness.Equal(golden["output"].Values, Joined(output, data.Batch), "output");
        foreach ((string result, string tensor) in GoldenData.References(golden, network))
        {
            float[]? got = result == "grad.input" ? Joined(inputGradient, data.Batch)
                : result.StartsWith("grad.", StringComparison.Ordinal) && !result.StartsWith("grad.init.", StringComparison.Ordinal) ? last![result]
                : result.StartsWith("final.", StringComparison.Ordinal) ? last![result]
                : null;
            if (got is not null)
            {
                Closeness.Equal(golden[tensor].Values, got, tensor);
            }
        }
    }

    /// <summary>The run with an update after every chunk.</summary>
    public static void CheckDescent(GoldenCase golden, INetwork network, PassData data)
    {
        JsonElement descent = golden.Json.GetProperty("tbptt").GetProperty("sgd");
        var optimizer = new Sgd((float)descent.GetProperty("lr").GetDouble());
        var output = new List<float[]>();
        PassResults? last = null;
        Chunks(golden, network, data, (chunk, workspace, part) =>
        {
            workspace.ZeroGradients();
            PassResults results = last = Passes.Train(network, workspace, part);
            output.Add(results["output"]);
            Closeness.Equal(descent.GetProperty("losses")[chunk].GetDouble(), results.Loss, $"descent, chunk {chunk + 1}: loss");
            optimizer.Step(network.Parameters, workspace.Gradients);
            GoldenTraining.CheckParameters(golden, network, descent.GetProperty("params_after_chunk")[chunk]);
        });

        CheckStates(golden, network, descent.GetProperty("final_state"), last!);
        Closeness.Equal(golden[descent.GetProperty("output").GetString()!].Values, Joined(output, data.Batch), "descent: output");
    }

    private static void Chunks(GoldenCase golden, INetwork network, PassData data, Action<int, Workspace, PassData> run)
    {
        int steps = golden.Json.GetProperty("tbptt").GetProperty("chunk").GetInt32();
        Workspace workspace = network.CreateWorkspace(data.Batch, steps);
        for (int from = 0; from < data.Steps; from += steps)
        {
            PassData part = data.Between(from, Math.Min(steps, data.Steps - from));
            if (from == 0)
            {
                Passes.Start(network, workspace, part);
            }
            else
            {
                workspace.CarryState();
                workspace.Resize(part.Batch, part.Steps, keepStates: true);
            }

            run(from / steps, workspace, part);
        }
    }

    private static void CheckStates(GoldenCase golden, INetwork network, JsonElement tensors, PassResults results)
    {
        var names = GoldenData.Layers(golden, network).ToDictionary(l => l.Json.GetProperty("name").GetString()!, l => l.Name);
        foreach (JsonProperty tensor in tensors.EnumerateObject())
        {
            int dot = tensor.Name.LastIndexOf('.');
            Closeness.Equal(golden[tensor.Value.GetString()!].Values, results["final." + names[tensor.Name[..dot]] + tensor.Name[dot..]], tensor.Value.GetString()!);
        }
    }

    /// <summary>[batch, steps, ...] of all chunks as one sequence.</summary>
    private static float[] Joined(List<float[]> chunks, int batch) =>
        Enumerable.Range(0, batch).SelectMany(row => chunks.SelectMany(c => c.AsSpan(c.Length / batch * row, c.Length / batch).ToArray())).ToArray();
}
