// One engine: a process of its own behind the line protocol of peers/worker.h.
// Knows how to start, ask and end it; refuses to know what it computes.
using System.Diagnostics;
using System.Globalization;

namespace SeqGen.Benchmarks.Running;

/// <summary>How an engine is started.</summary>
/// <param name="Name">As in reports.</param>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Needs">Files without which it cannot run.</param>
public sealed record EngineStart(string Name, string File, string[] Arguments, params string[] Needs);

/// <summary>An engine did not start, did not answer, or answered with an error.</summary>
public sealed class EngineException(string message) : Exception(message);

/// <summary>A running engine.</summary>
public sealed class Engine : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _errors = [];

    private Engine(EngineStart start, Process process)
    {
        Name = start.Name;
        _process = process;
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is { Length: > 0 } text)
            {
                lock (_errors)
                {
                    _errors.Add(text);
                }
            }
        };
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    /// <summary>What it says it is.</summary>
    public string Version { get; private set; } = "";

    /// <summary>What it says it can do.</summary>
    public IReadOnlyList<string> Workloads { get; private set; } = [];

    /// <summary>Starts an engine and waits until it is ready.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="cores">The cores it may use, as taskset has them; null for any.</param>
    /// <param name="environment">Variables to set; null takes one away.</param>
    /// <exception cref="EngineException">It is not there, or does not start.</exception>
    public static Engine Start(EngineStart start, string? cores, IReadOnlyDictionary<string, string?> environment)
    {
        foreach (string file in start.Needs.Append(start.File).Where(f => Path.IsPathRooted(f) && !System.IO.File.Exists(f) && !Directory.Exists(f)))
        {
            throw new EngineException($"not installed: {Path.GetFileName(file)} is missing");
        }

        var info = new ProcessStartInfo(cores is null ? start.File : "taskset") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in cores is null ? start.Arguments : ["-c", cores, start.File, .. start.Arguments])
        {
            info.ArgumentList.Add(argument);
        }

        foreach ((string name, string? value) in environment)
        {
            info.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(info) ?? throw new EngineException("did not start");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new EngineException($"did not start: {e.Message}");
        }

        var engine = new Engine(start, process);
        try
        {
            string[] ready = engine.Read(TimeSpan.FromSeconds(60)).Split('|');
            if (ready is not ["ready", _, var version, var workloads])
            {
                throw new EngineException($"does not speak the protocol: '{string.Join('|', ready)}'");
            }

            engine.Version = version;
            engine.Workloads = workloads.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return engine;
        }
        catch (EngineException)
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Times a workload for about so many seconds: nanoseconds a step.</summary>
    public double Run(string workload, double seconds) => Ask($"run {workload} {seconds.ToString("G4", CultureInfo.InvariantCulture)}")[0];

    /// <summary>What the workload's check gives.</summary>
    public double[] Check(string workload) => Ask($"check {workload}");

    /// <summary>Bytes that many calls allocate on all threads. For SeqGen's worker alone.</summary>
    public long Allocated(string workload) => (long)Ask($"alloc {workload}")[0];

    /// <summary>Nanoseconds of calls 2 to 1,001, of a process that has done nothing yet. For SeqGen's worker alone.</summary>
    public double StartUp(string workload) => Ask($"startup {workload}")[0];

    /// <summary>Has the JIT compile for good. For SeqGen's worker alone.</summary>
    public void WarmUp(IEnumerable<string> workloads) => Ask($"warm {string.Join(' ', workloads)}");

    /// <summary>How long the engine's threads have run, and waited for a core, in nanoseconds; null where the system does not say.</summary>
    public (long Running, long Waiting)? Scheduled()
    {
        long running = 0, waiting = 0;
        try
        {
            foreach (string thread in Directory.EnumerateDirectories($"/proc/{_process.Id}/task"))
            {
                string[] fields = System.IO.File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ');
                running += long.Parse(fields[0], CultureInfo.InvariantCulture);
                waiting += long.Parse(fields[1], CultureInfo.InvariantCulture);
            }

            return (running, waiting);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.StandardInput.WriteLine("quit");
                _process.StandardInput.Close();
                if (!_process.WaitForExit(3000))
                {
                    _process.Kill(entireProcessTree: true);
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has ended by itself, which is what was wanted.
        }

        _process.Dispose();
    }

    private double[] Ask(string question)
    {
        try
        {
            _process.StandardInput.WriteLine(question);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            throw new EngineException($"has ended{Said()}");
        }

        string answer = Read(TimeSpan.FromSeconds(120));
        string[] words = answer.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is ["ok", .. var numbers]
            ? [.. numbers.Select(n => double.Parse(n, NumberStyles.Float, CultureInfo.InvariantCulture))]
            : throw new EngineException(answer);
    }

    private string Read(TimeSpan patience)
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        if (!line.Wait(patience))
        {
            _process.Kill(entireProcessTree: true);
            throw new EngineException($"did not answer within {patience.TotalSeconds:F0} s{Said()}");
        }

        return line.Result ?? throw new EngineException($"has ended{Said()}");
    }

    private string Said()
    {
        _process.WaitForExit(500);
        lock (_errors)
        {
            return _errors.Count == 0 ? "" : ": " + string.Join(' ', _errors.TakeLast(3));
        }
    }
}
