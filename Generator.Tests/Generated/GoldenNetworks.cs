// Every golden case of every folder, the declarable ones compiled and loaded in one batch a folder, when the first of them is asked for.
// Knows folders and names; refuses to know what a case is about.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

/// <summary>A case's declaration; with <paramref name="Logits"/> that of its twin.</summary>
internal sealed record GoldenSource(string Case, bool Logits, string Class, string Source);

/// <summary>The cases of this repository, and those of the folder that the environment variable SEQGEN_GOLDENS names.</summary>
internal static class GoldenNetworks
{
    private const string Extra = "extra/";
    private const string Space = "Goldens.";

    private static readonly Lazy<Batch> _own = new(() => Compile(GoldenCase.DefaultFolder));
    private static readonly Lazy<Batch> _extra = new(() => Compile(ExtraFolder!));

    /// <summary>The run that this repository's cases come from.</summary>
    public static HarnessRun OwnRun => _own.Value.Networks.Run;

    private static string? ExtraFolder => Environment.GetEnvironmentVariable("SEQGEN_GOLDENS") is { Length: > 0 } folder ? folder : null;

    /// <summary>The names of all cases; those of the other folder start with <c>extra/</c>.</summary>
    public static IEnumerable<string> Names() =>
        NamesIn(GoldenCase.DefaultFolder).Concat(ExtraFolder is { } folder ? NamesIn(folder).Select(n => Extra + n) : []);

    public static GoldenCase Load(string name) => name.StartsWith(Extra, StringComparison.Ordinal)
        ? Read(ExtraFolder!, name[Extra.Length..])
        : Read(GoldenCase.DefaultFolder, name);

    /// <summary>A network with the case's parameters; the test is skipped where the case cannot be declared.</summary>
    public static INetwork Create(string name, GoldenCase golden, bool logits = false)
    {
        (Batch batch, string type) = Find(name, golden, logits);
        return GoldenData.SetParameters((INetwork)batch.Networks.Create(type), golden);
    }

    /// <summary>The same network with the smallest loops that there can be.</summary>
    public static INetwork CreateCut(string name, GoldenCase golden)
    {
        (Batch batch, string type) = Find(name, golden, logits: false);
        return GoldenData.SetParameters(Variants.Create(batch.Cut.Value[type], seed: 0), golden);
    }

    /// <summary>The declarations of this repository's cases.</summary>
    public static IEnumerable<GoldenSource> Declarations() => Declarations(GoldenCase.DefaultFolder);

    private static (Batch Batch, string Type) Find(string name, GoldenCase golden, bool logits)
    {
        string missing = GoldenDeclaration.Missing(golden);
        Assert.SkipWhen(missing.Length > 0, missing);
        Batch batch = (name.StartsWith(Extra, StringComparison.Ordinal) ? _extra : _own).Value;
        string type = Space + GoldenDeclaration.ClassOf(golden, logits);
        Assert.True(!batch.Errors.Contains(type + ".g.cs"), string.Join("\n", batch.Errors[type + ".g.cs"]));
        return (batch, type);
    }

    private static IEnumerable<GoldenSource> Declarations(string folder) =>
        from golden in NamesIn(folder).Select(n => Read(folder, n))
        where GoldenDeclaration.Missing(golden).Length == 0
        from logits in GoldenDeclaration.HasLogits(golden) ? new[] { false, true } : [false]
        select new GoldenSource(golden.Name, logits, GoldenDeclaration.ClassOf(golden, logits), GoldenDeclaration.Write(golden, logits));

    private static Batch Compile(string folder)
    {
        List<string> sources = Declarations(folder).Select(d => "namespace Goldens;\n" + d.Source).ToList();

        // Networks that do not compile are left out of a second try, so that only their own tests fail.
        HarnessRun run = NetworkHarness.Run([.. sources]);
        ILookup<string, string> errors = run.SeqGen.Concat(run.Compiler).ToLookup(d => d.File, d => d.ToString());
        List<string> sound = sources.Where((s, i) => !errors.Contains($"Source{i}.cs") && !errors.Contains(FileOf(s))).ToList();
        run = sound.Count == sources.Count ? run : NetworkHarness.Run([.. sound]);
        return new Batch(NetworkHarness.Load(run), errors, new(() => Cut(run, [.. sound.Select(TypeOf)])));

        static string TypeOf(string source) => Space + source[(source.LastIndexOf(' ') + 1)..source.LastIndexOf(';')];

        static string FileOf(string source) => TypeOf(source) + ".g.cs";
    }

    private static Dictionary<string, Type> Cut(HarnessRun run, string[] names) =>
        names.Zip(Variants.Load(run, names, CompilerOptions.Default with { LoopOperations = 6, LoopActivations = 1 })).ToDictionary();

    /// <summary>As the index says, or without one every case there is.</summary>
    private static IEnumerable<string> NamesIn(string folder) => File.Exists(Path.Combine(folder, "index.json"))
        ? GoldenCase.Names(folder)
        : Directory.EnumerateFiles(Path.Combine(folder, "cases"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    private static GoldenCase Read(string folder, string name) => GoldenCase.Load(name, folder);

    /// <summary>What was loaded, and what was found in the generated files of the others.</summary>
    private sealed record Batch(LoadedNetworks Networks, ILookup<string, string> Errors, Lazy<Dictionary<string, Type>> Cut);
}
