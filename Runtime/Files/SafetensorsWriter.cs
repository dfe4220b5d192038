// Writes safetensors files: 8 bytes of length, a JSON object, then the data (https://github.com/huggingface/safetensors).
// Knows the format; refuses to know networks and where files lie.
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace SeqGen;

/// <summary>Tensors of floats or bytes, and texts about them, in the order in which they are added.</summary>
internal sealed class SafetensorsWriter
{
    /// <summary>The text that holds the sum over the file; see <see cref="HasChecksum"/>.</summary>
    public const string ChecksumKey = "seqgen.crc32c";

    private const int Chunk = 1 << 14;
    private const string NoSum = "00000000";

    private readonly List<KeyValuePair<string, string>> _metadata = [new("format", "pt")];
    private readonly List<Tensor> _tensors = [];

    /// <summary>Copies numbers of a tensor from its number <paramref name="first"/> on.</summary>
    public delegate void Numbers(Span<float> destination, int first);

    /// <summary>Whether the file holds a sum over all of its bytes, itself counted as zeros.</summary>
    public bool HasChecksum { get; init; }

    /// <summary>Bytes of all tensors.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a text to the header.</summary>
    public void Describe(string key, string text) => _metadata.Add(new(key, text));

    /// <summary>Adds a tensor.</summary>
    public void Add(string name, IReadOnlyList<int> shape, Numbers numbers)
    {
        int count = 1;
        foreach (int extent in shape)
        {
            count = checked(count * extent);
        }

        Bytes += sizeof(float) * (long)count;
        _tensors.Add(new(name, shape, count, numbers, default));
    }

    /// <summary>Adds a tensor of bytes; others that follow it may not be aligned.</summary>
    public void Add(string name, ReadOnlyMemory<byte> bytes)
    {
        Bytes += bytes.Length;
        _tensors.Add(new(name, [bytes.Length], bytes.Length, null, bytes));
    }

    /// <summary>Writes all of it; the stream can seek where there is a checksum.</summary>
    public void Write(Stream stream)
    {
        byte[] header = Header();
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        Checksum sum = default;
        long start = HasChecksum ? stream.Position : 0;
        Put(length);
        Put(header);
        float[] values = new float[Chunk];
        foreach (Tensor tensor in _tensors)
        {
            Put(tensor.Raw.Span);
            for (int first = 0, count; tensor.Numbers is { } numbers && first < tensor.Count; first += count)
            {
                count = Math.Min(Chunk, tensor.Count - first);
                numbers(values.AsSpan(0, count), first);
                if (!BitConverter.IsLittleEndian)
                {
                    Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
                    BinaryPrimitives.ReverseEndianness(words, words);
                }

                Put(MemoryMarshal.AsBytes(values.AsSpan(0, count)));
            }
        }

        if (HasChecksum)
        {
            long end = stream.Position;
            stream.Position = start + 8 + PlaceOfSum(header);
            stream.Write(Encoding.ASCII.GetBytes(sum.ToString()));
            stream.Position = end;
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            stream.Write(bytes);
            if (HasChecksum)
            {
                sum.Append(bytes);
            }
        }
    }

    /// <summary>Whether a file holds a sum, and it is that of its bytes.</summary>
    /// <param name="stream">The file; one that can seek.</param>
    /// <param name="header">Its header.</param>
    public static bool IsWhole(Stream stream, SafetensorsHeader header)
    {
        if (!header.Metadata.TryGetValue(ChecksumKey, out string? expected))
        {
            return false;
        }

        stream.Position = 0;
        byte[] bytes = new byte[header.DataStart];
        stream.ReadExactly(bytes);
        int place = PlaceOfSum(bytes);
        if (place < 0 || expected.Length != NoSum.Length)
        {
            return false;
        }

        Encoding.ASCII.GetBytes(NoSum, bytes.AsSpan(place));
        Checksum sum = default;
        sum.Append(bytes);
        bytes = new byte[Chunk * sizeof(float)];
        for (int count; (count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)) > 0;)
        {
            sum.Append(bytes.AsSpan(0, count));
        }

        return sum.ToString() == expected;
    }

    private static int PlaceOfSum(ReadOnlySpan<byte> header)
    {
        ReadOnlySpan<byte> key = Encoding.ASCII.GetBytes($"\"{ChecksumKey}\":\"");
        int at = header.IndexOf(key);
        return at < 0 || at + key.Length + NoSum.Length > header.Length ? -1 : at + key.Length;
    }

    private byte[] Header()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            if (HasChecksum)
            {
                json.WriteString(ChecksumKey, NoSum);
            }

            foreach ((string key, string text) in _metadata)
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach (Tensor tensor in _tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (int extent in tensor.Shape)
                {
                    json.WriteNumberValue(extent);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += tensor.Bytes;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (stream.Length > SafetensorsHeader.LongestHeader)
        {
            throw new NetworkFileException(
                $"The header takes {stream.Length} bytes, and no reader takes more than {SafetensorsHeader.LongestHeader}: texts in the metadata have {_metadata.Sum(m => (long)m.Value.Length)} characters. Keep what is large in a file of its own.");
        }

        while (stream.Length % 8 != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }

    private readonly record struct Tensor(string Name, IReadOnlyList<int> Shape, int Count, Numbers? Numbers, ReadOnlyMemory<byte> Raw)
    {
        public string Type => Numbers is null ? "U8" : "F32";

        public long Bytes => (Numbers is null ? 1 : sizeof(float)) * (long)Count;
    }
}
