// Seeded parameters and batches for any network.
// Knows a network's plan; refuses to know its layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Generated;

internal static class RandomData
{
    /// <summary>Parameters of a size at which signals neither die out nor explode; standard deviations are positive.</summary>
    public static void SetParameters(INetwork network, int seed)
    {
        var random = new System.Random(seed);
        foreach (Parameter parameter in network.Parameters)
        {
            float range = parameter.Shape.Count == 1 ? 0.5f : 1.2f / MathF.Sqrt(parameter.Shape[^1]);
            float shift = parameter.Name == InputNormalization.StdName ? 1 : 0;
            parameter.CopyFrom(Uniform(random, parameter.Count).Select(v => shift + (range * v)).ToArray());
        }
    }

    /// <summary>A batch with initial states and noise; lengths and mask if wanted and possible.</summary>
    public static PassData Batch(INetwork network, int batch, int steps, int seed, bool lengths = false, bool mask = false)
    {
        NetworkPlan plan = network.Core.Plan;
        var random = new System.Random(seed);
        var empty = new PassData(batch, steps);
        int positions = batch * (plan.OutputIsSequence ? empty.StepsOf(plan, plan.Outputs[0].Axis) : 1);
        return new PassData(batch, steps)
        {
            Input = Uniform(random, batch * steps * plan.InputSize),
            Tokens = plan.TokenCount == 0 ? [] : Enumerable.Range(0, batch * steps).Select(_ => random.Next(plan.TokenCount)).ToArray(),
            Target = plan.Loss is null or { Kind: LossKind.SoftmaxCrossEntropy } ? []
                : Uniform(random, positions * plan.OutputSize).Select(v => plan.Loss.Kind == LossKind.BinaryCrossEntropy ? (v + 1) / 2 : v).ToArray(),
            Classes = plan.Loss is { Kind: LossKind.SoftmaxCrossEntropy } ? Enumerable.Range(0, positions).Select(_ => random.Next(plan.OutputSize)).ToArray() : [],
            OutputGradient = plan.Loss is null ? Uniform(random, positions * plan.OutputSize) : [],
            TargetsAreSequences = plan.OutputIsSequence,
            Lengths = lengths ? Enumerable.Range(0, batch).Select(_ => random.Next(1, steps + 1)).ToArray() : [],
            Mask = mask && plan.OutputIsSequence ? Enumerable.Range(0, positions).Select(_ => random.Next(3) > 0 ? 1f : 0f).ToArray() : [],
            States = plan.Inference.States.ToDictionary(s => s.Name, s => Uniform(random, batch * s.Size)),
            Noise = (plan.Training?.Noises ?? []).ToDictionary(n => n.Name, n => Draws(random, (n.Life == NoiseLife.Weight ? 1 : n.Life == NoiseLife.Sequence ? batch : batch * empty.StepsOf(plan, n.Axis)) * n.Width, n.Keep, n.Scale)),
            WholeNoise = (plan.Training?.Noises ?? []).Where(n => n.Life == NoiseLife.Weight).Select(n => n.Name).ToHashSet(),
        };
    }

    public static float[] Uniform(System.Random random, int count) => Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1).ToArray();

    private static float[] Draws(System.Random random, int count, float keep, float scale) =>
        Enumerable.Range(0, count).Select(_ => random.NextSingle() < keep ? scale : 0f).ToArray();
}
