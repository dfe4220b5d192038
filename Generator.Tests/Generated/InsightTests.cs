// What a trainer measures of generated networks: it changes no bit whatever noise is drawn, gates and rectifiers are what they are, and gradients are followed where they can be.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class InsightTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 3, Timesteps = 8, NormalizeInputs = true)] [Lstm(9, RecurrentDropout = 0.2, RnnDrop = 0.1)] [Gru(7, Zoneout = 0.1, VariationalInput = 0.2)] " +
            "[Rnn(5, WeightDrop = 0.3, VariationalHidden = 0.2, InitialState = InitialState.Random)] [Dropout(0.2)] [Dense(2)] [MeanSquaredError] public partial class Noisy;",
        "[Network(Tokens = 7, Timesteps = 8)] [Embedding(4)] [Lstm(6, VariationalHidden = 0.2)] [Dense(7)] [SoftmaxCrossEntropy] public partial class Lanes;",
        "[Network(Timesteps = 6)] [Encoder(Tokens = 9)] [Embedding(5)] [Gru(8)] [Decoder(Tokens = 7, Start = 0, End = 6, Timesteps = 5)] [Embedding(5)] [BahdanauAttention(6)] [Gru(8)] [Dropout(0.2)] [Dense(7)] " +
            "[SoftmaxCrossEntropy] public partial class Pairs;",
        "[Network(Inputs = 2, Timesteps = 8)] [Gru(5)] [Dense(20, Activation = Activation.Relu)] [Dense(1)] [MeanSquaredError] public partial class Ends;",
    ]));

    [Theory]
    [InlineData("Noisy", 1)]
    [InlineData("Noisy", 2)]
    [InlineData("Lanes", 1)]
    [InlineData("Lanes", 2)]
    [InlineData("Pairs", 1)]
    [InlineData("Pairs", 2)]
    public void A_training_that_is_measured_is_the_same(string name, int threads)
    {
        TrainerOptions options = new()
        {
            BatchSize = 4,
            Threads = threads,
            Seed = 3,
            GradientClipping = GradientClipping.ByNorm(0.2f),
            Stateful = name == "Lanes",
            AccumulatedBatches = name == "Noisy" ? 2 : 1,
            TeacherForcing = name == "Pairs" ? TeacherForcing.Linear(1, 0.5) : TeacherForcing.Always,
            Insight = new(2) { GradientFlow = true },
        };
        (float[] with, TrainingHistory history) = Train(name, options);
        (float[] without, TrainingHistory plain) = Train(name, options with { Insight = null });
        Assert.Equal(without, with);
        Assert.Equal(plain.Epochs.Select(e => e.Training.Loss), history.Epochs.Select(e => e.Training.Loss));
        Assert.Empty(plain.Measurements);
        Assert.NotEmpty(history.Measurements);
        Assert.All(history.Measurements, m => Assert.NotEmpty(m.Activations));
        Assert.All(history.Measurements.SelectMany(m => m.Activations), a => Assert.InRange(a.Saturated, 0, 0.9));

        // An encoder-decoder cannot be followed, and says so once.
        Assert.All(history.Measurements, m => Assert.Equal(name == "Pairs", m.GradientFlow is null));
        Assert.Equal(name == "Pairs" ? 1 : 0, history.Notices.Count(n => n.Contains("gradient flow is not measured: Pairs reads sequences", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Gates_that_are_shut_and_units_that_are_dead_are_counted(int threads)
    {
        INetwork network = Create("Ends");
        float[] gates = new float[15];
        gates.AsSpan(0, 5).Fill(-100);
        gates.AsSpan(5, 5).Fill(100);
        network.Parameters["gru.bias_ih_l0"].CopyFrom(gates);
        float[] units = new float[20];
        units.AsSpan().Fill(10);
        units.AsSpan(3, 5).Fill(-100);
        network.Parameters["dense0.bias"].CopyFrom(units);
        SequenceData data = SequenceData.FromArrays(RandomData.Uniform(new Random(1), 6 * 8 * 2), new float[6 * 8], 8, 2, targetEveryStep: true);
        TrainingMeasurement first = Fit(network, new Sgd(1e-4f), new() { BatchSize = 6, Threads = threads, Insight = new() }, data).Measurements[0];
        Assert.Equal(
            [new("gru", "gru.r", "sigmoid", 5, 1, 0, 0), new("gru", "gru.z", "sigmoid", 5, 0, 1, 0), new("dense0", "dense0.relu", "relu", 20, 0.25, 0, 0.25)],
            first.Activations.Where(a => a.Name != "gru.n"));
        Assert.Equal([1, 1, 0], first.Activations.Where(a => a.Name != "gru.n").Select(a => a.Saturated));
    }

    [Fact]
    public void Steps_beyond_lengths_do_not_count()
    {
        // Every position has its own token's gate: those of padding would be others.
        INetwork network = Create("Ends");
        float[] inputs = [.. Enumerable.Range(0, 4 * 8).SelectMany(i => new[] { i % 8 < 3 ? 50f : -50f, 0f })];
        network.Parameters["gru.weight_ih_l0"].CopyFrom([.. Enumerable.Range(0, 15).SelectMany(u => new[] { 1f, 0f })]);
        SequenceData short3 = SequenceData.FromArrays(inputs, new float[4 * 8], 8, 2, targetEveryStep: true, lengths: [3, 3, 3, 3]), full = SequenceData.FromArrays(inputs, new float[4 * 8], 8, 2, targetEveryStep: true);
        ActivationMeasurement Measured(SequenceData data) => Fit(network, new Sgd(0), new() { BatchSize = 4, Insight = new() }, data).Measurements[0].Activations.First(a => a.Name == "gru.z");
        Assert.Equal((0d, 1d), (Measured(short3).Low, Measured(short3).High));
        Assert.Equal((5 / 8d, 3 / 8d), (Measured(full).Low, Measured(full).High));
    }

    [Fact]
    public void The_flow_of_a_training_is_that_of_its_batch_before_the_update()
    {
        var random = new Random(4);
        SequenceData data = SequenceData.FromArrays(RandomData.Uniform(random, 12 * 8 * 2), RandomData.Uniform(random, 12 * 8), 8, 2, targetEveryStep: true);
        TrainingHistory history = Fit(Create("Ends"), new Sgd(0.1f), new() { BatchSize = 4, Shuffle = false, Insight = new(1) { GradientFlow = true } }, data);
        Same(GradientFlow.Measure(Create("Ends"), data.Take(4)), history.Measurements[0].GradientFlow!);

        // Of sequences with lengths, those that are full.
        int[] lengths = [8, 3, 8, 8, 1, 2, 3, 4, 5, 8, 8, 8];
        SequenceData some = SequenceData.FromArrays(data.Inputs!.Array, data.Values!.Array, 8, 2, targetEveryStep: true, lengths: lengths);
        history = Fit(Create("Ends"), new Sgd(0.1f), new() { BatchSize = 4, Shuffle = false, Insight = new(1) { GradientFlow = true } }, some);
        int[] fullOnes = [0, 2, 3];
        SequenceData full = SequenceData.FromArrays([.. fullOnes.SelectMany(i => data.Inputs![i].ToArray())], [.. fullOnes.SelectMany(i => data.Values![i].ToArray())], 8, 2, targetEveryStep: true);
        Same(GradientFlow.Measure(Create("Ends"), full), history.Measurements[0].GradientFlow!);
        Assert.Null(history.Measurements[1].GradientFlow);
        Assert.NotNull(history.Measurements[2].GradientFlow);
        Assert.Empty(history.Notices);

        SequenceData none = SequenceData.FromArrays(data.Inputs!.Array, data.Values!.Array, 8, 2, targetEveryStep: true, lengths: [.. lengths.Select(l => Math.Min(l, 7))]);
        history = Fit(Create("Ends"), new Sgd(0.1f), new() { BatchSize = 4, Insight = new(1) { GradientFlow = true } }, none);
        Assert.Contains("no sequence of the data has all of its 8 steps", Assert.Single(history.Notices), StringComparison.Ordinal);
    }

    private static void Same(GradientFlowResult expected, GradientFlowResult got)
    {
        Assert.Equal(expected.Distances, got.Distances);
        Assert.Equal(expected.States.Select(s => s.State), got.States.Select(s => s.State));
        Assert.Equal(expected.States.SelectMany(s => s.Norms), got.States.SelectMany(s => s.Norms));
    }

    private static (float[] Parameters, TrainingHistory History) Train(string name, TrainerOptions options)
    {
        var random = new Random(2);
        int[] Tokens(int count, int bound) => [.. Enumerable.Range(0, count).Select(_ => random.Next(bound))];
        SequenceData data = name switch
        {
            "Noisy" => SequenceData.FromArrays(RandomData.Uniform(random, 22 * 8 * 3), RandomData.Uniform(random, 22 * 8 * 2), 8, 3, 2, targetEveryStep: true),
            "Lanes" => SequenceData.NextToken(Tokens(300, 7), 8),
            _ => SequenceData.FromTokenPairs(Tokens(22 * 6, 9), [.. Tokens(22 * 5, 5).Select(t => t + 1)], 6, 5),
        };
        INetwork network = Create(name);
        Trainer trainer = Trainer.For(network, new Adam(0.01f), options);
        trainer.Processors = 2;
        TrainingHistory history = trainer.Fit(data, 2);
        return (network.Parameters.Values.ToArray(), history);
    }

    private static TrainingHistory Fit(INetwork network, Optimizer optimizer, TrainerOptions options, SequenceData data) => Trainer.For(network, optimizer, options).Fit(data, 1);

    private static INetwork Create(string name) => (INetwork)_networks.Value.Create(name, 5);
}
