// Reads golden cases: the json that says what a network is, and the safetensors file with its numbers.
// Knows the file formats; knows nothing of how a case is computed or compared.
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SeqGen.Generator.Tests.Goldens;

/// <summary>One tensor of a case, row-major.</summary>
public sealed record GoldenTensor(string Name, int[] Shape, float[] Values)
{
    public double[] ToDoubles() => Array.ConvertAll(Values, v => (double)v);

    public int[] ToIntegers() => Array.ConvertAll(Values, v => (int)v);
}

/// <summary>A network at one size with fixed parameters, data and reference results.</summary>
public sealed class GoldenCase
{
    private readonly Dictionary<string, GoldenTensor> _tensors;

    private GoldenCase(string name, JsonElement json, Dictionary<string, GoldenTensor> tensors)
    {
        Name = name;
        Json = json;
        _tensors = tensors;
    }

    /// <summary>Where the cases of this repository are copied to by the build.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "Goldens");

    public string Name { get; }

    /// <summary>The whole description.</summary>
    public JsonElement Json { get; }

    public int Batch => Json.GetProperty("batch").GetInt32();

    public int Timesteps => Json.GetProperty("timesteps").GetInt32();

    public IReadOnlyCollection<string> TensorNames => _tensors.Keys;

    public GoldenTensor this[string tensor] => _tensors.TryGetValue(tensor, out GoldenTensor? found)
        ? found
        : throw new KeyNotFoundException($"golden case {Name} has no tensor {tensor}");

    /// <summary>The names in a folder's index.json, in its order.</summary>
    public static IReadOnlyList<string> Names(string? folder = null)
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder ?? DefaultFolder, "index.json")));
        return index.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!).ToList();
    }

    public static GoldenCase Load(string name, string? folder = null)
    {
        string path = Path.Combine(folder ?? DefaultFolder, "cases", name);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path + ".json"));
        return new GoldenCase(name, json.RootElement.Clone(), ReadSafetensors(File.ReadAllBytes(path + ".safetensors")));
    }

    public bool Has(string tensor) => _tensors.ContainsKey(tensor);

    private static Dictionary<string, GoldenTensor> ReadSafetensors(byte[] file)
    {
        int headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        var tensors = new Dictionary<string, GoldenTensor>();
        foreach (JsonProperty entry in header.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__"))
        {
            if (entry.Value.GetProperty("dtype").GetString() != "F32")
            {
                throw new InvalidDataException($"tensor {entry.Name} is not F32");
            }

            int[] shape = entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray();
            int[] offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(d => d.GetInt32()).ToArray();
            ReadOnlySpan<byte> data = file.AsSpan(8 + headerLength + offsets[0], offsets[1] - offsets[0]);
            tensors.Add(entry.Name, new GoldenTensor(entry.Name, shape, MemoryMarshal.Cast<byte, float>(data).ToArray()));
        }

        return tensors;
    }
}
