// The networks of these tests. Knows declarations alone.
namespace SeqGen.Extensions.Tests.Support;

/// <summary>One value after each sequence.</summary>
[Network(Inputs = 2, Timesteps = 24)]
[Lstm(8)]
[Gru(6, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class Forecaster;

/// <summary>One of three classes after each sequence.</summary>
[Network(Inputs = 2, Timesteps = 12)]
[Gru(8, Returns = Returns.Last)]
[Dense(3)]
[SoftmaxCrossEntropy]
public partial class Classifier;

/// <summary>A value and a class.</summary>
[Network(Inputs = 2, Timesteps = 12)]
[Gru(8, Returns = Returns.Last)]
[Head("level")]
[Dense(1)]
[MeanSquaredError(Weight = 0.5)]
[Head("kind")]
[Dense(3)]
[SoftmaxCrossEntropy]
public partial class TwoHeads;
