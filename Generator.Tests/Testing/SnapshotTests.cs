// The package for users' own tests: runs and snapshots as a user would write them.
using System;
using System.IO;
using System.Linq;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Testing;

public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqgen").FullName;

    private string Stem => Path.Combine(_folder, "Tests.Case");

    private string Verified => Stem + ".verified.txt";

    private string Received => Stem + ".received.txt";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_text_without_verified_file_is_received()
    {
        SnapshotMismatchException e = Assert.Throws<SnapshotMismatchException>(() => Snapshot.Compare("a\r\nb", Stem, "txt", accept: false));
        Assert.Contains("has no verified file yet", e.Message);
        Assert.Contains(Snapshot.AcceptVariable + "=1", e.Message);
        Assert.Equal("a\nb\n", File.ReadAllText(Received));
        Assert.False(File.Exists(Verified));
    }

    [Fact]
    public void The_same_text_passes_whatever_its_line_ends_and_removes_a_stale_received_file()
    {
        File.WriteAllText(Verified, "a\r\nb\r\n");
        File.WriteAllText(Received, "old");
        Snapshot.Compare("a\nb", Stem, "txt", accept: false);
        Assert.False(File.Exists(Received));
    }

    [Fact]
    public void Accepting_writes_the_verified_file()
    {
        File.WriteAllText(Received, "old");
        Snapshot.Compare("a\r\nb\r\n\r\n", Stem, "txt", accept: true);
        Assert.Equal("a\nb\n", File.ReadAllText(Verified));
        Assert.False(File.Exists(Received));
    }

    [Fact]
    public void A_difference_is_shown_line_by_line_with_a_few_lines_around()
    {
        string[] lines = [.. Enumerable.Range(1, 20).Select(i => $"line {i}")];
        File.WriteAllText(Verified, string.Join("\n", lines) + "\n");
        lines[9] = "changed";
        string got = string.Join("\n", lines.Append("added"));
        SnapshotMismatchException e = Assert.Throws<SnapshotMismatchException>(() => Snapshot.Compare(got, Stem, "txt", accept: false));
        Assert.EndsWith(
            """
                  ...
                7   line 7
                8   line 8
                9   line 9
               10 - line 10
               10 + changed
               11   line 11
               12   line 12
               13   line 13
                  ...
               18   line 18
               19   line 19
               20   line 20
               21 + added

            """,
            e.Message);
        Assert.Equal(got + "\n", File.ReadAllText(Received));
    }

    [Fact]
    public void A_run_gives_files_diagnostics_and_caching()
    {
        GeneratorResult result = SeqGenTest.Run(
            "using SeqGen;\n[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] [Dense(1)] public partial class Net;");
        Assert.True(result.IsClean, string.Join("\n", result.Diagnostics));
        Assert.True(result.IsCached);
        Assert.Equal("Net.g.cs", Assert.Single(result.Files).Name);
        Assert.StartsWith("//// Net.g.cs\n", result.ToSnapshot());
    }

    [Fact]
    public void A_run_over_a_mistake_shows_where_it_is()
    {
        GeneratorResult result = SeqGenTest.Run("using SeqGen;\n[Network(Inputs = 8, Timesteps = 64)]\n[Lstm(16)] public partial record Net;");
        Assert.False(result.IsClean);
        ReportedDiagnostic diagnostic = Assert.Single(result.Diagnostics, d => d.Id == "SEQ0006");
        Assert.Equal(("Source.cs", 3, 27, "record"), (diagnostic.File, diagnostic.Line, diagnostic.Column, diagnostic.Span));
        Assert.StartsWith("// Source.cs(3,27): error SEQ0006: 'Net' is a record", result.ToSnapshot());
    }

    [Fact]
    public void The_surface_of_a_declaration_with_a_mistake() => Snapshot.Match(SeqGenTest.Run(
        "using SeqGen;\nnamespace Models;\n[Network(Tokens = 50, Timesteps = 64)] [Lstm(16)] public partial class Reader { int Info; }")
        .Files.Single().Text);

    /// <summary>A build with ContinuousIntegrationBuild writes another root into the assembly than the machine has.</summary>
    [Theory]
    [InlineData("/_/Tests/Layers/GruTests.cs")]
    [InlineData("/_1/Tests/Layers/GruTests.cs")]
    [InlineData("/src/other/Tests/Layers/GruTests.cs")]
    [InlineData("/_/Tests\\Layers\\GruTests.cs")]
    public void A_mapped_path_is_found_below_the_folders_that_the_tests_run_in(string mapped)
    {
        string source = Path.Combine(_folder, "Tests", "Layers", "GruTests.cs");
        string runs = Path.Combine(_folder, "Tests", "bin", "Release", "net9.0");
        Directory.CreateDirectory(Path.GetDirectoryName(source)!);
        Directory.CreateDirectory(runs);
        File.WriteAllText(source, "");
        File.WriteAllText(Path.Combine(_folder, "GruTests.cs"), "another of the same name");
        Assert.Equal(source, Snapshot.Locate(mapped, runs));
        Assert.Equal(source, Snapshot.Locate(mapped, _folder));
        Assert.Equal(source, Snapshot.Locate(source, runs));
    }

    [Fact]
    public void A_source_that_is_not_there_is_an_error_that_says_so()
    {
        SnapshotMismatchException e = Assert.Throws<SnapshotMismatchException>(() => Snapshot.Locate("/_/Nowhere/NoSuchTests.cs", _folder));
        Assert.Contains("'/_/Nowhere/NoSuchTests.cs' was not found below", e.Message);
    }
}
