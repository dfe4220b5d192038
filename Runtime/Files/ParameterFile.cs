// Parameters of a network to and from safetensors files.
// Knows which tensors a network needs and how other number formats convert; refuses to know packing (PackedLayout does) and where files lie (FileReplacement).
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class ParameterFile
{
    /// <summary>Numbers that are converted at a time.</summary>
    private const int Chunk = 1 << 14;

    private const string FingerprintKey = "seqgen.fingerprint";
    private const string NetworkKey = "seqgen.network";

    /// <summary>Tensors of a training begin with this: they are not parameters, and whoever wants parameters alone passes over them.</summary>
    public const string TrainingPrefix = "training/";

    /// <summary>Says that there are such tensors.</summary>
    public const string TrainingKey = "seqgen.training";

    public static void Save(NetworkCore core, string path) => FileReplacement.Write(path, stream => Write(core.Plan, core.Master.Memory, stream, core.Metadata));

    public static void Write(NetworkPlan plan, ReadOnlyMemory<float> master, Stream stream, NetworkMetadata? texts = null) => Of(plan, master, texts).Write(stream);

    /// <summary>A file of parameters; nothing is copied before it is written.</summary>
    public static SafetensorsWriter Of(NetworkPlan plan, ReadOnlyMemory<float> packed, NetworkMetadata? texts = null)
    {
        SafetensorsWriter writer = new();
        Describe(writer, plan, texts);
        Add(writer, plan, packed);
        return writer;
    }

    /// <summary>Says which network a file is of, and what its user says of it.</summary>
    public static void Describe(SafetensorsWriter writer, NetworkPlan plan, NetworkMetadata? texts)
    {
        writer.Describe(FingerprintKey, plan.Fingerprint);
        writer.Describe(NetworkKey, plan.Name);
        foreach ((string key, string text) in (IEnumerable<KeyValuePair<string, string>>?)texts ?? [])
        {
            writer.Describe(key, text);
        }
    }

    /// <summary>Adds a tensor for each parameter.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="plan">The network.</param>
    /// <param name="packed">The parameters, or something that lies like them.</param>
    /// <param name="prefix">What their names begin with.</param>
    public static void Add(SafetensorsWriter writer, NetworkPlan plan, ReadOnlyMemory<float> packed, string prefix = "")
    {
        foreach (ParameterPlan p in plan.Parameters)
        {
            writer.Add(prefix + p.Name, p.Shape, (values, first) => PackedLayout.Unpack(p, packed.Span, values, first));
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
        SafetensorsHeader header = SafetensorsHeader.Read(stream, source);
        float[] master = core.Master.Span.ToArray();
        Read(core.Plan, header, stream, source, master);
        core.ReplaceParameters(master);
        core.Metadata.Take(header.Metadata, keep: false);
    }

    /// <summary>Checks and reads the parameters of a network, or what was written like them.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="header">The file's header.</param>
    /// <param name="stream">The file.</param>
    /// <param name="source">What the file is called in messages.</param>
    /// <param name="packed">Receives them, packed; not to be used after an exception.</param>
    /// <param name="prefix">What their names begin with.</param>
    public static void Read(NetworkPlan plan, SafetensorsHeader header, Stream stream, string source, Span<float> packed, string prefix = "")
    {
        Check(plan, header, source, prefix);
        try
        {
            for (int i = 0; i < plan.Parameters.Length; i++)
            {
                ParameterPlan p = plan.Parameters[i];
                if (header.Tensors.TryGetValue(prefix + p.Name, out SafetensorsEntry? entry))
                {
                    stream.Position = header.DataStart + entry.Begin;
                    Read(stream, entry, p, packed);
                }
                else
                {
                    ParameterInitializer.Fill(p, i, 0, packed);
                }
            }
        }
        catch (EndOfStreamException e)
        {
            throw new NetworkFileException($"{source}: the file became shorter while it was read. Nothing was changed; load it again.", e);
        }
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
    private static void Check(NetworkPlan plan, SafetensorsHeader header, string source, string prefix)
    {
        string origin = header.Metadata.TryGetValue(NetworkKey, out string? network) && header.Metadata.TryGetValue(FingerprintKey, out string? fingerprint) && fingerprint != plan.Fingerprint
            ? $" It was saved from {network}, '{fingerprint}'; {plan.Name} is '{plan.Fingerprint}'." : "";
        foreach (ParameterPlan p in plan.Parameters)
        {
            string expected = $"F32 [{string.Join(", ", p.Shape)}]";
            string name = prefix + p.Name;
            if (!header.Tensors.TryGetValue(name, out SafetensorsEntry? entry))
            {
                if (p.Optional && prefix.Length == 0)
                {
                    continue;
                }

                throw new NetworkFileException(
                    $"{source}: {plan.Name} needs a tensor '{name}', {expected}; the file has none of this name. It has {Names(header)}. " +
                    "If the layer is there under another name, give it here: Name = \"...\" in the layer's attribute." + origin);
            }

            if (!entry.Shape.SequenceEqual(p.Shape.Select(s => (long)s)))
            {
                throw new NetworkFileException($"{source}: tensor '{name}' should be {expected}; the file's is {entry.Text}. Another size of network wrote it.{origin}");
            }

            if (entry.Type is not ("F32" or "F16" or "BF16" or "F64"))
            {
                throw new NetworkFileException($"{source}: tensor '{name}' should be {expected}; the file's is {entry.Text}. F32, F16, BF16 and F64 can be read.");
            }
        }

        HashSet<string> known = new(plan.Parameters.Select(p => p.Name), StringComparer.Ordinal);
        bool trains = header.Metadata.ContainsKey(TrainingKey);
        foreach (string name in header.Tensors.Keys)
        {
            if (prefix.Length == 0 && !known.Contains(name) && !IsCountOfBatches(name, known) && !(trains && name.StartsWith(TrainingPrefix, StringComparison.Ordinal)))
            {
                throw new NetworkFileException(
                    $"{source}: the file has a tensor '{name}', {header.Tensors[name].Text}, that {plan.Name} does not have: it was written by another network. " +
                    $"Expected are {string.Join(", ", plan.Parameters.Select(p => p.Name))}.{origin}");
            }
        }
    }

    /// <summary>PyTorch counts the batches that a batch normalization has seen: for a mean over all of them, which there is not here.</summary>
    private static bool IsCountOfBatches(string name, HashSet<string> known)
    {
        const string Count = "num_batches_tracked";
        return name.EndsWith("." + Count, StringComparison.Ordinal) && known.Contains(name[..^Count.Length] + "running_mean");
    }

    private static string Names(SafetensorsHeader header) => header.Tensors.Count switch
    {
        0 => "no tensors",
        > 40 => string.Join(", ", header.Tensors.Keys.Take(40)) + ", ...",
        _ => string.Join(", ", header.Tensors.Keys),
    };

    /// <summary>Numbers of a type in a file, as floats.</summary>
    public static void Decode(string type, ReadOnlySpan<byte> bytes, Span<float> values)
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
}
