// Writing a file so that it is there whole or not at all: under a temporary name beside it first, then, complete and on disk, under its own.
// Knows names, links, modes and what other processes may be doing; refuses to know what is written.
using System;
using System.Globalization;
using System.IO;
using System.Security;

namespace SeqGen;

internal static class FileReplacement
{
    /// <summary>Short, so that a file may have the longest name that its directory allows.</summary>
    private const string Prefix = ".seqgen-", Suffix = ".tmp";

    /// <summary>A file that nobody has open and that was not written to for so long was left behind by a process that ended. (Between closing a
    /// file and renaming it there are some microseconds.)</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);

    /// <summary>Replaces a file, or creates it. A link stays: what it points to is replaced. An existing file's mode stays.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="write">Writes the contents.</param>
    public static void Write(string path, Action<Stream> write)
    {
        string target = TargetOf(path), directory = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(directory))
        {
            throw new DirectoryNotFoundException($"{path}: there is no directory '{directory}' to write to. Create it first.");
        }

        SweepStale(directory);
        string temporary = Path.Combine(directory, Prefix + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..12] + Suffix);
        try
        {
            using (FileStream stream = Create(temporary, target))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private static string TargetOf(string path)
    {
        FileInfo file = new(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Nobody else may open it while it is written: that is how a sweep by another process knows.</summary>
    private static FileStream Create(string temporary, string target)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (OperatingSystem.IsWindows() || !File.Exists(target))
        {
            return new FileStream(temporary, options);
        }

        // Not more open than the old file, not for a moment; and as open, whatever the process takes away from new files.
        UnixFileMode mode = File.GetUnixFileMode(target);
        options.UnixCreateMode = mode & (UnixFileMode.UserRead | UnixFileMode.UserWrite);
        FileStream stream = new(temporary, options);
        try
        {
            File.SetUnixFileMode(stream.SafeFileHandle, mode);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Deletes what saves have left behind that were killed: files of this class's names, old, and open nowhere.</summary>
    private static void SweepStale(string directory)
    {
        try
        {
            foreach (string file in Directory.EnumerateFiles(directory, Prefix + "*" + Suffix))
            {
                if (IsOurs(Path.GetFileName(file)) && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > Stale && IsOpenNowhere(file))
                {
                    TryDelete(file);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException)
        {
            // A save does not fail because something else could not be tidied.
        }
    }

    private static bool IsOurs(string name)
    {
        ReadOnlySpan<char> middle = name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length);
        return middle.Length == 12 && middle.IndexOfAnyExcept("0123456789abcdef") < 0;
    }

    private static bool IsOpenNowhere(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong before is what the caller must hear of; the file is swept later.
        }
    }
}
