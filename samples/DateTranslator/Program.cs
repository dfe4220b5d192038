// Translates dates as people write them into ISO 8601 with an encoder-decoder and attention; tested on dates that no training has seen.
using System.Diagnostics;
using DateTranslator;
using SeqGen;
using SeqGen.Reports;
using SeqGen.Samples;

const string Usage = """
    Learns to translate dates ("Thursday, 3rd of March 2011", "3/3/11", "Mar 3, 2011") into ISO 8601 (2011-03-03).

    Usage: DateTranslator [folder for the results, default artifacts/dates] [options]
      --quick            a few updates, to see that everything works; the answers are poor
      --epochs NUMBER    times to go through 40,000 pairs, default 5
      --seed NUMBER      another seed, default 1
    """;
if (SampleOptions.Read(args, Usage, "--quick", "--epochs=", "--seed=") is not { } options)
{
    return;
}

bool quick = options.Has("--quick");
int epochs = quick ? 1 : (int)options.Number("--epochs", 5), seed = (int)options.Number("--seed", 1);
string folder = options.Folder("dates");
DatePairs exam = DatePairs.Draw(unseen: true, quick ? 200 : 2000, seed: 999);
Console.WriteLine($"{DateWriter.Count} formats, {DateWriter.First:yyyy-MM-dd} to {DateWriter.Last:yyyy-MM-dd}; every tenth date is held out with all its formats");
Console.WriteLine(Translator.Info);

// 1. Train: the decoder is fed with the answer's characters one step late.
var net = new Translator((ulong)seed);
long start = Stopwatch.GetTimestamp();
Trainer trainer = Trainer.For(net, new AdamW(3e-3f), new TrainerOptions
{
    BatchSize = 64,
    Seed = (ulong)seed,
    GradientClipping = GradientClipping.ByNorm(1f),
    LearningRate = LearningRateSchedule.Cosine(warmupEpochs: 0.1),
});
DatePairs pairs = DatePairs.Draw(unseen: false, quick ? 4000 : 40_000, 1000 * seed);
trainer.Fit(pairs.ToData(), epochs, progress: new ConsoleProgress());
double minutes = Stopwatch.GetElapsedTime(start).TotalMinutes;

// 2. Test: it reads its own characters now, and an answer is right if every one is.
var interpreter = new Interpreter(net);
string[] answers = interpreter.Answer(exam);
int right = answers.Zip(exam.Answers).Count(a => a.First == a.Second);
Console.WriteLine();
Console.WriteLine($"unseen dates: {100.0 * right / exam.Count:F2} % of {exam.Count} exactly right, after {minutes:F1} minutes");
for (int i = 0; i < exam.Count && i < 8; i++)
{
    Console.WriteLine($"  {exam.Texts[i],-34} {answers[i]}{(answers[i] == exam.Answers[i] ? "" : $"  wrong: it is {exam.Answers[i]}")}");
}

foreach (int i in Enumerable.Range(8, exam.Count - 8).Where(i => answers[i] != exam.Answers[i]).Take(5))
{
    Console.WriteLine($"  {exam.Texts[i],-34} {answers[i]}  wrong: it is {exam.Answers[i]}");
}

// 3. Look: which characters it read while it wrote each.
SvgMatrix[] pictures = [.. Enumerable.Range(0, 3).Select(i =>
    new SvgMatrix($"{exam.Texts[i]} is {answers[i]}", "written", "read", interpreter.Attention(exam.Texts[i], answers[i]))
        .Labels(answers[i].PadRight(Alphabets.TargetSteps - 1).Select(c => $"{c}").Append("end").Take(Alphabets.TargetSteps), exam.Texts[i].Select(c => $"{c}")))];
SvgMatrix.Save(Path.Combine(folder, "attention.svg"), pictures);
net.Save(Path.Combine(folder, "dates.safetensors"));
Console.WriteLine($"wrote attention.svg and dates.safetensors to {folder}");
