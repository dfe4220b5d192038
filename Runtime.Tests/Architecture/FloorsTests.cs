// The floors of the runtime: which folder may use which, written down once and held by symbols.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Xunit;

namespace SeqGen.Tests.Architecture;

public sealed class FloorsTests
{
    // From the ground up: a folder and all that it uses. It may use lines above its own alone, so there is no circle; and what stands here is used,
    // so that the table says how things are. docs/architecture.md says what each folder is for.
    private const string Floors = """
        Cells
        Attributes: Cells
        Kernels
        Contract:   Kernels
        Parameters: Kernels Contract
        Files:      Kernels Contract Parameters
        Workspaces: Kernels Contract Parameters
        Streams:    Kernels Contract Parameters Workspaces
        Networks:           Contract Parameters Workspaces Streams Files
        Parallel:   Kernels          Parameters Workspaces Networks
        Data:       Kernels Contract Parameters Workspaces Files
        Decoding:   Kernels Contract Parameters Workspaces Streams Networks
        Measures:           Contract Parameters Workspaces Data Attributes
        Checks:     Kernels Parameters Workspaces Networks Cells Attributes
        Training:   Kernels Contract Parameters Files Workspaces Streams Networks Parallel Data Decoding Measures Attributes
        """;

    private static readonly Dictionary<string, string[]> Allowed = Floors.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(':')).ToDictionary(
        line => line[0], line => line.Length == 1 ? [] : line[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void AFolderUsesThoseThatItsLineNamesAndNoOther()
    {
        IReadOnlyList<FolderReference> all = FolderReferences.Of(Runtime());
        Assert.Equal(Allowed.Keys.Order(), Runtime().Select(s => s.Path.Split('/')[0]).Distinct().Order());
        IEnumerable<FolderReference> wrong = all.Where(r => !Allowed[r.From].Contains(r.To));
        Assert.True(!wrong.Any(), string.Join("\n", wrong.Select(r => $"{r.From} may not use {r.To}: {r.Name} in {r.Place}")));
        IEnumerable<string> unused = Allowed.SelectMany(line => line.Value.Where(to => !all.Any(r => r.From == line.Key && r.To == to)).Select(to => $"{line.Key} does not use {to}"));
        Assert.Equal("", string.Join("\n", unused));
    }

    [Fact]
    public void AFolderUsesLowerOnesAlone()
    {
        string[] order = [.. Allowed.Keys];
        Assert.Empty(Allowed.SelectMany(line => line.Value.Where(to => Array.IndexOf(order, to) is var floor && (floor < 0 || floor >= Array.IndexOf(order, line.Key)))));
    }

    [Theory]
    [InlineData("class B { int F() => A.Number; }", "A.Number")]
    [InlineData("class B { void F() { var inferred = Both.Make(); } }", "A")]
    [InlineData("class B { object F() => Both.Make(); }", "A")]
    [InlineData("class B { System.Collections.Generic.List<A[]>? _list; }", "A")]
    [InlineData("class B { bool F(object o) => o is A { Size: > 3 }; }", "A.Size")]
    [InlineData("class B { int F() => 3.Twice(); }", "Extensions.Twice")]
    [InlineData("class B : A { }", "A")]
    public void TheSearchFindsWhatItLooksFor(string text, string name)
    {
        (string, string)[] sources =
        [
            ("Upper/A.cs", "public class A { public const int Number = 3; public int Size; } static class Extensions { public static int Twice(this int n) => 2 * n; }"),
            ("Middle/Both.cs", "static class Both { public static A Make() => new(); }"),
            ("Lower/B.cs", text),
        ];
        Assert.Contains(name, FolderReferences.Of(sources).Where(r => (r.From, r.To) == ("Lower", "Upper")).Select(r => r.Name));
    }

    [Fact]
    public void RemarksAreNoReferences() => Assert.Empty(FolderReferences.Of([("Upper/A.cs", "class A { }"), ("Lower/B.cs", "/// <summary><see cref=\"A\"/></summary>\nclass B { /* A */ }")]));

    private static IEnumerable<(string Path, string Text)> Runtime([CallerFilePath] string here = "")
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "Runtime"));
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(root, path).Replace('\\', '/'), Text: File.ReadAllText(path)))
            .Where(source => !source.Path.StartsWith("obj/", StringComparison.Ordinal) && !source.Path.StartsWith("bin/", StringComparison.Ordinal));
    }
}
