// Streams that advance without output, are copied, change places and begin anew.
// Knows streams' public calls; refuses to know layers.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Generated;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    /// <summary>Advancing says what stepping says, gives nothing, and leaves the same states; so does a copy of a stream that goes on.</summary>
    private void Advanced(PassData data)
    {
        RecurrentStream stepped = Streaming.Create(_network), advanced = Streaming.Create(_network);
        var y = new float[_plan.OutputSize];
        for (int t = 0; t < data.Steps; t++)
        {
            bool has = Streaming.Step(_network, stepped, data, 0, t, y);
            if (data.Resets.Length > 0 && data.Resets[t])
            {
                advanced.Reset();
            }

            bool would = _plan.TokenCount > 0 ? advanced.Advance(data.Tokens[t]) : advanced.Advance(data.Input.AsSpan(t * _plan.InputSize, _plan.InputSize));
            if (has != would || (_plan.Outputs.Length > 1 && _plan.Outputs.Any(o => advanced.TryGetOutput(o.Name, new float[o.Size]))))
            {
                throw new MismatchException($"advancing by step {t} gives {would}, stepping {has}, or an output is left");
            }

            if (t == data.Steps / 2)
            {
                RecurrentStream copy = Streaming.Create(_network);
                copy.CopyFrom(advanced);
                advanced = copy;
            }
        }

        float[] a = new float[stepped.StateSize], b = new float[stepped.StateSize];
        stepped.SaveState(a);
        advanced.SaveState(b);
        _counts.Passes++;
        if (!a.AsSpan().SequenceEqual(b))
        {
            throw new MismatchException($"advancing leaves other states than stepping, steps {data.Steps}");
        }
    }

    /// <summary>In the middle of sequences that are stepped together, rows change places, one is copied over another, and one begins anew.</summary>
    private void Moved(Judgement judged)
    {
        PassData data = judged.Data;
        if (data.Batch < 2 || data.Steps < 2 || _plan.Axes.Length > 1)
        {
            return;
        }

        int middle = _draws.Between(1, data.Steps - 1), batch = data.Batch;
        int[] source = [.. Enumerable.Range(0, batch)], since = new int[batch];
        StreamBatch together = Started(data);
        var y = new float[batch * _plan.OutputSize];
        for (int t = 0; t < data.Steps; t++)
        {
            if (t == middle)
            {
                source = [.. Enumerable.Range(0, batch).Select(_ => _draws.Between(0, batch - 1))];
                together.Permute(source);
                together.CopyRow(1, 0);
                source[0] = source[1];
                Restart(together, data, batch - 1);
                (source[^1], since[^1]) = (0, t);
            }

            PassData now = data with
            {
                Input = Moved(data.Input),
                Tokens = Moved(data.Tokens),
                Resets = data.Resets.Length > 0 ? Moved(data.Resets) : [],
            };
            bool has = Streaming.StepTogether(_plan, together, now, t, y);
            for (int row = 0; row < batch && has && (_plan.OutputIsSequence || t == data.Steps - 1); row++)
            {
                if (_plan.OutputIsSequence || since[row] == 0)
                {
                    CheckStep(judged, _plan.Outputs[0], source[row], t - since[row], y.AsSpan(row * _plan.OutputSize, _plan.OutputSize), $"streams moved at step {middle}, batch {batch}, row {row}, step {t}");
                }
            }

            // The step of each row's own sequence, where all look for the batch's.
            T[] Moved<T>(T[] values)
            {
                int size = values.Length / (batch * data.Steps);
                var moved = new T[values.Length];
                for (int row = 0; row < batch; row++)
                {
                    values.AsSpan(((source[row] * data.Steps) + t - since[row]) * size, size).CopyTo(moved.AsSpan(((row * data.Steps) + t) * size));
                }

                return moved;
            }
        }

        _counts.Passes++;
    }

    /// <summary>One row back to the start, which is zero or learned, and then to where the first sequence of the data begins.</summary>
    private void Restart(StreamBatch together, PassData data, int row)
    {
        var state = new float[together.StateSize];
        together.Reset(row);
        together.SaveState(row, state);
        if (!state.AsSpan().SequenceEqual(Streaming.State(_network, data with { States = _none }, row)))
        {
            throw new MismatchException($"row {row} is not at its start after Reset");
        }

        together.LoadState(row, Streaming.State(_network, data, 0));
    }
}
