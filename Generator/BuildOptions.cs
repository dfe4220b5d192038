// What the build tells the compiler of itself: properties that buildTransitive/SeqGen.targets makes visible. Knows no rule.
using System;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SeqGen.Generator;

internal static class BuildOptions
{
    /// <summary>The property that is true where the build runs no analyzers (RunAnalyzers, RunAnalyzersDuringBuild).</summary>
    public const string ReportsProperty = "build_property.SeqGenReportsMistakes";

    /// <summary>Whether the generator reports mistakes, because no analyzer will.</summary>
    public static bool GeneratorReports(AnalyzerConfigOptions options) =>
        options.TryGetValue(ReportsProperty, out string? value) && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
