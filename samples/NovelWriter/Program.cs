// A character model of a novel: truncated back-propagation through time with states carried through the book, then writing.
using System.Diagnostics;
using NovelWriter;
using SeqGen;
using SeqGen.Reports;
using SeqGen.Samples;

const string Usage = """
    Learns to write like a novel, character by character, and says how well it foresees the end of the book that it has not read.

    Usage: NovelWriter [folder for the results, default artifacts/novel] [options]
      --quick            a few seconds of training, to see that everything works; the figure is poor
      --epochs NUMBER    times to read the book, default 12
      --seed NUMBER      another seed, default 1
      --temperature T    how daring to write, default 0.7
      --threads NUMBER   threads, default as many as there are processors
    """;
if (SampleOptions.Read(args, Usage, "--quick", "--epochs=", "--seed=", "--temperature=", "--threads=") is not { } options)
{
    return;
}

const string Beginning = "It is a truth universally acknowledged, that ";
bool quick = options.Has("--quick");
int epochs = quick ? 3 : (int)options.Number("--epochs", 12);
ulong seed = (ulong)options.Number("--seed", 1);
double temperature = Math.Max(0.01, options.Number("--temperature", 0.7));
string folder = options.Folder("novel");

Novel novel = Novel.Read(CharacterModel.Timesteps, CharacterModel.TokenCount);
SequenceData training = novel.Training(quick ? 100_000 : 0), end = novel.End();
Console.WriteLine($"{novel.Length:N0} characters, {novel.Alphabet.Length} different; the last {novel.HeldOut:N0} are held out");
Console.WriteLine(CharacterModel.Info);

// 1. Train. Each of the rows of a batch reads a piece of the book of its own; the next batch goes on where this one ended.
var net = new CharacterModel(seed);
long start = Stopwatch.GetTimestamp();
Trainer trainer = Trainer.For(net, new AdamW(4e-3f), new TrainerOptions
{
    Stateful = true,
    BatchSize = 32,
    Threads = (int)options.Number("--threads", 0),
    Seed = seed,
    GradientClipping = GradientClipping.ByNorm(1f),
    LearningRate = LearningRateSchedule.Cosine(warmupEpochs: 0.2),
});
TrainingHistory history = trainer.Fit(training, epochs, validation: end, progress: new ConsoleProgress());
double minutes = Stopwatch.GetElapsedTime(start).TotalMinutes;

// 2. How many bits a character of the end costs: read in one piece, nothing known of it but what was read before.
EvaluationResult result = trainer.Evaluate(end);
double bits = Bits(result);
Console.WriteLine();
Console.WriteLine($"held-out text: {bits:F3} bits per character over {result.Positions:N0} characters, {100 * result.Accuracy:F1} % foreseen, after {minutes:F1} minutes");

// 3. Write, through a stream: one character in, the chances of the next out.
Console.WriteLine();
Console.WriteLine($"at a temperature of {temperature}:");
Console.WriteLine();
start = Stopwatch.GetTimestamp();
string text = new Author(net, novel).Write(Beginning, quick ? 300 : 1200, temperature, seed: 3);
double step = Stopwatch.GetElapsedTime(start).TotalMicroseconds / text.Length;
Console.WriteLine(text);
Console.WriteLine();
Console.WriteLine($"({step:F0} microseconds a character)");

// 4. Keep.
net.Save(Path.Combine(folder, "novel.safetensors"));
File.WriteAllText(Path.Combine(folder, "written.txt"), text + "\n");
IEnumerable<double> axis = history.Epochs.Select(e => (double)e.Epoch);
SvgPlot.Save(
    Path.Combine(folder, "learning-curve.svg"),
    new SvgPlot($"Pride and Prejudice: {bits:F3} bits per character of its end after {minutes:F1} minutes", "times the book was read", "bits per character")
        .Line("training, with dropout", "#0b6fb8", axis, history.Epochs.Select(e => Bits(e.Training)))
        .Line("held-out end of the book", "#d1495b", axis, history.Epochs.Select(e => Bits(e.Validation!))));
Console.WriteLine($"wrote learning-curve.svg, written.txt and novel.safetensors to {folder}");

static double Bits(EvaluationResult result) => result.Loss / Math.Log(2);
