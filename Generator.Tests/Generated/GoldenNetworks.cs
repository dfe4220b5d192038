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
    public static INetwork Create(string name, GoldenCase golden, bool logits = false, bool cut = false)
    {
        string missing = GoldenDeclaration.Missing(golden);
        Assert.SkipWhen(missing.Length > 0, missing);
        Batch batch = (name.StartsWith(Extra, StringComparison.Ordinal) ? _extra : _own).Value;
        string type = Space + ClassOf(golden.Name) + (logits ? "Logits" : "");
        Assert.True(!batch.Errors.Contains(type + ".g.cs"), string.Join("\n", batch.Errors[type + ".g.cs"]));
        INetwork network = cut ? Variants.Create(batch.Cut.Value[type], seed: 0) : (INetwork)batch.Networks.Create(type);
        foreach (Parameter parameter in network.Parameters)
        {
            GoldenTensor values = golden[parameter.Name];
            Assert.Equal(values.Shape, parameter.Shape);
            parameter.CopyFrom(values.Values);
        }

        return network;
    }

    private static Batch Compile(string folder)
    {
        var sources = new List<string>();
        foreach (GoldenCase golden in NamesIn(folder).Select(n => Read(folder, n)).Where(g => GoldenDeclaration.Missing(g).Length == 0))
        {
            sources.Add("namespace Goldens;\n" + GoldenDeclaration.Write(golden, ClassOf(golden.Name)));
            if (GoldenDeclaration.HasLogits(golden))
            {
                sources.Add("namespace Goldens;\n" + GoldenDeclaration.Write(golden, ClassOf(golden.Name) + "Logits", logits: true));
            }
        }

        // Networks that do not compile are left out of a second try, so that only their own tests fail.
        HarnessRun run = NetworkHarness.Run([.. sources]);
        ILookup<string, string> errors = run.SeqGen.Concat(run.Compiler).ToLookup(d => d.File, d => d.ToString());
        List<string> sound = sources.Where((s, i) => !errors.Contains($"Source{i}.cs") && !errors.Contains(FileOf(s))).ToList();
        run = sound.Count == sources.Count ? run : NetworkHarness.Run([.. sound]);
        return new Batch(NetworkHarness.Load(run), errors, new(() => Cut(run, [.. sound.Select(TypeOf)])));

        static string TypeOf(string source) => Space + source[(source.LastIndexOf(' ') + 1)..source.LastIndexOf(';')];

        static string FileOf(string source) => TypeOf(source) + ".g.cs";
    }

    /// <summary>The same networks with the smallest loops that there can be.</summary>
    private static Dictionary<string, Type> Cut(HarnessRun run, string[] names) =>
        names.Zip(Variants.Load(run, names, CompilerOptions.Default with { LoopOperations = 6, LoopActivations = 1 })).ToDictionary();

    /// <summary>As the index says, or without one every case there is.</summary>
    private static IEnumerable<string> NamesIn(string folder) => File.Exists(Path.Combine(folder, "index.json"))
        ? GoldenCase.Names(folder)
        : Directory.EnumerateFiles(Path.Combine(folder, "cases"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    private static GoldenCase Read(string folder, string name) => GoldenCase.Load(name, folder);

    private static string ClassOf(string name) => "Case_" + string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    /// <summary>What was loaded, and what was found in the generated files of the others.</summary>
    private sealed record Batch(LoadedNetworks Networks, ILookup<string, string> Errors, Lazy<Dictionary<string, Type>> Cut);
}
