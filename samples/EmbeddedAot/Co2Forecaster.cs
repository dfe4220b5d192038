// The network of the native binary, declared; its training tool compiles the same file.
// Knows what goes in and out; refuses to know where readings come from.
using SeqGen;

namespace EmbeddedAot;

/// <summary>Takes the change of the CO2 concentration from one week to the next and says, after every week, how much it will have
/// changed a quarter of a year later. Levels are not its business, so that it still works when they rise beyond all it has seen.</summary>
[Network(Inputs = 1, Timesteps = 156)]
[Gru(16)]
[Dense(1)]
[MeanSquaredError]
public sealed partial class Co2Forecaster
{
    /// <summary>How far ahead it looks: a quarter of a year.</summary>
    public const int Weeks = 13;

    /// <summary>The unit of its output, in ppm: changes over a quarter are about that large.</summary>
    public const float ChangeUnit = 4;
}
