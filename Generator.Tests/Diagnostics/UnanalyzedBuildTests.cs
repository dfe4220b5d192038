// Builds that run no analyzers: the generator reports the same mistakes at the same places, and nobody reports anything twice.
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class UnanalyzedBuildTests
{
    /// <summary>Every wrong example of the documentation that needs no other surroundings.</summary>
    public static TheoryData<string> Ids => [.. DocumentedExampleTests.Ids.Select(row => row.Data).Where(id => id is not ("SEQ0013" or "SEQ0014" or "SEQ0015" or "SEQ9999"))];

    private sealed class Options(string reports) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Global(reports);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Global(string reports) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => (value = key == BuildOptions.ReportsProperty ? reports : null) is not null;
        }
    }

    private static (string[] FromGenerator, string[] FromAnalyzer) Run(string reports, string source)
    {
        CSharpCompilation compilation = NetworkHarness.Compilation(new HarnessOptions(), source);
        var options = new Options(reports);
        CSharpGeneratorDriver.Create(
                [new SeqGenGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options, optionsProvider: options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation after, out ImmutableArray<Diagnostic> diagnostics, TestContext.Current.CancellationToken);
        ImmutableArray<Diagnostic> analyzed = after.WithAnalyzers([new NetworkAnalyzer()], new CompilationWithAnalyzersOptions(
                new AnalyzerOptions([], options), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false))
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return (Plain(diagnostics), Plain(analyzed));

        static string[] Plain(IEnumerable<Diagnostic> all) => [.. all.Where(d => !d.IsSuppressed).Select(SeqGenTest.Plain).Select(d => d.ToString()).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void What_the_analyzer_would_report_the_generator_reports_and_never_both(string id)
    {
        string source = DocumentedExampleTests.Example(id, "wrong");
        (string[] generator, string[] analyzer) = Run("false", source);
        Assert.Empty(generator);
        Assert.NotEmpty(analyzer);
        (string[] instead, string[] silent) = Run("true", source);
        Assert.Empty(silent);
        Assert.Equal(analyzer, instead);
    }

    [Fact]
    public void A_pragma_silences_what_the_generator_reports() =>
        Assert.Empty(Run("true", "#pragma warning disable SEQ0101\n[Network(Inputs = 8, Timesteps = 64)] [Lstm(0)] partial class Net;").FromGenerator);

    [Fact]
    public void A_right_network_has_no_reports() =>
        Assert.Empty(Run("true", "namespace A { partial class Outer { [Network(Inputs = 8, Timesteps = 64)] [Lstm(4)] partial class Net; } }").FromGenerator);

    /// <summary>The build's own question, as the compiler's targets ask it, answered by the targets of the package.</summary>
    [Theory]
    [InlineData("", "false")]
    [InlineData("-p:RunAnalyzers=false", "true")]
    [InlineData("-p:RunAnalyzers=true -p:RunAnalyzersDuringBuild=false", "false")]
    [InlineData("-p:RunAnalyzersDuringBuild=false", "true")]
    [InlineData("-p:RunAnalyzersDuringBuild=false -p:DesignTimeBuild=true", "false")]
    public void The_packages_targets_tell_the_generator_whether_analyzers_run(string arguments, string expected)
    {
        string folder = Directory.CreateTempSubdirectory("seqgen").FullName;
        try
        {
            string project = Path.Combine(folder, "Test.proj");
            File.WriteAllText(project, $"<Project><Import Project=\"{Path.Combine(Repository.Root, "Runtime", "buildTransitive", "SeqGen.targets")}\" /></Project>");
            var start = new ProcessStartInfo("dotnet", $"msbuild \"{project}\" -nologo -getProperty:SeqGenReportsMistakes -getItem:CompilerVisibleProperty {arguments}") { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            JsonElement answer = JsonDocument.Parse(process.StandardOutput.ReadToEnd()).RootElement;
            process.WaitForExit();
            Assert.Equal(expected, answer.GetProperty("Properties").GetProperty("SeqGenReportsMistakes").GetString());
            Assert.Equal(BuildOptions.ReportsProperty, "build_property." + answer.GetProperty("Items").GetProperty("CompilerVisibleProperty")[0].GetProperty("Identity").GetString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
