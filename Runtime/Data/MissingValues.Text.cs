// What a filling of gaps was fitted to, as a text that is kept with a network. Knows names and numbers; refuses to know series.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace SeqGen;

public sealed partial class MissingValues
{
    private const string MetadataKey = "missing values";

    /// <summary>Keeps it with a network: it is in the network's file then, for whoever predicts with it.</summary>
    /// <param name="metadata">The network's texts.</param>
    /// <param name="name">What it is called there, where there are several.</param>
    public void SaveIn(NetworkMetadata metadata, string name = MetadataKey)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        metadata[name] = ToString();
    }

    /// <summary>What came with a network's file.</summary>
    /// <param name="metadata">The network's texts.</param>
    /// <param name="name">What it is called there.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="FormatException">The text is none.</exception>
    public static MissingValues LoadFrom(NetworkMetadata metadata, string name = MetadataKey)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return Parse(metadata[name] ?? throw new InvalidOperationException($"The network's metadata has no '{name}' of missing values. Keep them with SaveIn before the network is saved."));
    }

    /// <summary>All of it as JSON, for <see cref="Parse"/>.</summary>
    public override string ToString()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("fill", Fill.ToString());
            json.WriteNumber("constant", Constant);
            json.WriteBoolean("indicators", Indicators);
            json.WriteBoolean("timeSinceSeen", TimeSinceSeen);
            json.WriteStartArray("means");
            foreach (float mean in _means)
            {
                json.WriteNumberValue(mean);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>The filling that a text of <see cref="ToString"/> is of.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static MissingValues Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            string? fill = root.GetProperty("fill").GetString();
            MissingFill known = Enum.GetValues<MissingFill>().Cast<MissingFill?>().FirstOrDefault(f => f.ToString() == fill) ?? throw new FormatException($"'{fill}' is no way to fill");
            return new(
                [.. root.GetProperty("means").EnumerateArray().Select(m => m.GetSingle())], known, root.GetProperty("constant").GetSingle(), root.GetProperty("indicators").GetBoolean(), root.GetProperty("timeSinceSeen").GetBoolean());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new FormatException($"The text is none of missing values: {e.Message}", e);
        }
    }
}
