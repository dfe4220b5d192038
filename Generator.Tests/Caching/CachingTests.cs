// What an edit makes the generator do again: small edits, and the expected outcome of each step for each network.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Caching;

public class CachingTests
{
    private const string First = "[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] [Dense(1)] public partial class First;";
    private const string Second = "[Network(Inputs = 4, Timesteps = 32)] [Gru(8)] [Dense(2)] public partial class Second;";

    /// <summary>Runs, replaces the first source, and runs again.</summary>
    private static GeneratorRun Edit(string before, string after, params string[] others)
    {
        CSharpCompilation compilation = NetworkHarness.Compilation(new HarnessOptions(), [before, .. others]);
        GeneratorRun run = GeneratorRun.Of(compilation);
        GeneratorRun next = run.Then(Replace(compilation, after));
        Assert.Null(next.Result.Exception);
        return next;
    }

    /// <summary>What became of each file.</summary>
    private static IReadOnlyDictionary<string, IncrementalStepRunReason> Files(GeneratorRun run) =>
        Outcomes(run, SeqGenGenerator.Steps.Files, value => ((Model.GeneratedFile)value).HintName);

    /// <summary>What became of each declaration.</summary>
    private static IReadOnlyDictionary<string, IncrementalStepRunReason> Declarations(GeneratorRun run) =>
        Outcomes(run, SeqGenGenerator.Steps.Declarations, value => ((Model.Declaration)value).Network.HintName + ".g.cs");

    private static Dictionary<string, IncrementalStepRunReason> Outcomes(GeneratorRun run, string step, Func<object, string> name) =>
        run.Result.TrackedSteps[step]
            .SelectMany(s => s.Outputs)
            .Where(output => output.Reason != IncrementalStepRunReason.Removed)
            .ToDictionary(output => name(output.Value), output => output.Reason);

    private static CSharpCompilation Replace(CSharpCompilation compilation, string text)
    {
        SyntaxTree old = compilation.SyntaxTrees[0];
        return compilation.ReplaceSyntaxTree(
            old, CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)old.Options, old.FilePath, System.Text.Encoding.UTF8));
    }

    [Theory]
    [InlineData("// A comment.\n" + First + Second)]
    [InlineData(First + "\n\n\n/* between */" + Second)]
    [InlineData(First + "class Else { void M() { } }" + Second)]
    [InlineData("[Network(Inputs = 8, Timesteps = 60 + 4)] [Lstm(units: 16)] [Dense(1)] public partial class First { }" + Second)]
    [InlineData("[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] [Dense(1)] public partial class First { int Mine() => 3; }" + Second)]
    [InlineData(Second + First)]
    public void An_edit_that_changes_no_declaration_leaves_everything_cached(string after)
    {
        IReadOnlyDictionary<string, IncrementalStepRunReason> files = Files(Edit(First + Second, after));
        Assert.Equal(["First.g.cs", "Second.g.cs"], files.Keys.Order(StringComparer.Ordinal));

        // Where two networks change places in a file the pipeline compares each with the other; it compiles again and finds the same files.
        bool isMoved = after.StartsWith(Second, StringComparison.Ordinal);
        Assert.All(files.Values, reason => Assert.True(isMoved || reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString()));
    }

    [Fact]
    public void An_edit_of_another_file_leaves_everything_cached() =>
        Assert.Equal(
            IncrementalStepRunReason.Cached,
            Files(Edit("class Other { }", "class Other { int Field = 3; }", First))["First.g.cs"]);

    [Theory]
    [InlineData("Lstm(16)", "Lstm(17)")]
    [InlineData("Timesteps = 64", "Timesteps = 65")]
    [InlineData("[Dense(1)]", "[Dense(1)] [MeanSquaredError]")]
    [InlineData("partial class First;", "partial class First { public First() { } }")]
    [InlineData("public partial", "internal partial")]
    [InlineData("Dense(1)", "Dense(\"one\")")]
    [InlineData("First;", "First { int Info; }")]
    public void An_edit_of_one_declaration_modifies_its_network_alone(string from, string to)
    {
        foreach ((string before, string after, string[] others) in new[]
        {
            (First + Second, First.Replace(from, to) + Second, new string[0]),
            (First, First.Replace(from, to), [Second]),
        })
        {
            GeneratorRun run = Edit(before, after, others);
            Assert.Equal(IncrementalStepRunReason.Modified, Declarations(run)["First.g.cs"]);
            Assert.NotEqual(IncrementalStepRunReason.Modified, Declarations(run)["Second.g.cs"]);

            // The model changed, so the network was compiled again; the text may come out the same.
            Assert.NotEqual(IncrementalStepRunReason.Cached, Files(run)["First.g.cs"]);
            Assert.Equal(IncrementalStepRunReason.Cached, Files(run)["Second.g.cs"]);
        }
    }

    [Fact]
    public void A_new_network_leaves_the_others_cached()
    {
        IReadOnlyDictionary<string, IncrementalStepRunReason> files = Files(Edit(First, First + Second));
        Assert.Equal(IncrementalStepRunReason.Cached, files["First.g.cs"]);
        Assert.Equal(IncrementalStepRunReason.New, files["Second.g.cs"]);
    }

    [Fact]
    public void A_network_that_is_gone_leaves_the_others_cached() =>
        Assert.Equal(["First.g.cs"], Files(Edit(First + Second, First)).Where(f => f.Value == IncrementalStepRunReason.Cached).Select(f => f.Key));

    [Fact]
    public void A_declaration_that_is_being_typed_never_breaks_the_generator()
    {
        string full = "namespace A; [Network(Inputs = 8, Timesteps = 64)]\n[Lstm(16, Returns = Returns.Last)] [Dense(1)]\npublic partial class First { }";
        CSharpCompilation compilation = NetworkHarness.Compilation(new HarnessOptions(), "");
        GeneratorRun run = GeneratorRun.Of(compilation);
        for (int length = 1; length <= full.Length; length++)
        {
            compilation = Replace(compilation, full[..length]);
            run = run.Then(compilation);
            Assert.Null(run.Result.Exception);
            Assert.Empty(run.FromGenerator);
            if (length % 8 == 0)
            {
                Assert.DoesNotContain(run.FromAnalyzer(), d => d.Id is "AD0001");
            }
        }

        Assert.Single(run.Result.GeneratedSources);
    }
}
