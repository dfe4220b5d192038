// Networks that read what they write: what streams generate, and how likely whole sequences are.
// Knows what must come out by the chain rule; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    /// <summary>What float may be off an output, of its tensor's largest: choices that are closer to each other may go either way.</summary>
    private const double Near = 10 * Closeness.Tolerance;

    private bool TakesTokens => _plan.TokenCount > 0;

    /// <summary>Numbers of a step of the input, a token as one.</summary>
    private int InputWidth => TakesTokens ? 1 : _plan.InputSize;

    private void Generators(PassData data)
    {
        if (_plan.Inputs.Length > 1 || _plan.OutputSize != (TakesTokens ? _plan.TokenCount : _plan.InputSize) || _plan.Outputs[0].TargetSize != _plan.OutputSize)
        {
            return;
        }

        if (_plan.CanStream && _plan.Axes.All(a => a.Source < 0 || a.Stride == 1))
        {
            Try("generator", () => Generator(data));
        }

        if (_plan.OutputIsSequence && AxisSteps.Root(_plan, _plan.Outputs[0].Axis) == 0)
        {
            Try("likelihood", () => Likelihood(data));
        }
    }

    /// <summary>The same with other steps or rows: losses read zeros, and everything counts.</summary>
    private PassData Unjudged(PassData shape)
    {
        int Steps(OutputPort o) => o.Axis < 0 ? 1 : shape.StepsOf(_plan, o.Axis);
        HeadData Head(OutputPort o)
        {
            int rows = shape.Batch * Steps(o);
            return new HeadData([], [], [], [])
            {
                Target = o.Loss is { Kind: not (LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses or LossKind.Ctc) } ? new float[rows * o.TargetSize] : [],
                Classes = o.Loss?.Kind.TakesClasses() == true ? new int[rows] : [],
                OutputGradient = o.Loss is null ? new float[rows * o.Size] : [],
                Labels = o.Loss is { Kind: LossKind.Ctc } ? new int[shape.Batch] : [],
                LabelLengths = o.Loss is { Kind: LossKind.Ctc } ? new int[shape.Batch] : [],
            };
        }

        HeadData first = Head(_plan.Outputs[0]);
        int counted = _plan.Outputs.Where(o => o.Loss is { Kind: LossKind.Ctc }).Select(Steps).DefaultIfEmpty(0).Min();
        return shape with
        {
            Target = first.Target,
            Classes = first.Classes,
            OutputGradient = first.OutputGradient,
            Labels = first.Labels,
            LabelLengths = first.LabelLengths,
            Mask = [],
            Heads = _plan.Outputs.Skip(1).ToDictionary(o => o.Name, Head),
            LossLengths = counted > 0 ? [.. Enumerable.Repeat(counted, shape.Batch)] : [],
        };
    }

    /// <summary>A pass over the beginnings of some sequences and what follows them.</summary>
    /// <param name="data">The sequences.</param>
    /// <param name="rows">Which.</param>
    /// <param name="from">The steps of the beginnings.</param>
    /// <param name="more">What follows each, [steps, <see cref="InputWidth"/>].</param>
    private PassData GoneOn(PassData data, int[] rows, int from, float[][] more)
    {
        int width = InputWidth, all = data.Steps * width;
        float[] values = TakesTokens ? Array.ConvertAll(data.Tokens, t => (float)t) : data.Input;
        float[] inputs = [.. rows.SelectMany((row, i) => values[(row * all)..((row * all) + (from * width))].Concat(more[i]))];
        PassData some = data.Rows(rows) with
        {
            Steps = from + (more[0].Length / width),
            Input = TakesTokens ? [] : inputs,
            Tokens = TakesTokens ? Array.ConvertAll(inputs, v => (int)v) : [],
            Lengths = [],
        };
        return Unjudged(some);
    }

    /// <summary>What a stream goes on with is what whole passes over it say, step for step; in two calls the same bits as in one.</summary>
    private void Generator(PassData data)
    {
        int prompt = _draws.Between(Least(0), data.Steps), count = 4, width = InputWidth;
        while (count > 1 && !CanHave(prompt + count - 1))
        {
            count--;
        }

        double temperature = _draws.Pick(0, 0, 0.5, 1, 3);
        int top = _draws.Pick(0, 0, 1, 2, 3), end = TakesTokens && _draws.Chance(0.5) ? _draws.Between(0, _plan.TokenCount - 1) : -1;
        RecurrentStream stream = Streaming.Create(_network);
        float[] whole = Alone([count]);
        float[] parts = Alone(count > 1 ? [1, count - 1] : [count]);
        if (!whole.AsSpan().SequenceEqual(parts))
        {
            throw new MismatchException($"a generator that goes on gives other bits than one that is called once: {string.Join(" ", parts)}, not {string.Join(" ", whole)}");
        }

        // The first sequence by itself, then all of them together, where they can be.
        var written = new List<(int Row, float[] Steps)> { (0, whole) };
        if (!_plan.Streaming!.InStep)
        {
            written.AddRange(Write(new SequenceGenerator(Started(data), Sampler()), data, [.. Enumerable.Range(0, data.Batch)], prompt, [count], end).Select((w, row) => (row, w)));
        }

        CheckWritten(data, prompt, written, end, temperature == 0 ? 1 : top == 0 ? _plan.OutputSize : top);

        TokenSampler? Sampler() => TakesTokens ? new TokenSampler(_network, 7, temperature, top) : null;

        float[] Alone(int[] counts)
        {
            stream.LoadState(Streaming.State(_network, data, 0));
            return Write(new SequenceGenerator(stream, Sampler()), data, [0], prompt, counts, end: -1)[0];
        }
    }

    /// <summary>What a generator writes for each row, in one call or several.</summary>
    private float[][] Write(SequenceGenerator writer, PassData data, int[] rows, int prompt, int[] counts, int end)
    {
        List<float>[] all = [.. rows.Select(_ => new List<float>())];
        PassData given = GoneOn(data, rows, prompt, [.. rows.Select(_ => Array.Empty<float>())]);
        foreach (int count in counts)
        {
            int done = count, size = count * InputWidth;
            var values = new float[rows.Length * size];
            if (TakesTokens)
            {
                var tokens = new int[values.Length];
                Array.Fill(tokens, -1);
                done = writer.Generate(all[0].Count == 0 ? given.Tokens : [], tokens, end);
                values = Array.ConvertAll(tokens, t => (float)t);
            }
            else
            {
                writer.Generate(all[0].Count == 0 ? given.Input : [], values);
            }

            for (int i = 0; i < rows.Length; i++)
            {
                all[i].AddRange(values[(i * size)..((i * size) + (done * InputWidth))]);
                if (TakesTokens && values[((i * size) + done)..((i + 1) * size)].Any(t => t != -1))
                {
                    throw new MismatchException($"a generator that ended after {done} steps wrote more");
                }
            }
        }

        return [.. all.Select(a => a.ToArray())];
    }

    /// <summary>Whether each step is what a pass over those before it gives, or one of its likeliest tokens.</summary>
    private void CheckWritten(PassData data, int prompt, List<(int Row, float[] Steps)> written, int end, int top)
    {
        int width = InputWidth, count = written.Max(w => w.Steps.Length) / width;
        OutputPort head = _plan.Outputs[0];

        // Where there is one output a sequence, each step is the output of a sequence that ends before it.
        written = head.Axis >= 0 || written.Count == 1 ? written : [written[0], written[^1]];
        int each = head.Axis >= 0 ? 1 : count;
        PassData passed = GoneOn(data, [.. written.SelectMany(w => Enumerable.Repeat(w.Row, each))], prompt, [.. written.SelectMany(w => Enumerable.Repeat(Padded(w.Steps), each))]);
        Judgement judged = Judgement.Forward(_oracle, _network, head.Axis >= 0 ? passed : passed with { Lengths = [.. written.SelectMany(_ => Enumerable.Range(prompt, count))] });
        double[] values = judged.Values[NameOf(head)];
        double near = Near * Closeness.Largest(values);
        _counts.Passes++;
        for (int i = 0; i < written.Count; i++)
        {
            bool ended = false;
            for (int t = 0; t < written[i].Steps.Length / width; t++)
            {
                int outputs = values.Length / written.Count / head.Size;
                double[] y = values[(((i * outputs) + (head.Axis >= 0 ? AxisSteps.Of(_plan, head.Axis, prompt + t) - 1 : t)) * head.Size)..][..head.Size];
                ReadOnlySpan<float> step = written[i].Steps.AsSpan(t * width, width);
                string what = $"generated {(i == 0 ? "alone" : $"together, row {i - 1}")}, step {t} after {prompt}";
                if (!TakesTokens)
                {
                    judged.Check(NameOf(head), y, step, what);
                    continue;
                }

                int token = (int)step[0];
                bool isWrong = ended ? token != end : (uint)token >= (uint)y.Length || y.OrderDescending().ElementAt(Math.Min(top, y.Length) - 1) - y[token] > near || (_plan.GivesProbabilities(0) && y[token] == 0);
                if (isWrong)
                {
                    throw new MismatchException($"{what}: token {token} is drawn from the likeliest {top} of {string.Join(" ", y)}{(ended ? ", after the end" : "")}");
                }

                ended = i > 0 && token == end;
            }
        }

        float[] Padded(float[] steps) => [.. steps[..Math.Min(steps.Length, (count - 1) * width)], .. new float[Math.Max(0, ((count - 1) * width) - steps.Length)]];
    }

    /// <summary>The chain rule over a whole pass.</summary>
    private void Likelihood(PassData data)
    {
        int least = Least(0), steps = data.Steps - 1, batch = data.Batch, size = _plan.OutputSize;
        if (steps < least)
        {
            return;
        }

        int[] rows = [.. Enumerable.Range(0, batch)], lengths = _draws.Chance(0.5) ? [] : [.. rows.Select(_ => _draws.Between(least + 1, data.Steps))];
        var results = new double[batch];
        Workspace workspace = _network.CreateWorkspace(batch, steps, training: false);
        double deviation = _draws.Pick(0.5, 1, 2);
        if (TakesTokens)
        {
            SequenceLikelihood.OfTokens(workspace, data.Tokens, results, lengths);
        }
        else
        {
            SequenceLikelihood.OfValues(workspace, data.Input, deviation, results, lengths);
        }

        Judgement judged = Judgement.Forward(_oracle, _network, GoneOn(data, rows, steps, [.. rows.Select(_ => Array.Empty<float>())]) with { States = _none, Lengths = [.. lengths.Select(l => l - 1)] });
        _counts.Passes++;
        if (!judged.IsQuiet)
        {
            _counts.Noisy++;
            return;
        }

        double[] values = judged.Values[NameOf(_plan.Outputs[0])];
        int outputs = values.Length / batch / size;
        double off = Closeness.Tolerance * Closeness.Largest(values);
        bool areGiven = _plan.GivesProbabilities(0);
        foreach (int b in rows)
        {
            double sum = 0, error = 1e-9;
            for (int t = 0; t < outputs && AxisSteps.LastSeen(_plan, _plan.Outputs[0].Axis, t) + 1 is var next && next < (lengths.Length > 0 ? lengths[b] : data.Steps); t++)
            {
                double[] y = values[(((b * outputs) + t) * size)..][..size];
                for (int j = 0; j < size && !TakesTokens; j++)
                {
                    double away = (data.Input[(((b * data.Steps) + next) * size) + j] - y[j]) / deviation;
                    sum -= (away * away / 2) + Math.Log(deviation * Math.Sqrt(2 * Math.PI));
                    error += Math.Abs(away) * off / deviation;
                }

                if (TakesTokens)
                {
                    int token = data.Tokens[(b * data.Steps) + next];
                    sum += areGiven ? Math.Log(y[token]) : y[token] - y.Max() - Math.Log(y.Sum(v => Math.Exp(v - y.Max())));
                    error += areGiven ? off / y[token] : 2 * off;
                }
            }

            if (!(Math.Abs(results[b] - sum) <= error))
            {
                throw new MismatchException($"the likelihood of sequence {b} of {batch}, steps {data.Steps}{(lengths.Length > 0 ? $", length {lengths[b]}" : "")}, is {results[b]:R}, should be {sum:R}: off by more than {error:E1}");
            }
        }
    }
}
