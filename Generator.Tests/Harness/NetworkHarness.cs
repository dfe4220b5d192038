// Runs generator, analyzer and compiler over declarations as a test needs them, and checks on every run what must hold for any input:
// no exception, plain models, everything cached after an unrelated edit, \n line ends. What a network computes is for other tests.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using SeqGen.Generator.Parsing;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>What a run is to be like.</summary>
/// <param name="LanguageVersion">The language version.</param>
/// <param name="InOddCulture">Whether everything runs in <see cref="OddCulture"/>.</param>
/// <param name="IsProgram">Whether the first source is a program, with statements of its own.</param>
internal sealed record HarnessOptions(string LanguageVersion = "12", bool InOddCulture = false, bool IsProgram = false);

/// <summary>A run that kept the rules.</summary>
internal sealed class HarnessRun(GeneratorRun run, IReadOnlyList<ReportedDiagnostic> seqGen, IReadOnlyList<ReportedDiagnostic> compiler)
{
    /// <summary>The run with everything Roslyn knows of it.</summary>
    public GeneratorRun Run { get; } = run;

    /// <summary>Diagnostics of generator and analyzer, in the order of the source.</summary>
    public IReadOnlyList<ReportedDiagnostic> SeqGen { get; } = seqGen;

    /// <summary>Errors and warnings of the compiler.</summary>
    public IReadOnlyList<ReportedDiagnostic> Compiler { get; } = compiler;

    /// <summary>Generated files by hint name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; } =
        run.Result.GeneratedSources.ToDictionary(s => s.HintName, s => s.SourceText.ToString());

    /// <summary>Fails if anything at all was reported.</summary>
    public HarnessRun AssertClean()
    {
        string found = string.Join("\n", SeqGen.Concat(Compiler));
        Assert.True(found.Length == 0, found);
        return this;
    }

    /// <summary>Fails on errors of the compiler, and on its warnings about generated files: what a declaration with a mistake must not cause.</summary>
    public HarnessRun AssertCompiles()
    {
        None(Compiler.Where(d => d.Severity == "Error" || Files.ContainsKey(d.File)));
        return this;
    }

    private static void None(IEnumerable<ReportedDiagnostic> diagnostics) =>
        Assert.True(!diagnostics.Any(), string.Join("\n", diagnostics.Take(20)));
}

/// <summary>The entry of the harness.</summary>
internal static class NetworkHarness
{
    private const string Usings = "global using System;\nglobal using SeqGen;\n";

    // What the SDK gives a program (ImplicitUsings).
    private const string ProgramUsings =
        "global using System;\nglobal using System.Collections.Generic;\nglobal using System.IO;\nglobal using System.Linq;\nglobal using System.Threading;\nglobal using System.Threading.Tasks;\n";

    /// <summary>Runs over sources that may have mistakes. <c>using System</c> and <c>using SeqGen</c> are given.</summary>
    public static HarnessRun Run(params string[] sources) => Run(new HarnessOptions(), sources);

    /// <inheritdoc cref="Run(string[])"/>
    public static HarnessRun Run(HarnessOptions options, params string[] sources) => Run(options, Compilation(options, sources));

    /// <summary>Runs over a compilation.</summary>
    public static HarnessRun Run(HarnessOptions options, CSharpCompilation compilation)
    {
        using OddCulture? culture = options.InOddCulture ? new OddCulture() : null;
        GeneratorRun run = GeneratorRun.Of(compilation);
        Assert.Null(run.Result.Exception);
        ReportedDiagnostic[] seqGen = [.. run.FromGenerator.Concat(run.FromAnalyzer()).Select(SeqGenTest.Plain)
            .OrderBy(d => d.File, StringComparer.Ordinal).ThenBy(d => d.Line).ThenBy(d => d.Column).ThenBy(d => d.Id, StringComparer.Ordinal)];
        Assert.DoesNotContain(seqGen, d => d.Id == "AD0001");
        CheckRules(run);
        return new HarnessRun(run, seqGen, [.. run.FromCompiler().Select(SeqGenTest.Plain)]);
    }

    /// <summary>Runs over right declarations, compiles them with warnings as errors and without unsafe code, and loads them.</summary>
    public static LoadedNetworks Load(params string[] sources) => Load(new HarnessOptions(), sources);

    /// <inheritdoc cref="Load(string[])"/>
    public static LoadedNetworks Load(HarnessOptions options, params string[] sources) => Load(Run(options, sources));

    /// <summary>Loads the networks of a run without any diagnostics.</summary>
    public static LoadedNetworks Load(HarnessRun run)
    {
        run.AssertClean();
        using var image = new MemoryStream();
        EmitResult emitted = run.Run.After.Emit(image);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        image.Position = 0;
        return new LoadedNetworks(image, run);
    }

    /// <summary>A compilation as <see cref="Run(string[])"/> makes it, for tests that edit it. Sources are named Source0.cs and so on.</summary>
    public static CSharpCompilation Compilation(HarnessOptions options, params string[] sources)
    {
        bool hasGlobalUsings = !(LanguageVersionFacts.TryParse(options.LanguageVersion, out LanguageVersion version) && version < LanguageVersion.CSharp10);
        IEnumerable<(string, string)> all = sources.Select((text, i) =>
            ($"Source{i}.cs", hasGlobalUsings ? text : "using System;\nusing SeqGen;\n" + text));
        if (hasGlobalUsings)
        {
            all = all.Append(("Usings.cs", options.IsProgram ? ProgramUsings : Usings));
        }

        CSharpCompilation compilation = GeneratorRun.Compilation(all, new GeneratorOptions { LanguageVersion = options.LanguageVersion });
        return options.IsProgram ? compilation.WithOptions(compilation.Options.WithOutputKind(OutputKind.ConsoleApplication)) : compilation;
    }

    /// <summary>What the parser alone reads from the class of that full name.</summary>
    public static ParsedNetwork Parse(string source, string name = "Net", HarnessOptions? options = null)
    {
        using OddCulture? culture = options is { InOddCulture: true } ? new OddCulture() : null;
        CSharpCompilation compilation = Compilation(options ?? new HarnessOptions(), source);
        return NetworkParser.Parse(compilation.GetTypeByMetadataName(name)!, compilation, default)!;
    }

    private static void CheckRules(GeneratorRun run)
    {
        ModelPurity.Check(run.Result);
        Assert.Equal("", string.Join("\n", run.ThenUnrelatedEdit().NotCached()));
        foreach (GeneratedSourceResult file in run.Result.GeneratedSources)
        {
            string text = file.SourceText.ToString();
            Assert.DoesNotContain("\r", text);
            Assert.EndsWith("\n", text);
        }
    }
}
