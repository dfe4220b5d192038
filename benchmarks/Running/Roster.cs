// Which engines take part in a variant, how they are started and in what environment.
// Knows folders and variables; refuses to know results.
using System.Collections;

namespace SeqGen.Benchmarks.Running;

/// <summary>The engines of one variant.</summary>
public sealed class Roster
{
    // A preset of any of these would slow a peer, or SeqGen, without a word.
    private static readonly string[] Presets =
    [
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_MAIN_FREE", "GOTO_NUM_THREADS", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA",
        "ONEDNN_DEFAULT_FPMATH_MODE", "ATEN_CPU_CAPABILITY", "KMP_AFFINITY", "OMP_PROC_BIND", "GOMP_CPU_AFFINITY", "LD_PRELOAD", "MALLOC_ARENA_MAX",
    ];

    private readonly string _variant;
    private readonly string _peers = Path.Combine(Repository.Root, "artifacts", "peers");

    public Roster(string variant)
    {
        _variant = variant;
        bool narrow = variant == "avx2";
        Dictionary<string, string?> environment = Presets.ToDictionary(name => name, _ => (string?)null);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            string name = (string)entry.Key;
            if ((name.StartsWith("DOTNET_", StringComparison.Ordinal) && !name.StartsWith("DOTNET_ROOT", StringComparison.Ordinal)) || name.StartsWith("COMPlus_", StringComparison.Ordinal))
            {
                environment[name] = null;
            }
        }

        environment["OMP_NUM_THREADS"] = environment["OPENBLAS_NUM_THREADS"] = environment["MKL_NUM_THREADS"] = "1";
        environment["ATEN_CPU_CAPABILITY"] = narrow ? "avx2" : "avx512";
        if (narrow)
        {
            environment["DOTNET_EnableAVX512"] = "0";
            environment["ONEDNN_MAX_CPU_ISA"] = environment["DNNL_MAX_CPU_ISA"] = "AVX2";
            environment["OPENBLAS_CORETYPE"] = "Haswell";
        }

        Environment = environment;
    }

    /// <summary>Variables of every engine; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>SeqGen's worker: this build's.</summary>
    public static EngineStart SeqGen { get; } = new("seqgen", Path.Combine(AppContext.BaseDirectory, "SeqGen.Worker"), []);

    /// <summary>SeqGen's worker with our own layers written as users' cells.</summary>
    public static EngineStart SeqGenCells { get; } = SeqGen with { Name = "users-cells", Arguments = ["--cells"] };

    /// <summary>The worker that measures the machine.</summary>
    public EngineStart Limits(IEnumerable<long> sizes) => new("limits", Path.Combine(_peers, "limits"), [.. sizes.Select(s => s.ToString(System.Globalization.CultureInfo.InvariantCulture))]);

    /// <summary>All peers of the variants that have peers. A quick run goes without PyTorch: it has never been near the best, and takes as long
    /// as all others.</summary>
    public IEnumerable<EngineStart> Peers(bool quick)
    {
        string folder = Path.Combine(_peers, _variant);
        string sources = Path.Combine(Repository.Root, "benchmarks", "peers");
        string library = Path.Combine(_peers, "node_modules", "onnxruntime-node", "bin", "napi-v6", "linux", "x64", "libonnxruntime.so.1");
        string models = Path.Combine(_peers, "onnx");
        foreach (string compiler in new[] { "gcc", "clang" })
        {
            yield return new("eigen-" + compiler, Path.Combine(folder, "stream-" + compiler), ["eigen"]);
            yield return new("loops-" + compiler, Path.Combine(folder, "stream-" + compiler), ["loops"]);
            yield return new("train-" + compiler, Path.Combine(folder, "train-" + compiler), []);
        }

        foreach (string compiler in new[] { "gcc", "clang" })
        {
            foreach (string kind in new[] { "eigen", "loops", "batch" })
            {
                yield return new($"cells-{kind}-{compiler}", Path.Combine(folder, "cells-" + compiler), [kind]);
            }
        }

        yield return new("cells-batch-openblas", Path.Combine(folder, "cells-openblas"), ["batch"]);
        yield return new("train-openblas", Path.Combine(folder, "train-openblas"), []);
        yield return new("onednn", Path.Combine(folder, "onednn"), []);
        yield return new("ort", Path.Combine(_peers, "ort"), [library, models, .. _variant == "avx2" ? ["avx2"] : Array.Empty<string>()], library, models);
        if (quick)
        {
            yield break;
        }

        yield return new("torch", "/usr/bin/python3", [Path.Combine(sources, "torch_worker.py")]);
    }
}

/// <summary>Where the repository is.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SeqGen.sln")))
            {
                return folder.FullName;
            }
        }

        throw new EngineException($"SeqGen.sln is in no folder above {AppContext.BaseDirectory}: run the benchmarks from a clone of the repository.");
    }
}
