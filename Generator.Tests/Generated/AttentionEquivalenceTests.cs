// Generated code against the double interpreter where no reference case is: self-attention and pooling.
// Knows declarations; refuses to know how numbers are compared.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class AttentionEquivalenceTests
{
    private static readonly (string Name, string Layers)[] _declarations =
    [
        ("OneHead", "[SelfAttention(5)] [Dense(2)]"),
        ("TwoHeads", "[Gru(7)] [SelfAttention(6, Heads = 2)] [Rnn(3)]"),
        ("BothSides", "[SelfAttention(18, Causal = false)]"),
        ("Pooled", "[Gru(5)] [AttentionPooling(4)] [Dense(2)]"),
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
        [.. _declarations.Select(d => $"[Network(Inputs = 3, Timesteps = 7)] {d.Layers} [MeanSquaredError] public partial class {d.Name};")]));

    public static TheoryData<string> Names => [.. _declarations.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_gives_what_the_interpreter_gives(string name) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, name), (INetwork)_networks.Value.Create(name, seed: 7));
}
