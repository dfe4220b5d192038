#:project ../Extensions/SeqGen.Csv/SeqGen.Csv.csproj
#:project ../Extensions/SeqGen.Reports/SeqGen.Reports.csproj
// A CSV goes in, a report comes out: the next 24 hours of a column, as intervals. Elsewhere the lines above are #:package SeqGen@0.1.0, SeqGen.Csv@0.1.0 and SeqGen.Reports@0.1.0.
// Usage: dotnet run -c Release forecast.cs data.csv [column of times, default time] [column to forecast, default value]
using SeqGen;
using SeqGen.Csv;
using SeqGen.Reports;

string path = args.Length > 0 ? args[0] : throw new ArgumentException("Which file? dotnet run forecast.cs data.csv"), time = args.ElementAtOrDefault(1) ?? "time", column = args.ElementAtOrDefault(2) ?? "value";
CsvTable table = CsvTable.Read(path).WithEveryStep(time, TimeSpan.FromHours(1));
float[] values = table.Numbers(column), calendar = CalendarFeatures.Of(table.Dates(time), CalendarCycles.Day | CalendarCycles.Week);
MissingValues gaps = MissingValues.Fit(values.AsSpan(0, table.Rows * 7 / 10), columns: 1);
WindowOptions options = new() { Timesteps = Forecaster.Timesteps, Columns = 6, KnownColumns = [2, 3, 4, 5], TargetSeries = values, TargetSteps = 24, Target = WindowTarget.DecoderSteps };
SequenceData data = SequenceData.Windows(SeriesColumns.Join(table.Rows, gaps.Apply(values), calendar), options).IgnoreMissingTargets();
(SequenceData known, SequenceData test) = data.Split(0.85);
(SequenceData train, SequenceData later) = known.Split(0.85);
var trainer = Trainer.For(new Forecaster(seed: 1), new AdamW(3e-3f), new() { EarlyStopping = new(patience: 4), GradientClipping = GradientClipping.ByNorm(1) });
TrainingHistory history = trainer.Fit(train, epochs: 20, validation: later, progress: new ConsoleProgress());
(float[] lower, float[] upper) = trainer.PredictIntervals(test, trainer.Calibrate(later, coverage: 0.8));
float[] quantiles = trainer.Predict(test);
int last = test.Count - 1, row = test.IndexOf(last).TargetRow;
double[] Day(Func<int, float> value) => [.. Enumerable.Range(0, 24).Select(h => (double)value(h))];
new TrainingReport(Forecaster.Info, history.Epochs)
{
    Title = $"{column} of {path}, a day ahead",
    Evaluations = { ["test"] = trainer.Evaluate(test, [Measure.MeanAbsoluteError, Measure.MeanAbsoluteScaledError(train, season: 24)]) },
    Forecasts = [new ForecastChart("The last day", Day(h => values[row + h]), Day(h => quantiles[(((last * 24) + h) * 3) + 1])) { Lower = Day(h => lower[(last * 24) + h]), Upper = Day(h => upper[(last * 24) + h]), Axis = "hour" }],
}.Save("report.html");
Console.WriteLine(trainer.Evaluate(test, [Measure.MeanAbsoluteScaledError(train, season: 24)]).Measures + "\nwrote report.html");

[Network(Timesteps = 168, NormalizeInputs = true, NormalizeTargets = true), Encoder(Inputs = 6), Gru(24), Decoder(Inputs = 4, Timesteps = 24), Gru(24), Dense(3), Quantile(0.1, 0.5, 0.9)]
public partial class Forecaster;
