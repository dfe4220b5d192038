// The machine: what it is, and which cores a run may use.
// Knows Linux' files about processors; refuses to know engines.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SeqGen.Benchmarks.Running;

/// <summary>Processor and cores.</summary>
public static class Machine
{
    /// <summary>Processor, caches and system in a line.</summary>
    public static string Description
    {
        get
        {
            string model = FirstField("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
            IEnumerable<string> caches = Enumerable.Range(0, 5)
                .Select(i => $"/sys/devices/system/cpu/cpu0/cache/index{i}/")
                .Where(folder => File.Exists(folder + "size") && ReadLine(folder + "type") != "Instruction")
                .Select(folder => $"L{ReadLine(folder + "level")} {ReadLine(folder + "size")}");
            string width = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "neither AVX2 nor AVX-512";
            return string.Join(", ", [$"{model}, {CoreCount} cores, {width}", .. caches, RuntimeInformation.FrameworkDescription]);
        }
    }

    /// <summary>Cores of the machine, whether this process may use them or not.</summary>
    public static int CoreCount => File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal)) : System.Environment.ProcessorCount;

    /// <summary>Whether the processor has 512-bit vectors.</summary>
    public static bool HasAvx512 => Avx512F.IsSupported;

    /// <summary>Whether processes can be pinned here.</summary>
    public static bool CanPin => OperatingSystem.IsLinux() && (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "taskset")));

    /// <summary>The core that is measured on: the one asked for, or the last that this process may use.</summary>
    /// <exception cref="UsageException">This process may not use the one asked for.</exception>
    public static int Core(int? asked)
    {
        IReadOnlyList<int> allowed = Allowed();
        return asked is not { } core ? allowed[^1]
            : allowed.Contains(core) ? core
            : throw new UsageException($"This process may not use core {core}, only {string.Join(", ", allowed)}.");
    }

    /// <summary>Another core that this process may use, or null.</summary>
    public static int? Second(int core) => Allowed() is var allowed && allowed.Any(c => c != core) ? allowed.First(c => c != core) : null;

    private static List<int> Allowed()
    {
        string? list = FirstField("/proc/self/status", "Cpus_allowed_list");
        List<int> cores = [];
        foreach (string part in (list ?? $"0-{System.Environment.ProcessorCount - 1}").Split(','))
        {
            int[] ends = [.. part.Split('-').Select(e => int.Parse(e, CultureInfo.InvariantCulture))];
            cores.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }

        return cores;
    }

    private static string? FirstField(string file, string name) => !File.Exists(file) ? null : File.ReadLines(file)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault();

    private static string ReadLine(string file) => File.ReadLines(file).FirstOrDefault("?").Trim();
}
