// Gradients into final states: windows that a user joins by hand are one sequence. And the final states of a decoder.
// Knows the two calls; refuses to know layers. (With everything else they are fuzzed.)
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class JoinedWindowTests
{
    private const int Batch = 3;

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
        "[Network(Inputs = 2, Timesteps = 10)] [Lstm(17)] [Gru(5, ResetAfter = false)] [Dense(2)] public partial class N0;",
        "[Network(Inputs = 2, Timesteps = 10, TimeMajor = true)] [Rnn(16)] [Lstm(4, Projection = 2)] public partial class N1;",
        "[Network(Inputs = 2, Timesteps = 10)] [NeuralTuringMachine(2, ControllerUnits = 9, Slots = 5, Width = 4)] public partial class N2;",
        "[Network(Timesteps = 5)] [Encoder(Inputs = 2)] [Lstm(4)] [Decoder(Inputs = 3)] [Lstm(4)] [Dense(3)] [MeanSquaredError] public partial class Coder;"));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    public void Two_windows_have_the_gradients_of_one(int index, int from)
    {
        const int steps = 10;
        INetwork network = Variants.Create(_networks.Value["N" + index], seed: 1);
        NetworkPlan plan = network.Core.Plan;
        RandomData.SetParameters(network, seed: 2, scale: index == 2 ? 2 : 1);
        PassData whole = RandomData.Batch(network, Batch, steps, seed: 3);
        whole = whole with { States = whole.States.Where(s => plan.Training!.States.First(p => p.Name == s.Key).Start != StateStart.Learned).ToDictionary() };
        PassResults expected = Passes.Train(network, whole), first = Passes.Train(network, whole.Between(0, from));
        PassResults second = Passes.Train(network, whole.Between(from, steps - from) with { States = States(first, "final.") });
        PassResults joined = Passes.Train(network, whole.Between(0, from) with { FinalGradients = States(second, "grad.init.") });
        foreach (Parameter parameter in network.Parameters)
        {
            string name = "grad." + parameter.Name;
            Closeness.Equal(expected[name], [.. joined[name].Zip(second[name], (a, b) => a + b)], name);
        }

        foreach (string name in expected.Keys.Where(k => k.StartsWith("grad.init.", StringComparison.Ordinal)))
        {
            Closeness.Equal(expected[name], joined[name], name);
        }

        // Given for one way back and not the next.
        Workspace workspace = network.CreateWorkspace(Batch, steps);
        Passes.Start(network, workspace, whole);
        Passes.Train(network, workspace, whole with { FinalGradients = States(second, "grad.init.") });
        workspace.ZeroGradients();
        Closeness.Same(expected["grad." + network.Parameters.First().Name], Passes.Train(network, workspace, whole)["grad." + network.Parameters.First().Name], "the pass after it");

        Dictionary<string, float[]> States(PassResults results, string prefix) =>
            plan.Training!.States.Where(s => results.ContainsKey(prefix + s.Name)).ToDictionary(s => s.Name, s => results[prefix + s.Name]);
    }

    [Fact]
    public void A_decoders_final_states_can_be_read_and_not_given()
    {
        INetwork network = Variants.Create(_networks.Value["Coder"], seed: 1);
        PassData data = RandomData.Batch(network, Batch, 5, seed: 4, lengths: true, targetSteps: 3);
        IReadOnlyDictionary<string, double[]> expected = Oracle.Of(_networks.Value, "Coder").Forward(network, data);
        string name = network.Core.Plan.Inference.Finals.Select(s => s.Name).First(n => n.EndsWith(".c", StringComparison.Ordinal));
        foreach (bool training in new[] { true, false })
        {
            Workspace workspace = network.CreateWorkspace(Batch, 5, training, 3);
            PassResults got = Passes.Predict(network, workspace, data);
            Closeness.Equal(expected["final." + name], got["final." + name], name);
        }

        string message = Assert.Throws<ArgumentException>(() => network.CreateWorkspace(Batch, 5).SetInitialState(name, new float[Batch * 4])).Message;
        Assert.Contains($"'{name}' of Coder begins where the encoder ended: its final value can be read, nothing can be given", message, StringComparison.Ordinal);
    }
}
