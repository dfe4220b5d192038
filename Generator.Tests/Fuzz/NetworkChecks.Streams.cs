// Networks that run step by step: streams by themselves and together, every head of them, and streams that are moved.
// Knows streams; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    private void Streams(Judgement judged)
    {
        PassData data = judged.Data;
        if (!_plan.CanStream || data.Lengths.Length > 0)
        {
            return;
        }

        int rows = Math.Min(3, data.Batch);
        var alone = new float[rows][];
        Judgement? prefixes = null;
        Try("stream", () =>
        {
            prefixes = Prefixes(data);
            RecurrentStream stream = Streaming.Create(_network);
            for (int row = 0; row < rows; row++)
            {
                alone[row] = Stream(stream, judged, row, prefixes);
                _counts.Passes++;
            }

            // The same again, in a stream that has seen NaN.
            var spoiled = data with { Input = Nan(data.Input.Length) };
            float[] y = new float[_plan.OutputSize];
            for (int t = 0; t < data.Steps; t++)
            {
                Streaming.Step(_network, stream, spoiled, 0, t, y);
            }

            float[] again = Stream(stream, judged, 0, null), fresh = Stream(Streaming.Create(_network), judged, 0, null);
            if (!again.AsSpan().SequenceEqual(alone[0]) || !fresh.AsSpan().SequenceEqual(alone[0]))
            {
                throw new MismatchException($"a stream that was used before gives other bits than a fresh one, steps {data.Steps}");
            }
        });
        Try("advancing", () => Advanced(data));
        if (alone.Any(a => a is null) || _plan.Streaming!.InStep)
        {
            return;
        }

        Try("streams", () =>
        {
            StreamBatch together = Started(data);
            var given = new int[_plan.Outputs.Length];
            for (int t = 0; t < data.Steps; t++)
            {
                var first = new float[data.Batch * _plan.OutputSize];
                bool has = Streaming.StepTogether(_plan, together, data, t, first);
                for (int h = 0; h < _plan.Outputs.Length; h++)
                {
                    OutputPort head = _plan.Outputs[h];
                    float[] y = h == 0 ? first : new float[data.Batch * head.Size];
                    bool isGiven = Has(head, has, y, together.TryGetOutput);
                    CheckGiven(head, isGiven, t, "streams together");
                    for (int row = 0; row < data.Batch && isGiven && (head.Axis >= 0 || t == data.Steps - 1); row++)
                    {
                        CheckStep(judged, head, row, given[h], y.AsSpan(row * head.Size, head.Size), $"streams together, batch {data.Batch}, sequence {row}, step {t}: {head.Name}");
                    }

                    given[h] += isGiven ? 1 : 0;
                }
            }

            _counts.Passes++;
        });
        Try("moved streams", () => Moved(judged));
    }

    /// <summary>Every beginning of the first sequence as a sequence of its own, where a head gives one output a sequence: a stream gives it as if
    /// the sequence ended at each step.</summary>
    private Judgement? Prefixes(PassData data)
    {
        int least = Least(0);
        return _plan.Outputs.All(o => o.Axis >= 0) || data.Steps <= least ? null
            : Judgement.Forward(_oracle, _network, data.Repeated(0, data.Steps - least) with { Lengths = [.. Enumerable.Range(least, data.Steps - least)] });
    }

    /// <summary>Streams at the beginnings of the data's sequences.</summary>
    private StreamBatch Started(PassData data)
    {
        StreamBatch together = _network.Core.CreateStreams(data.Batch);
        for (int row = 0; row < data.Batch; row++)
        {
            together.LoadState(row, Streaming.State(_network, data, row));
        }

        return together;
    }

    private static string NameOf(OutputPort head) => head.Name is "output" ? "output" : "output." + head.Name;

    /// <summary>A head that gives an output a step gives one where its axis has one more, and no other; another one where every window in front of it does.</summary>
    private void CheckGiven(OutputPort head, bool isGiven, int t, string what)
    {
        int[] axes = head.Axis >= 0 ? [head.Axis] : [.. Enumerable.Range(0, _plan.Axes.Length).Where(k => (head.Needs >> k & 1) != 0)];
        bool must = axes.All(a => AxisSteps.Of(_plan, a, t + 1) > AxisSteps.Of(_plan, a, t));
        bool may = head.Axis >= 0 ? must : axes.All(a => AxisSteps.Of(_plan, a, t + 1) > 0);
        if (isGiven ? !may : must)
        {
            throw new MismatchException($"{what}: {head.Name} has {(isGiven ? "an" : "no")} output after step {t}");
        }
    }

    /// <summary>Compares what a head gave at one of its steps.</summary>
    private void CheckStep(Judgement judged, OutputPort head, int row, int given, ReadOnlySpan<float> y, string what)
    {
        double[] whole = judged.Values[NameOf(head)];
        int all = whole.Length / judged.Data.Batch;
        judged.Check(NameOf(head), whole.AsSpan((all * row) + (head.Axis >= 0 ? given * head.Size : 0), head.Size), y, what);
    }

    /// <summary>Steps a sequence and compares outputs and final states; gives the outputs of all heads.</summary>
    private float[] Stream(RecurrentStream stream, Judgement judged, int row, Judgement? prefixes)
    {
        PassData data = judged.Data;
        string what = $"stream of sequence {row} of {data.Batch}, steps {data.Steps}";
        var given = new int[_plan.Outputs.Length];
        var outputs = new List<float>();
        stream.Reset();
        stream.LoadState(Streaming.State(_network, data, row));
        for (int t = 0; t < data.Steps; t++)
        {
            var first = new float[_plan.OutputSize];
            bool has = Streaming.Step(_network, stream, data, row, t, first);
            for (int h = 0; h < _plan.Outputs.Length; h++)
            {
                OutputPort head = _plan.Outputs[h];
                float[] y = h == 0 ? first : new float[head.Size];
                bool isGiven = Has(head, has, y, stream.TryGetOutput);
                CheckGiven(head, isGiven, t, what);
                if (!isGiven)
                {
                    continue;
                }

                outputs.AddRange(y);
                if (head.Axis >= 0 || t == data.Steps - 1)
                {
                    CheckStep(judged, head, row, given[h], y, $"{what}, step {t}: {head.Name}");
                }
                else if (row == 0 && prefixes is not null && t + 1 - Least(0) is >= 0 and var prefix)
                {
                    CheckStep(prefixes, head, prefix, 0, y, $"{what}, if it ended at step {t}: {head.Name}");
                }

                given[h]++;
            }
        }

        var state = new float[stream.StateSize];
        stream.SaveState(state);
        int at = 0;
        foreach (StatePlace place in _plan.Streaming!.States)
        {
            if (judged.Values.TryGetValue("final." + place.Name, out double[]? values))
            {
                judged.Check("final." + place.Name, values.AsSpan(row * place.Size, place.Size), state.AsSpan(at, place.Size), $"{what}: {place.Name}");
            }

            at += place.Size;
        }

        return [.. outputs];
    }

    private delegate bool TryGet(string head, Span<float> y);

    /// <summary>Whether a head has an output, which <paramref name="y"/> gets; of the first one it is there already, and by name it is the same.</summary>
    private bool Has(OutputPort head, bool first, float[] y, TryGet get)
    {
        if (_plan.Outputs.Length == 1)
        {
            return first;
        }

        if (head != _plan.Outputs[0])
        {
            return get(head.Name, y);
        }

        var again = new float[y.Length];
        return get(head.Name, again) == first && (!first || again.AsSpan().SequenceEqual(y)) ? first
            : throw new MismatchException($"{head.Name} by name is not what Step gave: {first}");
    }
}
