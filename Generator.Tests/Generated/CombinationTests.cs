// Combinations that were wrong once, against the double interpreter: sizes that are equal and mean different things, heads with and without a
// loss, parameters of each step on axes that others are derived to.
// Knows the declarations; refuses to know how numbers are compared.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class CombinationTests
{
    private static readonly (string Name, string Layers)[] _stacks =
    [
        // Weightings over slots, memory rows, gates and outputs of one size: none may share a loop for that.
        ("SlotsAsWidth", "[NeuralTuringMachine(3, ControllerUnits = 5, Slots = 6, Width = 6)] [MeanSquaredError]"),
        ("AllOneSize", "[NeuralTuringMachine(4, ControllerUnits = 4, Controller = Controller.Lstm, Slots = 4, Width = 4)] [MeanSquaredError]"),
        ("OneSizeTwoHeads", "[NeuralTuringMachine(3, ControllerUnits = 3, Slots = 3, Width = 3, ReadHeads = 2, WriteHeads = 2, Shifts = 1)] [MeanSquaredError]"),
        ("BlockOfSlots", "[NeuralTuringMachine(16, ControllerUnits = 16, Slots = 16, Width = 16)]"),
        ("OneSlot", "[NeuralTuringMachine(2, ControllerUnits = 3, Slots = 1, Width = 1, Shifts = 0)] [MeanSquaredError]"),
        ("LongRows", "[NeuralTuringMachine(3, ControllerUnits = 2, Slots = 1024, Width = 1)] [MeanSquaredError]"),
        ("LongRowsWide", "[NeuralTuringMachine(2, ControllerUnits = 2, Slots = 1030, Width = 2)]"),
        ("AttentionOfOne", "[SelfAttention(1)] [Dense(1)] [MeanSquaredError]"),

        // A head without a loss has its gradient handed in.
        ("OneLossFirst", "[Gru(5)] [Head(\"a\")] [Dense(2)] [MeanSquaredError] [Head(\"b\")] [Dense(3)]"),
        ("OneLossLast", "[Gru(5)] [Head(\"a\")] [Dense(2)] [Head(\"b\")] [Dense(3)] [SoftmaxCrossEntropy] [Head(\"c\")] [Rnn(2, Returns = Returns.Last)]"),

        // A window of one step is the step.
        ("WindowOfOne", "[Lstm(3)] [Tdnn(4, 1, Padding = Padding.Valid, Skip = Skip.Concatenate)] [MeanSquaredError]"),
        ("Ring", "[Gru(2)] [Tdnn(4, 3, Dilation = 2)] [Dense(1)]"),
        ("WindowOfOneAdded", "[Lstm(4)] [Tdnn(4, 1, Padding = Padding.Valid, Residual = true, Activation = Activation.Tanh)] [Autoregressive(1, Padding = Padding.Valid)]"),
    ];

    private static readonly (int Batch, int Steps, bool Lengths, bool Mask)[] _shapes = [(3, 5, true, true), (1, 5, false, false), (2, 1, false, false)];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([.. _stacks.Select(s =>
        $"[Network(Inputs = 3, Timesteps = 5)] {s.Layers} public partial class {s.Name};")]));

    // Where all weightings are about the same, gradients cancel to what float cannot give.
    private static readonly string[] _cancelling = ["OneSizeTwoHeads", "LongRows", "LongRowsWide"];

    public static TheoryData<string> Names => new(_stacks.Select(s => s.Name));

    public static TheoryData<string> TrainingNames => new(_stacks.Select(s => s.Name).Except(_cancelling));

    [Theory]
    [MemberData(nameof(TrainingNames))]
    public void Training_gives_what_the_interpreter_gives(string name) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, name), _shapes, [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Inference_and_streams_give_what_the_interpreter_gives(string name) =>
        Equivalence.CheckInference(Oracle.Of(_networks.Value, name), _shapes, [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_constant_of_the_states_size_is_the_stream_s(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 7);
        if (network.Core.Plan.CanStream)
        {
            Assert.Equal(Streaming.Create(network).StateSize, (int)network.GetType().GetField("StateSize")!.GetRawConstantValue()!);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_workspace_that_ran_before_gives_the_same_bits(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 7);
        Workspace workspace = network.CreateWorkspace(3, 5);
        PassResults[] results = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            PassData data = RandomData.Batch(network, 3, 5, seed: 2, lengths: true);
            Passes.Start(network, workspace, data);
            workspace.ZeroGradients();
            return Passes.Train(network, workspace, data);
        })];
        Assert.Equal(results[0].Loss, results[1].Loss);
        foreach ((string result, float[] values) in results[0])
        {
            Closeness.Same(values, results[1][result], result);
        }
    }
}
