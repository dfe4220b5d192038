// Translates dates as people write them into ISO 8601 with an encoder-decoder and attention; tested on dates that no training has seen.
using System.Diagnostics;
using DateTranslator;
using SeqGen;
using SeqGen.Samples;

const string Usage = """
    Learns to translate dates ("Thursday, 3rd of March 2011", "3/3/11", "Mar 3, 2011") into ISO 8601 (2011-03-03).

    Usage: DateTranslator [folder for the results, default artifacts/dates] [options]
      --quick            a few updates, to see that everything works; the answers are poor
      --epochs NUMBER    rounds of 20,000 pairs, default 12
      --seed NUMBER      another seed, default 1
    """;
if (SampleOptions.Read(args, Usage, "--quick", "--epochs=", "--seed=") is not { } options)
{
    return;
}

const int Batch = 64;
bool quick = options.Has("--quick");
int epochs = quick ? 1 : (int)options.Number("--epochs", 12), pairsEach = quick ? 2000 : 20_000, seed = (int)options.Number("--seed", 1);
string folder = options.Folder("dates");
DatePairs exam = DatePairs.Draw(unseen: true, quick ? 200 : 2000, seed: 999);
Console.WriteLine($"{DateWriter.Count} formats, {DateWriter.First:yyyy-MM-dd} to {DateWriter.Last:yyyy-MM-dd}; every tenth date is held out with all its formats");
Console.WriteLine(Translator.Info);

// 1. Train: new pairs every round.
var net = new Translator((ulong)seed);
var optimizer = new AdamW(3e-3f);
var clipping = GradientClipping.ByNorm(1f);
LearningRateSchedule schedule = LearningRateSchedule.Cosine(warmupEpochs: 0.2);
float rate = optimizer.LearningRate;
using ParallelWorkspace workspace = new(net, maxBatch: Batch);
var lessons = new Lessons(net, workspace);
long start = Stopwatch.GetTimestamp();
for (int epoch = 0; epoch < epochs; epoch++)
{
    DatePairs pairs = DatePairs.Draw(unseen: false, pairsEach, (1000 * seed) + epoch);
    int[][] batches = [.. Enumerable.Range(0, pairs.Count).Chunk(Batch)];
    double loss = 0;
    for (int i = 0; i < batches.Length; i++)
    {
        optimizer.LearningRate = rate * (float)schedule.Factor(epoch + ((double)i / batches.Length), epochs);
        loss += lessons.Learn(pairs, batches[i], optimizer, clipping) / batches.Length;
    }

    Console.WriteLine($"round {epoch + 1}/{epochs}  loss {loss:F5}  {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
}

// 2. Test: an answer is right if every character is.
string[] answers = [.. Enumerable.Range(0, exam.Count).Chunk(Batch).SelectMany(samples => lessons.Answer(exam, samples))];
int right = answers.Zip(exam.Answers).Count(a => a.First == a.Second);
Console.WriteLine();
Console.WriteLine($"unseen dates: {100.0 * right / exam.Count:F2} % of {exam.Count} exactly right");
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
{
    string answer = lessons.Answer(exam, [i])[0];
    return new SvgMatrix($"{exam.Texts[i]} is {answer}", "written", "read", lessons.Attention(exam.Texts[i].Length))
        .Labels(answer.PadRight(Alphabets.TargetSteps - 1).Select(c => $"{c}").Append("end"), exam.Texts[i].Select(c => $"{c}"));
})];
SvgMatrix.Save(Path.Combine(folder, "attention.svg"), pictures);
net.Save(Path.Combine(folder, "dates.safetensors"));
Console.WriteLine($"wrote attention.svg and dates.safetensors to {folder}");
