// The optimiser runs of the golden cases, in double: clipping and the update rules as the README writes them.
// Knows optimisers; knows of networks only that they give gradients.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Generator.Tests.Graphs;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class TrainingRun
{
    public static bool IsOne(GoldenCase golden) => golden.Json.GetProperty("training").ValueKind == JsonValueKind.Object;

    /// <summary>Trains and compares losses, gradient norms and the parameters at every snapshot.</summary>
    public static void Check(GoldenCase golden, NetworkGraph graph, string where)
    {
        JsonElement training = golden.Json.GetProperty("training");
        Run run = GoldenRun.Of(golden, graph);
        var first = run.Parameters.ToDictionary(p => p.Key, p => new double[p.Value.Length]);
        var second = run.Parameters.ToDictionary(p => p.Key, p => new double[p.Value.Length]);
        for (int step = 1; step <= training.GetProperty("steps").GetInt32(); step++)
        {
            string here = $"{where} update {step}";
            GraphInterpreter results = GraphInterpreter.Execute(graph, run);
            Comparison.Equal(training.GetProperty("losses")[step - 1].GetDouble(), results["loss"].Data[0], here + " loss");
            var gradients = run.Parameters.Keys.ToDictionary(p => p, p => (double[])results["grad." + p].Data.Clone());
            double norm = Math.Sqrt(gradients.Values.Sum(g => g.Sum(v => v * v)));
            Comparison.Equal(training.GetProperty("grad_norms")[step - 1].GetDouble(), norm, here + " gradient norm");
            Clip(training.GetProperty("clip"), gradients, norm);
            foreach (string name in run.Parameters.Keys)
            {
                Update(training.GetProperty("optimizer"), step, run.Parameters[name], gradients[name], first[name], second[name]);
            }

            foreach (JsonElement snapshot in training.GetProperty("snapshots").EnumerateArray().Where(s => s.GetProperty("step").GetInt32() == step))
            {
                foreach (JsonProperty tensor in snapshot.GetProperty("params").EnumerateObject())
                {
                    Comparison.Equal(golden[tensor.Value.GetString()!], run.Parameters[tensor.Name], here);
                }
            }
        }
    }

    private static void Clip(JsonElement clip, Dictionary<string, double[]> gradients, double norm)
    {
        if (clip.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        double max = clip.GetProperty("max").GetDouble();
        bool byNorm = clip.GetProperty("kind").GetString() == "norm";
        foreach (double[] gradient in gradients.Values)
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] = byNorm ? gradient[i] * Math.Min(1, max / (norm + 1e-6)) : Math.Clamp(gradient[i], -max, max);
            }
        }
    }

    private static void Update(JsonElement optimizer, int step, double[] p, double[] g, double[] m, double[] v)
    {
        double Option(string name) => optimizer.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;
        string kind = optimizer.GetProperty("kind").GetString()!;
        double rate = Option("lr"), eps = Option("eps");
        for (int i = 0; i < p.Length; i++)
        {
            switch (kind)
            {
                case "sgd":
                    v[i] = (Option("momentum") * v[i]) + g[i];
                    p[i] -= rate * v[i];
                    break;
                case "adam" or "adamw":
                    double beta1 = Option("beta1"), beta2 = Option("beta2");
                    p[i] -= kind == "adamw" ? rate * Option("weight_decay") * p[i] : 0;
                    m[i] = (beta1 * m[i]) + ((1 - beta1) * g[i]);
                    v[i] = (beta2 * v[i]) + ((1 - beta2) * g[i] * g[i]);
                    p[i] -= rate * (m[i] / (1 - Math.Pow(beta1, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, step))) + eps);
                    break;
                case "rmsprop":
                    v[i] = (Option("alpha") * v[i]) + ((1 - Option("alpha")) * g[i] * g[i]);
                    p[i] -= rate * g[i] / (Math.Sqrt(v[i]) + eps);
                    break;
                case "adagrad":
                    v[i] += g[i] * g[i];
                    p[i] -= rate * g[i] / (Math.Sqrt(v[i]) + eps);
                    break;
                default:
                    throw new NotSupportedException($"no optimiser {kind}");
            }
        }
    }
}
