// Seeded parameters and batches for any network.
// Knows a network's plan; refuses to know its layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Generated;

internal static class RandomData
{
    /// <summary>Parameters of a size at which signals neither die out nor explode; standard deviations and variances are positive.</summary>
    /// <param name="network">The network.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="scale">What that size is multiplied by.</param>
    public static void SetParameters(INetwork network, int seed, float scale = 1)
    {
        var random = new System.Random(seed);
        foreach (Parameter parameter in network.Parameters)
        {
            float range = parameter.Shape.Count == 1 ? 0.5f : scale * 1.2f / MathF.Sqrt(parameter.Shape.Skip(1).Aggregate(1, (a, b) => a * b));
            float shift = parameter.Name.EndsWith(".std", StringComparison.Ordinal) || parameter.Name.EndsWith(".running_var", StringComparison.Ordinal) ? 1 : 0;
            parameter.CopyFrom(Uniform(random, parameter.Count).Select(v => shift + (range * v)).ToArray());
        }
    }

    /// <summary>A batch with initial states and noise; lengths and mask if wanted and possible. Learned states are left to the network where
    /// there are no lengths.</summary>
    public static PassData Batch(INetwork network, int batch, int steps, int seed, bool lengths = false, bool mask = false, int targetSteps = 0)
    {
        NetworkPlan plan = network.Core.Plan;
        System.Random random = new(seed), resets = new(seed + 1);
        bool decodes = plan.Inputs.Length > 1;
        var shape = new PassData(batch, steps) { TargetSteps = decodes ? Math.Max(1, targetSteps) : 0 };
        int StepsOf(int axis) => axis < 0 ? 1 : shape.StepsOf(plan, axis);
        int Rows(int axis) => batch * StepsOf(axis);
        int[] Lengths(int most, int axis) => lengths ? Enumerable.Range(0, batch).Select(_ => random.Next(Fewest(plan, axis), most + 1)).ToArray() : [];
        int[] Tokens(int count, int tokens) => tokens == 0 ? [] : Enumerable.Range(0, count).Select(_ => random.Next(tokens)).ToArray();
        OutputPort output = plan.Outputs[0];
        PassData data = shape with
        {
            Input = Uniform(random, batch * steps * plan.InputSize),
            Tokens = Tokens(batch * steps, plan.TokenCount),
            DecoderInput = decodes ? Uniform(random, batch * shape.TargetSteps * plan.Inputs[1].Size) : [],
            DecoderTokens = decodes ? Tokens(batch * shape.TargetSteps, plan.Inputs[1].TokenCount) : [],
            TargetsAreSequences = plan.OutputIsSequence,
            Lengths = Lengths(steps, 0),
            Resets = plan.Resets ? [.. Enumerable.Range(0, batch * steps).Select(_ => resets.Next(3) == 0)] : [],
            TargetLengths = decodes && seed % 2 == 0 ? Lengths(shape.TargetSteps, plan.Inputs[1].Axis) : [],
            States = plan.Inference.States.Where(s => s.Start != StateStart.Hidden && (lengths || s.Start != StateStart.Learned))
                .ToDictionary(s => s.Name, s => State(random, s, batch)),
            Noise = (plan.Training?.Noises ?? []).ToDictionary(n => n.Name, n => Draws(
                random, (n.Life == NoiseLife.Weight ? 1 : n.Life == NoiseLife.Sequence ? batch : Rows(n.Axis)) * n.Width, n.Keep, n.Scale)),
            WholeNoise = (plan.Training?.Noises ?? []).Where(n => n.Life == NoiseLife.Weight).Select(n => n.Name).ToHashSet(),
        };
        // One mask for all heads: the interpreter has no other. Weights of values are of one head alone.
        bool isMasked = mask && plan.Outputs.All(o => o.Axis == output.Axis || (o.Axis < 0 && output.Axis >= 0));
        HeadData first = Head(random, output, Rows(output.Axis), isMasked, plan.Outputs is [{ Loss.Program: null or { Size: > 1 } }] or [{ Loss.Program: not null, TargetSize: 1 }] && seed % 3 == 1);
        bool weighsLabels = isMasked && plan.Outputs is [{ Loss.Kind: LossKind.Ctc }];
        return WithLabels(random, plan, data with
        {
            Target = first.Target,
            Classes = first.Classes,
            OutputGradient = first.OutputGradient,
            Mask = weighsLabels ? Weights(random, batch) : first.Mask,
            Heads = plan.Outputs.Skip(1).ToDictionary(o => o.Name, o => Head(random, o, Rows(o.Axis), false, false) with { Mask = o.Axis == output.Axis && o.Loss is not { Kind: LossKind.Ctc } ? first.Mask : [] }),
        });
    }

    /// <summary>The same batch with gradients of final states.</summary>
    public static PassData WithEnds(INetwork network, PassData data, int seed)
    {
        var random = new System.Random(seed);
        return data with { FinalGradients = network.Core.Plan.Training!.States.Where(s => s.FinalGradient is not null).ToDictionary(s => s.Name, s => State(random, s, data.Batch)) };
    }

    /// <summary>The fewest steps of an axis that every output has something of.</summary>
    private static int Fewest(NetworkPlan plan, int root)
    {
        int fewest = 1;
        for (int k = 0; k < plan.Axes.Length; k++)
        {
            int needed = 1, axis = k;
            for (; plan.Axes[axis].Source >= 0; axis = plan.Axes[axis].Source)
            {
                needed = (needed * plan.Axes[axis].Stride) + plan.Axes[axis].Trim;
            }

            fewest = axis == root && plan.Outputs.Any(o => (o.Needs >> k & 1) != 0) ? Math.Max(fewest, needed) : fewest;
        }

        return fewest;
    }

    /// <summary>What counts, and what counts more: of positions, or of the values of their targets.</summary>
    private static float[] Weights(System.Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? 0f : random.Next(2) == 0 ? 1f : 0.25f + (2 * random.NextSingle()))];

    private static HeadData Head(System.Random random, OutputPort output, int rows, bool mask, bool byValue)
    {
        LossPlan? loss = output.Loss;
        bool classes = loss?.Kind.TakesClasses() == true, labels = loss is { Kind: LossKind.Ctc };
        return new HeadData(
            loss is null || classes || labels ? [] : Targets(random, loss.Kind, rows * output.TargetSize),
            classes ? Enumerable.Range(0, rows).Select(_ => loss!.IgnoredClass is { } ignored && random.Next(4) == 0 ? ignored : random.Next(output.Size)).ToArray() : [],
            loss is null ? Uniform(random, rows * output.Size) : [],
            !mask || labels || loss is null ? [] : Weights(random, byValue && !classes ? rows * output.TargetSize : rows));
    }

    /// <summary>Labels that fit into the steps which count, even where equal ones need a blank between them; where infinite losses are zero also some that do not.</summary>
    private static PassData WithLabels(System.Random random, NetworkPlan plan, PassData data)
    {
        OutputPort[] heads = [.. plan.Outputs.Where(o => o.Loss is { Kind: LossKind.Ctc })];
        if (heads.Length == 0)
        {
            return data;
        }

        // The output's steps may follow from fewer than the input has, or be a decoder's; a sequence of which none counts has no loss.
        int[] lengths = [.. Enumerable.Range(0, data.Batch).Select(b => heads.Min(h => Counted(h.Axis, b)))];
        if (lengths.Contains(0))
        {
            return WithLabels(random, plan, data with { Lengths = [], TargetLengths = [] });
        }

        // As many steps count for all heads: the interpreter has one such number for a sequence.
        int[] counts = lengths.Select(l => random.Next(1, l + 1)).ToArray();
        var labels = heads.ToDictionary(h => h.Name, h => (
            Labels: Enumerable.Range(0, data.Batch * ((data.StepsOf(plan, h.Axis) + 1) / 2)).Select(_ => ((int)h.Loss!.Option + random.Next(1, h.Size)) % h.Size).ToArray(),
            Lengths: counts.Select(c => h.Loss!.ZeroInfinity && random.Next(4) == 0 ? (data.StepsOf(plan, h.Axis) + 1) / 2 : random.Next(0, ((c + 1) / 2) + 1)).ToArray()));
        (int[] first, int[] firstLengths) = labels.GetValueOrDefault(plan.Outputs[0].Name, ([], []));
        return data with
        {
            LossLengths = counts,
            Labels = first,
            LabelLengths = firstLengths,
            Heads = data.Heads.ToDictionary(h => h.Key, h => labels.TryGetValue(h.Key, out (int[] Labels, int[] Lengths) mine) ? h.Value with { Labels = mine.Labels, LabelLengths = mine.Lengths } : h.Value),
        };

        int Counted(int axis, int row)
        {
            int[] given = AxisSteps.Root(plan, axis) == 0 ? data.Lengths : data.TargetLengths;
            return given.Length > 0 ? AxisSteps.Of(plan, axis, given[row]) : data.StepsOf(plan, axis);
        }
    }

    /// <summary>Weightings over a memory's slots are shares; other states are any numbers.</summary>
    private static float[] State(System.Random random, StatePlace state, int batch) => state.Name.Contains(".w_", StringComparison.Ordinal)
        ? Enumerable.Range(0, batch).SelectMany(_ => Enumerable.Range(0, state.Size).Select(_ => 0.02f + MathF.Pow(random.NextSingle(), 4)).ToArray() is var w ? w.Select(v => v / w.Sum()) : []).ToArray()
        : Uniform(random, batch * state.Size);

    /// <summary>Values that a loss can be of.</summary>
    public static float[] Targets(System.Random random, LossKind kind, int count) => Array.ConvertAll(Uniform(random, count), v => kind switch
    {
        LossKind.BinaryCrossEntropy => (v + 1) / 2,
        LossKind.PoissonLikelihood => MathF.Round(2 * (v + 1)),
        _ => v,
    });

    public static float[] Uniform(System.Random random, int count) => Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1).ToArray();

    private static float[] Draws(System.Random random, int count, float keep, float scale) =>
        Enumerable.Range(0, count).Select(_ => random.NextSingle() < keep ? scale : 0f).ToArray();
}
