// Gradients that vanish, explode and are kept on their way back through time, and what networks learn of it: on a task that is nothing but memory, and on a real series.
using System.Globalization;
using Memories;
using SeqGen;
using SeqGen.Reports;
using SeqGen.Samples;

const string Usage = """
    Trains recurrent cells to remember a symbol over 20 to 400 steps, measures how far back their gradients come, and draws both.

    Usage: GradientFlow [folder for the results, default artifacts/gradient-flow] [options]
      --quick            short sequences and few updates, to see that everything works
      --updates NUMBER   updates of each training, default 600
      --seed NUMBER      another seed, default 1
    """;
if (SampleOptions.Read(args, Usage, "--quick", "--updates=", "--seed=") is not { } options)
{
    return;
}

bool quick = options.Has("--quick");
int updates = quick ? 50 : (int)options.Number("--updates", 600), seed = (int)options.Number("--seed", 1);
int[] lengths = quick ? [20, 50] : [20, 50, 100, 200, 400];
string folder = options.Folder("gradient-flow");
(string Name, string Color, Func<INetwork> Create)[] cells =
[
    ("Rnn sigmoid", "#9a9a9a", () => new SigmoidRecall((ulong)seed)),
    ("Rnn tanh", "#d1495b", () => new TanhRecall((ulong)seed)),
    ("Rnn relu", "#e8a33d", () => new ReluRecall((ulong)seed)),
    ("Lstm, forget bias 0", "#7fb069", () => new ForgetfulRecall((ulong)seed)),
    ("Lstm, forget bias 3", "#0b6fb8", () => new LstmRecall((ulong)seed)),
    ("Gru", "#6a4c93", () => new GruRecall((ulong)seed)),
];

// 1. Before any training: what comes back of the last step's loss, step by step.
int far = lengths[^1];
SequenceData look = Recall.Make(32, far, seed: 900);
var fresh = new SvgPlot($"Fresh networks: gradient of the last step's loss, up to {far} steps back", "steps back", "log10 of the norm, the nearest at 0");
Console.WriteLine("fresh networks: steps back until 1 % of the gradient is left");
foreach ((string name, string color, Func<INetwork> create) in cells)
{
    GradientFlowResult flow = GradientFlow.Measure(create(), look);
    Console.WriteLine($"  {name,-20} {flow.Reach(flow.States[^1].State),4}");
    Draw(fresh, name, color, flow);
}

// 2. The task, with gradients clipped and as they are.
var trained = new SvgPlot($"The same after training on {far} steps, gradients clipped at norm 1", "steps back", "log10 of the norm, the nearest at 0");
var accuracy = new List<(string Row, float[] Values)>();
foreach (bool clips in (bool[])[true, false])
{
    Console.WriteLine();
    Console.WriteLine($"accuracy after {updates} updates, {(clips ? "gradients clipped at norm 1" : "not clipped")} (a guess is right in {100.0 / Recall.Symbols:F0} %)");
    Console.WriteLine("  " + new string(' ', 20) + string.Concat(lengths.Select(l => $"{l,10}")));
    foreach ((string name, string color, Func<INetwork> create) in cells)
    {
        Console.Write($"  {name,-20}");
        float[] row = new float[lengths.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            INetwork net = create();
            (row[i], bool diverged) = Train(net, lengths[i], clips);
            Console.Write(diverged ? $"{"diverged",10}" : $"{row[i],10:P0}");
            if (clips && lengths[i] == far && !diverged)
            {
                Draw(trained, name, color, GradientFlow.Measure(net, look));
            }
        }

        accuracy.Add(($"{name}{(clips ? "" : ", not clipped")}", row));
        Console.WriteLine();
    }
}

// 3. A real series: how far back a month's forecast reaches into the months before.
(SequenceData train, SequenceData last) = Months.Read();
var months = new SvgPlot("Sunspots, trained to forecast the next month: gradient of the last month's loss", "months back", "log10 of the norm, the nearest at 0");
Console.WriteLine();
Console.WriteLine("sunspots: error of the held-out years, and months back until 1 % of the gradient is left");
foreach ((string name, string color, INetwork net) in (IEnumerable<(string, string, INetwork)>)
[
    ("Rnn tanh", "#d1495b", new TanhMonths((ulong)seed)), ("Rnn relu", "#e8a33d", new ReluMonths((ulong)seed)), ("Lstm", "#0b6fb8", new LstmMonths((ulong)seed)), ("Gru", "#6a4c93", new GruMonths((ulong)seed)),
])
{
    var trainer = Trainer.For(net, new Adam(5e-3f), new() { BatchSize = 16, Seed = (ulong)seed, GradientClipping = GradientClipping.ByNorm(1) });
    trainer.Fit(train, quick ? 3 : 40);
    GradientFlowResult flow = GradientFlow.Measure(net, last);
    Console.WriteLine($"  {name,-20} RMSE {100 * trainer.Evaluate(last).RootMeanSquaredError:F1}, {flow.Reach(flow.States[^1].State)} months");
    Draw(months, name, color, flow);
}

// 4. Pictures.
SvgPlot.Save(Path.Combine(folder, "flow.svg"), fresh, trained, months);
float[,] table = new float[accuracy.Count, lengths.Length];
for (int r = 0; r < accuracy.Count; r++)
{
    for (int c = 0; c < lengths.Length; c++)
    {
        table[r, c] = accuracy[r].Values[c];
    }
}

SvgMatrix.Save(Path.Combine(folder, "accuracy.svg"), new SvgMatrix($"Symbols remembered (a guess: {1.0 / Recall.Symbols:P0})", "cell", "steps between symbol and question", table)
    .Cell(26, width: 72).Numbers("P0").Labels(accuracy.Select(a => a.Row), lengths.Select(l => l.ToString(CultureInfo.InvariantCulture))));
Console.WriteLine();
Console.WriteLine($"wrote flow.svg and accuracy.svg to {folder}");

(float Accuracy, bool Diverged) Train(INetwork net, int length, bool clips)
{
    var trainer = Trainer.For(net, new Adam(2e-3f), new() { BatchSize = 32, Seed = (ulong)seed, GradientClipping = clips ? GradientClipping.ByNorm(1) : GradientClipping.None });
    try
    {
        // 50 updates an epoch.
        SequenceData data = Recall.Make(1600, length, seed);
        trainer.Fit(data, Math.Max(1, updates / 50));
    }
    catch (TrainingDivergedException)
    {
        return (0, true);
    }

    return ((float)trainer.Evaluate(Recall.Make(400, length, seed: 901)).Accuracy!.Value, false);
}

// Relative to the nearest step; where nothing is left that a float can tell, the line ends.
void Draw(SvgPlot plot, string name, string color, GradientFlowResult flow)
{
    IReadOnlyList<double> norms = flow.States[^1].Norms;
    plot.Line(name, color, flow.Distances.Select(d => (double)d), norms.Select(n => Math.Log10(n / norms[0]) is >= -12 and var log ? Math.Min(log, 6) : double.NaN), width: 2);
}
