// The optimizer runs of the golden cases on generated code with the library's own optimizers and clipping.
// Knows how a run is described; refuses to know update formulas.
using System;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Generated;

internal static class GoldenTraining
{
    public static bool IsOne(GoldenCase golden) => golden.Json.GetProperty("training").ValueKind == JsonValueKind.Object;

    /// <summary>Trains and compares losses, gradient norms and the parameters at every snapshot.</summary>
    public static void Check(GoldenCase golden, INetwork network, PassData data)
    {
        JsonElement training = golden.Json.GetProperty("training");
        Optimizer optimizer = OptimizerOf(training.GetProperty("optimizer"));
        GradientClipping clipping = ClippingOf(training.GetProperty("clip"));
        Workspace workspace = network.CreateWorkspace(data.Batch, data.Steps);
        Passes.Start(network, workspace, data);
        for (int step = 1; step <= training.GetProperty("steps").GetInt32(); step++)
        {
            Passes.Fill(network.Core.Plan, workspace, data);
            workspace.Forward(ForwardMode.Training);
            Closeness.Equal(training.GetProperty("losses")[step - 1].GetDouble(), workspace.Loss(), $"update {step}: loss");
            workspace.ZeroGradients();
            workspace.Backward();
            double norm = clipping.Apply(network.Parameters, workspace.Gradients);
            Closeness.Equal(training.GetProperty("grad_norms")[step - 1].GetDouble(), norm, $"update {step}: gradient norm");
            optimizer.Step(network.Parameters, workspace.Gradients);
            foreach (JsonElement snapshot in training.GetProperty("snapshots").EnumerateArray().Where(s => s.GetProperty("step").GetInt32() == step))
            {
                CheckParameters(golden, network, snapshot.GetProperty("params"));
            }
        }
    }

    public static void CheckParameters(GoldenCase golden, INetwork network, JsonElement tensors)
    {
        foreach (JsonProperty tensor in tensors.EnumerateObject())
        {
            Closeness.Equal(golden[tensor.Value.GetString()!].Values, network.Parameters[tensor.Name].ToArray(), tensor.Value.GetString()!);
        }
    }

    private static Optimizer OptimizerOf(JsonElement optimizer)
    {
        float rate = (float)Option("lr");
        return optimizer.GetProperty("kind").GetString() switch
        {
            "sgd" => new Sgd(rate, (float)Option("momentum")),
            "adam" => new Adam(rate, Option("beta1"), Option("beta2"), Option("eps")),
            "adamw" => new AdamW(rate, Option("weight_decay"), Option("beta1"), Option("beta2"), Option("eps")),
            "rmsprop" => new RmsProp(rate, Option("alpha"), Option("eps")),
            "adagrad" => new Adagrad(rate, Option("eps")),
            string kind => throw new NotSupportedException("no optimizer " + kind),
            null => throw new NotSupportedException("an optimizer without a kind"),
        };

        double Option(string name) => optimizer.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;
    }

    private static GradientClipping ClippingOf(JsonElement clip)
    {
        if (clip.ValueKind != JsonValueKind.Object)
        {
            return GradientClipping.None;
        }

        float max = clip.GetProperty("max").GetSingle();
        return clip.GetProperty("kind").GetString() == "norm" ? GradientClipping.ByNorm(max) : GradientClipping.ByValue(max);
    }
}
