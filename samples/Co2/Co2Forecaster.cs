// The network. Knows its inputs' order, which Co2Series fills; refuses to know weeks.
using SeqGen;

namespace Co2;

/// <summary>Reads two years of weeks and writes the year that follows, week by week, as three quantiles. What it forecasts is not the CO2 itself but how far it lies above the mean of the same week
/// in the four years before, which neither rises nor swings with the seasons.</summary>
[Network(Timesteps = 104, NormalizeInputs = true)]
[Encoder(Inputs = 5)]                                       // what it was, whether it was measured, how far off its last weeks, and the time of year
[Gru(16)]
[Decoder(Inputs = 4, Timesteps = 52)]                       // what is known of a week ahead: the year before, and the time of year
[Gru(16)]
[Dense(3)]
[Quantile(0.05, 0.5, 0.95, NonCrossing = true)]
public sealed partial class Co2Forecaster;
