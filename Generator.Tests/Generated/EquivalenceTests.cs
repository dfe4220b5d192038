// Generated code against the double interpreter on random stacks.
// Knows what a stack is; refuses to know any layer, and how numbers are compared.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class EquivalenceTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([.. RandomStacks.Sources]));

    private static readonly Lazy<Type[]> _cut = new(() =>
        Variants.Load(_networks.Value.Run, [.. RandomStacks.Names.Select(n => RandomStacks.Space + n)], CompilerOptions.Default with { LoopOperations = 6, LoopActivations = 1 }));

    /// <summary>The run that all stacks come from.</summary>
    internal static HarnessRun Run => _networks.Value.Run;

    public static TheoryData<string> Stacks => new(RandomStacks.Names);

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Training_gives_what_the_interpreter_gives_however_loops_are_cut(string stack) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, RandomStacks.Space + stack), Networks(stack));

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Inference_and_streams_give_what_the_interpreter_gives_without_noise_however_loops_are_cut(string stack) =>
        Equivalence.CheckInference(Oracle.Of(_networks.Value, RandomStacks.Space + stack), Networks(stack));

    [Theory]
    [InlineData("Lstm(")]
    [InlineData("Gru(")]
    [InlineData("Rnn(")]
    [InlineData("Dense(")]
    [InlineData("Dropout(")]
    [InlineData("Embedding(")]
    [InlineData("ResetAfter = false")]
    [InlineData("Bias = false")]
    [InlineData("Returns.Last")]
    [InlineData("Trainable = false")]
    [InlineData("PerSequence = true")]
    [InlineData("NormalizeInputs = true")]
    [InlineData("TimeMajor = true")]
    [InlineData("Unroll = ")]
    [InlineData("Activation.Relu")]
    [InlineData("Activation.Tanh")]
    [InlineData("Activation.Sigmoid")]
    [InlineData("Activation.Softmax")]
    [InlineData("[MeanSquaredError]")]
    [InlineData("[SoftmaxCrossEntropy]")]
    [InlineData("[BinaryCrossEntropy]")]
    public void The_stacks_have_three_of_everything(string part) =>
        Assert.True(RandomStacks.Sources.Count(s => s.Contains(part, StringComparison.Ordinal)) >= 3, "there are fewer than three stacks with " + part);

    /// <summary>The network as it is, and with the smallest loops that there can be.</summary>
    private static INetwork[] Networks(string stack) =>
        [Variants.Create(_networks.Value[RandomStacks.Space + stack], seed: 7), Variants.Create(_cut.Value[RandomStacks.Names.ToList().IndexOf(stack)], seed: 7)];
}
