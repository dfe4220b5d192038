// The command `suites`: BenchmarkDotNet over everything in this folder.
// Knows how suites are chosen and run; refuses to know what they measure.
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using SeqGen.Benchmarks.Running;

namespace SeqGen.Benchmarks.Suites;

/// <summary>Runs suites.</summary>
public static class SuitesCommand
{
    private static readonly Type[] All = [typeof(KernelBenchmarks), typeof(ActivationBenchmarks), typeof(StreamBenchmarks), typeof(PredictBenchmarks), typeof(TrainingBenchmarks)];

    public const string Usage =
        """
        Usage: suites [FILTER ...] [options of BenchmarkDotNet]

          FILTER    a part of Suite.Method, * for anything: Kernel, *.Transpose, Stream; nothing for all
        """;

    /// <summary>Words before the first option are filters; the rest is BenchmarkDotNet's.</summary>
    public static int Run(string[] args)
    {
        string[] filters = [.. args.TakeWhile(a => !a.StartsWith('-')).Select(a => a.Contains('*', StringComparison.Ordinal) ? a : $"*{a}*")];
        string[] rest = args[filters.Length..];

        // In this process: the vectors that are measured are those of the process that measures, and nothing has to be built anew.
        Job job = Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance);
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(rest.Contains("--quick") ? job.WithWarmupCount(2).WithIterationCount(5).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(50)) : job)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts", "suites"));
        string[] given = ["--filter", .. filters.Length == 0 ? ["*"] : filters, .. rest.Where(a => a != "--quick")];
        var summaries = BenchmarkSwitcher.FromTypes(All).Run(given, config).ToList();
        int reports = summaries.Sum(s => s.Reports.Length);
        bool failed = summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success));
        if (reports == 0 && !rest.Contains("--list"))
        {
            Console.Error.WriteLine($"No benchmark matches.\n{Usage}");
            return 2;
        }

        return failed ? 1 : 0;
    }
}
