// Spoken digits of voices never heard in training, then live on a stream of sound.
using System.Diagnostics;
using KeywordSpotter;
using SeqGen;
using SeqGen.Reports;
using SeqGen.Samples;

const string Usage = """
    Learns to tell spoken digits apart, tests on voices that it never heard, then listens to a stream of sound.

    Usage: KeywordSpotter [folder for the results, default artifacts/keywords] [options]
      --quick            one pass over a quarter of the data, to see that everything works; the figure is poor
      --epochs NUMBER    passes, default 12
      --seed NUMBER      another seed, default 1
      --make             makes the data anew in the folder given (needs espeak-ng); see data/make.sh
    """;
if (SampleOptions.Read(args, Usage, "--quick", "--epochs=", "--seed=", "--make") is not { } options)
{
    return;
}

string folder = options.Folder("keywords");
if (options.Has("--make"))
{
    DataMaker.Make(folder);
    return;
}

bool quick = options.Has("--quick");
ulong seed = (ulong)options.Number("--seed", 1);
SpokenDigits digits = SpokenDigits.Read();
IReadOnlyList<Utterance> words = quick ? [.. digits.Training.Where((_, i) => i / 10 % 4 == 0)] : digits.Training;
SequenceData train = SpokenDigits.Sequences(words, copies: quick ? 2 : 4, Spotter.Timesteps, seed: 1);
SequenceData exam = SpokenDigits.Sequences(digits.Unseen, copies: 1, Spotter.Timesteps, seed: 2);
Console.WriteLine($"{words.Count:N0} words of {Voices.Training.Length} voices to learn from, {digits.Unseen.Count} words of {Voices.Unseen.Length} other voices to test");
Console.WriteLine(Spotter.Info);

// 1. Train.
var net = new Spotter(seed);
Trainer trainer = Trainer.For(net, new AdamW(5e-3f), new TrainerOptions
{
    BatchSize = 32,
    Seed = seed,
    GradientClipping = GradientClipping.ByNorm(1f),
    LearningRate = LearningRateSchedule.Cosine(warmupEpochs: 0.3),
});
trainer.Fit(train, epochs: quick ? 3 : (int)options.Number("--epochs", 12), progress: new ConsoleProgress());

// 2. Test on voices that no training has heard.
double accuracy = trainer.Evaluate(exam).Accuracy!.Value;
Console.WriteLine();
Console.WriteLine($"unseen voices: {100 * accuracy:F1} % right");
float[] outputs = trainer.Predict(exam);
int[,] confusion = new int[10, 10];
int[] right = new int[Voices.Unseen.Length], of = new int[Voices.Unseen.Length];
for (int i = 0; i < exam.Count; i++)
{
    int heard = outputs.AsSpan(i * 10, 10).IndexOf(outputs.AsSpan(i * 10, 10).ToArray().Max());
    Utterance word = digits.Unseen[i];
    confusion[word.Digit, heard]++;
    of[word.Voice]++;
    right[word.Voice] += heard == word.Digit ? 1 : 0;
}

Console.WriteLine(string.Join(", ", Voices.Unseen.Select((voice, i) => $"{voice} {100.0 * right[i] / of[i]:F0} %")));
SvgHeatMap.Save(Path.Combine(folder, "confusion.svg"), $"Spoken digits of unseen voices: {100 * accuracy:F1} % right", "said", "heard as", confusion);

// 3. Live: half a minute of unseen voices, 10 ms after 10 ms, as a microphone would give them.
(float[] sound, int rate) = Sound.ReadWave(EmbeddedSound());
Console.WriteLine();
Console.WriteLine($"listening to {(double)sound.Length / rate:F1} s of unseen voices:");
var listener = new Listener(net);
List<Heard> all = new(100);
long start = Stopwatch.GetTimestamp();
for (int at = 0; at + LogMel.Hop <= sound.Length; at += LogMel.Hop)
{
    if (listener.Hear(sound.AsSpan(at, LogMel.Hop), out Heard heard))
    {
        all.Add(heard);
    }
}

double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, length = (double)sound.Length / rate;
foreach (Heard heard in all)
{
    Console.WriteLine($"  {heard.Start,5:F2} s - {heard.End,5:F2} s  {Voices.Words[heard.Digit],-6} {100 * heard.Probability,3:F0} %");
}

int[] said = [.. Enumerable.Range(0, DataMaker.ConversationLength).Select(DataMaker.Said)];
int agree = all.Count == said.Length ? all.Where((heard, i) => heard.Digit == said[i]).Count() : 0;
Console.WriteLine(all.Count == said.Length
    ? $"{agree} of {said.Length} words right"
    : $"{all.Count} words heard, {said.Length} were said");
Console.WriteLine(
    $"real-time factor {seconds / length:G2}: {seconds * 1e6 * LogMel.Hop / sound.Length:F1} microseconds for 10 ms of sound, features and network; {length / seconds:F0} microphones on one core");

net.Save(Path.Combine(folder, "keywords.safetensors"));
Console.WriteLine($"wrote confusion.svg and keywords.safetensors to {folder}");

static byte[] EmbeddedSound()
{
    using Stream file = typeof(Listener).Assembly.GetManifestResourceStream("unseen_voices.wav")
        ?? throw new InvalidOperationException("The program was built without data/unseen_voices.wav. Make it with samples/KeywordSpotter/data/make.sh, then build again.");
    using var memory = new MemoryStream();
    file.CopyTo(memory);
    return memory.ToArray();
}
