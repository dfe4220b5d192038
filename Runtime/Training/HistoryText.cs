// Results of epochs and measurements of updates as JSON, so that each number comes back as it was. Knows the results' members; refuses to know where the text goes.
using System;
using System.Linq;
using System.Text.Json;

namespace SeqGen;

internal static class HistoryText
{
    public static void Write(Utf8JsonWriter json, EpochResult epoch)
    {
        json.WriteStartObject();
        json.WriteNumber("epoch", epoch.Epoch);
        json.WriteNumber("learningRate", epoch.LearningRate);
        json.WriteNumber("ticks", epoch.Duration.Ticks);
        json.WriteNumber("monitored", epoch.Monitored);
        Write(json, "training", epoch.Training);
        if (epoch.Validation is { } validation)
        {
            Write(json, "validation", validation);
        }

        json.WriteEndObject();
    }

    public static EpochResult Read(JsonElement json) => new()
    {
        Epoch = json.GetProperty("epoch").GetInt32(),
        LearningRate = json.GetProperty("learningRate").GetSingle(),
        Duration = new TimeSpan(json.GetProperty("ticks").GetInt64()),
        Monitored = json.GetProperty("monitored").GetDouble(),
        Training = ReadResult(json.GetProperty("training")),
        Validation = json.TryGetProperty("validation", out JsonElement validation) ? ReadResult(validation) : null,
    };

    public static void Write(Utf8JsonWriter json, TrainingMeasurement measurement)
    {
        json.WriteStartObject();
        json.WriteNumber("update", measurement.Update);
        json.WriteNumber("epoch", measurement.Epoch);
        Write(json, "loss", measurement.Loss);
        json.WriteNumber("learningRate", measurement.LearningRate);
        Write(json, "gradientNorm", measurement.GradientNorm);
        Write(json, "clippingFactor", measurement.ClippingFactor);
        json.WriteStartArray("parameters");
        foreach (ParameterMeasurement parameter in measurement.Parameters)
        {
            json.WriteStartArray();
            json.WriteStringValue(parameter.Name);
            Write(json, parameter.GradientNorm);
            Write(json, parameter.Norm);
            Write(json, parameter.UpdateNorm);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("activations");
        foreach (ActivationMeasurement activation in measurement.Activations)
        {
            json.WriteStartArray();
            json.WriteStringValue(activation.Layer);
            json.WriteStringValue(activation.Name);
            json.WriteStringValue(activation.Function);
            json.WriteNumberValue(activation.Units);
            Write(json, activation.Low);
            Write(json, activation.High);
            Write(json, activation.Dead);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        if (measurement.GradientFlow is { } flow)
        {
            Write(json, flow);
        }

        json.WriteEndObject();
    }

    /// <summary>Whether something is a measurement, not an epoch.</summary>
    public static bool IsMeasurement(JsonElement json) => json.TryGetProperty("update", out _);

    public static TrainingMeasurement ReadMeasurement(JsonElement json) => new()
    {
        Update = json.GetProperty("update").GetInt64(),
        Epoch = json.GetProperty("epoch").GetInt32(),
        Loss = ReadNumber(json.GetProperty("loss")),
        LearningRate = json.GetProperty("learningRate").GetSingle(),
        GradientNorm = ReadNumber(json.GetProperty("gradientNorm")),
        ClippingFactor = ReadNumber(json.GetProperty("clippingFactor")),
        Parameters = [.. json.GetProperty("parameters").EnumerateArray().Select(p => new ParameterMeasurement(ReadText(p[0]), ReadNumber(p[1]), ReadNumber(p[2]), ReadNumber(p[3])))],
        Activations = [.. json.GetProperty("activations").EnumerateArray().Select(
            a => new ActivationMeasurement(ReadText(a[0]), ReadText(a[1]), ReadText(a[2]), a[3].GetInt32(), ReadNumber(a[4]), ReadNumber(a[5]), ReadNumber(a[6])))],
        GradientFlow = json.TryGetProperty("gradientFlow", out JsonElement flow) ? ReadFlow(flow) : null,
    };

    private static void Write(Utf8JsonWriter json, GradientFlowResult flow)
    {
        json.WriteStartObject("gradientFlow");
        json.WriteString("network", flow.Network);
        json.WriteStartArray("distances");
        foreach (int distance in flow.Distances)
        {
            json.WriteNumberValue(distance);
        }

        json.WriteEndArray();
        json.WriteStartObject("states");
        foreach (StateGradients state in flow.States)
        {
            json.WriteStartArray(state.State);
            foreach (double norm in state.Norms)
            {
                Write(json, norm);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static GradientFlowResult ReadFlow(JsonElement json)
    {
        int[] distances = [.. json.GetProperty("distances").EnumerateArray().Select(d => d.GetInt32())];
        StateGradients[] states = [.. json.GetProperty("states").EnumerateObject().Select(s => new StateGradients(s.Name, [.. s.Value.EnumerateArray().Select(ReadNumber)]))];
        return Array.TrueForAll(states, s => s.Norms.Count == distances.Length)
            ? new GradientFlowResult(ReadText(json.GetProperty("network")), distances, states)
            : throw new FormatException("a state's gradients are not as many as distances");
    }

    private static string ReadText(JsonElement json) => json.GetString() ?? throw new FormatException("a name is null");

    private static void Write(Utf8JsonWriter json, string name, EvaluationResult result)
    {
        json.WriteStartObject(name);
        Write(json, "loss", result.Loss);
        json.WriteNumber("positions", result.Positions);
        Write(json, "accuracy", result.Accuracy);
        Write(json, "rootMeanSquaredError", result.RootMeanSquaredError);
        Write(json, "meanAbsoluteError", result.MeanAbsoluteError);
        if (result.Heads.Count > 0)
        {
            json.WriteStartObject("heads");
            foreach ((string head, EvaluationResult one) in result.Heads.OrderBy(h => h.Key, StringComparer.Ordinal))
            {
                Write(json, head, one);
            }

            json.WriteEndObject();
        }

        if (result.Measures.Count > 0)
        {
            json.WriteStartArray("measures");
            foreach (MeasuredValue value in result.Measures)
            {
                Write(json, value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MeasuredValue value)
    {
        json.WriteStartObject();
        json.WriteString("name", value.Name);
        Write(json, "value", value.Value);
        if (value.Head is { } head)
        {
            json.WriteString("head", head);
        }

        if (value.Class is { } label)
        {
            json.WriteString("class", label);
        }

        if (value.Step is { } step)
        {
            json.WriteNumber("step", step);
        }

        if (value.Group is { } group)
        {
            json.WriteNumber("group", group);
        }

        json.WriteEndObject();
    }

    private static MeasuredValue ReadMeasured(JsonElement json) => new(ReadText(json.GetProperty("name")), ReadNumber(json.GetProperty("value")))
    {
        Head = json.TryGetProperty("head", out JsonElement head) ? ReadText(head) : null,
        Class = json.TryGetProperty("class", out JsonElement label) ? ReadText(label) : null,
        Step = json.TryGetProperty("step", out JsonElement step) ? step.GetInt32() : null,
        Group = json.TryGetProperty("group", out JsonElement group) ? group.GetInt32() : null,
    };

    private static EvaluationResult ReadResult(JsonElement json)
    {
        EvaluationResult result = new()
        {
            Loss = ReadNumber(json.GetProperty("loss")),
            Positions = json.GetProperty("positions").GetInt64(),
            Accuracy = Optional(json, "accuracy"),
            RootMeanSquaredError = Optional(json, "rootMeanSquaredError"),
            MeanAbsoluteError = Optional(json, "meanAbsoluteError"),
            Measures = json.TryGetProperty("measures", out JsonElement measures) ? new MeasureResults(measures.EnumerateArray().Select(ReadMeasured), []) : MeasureResults.Empty,
        };
        return json.TryGetProperty("heads", out JsonElement heads)
            ? result with { Heads = heads.EnumerateObject().ToDictionary(h => h.Name, h => ReadResult(h.Value)) }
            : result;
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is not { } number)
        {
            return;
        }

        json.WritePropertyName(name);
        Write(json, number);
    }

    /// <summary>A number as it is: JSON has no infinity.</summary>
    public static void Write(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static double? Optional(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? ReadNumber(value) : null;

    /// <summary>A number that <see cref="Write(Utf8JsonWriter, double)"/> wrote.</summary>
    public static double ReadNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : value.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        var other => throw new FormatException($"'{other}' is no number"),
    };
}
