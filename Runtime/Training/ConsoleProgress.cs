// A progress bar for consoles, plain lines for logs. Knows how to draw; refuses to know training.
using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace SeqGen;

/// <summary>Draws the progress of a training: a bar with epoch, loss, samples a second and the time left. Where the output is
/// redirected to a file, one line an epoch.</summary>
public sealed class ConsoleProgress : IProgress<TrainingProgress>
{
    private const int BarWidth = 24;
    private readonly TextWriter _writer;
    private readonly bool _plain;
    private long _lastDrawn;
    private int _lastLength;

    /// <summary>Progress on the console.</summary>
    public ConsoleProgress()
        : this(Console.Out, Console.IsOutputRedirected)
    {
    }

    /// <summary>Progress on any writer.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="plain">Whether to write one line an epoch and no bar.</param>
    public ConsoleProgress(TextWriter writer, bool plain)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _plain = plain;
    }

    /// <summary>Draws a report; bars at most ten times a second. Behind a checkpoint stand the milliseconds that the training stood still for it and those that
    /// another thread wrote.</summary>
    public void Report(TrainingProgress value)
    {
        if (value.Notice is { } notice)
        {
            _writer.WriteLine(_plain ? notice : "\r" + notice.PadRight(_lastLength));
            _writer.Flush();
            _lastLength = 0;
        }

        if (value.Completed is { } result)
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {value.Epoch}/{value.Epochs}  {result.Training}{(result.Validation is null ? "" : $"  validation {result.Validation}")}  {value.SamplesPerSecond:N0} samples/s  {Time(value.Remaining)} left{Saved(value.Checkpoint)}");
            _writer.WriteLine(_plain ? line : "\r" + line.PadRight(_lastLength));
            _writer.Flush();
            _lastLength = 0;
            return;
        }

        if (_plain || (_lastDrawn != 0 && Stopwatch.GetElapsedTime(_lastDrawn).TotalMilliseconds < 100))
        {
            return;
        }

        _lastDrawn = Stopwatch.GetTimestamp();
        int full = (int)((long)value.Batch * BarWidth / Math.Max(1, value.Batches));
        string bar = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {value.Epoch}/{value.Epochs} [{new string('#', full)}{new string('.', BarWidth - full)}] {value.Batch}/{value.Batches}  loss {value.Loss:G5}  {value.SamplesPerSecond:N0} samples/s  {Time(value.Remaining)} left");
        _writer.Write("\r" + bar.PadRight(_lastLength));
        _writer.Flush();
        _lastLength = bar.Length;
    }

    private static string Saved(CheckpointReport? checkpoint) => checkpoint is null ? "" : string.Create(
        CultureInfo.InvariantCulture, $"  checkpoint {checkpoint.Bytes / 1024.0:N0} KiB, {checkpoint.Waited.TotalMilliseconds:N1} + {checkpoint.Written.TotalMilliseconds:N1} ms");

    private static string Time(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"d\.hh\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture);
}
