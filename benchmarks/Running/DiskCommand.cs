// The command `disk`: how much memory a training takes whose data lies on disk, and how much longer it takes than from memory.
// Knows files and the process's memory; refuses to know networks and engines.
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SeqGen.Benchmarks.Running;

/// <summary>Writes a series of some gigabytes, trains on it for an epoch, and says the most memory that the process had.</summary>
public static class DiskCommand
{
    public const string Usage =
        """
        Usage: disk [--gigabytes N] [--most MB] [--file FILE]

          --gigabytes N   size of the series (4)
          --most MB       the most memory that the process may have had (300)
          --file FILE     where the series is written, and deleted afterwards (a temporary file)
        """;

    private const int Columns = 8, Steps = 64, Stride = 64;

    public static int Run(string[] args)
    {
        double gigabytes = 4;
        int most = 300;
        string? path = null;
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--gigabytes" when double.TryParse(args[i + 1], out gigabytes) && gigabytes > 0: break;
                case "--most" when int.TryParse(args[i + 1], out most): break;
                case "--file": path = args[i + 1]; break;
                default: Console.Error.WriteLine(Usage); return 2;
            }
        }

        path ??= Path.GetTempFileName();
        try
        {
            Write(path, (long)(gigabytes * (1L << 30)) / (Columns * sizeof(float)));
            return Measure(path, most);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static int Measure(string path, int most)
    {
        using SeriesFile file = SeriesFile.OpenRaw(path, Columns);
        WindowOptions options = new() { Timesteps = Steps, Columns = Columns, TargetColumns = [0], Stride = Stride };
        SequenceData data = SequenceData.Windows(file, options);
        Console.WriteLine($"{file.Rows:N0} rows of {Columns}, {data.Count:N0} windows of {Steps} steps: {file.Rows * Columns * sizeof(float) / (double)(1 << 30):F2} GiB");
        Stopwatch clock = Stopwatch.StartNew();
        double disk = Fit(data, blocks: 4096);
        Console.WriteLine($"an epoch from disk: {disk:F3} loss, {data.Count / clock.Elapsed.TotalSeconds:N0} windows/s");
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1 << 20);
        Console.WriteLine($"most memory of the process: {peak:N0} MiB (allowed: {most})");

        // The same windows, as many as fit, from memory.
        int part = Math.Min(data.Count, 20_000);
        float[] series = new float[((part * Stride) + Steps + 1) * Columns];
        using (FileStream stream = File.OpenRead(path))
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(series.AsSpan()));
        }

        (SequenceData Data, double Seconds)[] turns = [(data.Take(part), double.MaxValue), (SequenceData.Windows(series, options).Take(part), double.MaxValue)];
        for (int round = 0; round < 6; round++)
        {
            int turn = round % 2;
            clock.Restart();
            Fit(turns[turn].Data, blocks: 4096);
            turns[turn].Seconds = Math.Min(turns[turn].Seconds, clock.Elapsed.TotalSeconds);
        }

        Console.WriteLine($"disk to memory, {part:N0} windows, best of 3: {turns[0].Seconds / turns[1].Seconds:F3}");
        return peak <= most ? 0 : 1;
    }

    private static double Fit(SequenceData data, int blocks) =>
        Trainer.For(new Disk(seed: 1), new Adam(1e-3f), new() { BatchSize = 64, ShuffleBlock = blocks, Threads = 1 }).Fit(data, 1).Last.Training.Loss;

    private static void Write(string path, long rows)
    {
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        float[] part = new float[Columns << 12];
        for (long row = 0; row < rows; row += 1 << 12)
        {
            int count = (int)Math.Min(1 << 12, rows - row);
            for (int i = 0; i < count * Columns; i++)
            {
                part[i] = MathF.Sin((float)((row + (i / Columns)) % 6283) * (0.01f + (0.001f * (i % Columns))));
            }

            stream.Write(MemoryMarshal.AsBytes(part.AsSpan(0, count * Columns)));
        }
    }
}
