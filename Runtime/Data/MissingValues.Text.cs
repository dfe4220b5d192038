// What a filling of gaps was fitted to, as a text that is kept with a network. Knows names and numbers; refuses to know series.
using System;
using System.Linq;

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
        return Parse(metadata.Require(name, $"'{name}' of missing values"));
    }

    /// <summary>All of it as JSON, for <see cref="Parse"/>.</summary>
    public override string ToString() => JsonText.Write(json =>
    {
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
    });

    /// <summary>The filling that a text of <see cref="ToString"/> is of.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static MissingValues Parse(string text) => JsonText.Read(text, "The text is none of missing values", root =>
    {
        string? fill = root.GetProperty("fill").GetString();
        MissingFill known = Enum.GetValues<MissingFill>().Cast<MissingFill?>().FirstOrDefault(f => f.ToString() == fill) ?? throw new FormatException($"'{fill}' is no way to fill");
        return new MissingValues(
            [.. root.GetProperty("means").EnumerateArray().Select(m => m.GetSingle())], known, root.GetProperty("constant").GetSingle(), root.GetProperty("indicators").GetBoolean(), root.GetProperty("timeSinceSeen").GetBoolean());
    });
}
