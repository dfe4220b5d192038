// Parameters of a network to and from safetensors files.
// Knows which tensors a network needs and how other number formats convert; refuses to know packing (PackedLayout does) and where files lie (FileReplacement).
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class ParameterFile
{
    /// <summary>Numbers that are converted at a time.</summary>
    private const int Chunk = 1 << 14;

    private const string FingerprintKey = "seqgen.fingerprint";
    private const string NetworkKey = "seqgen.network";

    public static void Save(NetworkCore core, string path) => FileReplacement.Write(path, stream => Write(core.Plan, core.Master.Span, stream));

    public static void Write(NetworkPlan plan, ReadOnlySpan<float> master, Stream stream)
    {
        byte[] header = Header(plan);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        float[] values = new float[Chunk];
        foreach (ParameterPlan p in plan.Parameters)
        {
            for (int first = 0, count; first < p.Count; first += count)
            {
                count = Math.Min(Chunk, p.Count - first);
                PackedLayout.Unpack(p, master, values.AsSpan(0, count), first);
                if (!BitConverter.IsLittleEndian)
                {
                    Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
                    BinaryPrimitives.ReverseEndianness(words, words);
                }

                stream.Write(MemoryMarshal.AsBytes(values.AsSpan(0, count)));
            }
        }
    }

    public static void Load(NetworkCore core, string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Load(core, stream, path);
    }

    public static unsafe void Load(NetworkCore core, ReadOnlySpan<byte> file, string source)
    {
        fixed (byte* bytes = file)
        {
            using Stream stream = bytes is null ? new MemoryStream([]) : new UnmanagedMemoryStream(bytes, file.Length);
            Load(core, stream, source);
        }
    }

    /// <summary>Checks the whole file first, reads it, and only then changes the parameters.</summary>
    public static void Load(NetworkCore core, Stream stream, string source)
    {
        NetworkPlan plan = core.Plan;
        SafetensorsHeader header = SafetensorsHeader.Read(stream, source);
        Check(plan, header, source);
        float[] master = core.Master.Span.ToArray();
        try
        {
            for (int i = 0; i < plan.Parameters.Length; i++)
            {
                ParameterPlan p = plan.Parameters[i];
                if (header.Tensors.TryGetValue(p.Name, out SafetensorsEntry? entry))
                {
                    stream.Position = header.DataStart + entry.Begin;
                    Read(stream, entry, p, master);
                }
                else
                {
                    ParameterInitializer.Fill(p, i, 0, master);
                }
            }
        }
        catch (EndOfStreamException e)
        {
            throw new NetworkFileException($"{source}: the file became shorter while it was read. Nothing was changed; load it again.", e);
        }

        master.CopyTo(core.Master.Span);
        core.PublishParameters();
    }

    private static void Read(Stream stream, SafetensorsEntry entry, ParameterPlan p, Span<float> master)
    {
        byte[] bytes = new byte[Chunk * entry.ElementBytes];
        float[] values = new float[Chunk];
        for (int first = 0, count; first < p.Count; first += count)
        {
            count = Math.Min(Chunk, p.Count - first);
            stream.ReadExactly(bytes, 0, count * entry.ElementBytes);
            Decode(entry.Type, bytes, values.AsSpan(0, count));
            PackedLayout.Pack(p, values.AsSpan(0, count), master, first);
        }
    }

    /// <summary>What the tensors are called and how they are shaped decides, whatever network the file is from: activations, dropouts and
    /// everything else that has no parameters may differ.</summary>
    private static void Check(NetworkPlan plan, SafetensorsHeader header, string source)
    {
        string origin = header.Metadata.TryGetValue(NetworkKey, out string? network) && header.Metadata.TryGetValue(FingerprintKey, out string? fingerprint) && fingerprint != plan.Fingerprint
            ? $" It was saved from {network}, '{fingerprint}'; {plan.Name} is '{plan.Fingerprint}'." : "";
        foreach (ParameterPlan p in plan.Parameters)
        {
            string expected = $"F32 [{string.Join(", ", p.Shape)}]";
            if (!header.Tensors.TryGetValue(p.Name, out SafetensorsEntry? entry))
            {
                if (p.Optional)
                {
                    continue;
                }

                throw new NetworkFileException(
                    $"{source}: {plan.Name} needs a tensor '{p.Name}', {expected}; the file has none of this name. It has {Names(header)}. " +
                    "If the layer is there under another name, give it here: Name = \"...\" in the layer's attribute." + origin);
            }

            if (!entry.Shape.SequenceEqual(p.Shape.Select(s => (long)s)))
            {
                throw new NetworkFileException($"{source}: tensor '{p.Name}' should be {expected}; the file's is {entry.Text}. Another size of network wrote it.{origin}");
            }

            if (entry.Type is not ("F32" or "F16" or "BF16" or "F64"))
            {
                throw new NetworkFileException($"{source}: tensor '{p.Name}' should be {expected}; the file's is {entry.Text}. F32, F16, BF16 and F64 can be read.");
            }
        }

        HashSet<string> known = new(plan.Parameters.Select(p => p.Name), StringComparer.Ordinal);
        foreach (string name in header.Tensors.Keys)
        {
            if (!known.Contains(name))
            {
                throw new NetworkFileException(
                    $"{source}: the file has a tensor '{name}', {header.Tensors[name].Text}, that {plan.Name} does not have: it was written by another network. " +
                    $"Expected are {string.Join(", ", plan.Parameters.Select(p => p.Name))}.{origin}");
            }
        }
    }

    private static string Names(SafetensorsHeader header) => header.Tensors.Count switch
    {
        0 => "no tensors",
        > 40 => string.Join(", ", header.Tensors.Keys.Take(40)) + ", ...",
        _ => string.Join(", ", header.Tensors.Keys),
    };

    private static void Decode(string type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type switch
            {
                "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
                _ => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
            };
        }
    }

    private static byte[] Header(NetworkPlan plan)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteString(FingerprintKey, plan.Fingerprint);
            json.WriteString(NetworkKey, plan.Name);
            json.WriteEndObject();
            long offset = 0;
            foreach (ParameterPlan p in plan.Parameters)
            {
                json.WriteStartObject(p.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int extent in p.Shape)
                {
                    json.WriteNumberValue(extent);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += sizeof(float) * (long)p.Count;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (stream.Length % 8 != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }
}
