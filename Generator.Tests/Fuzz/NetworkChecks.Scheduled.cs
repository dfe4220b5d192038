// Decoders that are trained on what they give themselves: scheduled sampling.
// Knows what a step is to be fed with; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;
using Batches = SeqGen.Generator.Tests.Generated.Passes;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    // ScheduledSampler's, of the draws that choose between truth and output.
    private const uint Choices = 0xC0000000;

    /// <summary>A decoder's step is fed with the truth or with its own output before, whichever is drawn for that sequence and step, and trained on that.</summary>
    private void Scheduled(PassData data)
    {
        data = data with { Noise = _none };
        int threads = _draws.Pick(1, 2), row = _draws.Between(0, data.Batch - 1);
        double ratio = _draws.Pick(0.25, 0.5, 0.75);
        using var trained = new ParallelWorkspace(_network.Core, data.Batch, data.Steps, threads, training: true, processors: threads, data.TargetSteps);
        using var sampler = new ScheduledSampler(trained, threads, threads);
        float[] truth = Given(data), own = Mixed(data, 0, FirstSample);
        Learned(trained, With(data, own));
        float[] some = Mixed(data, ratio, FirstSample), alone = Mixed(data.Row(row), ratio, FirstSample + row);
        if (!Mixed(data, 1, FirstSample).AsSpan().SequenceEqual(truth) || !Mixed(data, ratio, FirstSample).AsSpan().SequenceEqual(some))
        {
            throw new MismatchException("a decoder that is always fed with the truth is not, or is not fed with the same twice");
        }

        int[] rows = [.. Enumerable.Range(0, data.Batch)];
        Judgement judged = Judgement.Forward(_oracle, _network, Unjudged(With(data.Rows([.. rows, .. rows, row]), [.. own, .. some, .. alone]) with { TargetLengths = [] }));
        _counts.Passes++;
        for (int i = 0; i < judged.Data.Batch; i++)
        {
            int b = i == 2 * data.Batch ? row : i % data.Batch;
            CheckFed(judged, i, PassData.Cut(truth, [b], data.Batch), FirstSample + b, i < data.Batch ? 0 : ratio);
        }

        float[] Mixed(PassData now, double share, int first)
        {
            Batches.Start(_network, trained, now);
            Batches.Fill(_plan, trained, now);
            (trained.Seed, trained.SampleOffset) = (NoiseSeed, first);
            sampler.Mix(trained, share, NoiseSeed);
            return Fed(trained);
        }
    }

    /// <summary>Numbers of a step of a decoder's input, a token as one.</summary>
    private int FedWidth => Math.Max(1, _plan.Inputs[1].Size);

    private static float[] Given(PassData data) => data.DecoderTokens.Length > 0 ? Array.ConvertAll(data.DecoderTokens, t => (float)t) : data.DecoderInput;

    private static PassData With(PassData data, float[] fed) =>
        data.DecoderTokens.Length > 0 ? data with { DecoderTokens = Array.ConvertAll(fed, v => (int)v) } : data with { DecoderInput = fed };

    /// <summary>What a workspace's decoder is fed with, [batch, steps, width].</summary>
    private float[] Fed(Workspace workspace)
    {
        int width = FedWidth;
        var fed = new List<float>();
        for (int b = 0; b < workspace.Batch; b++)
        {
            for (int t = 0; t < workspace.TargetSteps; t++)
            {
                int at = workspace.TargetRow(b, t) * width;
                fed.AddRange(_plan.Inputs[1].Size > 0 ? workspace.InputOf(_plan.Inputs[1].Name).Slice(at, width).ToArray() : [workspace.TokensOf(_plan.Inputs[1].Name)[at]]);
            }
        }

        return [.. fed];
    }

    /// <summary>A pass over what is mixed in gives the bits of a pass that is filled with it.</summary>
    private void Learned(Workspace mixed, PassData filled)
    {
        if (_plan.Outputs.Any(o => o.Loss is null))
        {
            return;
        }

        mixed.ZeroGradients();
        double loss = mixed.ForwardBackward();
        float[] gradients = mixed.Gradients.ToArray();
        Batches.Start(_network, mixed, filled);
        Batches.Fill(_plan, mixed, filled);
        mixed.ZeroGradients();
        if (loss != mixed.ForwardBackward() || !gradients.AsSpan().SequenceEqual(mixed.Gradients))
        {
            throw new MismatchException("a decoder does not learn from what was mixed into its input");
        }
    }

    private void CheckFed(Judgement judged, int row, float[] truth, int sample, double ratio)
    {
        int width = FedWidth, steps = truth.Length / width, size = _plan.OutputSize;
        float[] fed = PassData.Cut(Given(judged.Data), [row], judged.Data.Batch);
        double[] values = judged.Values[NameOf(_plan.Outputs[0])];
        double near = Near * Closeness.Largest(values);
        for (int t = 0; t < steps; t++)
        {
            string what = $"fed with the truth by {ratio}, sample {sample}, step {t}";
            ReadOnlySpan<float> step = fed.AsSpan(t * width, width);
            if (t == 0 || Word(Choices, sample, t, 0, 0) / 4294967296d < ratio)
            {
                if (!step.SequenceEqual(truth.AsSpan(t * width, width)))
                {
                    throw new MismatchException($"{what}: {step[0]} and not the truth, {truth[t * width]}");
                }

                continue;
            }

            double[] own = values[(((row * steps) + t - 1) * size)..][..size];
            if (_plan.Inputs[1].Size > 0)
            {
                judged.Check(NameOf(_plan.Outputs[0]), [.. Forecasts(own)], step, what);
            }
            else if ((int)step[0] >= size || own.Max() - own[(int)step[0]] > near)
            {
                throw new MismatchException($"{what}: token {step[0]} is not the likeliest of {string.Join(" ", own)}");
            }
        }
    }
}
