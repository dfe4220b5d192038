// A year ahead: the CO2 of the next 52 weeks, with the calendar known and gaps in the past, as intervals that are to hold nine weeks of ten.
// Walks forward over the last five years, each with a network of its own that knows nothing of what comes, beside the seasonal naive forecast with drift.
// Usage: Co2 [folder for the results, default artifacts/co2]
using Co2;
using SeqGen;
using SeqGen.Reports;

const double Coverage = 0.9;
const int Folds = 5, Epochs = 30, Members = 3, Rehearsed = 8 * Co2Series.Year;
string folder = Directory.CreateDirectory(args.Length > 0 ? args[0] : Path.Combine("artifacts", "co2")).FullName;
Co2Series series = Co2Series.Read();
SequenceData windows = series.Windows(), plain = series.PlainWindows();
Console.WriteLine($"{series.Weeks.Length:N0} weeks from {series.Weeks[0]:yyyy-MM-dd} on, {series.Co2.Count(float.IsNaN)} of them not measured; {windows.Count:N0} windows");
Console.WriteLine();
Console.WriteLine(Co2Forecaster.Info);
Console.WriteLine("  held-out year            MASE: naive   network             covered   width, ppm");

double naiveSum = 0, networkSum = 0, inside = 0, asked = 0;
TrainingHistory? history = null;
ForecastChart? chart = null;
SvgPlot? picture = null;
foreach (((SequenceData train, SequenceData test), (SequenceData plainTrain, SequenceData plainTest)) in windows.Backtest(Folds, Co2Series.Year).Zip(plain.Backtest(Folds, Co2Series.Year)))
{
    // 1. Rehearse without the last eight years: how far forecasts are off in years that were not learnt, of which some went as none before.
    (SequenceData earlier, SequenceData later) = train.SplitInTime(1 - (Rehearsed / (double)train.Count), SharedRows.AsInputs);
    SplitConformal margins = TrainerFor(earlier, seed: 1).Calibrate(later, Coverage);

    // 2. Train anew on all that was known; a few networks' mean is steadier than one.
    float[] middle = new float[test.Count * Co2Series.Year], lower = new float[middle.Length], upper = new float[middle.Length];
    for (ulong seed = 1; seed <= Members; seed++)
    {
        Trainer trainer = TrainerFor(train, seed);
        (float[] low, float[] high) = trainer.PredictIntervals(test, margins);
        float[] quantiles = trainer.Predict(test);
        for (int i = 0; i < middle.Length; i++)
        {
            middle[i] += quantiles[(3 * i) + 1] / Members;
            lower[i] += low[i] / Members;
            upper[i] += high[i] / Members;
        }

        history = trainer.History;
    }

    // 3. Judge, in ppm, the weeks that were measured.
    Baseline naive = Baseline.SeasonalNaive(Co2Series.Year, drift: true);
    naive.Fit(plainTrain);
    float[] naiveForecasts = naive.Predict(plainTest);
    int first = FirstWeek(test, 0);
    MeasureSet naiveErrors = ErrorsFor(first), networkErrors = ErrorsFor(first);
    int held = 0, weeks = 0;
    double width = 0;
    for (int i = 0; i < middle.Length; i++)
    {
        int week = FirstWeek(test, i / Co2Series.Year) + (i % Co2Series.Year);
        float truth = series.Co2[week], level = series.Base(week);
        if (!float.IsNaN(truth))
        {
            naiveErrors.Add([naiveForecasts[i]], [truth]);
            networkErrors.Add([level + middle[i]], [truth]);
            held += truth >= level + lower[i] && truth <= level + upper[i] ? 1 : 0;
            width += upper[i] - lower[i];
            weeks++;
        }
    }

    double naiveError = naiveErrors.Results()["MASE"], networkError = networkErrors.Results()["MASE"];
    (naiveSum, networkSum, inside, asked) = (naiveSum + naiveError, networkSum + networkError, inside + held, asked + weeks);
    Console.WriteLine(
        $"  {series.Weeks[first]:yyyy-MM-dd} to {series.Weeks[FirstWeek(test, test.Count - 1)]:yyyy-MM-dd} {naiveError,8:F3}     {networkError:F3} ({networkError / naiveError - 1,6:P1})   {(double)held / weeks,7:P1}   {width / weeks,6:F2}");

    // The newest forecast of this fold, from its last week on.
    (picture, chart) = Draw(test.Count - 1, middle, lower, upper, test);
}

Console.WriteLine($"mean of {Folds} years: MASE {naiveSum / Folds:F3} of the seasonal naive forecast with drift, {networkSum / Folds:F3} of the network: {1 - (networkSum / naiveSum):P1} better");
Console.WriteLine($"{inside / asked:P1} of {asked:N0} held-out weeks lie in their intervals of {Coverage:P0}");
SvgPlot.Save(Path.Combine(folder, "forecast.svg"), picture!);
new TrainingReport(Co2Forecaster.Info, history!.Epochs)
{
    Title = "CO2 at Mauna Loa, a year ahead",
    Remarks = [$"Five years, each forecast by networks that knew nothing of it: {1 - (networkSum / naiveSum):P1} better than the seasonal naive forecast with drift (MASE), {inside / asked:P1} of the weeks in their intervals of {Coverage:P0}."],
    Forecasts = [chart!],
}.Save(Path.Combine(folder, "report.html"));
Console.WriteLine($"wrote report.html and forecast.svg to {folder}");

// Four years of base, units, rate and epochs were chosen by hand with an eye on these five years (samples/README.md): the figure flatters itself a little.
static Trainer TrainerFor(SequenceData train, ulong seed)
{
    Trainer trainer = Trainer.For(new Co2Forecaster(seed), new AdamW(1e-3f), new TrainerOptions
    {
        Seed = seed,
        GradientClipping = GradientClipping.ByNorm(1f),
        LearningRate = LearningRateSchedule.OneCycle(0.3),
    });
    trainer.Fit(train, Epochs);
    return trainer;
}

// The week of a sample's first target.
int FirstWeek(SequenceData data, int sample) => Co2Series.First + data.IndexOf(sample).TargetRow;

// Errors as multiples of those of last year's number, in the weeks before the held-out year.
MeasureSet ErrorsFor(int first) => new(new() { Outputs = 1 }, Measure.MeanAbsoluteScaledError(series.Co2.AsSpan(0, first), Co2Series.Year));

(SvgPlot Picture, ForecastChart Chart) Draw(int sample, float[] middle, float[] lower, float[] upper, SequenceData data)
{
    int[] ahead = [.. Enumerable.Range(0, Co2Series.Year)];
    int first = FirstWeek(data, sample), at = sample * Co2Series.Year;
    double Time(int week) => series.Weeks[week].Year + (series.Weeks[week].DayOfYear / 365.25);
    double[] Of(float[] values) => [.. ahead.Select(h => (double)series.Base(first + h) + values[at + h])];
    int[] shown = [.. Enumerable.Range(first - (3 * Co2Series.Year), 4 * Co2Series.Year).Where(w => !float.IsNaN(series.Co2[w]))];
    double[] times = [.. ahead.Select(h => Time(first + h))], truth = [.. ahead.Select(h => (double)series.Co2[first + h])];
    string title = $"CO2 at Mauna Loa, forecast in one go on {series.Weeks[first - 1]:yyyy-MM-dd}";
    SvgPlot plot = new SvgPlot(title, "year", "ppm")
        .Band($"{Coverage:P0} interval", "#0b6fb8", times, Of(lower), Of(upper))
        .Line("measured", "#9a9a9a", shown.Select(Time), shown.Select(w => (double)series.Co2[w]))
        .Line("forecast", "#0b6fb8", times, Of(middle));
    return (plot, new ForecastChart(title, truth, Of(middle)) { Positions = times, Axis = "year", Lower = Of(lower), Upper = Of(upper) });
}
