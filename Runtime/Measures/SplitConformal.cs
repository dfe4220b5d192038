// Intervals that cover what they say: margins from residuals of data that no training has seen. Knows forecasts and truths; refuses to know networks.
// V. Vovk, A. Gammerman, G. Shafer: Algorithmic learning in a random world, 2005; J. Lei et al.: Distribution-free predictive inference for regression, JASA 113, 2018 (split
// conformal, absolute and scaled residuals). Y. Romano, E. Patterson, E. Candes: Conformalized quantile regression. NeurIPS 2019.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>Intervals around forecasts that hold at least the promised share of what comes, on the average over data like that which they were calibrated on: whatever the network, and however
/// errors are distributed. Each number of a forecast (each step of a horizon) has a margin of its own.</summary>
/// <remarks>Calibrated on data that no training has seen. What is promised needs data that are exchangeable with the later ones; of a series that changes, calibrate on its newest part, and anew
/// from time to time. <see cref="SaveIn"/> keeps it with the network.</remarks>
/// <example><code>
/// SplitConformal conformal = trainer.Calibrate(heldOut, coverage: 0.9);
/// (float[] lower, float[] upper) = trainer.PredictIntervals(test, conformal);
/// </code></example>
public sealed class SplitConformal
{
    private const string Format = "conformal 1";
    private const string MetadataKey = "interval";
    private readonly double[] _margins;

    private SplitConformal(IntervalForm form, double coverage, double[] margins) => (Form, Coverage, _margins) = (form, coverage, margins);

    /// <summary>What margins are added to.</summary>
    public IntervalForm Form { get; }

    /// <summary>The share that intervals are to hold.</summary>
    public double Coverage { get; }

    /// <summary>Numbers of a forecast.</summary>
    public int Numbers => _margins.Length;

    /// <summary>What is added on both sides, one a number of a forecast: in the target's unit, or in deviations. Of quantiles it may be below 0.</summary>
    public ReadOnlySpan<double> Margins => _margins;

    /// <summary>Margins around forecasts: intervals are forecast - margin to forecast + margin.</summary>
    /// <param name="forecasts">[samples, numbers].</param>
    /// <param name="truths">[samples, numbers]; what is not a number is left out.</param>
    /// <param name="coverage">The share that intervals are to hold, between 0 and 1.</param>
    /// <param name="numbers">Numbers of a forecast: steps of the horizon times columns.</param>
    /// <exception cref="ArgumentException">Spans do not fit, a forecast is not a number, or there are too few truths for the coverage: n are enough where ceil((n + 1) coverage) is at most n.</exception>
    public static SplitConformal Fit(ReadOnlySpan<float> forecasts, ReadOnlySpan<float> truths, double coverage, int numbers = 1)
    {
        CheckFit(forecasts.Length, truths.Length, truths.Length, numbers, coverage);
        double[] scores = new double[truths.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = IsMissing(truths[i], i, numbers) ? double.NaN : Math.Abs((double)truths[i] - Number(forecasts[i], i, numbers));
        }

        return new(IntervalForm.Absolute, coverage, MarginsOf(scores, numbers, coverage));
    }

    /// <summary>Margins in multiples of what a network says of its own error (a Gaussian head's standard deviation, say): forecast - margin deviation to forecast + margin deviation.</summary>
    /// <param name="forecasts">[samples, numbers].</param>
    /// <param name="deviations">[samples, numbers], finite and above 0 where there is a truth.</param>
    /// <param name="truths">[samples, numbers]; what is not a number is left out.</param>
    /// <param name="coverage">The share that intervals are to hold, between 0 and 1.</param>
    /// <param name="numbers">Numbers of a forecast: steps of the horizon times columns.</param>
    /// <exception cref="ArgumentException">See <see cref="Fit"/>.</exception>
    public static SplitConformal FitScaled(ReadOnlySpan<float> forecasts, ReadOnlySpan<float> deviations, ReadOnlySpan<float> truths, double coverage, int numbers = 1)
    {
        CheckFit(forecasts.Length, deviations.Length, truths.Length, numbers, coverage);
        double[] scores = new double[truths.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            // Beyond a sequence's length there is neither a truth nor a deviation.
            if (IsMissing(truths[i], i, numbers))
            {
                scores[i] = double.NaN;
                continue;
            }

            double deviation = deviations[i] > 0 && float.IsFinite(deviations[i]) ? deviations[i]
                : throw new ArgumentException($"The deviation of sample {i / numbers}, number {i % numbers}, is {deviations[i].ToString(CultureInfo.InvariantCulture)}; it is finite and above 0.", nameof(deviations));
            scores[i] = Math.Abs((double)truths[i] - Number(forecasts[i], i, numbers)) / deviation;
        }

        return new(IntervalForm.Scaled, coverage, MarginsOf(scores, numbers, coverage));
    }

    /// <summary>Margins around two quantiles that a network forecasts: lower - margin to upper + margin. They adapt to each forecast.</summary>
    /// <param name="lower">[samples, numbers], the lower quantiles.</param>
    /// <param name="upper">[samples, numbers], the upper quantiles.</param>
    /// <param name="truths">[samples, numbers]; what is not a number is left out.</param>
    /// <param name="coverage">The share that intervals are to hold, between 0 and 1.</param>
    /// <param name="numbers">Numbers of a forecast: steps of the horizon times columns.</param>
    /// <exception cref="ArgumentException">See <see cref="Fit"/>.</exception>
    public static SplitConformal FitQuantiles(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<float> truths, double coverage, int numbers = 1)
    {
        CheckFit(lower.Length, upper.Length, truths.Length, numbers, coverage);
        double[] scores = new double[truths.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = IsMissing(truths[i], i, numbers) ? double.NaN : Math.Max(Number(lower[i], i, numbers) - truths[i], truths[i] - Number(upper[i], i, numbers));
        }

        return new(IntervalForm.Quantiles, coverage, MarginsOf(scores, numbers, coverage));
    }

    /// <summary>The intervals of forecasts, or what <see cref="Form"/> says they are around.</summary>
    /// <param name="forecasts">[samples, <see cref="Numbers"/>]: forecasts; of quantiles the lower ones.</param>
    /// <param name="others">[samples, <see cref="Numbers"/>]: of the scaled form deviations, of quantiles the upper ones; empty of the absolute form.</param>
    /// <param name="lower">Receives the lower ends.</param>
    /// <param name="upper">Receives the upper ends: at least the lower ones. Either may be the very span of the forecasts or of the others.</param>
    /// <exception cref="ArgumentException">Spans do not fit, or overlap otherwise.</exception>
    public void Apply(ReadOnlySpan<float> forecasts, ReadOnlySpan<float> others, Span<float> lower, Span<float> upper)
    {
        int rest = Form == IntervalForm.Absolute ? 0 : forecasts.Length;
        if (forecasts.Length % Numbers != 0 || others.Length != rest || lower.Length != forecasts.Length || upper.Length != forecasts.Length)
        {
            throw new ArgumentException(
                $"Forecasts are [samples, {Numbers}], {(Form == IntervalForm.Absolute ? "alone" : Form == IntervalForm.Scaled ? "with as many deviations" : "lower quantiles with as many upper ones")}, and there is room for as many " +
                $"lower and upper ends; {forecasts.Length}, {others.Length}, {lower.Length} and {upper.Length} were given.", nameof(forecasts));
        }

        if (Overlaps(forecasts, lower) || Overlaps(forecasts, upper) || Overlaps(others, lower) || Overlaps(others, upper) || lower.Overlaps(upper))
        {
            throw new ArgumentException("Lower and upper ends are spans apart from each other; each is that of the forecasts (or of the others), or apart from it.", nameof(lower));
        }

        for (int i = 0; i < forecasts.Length; i++)
        {
            double margin = _margins[i % Numbers] * (Form == IntervalForm.Scaled ? others[i] : 1), low = forecasts[i] - margin, high = (Form == IntervalForm.Quantiles ? others[i] : forecasts[i]) + margin;

            // Where a margin below 0 is more than half of the width, all that is left is the middle.
            (lower[i], upper[i]) = low <= high ? ((float)low, (float)high) : ((float)((low + high) / 2), (float)((low + high) / 2));
        }
    }

    /// <summary>The share of truths that lie in intervals, and their mean width, over all ("coverage", "width") and of each number (by step).</summary>
    /// <param name="lower">[samples, numbers].</param>
    /// <param name="upper">[samples, numbers].</param>
    /// <param name="truths">[samples, numbers]; what is not a number is left out.</param>
    /// <param name="numbers">Numbers of a forecast.</param>
    public static MeasureResults Check(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<float> truths, int numbers = 1)
    {
        CheckFit(lower.Length, upper.Length, truths.Length, numbers, 0.5);
        double[] inside = new double[numbers], widths = new double[numbers], counts = new double[numbers];
        for (int i = 0; i < truths.Length; i++)
        {
            if (float.IsNaN(truths[i]))
            {
                continue;
            }

            int k = i % numbers;
            inside[k] += lower[i] <= truths[i] && truths[i] <= upper[i] ? 1 : 0;
            widths[k] += (double)upper[i] - lower[i];
            counts[k]++;
        }

        List<MeasuredValue> values = [new("coverage", inside.Sum() / counts.Sum()), new("width", widths.Sum() / counts.Sum())];
        for (int k = 0; k < numbers && numbers > 1; k++)
        {
            values.Add(new("coverage", inside[k] / counts[k]) { Step = k });
            values.Add(new("width", widths[k] / counts[k]) { Step = k });
        }

        return new MeasureResults(values, []);
    }

    /// <summary>Keeps it with a network: it is in the network's file then, for whoever predicts with it.</summary>
    /// <param name="metadata">The network's texts.</param>
    /// <param name="name">What it is called there, where there are several.</param>
    public void SaveIn(NetworkMetadata metadata, string name = MetadataKey)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        metadata[name] = ToString();
    }

    /// <summary>What came with a network's file.</summary>
    /// <param name="metadata">The network's texts.</param>
    /// <param name="name">What it is called there.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="FormatException">The text is none.</exception>
    public static SplitConformal LoadFrom(NetworkMetadata metadata, string name = MetadataKey)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return Parse(metadata.Require(name, $"'{name}' of intervals"));
    }

    /// <summary>All of it as a line of text, which <see cref="Parse"/> reads back with the same bits.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Format}; {Form}; coverage {Coverage:R}; margins {string.Join(' ', _margins.Select(m => m.ToString("R", CultureInfo.InvariantCulture)))}");

    /// <summary>What <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static SplitConformal Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split("; ");
        if (parts.Length != 4 || parts[0] != Format || !Enum.GetNames<IntervalForm>().Contains(parts[1]) || !Enum.TryParse(parts[1], out IntervalForm form)
            || Numbers("coverage ", parts[2]) is not [> 0 and < 1 and var coverage] || Numbers("margins ", parts[3]) is not { Length: > 0 } margins
            || !Array.TrueForAll(margins, m => double.IsFinite(m) && (m >= 0 || form == IntervalForm.Quantiles)))
        {
            throw new FormatException($"'{(text.Length > 80 ? text[..80] + "..." : text)}' is no text of a {nameof(SplitConformal)}, which begins '{Format}; '. Store what ToString gives.");
        }

        return new(form, coverage, margins);

        static double[]? Numbers(string name, string part)
        {
            string[] words = part.StartsWith(name, StringComparison.Ordinal) ? part[name.Length..].Split(' ') : [];
            double[] numbers = new double[words.Length];
            return words.Select((w, i) => double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])).All(ok => ok) ? numbers : null;
        }
    }

    private static bool IsMissing(float truth, int i, int numbers) => float.IsNaN(truth) || (float.IsInfinity(truth)
        ? throw new ArgumentException($"The truth of sample {i / numbers}, number {i % numbers}, is {truth.ToString(CultureInfo.InvariantCulture)}: it is finite, or NaN where it is not known.", "truths") : false);

    /// <summary>Whether one is written while the other is still to be read.</summary>
    private static bool Overlaps(ReadOnlySpan<float> read, ReadOnlySpan<float> written) => read.Overlaps(written, out int offset) && offset != 0;

    private static double Number(float forecast, int i, int numbers) => float.IsFinite(forecast) ? forecast
        : throw new ArgumentException($"The forecast of sample {i / numbers}, number {i % numbers}, is {forecast.ToString(CultureInfo.InvariantCulture)}: no margin makes an interval of it.", "forecasts");

    private static void CheckFit(int forecasts, int others, int truths, int numbers, double coverage)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numbers);
        Settings.Check(coverage, coverage is > 0 and < 1, nameof(coverage), "between 0 and 1, 0.9 for instance");
        if (forecasts != truths || others != truths || truths % numbers != 0 || truths == 0)
        {
            throw new ArgumentException($"Forecasts and truths are [samples, {numbers}], as many of one as of the other and at least one; {forecasts}, {others} and {truths} were given.", nameof(truths));
        }
    }

    /// <summary>Of each number the score that ceil((n + 1) coverage) of the n are not above.</summary>
    private static double[] MarginsOf(double[] scores, int numbers, double coverage)
    {
        double[] margins = new double[numbers], own = new double[scores.Length / numbers];
        for (int k = 0; k < numbers; k++)
        {
            int n = 0;
            for (int i = k; i < scores.Length; i += numbers)
            {
                own[n] = scores[i];
                n += double.IsNaN(scores[i]) ? 0 : 1;
            }

            // (n + 1) coverage is a whole number for such as 9 and 0.9, which has no exact double.
            double rank = Math.Ceiling(((n + 1) * coverage) - 1e-9);
            if (rank > n)
            {
                throw new ArgumentException(
                    $"{n} truths of number {k} are too few for intervals that hold {coverage.ToString(CultureInfo.InvariantCulture)}: at least {Math.Ceiling((coverage / (1 - coverage)) - 1e-9).ToString(CultureInfo.InvariantCulture)} are needed. " +
                    "Hold more data out, or ask for less.", "truths");
            }

            Array.Sort(own, 0, n);
            margins[k] = own[(int)rank - 1];
        }

        return margins;
    }
}

/// <summary>What margins of a <see cref="SplitConformal"/> are added to.</summary>
public enum IntervalForm
{
    /// <summary>A forecast; margins in its unit.</summary>
    Absolute,

    /// <summary>A forecast; margins in deviations, which the network says.</summary>
    Scaled,

    /// <summary>A lower and an upper quantile; margins in their unit.</summary>
    Quantiles,
}
