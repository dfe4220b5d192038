// The entry for a user's own tests: source text in, plain result out.
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace SeqGen.Testing;

/// <summary>Runs the SeqGen generator in a test.</summary>
public static class SeqGenTest
{
    /// <summary>Runs generator, analyzer and compiler over a source text, and the generator a second time after an unrelated edit.</summary>
    /// <param name="source">C# source with declarations of networks.</param>
    /// <param name="options">Language version, further sources and references.</param>
    public static GeneratorResult Run(string source, GeneratorOptions? options = null)
    {
        options ??= GeneratorOptions.Default;
        IEnumerable<(string, string)> others = options.OtherSources.Select((text, i) => ($"Other{i + 1}.cs", text));
        GeneratorRun run = GeneratorRun.Of(GeneratorRun.Compilation(others.Prepend(("Source.cs", source)), options));
        GeneratedSource[] files = run.Result.GeneratedSources
            .Select(s => new GeneratedSource(s.HintName, s.SourceText.ToString()))
            .OrderBy(s => s.Name, System.StringComparer.Ordinal)
            .ToArray();
        ReportedDiagnostic[] diagnostics = run.FromGenerator
            .Concat(run.FromAnalyzer())
            .Concat(run.FromCompiler())
            .Select(Plain)
            .OrderBy(d => d.File, System.StringComparer.Ordinal)
            .ThenBy(d => d.Line)
            .ThenBy(d => d.Column)
            .ThenBy(d => d.Id, System.StringComparer.Ordinal)
            .ToArray();
        return new GeneratorResult(files, diagnostics, run.ThenUnrelatedEdit().NotCached().Count == 0);
    }

    internal static ReportedDiagnostic Plain(Diagnostic diagnostic)
    {
        string message = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        if (diagnostic.Location.SourceTree is not { } tree)
        {
            return new ReportedDiagnostic(diagnostic.Id, diagnostic.Severity.ToString(), message, "", 0, 0, "");
        }

        FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
        return new ReportedDiagnostic(
            diagnostic.Id,
            diagnostic.Severity.ToString(),
            message,
            Path.GetFileName(place.Path),
            place.StartLinePosition.Line + 1,
            place.StartLinePosition.Character + 1,
            tree.GetText().ToString(diagnostic.Location.SourceSpan));
    }
}
