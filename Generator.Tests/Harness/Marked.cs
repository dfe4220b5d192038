// Test sources in which the places of expected diagnostics are marked: {|SEQ0001:Forecaster|}. It knows nothing of what an id means.
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>A source text with marks.</summary>
internal static partial class Marked
{
    /// <summary>Runs the source and fails unless exactly the marked diagnostics are reported, and the compiler reports nothing.</summary>
    /// <returns>The messages in the order of the source.</returns>
    public static IReadOnlyList<string> Check(string marked, HarnessOptions? options = null) =>
        Check(marked, options, compiles: true);

    /// <summary>Like <see cref="Check(string, HarnessOptions)"/>, for a mistake that the compiler reports too.</summary>
    public static IReadOnlyList<string> CheckBesideCompiler(string marked, HarnessOptions? options = null) =>
        Check(marked, options, compiles: false);

    private static IReadOnlyList<string> Check(string marked, HarnessOptions? options, bool compiles)
    {
        var expected = new List<string>();
        string source = Mark().Replace(marked, match =>
        {
            expected.Add($"{match.Groups["id"].Value}: {match.Groups["text"].Value}");
            return match.Groups["text"].Value;
        });

        HarnessRun run = NetworkHarness.Run(options ?? new HarnessOptions(), source);
        Assert.Equal(expected, run.SeqGen.Select(d => $"{d.Id}: {d.Span}"));
        if (compiles)
        {
            run.AssertCompiles();
        }

        return [.. run.SeqGen.Select(d => d.Message)];
    }

    [GeneratedRegex(@"\{\|(?<id>[A-Z0-9]+):(?<text>.*?)\|\}", RegexOptions.Singleline)]
    private static partial Regex Mark();
}
