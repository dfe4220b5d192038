// A text file of lines in the order of a training. What is written for a moment takes the place of everything that was there for that moment and later, so that a training
// that was killed and resumed has each line once. Knows moments and places in a file; refuses to know what lines say.
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace SeqGen.Reports;

/// <summary>A moment of a training. An epoch's own end is after all of its batches.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Batch">Batches done in it.</param>
internal readonly record struct Moment(int Epoch, int Batch) : IComparable<Moment>
{
    /// <summary>Whether a report is of no update: it tells what is to be known of a training that was over when it was taken up again.</summary>
    public static bool IsOfNoUpdate(TrainingProgress progress) => progress.Completed is null && (progress.Batch <= 0 || progress.Batch >= progress.Batches);

    public static Moment Of(TrainingProgress progress) => progress.Completed is { } result ? new(result.Epoch, int.MaxValue)
        : progress.Batch >= progress.Batches ? new(progress.Epoch + 1, 0)
        : new(progress.Epoch, progress.Batch);

    public int CompareTo(Moment other) => (Epoch, Batch).CompareTo((other.Epoch, other.Batch));
}

/// <summary>Every so many batches of an epoch, however many an update takes.</summary>
internal struct Rhythm(int every)
{
    private readonly int _every = every >= 0 ? every : throw new ArgumentOutOfRangeException(nameof(every), every, "0 for never, or a number of batches.");
    private (int Epoch, int Count) _last;

    /// <summary>Whether a report between the ends of epochs is one to write down.</summary>
    public bool IsDue(TrainingProgress progress)
    {
        if (_every == 0 || progress.Completed is not null || Moment.IsOfNoUpdate(progress))
        {
            return false;
        }

        (int Epoch, int Count) now = (progress.Epoch, progress.Batch / _every);
        bool isDue = now.Count > (_last.Epoch == now.Epoch ? _last.Count : (progress.Batch - 1) / _every);
        _last = now;
        return isDue;
    }
}

internal sealed class LogFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly List<(Moment Moment, long Start)> _lines = [];
    private long _whole;

    /// <summary>Opens a file, or creates it, and finds out what is there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="momentOf">The moment of a line that is there; null for one that is of no log of this kind, which is refused.</param>
    /// <param name="opening">How a file of this kind begins.</param>
    /// <param name="heading">Lines at the beginning that are of no moment.</param>
    /// <param name="kind">What the file is, for messages.</param>
    public LogFile(string path, Func<string, Moment?> momentOf, string opening, int heading, string kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (!Directory.Exists(Path.GetDirectoryName(full)))
        {
            throw new DirectoryNotFoundException($"{path}: there is no directory '{Path.GetDirectoryName(full)}' to write to. Create it first.");
        }

        // Others may read while it is written.
        _stream = new FileStream(full, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1 << 14);
        try
        {
            Read(path, momentOf, opening, heading, kind);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The first line; null of an empty file.</summary>
    public string? Heading { get; private set; }

    /// <summary>Writes lines of one moment, each without its end, and hands them to the operating system.</summary>
    public void Write(Moment moment, params IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        DropUnfinished();
        int at = _lines.Count;
        while (at > 0 && _lines[at - 1].Moment.CompareTo(moment) >= 0)
        {
            at--;
        }

        if (at < _lines.Count)
        {
            _stream.SetLength(_lines[at].Start);
            _lines.RemoveRange(at, _lines.Count - at);
        }

        foreach (string line in lines)
        {
            _lines.Add((moment, _stream.Seek(0, SeekOrigin.End)));
            _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }

        _stream.Flush();
    }

    /// <summary>Writes the first line of an empty file.</summary>
    public void WriteHeading(string line)
    {
        DropUnfinished();
        Heading = line;
        _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _stream.Flush();
    }

    public void Dispose() => _stream.Dispose();

    private void Read(string path, Func<string, Moment?> momentOf, string opening, int heading, string kind)
    {
        int number = 0;
        List<byte> line = [];
        for (int b; (b = _stream.ReadByte()) >= 0;)
        {
            if (b != '\n')
            {
                line.Add((byte)b);
                continue;
            }

            string text = TextOf(line);
            number++;
            Moment? moment = number > heading ? momentOf(text) : null;
            if ((number == 1 && !text.StartsWith(opening, StringComparison.Ordinal)) || (number > heading && moment is null))
            {
                throw Foreign(path, kind, number, text);
            }

            Heading ??= text;
            if (moment is { } when)
            {
                _lines.Add((when, _whole));
            }

            _whole += line.Count + 1;
            line.Clear();
        }

        string rest = TextOf(line);
        if (number == 0 && !rest.StartsWith(opening, StringComparison.Ordinal) && !opening.StartsWith(rest, StringComparison.Ordinal))
        {
            throw Foreign(path, kind, 1, rest);
        }
    }

    /// <summary>The end of a line that a process did not live to finish goes when there is something to take its place.</summary>
    private void DropUnfinished()
    {
        if (_whole >= 0)
        {
            _stream.SetLength(_whole);
            _stream.Seek(0, SeekOrigin.End);
            _whole = -1;
        }
    }

    private static string TextOf(List<byte> line) => Encoding.UTF8.GetString([.. line]).TrimEnd('\r').TrimStart('\uFEFF');

    private static InvalidDataException Foreign(string path, string kind, int number, string text) =>
        new($"{path}: line {number} is not one of a {kind} of SeqGen: '{(text.Length > 60 ? text[..60] + "..." : text)}'. Give another file, or delete this one.");
}
