// A series on disk: float32 numbers, raw or as a tensor of a safetensors file, read where they lie.
// Knows offsets and reads; refuses to know windows and networks.
using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SeqGen;

/// <summary>A series that is larger than memory: a file of little-endian float32 numbers, row after row. Windows over it (<see cref="SequenceData.Windows(SeriesFile, WindowOptions)"/>) are read when a
/// batch needs them; of the file nothing stays in the process. Reading is safe from many threads. Keep it open for as long as data that was cut from it is in use, and do not change it meanwhile.</summary>
/// <remarks>Reads, not a mapping: what a mapping has touched counts as the process's memory until the system takes it back, and a file that becomes shorter under a mapping ends the process where a read
/// throws. The system's cache serves both alike.</remarks>
/// <example><code>
/// using SeriesFile file = SeriesFile.OpenRaw("readings.f32", columns: 8);
/// SequenceData data = SequenceData.Windows(file, new() { Timesteps = 64, Columns = 8, Stride = 16 });
/// trainer.Fit(data, epochs: 3);
/// </code></example>
public sealed class SeriesFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly long _start;
    private string? _fingerprint;

    private SeriesFile(string path, SafeFileHandle handle, long start, long count, int columns)
    {
        (Path, _handle, _start, Count, Columns) = (path, handle, start, count, columns);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Numbers a row.</summary>
    public int Columns { get; }

    /// <summary>Rows.</summary>
    public long Rows => Count / Columns;

    /// <summary>Numbers in all.</summary>
    internal long Count { get; }

    /// <summary>Opens a file that is nothing but numbers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Numbers a row.</param>
    /// <param name="skip">Bytes before the first number: a header.</param>
    /// <exception cref="InvalidDataException">The file's size is not a whole number of rows.</exception>
    public static SeriesFile OpenRaw(string path, int columns = 1, long skip = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        return Open(path, handle =>
        {
            long bytes = RandomAccess.GetLength(handle) - skip;
            return bytes > 0 && bytes % (sizeof(float) * (long)columns) == 0
                ? (skip, bytes / sizeof(float), columns)
                : throw new InvalidDataException(
                    $"{path} has {Math.Max(0, bytes)} bytes{(skip > 0 ? $" after the first {skip}" : "")}; rows of {columns} float32 numbers are a positive multiple of {sizeof(float) * (long)columns}. Check the columns, and that the numbers are float32.");
        });
    }

    /// <summary>Opens a tensor of a safetensors file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor's name; null where there is one.</param>
    /// <exception cref="NetworkFileException">The file is no safetensors file, or has no such tensor of F32 numbers.</exception>
    public static SeriesFile OpenSafetensors(string path, string? tensor = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafetensorsHeader header;
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            header = SafetensorsHeader.Read(stream, path);
        }

        SafetensorsEntry? entry = tensor is null ? (header.Tensors.Count == 1 ? header.Tensors.Values.Single() : null) : header.Tensors.TryGetValue(tensor, out SafetensorsEntry? named) ? named : null;
        if (entry is null)
        {
            throw new NetworkFileException($"{path}: {(tensor is null ? "which tensor is to be read has to be said" : $"there is no tensor '{tensor}'")}; the file has {string.Join(", ", header.Tensors.Keys.Take(40))}.");
        }

        long columns = entry.Shape.Skip(1).Aggregate(1L, (product, extent) => product * extent), count = (entry.End - entry.Begin) / sizeof(float);
        return entry.Type == "F32" && entry.Shape.Length > 0 && count > 0 && columns <= int.MaxValue
            ? Open(path, _ => (header.DataStart + entry.Begin, count, (int)columns))
            : throw new NetworkFileException($"{path}: tensor '{entry.Name}' is {entry.Text}; a series is F32 [rows, columns], with a row at least.");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Reads numbers.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="numbers">Receives them.</param>
    internal void Read(long first, Span<float> numbers)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(numbers);
        long offset = _start + (first * sizeof(float));
        while (bytes.Length > 0)
        {
            int got = ReadSome(bytes, offset);
            if (got == 0)
            {
                throw new EndOfStreamException($"{Path} became shorter while it was read: byte {offset} is beyond its end.");
            }

            bytes = bytes[got..];
            offset += got;
        }

        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(numbers);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    /// <summary>Fails where the file was closed.</summary>
    internal void RequireOpen()
    {
        if (_handle.IsClosed)
        {
            throw Closed(null);
        }
    }

    private int ReadSome(Span<byte> bytes, long offset)
    {
        try
        {
            return RandomAccess.Read(_handle, bytes, offset);
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }
    }

    private ObjectDisposedException Closed(Exception? cause) => new($"The series file {Path} was closed, and data that was cut from it is read when it is needed. Keep it open as long as such data is in use.", cause);

    /// <summary>A sum over all numbers, worked out once.</summary>
    internal string Fingerprint()
    {
        if (_fingerprint is { } known)
        {
            return known;
        }

        Checksum sum = default;
        float[] numbers = new float[1 << 16];
        for (long first = 0; first < Count; first += numbers.Length)
        {
            Span<float> part = numbers.AsSpan(0, (int)Math.Min(numbers.Length, Count - first));
            Read(first, part);
            sum.Append(MemoryMarshal.AsBytes(part));
        }

        return _fingerprint = $"{Rows} x {Columns} {sum}";
    }

    private static SeriesFile Open(string path, Func<SafeFileHandle, (long Start, long Count, int Columns)> layout)
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        try
        {
            (long start, long count, int columns) = layout(handle);
            return new SeriesFile(path, handle, start, count, columns);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }
}
