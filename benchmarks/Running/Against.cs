// SeqGen against SeqGen: a native binary against the JIT (aot), two threads against one (threads2), users' cells against built-in ones (cells).
// Knows which two workers are compared and the bar; refuses to know peers.
using System.Diagnostics;
using System.Runtime.InteropServices;
using SeqGen.Benchmarks.Reports;

namespace SeqGen.Benchmarks.Running;

/// <summary>One variant in which SeqGen is compared with itself.</summary>
public static class Against
{
    /// <summary>The native binary against the same code under the JIT, both .NET 9 and from the same source, in turns.</summary>
    public static IEnumerable<Row> Jit(Options options, string? cores, List<string> engines)
    {
        const double Bar = 1.08;
        string folder = Path.Combine(Repository.Root, "artifacts", "peers");
        string? stale = Publish(folder);
        var roster = new Roster("aot");
        Engine? native = null, jit = null;
        try
        {
            if (stale is null)
            {
                try
                {
                    native = Engine.Start(new("aot-net9", Path.Combine(folder, "aot", "SeqGen.Worker"), []), cores, roster.Environment);
                    jit = Engine.Start(new("jit-net9", Path.Combine(folder, "jit9", "SeqGen.Worker"), []), cores, roster.Environment);
                }
                catch (EngineException e)
                {
                    stale = e.Message;
                }
            }

            if (native is null || jit is null)
            {
                return [.. options.Workloads.Select(name => new Row(name, "aot") { Bar = Bar, Notes = [$"no ratio: {stale}"] })];
            }

            engines.AddRange(new[] { native, jit }.Select(e => $"aot: {e.Name}: {e.Version}"));
            return Compare(options, "aot", Bar, native, jit, options.Workloads);
        }
        finally
        {
            native?.Dispose();
            jit?.Dispose();
        }
    }

    /// <summary>Training on two cores against one.</summary>
    public static IEnumerable<Row> OneThread(Options options, int core, List<string> engines)
    {
        const double Bar = 1 / 1.85;
        string[] names = [.. options.Workloads.Where(w => w is "C1-32" or "C2" or "C3")];
        string? reason = Machine.CanPin ? Machine.Second(core) is null ? $"this process may use core {core} alone" : null : "processes cannot be pinned here";
        if (reason is null)
        {
            var roster = new Roster("threads2");
            using Engine two = Engine.Start(new("two-threads", Roster.SeqGen.File, ["--threads", "2"]), $"{core},{Machine.Second(core)}", roster.Environment);
            using Engine one = Engine.Start(new("one-thread", Roster.SeqGen.File, []), $"{core}", roster.Environment);
            engines.Add($"threads2: {two.Name}: {two.Version}");
            return Compare(options, "threads2", Bar, two, one, names);
        }

        return [.. names.Select(name => new Row(name, "threads2") { Bar = Bar, Notes = [$"no ratio: {reason}"] })];
    }

    /// <summary>Our own layers, written again as a user writes a cell, against the built-in ones.</summary>
    public static IEnumerable<Row> BuiltIn(Options options, string? cores, List<string> engines)
    {
        const double Bar = 1.02;
        var roster = new Roster("cells");
        using Engine cells = Engine.Start(Roster.SeqGenCells, cores, roster.Environment);
        using Engine builtIn = Engine.Start(Roster.SeqGen with { Name = "built-in" }, cores, roster.Environment);
        engines.Add($"cells: {cells.Name}: {cells.Version}");
        string[] names = [.. options.Workloads.Where(cells.Workloads.Contains)];
        if (names.FirstOrDefault(n => !cells.Check(n).SequenceEqual(builtIn.Check(n))) is { } other)
        {
            throw new EngineException($"Users' cells and built-in ones give different numbers at {other}.");
        }

        return Compare(options, "cells", Bar, cells, builtIn, names);
    }

    private static List<Row> Compare(Options options, string variant, double bar, Engine mine, Engine other, IReadOnlyList<string> names)
    {
        // Mostly pauses, which two can have at once.
        Task.WaitAll([Task.Run(() => mine.WarmUp(names)), Task.Run(() => other.WarmUp(names))]);
        List<Row> rows = [];
        foreach (string name in names)
        {
            var rounds = new Rounds();
            rounds.Run([mine, other], name, options.Rounds, options.Turn, options.Retries);
            if (rounds.Failures.Count > 0)
            {
                rows.Add(new Row(name, variant) { Bar = bar, Notes = [.. rounds.Failures.Select(f => $"no ratio: {f.Key}: {f.Value}")] });
                continue;
            }

            IReadOnlyList<double> ratios = rounds.Ratios(mine.Name, other.Name);
            rows.Add(new Row(name, variant)
            {
                SeqGen = rounds.Median(mine.Name),
                Spread = Statistics.Spread(rounds.Of(mine.Name)),
                Allocated = mine.Allocated(name),
                Peers = new Dictionary<string, double> { [other.Name] = rounds.Median(other.Name) },
                BestPeer = other.Name,
                Ratio = Statistics.Median(ratios),
                RatioSpread = Statistics.Spread(ratios),
                Bar = bar,
                Notes = [.. rounds.Notes],
                Unsure = rounds.Unsure(mine.Name) || rounds.Unsure(other.Name),
            });
        }

        return rows;
    }

    // Publishes both workers unless they are newer than all source; what went wrong, or null.
    private static string? Publish(string folder)
    {
        string[] sources = ["Runtime", "Generator", Path.Combine("benchmarks", "Worker")];
        DateTime newest = sources
            .SelectMany(s => Directory.EnumerateFiles(Path.Combine(Repository.Root, s), "*.cs*", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/Testing/", StringComparison.Ordinal))
            .Max(File.GetLastWriteTimeUtc);
        foreach ((string target, string arguments) in new[] { ("aot", "-p:Native=true"), ("jit9", "--self-contained true") })
        {
            // Built files may be older than source that they do not depend on: the time of publishing is kept apart.
            string stamp = Path.Combine(folder, target + ".published");
            DateTime begun = DateTime.UtcNow;
            if (File.Exists(stamp) && File.GetLastWriteTimeUtc(stamp) >= newest && Directory.Exists(Path.Combine(folder, target)))
            {
                continue;
            }

            Console.WriteLine($"publishing the worker of variant aot, {target} ...");
            string rid = "linux-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            var info = new ProcessStartInfo("dotnet", $"publish \"{Path.Combine(Repository.Root, "benchmarks", "Worker")}\" -c Release -f net9.0 -r {rid} {arguments} -nodeReuse:false -o \"{Path.Combine(folder, target)}\"") { RedirectStandardOutput = true };
            using Process process = Process.Start(info)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                return $"dotnet publish failed: {lines.FirstOrDefault(l => l.Contains("error", StringComparison.Ordinal), lines.LastOrDefault(""))}".Trim();
            }

            File.WriteAllText(stamp, "");
            File.SetLastWriteTimeUtc(stamp, begun);
        }

        return null;
    }
}
