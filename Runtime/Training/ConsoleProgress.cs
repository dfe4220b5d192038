// A progress bar for terminals of any width, plain lines for files and build servers. Knows how to draw; refuses to know training.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace SeqGen;

/// <summary>Draws the progress of a training: a line with a bar, the loss, what is monitored, the gradients' norm, the learning rate, speed and the time left, that is never
/// wider than the window: what matters least goes first. Where the output is redirected to a file, and on build servers, one line an epoch.</summary>
public sealed class ConsoleProgress : IProgress<TrainingProgress>
{
    private const string Gap = "  ";
    private const int WidestBar = 24, NarrowestBar = 8, UsualWidth = 80;

    /// <summary>What build servers set: nearly all of them the first.</summary>
    private static readonly string[] _servers = ["CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION", "BUILD_BUILDID", "CODEBUILD_BUILD_ID"];

    private readonly TextWriter _writer;
    private readonly Func<int>? _width;
    private readonly bool _plain;
    private long _lastDrawn;
    private int _lastLength;

    /// <summary>Progress on the console.</summary>
    public ConsoleProgress()
        : this(Console.Out, Console.IsOutputRedirected || IsPlain(Environment.GetEnvironmentVariable), WindowWidth)
    {
    }

    /// <summary>Progress on any writer.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="plain">Whether to write one line an epoch and no bar.</param>
    /// <param name="width">Gives the columns of the window, asked at every line; null for 80. Plain lines have any length.</param>
    public ConsoleProgress(TextWriter writer, bool plain, Func<int>? width = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        (_writer, _plain, _width) = (writer, plain, width);
    }

    /// <summary>Draws a report; bars at most ten times a second. Behind a checkpoint stand the milliseconds that the training stood still for it and those that
    /// another thread wrote.</summary>
    public void Report(TrainingProgress value)
    {
        if (value.Notice is { } notice)
        {
            EndLine(_plain ? notice : Wrapped(notice, Columns));
        }

        if (value.Completed is { } result)
        {
            EndLine(OfEpoch(value, result, _plain ? int.MaxValue : Columns));
            return;
        }

        if (_plain || (_lastDrawn != 0 && Stopwatch.GetElapsedTime(_lastDrawn).TotalMilliseconds < 100))
        {
            return;
        }

        _lastDrawn = Stopwatch.GetTimestamp();
        string line = Joined([.. OfBatch(value)], Columns, value.Batch / (double)Math.Max(1, value.Batches));
        _writer.Write("\r" + line.PadRight(Math.Min(_lastLength, Columns)));
        _writer.Flush();
        _lastLength = line.Length;
    }

    /// <summary>Whether some environment is not one to draw bars in.</summary>
    /// <param name="variable">Gives a variable of the environment.</param>
    internal static bool IsPlain(Func<string, string?> variable) => variable("TERM") == "dumb"
        || Array.Exists(_servers, s => variable(s) is { Length: > 0 } set && !set.Equals("false", StringComparison.OrdinalIgnoreCase) && set != "0");

    /// <summary>Columns that a line may take: behind a character in the last one, some terminals begin another line.</summary>
    private int Columns => Math.Max(1, (_width?.Invoke() is { } width and > 0 ? width : UsualWidth) - 1);

    // Where there is no window to ask, the width is 0 or an error.
    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return 0;
        }
    }

    /// <summary>Parts of a line while an epoch runs; where there is no room, those of the highest numbers go first.</summary>
    private static IEnumerable<(string Text, int Rank)> OfBatch(TrainingProgress value)
    {
        yield return ($"epoch {value.Epoch}/{value.Epochs}", 0);
        yield return ($"{value.Batch}/{value.Batches}", 3);
        yield return (Invariant($"loss {value.Loss:G5}"), 1);
        if (value is { Monitor: { } monitor, Monitored: { } monitored })
        {
            yield return (Invariant($"last {monitor} {monitored:G5}"), 4);
        }

        foreach ((string, int) part in OfUpdates(value))
        {
            yield return part;
        }
    }

    /// <summary>The line of an epoch; where there is no room for the metrics, of the losses and what is monitored alone.</summary>
    private static string OfEpoch(TrainingProgress value, EpochResult result, int columns)
    {
        List<(string Text, int Rank)> parts = [.. OfEpoch(value, result, isBrief: false)];
        return Joined(Length(parts.Where(p => p.Rank <= 3)) <= columns ? parts : [.. OfEpoch(value, result, isBrief: true)], columns);
    }

    private static IEnumerable<(string Text, int Rank)> OfEpoch(TrainingProgress value, EpochResult result, bool isBrief)
    {
        string Text(EvaluationResult of) => isBrief ? Invariant($"loss {of.Loss:G5}") : of.ToString();
        yield return ($"epoch {value.Epoch}/{value.Epochs}", 0);
        yield return (Text(result.Training), 3);
        if (result.Validation is { } validation)
        {
            yield return ($"validation {Text(validation)}", 1);
        }

        // The usual ones are among the metrics.
        if (value.Monitor is { } monitor and not "loss" && (isBrief || monitor is not ("accuracy" or "RMSE" or "MAE")))
        {
            yield return (Invariant($"{monitor} {result.Monitored:G5}"), 4);
        }

        foreach ((string, int) part in OfUpdates(value))
        {
            yield return part;
        }

        if (value.Checkpoint is { } checkpoint)
        {
            yield return (Invariant($"checkpoint {checkpoint.Bytes / 1024.0:N0} KiB, {checkpoint.Waited.TotalMilliseconds:N1} + {checkpoint.Written.TotalMilliseconds:N1} ms"), 8);
        }
    }

    private static IEnumerable<(string Text, int Rank)> OfUpdates(TrainingProgress value)
    {
        if (value.GradientNorm > 0)
        {
            yield return (Invariant($"gradient {value.GradientNorm:G3}"), 5);
        }

        if (value.LearningRate > 0)
        {
            yield return (Invariant($"rate {value.LearningRate:G3}"), 6);
        }

        yield return (Invariant($"{value.SamplesPerSecond:N0} samples/s"), 7);
        if (value.Remaining < TimeSpan.MaxValue)
        {
            yield return ($"{Time(value.Remaining)} left", 2);
        }
    }

    /// <summary>The parts that there is room for, in their order, and behind the first of them a bar in what is left.</summary>
    /// <param name="parts">Texts, and how soon each may be left out.</param>
    /// <param name="columns">The room.</param>
    /// <param name="done">How full the bar is; null for none.</param>
    private static string Joined(List<(string Text, int Rank)> parts, int columns, double? done = null)
    {
        while (parts.Count > 1 && Length(parts) > columns)
        {
            parts.Remove(parts.MaxBy(p => p.Rank));
        }

        int bar = Math.Min(WidestBar, columns - Length(parts) - 3);
        if (done is { } share && bar >= NarrowestBar)
        {
            int full = (int)(Math.Clamp(share, 0, 1) * bar);
            parts[0] = ($"{parts[0].Text} [{new string('#', full)}{new string('.', bar - full)}]", 0);
        }

        string line = string.Join(Gap, parts.Select(p => p.Text));
        return line.Length <= columns ? line : line[..columns];
    }

    private static int Length(IEnumerable<(string Text, int Rank)> parts) => parts.Sum(p => p.Text.Length + Gap.Length) - Gap.Length;

    /// <summary>Ends the line that is being drawn with another text in its place.</summary>
    private void EndLine(string text)
    {
        _writer.WriteLine(_plain ? text : "\r" + text.PadRight(Math.Min(_lastLength, Columns)));
        _writer.Flush();
        _lastLength = 0;
    }

    /// <summary>A sentence in lines of some columns, broken at spaces; a longer word (a path) stays whole.</summary>
    private static string Wrapped(string text, int columns)
    {
        StringBuilder lines = new();
        int at = 0;
        foreach (string word in text.Split(' '))
        {
            bool breaks = at > 0 && at + 1 + word.Length > columns;
            lines.Append(at == 0 ? "" : breaks ? Environment.NewLine : " ").Append(word);
            at = breaks || at == 0 ? word.Length : at + 1 + word.Length;
        }

        return lines.ToString();
    }

    private static string Time(TimeSpan time) =>
        time.ToString(time.TotalDays >= 1 ? @"d\.hh\:mm\:ss" : time.TotalHours >= 1 ? @"hh\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
