// Loads a compiled batch and runs the checks on each of its networks, in this process or in one of its own that may crash.
// Knows processes and widths; refuses to know what is checked.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;
using System.Threading;
using System.Threading.Tasks;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Fuzz;

internal static class FuzzRunner
{
    private const string Child = "--child";
    private const string Trouble = "SEQGEN_FUZZ_TROUBLE";

    /// <summary>Vector widths by name, each with the setting that leaves no wider one.</summary>
    public static IReadOnlyList<(string Name, string Setting)> Widths { get; } =
        [("512", ""), ("256", "DOTNET_EnableAVX512"), ("128", "DOTNET_EnableAVX2"), ("128sse", "DOTNET_EnableAVX"), ("scalar", "DOTNET_EnableHWIntrinsic")];

    /// <summary>Runs the checks here.</summary>
    public static IReadOnlyList<FuzzFailure> Run(byte[] image, IEnumerable<FuzzCase> cases, FuzzCounts counts, bool protects, string only = "", Action<FuzzCase>? begins = null, Action<FuzzCase, IReadOnlyList<FuzzFailure>>? ended = null)
    {
        var context = new AssemblyLoadContext("Fuzz", isCollectible: true);
        var failures = new List<FuzzFailure>();
        using (var memory = new GuardedMemory(protects))
        {
            Assembly assembly = context.LoadFromStream(new MemoryStream(image));
            foreach (FuzzCase one in cases)
            {
                begins?.Invoke(one);
                IReadOnlyList<FuzzFailure> failed = NetworkChecks.Run(one, name => Create(assembly.GetType(name, throwOnError: true)!), memory, counts, only);
                failures.AddRange(failed);
                ended?.Invoke(one, failed);
            }
        }

        context.Unload();
        return failures;
    }

    private static INetwork Create(Type type)
    {
        try
        {
            return (INetwork)Activator.CreateInstance(type, 0UL)!;
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    /// <summary>Whether this process was started to run checks; then it does, for batch after batch.</summary>
    public static bool IsChild(string[] arguments) => arguments is [Child];

    /// <summary>Reads a line a batch and answers with lines: what begins, what failed, what ended.</summary>
    public static void Serve()
    {
        TextWriter answer = Console.Out;
        while (Console.ReadLine() is { } line)
        {
            string[] parts = line.Split('\t');
            string[] declared = File.ReadAllLines(parts[1]);
            FuzzCase[] cases = [.. declared.Select(Read)];
            var counts = new FuzzCounts();
            int index = int.Parse(parts[2], CultureInfo.InvariantCulture);
            Run(File.ReadAllBytes(parts[0]), cases.Skip(index), counts, protects: true, parts[3], one => Begin(one.Spec.Name), (_, failed) =>
            {
                foreach (FuzzFailure failure in failed)
                {
                    Say("fail", failure.Check, failure.What.ReplaceLineEndings(" "));
                }

                Say("done", counts.Write());
                counts.Clear();
                index++;
            });
            answer.WriteLine("end");
            answer.Flush();

            void Begin(string name)
            {
                Say("begin");
                ForceTrouble(name);
            }

            void Say(string what, params string[] more)
            {
                answer.WriteLine(string.Join('\t', [what, index.ToString(CultureInfo.InvariantCulture), .. more.Select(m => m.Replace('\t', ' '))]));
                answer.Flush();
            }
        }
    }

    /// <summary>Crashes or hangs at a declaration that is named for it: see <see cref="Worker.Trouble"/>.</summary>
    private static void ForceTrouble(string name)
    {
        string trouble = Environment.GetEnvironmentVariable(Trouble) ?? "";
        if (trouble == "hang " + name)
        {
            Thread.Sleep(Timeout.Infinite);
        }
        else if (trouble == "crash " + name)
        {
            // Behind the end of a buffer, where the page is protected.
            Unsafe.Add(ref new AlignedBuffer(1).Origin, 64) = 0;
        }
    }

    public static string Write(FuzzCase one) => string.Create(CultureInfo.InvariantCulture, $"{one.Seed}\t{one.Text}");

    public static FuzzCase Read(string line)
    {
        string[] parts = line.Split('\t');
        return new FuzzCase(int.Parse(parts[0], CultureInfo.InvariantCulture), DeclarationText.Parse(parts[1]));
    }

    /// <summary>A process that runs checks at one width, and is started anew where one crashes or does not come back.</summary>
    public sealed class Worker(string width, string setting, string only) : IDisposable
    {
        private static readonly TimeSpan _startUp = TimeSpan.FromSeconds(120);
        private Process? _process;
        private bool _hasAnswered;
        private int _batches;

        public string Width { get; } = width;

        /// <summary>How long a declaration may take.</summary>
        public TimeSpan Patience { get; init; } = _startUp;

        /// <summary>"crash NAME" or "hang NAME": what the process does at that declaration, so that a test sees what becomes of it.</summary>
        public string Trouble { get; init; } = "";

        /// <summary>Processor time of the processes that have ended.</summary>
        public TimeSpan Time { get; private set; }

        /// <summary>Runs the checks of a batch that lies in files.</summary>
        public List<FuzzFailure> Run(string image, string list, IReadOnlyList<FuzzCase> cases, FuzzCounts counts)
        {
            var failures = new List<FuzzFailure>();
            for (int next = 0; next < cases.Count;)
            {
                int begun = next;
                string? trouble = Run(image, list, next, line =>
                {
                    string[] parts = line.Split('\t');
                    int index = int.Parse(parts[1], CultureInfo.InvariantCulture);
                    begun = index;
                    if (parts[0] == "fail")
                    {
                        failures.Add(new FuzzFailure(cases[index], parts[2], parts[3]));
                    }
                    else if (parts[0] == "done")
                    {
                        counts.Add(FuzzCounts.Read(parts[2]));
                        begun = index + 1;
                    }
                });
                next = cases.Count;
                if (trouble is not null)
                {
                    if (begun < cases.Count)
                    {
                        failures.Add(new FuzzFailure(cases[begun], trouble.Split(':')[0], trouble));
                    }

                    next = begun + 1;
                }
            }

            // A process keeps some of every assembly that was loaded.
            if (++_batches % 25 == 0)
            {
                Stop();
            }

            return failures;
        }

        public void Dispose() => Stop();

        /// <summary>Gives what was said to <paramref name="said"/>; what went wrong with the process, or null.</summary>
        private string? Run(string image, string list, int skip, Action<string> said)
        {
            Process process = _process ??= Start();
            process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{image}\t{list}\t{skip}\t{only}"));
            process.StandardInput.Flush();
            while (true)
            {
                Task<string?> line = process.StandardOutput.ReadLineAsync();
                if (!line.Wait(_hasAnswered ? Patience : _startUp))
                {
                    Stop();
                    return $"hang: nothing for {Patience.TotalSeconds} s";
                }

                _hasAnswered = true;
                switch (line.Result)
                {
                    case null:
                        process.WaitForExit();
                        int code = process.ExitCode;
                        Stop();
                        return $"crash: the process ended with {code}";
                    case "end":
                        return null;
                    default:
                        said(line.Result);
                        break;
                }
            }
        }

        private Process Start()
        {
            // The command, or the tests: either serves, and only a program of another name does not.
            string path = Environment.ProcessPath!, program = Path.GetFileNameWithoutExtension(path);
            string served = Assembly.GetEntryAssembly()!.GetName().Name!.StartsWith("SeqGen.", StringComparison.Ordinal) ? Assembly.GetEntryAssembly()!.Location : typeof(Worker).Assembly.Location;
            bool isItself = program == Path.GetFileNameWithoutExtension(served);
            var start = new ProcessStartInfo(isItself || program == "dotnet" ? path : "dotnet", isItself ? [Child] : [served, Child])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            if (setting.Length > 0)
            {
                start.Environment[setting] = "0";
            }

            start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
            start.Environment[FuzzRunner.Trouble] = Trouble;
            _hasAnswered = false;
            Process process = Process.Start(start)!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            return process;
        }

        private void Stop()
        {
            if (_process is { } process)
            {
                _process = null;
                if (!process.HasExited)
                {
                    Time += process.TotalProcessorTime;
                    process.Kill();
                }

                process.Dispose();
            }
        }
    }
}
