// The data: monthly numbers since 1749 and the windows to learn from. Knows time; refuses to know networks.
using System.Globalization;
using SeqGen;

namespace Sunspots;

/// <summary>The monthly mean relative sunspot numbers, cut in time: the last fifth is held out.</summary>
public sealed class SunspotSeries
{
    // A network that starts in the middle of the series needs two years to find its feet: these steps do not count in the loss.
    private const int WarmUp = 24;

    private SunspotSeries(double[] years, float[] numbers)
    {
        Years = years;
        Numbers = numbers;
        HeldOut = (int)(numbers.Length * 0.8);
        Validation = (int)(HeldOut * 0.85);
    }

    /// <summary>The time of every month, in years.</summary>
    public double[] Years { get; }

    /// <summary>The sunspot numbers.</summary>
    public float[] Numbers { get; }

    /// <summary>The first month that nothing is fitted on.</summary>
    public int HeldOut { get; }

    /// <summary>The first month of the part before <see cref="HeldOut"/> that decides when to stop training.</summary>
    public int Validation { get; }

    /// <summary>Reads the embedded file.</summary>
    public static SunspotSeries Read()
    {
        using var reader = new StreamReader(typeof(SunspotSeries).Assembly.GetManifestResourceStream("sunspots_monthly.csv")!);
        string[][] rows = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).ToArray();
        return new SunspotSeries(
            rows.Select(row => double.Parse(row[0], CultureInfo.InvariantCulture)).ToArray(),
            rows.Select(row => float.Parse(row[1], CultureInfo.InvariantCulture)).ToArray());
    }

    /// <summary>Overlapping windows with both targets at every step. Every target that counts lies in the months from
    /// <paramref name="first"/> to <paramref name="end"/>; only inputs of the warm-up come from before.</summary>
    /// <param name="first">The first month.</param>
    /// <param name="end">The month after the last.</param>
    /// <param name="stride">Months from one window to the next.</param>
    public SequenceData Windows(int first, int end, int stride = 4)
    {
        List<float> inputs = [], targets = [], mask = [];
        int last = end - SunspotForecaster.Timesteps - SunspotForecaster.Horizons[^1];
        for (int start = Math.Max(0, first - WarmUp); start <= last; start += stride)
        {
            for (int step = 0; step < SunspotForecaster.Timesteps; step++)
            {
                float now = Numbers[start + step];
                inputs.Add(now);
                foreach (int horizon in SunspotForecaster.Horizons)
                {
                    targets.Add((Numbers[start + step + horizon] - now) / SunspotForecaster.ChangeUnit);
                }

                mask.Add(step < WarmUp ? 0 : 1);
            }
        }

        return SequenceData.FromArrays(
            [.. inputs], [.. targets], SunspotForecaster.Timesteps, outputs: SunspotForecaster.Horizons.Length, targetEveryStep: true, mask: [.. mask]);
    }

    /// <summary>The root mean squared error of forecasts over the held-out months.</summary>
    /// <param name="horizon">Months ahead.</param>
    /// <param name="forecast">The forecast made at a month, of the number <paramref name="horizon"/> months later.</param>
    public double HeldOutError(int horizon, Func<int, double> forecast)
    {
        double sum = 0;
        for (int month = HeldOut; month < Numbers.Length; month++)
        {
            double error = forecast(month - horizon) - Numbers[month];
            sum += error * error;
        }

        return Math.Sqrt(sum / (Numbers.Length - HeldOut));
    }
}
