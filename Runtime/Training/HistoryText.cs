// Results of epochs as JSON, so that each number comes back as it was. Knows the results' members; refuses to know where the text goes.
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

        json.WriteEndObject();
    }

    private static EvaluationResult ReadResult(JsonElement json)
    {
        EvaluationResult result = new()
        {
            Loss = ReadNumber(json.GetProperty("loss")),
            Positions = json.GetProperty("positions").GetInt64(),
            Accuracy = Optional(json, "accuracy"),
            RootMeanSquaredError = Optional(json, "rootMeanSquaredError"),
            MeanAbsoluteError = Optional(json, "meanAbsoluteError"),
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
