// Generated code against the double interpreter: training, inference and streaming at many shapes in one workspace. The tolerance is the
// golden cases' (1e-5 of a tensor's largest element), and as those, data is drawn anew where a rounding error of what is given moves a
// result by more than a float evaluation may: near the kink of a relu, or where a sum cancels.
// Knows what must agree; refuses to know any layer.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

internal static class Equivalence
{
    private static readonly (int Batch, int Steps, bool Lengths, bool Mask)[] _shapes =
    [
        (5, 7, false, false), (2, 7, true, false), (1, 2, false, true), (5, 7, true, true), (1, 1, false, false), (2, 2, true, false),
    ];

    /// <summary>Training steps of networks that are to be one and the same.</summary>
    public static void CheckTraining(Oracle oracle, params IReadOnlyList<INetwork> networks) => CheckTraining(oracle, _shapes, networks);

    public static void CheckTraining(Oracle oracle, IReadOnlyList<(int Batch, int Steps, bool Lengths, bool Mask)> shapes, IReadOnlyList<INetwork> networks)
    {
        Workspace[] workspaces = [.. networks.Select(n => n.CreateWorkspace(shapes.Max(s => s.Batch), shapes.Max(s => s.Steps), maxTargetSteps: n.Core.Plan.Inputs.Length > 1 ? 8 : 0))];
        foreach ((int batch, int steps, bool lengths, bool mask) in shapes)
        {
            string shape = $"batch {batch}, steps {steps}{(lengths ? ", lengths" : "")}{(mask ? ", mask" : "")}: ";
            (PassData data, IReadOnlyDictionary<string, double[]> expected) = Draw(networks[0], oracle, batch, steps, lengths, mask);
            double loss = networks[0].Core.Plan.Outputs.All(o => o.Loss is null) ? 0 : oracle.Forward(networks[0], data, training: true)["loss"][0];
            for (int i = 0; i < networks.Count; i++)
            {
                CopyParameters(networks[0], networks[i]);
                Passes.Start(networks[i], workspaces[i], data);
                workspaces[i].ZeroGradients();
                PassResults got = Passes.Train(networks[i], workspaces[i], data);
                Assert.Equal(
                    expected.Keys.Where(IsShown).Order(StringComparer.Ordinal), got.Keys.Order(StringComparer.Ordinal));
                Closeness.Equal(loss, got.Loss, shape + "loss");
                foreach ((string name, float[] values) in got.OrderBy(r => r.Key.StartsWith("grad.", StringComparison.Ordinal)))
                {
                    Closeness.Equal(expected[name], values, shape + name);
                }
            }
        }
    }

    /// <summary>Their inference programs and streams, without noise.</summary>
    public static void CheckInference(Oracle oracle, params IReadOnlyList<INetwork> networks) => CheckInference(oracle, _shapes, networks);

    public static void CheckInference(Oracle oracle, IReadOnlyList<(int Batch, int Steps, bool Lengths, bool Mask)> shapes, IReadOnlyList<INetwork> networks)
    {
        foreach ((int batch, int steps, bool lengths, _) in shapes.Where(s => !s.Mask))
        {
            string shape = $"batch {batch}, steps {steps}{(lengths ? ", lengths" : "")}: ";
            PassData data = RandomData.Batch(networks[0], batch, steps, seed: batch + (20 * steps), lengths, targetSteps: TargetSteps(steps)) with { Noise = new Dictionary<string, float[]>() };
            IReadOnlyDictionary<string, double[]> expected = oracle.Forward(networks[0], data);
            foreach (INetwork network in networks)
            {
                CopyParameters(networks[0], network);
                foreach ((string name, float[] values) in Passes.Predict(network, data))
                {
                    Closeness.Equal(expected[name], values, shape + name);
                }

                if (!lengths && network.Core.Plan.CanStream)
                {
                    string output = network.Core.Plan.Outputs[0].Name;
                    Streaming.Check(network, data, expected[output == "output" ? output : "output." + output], network.Core.Plan.Inference.States.Where(s => s.Start != StateStart.Hidden).ToDictionary(s => s.Name, s => expected["final." + s.Name]));
                }
            }
        }
    }

    /// <summary>Whether a workspace gives that result: no losses' inputs.</summary>
    private static bool IsShown(string result) => !result.StartsWith("loss", StringComparison.Ordinal);

    /// <summary>Whether there are weightings, whose gradients cancel where all weights are about the same.</summary>
    private static bool IsAddressed(NetworkPlan plan) => plan.Inputs.Length > 1 || plan.Layers.Any(l => l.Kind == "NeuralTuringMachine");

    /// <summary>Steps of a decoder beside those of its encoder: more, fewer, and one.</summary>
    private static int TargetSteps(int steps) => Math.Max(1, steps * 5 % 8);

    /// <summary>Parameters and a batch whose results float can give.</summary>
    private static (PassData Data, IReadOnlyDictionary<string, double[]> Expected) Draw(INetwork network, Oracle oracle, int batch, int steps, bool lengths, bool mask)
    {
        for (int attempt = 0; attempt < 60; attempt++)
        {
            RandomData.SetParameters(network, seed: 7 + attempt, scale: (IsAddressed(network.Core.Plan) ? 2 : 1) + (attempt / 30f));
            PassData data = RandomData.Batch(network, batch, steps, seed: batch + (10 * steps) + (1000 * attempt), lengths, mask, TargetSteps(steps));
            IReadOnlyDictionary<string, double[]> expected = oracle.Train(network, data);
            if (oracle.Sensitivity(network, data, expected) < 1.5e-6)
            {
                return (data, expected);
            }
        }

        throw new InvalidOperationException("sixty draws, and float can give the results of none");
    }

    /// <summary>Gives a network the parameters of another of the same declaration.</summary>
    public static void CopyParameters(INetwork from, INetwork to)
    {
        foreach (Parameter parameter in from.Parameters.Where(_ => from != to))
        {
            to.Parameters[parameter.Name].CopyFrom(parameter.ToArray());
        }
    }
}
