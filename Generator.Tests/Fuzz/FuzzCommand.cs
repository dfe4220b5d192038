// The fuzzer from the command line: batches from seeds, at every width, until a count or a time; failures as lines and a summary.
// Knows options and texts; refuses to know what is checked.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed class FuzzCommand
{
    private const int BatchSize = 32;

    private readonly Dictionary<string, string> _options = [];
    private readonly List<FuzzRunner.Worker> _workers = [];
    private readonly Dictionary<string, int> _kinds = [];
    private readonly Dictionary<string, int> _reasons = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly string _folder = Directory.CreateTempSubdirectory("seqgen-fuzz").FullName;
    private readonly FuzzCounts _counts = new();
    private int _batches;
    private int _declarations;
    private int _refused;
    private int _failed;

    private FuzzCommand(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i][2..] : throw new ArgumentException($"an option begins with two dashes, not '{arguments[i]}'");
            _options[name] = i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i] : "";
        }
    }

    /// <summary>Runs the command; 1 if anything failed.</summary>
    public static int Run(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (FuzzRunner.IsChild(arguments))
        {
            FuzzRunner.Serve();
            return 0;
        }

        var command = new FuzzCommand(arguments);
        try
        {
            return command.Run();
        }
        finally
        {
            command._workers.ForEach(w => w.Dispose());
            Directory.Delete(command._folder, recursive: true);
        }
    }

    private int Run()
    {
        int seed = Int("seed", Environment.TickCount & 0xFFFFFF), count = Int("count", _options.ContainsKey("minutes") ? int.MaxValue : 320);
        double minutes = double.Parse(_options.GetValueOrDefault("minutes", "1e9"), CultureInfo.InvariantCulture);
        string[] widths = _options.GetValueOrDefault("widths", "512").Split(',');
        widths = widths is ["all"] ? [.. FuzzRunner.Widths.Select(w => w.Name)] : widths;
        _workers.AddRange(widths.Select(w => FuzzRunner.Widths.Single(known => known.Name == w)).Select(w => new FuzzRunner.Worker(w.Name, w.Setting, _options.GetValueOrDefault("only", ""))));
        Console.WriteLine($"seed {seed}, widths {string.Join(", ", widths)}");
        IEnumerable<FuzzCase[]> batches = _options.TryGetValue("declaration", out string? text) ? [[new FuzzCase(seed, DeclarationText.Parse(text))]]
            : _options.TryGetValue("corpus", out string? path) ? Corpus.Read(path).Chunk(BatchSize)
            : Seeds(seed, count).Chunk(BatchSize);

        // The next batch is compiled while one runs.
        Task<FuzzBatch>? ahead = null;
        using IEnumerator<FuzzCase[]> all = batches.GetEnumerator();
        bool more = all.MoveNext();
        while (more || ahead is not null)
        {
            Task<FuzzBatch>? now = ahead;
            ahead = null;
            if (more && _watch.Elapsed.TotalMinutes < minutes)
            {
                FuzzCase[] cases = all.Current;
                ahead = Task.Run(() => FuzzBatch.Compile(cases, _options.ContainsKey("optimized")));
                more = all.MoveNext();
            }
            else
            {
                more = false;
            }

            if (now is not null)
            {
                Take(now.Result);
            }
        }

        Summarize();
        return _failed > 0 ? 1 : 0;
    }

    private static IEnumerable<FuzzCase> Seeds(int first, int count) => Enumerable.Range(0, count)
        .Select(i => unchecked(first + i)).Select(seed => new FuzzCase(seed, RandomNetworks.Of(seed, string.Create(CultureInfo.InvariantCulture, $"N{(uint)seed}"))));

    private int Int(string option, int otherwise) => _options.TryGetValue(option, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private void Take(FuzzBatch batch)
    {
        _declarations += batch.Cases.Count + batch.Refused.Count + batch.Failures.Select(f => f.Case).Except(batch.Cases).Count();
        _refused += batch.Refused.Count;
        foreach (string reason in batch.Refused.Values)
        {
            Count(_reasons, reason.Split(' ')[0]);
            if (_options.ContainsKey("verbose"))
            {
                Console.WriteLine("refused: " + reason);
            }
        }

        foreach (FuzzFailure failure in batch.Failures)
        {
            Report(failure, _workers[0], compiles: false);
        }

        foreach (FuzzRunner.Worker worker in _workers)
        {
            foreach (IGrouping<string, FuzzFailure> failures in RunOn(worker, batch, _counts).GroupBy(f => f.Case.Spec.Name))
            {
                Report(failures.First(), worker, compiles: true);
            }
        }
    }

    private IReadOnlyList<FuzzFailure> RunOn(FuzzRunner.Worker worker, FuzzBatch batch, FuzzCounts counts)
    {
        if (batch.Cases.Count == 0)
        {
            return [];
        }

        string image = Path.Combine(_folder, $"{++_batches}.dll"), list = Path.ChangeExtension(image, ".txt");
        File.WriteAllBytes(image, batch.Image);
        File.WriteAllLines(list, batch.Cases.Select(FuzzRunner.Write));
        List<FuzzFailure> failures = worker.Run(image, list, batch.Cases, counts);
        File.Delete(image);
        File.Delete(list);
        return failures;
    }

    private void Report(FuzzFailure failure, FuzzRunner.Worker worker, bool compiles)
    {
        _failed++;
        int seen = Count(_kinds, failure.Check);
        Console.WriteLine($"FAILED seed {failure.Case.Seed} at {worker.Width}: {failure.Case.Text} | {failure.Check} | {failure.What}");
        if (seen <= Int("shrink", 2))
        {
            FuzzFailure small = Shrinker.Shrink(failure, cases =>
            {
                var found = new List<FuzzFailure>();
                foreach (FuzzCase[] some in cases.Chunk(2 * BatchSize))
                {
                    FuzzBatch batch = FuzzBatch.Compile(some, _options.ContainsKey("optimized"));
                    found.AddRange(compiles ? RunOn(worker, batch, new FuzzCounts()) : batch.Failures);
                    if (found.Any(f => f.Check == failure.Check))
                    {
                        break;
                    }
                }

                return found;
            });
            Console.WriteLine($"  shrunk, seed {small.Case.Seed}: {small.Case.Text} | {small.What}");
        }
    }

    private static int Count(Dictionary<string, int> kinds, string kind) => kinds[kind] = kinds.GetValueOrDefault(kind) + 1;

    private void Summarize()
    {
        _workers.ForEach(w => w.Dispose());
        double seconds = _watch.Elapsed.TotalSeconds;
        Console.WriteLine($"processor time: {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:F0} s to compile, {string.Join(", ", _workers.Select(w => $"{w.Time.TotalSeconds:F0} s at {w.Width}"))}");
        Console.WriteLine($"{_declarations} declarations at {_workers.Count} widths in {seconds:F0} s ({_declarations / seconds:F2} a second); {_refused} refused "
            + $"({string.Join(", ", _reasons.OrderByDescending(r => r.Value).Select(r => $"{r.Key} {r.Value}"))}); {_counts.Passes} passes compared, {_counts.Noisy} of them by their own noise; {_failed} failed");
        Console.WriteLine("checks that compared something: " + string.Join(", ", _counts.Checks.Select(c => $"{c.Key} {c.Value}")));
        foreach ((string kind, int count) in _kinds.OrderByDescending(k => k.Value))
        {
            Console.WriteLine($"  {count} {kind}");
        }
    }
}
