// Event files for TensorBoard, byte for byte those that an independent reader understood (TensorBoard/check.py), and what is in them where a training is taken up again.
// Knows the format of records; refuses to know how they are written.
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class TensorBoardTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bytes_are_those_that_check_py_has_read()
    {
        string golden = Path.Combine(Repository.Root, "Extensions.Tests", "TensorBoard", "golden.tfevents"), file;
        DateTime now = new(2026, 11, 30, 12, 0, 0, 250, DateTimeKind.Utc);
        using (TensorBoardLog log = new(_folder["run"], 2, () => now))
        {
            file = log.FullPath;
            log.Report(Samples.Progress(1, 1));
            log.Report(Samples.Progress(1, 2, loss: 0.75) with { GradientNorm = 1.5, Measurement = Samples.Measurement(2) });
            log.Report(Samples.Progress(1, 4, Samples.Epoch(1, 0.5, 0.25, 0.875)));
            log.Report(Samples.Progress(75, 4, Samples.Epoch(75, double.NaN) with
            {
                Training = new EvaluationResult { Loss = double.NaN, Positions = 1, Heads = new Dictionary<string, EvaluationResult> { ["straße"] = new() { Loss = double.PositiveInfinity, Positions = 1, RootMeanSquaredError = 1e-30 } } },
            }));
        }

        if (Environment.GetEnvironmentVariable("SEQGEN_GOLDEN") == "write")
        {
            File.Copy(file, golden, overwrite: true);
        }

        Assert.Equal(File.ReadAllBytes(golden), File.ReadAllBytes(file));
        Assert.Matches(@"^events\.out\.tfevents\.1796040000\.[A-Za-z0-9_-]+\.\d+\.\d{4}$", Path.GetFileName(file));
    }

    [Fact]
    public void Taken_up_again_it_tells_from_which_step_on_older_files_are_to_be_forgotten()
    {
        void Train(int epochs, Action<TrainingProgress>? report = null)
        {
            using TensorBoardLog log = new(_folder["run"], 1);
            Trainer.For(new Forecaster(seed: 1), new Adam(1e-2f), new() { BatchSize = 16, Threads = 1 })
                .Fit(Samples.Series(64), epochs, progress: Progress.To(log, new Reporter(report ?? (_ => { }))), checkpoints: new Checkpoints(_folder["checkpoints"]) { EveryUpdates = 3 });
        }

        // Which checkpoint is on disk by then is a matter of time.
        long first = 0;
        Assert.Throws<TimeoutException>(() => Train(3, p => _ = p is { Epoch: 2, Batch: 1 } ? throw new TimeoutException() : 0));
        Train(3, p => first = first > 0 ? first : ((p.Epoch - 1) * 4) + p.Batch);
        Train(3);
        Train(4);
        List<(long Step, string What)>[] files = [.. Directory.GetFiles(_folder["run"]).Order(StringComparer.Ordinal).Select(Read)];
        Assert.Equal(4, files.Length);
        Assert.Equal([(0, "brain.Event:2"), (1, "start")], files[0][..2]);
        Assert.Equal(5, files[0][^1].Step);
        Assert.Equal([(0, "brain.Event:2"), (first, "start")], files[1][..2]);
        Assert.Equal(12, files[1][^1].Step);

        // It was over: nothing is to be forgotten.
        Assert.Equal([(0, "brain.Event:2")], files[2]);
        Assert.Equal([(0, "brain.Event:2"), (13, "start")], files[3][..2]);
        Assert.Equal(16, files[3][^1].Step);
    }

    /// <summary>Steps and first texts of records, without the sums: those are check.py's and the golden file's.</summary>
    private static List<(long Step, string What)> Read(string path)
    {
        List<(long, string)> records = [];
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        while (rest.Length > 0)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            ReadOnlySpan<byte> message = rest.Slice(12, length)[9..];
            long step = 0;
            if (message[0] == 16)
            {
                int i = 1;
                for (int shift = 0; ; shift += 7)
                {
                    step |= (long)(message[i] & 0x7f) << shift;
                    if (message[i++] < 0x80)
                    {
                        break;
                    }
                }

                message = message[i..];
            }

            records.Add((step, message[0] switch { 26 => Encoding.UTF8.GetString(message[2..]), 58 => "start", _ => "values" }));
            rest = rest[(12 + length + 4)..];
        }

        return records;
    }
}
