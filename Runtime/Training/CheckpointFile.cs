// What a checkpoint holds and how it lies in a safetensors file: the parameters under their usual names, and beside them, under "training/", the
// optimizer's state, the best parameters, carried states and the history (lines of JSON as bytes); counts and settings as a JSON text in the header.
// Knows names, order and checks of one file; refuses to know which file, when it is written, and how a training works.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A checkpoint that was opened: whole, but not yet known to fit anything.</summary>
internal sealed partial class CheckpointFile : IDisposable
{
    private const string BestPrefix = ParameterFile.TrainingPrefix + "best/";
    private const string AveragePrefix = ParameterFile.TrainingPrefix + "average/";
    private const string OptimizerPrefix = ParameterFile.TrainingPrefix + "optimizer/";
    private const string StatePrefix = ParameterFile.TrainingPrefix + "state/";
    private const string HistoryName = ParameterFile.TrainingPrefix + "history";
    private const string NotePrefix = "seqgen.note.";
    private const int Version = 2;

    private readonly FileStream _stream;
    private readonly SafetensorsHeader _header;
    private readonly JsonDocument _texts;
    private int _version;

    private CheckpointFile(string path, FileStream stream, SafetensorsHeader header, JsonDocument texts)
    {
        (Path, _stream, _header, _texts) = (path, stream, header, texts);
    }

    public string Path { get; }

    /// <summary>Texts of the user.</summary>
    public IReadOnlyDictionary<string, string> Notes =>
        _header.Metadata.Where(m => m.Key.StartsWith(NotePrefix, StringComparison.Ordinal)).ToDictionary(m => m.Key[NotePrefix.Length..], m => m.Value);

    /// <summary>Checks texts of the user.</summary>
    public static void CheckNotes(IReadOnlyDictionary<string, string>? notes)
    {
        foreach ((string name, string text) in notes ?? new Dictionary<string, string>())
        {
            _ = text ?? throw new ArgumentException($"The note '{name}' is null.", nameof(notes));
        }
    }

    /// <summary>Puts a file together; nothing is copied before it is written.</summary>
    /// <param name="core">The network.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="notes">Texts of the user of a loop of one's own.</param>
    /// <param name="training">Where a trainer stands and what its settings are.</param>
    /// <param name="learner">Where an online learner stands.</param>
    public static SafetensorsWriter Of(
        NetworkCore core, Optimizer optimizer, IReadOnlyDictionary<string, string>? notes = null, (TrainingState State, TrainingSettings Settings)? training = null,
        LearnerState? learner = null)
    {
        SafetensorsWriter writer = new() { HasChecksum = true };
        ParameterFile.Describe(writer, core.Plan, core.Metadata);
        writer.Describe(ParameterFile.TrainingKey, Texts(optimizer, training, learner));
        foreach ((string key, string text) in notes ?? new Dictionary<string, string>())
        {
            writer.Describe(NotePrefix + key, text);
        }

        ParameterFile.Add(writer, core.Plan, core.Master.Memory);
        HashSet<string> names = [];
        foreach (OptimizerSlot slot in optimizer.Accumulated)
        {
            if (!names.Add(slot.Name) || slot.Values.Length != core.Plan.ParameterLength)
            {
                throw new InvalidOperationException(
                    $"{optimizer.GetType().Name} cannot be kept: its state '{slot.Name}' {(slot.Values.Length == core.Plan.ParameterLength ? "is there twice" : $"has {slot.Values.Length} floats, and the packed parameters are {core.Plan.ParameterLength}")}.");
            }

            ParameterFile.Add(writer, core.Plan, slot.Values, SlotPrefix(slot));
        }

        if (training?.State is { } state)
        {
            if (state.BestValues is { } best)
            {
                ParameterFile.Add(writer, core.Plan, best, BestPrefix);
            }

            if (state.Average is { } average)
            {
                ParameterFile.Add(writer, core.Plan, average, AveragePrefix);
            }

            foreach ((string name, float[] values) in state.Carried ?? new Dictionary<string, float[]>())
            {
                writer.Add(StatePrefix + name, [state.CarriedRows, values.Length / state.CarriedRows], (destination, first) => values.AsSpan(first, destination.Length).CopyTo(destination));
            }

            // The last: its bytes are any number of them, and floats stay aligned.
            writer.Add(HistoryName, state.Log.LinesOf(state));
        }

        foreach ((string name, float[] values) in learner?.Tensors ?? new Dictionary<string, float[]>())
        {
            writer.Add(LearnerPrefix + name, [values.Length], (destination, first) => values.AsSpan(first, destination.Length).CopyTo(destination));
        }

        return writer;
    }

    /// <summary>Opens a file and checks that it is one, and whole.</summary>
    /// <exception cref="NetworkFileException">It is damaged, or no checkpoint.</exception>
    public static CheckpointFile Open(string path)
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            SafetensorsHeader header = SafetensorsHeader.Read(stream, path);
            if (!header.Metadata.TryGetValue(ParameterFile.TrainingKey, out string? texts))
            {
                throw new NetworkFileException($"{path}: this file has parameters alone and no state of a training: it is no checkpoint. Load it into a network.");
            }

            if (!SafetensorsWriter.IsWhole(stream, header))
            {
                throw new NetworkFileException($"{path}: the bytes are not those that were written (their checksum differs): the file is damaged.");
            }

            JsonDocument document = JsonDocument.Parse(texts);
            return new CheckpointFile(path, stream, header, document) { _version = document.RootElement.GetProperty("version").GetInt32() };
        }
        catch (Exception e) when (IsDamage(e))
        {
            stream.Dispose();
            throw new NetworkFileException($"{path}: the state of the training cannot be read: {e.Message}", e);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Fails where another SeqGen wrote it: it is whole, and nothing to be passed over.</summary>
    /// <exception cref="NetworkFileException">It is of another version; it is closed then.</exception>
    public CheckpointFile OfThisVersion()
    {
        if (_version == Version)
        {
            return this;
        }

        Dispose();
        throw new NetworkFileException(
            $"{Path}: this checkpoint is of version {_version}, this SeqGen reads version {Version}. Go on with the SeqGen that wrote it, give the training another folder, " +
            "or load the file into a network, which reads the parameters alone. Nothing was changed.");
    }

    public void Dispose()
    {
        _texts.Dispose();
        _stream.Dispose();
    }

    /// <summary>Why a training with some settings cannot go on from here; null if it can.</summary>
    public string? WhyNot(TrainingSettings settings) => _texts.RootElement.TryGetProperty("settings", out JsonElement saved) ? Differences(saved, settings)
        : $"it was written by {(IsLearners ? "an online learner" : "Checkpoint.Save")}, not by a trainer";

    /// <summary>Which settings are others than those of a file; null where none is.</summary>
    private static string? Differences(JsonElement saved, TrainingSettings settings)
    {
        Dictionary<string, string> was = saved.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "");
        List<string> differences = [];
        foreach ((string name, string now) in settings.All)
        {
            if (!was.TryGetValue(name, out string? then))
            {
                differences.Add($"{name}: nothing then, {now} now");
            }
            else if (then != now)
            {
                differences.Add($"{name}: {then} then, {now} now");
            }
        }

        return differences.Count == 0 ? null : string.Join("; ", differences);
    }

    /// <summary>Reads parameters and optimizer, and gives them over when all was read.</summary>
    /// <param name="core">The network.</param>
    /// <param name="optimizer">Its optimizer, attached.</param>
    /// <exception cref="NetworkFileException">The file does not fit. Nothing was changed.</exception>
    public void Load(NetworkCore core, Optimizer optimizer) => Load(core, optimizer, () => true);

    /// <summary>The same with the rest of a trainer's state.</summary>
    /// <param name="core">The network.</param>
    /// <param name="optimizer">Its optimizer, attached.</param>
    /// <param name="sums">What the sums of the training must fit.</param>
    /// <param name="higherIsBetter">Which of two monitored values is better.</param>
    /// <returns>Where the training stands.</returns>
    /// <exception cref="NetworkFileException">The file does not fit. Nothing was changed.</exception>
    public TrainingState Load(NetworkCore core, Optimizer optimizer, MetricSums sums, bool higherIsBetter) =>
        Load(core, optimizer, () => State(core.Plan, _texts.RootElement.GetProperty("state"), sums, higherIsBetter));

    private TRest Load<TRest>(NetworkCore core, Optimizer optimizer, Func<TRest> readRest)
    {
        NetworkPlan plan = core.Plan;
        try
        {
            JsonElement saved = _texts.RootElement.GetProperty("optimizer");
            string name = saved.GetProperty("settings").GetString() ?? "";
            if (name != optimizer.ToString())
            {
                throw new NetworkFileException($"{Path}: the checkpoint's optimizer is {name}, this one is {optimizer}.");
            }

            float[] parameters = Read(plan, "");
            (OptimizerSlot Slot, float[] Values)[] slots = [.. optimizer.Accumulated.Select(s => (s, Read(plan, SlotPrefix(s))))];
            int steps = saved.GetProperty("steps").GetInt32();
            float rate = saved.GetProperty("learningRate").GetSingle();
            TRest rest = readRest();

            core.ReplaceParameters(parameters);

            // A program that goes on may say more than the one that wrote the file, and what it says is newer.
            core.Metadata.Take(_header.Metadata, keep: true);
            foreach ((OptimizerSlot slot, float[] values) in slots)
            {
                values.CopyTo(slot.Values);
            }

            optimizer.GoOnFrom(steps);
            optimizer.LearningRate = rate;
            return rest;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new NetworkFileException($"{Path}: the state of the training cannot be read: {e.Message}. Nothing was changed.", e);
        }
    }

    /// <summary>What a text that is not as it was written brings about.</summary>
    private static bool IsDamage(Exception e) => e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or EndOfStreamException;

    private static string SlotPrefix(OptimizerSlot slot) => OptimizerPrefix + slot.Name + "/";

    private float[] Read(NetworkPlan plan, string prefix)
    {
        float[] packed = new float[plan.ParameterLength];
        ParameterFile.Read(plan, _header, _stream, Path, packed, prefix);
        return packed;
    }

    private static string Texts(Optimizer optimizer, (TrainingState State, TrainingSettings Settings)? training, LearnerState? learner) => JsonText.Write(json =>
    {
        json.WriteNumber("version", Version);
        json.WriteStartObject("optimizer");
        json.WriteString("settings", optimizer.ToString());
        json.WriteNumber("steps", optimizer.StepCount);
        json.WriteNumber("learningRate", optimizer.LearningRate);
        json.WriteEndObject();
        if (training is var (state, settings))
        {
            Write(json, settings);
            Write(json, state);
        }

        if (learner is not null)
        {
            Write(json, learner);
        }
    });

    private static void Write(Utf8JsonWriter json, TrainingSettings settings)
    {
        json.WriteStartObject("settings");
        foreach ((string name, string text) in settings.All)
        {
            json.WriteString(name, text);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TrainingState state)
    {
        json.WriteStartObject("state");
        json.WriteNumber("batch", state.Batch);
        json.WriteNumber("samplesSeen", state.SamplesSeen);
        json.WriteNumber("epochNumber", state.EpochNumber);
        json.WriteNumber("rate", state.Rate);
        json.WriteNumber("updateRate", state.UpdateRate);
        json.WriteNumber("elapsed", state.Elapsed.Ticks);
        json.WriteNumber("epochElapsed", state.EpochElapsed.Ticks);
        json.WriteStartArray("sums");
        foreach (double sum in state.Sums)
        {
            HistoryText.Write(json, sum);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private TrainingState State(NetworkPlan plan, JsonElement saved, MetricSums sums, bool higherIsBetter)
    {
        TrainingState state = new();
        HistoryLog.Read(ReadBytes(HistoryName, "U8"), state, higherIsBetter);
        state.Batch = saved.GetProperty("batch").GetInt32();
        state.SamplesSeen = saved.GetProperty("samplesSeen").GetInt64();
        state.EpochNumber = saved.GetProperty("epochNumber").GetInt32();
        state.Rate = saved.GetProperty("rate").GetSingle();
        state.UpdateRate = saved.GetProperty("updateRate").GetSingle();
        state.Elapsed = new(saved.GetProperty("elapsed").GetInt64());
        state.EpochElapsed = new(saved.GetProperty("epochElapsed").GetInt64());
        state.Sums = [.. saved.GetProperty("sums").EnumerateArray().Select(HistoryText.ReadNumber)];
        if (state.Batch < 0 || state.SamplesSeen < 0 || state.EpochNumber < 0 || (state.Batch > 0 && !sums.CanLoad(state.Sums.Length)))
        {
            throw new FormatException("its counts or sums are none");
        }

        state.BestValues = state.Best is null ? null : Read(plan, BestPrefix);
        state.Average = _header.Tensors.Keys.Any(n => n.StartsWith(AveragePrefix, StringComparison.Ordinal)) ? Read(plan, AveragePrefix) : null;
        Dictionary<string, float[]> carried = [];
        foreach (SafetensorsEntry entry in _header.Tensors.Values.Where(t => t.Name.StartsWith(StatePrefix, StringComparison.Ordinal)))
        {
            if (entry is not { Type: "F32", Shape: [> 0 and <= int.MaxValue, _] })
            {
                throw new FormatException($"tensor '{entry.Name}' is {entry.Text}");
            }

            state.CarriedRows = (int)entry.Shape[0];
            carried[entry.Name[StatePrefix.Length..]] = ReadFloats(entry.Name);
        }

        state.Carried = carried.Count > 0 ? carried : null;
        return state;
    }

    private float[] ReadFloats(string name)
    {
        byte[] bytes = ReadBytes(name, "F32");
        float[] values = new float[bytes.Length / sizeof(float)];
        ParameterFile.Decode("F32", bytes, values);
        return values;
    }

    private byte[] ReadBytes(string name, string type)
    {
        if (!_header.Tensors.TryGetValue(name, out SafetensorsEntry? entry) || entry.Type != type)
        {
            throw new FormatException($"tensor '{name}' is {entry?.Text ?? "not there"}, {type} was expected");
        }

        byte[] bytes = new byte[entry.End - entry.Begin];
        _stream.Position = _header.DataStart + entry.Begin;
        _stream.ReadExactly(bytes);
        return bytes;
    }
}
