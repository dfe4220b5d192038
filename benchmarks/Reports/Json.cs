// The results as JSON: an array of rows, each complete in itself.
// Knows field names; refuses to know what they are for.
using System.Globalization;
using System.Text.Json;

namespace SeqGen.Benchmarks.Reports;

/// <summary>Writes rows.</summary>
public static class Json
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true };

    /// <summary>Writes a run's rows to a file.</summary>
    public static void Save(Results results, string path)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, Layout);
        json.WriteStartArray();
        foreach (Row row in results.Rows)
        {
            Write(json, row, results);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Row row, Results results)
    {
        json.WriteStartObject();
        json.WriteString("workload", row.Workload);
        json.WriteString("variant", row.Variant);
        Number(json, "seqgen_ns", row.SeqGen);
        Number(json, "spread", row.Spread);
        Number(json, "alloc_bytes", row.Allocated);
        json.WriteStartObject("peers");
        foreach ((string name, double time) in row.Peers)
        {
            Number(json, name, time);
        }

        json.WriteEndObject();
        json.WriteString("best_peer", row.BestPeer);
        Number(json, "ratio", row.Ratio);
        Number(json, "ratio_spread", row.RatioSpread);
        Number(json, "bar", row.Bar);
        Truth(json, "bar_met", row.BarMet);
        Number(json, "limit_ns", row.Limit);
        Number(json, "limit_ratio", row.LimitRatio);
        Number(json, "limit_bar", row.LimitBar);
        Number(json, "least_ratio", row.LeastRatio);
        Truth(json, "limit_bar_met", row.LimitBarMet);
        Number(json, "startup_ratio", row.StartUp);
        json.WriteString("note", string.Join("; ", row.Notes));
        json.WriteString("machine", results.Machine);
        json.WriteString("date", results.Date.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, Math.Abs(number) >= 1000 ? Math.Round(number, 1) : Math.Round(number, 5));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Truth(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } truth)
        {
            json.WriteBoolean(name, truth);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
