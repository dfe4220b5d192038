// Declarations larger than memory, numbers of 32 bits or a generated file can be: one error at the layer that says what would fit, and never
// generated code whose places overflow or a generator that does not come back.
// Knows texts; what fits is compiled and run elsewhere.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class SizeDiagnosticTests
{
    [Theory]
    [InlineData("[Network(Inputs = 65_536, Timesteps = 4)] [{|SEQ0112:Tdnn(1, 2, Dilation = 65_535)|}]", "The network has 4,295,163,920 numbers in all values of one step, the windows that a stream remembers included, and at most 134,217,728 are possible; make layers smaller or fewer")]
    [InlineData("[Network(Inputs = 1, Timesteps = 4)] [Dense(1)] [{|SEQ0112:Autoregressive(1_000_000, Units = 1_000)|}]", "The network has 1,000,001,002 parameters, and at most 536,870,912 are possible; make layers smaller or fewer")]
    [InlineData("[Network(Inputs = 1, Timesteps = 60_000)] [Dense(1)] [{|SEQ0112:Lstm(60, Tied = false)|}]", "The network has 907,200,002 parameters, and at most 536,870,912 are possible; make layers smaller or fewer")]
    [InlineData("[Network(Inputs = 3, Timesteps = 100_000)] [Gru(2, {|SEQ0112:Tied = false|})]", "The network has 100,000 steps with parameters of their own, and at most 65,536 are possible; make layers smaller or fewer")]
    [InlineData("[Network(Inputs = 3, Timesteps = int.MaxValue)] [Tdnn(3, 2, Stride = 2)] [Gru(2, {|SEQ0112:Tied = false|})]", "The network has 1,073,741,824 steps with parameters of their own, and at most 65,536 are possible; make layers smaller or fewer")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4)] [NeuralTuringMachine(3, {|SEQ0104:ReadHeads = 10_000|})]", "ReadHeads must be from 1 to 16, and is 10000")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4)] [NeuralTuringMachine(3, {|SEQ0104:WriteHeads = 0|})]", "WriteHeads must be from 1 to 16, and is 0")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4)] [NeuralTuringMachine(3, {|SEQ0112:Slots = 1_000_000|}, Width = 1_000_000)]", "The network has 1,000,000,000,000 numbers in a memory (Slots * Width), and at most 16,777,216 are possible; make layers smaller or fewer")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4)] [SelfAttention(1_024, {|SEQ0104:Heads = 1_024|})]", "Heads must be at most 64, and is 1024")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4)] [Gru({|SEQ0112:int.MaxValue|}, Direction = Direction.Both)]", "The network has 2,147,483,647 units, and at most 1,048,576 are possible; make layers smaller or fewer")]
    public void What_does_not_fit_is_one_error_that_says_what_does(string attributes, string message)
    {
        Assert.Equal([message], Marked.Check(attributes + " public partial class Net;"));
    }

    [Fact]
    public void Padding_counts()
    {
        string layers = "[{|SEQ0112:Rnn(1, Tied = false)|}]" + string.Concat(Enumerable.Repeat("[Rnn(1, Tied = false)]", 63));
        string message = Assert.Single(Marked.Check($"[Network(Inputs = 1, Timesteps = 65_536)] {layers} public partial class Net;"));
        Assert.StartsWith("The network has 2", message, StringComparison.Ordinal);
        Assert.Contains(" numbers where parameters are padded to blocks of 16 by 16, and at most 2,147,483,527 are possible", message, StringComparison.Ordinal);
    }

    /// <summary>The largest of what is written out a piece each, and of what once was.</summary>
    [Theory]
    [InlineData("[Network(Inputs = 3, Timesteps = 65_536)] [Lstm(2, Tied = false)] [Dense(1)] [MeanSquaredError]")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4)] [NeuralTuringMachine(3, Slots = 4, Width = 2, ReadHeads = 16, WriteHeads = 16)]")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4)] [SelfAttention(64, Heads = 64)]")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4, Unroll = int.MaxValue)] [Lstm(2)]")]
    public void A_generated_file_has_a_bound(string attributes)
    {
        HarnessRun run = NetworkHarness.Run(attributes + " public partial class Net;");
        Assert.DoesNotContain(run.SeqGen, d => d.Severity == "Error");
        int length = Assert.Single(run.Files).Value.Length;
        Assert.True(length < 4_000_000, $"{length} characters");
        run.AssertCompiles();
    }
}
