// Parameters of a network to and from safetensors files.
// Knows which tensors a network needs and how other number formats convert; refuses to know packing (PackedLayout does).
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class ParameterFile
{
    private const string FingerprintKey = "seqgen.fingerprint";
    private const string NetworkKey = "seqgen.network";

    public static void Save(NetworkCore core, string path)
    {
        string temporary = path + "." + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8] + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                Write(core, stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public static void Write(NetworkCore core, Stream stream)
    {
        NetworkPlan plan = core.Plan;
        byte[] header = Header(plan);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (ParameterPlan p in plan.Parameters)
        {
            float[] values = new float[p.Count];
            PackedLayout.Unpack(p, core.Master.Span, values);
            if (!BitConverter.IsLittleEndian)
            {
                Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
                BinaryPrimitives.ReverseEndianness(words, words);
            }

            stream.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    /// <summary>Checks the whole file first, then changes the parameters.</summary>
    public static void Load(NetworkCore core, ReadOnlySpan<byte> file, string source)
    {
        NetworkPlan plan = core.Plan;
        SafetensorsHeader header = SafetensorsHeader.Read(file, source);
        Check(plan, header, source);

        ReadOnlySpan<byte> data = file[header.DataStart..];
        for (int i = 0; i < plan.Parameters.Length; i++)
        {
            ParameterPlan p = plan.Parameters[i];
            if (header.Tensors.TryGetValue(p.Name, out SafetensorsEntry? entry))
            {
                float[] values = new float[p.Count];
                Decode(entry.Type, data[(int)entry.Begin..(int)entry.End], values);
                PackedLayout.Pack(p, values, core.Master.Span);
            }
            else
            {
                ParameterInitializer.Fill(p, i, 0, core.Master.Span);
            }
        }

        core.PublishParameters();
    }

    private static void Check(NetworkPlan plan, SafetensorsHeader header, string source)
    {
        if (header.Metadata.TryGetValue(FingerprintKey, out string? fingerprint) && fingerprint != plan.Fingerprint)
        {
            header.Metadata.TryGetValue(NetworkKey, out string? network);
            throw new NetworkFileException(
                $"{source}: the file holds the parameters of another network: {network ?? "unnamed"} '{fingerprint}'; {plan.Name} is '{plan.Fingerprint}'. " +
                "Load it into the network it was saved from, or train this one.");
        }

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
                    "If the layer is there under another name, give it here: Name = \"...\" in the layer's attribute.");
            }

            if (!entry.Shape.SequenceEqual(p.Shape.Select(s => (long)s)))
            {
                throw new NetworkFileException($"{source}: tensor '{p.Name}' should be {expected}; the file's is {entry.Text}. Another size of network wrote it.");
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
                    $"Expected are {string.Join(", ", plan.Parameters.Select(p => p.Name))}.");
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
