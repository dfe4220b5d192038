// The numbers of an epoch under the names that all logs have for them. Knows results; refuses to know files.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace SeqGen.Reports;

internal static class Results
{
    /// <summary>Loss and metrics of a result, those of heads as <c>head/loss</c>, and what else was measured over everything. Null where there is no such number in this epoch, but may be in another.</summary>
    public static IEnumerable<(string Name, double? Value)> Of(EvaluationResult result)
    {
        HashSet<string> names = [];
        foreach ((string name, double? value) in LossAndMetrics(result))
        {
            names.Add(name);
            yield return (name, value);
        }

        foreach (MeasuredValue one in result.Measures.Where(v => v.Step is null && v.Group is null && v.Class is null))
        {
            if (names.Add(one.Head is null ? one.Name : $"{one.Head}/{one.Name}"))
            {
                yield return (one.Head is null ? one.Name : $"{one.Head}/{one.Name}", one.Value);
            }
        }
    }

    private static IEnumerable<(string Name, double? Value)> LossAndMetrics(EvaluationResult result)
    {
        yield return ("loss", result.Loss);
        foreach ((string name, double? value) in Metrics(result))
        {
            yield return (name, value);
        }

        foreach ((string head, EvaluationResult one) in result.Heads.OrderBy(h => h.Key, StringComparer.Ordinal))
        {
            foreach ((string name, double? value) in LossAndMetrics(one))
            {
                yield return ($"{head}/{name}", value);
            }
        }
    }

    public static void Write(Utf8JsonWriter json, EpochResult epoch)
    {
        json.WriteNumber("epoch", epoch.Epoch);
        Write(json, "learningRate", epoch.LearningRate);
        json.WriteNumber("seconds", Math.Round(epoch.Duration.TotalSeconds, 3));
        Write(json, "monitored", epoch.Monitored);
        Write(json, "training", epoch.Training);
        if (epoch.Validation is { } validation)
        {
            Write(json, "validation", validation);
        }
    }

    public static void Write(Utf8JsonWriter json, string name, EvaluationResult result)
    {
        json.WriteStartObject(name);
        json.WriteNumber("positions", result.Positions);
        foreach ((string metric, double? value) in Of(result))
        {
            if (value is { } number)
            {
                Write(json, metric, number);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>A measurement, with the moment before it.</summary>
    public static void Write(Utf8JsonWriter json, TrainingMeasurement measurement)
    {
        json.WriteNumber("update", measurement.Update);
        Write(json, "loss", measurement.Loss);
        Write(json, "learningRate", measurement.LearningRate);
        Write(json, "gradientNorm", measurement.GradientNorm);
        Write(json, "clippingFactor", measurement.ClippingFactor);
        json.WriteStartObject("parameters");
        foreach (ParameterMeasurement parameter in measurement.Parameters)
        {
            json.WriteStartObject(parameter.Name);
            Write(json, "gradientNorm", parameter.GradientNorm);
            Write(json, "norm", parameter.Norm);
            Write(json, "updateNorm", parameter.UpdateNorm);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("activations");
        foreach (ActivationMeasurement activation in measurement.Activations)
        {
            json.WriteStartObject();
            json.WriteString("layer", activation.Layer);
            json.WriteString("name", activation.Name);
            json.WriteString("function", activation.Function);
            json.WriteNumber("units", activation.Units);
            Write(json, "low", activation.Low);
            Write(json, "high", activation.High);
            Write(json, "dead", activation.Dead);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (measurement.GradientFlow is { } flow)
        {
            ReportModel.Flow(json, flow);
        }
    }

    /// <summary>A number as it is: JSON has no infinity.</summary>
    public static void Write(Utf8JsonWriter json, string name, double number)
    {
        json.WritePropertyName(name);
        Write(json, number);
    }

    public static void Write(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(Text(number));
        }
    }

    /// <summary>As a float is written: without digits that it does not have.</summary>
    public static void Write(Utf8JsonWriter json, string name, float number) =>
        Write(json, name, float.IsFinite(number) ? double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : number);

    public static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The metrics that belong to the loss of this result: a column of each is there in every epoch.</summary>
    private static IEnumerable<(string Name, double? Value)> Metrics(EvaluationResult result)
    {
        if (result.Accuracy is { } accuracy)
        {
            yield return ("accuracy", accuracy);
        }

        if (result.RootMeanSquaredError is { } rmse)
        {
            yield return ("rmse", rmse);
        }

        if (result.MeanAbsoluteError is { } mae)
        {
            yield return ("mae", mae);
        }
    }
}
