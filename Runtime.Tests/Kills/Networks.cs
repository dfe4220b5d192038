// Networks that draw all kinds of noise, and trainings of all kinds. Knows declarations and settings; refuses to know who kills what.
using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqGen.Kills;

[Network(Inputs = 3, Timesteps = 8, NormalizeInputs = true)]
[Lstm(9, RecurrentDropout = 0.2, RnnDrop = 0.1)]
[Gru(7, Zoneout = 0.1, VariationalInput = 0.2)]
[Rnn(5, WeightDrop = 0.3)]
[Dropout(0.2)]
[Dense(2)]
[MeanSquaredError]
internal partial class Noisy;

[Network(Tokens = 12, Timesteps = 8)]
[Embedding(6)]
[Gru(16, InitialState = InitialState.Random, Returns = Returns.Last)]
[LayerNorm]
[Dense(3)]
[SoftmaxCrossEntropy(ClassWeights = new[] { 0.5, 1.0, 3.0 })]
internal partial class Weighted;

[Network(Tokens = 12, Timesteps = 6)]
[Embedding(6)]
[Lstm(10, VariationalHidden = 0.2)]
[Dense(12)]
[SoftmaxCrossEntropy]
internal partial class Lanes;

[Network(Timesteps = 6)]
[Encoder(Tokens = 9)]
[Embedding(5)]
[Gru(8)]
[Decoder(Tokens = 7, Start = 0, End = 6, Timesteps = 5)]
[Embedding(5)]
[BahdanauAttention(6)]
[Gru(8)]
[Dropout(0.2)]
[Dense(7)]
[SoftmaxCrossEntropy]
internal partial class Pairs;

/// <summary>A training.</summary>
internal sealed record Training(Func<INetwork> Network, Func<Optimizer> Optimizer, Func<int, TrainerOptions> Options, int Epochs, SequenceData Data, SequenceData? Validation = null)
{
    public static IReadOnlyDictionary<string, Training> All { get; } = new Dictionary<string, Training>
    {
        ["noisy"] = new(
            () => new Noisy(1), () => new Adam(3e-3f),
            threads => new() { BatchSize = 16, Threads = threads, Seed = 5, Insight = new(7) { GradientFlow = true }, GradientClipping = GradientClipping.ByNorm(1), LearningRate = LearningRateSchedule.ReduceOnPlateau(0.5, patience: 0, minDelta: 1e-2) },
            50, Numbers(150, 1), Numbers(40, 2)),
        ["weighted"] = new(
            () => new Weighted(2), () => new Sgd(0.1f, momentum: 0.9f, nesterov: true),
            threads => new() { BatchSize = 16, Threads = threads, ValidationSplit = 0.2, EarlyStopping = new(25), LearningRate = LearningRateSchedule.Cosine(1) },
            80, SequenceData.FromTokenClasses(Integers(200 * 8, 12, 3), Integers(200, 3, 4), 8)),
        ["lanes"] = new(
            () => new Lanes(3), () => new RmsProp(1e-2f), threads => new() { BatchSize = 8, Threads = threads, Stateful = true, Seed = 1, Insight = new(5) },
            30, SequenceData.NextToken(Integers(1200, 12, 5), 6)),
        ["pairs"] = new(
            () => new Pairs(4), () => new AdamW(5e-3f), threads => new() { BatchSize = 16, Threads = threads, Insight = new(3), TeacherForcing = TeacherForcing.InverseSigmoid(20), LearningRate = LearningRateSchedule.Exponential(0.9) },
            40, SequenceData.FromTokenPairs(Integers(120 * 6, 9, 6), Integers(120 * 5, 5, 7).Select(t => t + 1).ToArray(), 6, 5)),
    };

    private static SequenceData Numbers(int samples, int seed)
    {
        Random random = new(seed);
        float[] x = [.. Enumerable.Range(0, samples * 8 * 3).Select(_ => (float)((random.NextDouble() * 4) + 1))];
        return SequenceData.FromArrays(x, [.. Enumerable.Range(0, samples * 8 * 2).Select(i => MathF.Sin(x[i / 2 * 3]))], 8, 3, 2, targetEveryStep: true);
    }

    private static int[] Integers(int count, int bound, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(bound))];
    }
}
