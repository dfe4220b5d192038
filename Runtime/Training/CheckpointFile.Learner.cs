// The part of a checkpoint that an online learner's has. Knows how it lies in the file; refuses to know what it means.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal sealed partial class CheckpointFile
{
    private const string LearnerPrefix = ParameterFile.TrainingPrefix + "learner/";

    private bool IsLearners => _texts.RootElement.TryGetProperty("learner", out _);

    /// <summary>Why a learner with some settings cannot go on from here; null if it can.</summary>
    public string? WhyNotLearner(TrainingSettings settings) =>
        !IsLearners ? "it is no learner's; Checkpoint.Load reads parameters and optimizer of any"
        : Differences(_texts.RootElement.GetProperty("learner").GetProperty("settings"), settings);

    /// <summary>Reads parameters, optimizer and the rest of a learner's state, and gives them over when all was read.</summary>
    /// <param name="core">The network.</param>
    /// <param name="optimizer">Its optimizer, attached.</param>
    /// <param name="check">Throws a <see cref="FormatException"/> where the state is not one.</param>
    /// <exception cref="NetworkFileException">The file does not fit. Nothing was changed.</exception>
    public LearnerState Load(NetworkCore core, Optimizer optimizer, Action<LearnerState> check) => Load(core, optimizer, () =>
    {
        JsonElement saved = _texts.RootElement.GetProperty("learner");
        Dictionary<string, float[]> tensors = [];
        foreach (string name in _header.Tensors.Keys.Where(n => n.StartsWith(LearnerPrefix, StringComparison.Ordinal)))
        {
            tensors[name[LearnerPrefix.Length..]] = ReadFloats(name);
        }

        LearnerState state = new(
            null,
            saved.GetProperty("counts").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt64()),
            saved.GetProperty("numbers").EnumerateObject().ToDictionary(p => p.Name, p => HistoryText.ReadNumber(p.Value)),
            saved.GetProperty("integers").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.EnumerateArray().Select(i => i.GetInt32()).ToArray()),
            tensors);
        check(state);
        return state;
    });

    private static void Write(Utf8JsonWriter json, LearnerState state)
    {
        json.WriteStartObject("learner");
        Write(json, state.Settings!);
        json.WriteStartObject("counts");
        foreach ((string name, long count) in state.Counts)
        {
            json.WriteNumber(name, count);
        }

        json.WriteEndObject();
        json.WriteStartObject("numbers");
        foreach ((string name, double number) in state.Numbers)
        {
            json.WritePropertyName(name);
            HistoryText.Write(json, number);
        }

        json.WriteEndObject();
        json.WriteStartObject("integers");
        foreach ((string name, int[] values) in state.Integers)
        {
            json.WriteStartArray(name);
            foreach (int value in values)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
