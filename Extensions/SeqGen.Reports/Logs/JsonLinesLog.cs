// What a training reports as lines of JSON. Knows names of members; refuses to know how lines get into a file.
using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;

namespace SeqGen.Reports;

/// <summary>Writes JSON, an object a line. Each has a <c>type</c>, and says when it was: <c>epoch</c> with its results and <c>time</c>, <c>update</c> (where asked for) with the mean loss of
/// the epoch so far, <c>measurement</c> of an update that was looked at closely (<see cref="TrainerOptions.Insight"/>), <c>notice</c> with a sentence. NaN and infinities are the strings "NaN", "Infinity" and "-Infinity".</summary>
/// <remarks>A file that is there already is gone on with: what is written for a moment takes the place of what was there for it and later, so a training that was killed and goes on from a
/// checkpoint has each line once, and one that begins anew begins the file anew. What cannot be written is thrown, and ends the training.</remarks>
public sealed class JsonLinesLog : IProgress<TrainingProgress>, IDisposable
{
    private readonly LogFile _file;
    private Rhythm _rhythm;

    /// <summary>Opens a file, or creates it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="everyBatches">A line <c>update</c> after so many batches of an epoch; 0 for none.</param>
    /// <exception cref="InvalidDataException">There is a file that is no log.</exception>
    public JsonLinesLog(string path, int everyBatches = 0)
    {
        _rhythm = new Rhythm(everyBatches);
        _file = new LogFile(path, MomentOf, "{\"type\":\"", 0, "JSON lines log");
    }

    /// <summary>Writes what there is to say.</summary>
    public void Report(TrainingProgress value)
    {
        bool isDue = _rhythm.IsDue(value);
        if (isDue || value.Completed is not null || value.Measurement is not null || value.Notice is not null)
        {
            Write(value, isDue);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Write(TrainingProgress value, bool isDue)
    {
        List<string> lines = [];
        if (value.Notice is { } notice)
        {
            lines.Add(Line("notice", value, json => json.WriteString("text", notice)));
        }

        if (value.Measurement is { } measurement)
        {
            lines.Add(Line("measurement", value, json => Results.Write(json, measurement)));
        }

        if (value.Completed is { } epoch)
        {
            lines.Add(Line("epoch", value, json =>
            {
                Results.Write(json, epoch);
                Results.Write(json, "samplesPerSecond", Math.Round(value.SamplesPerSecond, 1));
            }));
        }
        else if (isDue)
        {
            lines.Add(Line("update", value, json =>
            {
                Results.Write(json, "loss", value.Loss);
                Results.Write(json, "learningRate", value.LearningRate);
                Results.Write(json, "gradientNorm", value.GradientNorm);
                Results.Write(json, "samplesPerSecond", Math.Round(value.SamplesPerSecond, 1));
            }));
        }

        _file.Write(Moment.Of(value), lines);
    }

    private static string Line(string type, TrainingProgress value, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("time", DateTime.UtcNow);
            if (type != "epoch")
            {
                Moment moment = Moment.Of(value);
                json.WriteNumber("epoch", moment.Epoch);
                json.WriteNumber("batch", Math.Min(moment.Batch, value.Batch));
                if (value.Completed is not null)
                {
                    json.WriteBoolean("atEnd", true);
                }
            }

            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static Moment? MomentOf(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            bool isEnd = root.GetProperty("type").GetString() == "epoch" || root.TryGetProperty("atEnd", out _);
            return new Moment(root.GetProperty("epoch").GetInt32(), isEnd ? int.MaxValue : root.GetProperty("batch").GetInt32());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
