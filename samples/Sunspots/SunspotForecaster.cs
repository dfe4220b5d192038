// The network, declared. It knows what a forecast is made of; refuses to know where the numbers come from.
using SeqGen;

namespace Sunspots;

/// <summary>Reads the sunspot number month by month and says, after every month, how much it will have changed in one month and in
/// twelve (in units of <see cref="ChangeUnit"/>). A window of training is a solar cycle, eleven years.</summary>
[Network(Inputs = 1, Timesteps = 132, NormalizeInputs = true)]
[Gru(32)]
[Dense(2)]
[MeanSquaredError]
public sealed partial class SunspotForecaster
{
    /// <summary>A round number that makes the changes about as large as 1, which networks learn best.</summary>
    public const float ChangeUnit = 50;

    /// <summary>How far ahead the two outputs look, in months.</summary>
    public static ReadOnlySpan<int> Horizons => [1, 12];

    /// <summary>The forecast number: what is now, and the change. There are no fewer than 0 sunspots.</summary>
    public static float Forecast(float now, float output) => MathF.Max(0, now + (ChangeUnit * output));
}
