// Many declarations compiled into one assembly, each as it is and in one variant that must not matter, with what stood in the way of each.
// Knows generator and compiler; refuses to know what a network computes.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Testing;

namespace SeqGen.Generator.Tests.Fuzz;

/// <summary>A declaration of a batch.</summary>
/// <param name="Seed">What its data is drawn from.</param>
/// <param name="Spec">The declaration; its name is unique in the batch.</param>
internal sealed record FuzzCase(int Seed, NetworkSpec Spec)
{
    /// <summary>How the variant differs.</summary>
    public FuzzVariant Variant => FuzzVariant.Of(Seed, Spec);

    public string Text => DeclarationText.Of(Spec);
}

/// <summary>Something that went wrong.</summary>
/// <param name="Check">The kind of it: failures of one kind are shrunk as one.</param>
/// <param name="What">Expected and found.</param>
internal sealed record FuzzFailure(FuzzCase Case, string Check, string What);

internal sealed class FuzzBatch
{
    /// <summary>The namespace of the variants.</summary>
    public const string VariantSpace = "Variant";

    /// <summary>More than this for one network is a failure: an editor waits for it. Where others have the processors meanwhile, it may wait for so much
    /// processor time, but not for longer than <see cref="_longest"/>.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(60);

    private readonly List<FuzzFailure> _failures = [];
    private readonly List<FuzzCase> _refused = [];
    private readonly Dictionary<string, string> _reasons = [];

    private FuzzBatch()
    {
    }

    /// <summary>Those that were compiled.</summary>
    public IReadOnlyList<FuzzCase> Cases { get; private set; } = [];

    /// <summary>The assembly; empty where there are no cases.</summary>
    public byte[] Image { get; private set; } = [];

    public IReadOnlyList<FuzzFailure> Failures => _failures;

    /// <summary>Those that a diagnostic refuses, with its text.</summary>
    public IReadOnlyDictionary<string, string> Refused => _reasons;

    /// <summary>Compiles the declarations; what fails is left out and recorded.</summary>
    /// <param name="cases">The declarations.</param>
    /// <param name="optimizes">Whether as a release is compiled: what users run, and slower to make.</param>
    public static FuzzBatch Compile(IReadOnlyList<FuzzCase> cases, bool optimizes)
    {
        var batch = new FuzzBatch();
        CSharpParseOptions parse = new(LanguageVersion.CSharp12, DocumentationMode.None);
        CSharpCompilation declared = GeneratorRun.Compilation(
            cases.Select(c => (c.Spec.Name + ".cs", "using Cells;\nusing SeqGen;\n" + c.Text + "\n")).Concat(FuzzCells.Sources()), new GeneratorOptions());
        declared = declared.WithOptions(declared.Options.WithOptimizationLevel(optimizes ? OptimizationLevel.Release : OptimizationLevel.Debug));
        var sound = new List<(FuzzCase Case, SyntaxTree[] Trees)>();
        foreach (FuzzCase one in cases)
        {
            if (batch.Generate(declared, one) is { } sources)
            {
                sound.Add((one, [.. sources.Select((s, i) => CSharpSyntaxTree.ParseText(s, parse, $"{one.Spec.Name}.{i}.g.cs", Encoding.UTF8))]));
            }
        }

        if (sound.Count > 0)
        {
            batch.Drive(declared, sound[0].Case, sound[0].Trees[0].ToString());
        }

        // What does not compile is left out of another try.
        while (sound.Count > 0)
        {
            var trees = sound.Select(s => s.Case.Spec.Name).ToHashSet();
            CSharpCompilation whole = declared.RemoveSyntaxTrees(declared.SyntaxTrees.Where(t => !IsCell(t) && !trees.Contains(Path.GetFileNameWithoutExtension(t.FilePath))))
                .AddSyntaxTrees(sound.SelectMany(s => s.Trees));
            using var image = new MemoryStream();
            EmitResult emitted = whole.Emit(image);
            ILookup<string, Diagnostic> diagnostics = emitted.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning)
                .ToLookup(d => d.Location.SourceTree is { } tree ? Path.GetFileName(tree.FilePath).Split('.')[0] : "");
            foreach ((FuzzCase one, _) in sound.Where(s => diagnostics.Contains(s.Case.Spec.Name)))
            {
                Diagnostic first = diagnostics[one.Spec.Name].First();
                batch._failures.Add(new FuzzFailure(one, "compiler " + first.Id, first.ToString()));
            }

            if (emitted.Success)
            {
                (batch.Cases, batch.Image) = ([.. sound.Select(s => s.Case)], image.ToArray());
                break;
            }

            if (sound.RemoveAll(s => diagnostics.Contains(s.Case.Spec.Name)) == 0)
            {
                throw new InvalidOperationException("no declaration is to blame: " + string.Join("\n", emitted.Diagnostics.Take(5)));
            }
        }

        return batch;
    }

    /// <summary>One declaration in the way that the compiler takes: through the driver of generators, which must give the same text.</summary>
    private void Drive(CSharpCompilation declared, FuzzCase one, string source)
    {
        GeneratorRun run = GeneratorRun.Of(declared.RemoveSyntaxTrees(declared.SyntaxTrees.Where(t => !IsCell(t) && Path.GetFileNameWithoutExtension(t.FilePath) != one.Spec.Name)));
        string[] given = [.. run.Result.GeneratedSources.Where(s => s.HintName != CellFile.HintName).Select(s => s.SourceText.ToString())];
        if (given is not [string text] || text != source || run.FromGenerator.Length > 0)
        {
            _failures.Add(new FuzzFailure(one, "driver", $"the driver gives {given.Length} files, not the text that the compiler of networks gives; {run.FromGenerator.Length} diagnostics"));
        }
    }

    private static bool IsCell(SyntaxTree tree) => tree.FilePath.StartsWith(FuzzCells.Prefix, StringComparison.Ordinal);

    /// <summary>The sources of a declaration and its variant; null where it is refused or fails.</summary>
    private string[]? Generate(CSharpCompilation declared, FuzzCase one)
    {
        Task<string[]?> made = Task.Factory.StartNew(() => Sources(declared, one), TaskCreationOptions.LongRunning);
        try
        {
            if (ComesBack(made))
            {
                return made.Result;
            }

            _failures.Add(new FuzzFailure(one, "generator hang", $"nothing after {_patience.TotalSeconds} s"));
        }
        catch (AggregateException e)
        {
            Exception inner = e.InnerException!;
            _failures.Add(new FuzzFailure(one, "generator " + inner.GetType().Name, inner.Message + " " + inner.StackTrace?.Split('\n').FirstOrDefault()));
        }

        return null;
    }

    private static bool ComesBack(Task made)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        while (!made.Wait(TimeSpan.FromSeconds(1)))
        {
            if (watch.Elapsed > _longest || (watch.Elapsed > _patience && Environment.CpuUsage.TotalTime - before > _patience))
            {
                return false;
            }
        }

        return true;
    }

    private string[]? Sources(CSharpCompilation declared, FuzzCase one)
    {
        ParsedNetwork parsed = NetworkParser.Parse(declared.GetTypeByMetadataName(one.Spec.Name)!, declared, default)!;
        if (parsed.Spec.Arguments != one.Spec.Arguments || parsed.Spec.Layers != one.Spec.Layers)
        {
            throw new InvalidOperationException("the parser reads another declaration than was written");
        }

        CompiledNetwork compiled = NetworkCompiler.Compile(parsed.Spec, CompilerOptions.Default);
        if (compiled.Source is null)
        {
            Refuse(one, compiled);
            return null;
        }

        NetworkSpec varied = one.Variant.Spec with { Namespace = VariantSpace, HintName = VariantSpace + one.Spec.Name };
        CompiledNetwork variant = NetworkCompiler.Compile(varied, one.Variant.Options);
        string rest = $"namespace {VariantSpace};\npublic partial class {one.Spec.Name};\n";
        return [compiled.Source, variant.Source ?? throw new InvalidOperationException("its variant is refused: " + variant.Problems.First().Id), rest];
    }

    private void Refuse(FuzzCase one, CompiledNetwork compiled)
    {
        Problem problem = compiled.Problems.First();
        lock (_reasons)
        {
            _refused.Add(one);
            _reasons[one.Spec.Name] = problem.Id + " " + string.Join(" | ", problem.Values);
        }
    }
}

/// <summary>A declaration compiled in another way.</summary>
/// <param name="Name">What is different.</param>
/// <param name="Spec">The declaration, with its own Unroll perhaps.</param>
/// <param name="Options">The passes.</param>
/// <param name="SameBits">Whether no bit may differ, or only what float can give.</param>
internal sealed record FuzzVariant(string Name, NetworkSpec Spec, CompilerOptions Options, bool SameBits)
{
    private static readonly (string Name, CompilerOptions Options)[] _passes =
    [
        ("no passes", new(false, false, false, false, false)),
        ("no recomputing", new(RecomputeCheap: false)),
        ("no gathering", new(GatherGradients: false)),
        ("no fusing", new(FuseLoops: false)),
        ("no reusing", new(ReuseSlots: false)),
        ("cut loops", new(LoopOperations: 6, LoopActivations: 1)),
    ];

    public static FuzzVariant Of(int seed, NetworkSpec spec)
    {
        uint choice = (uint)(seed ^ 0x5bd1e995) % 10;
        if (choice >= 4)
        {
            (string name, CompilerOptions options) = _passes[choice - 4];
            return new FuzzVariant(name, spec, options, SameBits: false);
        }

        long unroll = choice == 0 || spec.Arguments.Int("Unroll") > 1 ? 1 : choice == 1 ? spec.Arguments.Int("Timesteps") : choice;
        ArgumentList arguments = new(new(spec.Arguments.Items.Where(a => a.Name != "Unroll").Append(new ArgumentSpec("Unroll", unroll))));
        return new FuzzVariant($"Unroll = {unroll}", spec with { Arguments = arguments }, CompilerOptions.Default, SameBits: true);
    }
}
