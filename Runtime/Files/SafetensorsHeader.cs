// The header of a safetensors file: 8 bytes of length, a JSON object, then the data (https://github.com/huggingface/safetensors).
// Knows the format and trusts nothing in it; refuses to know networks.
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;

namespace SeqGen;

/// <summary>One tensor of a file; Begin and End count bytes from the start of the data.</summary>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    public int ElementBytes => Type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "F8_E4M3" or "F8_E5M2" or "I8" or "U8" or "BOOL" => 1,
        _ => 0,
    };

    public string Text => $"{Type} [{string.Join(", ", Shape)}]";
}

internal sealed class SafetensorsHeader
{
    public const int LongestHeader = 100_000_000; // the format's own limit
    private const int MostDimensions = 16;

    private SafetensorsHeader(int dataStart) => DataStart = dataStart;

    /// <summary>Where the data begins in the file.</summary>
    public int DataStart { get; }

    public Dictionary<string, SafetensorsEntry> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads and checks a header: every tensor lies within the data, whole, and the data is covered without gap or overlap.</summary>
    /// <param name="stream">The file, at its start; one that can tell its length.</param>
    /// <param name="source">What the file is called in messages.</param>
    public static SafetensorsHeader Read(Stream stream, string source)
    {
        long all = stream.Length;
        if (all < 8)
        {
            throw new NetworkFileException($"{source}: a safetensors file has at least 8 bytes, this one has {all}. It is cut short or something else.");
        }

        byte[] start = new byte[8];
        stream.ReadExactly(start);
        if (start.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            throw new NetworkFileException(
                $"{source}: this is a zip archive, as torch.save writes, not a safetensors file. In Python: safetensors.torch.save_file(model.state_dict(), path).");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length < 2 || length > LongestHeader || length > (ulong)(all - 8))
        {
            throw new NetworkFileException(
                $"{source}: the header should take {length} bytes; there are {all - 8} after the length (and {LongestHeader} are allowed). " +
                "It is cut short, or not a safetensors file.");
        }

        SafetensorsHeader header = new(8 + (int)length);
        byte[] json = new byte[(int)length];
        stream.ReadExactly(json);
        try
        {
            header.Parse(json, source);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new NetworkFileException($"{source}: the header is not the JSON object a safetensors file has: {e.Message}", e);
        }

        header.CheckCoverage(all - header.DataStart, source);
        return header;
    }

    private void Parse(ReadOnlySpan<byte> json, string source)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 4 });
        Expect(ref reader, JsonTokenType.StartObject, source, "the header");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (name == "__metadata__")
            {
                ParseMetadata(ref reader, source);
            }
            else if (!Tensors.TryAdd(name, ParseEntry(ref reader, name, source)))
            {
                throw new NetworkFileException($"{source}: tensor '{name}' appears twice.");
            }
        }

        // Spaces may follow, nothing else: Read throws on it.
        while (reader.Read())
        {
        }
    }

    private void ParseMetadata(ref Utf8JsonReader reader, string source)
    {
        Expect(ref reader, JsonTokenType.StartObject, source, "__metadata__");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, source, $"__metadata__ '{key}'");
            if (!Metadata.TryAdd(key, reader.GetString()!))
            {
                throw new NetworkFileException($"{source}: __metadata__ '{key}' appears twice.");
            }
        }
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string name, string source)
    {
        string? type = null;
        List<long>? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, source, $"tensor '{name}'");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            bool again = false;
            switch (key)
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String, source, $"dtype of tensor '{name}'");
                    again = type is not null;
                    type = reader.GetString();
                    break;
                case "shape":
                    again = shape is not null;
                    shape = ParseNumbers(ref reader, source, $"shape of tensor '{name}'");
                    break;
                case "data_offsets":
                    again = offsets is not null;
                    offsets = ParseNumbers(ref reader, source, $"data_offsets of tensor '{name}'");
                    break;
                default:
                    throw new NetworkFileException($"{source}: tensor '{name}' has the unknown property '{key}'; dtype, shape and data_offsets are known.");
            }

            if (again)
            {
                throw new NetworkFileException($"{source}: tensor '{name}' has its {key} twice.");
            }
        }

        if (type is null || shape is null || offsets is not { Count: 2 })
        {
            throw new NetworkFileException($"{source}: tensor '{name}' needs a dtype, a shape and two data_offsets.");
        }

        return new SafetensorsEntry(name, type, shape.ToArray(), offsets[0], offsets[1]);
    }

    private static List<long> ParseNumbers(ref Utf8JsonReader reader, string source, string what)
    {
        Expect(ref reader, JsonTokenType.StartArray, source, what);
        List<long> numbers = [];
        while (Next(ref reader) == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out long number) || number < 0 || numbers.Count == MostDimensions)
            {
                throw new NetworkFileException(
                    $"{source}: the {what} must be at most {MostDimensions} whole numbers from 0; found {Encoding.UTF8.GetString(reader.ValueSpan)} as number {numbers.Count}.");
            }

            numbers.Add(number);
        }

        return reader.TokenType == JsonTokenType.EndArray
            ? numbers
            : throw new NetworkFileException($"{source}: the {what} must be whole numbers; found a {reader.TokenType}.");
    }

    private void CheckCoverage(long dataLength, string source)
    {
        List<SafetensorsEntry> ordered = [.. Tensors.Values];
        ordered.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long covered = 0;
        foreach (SafetensorsEntry entry in ordered)
        {
            if (entry.Begin > entry.End || entry.End > dataLength)
            {
                throw new NetworkFileException(
                    $"{source}: tensor '{entry.Name}' should lie at bytes {entry.Begin} to {entry.End} of the data, which has {dataLength}. The file is cut short or damaged.");
            }

            if (entry.Begin != covered)
            {
                throw new NetworkFileException(
                    $"{source}: tensor '{entry.Name}' begins at byte {entry.Begin} of the data, {covered} was expected: tensors may neither overlap nor leave gaps.");
            }

            if (entry.ElementBytes > 0 && !HoldsShape(entry))
            {
                throw new NetworkFileException(
                    $"{source}: tensor '{entry.Name}' is {entry.Text} and has {entry.End - entry.Begin} bytes, which do not agree.");
            }

            covered = entry.End;
        }

        if (covered != dataLength)
        {
            throw new NetworkFileException($"{source}: the tensors take {covered} bytes, the file has {dataLength} bytes of data.");
        }
    }

    private static bool HoldsShape(SafetensorsEntry entry)
    {
        long bytes = entry.ElementBytes;
        foreach (long extent in entry.Shape)
        {
            if (extent != 0 && bytes > long.MaxValue / extent)
            {
                return false;
            }

            bytes *= extent;
        }

        return bytes == entry.End - entry.Begin;
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : JsonTokenType.None;

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType expected, string source, string what)
    {
        JsonTokenType found = Next(ref reader);
        if (found != expected)
        {
            throw new NetworkFileException($"{source}: {what} should be a JSON {expected}; found {found}.");
        }
    }
}
