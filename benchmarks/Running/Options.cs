// The command line of the side-by-side runner.
// Knows what may be said and what is meant where nothing is said; refuses to know what is done with it.
using System.Globalization;

namespace SeqGen.Benchmarks.Running;

/// <summary>What a run was asked for.</summary>
public sealed record Options
{
    /// <summary>Variants that there are, in the order of reports.</summary>
    public static readonly string[] AllVariants = ["avx512", "avx2", "aot", "threads2", "cells"];

    public const string Usage =
        """
        Usage: peers [--json FILE] [--markdown FILE] [--quick] [--only A3,C2] [--variants avx512,avx2,aot,threads2,cells] [--rounds N] [--core N]

          --json FILE       the results as an array of rows
          --markdown FILE   the results as tables
          --quick           fewer and shorter rounds: under two minutes for all
          --only LIST       these workloads alone; a name without a number stands for all that begin with it (A, B, B-A3, C1)
          --variants LIST   these variants alone
          --rounds N        rounds over all engines (9; quick: 3)
          --core N          the core that everything measured runs on (the last of those allowed)
        """;

    public string? Json { get; private init; }

    public string? Markdown { get; private init; }

    public bool Quick { get; private init; }

    public IReadOnlyList<string> Workloads { get; private init; } = [.. Work.All.Select(w => w.Name)];

    public IReadOnlyList<string> Variants { get; private init; } = AllVariants;

    public int Rounds { get; private init; } = 9;

    public int? Core { get; private init; }

    /// <summary>Seconds of one engine's turn.</summary>
    public double Turn => Quick ? 0.02 : 0.08;

    /// <summary>How often a turn is taken again that other processes disturbed.</summary>
    public int Retries => Quick ? 1 : 4;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="UsageException">It says something that there is not.</exception>
    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
        int? rounds = null;
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (name == "--quick")
            {
                options = options with { Quick = true };
                continue;
            }

            if (name is not ("--json" or "--markdown" or "--only" or "--variants" or "--rounds" or "--core"))
            {
                throw new UsageException($"There is no option '{name}'.");
            }

            string value = i + 1 < args.Length && args[i + 1] is { Length: > 0 } next && !next.StartsWith("--", StringComparison.Ordinal)
                ? args[++i]
                : throw new UsageException($"{name} needs a value.");
            switch (name)
            {
                case "--json":
                    options = options with { Json = value };
                    break;
                case "--markdown":
                    options = options with { Markdown = value };
                    break;
                case "--only":
                    options = options with { Workloads = Named(value) };
                    break;
                case "--variants":
                    options = options with { Variants = Variant(value) };
                    break;
                case "--rounds":
                    rounds = Number(name, value, 1, 1000);
                    break;
                default:
                    options = options with { Core = Number(name, value, 0, 1023) };
                    break;
            }
        }

        return options with { Rounds = rounds ?? (options.Quick ? 3 : options.Rounds) };
    }

    private static string[] Named(string list)
    {
        string[] asked = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string one in asked.Where(one => !Work.All.Any(w => w.IsCalled(one))))
        {
            throw new UsageException($"There is no workload '{one}'. There are {string.Join(", ", Work.All.Select(w => w.Name))}.");
        }

        return asked.Length == 0 ? throw new UsageException("--only names no workload.") : [.. Work.All.Where(w => asked.Any(w.IsCalled)).Select(w => w.Name)];
    }

    private static string[] Variant(string list)
    {
        string[] asked = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string one in asked.Where(one => !AllVariants.Contains(one)))
        {
            throw new UsageException($"There is no variant '{one}'. There are {string.Join(", ", AllVariants)}.");
        }

        return asked.Length == 0 ? throw new UsageException("--variants names no variant.") : [.. AllVariants.Where(v => asked.Contains(v))];
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{name} takes a number from {least} to {most}, '{value}' was given.");
}

/// <summary>The command line is wrong; the message says how.</summary>
public sealed class UsageException(string message) : Exception(message);
