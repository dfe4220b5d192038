// The command `peers`: every variant that was asked for, then the reports.
// Knows the order of things; refuses to know how anything is measured or written.
using System.Diagnostics;
using SeqGen.Benchmarks.Reports;

namespace SeqGen.Benchmarks.Running;

/// <summary>Runs the comparison and reports it.</summary>
public static class PeersCommand
{
    public static int Run(ReadOnlySpan<string> args)
    {
        Options options;
        int core;
        try
        {
            options = Options.Parse(args);
            core = Machine.Core(options.Core);
            Writable(options.Json);
            Writable(options.Markdown);
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{Options.Usage}");
            return 2;
        }

        long start = Stopwatch.GetTimestamp();
        List<Row> rows = [];
        List<string> engines = [], remarks = [];
        try
        {
            foreach (string variant in options.Variants)
            {
                Measure(variant, options, core, rows, engines);
            }
        }
        catch (EngineException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }

        remarks.Add(Machine.CanPin ? $"pinned to core {core}; {options.Rounds} rounds of {1000 * options.Turn:F0} ms a turn; {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s in all" : "NOT PINNED: taskset is missing, figures mean little");
        var results = new Results(rows, Machine.Description, DateTime.UtcNow, engines, remarks);
        Console.WriteLine();
        Console.WriteLine(Tables.Console(results));
        if (options.Json is { } json)
        {
            Json.Save(results, json);
        }

        if (options.Markdown is { } markdown)
        {
            File.WriteAllText(markdown, Tables.Markdown(results));
        }

        return 0;
    }

    private static void Measure(string variant, Options options, int core, List<Row> rows, List<string> engines)
    {
        string? cores = Machine.CanPin ? $"{core}" : null;
        switch (variant)
        {
            case "aot":
                Report(Against.Jit(options, cores, engines), rows);
                return;
            case "threads2":
                Report(Against.OneThread(options, core, engines), rows);
                return;
            case "cells":
                Report(Against.BuiltIn(options, cores, engines), rows);
                return;
        }

        if (variant == "avx512" && !Machine.HasAvx512)
        {
            Report(options.Workloads.Select(w => new Row(w, variant) { Bar = Work.Of(w).Bar, Notes = ["no ratio: this processor has no AVX-512"] }), rows);
            return;
        }

        Console.WriteLine($"{variant}: starting the engines ...");
        using var run = new SideBySide(variant, options, cores);
        engines.AddRange(run.Engines);
        int first = rows.Count;
        Report(run.Run(), rows);
        if (variant == "avx512")
        {
            Console.WriteLine($"{variant}: calls 2 to 1,001 of fresh processes ...");
            Dictionary<string, double> startUps = run.StartUps(options.Workloads.Where(w => Work.Of(w).IsStreaming || (!options.Quick && w.EndsWith("-1", StringComparison.Ordinal))));
            for (int i = first; i < rows.Count; i++)
            {
                rows[i] = rows[i] with { StartUp = startUps.TryGetValue(rows[i].Workload, out double ratio) ? ratio : null };
            }
        }
    }

    private static void Report(IEnumerable<Row> measured, List<Row> rows)
    {
        foreach (Row row in measured)
        {
            rows.Add(row);
            Console.WriteLine(Tables.Line(row));
        }
    }

    // Found out before minutes of measuring.
    private static void Writable(string? path)
    {
        try
        {
            if (path is not null)
            {
                using FileStream file = File.Open(path, FileMode.OpenOrCreate, FileAccess.Write);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be written: {e.Message}");
        }
    }
}
