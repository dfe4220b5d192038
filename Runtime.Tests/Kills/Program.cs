// Two commands: "train" is a training with checkpoints that ends by writing what came out; "kill" starts trainings, kills each at random moments until it
// comes to its end, and compares. Knows processes and outcomes; refuses to know what a checkpoint holds.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using SeqGen;
using SeqGen.Kills;

return args switch
{
    ["train", Device.Name, _, var folder, var result] => Device.Run(folder, result),
    ["train", var name, var threads, var folder, var result] => Train(name, int.Parse(threads, CultureInfo.InvariantCulture), folder, result),
    ["kill", var count] => Kills.Run(int.Parse(count, CultureInfo.InvariantCulture), Environment.TickCount),
    ["kill", var count, var seed] => Kills.Run(int.Parse(count, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("kill COUNT [SEED]: kills so many trainings and compares; train NAME THREADS FOLDER RESULT: one training.");
    return 2;
}

static int Train(string name, int threads, string folder, string result)
{
    Training training = Training.All[name];
    INetwork network = training.Network();

    // As many threads as are asked for, whatever machine this is.
    Trainer trainer = Trainer.For(network, training.Optimizer(), training.Options(threads));
    trainer.Processors = Math.Max(threads, Environment.ProcessorCount);
    TrainingHistory history = trainer.Fit(training.Data, training.Epochs, training.Validation, checkpoints: new(folder) { EveryUpdates = 1, Keep = 2 });

    // What draws noise after the end is part of the outcome too.
    trainer.Resume(training.Data, training.Epochs + 1, training.Validation);
    IEnumerable<string> lines = history.Epochs.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Epoch} {e.LearningRate:R} {Text(e.Training)} {Text(e.Validation)}"))
        .Concat(history.Measurements.Select(m => $"{m} {string.Join(' ', m.Parameters)} {string.Join(' ', m.Activations)} {m.GradientFlow}"))
        .Append($"best {history.Best.Epoch}, stopped early {history.StoppedEarly}, updates {trainer.Optimizer.StepCount}")
        .Append(Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(network.Parameters.Values)));
    File.WriteAllLines(result, lines);
    return 0;

    static string Text(EvaluationResult? r) => r is null ? "-" : string.Create(
        CultureInfo.InvariantCulture, $"{r.Loss:R} {r.Positions} {r.Accuracy:R} {r.RootMeanSquaredError:R} {r.MeanAbsoluteError:R}");
}

/// <summary>Kills trainings.</summary>
internal static class Kills
{
    /// <summary>Kills of one training, so that few kills are of many trainings.</summary>
    private const int Most = 3;

    private static readonly int[] Threads = [1, 2, 4];

    /// <summary>Kills until the count is reached.</summary>
    /// <returns>0 where every outcome is that of a training that nobody killed.</returns>
    public static int Run(int count, int seed)
    {
        Console.WriteLine($"seed {seed}");
        Random random = new(seed);
        string directory = Directory.CreateTempSubdirectory("seqgen-kills-").FullName;
        (string Name, int Threads)[] all = [(Device.Name, 1), .. Training.All.Keys.SelectMany(name => Threads, (name, threads) => (name, threads))];
        Dictionary<(string, int), (string Outcome, TimeSpan Time)> whole = [];
        (int kills, int runs, int wrong, int unbegun) = (0, 0, 0, 0);
        try
        {
            for (; kills < count; runs++)
            {
                (string name, int threads) = all[runs % all.Length];
                if (!whole.TryGetValue((name, threads), out (string Outcome, TimeSpan Time) expected))
                {
                    Stopwatch watch = Stopwatch.StartNew();
                    string result = Path.Combine(directory, $"whole-{name}-{threads}");
                    using Process process = Start(name, threads, result + "-folder", result);
                    process.WaitForExit();
                    whole[(name, threads)] = expected = (File.ReadAllText(result), watch.Elapsed);
                }

                string folder = Path.Combine(directory, $"run-{runs}"), outcome = folder + "-result";
                bool ended = false;
                for (int killed = 0; !ended; killed++)
                {
                    using Process process = Start(name, threads, folder, outcome);
                    if (kills < count && killed < Most && !process.WaitForExit(random.Next((int)expected.Time.TotalMilliseconds)))
                    {
                        process.Kill();
                        process.WaitForExit();
                        unbegun += Directory.Exists(folder) && Directory.GetFiles(folder, "training-*").Length > 0 ? 0 : 1;
                        kills++;
                        continue;
                    }

                    process.WaitForExit();
                    ended = true;
                }

                if (!File.Exists(outcome) || File.ReadAllText(outcome) != expected.Outcome)
                {
                    wrong++;
                    Console.WriteLine($"DIFFERENT: {name} with {threads} threads, in {folder}");
                }
            }
        }
        finally
        {
            if (wrong == 0)
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        Console.WriteLine($"{kills} kills of {runs} trainings ({Device.Name}, {string.Join(", ", Training.All.Keys)}; {string.Join(", ", Threads)} threads), {unbegun} of them before the first checkpoint; {wrong} outcomes differ");
        return wrong == 0 && kills > 0 ? 0 : 1;
    }

    private static Process Start(string name, int threads, string folder, string result) => Process.Start(
        Path.Combine(AppContext.BaseDirectory, "SeqGen.Kills"), ["train", name, threads.ToString(CultureInfo.InvariantCulture), folder, result]);
}
