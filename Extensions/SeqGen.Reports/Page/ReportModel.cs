// What a report shows as JSON, which the page's script reads. Knows the model's members; refuses to know the page.
using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace SeqGen.Reports;

internal static class ReportModel
{
    /// <summary>Columns of a heat map.</summary>
    internal const int MostMeasurements = 400;

    /// <summary>An object. What could end a script or begin another is written as \u sequences.</summary>
    public static string Text(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter json, TrainingReport report)
    {
        json.WriteString("title", report.Title);
        json.WriteString("network", report.Info.Name);
        json.WriteString("made", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        Strings(json, "remarks", report.Remarks);
        Strings(json, "notices", report.Notices);
        json.WriteBoolean("stoppedEarly", report.StoppedEarly);
        if (report.Monitor is { } monitor)
        {
            json.WriteString("monitor", monitor.Name);
        }

        if (report.Best is { } best)
        {
            json.WriteNumber("best", best);
        }

        Network(json, report.Info);
        Epochs(json, report.Epochs);
        json.WriteStartArray("evaluations");
        foreach ((string name, EvaluationResult result) in report.Evaluations)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            Results.Write(json, "result", result);
            Tables(json, result.Measures.Tables());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("comparisons");
        foreach ((string name, Comparison comparison) in report.Comparisons)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            Tables(json, comparison.Tables());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Measured(json, report.Measurements);
        Measurements(json, Thinned(report.Measurements));
        if ((report.Flow ?? report.Measurements.LastOrDefault(m => m.GradientFlow is not null)?.GradientFlow) is { } flow)
        {
            Flow(json, flow);
        }

        if (report.ShownConfusion is { } confusion)
        {
            Confusion(json, confusion);
        }

        Forecasts(json, report.Forecasts);
        Attention(json, report.Attention);
    }

    public static void Epochs(Utf8JsonWriter json, IEnumerable<EpochResult> epochs)
    {
        json.WriteStartArray("epochs");
        foreach (EpochResult epoch in epochs)
        {
            json.WriteStartObject();
            Results.Write(json, epoch);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The names of what measurements measure.</summary>
    public static void Measured(Utf8JsonWriter json, IReadOnlyList<TrainingMeasurement> measurements)
    {
        if (measurements.Count == 0)
        {
            return;
        }

        json.WriteStartObject("measured");
        Strings(json, "parameters", measurements[^1].Parameters.Select(p => p.Name));
        json.WriteStartArray("activations");
        foreach (ActivationMeasurement activation in measurements[^1].Activations)
        {
            json.WriteStartObject();
            json.WriteString("name", activation.Name);
            json.WriteString("function", activation.Function);
            json.WriteNumber("units", activation.Units);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Numbers of measurements, in the order of those names.</summary>
    public static void Measurements(Utf8JsonWriter json, IEnumerable<TrainingMeasurement> measurements)
    {
        json.WriteStartArray("measurements");
        foreach (TrainingMeasurement one in measurements)
        {
            json.WriteStartObject();
            json.WriteNumber("update", one.Update);
            Results.Write(json, "loss", one.Loss);
            Results.Write(json, "norm", one.GradientNorm);
            Results.Write(json, "clipping", one.ClippingFactor);
            Numbers(json, "gradients", one.Parameters.Select(p => p.GradientNorm), digits: 4);
            Numbers(json, "ratios", one.Parameters.Select(p => p.UpdateRatio), digits: 4);
            Numbers(json, "low", one.Activations.Select(a => a.Low), digits: 4);
            Numbers(json, "high", one.Activations.Select(a => a.High), digits: 4);
            Numbers(json, "dead", one.Activations.Select(a => a.Dead), digits: 4);
            if (one.GradientFlow is { } flow)
            {
                Flow(json, flow);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>As many as a picture shows, the last among them.</summary>
    internal static IEnumerable<TrainingMeasurement> Thinned(IReadOnlyList<TrainingMeasurement> measurements)
    {
        int step = Math.Max(1, (measurements.Count + MostMeasurements - 1) / MostMeasurements);
        return measurements.Where((_, i) => (measurements.Count - 1 - i) % step == 0);
    }

    public static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Network(Utf8JsonWriter json, NetworkInfo info)
    {
        json.WriteNumber("parameters", info.ParameterCount);
        json.WriteNumber("trainable", info.TrainableParameterCount);
        json.WriteString("input", string.Create(
            CultureInfo.InvariantCulture, $"{(info.TokenCount > 0 ? $"{info.TokenCount} tokens" : $"{info.InputSize} {(info.InputSize == 1 ? "input" : "inputs")}")}, {info.Timesteps} steps"));
        json.WriteStartArray("layers");
        foreach (LayerInfo layer in info.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("kind", layer.Kind);
            json.WriteString("output", layer.OutputShape);
            json.WriteNumber("parameters", layer.ParameterCount);
            json.WriteNumber("multiplyAdds", layer.MultiplyAddsPerStep);
            json.WriteString("description", layer.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Flow(Utf8JsonWriter json, GradientFlowResult flow)
    {
        json.WriteStartObject("flow");
        Numbers(json, "distances", flow.Distances.Select(d => (double)d));
        json.WriteStartArray("states");
        foreach (StateGradients state in flow.States)
        {
            json.WriteStartObject();
            json.WriteString("state", state.State);
            Numbers(json, "norms", state.Norms, digits: 4);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Tables(Utf8JsonWriter json, IReadOnlyList<MeasureTable> tables)
    {
        json.WriteStartArray("tables");
        foreach (MeasureTable table in tables)
        {
            json.WriteStartObject();
            json.WriteString("corner", table.Corner);
            Strings(json, "columns", table.Columns);
            Strings(json, "rows", table.Rows);
            Rows(json, "values", table.Rows.Count, table.Columns.Count, (r, c) => table.Values[r][c], digits: 6);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Confusion(Utf8JsonWriter json, ConfusionTable table)
    {
        json.WriteStartObject("confusion");
        json.WriteString("title", table.Title);
        Strings(json, "labels", table.Labels);
        Rows(json, "counts", table.Labels.Count, table.Labels.Count, (r, c) => table[r, c], digits: 0);
        json.WriteEndObject();
    }

    private static void Forecasts(Utf8JsonWriter json, IReadOnlyList<ForecastChart> charts)
    {
        json.WriteStartArray("forecasts");
        foreach (ForecastChart chart in charts)
        {
            json.WriteStartObject();
            json.WriteString("title", chart.Title);
            json.WriteString("axis", chart.Axis);
            json.WriteString("interval", chart.Interval);
            json.WriteBoolean("times", chart.Times is not null);
            Numbers(json, "x", chart.Times?.Select(t => t.ToUnixTimeMilliseconds() / 1000.0) ?? chart.Positions ?? Enumerable.Range(0, chart.Truth.Count).Select(i => (double)i));
            Numbers(json, "truth", chart.Truth, digits: 6);
            Numbers(json, "forecast", chart.Forecast, digits: 6);
            if (chart is { Lower: { } lower, Upper: { } upper })
            {
                Numbers(json, "lower", lower, digits: 6);
                Numbers(json, "upper", upper, digits: 6);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Attention(Utf8JsonWriter json, IReadOnlyList<AttentionMap> maps)
    {
        json.WriteStartArray("attention");
        foreach (AttentionMap map in maps)
        {
            json.WriteStartObject();
            json.WriteString("title", map.Title);
            json.WriteString("rowAxis", map.RowAxis);
            json.WriteString("columnAxis", map.ColumnAxis);
            (int rows, int columns) = (map.Weights.GetLength(0), map.Weights.GetLength(1));
            Strings(json, "rows", map.Rows ?? Numbered(rows));
            Strings(json, "columns", map.Columns ?? Numbered(columns));
            Rows(json, "weights", rows, columns, (r, c) => map.Weights[r, c], digits: 3);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private static void Rows(Utf8JsonWriter json, string name, int rows, int columns, Func<int, int, double> value, int digits)
    {
        json.WriteStartArray(name);
        for (int r = 0; r < rows; r++)
        {
            Numbers(json, null, Enumerable.Range(0, columns).Select(c => value(r, c)), digits);
        }

        json.WriteEndArray();
    }

    /// <summary>Numbers, to so many digits where a picture shows no more; 0 for all.</summary>
    internal static void Numbers(Utf8JsonWriter json, string? name, IEnumerable<double> numbers, int digits = 0)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        foreach (double number in numbers)
        {
            Results.Write(json, digits == 0 || !double.IsFinite(number) ? number : double.Parse(number.ToString("G" + digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        }

        json.WriteEndArray();
    }
}
