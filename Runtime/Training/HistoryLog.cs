// The results of a training as lines of JSON, one an epoch or a measurement: written when they are first kept, and never again.
// Knows what is written already; refuses to know members (HistoryText) and files.
using System;
using System.Buffers;
using System.Text.Json;

namespace SeqGen;

internal sealed class HistoryLog
{
    private readonly ArrayBufferWriter<byte> _lines = new();
    private int _epochs;
    private int _measurements;

    /// <summary>The lines of all results so far. What is added later does not change what was given before: a checkpoint may be written beside the training.</summary>
    public ReadOnlyMemory<byte> LinesOf(TrainingState state)
    {
        if (_epochs < state.Results.Count || _measurements < state.Measurements.Count)
        {
            using Utf8JsonWriter json = new(_lines);
            for (; _epochs < state.Results.Count; _epochs++)
            {
                HistoryText.Write(json, state.Results[_epochs]);
                EndLine(json);
            }

            for (; _measurements < state.Measurements.Count; _measurements++)
            {
                HistoryText.Write(json, state.Measurements[_measurements]);
                EndLine(json);
            }
        }

        return _lines.WrittenMemory;
    }

    /// <summary>Adds the results of lines to a state that has none.</summary>
    /// <exception cref="JsonException">A line is none.</exception>
    public static void Read(ReadOnlyMemory<byte> lines, TrainingState state, bool higherIsBetter)
    {
        while (lines.Length > 0)
        {
            int end = lines.Span.IndexOf((byte)'\n');
            if (end < 0)
            {
                throw new JsonException("the last line of the history has no end");
            }

            using JsonDocument line = JsonDocument.Parse(lines[..end]);
            lines = lines[(end + 1)..];
            if (HistoryText.IsMeasurement(line.RootElement))
            {
                state.Add(HistoryText.ReadMeasurement(line.RootElement));
            }
            else
            {
                state.Add(HistoryText.Read(line.RootElement), higherIsBetter);
            }
        }
    }

    private void EndLine(Utf8JsonWriter json)
    {
        json.Flush();
        json.Reset();
        _lines.Write("\n"u8);
    }
}
