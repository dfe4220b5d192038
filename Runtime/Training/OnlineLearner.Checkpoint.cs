// A learner's checkpoint: all that its next steps depend on, in one file. Knows what that is; refuses to know formats.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public sealed partial class OnlineLearner
{
    private const string Target = "target/", Mask = "mask/", Classes = "classes/", State = "state/";

    /// <summary>Writes one file with all that the next steps depend on: parameters, the optimizer's state, the stream's and the window's states, and the window so far. A learner
    /// that loads it goes on with the same bits. It is written under a temporary name, and, complete and on disk, gets its own: a device that loses its power while it saves
    /// has the file before. The network's own <c>Load</c> reads the parameters of it.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="notes">Texts to remember, under names of your choice.</param>
    /// <remarks>Allocates a copy of what is beside the parameters, and the buffers of a file.</remarks>
    public void Save(string path, IReadOnlyDictionary<string, string>? notes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckpointFile.CheckNotes(notes);
        SafetensorsWriter writer = CheckpointFile.Of(_core, Optimizer, notes, learner: Now());
        FileReplacement.Write(path, writer.Write);
    }

    /// <summary>Goes on from where another learner of the same network, optimizer and options was when it saved, in this process or in another.</summary>
    /// <param name="path">A file of <see cref="Save"/>.</param>
    /// <returns>The notes.</returns>
    /// <exception cref="NetworkFileException">The file is damaged, or of another network, optimizer or learner: the message names what differs. Nothing was changed.</exception>
    public IReadOnlyDictionary<string, string> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using CheckpointFile file = CheckpointFile.Open(path).OfThisVersion();
        if (file.WhyNotLearner(Settings()) is { } reason)
        {
            throw new NetworkFileException($"{path}: the checkpoint cannot be gone on from: {reason}. Nothing was changed.");
        }

        GoOnFrom(file.Load(_core, Optimizer, Check));
        return file.Notes;
    }

    private TrainingSettings Settings() => TrainingSettings.Of(_plan, Optimizer, _options, Window);

    private LearnerState Now()
    {
        Dictionary<string, int[]> integers = new() { ["tokens"] = [.. _tokens], ["observed"] = [.. _heads.Select(h => h.IsObserved ? 1 : 0)] };
        Dictionary<string, float[]> tensors = new() { ["inputs"] = [.. _inputs], ["stream"] = new float[_stream.StateSize] };
        _stream.SaveState(tensors["stream"]);
        if (_plan.InputSize > 0)
        {
            tensors["window"] = _workspace.Input.ToArray();
        }
        else
        {
            integers["window"] = _workspace.Tokens.ToArray();
        }

        foreach (TargetHead head in _heads)
        {
            tensors[Mask + head.Port.Name] = _workspace.MaskBuffer(head.Index).ToArray();
            if (head.TakesClasses)
            {
                integers[Classes + head.Port.Name] = _workspace.TargetClassesOf(head.Port.Name).ToArray();
            }
            else
            {
                tensors[Target + head.Port.Name] = _workspace.TargetOf(head.Port.Name).ToArray();
            }
        }

        foreach ((string name, float[] values) in _isBegun ? _workspace.GivenStates() : [])
        {
            tensors[State + name] = values;
        }

        Dictionary<string, long> counts = new()
        {
            ["steps"] = Steps,
            ["updates"] = Updates,
            ["refused"] = RefusedUpdates,
            ["missing"] = MissingInputs,
            ["windows"] = _windows,
            ["newest"] = _newest,
            ["waiting"] = _waiting,
            ["filled"] = _filled,
            ["begun"] = _isBegun ? 1 : 0,
            ["atStart"] = _stream.IsAtStart ? 1 : 0,
            ["learns"] = Learns ? 1 : 0,
        };
        return new(Settings(), counts, new Dictionary<string, double> { ["loss"] = Loss, ["norm"] = GradientNorm }, integers, tensors);
    }

    /// <summary>Compares with what would be written now, before anything changes.</summary>
    private void Check(LearnerState state)
    {
        LearnerState mine = Now();
        Require(mine.Counts.Keys.All(state.Counts.ContainsKey) && mine.Numbers.Keys.All(state.Numbers.ContainsKey), "a count is missing");
        Require(state.Counts.Values.All(c => c >= 0) && state.Counts["newest"] <= Horizon && state.Counts["waiting"] <= Horizon && state.Counts["filled"] <= Window, "its counts are none");
        foreach ((string name, int[] values) in mine.Integers)
        {
            Require(state.Integers.TryGetValue(name, out int[]? others) && others.Length == values.Length, $"'{name}' has not {values.Length} elements");
        }

        foreach ((string name, float[] values) in mine.Tensors.Where(t => !t.Key.StartsWith(State, StringComparison.Ordinal)))
        {
            Require(state.Tensors.TryGetValue(name, out float[]? others) && others.Length == values.Length, $"tensor '{name}' has not {values.Length} elements");
        }

        foreach ((string name, float[] values) in state.Tensors.Where(t => t.Key.StartsWith(State, StringComparison.Ordinal)))
        {
            Require(Array.Exists(_states, s => State + s.Name == name && s.Size == values.Length), $"tensor '{name}' is no state");
        }

        static void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new FormatException(otherwise);
            }
        }
    }

    private void GoOnFrom(LearnerState state)
    {
        Learns = state.Counts["learns"] != 0;
        (Steps, Updates, RefusedUpdates, MissingInputs) = (state.Counts["steps"], state.Counts["updates"], state.Counts["refused"], state.Counts["missing"]);
        (Loss, GradientNorm, _windows) = (state.Numbers["loss"], state.Numbers["norm"], state.Counts["windows"]);
        (_newest, _waiting, _filled, _isBegun) = ((int)state.Counts["newest"], (int)state.Counts["waiting"], (int)state.Counts["filled"], state.Counts["begun"] != 0);
        if (state.Counts["atStart"] != 0)
        {
            _stream.Reset();
        }
        else
        {
            _stream.LoadState(state.Tensors["stream"]);
        }

        state.Tensors["inputs"].CopyTo(_inputs, 0);
        state.Integers["tokens"].CopyTo(_tokens, 0);
        _workspace.Resize(1, Window);
        if (_plan.InputSize > 0)
        {
            state.Tensors["window"].CopyTo(_workspace.Input);
        }
        else
        {
            state.Integers["window"].CopyTo(_workspace.Tokens);
        }

        for (int i = 0; i < _heads.Length; i++)
        {
            TargetHead head = _heads[i];
            head.IsObserved = state.Integers["observed"][i] != 0;
            state.Tensors[Mask + head.Port.Name].CopyTo(_workspace.MaskBuffer(head.Index));
            if (head.TakesClasses)
            {
                state.Integers[Classes + head.Port.Name].CopyTo(_workspace.TargetClassesOf(head.Port.Name));
            }
            else
            {
                state.Tensors[Target + head.Port.Name].CopyTo(_workspace.TargetOf(head.Port.Name));
            }
        }

        foreach ((string name, float[] values) in state.Tensors.Where(t => t.Key.StartsWith(State, StringComparison.Ordinal)))
        {
            values.CopyTo(_workspace.GiveInitialState(name[State.Length..]));
        }
    }
}
