// The checkpoints of one training in their folder: which is the newest whole one, when the next is due, writing beside the training, and which stay.
// Knows names and times; refuses to know what a checkpoint holds.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace SeqGen;

internal sealed class CheckpointFolder : IDisposable
{
    private const string Prefix = "training-", Suffix = ".safetensors", LockName = ".seqgen-lock";

    /// <summary>Digits of a file's number, at least: others' names have fewer.</summary>
    private const int Digits = 10;

    /// <summary>More than this is not copied, but written while the training waits.</summary>
    private const long MostCopied = 1L << 30;

    private readonly Checkpoints _options;
    private readonly FileStream _lock;
    private readonly MemoryStream _copy = new(), _bestCopy = new();
    private Task<CheckpointReport?> _writing = Task.FromResult<CheckpointReport?>(null);
    private long _lastSave = Stopwatch.GetTimestamp();
    private long _saved = -1;
    private bool _isDue;
    private bool _isBestDue;

    /// <summary>Opens the folder for one training; creates it where it is not there.</summary>
    /// <exception cref="InvalidOperationException">Another training has it open.</exception>
    public CheckpointFolder(Checkpoints options)
    {
        _options = options;
        Directory.CreateDirectory(options.Folder);
        try
        {
            _lock = new FileStream(Path.Combine(options.Folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"{options.Folder}: another training writes its checkpoints here. Give each training a folder of its own.", e);
        }
    }

    /// <summary>Waits until everything is on disk.</summary>
    public void Dispose()
    {
        try
        {
            _writing.Wait();
        }
        catch (AggregateException)
        {
            // Whoever asked for the write hears of it (Save, Finish); here another exception is on its way.
        }

        _lock.Dispose();
    }

    /// <summary>The newest checkpoint that is whole; null where there is none.</summary>
    /// <param name="notices">Told of those that are not.</param>
    /// <exception cref="NetworkFileException">Another version of SeqGen wrote it.</exception>
    public CheckpointFile? Newest(ICollection<string> notices)
    {
        foreach (string path in Files())
        {
            CheckpointFile file;
            try
            {
                file = CheckpointFile.Open(path);
            }
            catch (Exception e) when (e is NetworkFileException or IOException)
            {
                notices.Add($"a checkpoint is passed over: {e.Message}");
                continue;
            }

            notices.Add($"going on from {path}");
            return file.OfThisVersion();
        }

        return null;
    }

    /// <summary>Notes that the file of the best parameters is to be written with the next <see cref="Save"/>.</summary>
    public void BestIsNew() => _isBestDue = _options.KeepBest;

    /// <summary>Notes what happened since the last call.</summary>
    /// <param name="update">Updates done.</param>
    /// <param name="epochEnded">The epoch that ended, from 1; null within one.</param>
    /// <returns>Whether to call <see cref="Save"/> now: something is due, and the one before is on disk.</returns>
    public bool IsDue(long update, int? epochEnded)
    {
        _isDue |= (epochEnded is { } epoch && _options.EveryEpochs > 0 && epoch % _options.EveryEpochs == 0)
            || (_options.EveryUpdates > 0 && update % _options.EveryUpdates == 0)
            || (_options.Every > TimeSpan.Zero && Stopwatch.GetElapsedTime(_lastSave) >= _options.Every);
        return (_isDue || _isBestDue) && (_options.Waits || _writing.IsCompleted);
    }

    /// <summary>Copies a checkpoint and begins to write it; where the one before is not on disk yet, waits for that.</summary>
    /// <param name="update">Updates done.</param>
    /// <param name="checkpoint">Puts it together.</param>
    /// <param name="best">Puts the file of the best parameters together; null where there are none.</param>
    /// <param name="force">Whether to write it when none is due.</param>
    /// <returns>What was written by the call before.</returns>
    public CheckpointReport? Save(long update, Func<SafetensorsWriter> checkpoint, Func<SafetensorsWriter?> best, bool force = false)
    {
        long start = Stopwatch.GetTimestamp();
        CheckpointReport? before = Finish();
        List<(string Path, Action<Stream> Write)> files = [];
        if (_isBestDue && best() is { } bestFile)
        {
            Add(Path.Combine(_options.Folder, Checkpoints.BestName), bestFile, _bestCopy);
        }

        string path = Path.Combine(_options.Folder, Prefix + update.ToString($"d{Digits}", CultureInfo.InvariantCulture) + Suffix);
        bool isNew = (_isDue || force) && update != _saved;
        if (isNew)
        {
            Add(path, checkpoint(), _copy);
            (_lastSave, _saved) = (start, update);
        }

        (_isDue, _isBestDue) = (false, false);
        TimeSpan waited = Stopwatch.GetElapsedTime(start);
        _writing = Task.Run<CheckpointReport?>(() =>
        {
            long begin = Stopwatch.GetTimestamp();
            foreach ((string name, Action<Stream> write) in files)
            {
                FileReplacement.Write(name, write);
            }

            Prune(path);
            return !isNew ? null : new CheckpointReport(path, new FileInfo(path).Length, waited, Stopwatch.GetElapsedTime(begin));
        });
        return before;

        void Add(string name, SafetensorsWriter file, MemoryStream copy)
        {
            if (file.Bytes > MostCopied)
            {
                FileReplacement.Write(name, file.Write);
                return;
            }

            copy.SetLength(0);
            file.Write(copy);
            files.Add((name, stream => stream.Write(copy.GetBuffer(), 0, (int)copy.Length)));
        }
    }

    /// <summary>Waits until what was begun is on disk.</summary>
    /// <returns>What was written.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    public CheckpointReport? Finish()
    {
        try
        {
            return _writing.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{_options.Folder}: a checkpoint could not be written, and the training stopped: {e.Message} The network has the parameters of the last update.", e);
        }
        finally
        {
            _writing = Task.FromResult<CheckpointReport?>(null);
        }
    }

    /// <summary>Checkpoints of this class's names, the newest first.</summary>
    private IEnumerable<string> Files() => Directory.EnumerateFiles(_options.Folder, Prefix + "*" + Suffix)
        .Where(f => Path.GetFileName(f).AsSpan()[Prefix.Length..^Suffix.Length] is { Length: >= Digits } number && number.IndexOfAnyExceptInRange('0', '9') < 0)
        .OrderByDescending(f => Path.GetFileName(f).Length).ThenByDescending(f => f, StringComparer.Ordinal);

    /// <summary>Deletes what is older than those that stay. What seems newer than the newest was passed over: it is damaged, and does not count.</summary>
    private void Prune(string newest)
    {
        foreach (string old in Files().SkipWhile(f => Path.GetFileName(f) != Path.GetFileName(newest)).Skip(_options.Keep).ToArray())
        {
            try
            {
                File.Delete(old);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // One more than wanted does no harm; the next call tries again.
            }
        }
    }
}
