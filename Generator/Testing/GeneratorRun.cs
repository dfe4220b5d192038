// Runs generator and analyzer over a compilation, twice, and keeps what Roslyn says of it. The plain view of it is GeneratorResult.
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using SeqGen.Generator;

namespace SeqGen.Testing;

/// <summary>A run of the generator with everything Roslyn knows of it.</summary>
internal sealed class GeneratorRun
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> FrameworkAndRuntime = new(() =>
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string all = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        return all.Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(typeof(NetworkAttribute).Assembly.Location)
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
            .ToImmutableArray();
    });

    /// <summary>Generated documentation is to be well-formed; a test's source needs none.</summary>
    private static readonly Dictionary<string, ReportDiagnostic> NoMissingDocumentation = new() { ["CS1591"] = ReportDiagnostic.Suppress };

    private readonly Lazy<ImmutableArray<Diagnostic>> _all;

    private GeneratorRun(GeneratorDriver driver, Compilation before, Compilation after, ImmutableArray<Diagnostic> fromGenerator)
    {
        Driver = driver;
        Before = before;
        After = after;
        FromGenerator = fromGenerator;
        _all = new Lazy<ImmutableArray<Diagnostic>>(Analyze);
    }

    public GeneratorDriver Driver { get; }

    /// <summary>The compilation as the user wrote it.</summary>
    public Compilation Before { get; }

    /// <summary>The compilation with the generated files.</summary>
    public Compilation After { get; }

    /// <summary>Diagnostics of the generator itself: internal errors alone.</summary>
    public ImmutableArray<Diagnostic> FromGenerator { get; }

    public GeneratorRunResult Result => Driver.GetRunResult().Results.Single();

    public static ImmutableArray<MetadataReference> References => FrameworkAndRuntime.Value;

    public static CSharpCompilation Compilation(
        IEnumerable<(string Path, string Text)> sources, GeneratorOptions options, IEnumerable<MetadataReference>? references = null)
    {
        if (!LanguageVersionFacts.TryParse(options.LanguageVersion, out LanguageVersion version))
        {
            throw new ArgumentException($"'{options.LanguageVersion}' is not a language version.", nameof(options));
        }

        var parse = new CSharpParseOptions(version, DocumentationMode.Diagnose);
        return CSharpCompilation.Create(
            "Networks",
            sources.Select(s => CSharpSyntaxTree.ParseText(s.Text, parse, s.Path, System.Text.Encoding.UTF8)),
            (references ?? References).Concat(options.References.Select(path => MetadataReference.CreateFromFile(path))),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: false,
                nullableContextOptions: version >= LanguageVersion.CSharp8 ? NullableContextOptions.Enable : NullableContextOptions.Disable,
                specificDiagnosticOptions: NoMissingDocumentation));
    }

    public static GeneratorRun Of(CSharpCompilation compilation)
    {
        var parse = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new SeqGenGenerator().AsSourceGenerator()],
            parseOptions: parse,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return Again(driver, compilation);
    }

    /// <summary>The next run of the same driver, as an editor does it after a key stroke.</summary>
    public GeneratorRun Then(Compilation compilation) => Again(Driver, compilation);

    /// <summary>The next run after an edit that concerns no network.</summary>
    public GeneratorRun ThenUnrelatedEdit() => Then(Before.AddSyntaxTrees(
        CSharpSyntaxTree.ParseText("// An unrelated file.\n", (CSharpParseOptions)Before.SyntaxTrees.First().Options, "Unrelated.cs")));

    /// <summary>Steps of the pipeline, ours and the output's, that were not taken from the cache.</summary>
    public IReadOnlyList<string> NotCached() => Result.TrackedSteps
        .Where(step => step.Key.StartsWith("SeqGen.", StringComparison.Ordinal))
        .Concat(Result.TrackedOutputSteps)
        .SelectMany(step => step.Value.SelectMany(run => run.Outputs).Select(output => (step.Key, output.Reason)))
        .Where(output => output.Reason is not (IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged))
        .Select(output => $"{output.Key}: {output.Reason}")
        .ToArray();

    /// <summary>Diagnostics of the analyzer at places that no pragma silences, and of a failure of the analyzer itself.</summary>
    public ImmutableArray<Diagnostic> FromAnalyzer() => [.. _all.Value.Where(IsOurs)];

    /// <summary>Errors and warnings of the compiler, generated files included.</summary>
    public ImmutableArray<Diagnostic> FromCompiler() =>
        [.. _all.Value.Where(d => !IsOurs(d) && d.Severity >= DiagnosticSeverity.Warning)];

    private static bool IsOurs(Diagnostic diagnostic) => !diagnostic.Id.StartsWith("CS", StringComparison.Ordinal);

    /// <summary>Analyzer and compiler together: apart, they would bind everything twice.</summary>
    private ImmutableArray<Diagnostic> Analyze() => After
        .WithAnalyzers([new NetworkAnalyzer()], new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false))
        .GetAllDiagnosticsAsync(CancellationToken.None)
        .GetAwaiter()
        .GetResult();

    private static GeneratorRun Again(GeneratorDriver driver, Compilation compilation)
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation after, out ImmutableArray<Diagnostic> diagnostics);
        return new GeneratorRun(driver, compilation, after, diagnostics);
    }
}
