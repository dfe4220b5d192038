// Gates and other activations as a forward pass of training leaves them: which there are, and their values against the double interpreter.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class ActivationTests
{
    // A network, and what is kept of it: each with its function and units.
    private static readonly (string Name, string Source, string Kept)[] _all =
    [
        ("Lstms", "[Network(Inputs = 3, Timesteps = 7)] [Lstm(5)] [Lstm(17, CoupledGates = true, Peephole = true, Direction = Direction.Backward)] [Dense(2)] [MeanSquaredError]",
            "lstm0.i sigmoid 5, lstm0.f sigmoid 5, lstm0.g tanh 5, lstm0.o sigmoid 5, lstm0.tanhC tanh 5, " +
            "lstm1.f_reverse sigmoid 17, lstm1.g_reverse tanh 17, lstm1.o_reverse sigmoid 17, lstm1.tanhC_reverse tanh 17"),
        ("Grus", "[Network(Inputs = 3, Timesteps = 7, TimeMajor = true)] [Gru(33)] [Gru(4, ResetAfter = false, LayerNorm = true, RecurrentDropout = 0.3, Returns = Returns.Last)] [Dense(2)] [MeanSquaredError]",
            "gru0.r sigmoid 33, gru0.z sigmoid 33, gru0.n tanh 33, gru1.r sigmoid 4, gru1.z sigmoid 4, gru1.n tanh 4"),
        ("Rnns", "[Network(Inputs = 3, Timesteps = 7)] [Rnn(20, Activation = Activation.Relu)] [Rnn(6, Direction = Direction.Both)] [Dense(18, Activation = Activation.Relu)] [Dropout(0.2)] [Dense(2, Activation = Activation.Sigmoid)] [MeanSquaredError]",
            "rnn0.h relu 20, rnn1.h tanh 6, rnn1.h_reverse tanh 6, dense0.relu relu 18, dense1.sigmoid sigmoid 2"),
        ("Windows", "[Network(Tokens = 9, Timesteps = 9)] [Embedding(4)] [Tdnn(5, 3, Padding = Padding.Valid, Stride = 2, Activation = Activation.Relu)] [Lstm(3, Zoneout = 0.2, WeightDrop = 0.2, Returns = Returns.Last)] [Dense(19, Activation = Activation.Tanh)] [Dense(3)] [SoftmaxCrossEntropy]",
            "tdnn.relu relu 5, lstm.i sigmoid 3, lstm.f sigmoid 3, lstm.g tanh 3, lstm.o sigmoid 3, lstm.tanhC tanh 3, dense0.tanh tanh 19"),
        ("Hard", "[Network(Inputs = 3, Timesteps = 7)] [Lstm(5, GateActivation = Activation.HardSigmoid, ForgetGateActivation = Activation.Sigmoid, CellClip = 2)] [Gru(4, UpdateGateActivation = Activation.HardSigmoidFifth, Direction = Direction.Backward)] [Dense(3, Activation = Activation.HardSigmoid)] [MeanSquaredError]",
            "lstm.i hardsigmoid 5, lstm.f sigmoid 5, lstm.g tanh 5, lstm.o hardsigmoid 5, lstm.tanhC tanh 5, gru.r_reverse sigmoid 4, gru.z_reverse hardsigmoid 4, gru.n_reverse tanh 4, dense.hardsigmoid hardsigmoid 3"),
        ("Coder", "[Network(Timesteps = 6)] [Encoder(Inputs = 3)] [Gru(4)] [Decoder(Tokens = 5, Start = 0, End = 4, Timesteps = 5)] [Embedding(3)] [Gru(4)] [Dense(5)] [SoftmaxCrossEntropy]",
            "encoder.r sigmoid 4, encoder.z sigmoid 4, encoder.n tanh 4, decoder.r sigmoid 4, decoder.z sigmoid 4, decoder.n tanh 4"),
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([.. _all.Select(n => $"{n.Source} public partial class {n.Name};")]));

    public static TheoryData<string> Names => [.. _all.Select(n => n.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Those_that_the_way_back_reads_are_there_after_a_forward_pass(string name)
    {
        INetwork network = (INetwork)_networks.Value.Create(name, seed: 5);
        ActivationPlace[] kept = network.Core.Plan.Training!.Activations;
        Assert.Equal(_all.First(n => n.Name == name).Kept, string.Join(", ", kept.Select(a => $"{a.Name} {a.Function.ToString().ToLowerInvariant()} {a.Size}")));
        Assert.All(kept, a => Assert.Contains(network.Core.Plan.Layers, l => l.Name == a.Layer));
        Oracle oracle = Oracle.WithActivations(Oracle.Spec(_networks.Value.Run, name));
        foreach (bool lengths in new[] { false, true })
        {
            RandomData.SetParameters(network, seed: 3, scale: 2);
            PassData data = RandomData.Batch(network, 5, name == "Windows" ? 9 : 7, seed: 2, lengths, targetSteps: 4);
            Workspace workspace = network.CreateWorkspace(6, data.Steps, maxTargetSteps: data.TargetSteps);
            Passes.Start(network, workspace, data);
            Passes.Fill(network.Core.Plan, workspace, data);
            workspace.Forward(ForwardMode.Training);
            IReadOnlyDictionary<string, double[]> expected = oracle.Forward(network, data, training: true);
            foreach ((string activation, float[] values) in Passes.Activations(network, workspace, data))
            {
                Assert.True(values.Max(MathF.Abs) > 0.01f, activation + " is nothing");
                Closeness.Equal(expected[activation], values, activation);
            }
        }
    }

    [Fact]
    public void They_are_gone_after_the_backward_pass()
    {
        INetwork network = (INetwork)_networks.Value.Create("Lstms", seed: 5);
        Workspace workspace = network.CreateWorkspace(2), inference = network.CreateWorkspace(2, training: false);
        float[] gate = new float[2 * 7 * 5];
        Assert.Throws<InvalidOperationException>(() => workspace.OutputOf("lstm0.f", gate));
        workspace.Forward(ForwardMode.Training);
        Assert.Contains("has 70 elements", Assert.Throws<ArgumentException>(() => workspace.OutputOf("lstm0.f", gate.AsSpan(1))).Message, StringComparison.Ordinal);
        workspace.OutputOf("lstm0.f", gate);
        workspace.Loss();
        workspace.OutputOf("lstm0.f", gate);
        workspace.Backward();
        Assert.Contains("between Forward and Backward", Assert.Throws<InvalidOperationException>(() => workspace.OutputOf("lstm0.f", gate)).Message, StringComparison.Ordinal);
        inference.Forward(ForwardMode.Inference);
        Assert.Contains("in a workspace without training", Assert.Throws<ArgumentException>(() => inference.OutputOf("lstm0.f", gate)).Message, StringComparison.Ordinal);
    }
}
