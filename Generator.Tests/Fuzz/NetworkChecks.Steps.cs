// Networks that run step by step: streams, and decoders on their own outputs.
// Knows streams and searches; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;
using Batches = SeqGen.Generator.Tests.Generated.Passes;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    private string FirstOutput => _plan.Outputs[0].Name is "output" ? "output" : "output." + _plan.Outputs[0].Name;

    private void Streams(Judgement judged)
    {
        PassData data = judged.Data;
        if (!_plan.CanStream || data.Lengths.Length > 0)
        {
            return;
        }

        int rows = Math.Min(3, data.Batch);
        var alone = new float[rows][];
        Try("stream", () =>
        {
            RecurrentStream stream = Streaming.Create(_network);
            for (int row = 0; row < rows; row++)
            {
                alone[row] = Stream(stream, judged, row);
                _counts.Passes++;
            }

            // The same again, in a stream that has seen NaN.
            var spoiled = data with { Input = Nan(data.Input.Length) };
            float[] y = new float[_plan.OutputSize];
            for (int t = 0; t < data.Steps; t++)
            {
                Streaming.Step(_network, stream, spoiled, 0, t, y);
            }

            float[] again = Stream(stream, judged, 0), fresh = Stream(Streaming.Create(_network), judged, 0);
            if (!again.AsSpan().SequenceEqual(alone[0]) || !fresh.AsSpan().SequenceEqual(alone[0]))
            {
                throw new MismatchException($"a stream that was used before gives other bits than a fresh one, steps {data.Steps}");
            }
        });
        if (alone.Any(a => a is null) || _plan.Streaming!.InStep)
        {
            return;
        }

        Try("streams", () =>
        {
            StreamBatch together = _network.Core.CreateStreams(data.Batch);
            for (int row = 0; row < data.Batch; row++)
            {
                together.LoadState(row, Streaming.State(_network, data, row));
            }

            int size = _plan.OutputSize, given = 0;
            var y = new float[data.Batch * size];
            double[] whole = judged.Values[FirstOutput];
            int steps = whole.Length / data.Batch / size;
            for (int t = 0; t < data.Steps; t++)
            {
                bool isGiven = Streaming.StepTogether(_plan, together, data, t, y);
                bool isLast = t == data.Steps - 1;
                for (int row = 0; row < data.Batch && isGiven && (_plan.OutputIsSequence || isLast); row++)
                {
                    int at = ((row * steps) + (_plan.OutputIsSequence ? given : 0)) * size;
                    judged.Check(FirstOutput, whole.AsSpan(at, size), y.AsSpan(row * size, size), $"streams together, batch {data.Batch}, sequence {row}, step {t}");
                }

                given += isGiven ? 1 : 0;
            }

            _counts.Passes++;
        });
    }

    /// <summary>Steps a sequence and compares outputs and final states; gives the outputs.</summary>
    private float[] Stream(RecurrentStream stream, Judgement judged, int row)
    {
        PassData data = judged.Data;
        int size = _plan.OutputSize, given = 0;
        stream.Reset();
        stream.LoadState(Streaming.State(_network, data, row));
        var outputs = new float[data.Steps * size];
        for (int t = 0; t < data.Steps; t++)
        {
            given += Streaming.Step(_network, stream, data, row, t, outputs.AsSpan(given * size, size)) ? 1 : 0;
        }

        outputs = outputs[..(given * size)];
        string what = $"stream of sequence {row} of {data.Batch}, steps {data.Steps}";
        double[] whole = judged.Values[FirstOutput];
        judged.Check(FirstOutput, whole.AsSpan(whole.Length / data.Batch * row, whole.Length / data.Batch), _plan.OutputIsSequence ? outputs : outputs[^size..], what);

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

        return outputs;
    }

    private void Decoding(Judgement judged)
    {
        PassData data = judged.Data;
        if (_plan.Inputs.Length < 2 || !_plan.Inference.Continues || data.TargetLengths.Length > 0)
        {
            return;
        }

        Try("continued decoding", () =>
        {
            double[] whole = judged.Values["output"];
            int size = _plan.OutputSize;
            Workspace workspace = _network.CreateWorkspace(data.Batch, data.Steps, training: false, maxTargetSteps: 1);
            for (int t = 0; t < data.TargetSteps; t++)
            {
                PassData step = DecoderStep(data, t);
                if (t == 0)
                {
                    Batches.Predict(_network, workspace, step);
                }
                else
                {
                    Batches.FillDecoder(_plan, workspace, step);
                    workspace.ContinueDecoding();
                }

                for (int b = 0; b < data.Batch; b++)
                {
                    judged.Check("output", whole.AsSpan(((b * data.TargetSteps) + t) * size, size), workspace.Output.Slice(b * size, size).ToArray(), $"decoder alone, step {t} of sequence {b}");
                }
            }

            _counts.Passes++;
        });
        if (data.States.Count == 0 && _plan.Decoder is not null)
        {
            Try("greedy", () => Greedy(data));
        }
    }

    private static PassData DecoderStep(PassData data, int t)
    {
        return data with { TargetSteps = 1, DecoderInput = Cut(data.DecoderInput), DecoderTokens = Cut(data.DecoderTokens) };

        T[] Cut<T>(T[] values)
        {
            int size = values.Length / data.Batch / data.TargetSteps;
            return [.. Enumerable.Range(0, data.Batch).SelectMany(b => values.AsSpan(((b * data.TargetSteps) + t) * size, size).ToArray())];
        }
    }

    /// <summary>What is written greedily is the likeliest at every step when it is fed what was written before.</summary>
    private void Greedy(PassData data)
    {
        const int most = 5;
        var decoder = new SequenceDecoder(_network, data.Batch, data.Steps, most);
        int[] tokens = new int[data.Batch * most], lengths = new int[data.Batch];
        if (_plan.InputSize > 0)
        {
            decoder.Greedy(Batches.Ordered(_plan, data.Input, data, 0), data.Batch, tokens, lengths, data.Lengths);
        }
        else
        {
            decoder.Greedy(Batches.Ordered(_plan, data.Tokens, data, 0), data.Batch, tokens, lengths, data.Lengths);
        }

        int[] fed = [.. Enumerable.Range(0, tokens.Length).Select(i => i % most == 0 ? _plan.Decoder!.Start : tokens[i - 1])];
        PassData whole = data with
        {
            TargetSteps = most,
            DecoderTokens = fed,
            TargetLengths = [],
            Mask = [],

            // What a loss of other steps would read.
            Classes = data.Classes.Length > 0 ? new int[tokens.Length] : [],
            Target = data.Target.Length > 0 ? new float[tokens.Length * _plan.OutputSize] : [],
            Labels = data.Labels.Length > 0 ? new int[data.Batch] : [],
            LabelLengths = data.Labels.Length > 0 ? new int[data.Batch] : [],
            LossLengths = [],
        };
        Judgement judged = Judgement.Forward(_oracle, _network, whole);
        double[] output = judged.Values["output"];
        double near = 1e-4 * Closeness.Largest(output);
        int classes = _plan.OutputSize;
        for (int b = 0; b < data.Batch; b++)
        {
            for (int t = 0; t < Math.Min(most, lengths[b] + 1); t++)
            {
                ReadOnlySpan<double> step = output.AsSpan(((b * most) + t) * classes, classes);
                double best = step[0];
                foreach (double value in step)
                {
                    best = Math.Max(best, value);
                }

                int token = tokens[(b * most) + t];
                if (best - step[token] > near)
                {
                    throw new MismatchException($"greedy, step {t} of sequence {b}: token {token} is written, whose output is {best - step[token]:E1} below the best");
                }
            }
        }

        _counts.Passes++;
    }
}
