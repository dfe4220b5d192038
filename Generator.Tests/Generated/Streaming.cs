// Steps sequences through streams, one at a time and together, and compares with whole sequences.
// Knows the two stream classes; refuses to know where the expected outputs come from.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Generated;

internal static class Streaming
{
    /// <summary>A generated network's own stream.</summary>
    public static RecurrentStream Create(INetwork network) =>
        (RecurrentStream)network.GetType().GetMethod("CreateStream")!.Invoke(network, null)!;

    /// <summary>The initial state of a sequence as streams take it.</summary>
    public static float[] State(INetwork network, PassData data, int row) =>
        network.Core.Plan.Streaming!.States
            .SelectMany(s => data.States.TryGetValue(s.Name, out float[]? values) ? values.AsSpan(row * s.Size, s.Size).ToArray()
                : s.Start == StateStart.Learned ? network.Parameters[s.Parameter!].ToArray() : new float[s.Size])
            .ToArray();

    /// <summary>Feeds one step; false where the network gives nothing at it.</summary>
    public static bool Step(INetwork network, RecurrentStream stream, PassData data, int row, int t, Span<float> y)
    {
        int at = (row * data.Steps) + t, size = network.Core.Plan.InputSize;
        if (data.Resets.Length > 0 && data.Resets[at])
        {
            stream.Reset();
        }

        if (network.Core.Plan.TokenCount > 0)
        {
            return stream.Step(data.Tokens[at], y);
        }

        return stream.Step(data.Input.AsSpan(at * size, size), y);
    }

    /// <summary>Streams of both kinds against expected outputs [batch, time, ...] or [batch, ...] and final states.</summary>
    public static void Check(INetwork network, PassData data, double[] output, IReadOnlyDictionary<string, double[]> final)
    {
        NetworkPlan plan = network.Core.Plan;
        int size = plan.OutputSize;
        double largest = Closeness.Largest(output);
        StreamBatch? together = plan.Streaming!.InStep ? null : network.Core.CreateStreams(data.Batch);
        var alone = new float[data.Batch][];
        for (int row = 0; row < data.Batch; row++)
        {
            together?.LoadState(row, State(network, data, row));
            alone[row] = One(network, data, row, final);
            Closeness.Equal(output.AsSpan(output.Length / data.Batch * row, output.Length / data.Batch), Shown(alone[row]), $"stream of sequence {row}: output", largest);
        }

        var y = new float[data.Batch * size];
        for (int t = 0; t < data.Steps && together is not null; t++)
        {
            StepTogether(plan, together, data, t, y);
            for (int row = 0; row < data.Batch; row++)
            {
                Closeness.Equal(
                    Closeness.Doubles(alone[row].AsSpan(t * size, size)), y.AsSpan(row * size, size), $"streams together, sequence {row}, step {t}: output", largest);
            }
        }

        float[] Shown(float[] steps) => plan.OutputIsSequence ? steps : steps[^size..];
    }

    private static float[] One(INetwork network, PassData data, int row, IReadOnlyDictionary<string, double[]> final)
    {
        int size = network.Core.Plan.OutputSize;
        RecurrentStream stream = Create(network);
        stream.LoadState(State(network, data, row));
        var outputs = new float[data.Steps * size];
        int given = 0;
        for (int t = 0; t < data.Steps; t++)
        {
            given += Step(network, stream, data, row, t, outputs.AsSpan(given * size, size)) ? 1 : 0;
        }

        Array.Resize(ref outputs, given * size);

        var state = new float[stream.StateSize];
        stream.SaveState(state);
        int at = 0;
        foreach (StatePlace place in network.Core.Plan.Streaming!.States)
        {
            if (final.TryGetValue(place.Name, out double[]? values))
            {
                Closeness.Equal(values.AsSpan(row * place.Size, place.Size), state.AsSpan(at, place.Size), $"stream of sequence {row}: {place.Name}", Closeness.Largest(values));
            }

            at += place.Size;
        }

        return outputs;
    }

    /// <summary>Feeds one step of every sequence; false where the network gives nothing at it.</summary>
    public static bool StepTogether(NetworkPlan plan, StreamBatch streams, PassData data, int t, Span<float> y)
    {
        for (int row = 0; row < data.Batch && data.Resets.Length > 0; row++)
        {
            if (data.Resets[(row * data.Steps) + t])
            {
                streams.Reset(row);
            }
        }

        if (plan.TokenCount > 0)
        {
            return streams.Step(Enumerable.Range(0, data.Batch).Select(row => data.Tokens[(row * data.Steps) + t]).ToArray(), y);
        }

        return streams.Step(
            Enumerable.Range(0, data.Batch).SelectMany(row => data.Input.AsSpan(((row * data.Steps) + t) * plan.InputSize, plan.InputSize).ToArray()).ToArray(), y);
    }
}
