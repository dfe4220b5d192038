// Twelve cells from papers, two losses and two activations, written as C# methods: each cell is held against its method and learns the adding problem, and a network of all the others does.
using System.Diagnostics;
using Cells;
using SeqGen;
using SeqGen.Reports;
using SeqGen.Samples;

const string Usage = """
    Checks twelve recurrent cells from papers, which are C# methods in this sample's folder Cells, and lets each learn to add two marked numbers of 30;
    then a network with the losses and activations of its folder Functions.

    Usage: Cells [folder for the results, default artifacts/cells] [options]
      --quick          two epochs each, to see that everything works
      --epochs NUMBER  epochs at most, default 30
    """;
if (SampleOptions.Read(args, Usage, "--quick", "--epochs=") is not { } options)
{
    return;
}

int epochs = options.Has("--quick") ? 2 : (int)options.Number("--epochs", 30);
string folder = options.Folder("cells");
(string Name, CellCheckResult Check, INetwork Net, int Features)[] all =
[
    ("MGU", CellCheck.Run(new MguAttribute(5)), new MguNet(1), MguNet.InputSize),
    ("LiGRU", CellCheck.Run(new LiGruAttribute(5) { Normalized = true }), new LiGruNet(1), LiGruNet.InputSize),
    ("minGRU", CellCheck.Run(new MinGruAttribute(5)), new MinGruNet(1), MinGruNet.InputSize),
    ("minLSTM", CellCheck.Run(new MinLstmAttribute(5)), new MinLstmNet(1), MinLstmNet.InputSize),
    ("IndRNN", CellCheck.Run(new IndRnnAttribute(5)), new IndRnnNet(1), IndRnnNet.InputSize),
    ("JANET", CellCheck.Run(new JanetAttribute(5)), new JanetNet(1), JanetNet.InputSize),
    ("SRU", CellCheck.Run(new SruAttribute(5)), new SruNet(1), SruNet.InputSize),
    ("QRNN", CellCheck.Run(new QrnnAttribute(5)), new QrnnNet(1), QrnnNet.InputSize),
    ("GRU-D", CellCheck.Run(new GruDAttribute(5, 2), inputs: 6), new GruDNet(1), GruDNet.InputSize),
    ("phased LSTM", CellCheck.Run(new PhasedLstmAttribute(5)), new PhasedLstmNet(1), PhasedLstmNet.InputSize),
    ("fast weights", CellCheck.Run(new FastWeightsAttribute(5) { InnerSteps = 2 }), new FastWeightsNet(1), FastWeightsNet.InputSize),
    ("antisymmetric", CellCheck.Run(new AntisymmetricAttribute(5)), new AntisymmetricNet(1), AntisymmetricNet.InputSize),
];

Console.WriteLine($"The adding problem, {AddingProblem.Steps} steps. Guessing the mean loses {AddingProblem.Guess:F4}.");
Console.WriteLine();
Console.WriteLine("cell           outputs within  gradients within  parameters  loss after training   time");
var plot = new SvgPlot($"Adding two marked numbers of {AddingProblem.Steps}", "epoch", "log10 of the mean squared error");
string[] colours = ["#0b6fb8", "#d1495b", "#2e8b57", "#e69f00", "#7b3fa0", "#008b8b", "#8b4513", "#c71585", "#556b2f", "#4169e1", "#b8860b", "#2f4f4f"];
foreach ((int i, (string name, CellCheckResult check, INetwork net, int features)) in all.Index())
{
    long start = Stopwatch.GetTimestamp();
    TrainingHistory history = Trainer.For(net, new Adam(5e-3f), new() { BatchSize = 32, Seed = 1, GradientClipping = GradientClipping.ByNorm(1f) })
        .Fit(AddingProblem.Data(2000, features, seed: 1), epochs, AddingProblem.Data(500, features, seed: 2));
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    double[] losses = [.. history.Epochs.Select(e => e.Validation!.Loss)];
    plot.Line(name, colours[i], [.. Enumerable.Range(1, losses.Length).Select(e => (double)e)], [.. losses.Select(l => Math.Log10(l))]);
    Console.WriteLine($"{name,-13}  {check.OutputError,14:E1}  {check.GradientError,16:E1}  {net.Parameters.Sum(p => p.Count),10}  {losses.Min(),19:F4}  {seconds,5:F1} s");
}

var functions = new FunctionsNet(1);
SequenceData functionsTrain = AddingProblem.DataWithAbove(2000, seed: 1), functionsTest = AddingProblem.DataWithAbove(500, seed: 2);
GradientCheckResult gradients = GradientCheck.Run(functions, functionsTrain.Take(8));
Trainer trainer = Trainer.For(functions, new Adam(5e-3f), new() { BatchSize = 32, Seed = 1, GradientClipping = GradientClipping.ByNorm(1f) });
trainer.Fit(functionsTrain, epochs, functionsTest);
EvaluationResult result = trainer.Evaluate(functionsTest);
Console.WriteLine();
Console.WriteLine($"log-cosh on the sum, focal loss on whether it is above 1, behind Mish and Swish: {result}");
Console.WriteLine(gradients);
SvgPlot.Save(Path.Combine(folder, "learning.svg"), plot);
Console.WriteLine();
Console.WriteLine($"wrote learning.svg to {folder}");
