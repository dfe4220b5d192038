// Makes the weights that the native binary carries. Run once; the result is kept in the repository.
// Usage: EmbeddedAot.Training [file, default samples/EmbeddedAot/co2.safetensors] [--readings: only print the readings, one a line]
using System.Globalization;
using EmbeddedAot;
using SeqGen;

const int WarmUp = 52;                          // a year to find the season: these steps do not count in the loss
float[] levels = ReadLevels(out string[] readings);
if (args is ["--readings"])
{
    Console.Write(string.Join('\n', readings) + "\n");
    return;
}

// The last fifth is held out; before it, the last years say when to stop.
int heldOut = (int)(levels.Length * 0.8), validation = (int)(heldOut * 0.85);
var net = new Co2Forecaster(seed: 1);
Trainer trainer = Trainer.For(net, new AdamW(5e-3f), new TrainerOptions
{
    Seed = 1,
    GradientClipping = GradientClipping.ByNorm(1f),
    LearningRate = LearningRateSchedule.Cosine(warmupEpochs: 1, floor: 0.01),
    EarlyStopping = new EarlyStopping(patience: 20),
});
TrainingHistory history = trainer.Fit(Windows(0, validation), epochs: 60, Windows(validation - WarmUp, heldOut), new ConsoleProgress());
Console.WriteLine($"best {history.Best}");

float[] outputs = trainer.Predict(SequenceData.FromArrays(Changes(levels), targets: null, steps: levels.Length));
Console.WriteLine($"held-out error {Co2Forecaster.Weeks} weeks ahead (RMSE, ppm)");
Console.WriteLine($"  persistence                        {Error(week => levels[week]):F2}");
Console.WriteLine($"  last year's, plus the year's rise  {Error(week => levels[week] + levels[week - 52 + Co2Forecaster.Weeks] - levels[week - 52]):F2}");
Console.WriteLine($"  network                            {Error(week => levels[week] + (Co2Forecaster.ChangeUnit * outputs[week])):F2}");

string path = Path.GetFullPath(args.Length > 0 ? args[0] : Path.Combine("samples", "EmbeddedAot", "co2.safetensors"));
net.Save(path);
Console.WriteLine($"wrote {path}");

double Error(Func<int, double> forecast) => Math.Sqrt(Enumerable.Range(heldOut, levels.Length - heldOut)
    .Where(week => readings[week].Length > 0)
    .Average(week => Math.Pow(forecast(week - Co2Forecaster.Weeks) - levels[week], 2)));

// Overlapping windows with a target at every step, all within [first, end).
SequenceData Windows(int first, int end)
{
    float[] changes = Changes(levels);
    List<float> inputs = [], targets = [], mask = [];
    for (int start = first; start + Co2Forecaster.Timesteps + Co2Forecaster.Weeks <= end; start += 4)
    {
        for (int step = 0; step < Co2Forecaster.Timesteps; step++)
        {
            int week = start + step;
            inputs.Add(changes[week]);
            targets.Add((levels[week + Co2Forecaster.Weeks] - levels[week]) / Co2Forecaster.ChangeUnit);
            mask.Add(step < WarmUp || readings[week + Co2Forecaster.Weeks].Length == 0 ? 0 : 1);
        }
    }

    return SequenceData.FromArrays([.. inputs], [.. targets], Co2Forecaster.Timesteps, targetEveryStep: true, mask: [.. mask]);
}

static float[] Changes(float[] levels) => levels.Select((level, week) => week == 0 ? 0 : level - levels[week - 1]).ToArray();

// A week without a reading keeps the level of the week before, as the binary does.
static float[] ReadLevels(out string[] readings)
{
    using var reader = new StreamReader(typeof(Co2Forecaster).Assembly.GetManifestResourceStream("co2_weekly.csv")!);
    readings = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[1].Trim()).ToArray();
    float level = float.Parse(readings[0], CultureInfo.InvariantCulture);
    return readings.Select(text => level = text.Length == 0 ? level : float.Parse(text, CultureInfo.InvariantCulture)).ToArray();
}
