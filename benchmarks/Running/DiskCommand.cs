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
        try
        {
            (double gigabytes, int most, string path) = Parse(args);
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
        catch (UsageException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{Usage}");
            return 2;
        }
    }

    private static (double Gigabytes, int Most, string Path) Parse(string[] args)
    {
        (double gigabytes, int most, string? path) = (4, 300, (string?)null);
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new UsageException($"{args[i]} needs a value.");
            switch (args[i])
            {
                case "--gigabytes":
                    gigabytes = double.TryParse(value, out double size) && size is > 0 and < 1000 ? size : throw new UsageException($"{args[i]} is a number above 0, {value} was given.");
                    break;
                case "--most":
                    most = int.TryParse(value, out int allowed) && allowed > 0 ? allowed : throw new UsageException($"{args[i]} is a whole number above 0, {value} was given.");
                    break;
                case "--file":
                    path = File.Exists(value) ? throw new UsageException($"{value} is there already: it would be overwritten and deleted.") : value;
                    break;
                default:
                    throw new UsageException($"There is no option '{args[i]}'.");
            }
        }

        return (gigabytes, most, path ?? Path.GetTempFileName());
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
