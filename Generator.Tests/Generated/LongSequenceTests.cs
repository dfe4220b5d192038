// Sequences longer than the steps whose input products are made ahead, and batches of more rows than a chunk of the way back: what is
// divided into parts must fit together at their seams. Layers above and below the sizes at which programs take another form.
// Knows shapes; refuses to know what is right.
using System;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class LongSequenceTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 20, Timesteps = 37)] [Lstm(50)] [Gru(60)] [Dense(2)] [MeanSquaredError] public partial class Wide;",
        "[Network(Inputs = 40, Timesteps = 37)] [Gru(70, ResetAfter = false)] [Rnn(130, Returns = Returns.Last)] [Dense(3, Activation = Activation.Tanh)] public partial class Last;",
        "[Network(Inputs = 3, Timesteps = 37)] [Lstm(20)] [Gru(9)] [Rnn(32)] [Dense(4)] [MeanSquaredError] public partial class Narrow;",
        "[Network(Inputs = 1, Timesteps = 37)] [Gru(32)] [Rnn(5)] [Dense(17)] [Lstm(16)] public partial class Odd;",
    ]));

    private static readonly (int Batch, int Steps, bool Lengths, bool Mask)[] _shapes = [(1, 37, false, false), (5, 37, true, false), (1, 130, false, false), (130, 2, false, false)];

    public static TheoryData<string> Names => ["Wide", "Last", "Narrow", "Odd"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parts_of_a_long_training_pass_fit_together(string name) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, name), _shapes, [Variants.Create(_networks.Value[name], seed: 3)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Parts_of_a_long_inference_pass_fit_together(string name) =>
        Equivalence.CheckInference(Oracle.Of(_networks.Value, name), _shapes, [Variants.Create(_networks.Value[name], seed: 3)]);
}
