// The network of the native binary where it learns on. Knows what goes in and out; refuses to know where readings come from.
using SeqGen;

namespace EmbeddedAot;

/// <summary>The layers of <see cref="Co2Forecaster"/>, which load its weights, with the window that a device learns from: a quarter of a year. What learning takes
/// in memory is known when this is compiled: <c>LearningBytes</c>.</summary>
[Network(Inputs = 1, Timesteps = 13)]
[Gru(16)]
[Dense(1)]
[MeanSquaredError]
public sealed partial class Co2Adapter;
