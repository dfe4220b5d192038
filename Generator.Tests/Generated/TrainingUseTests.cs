// How parameters begin beside PyTorch's, and what training says where it cannot go on.
// Knows what users read; refuses to know layers' equations.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class TrainingUseTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 4, Timesteps = 3)] [Tdnn(400, 2, WeightInitializer = Initializer.PyTorchUniform, BiasInitializer = Initializer.PyTorchUniform)] "
            + "[Dense(4)] [Dense(400, Name = \"big\", WeightInitializer = Initializer.PyTorchUniform, BiasInitializer = Initializer.PyTorchUniform)] public partial class Starts;",
        "[Network(Inputs = 2, Timesteps = 3)] [Autoregressive(9, Units = 300, BiasInitializer = Initializer.PyTorchUniform)] [Gru(25, InputInitializer = Initializer.PyTorchUniform, "
            + "RecurrentInitializer = Initializer.PyTorchUniform, BiasInitializer = Initializer.PyTorchUniform)] [Dense(300, BiasInitializer = Initializer.HeUniform)] public partial class More;",
        "[Network(Tokens = 200, Timesteps = 3)] [Embedding(50, Initializer = Initializer.PyTorchUniform)] [Gru(4)] public partial class Words;",
        "[Network(Tokens = 200, Timesteps = 3)] [Embedding(50)] [Gru(4)] public partial class Plain;",
        "[Network(Tokens = 200, Timesteps = 3)] [Embedding(50, Initializer = Initializer.GlorotUniform)] [Gru(4)] public partial class Glorot;",
        "[Network(Inputs = 1, Timesteps = 40)] [Lstm(8, LayerNorm = true)] [Dense(1)] [MeanSquaredError] public partial class Silence;",
        "[Network(Inputs = 1, Timesteps = 40)] [Lstm(8, LayerNorm = true, Epsilon = 1)] [Dense(1)] [MeanSquaredError] public partial class Heard;",
        "[Network(Inputs = 1, Timesteps = 40)] [Gru(8, LayerNorm = true)] [Dense(1)] [MeanSquaredError] public partial class SilentGru;",
        "[Network(Inputs = 1, Timesteps = 40)] [Gru(8, LayerNorm = true, Epsilon = 1)] [Dense(1)] [MeanSquaredError] public partial class HeardGru;",
        "[Network(Inputs = 1, Timesteps = 40)] [Lstm(8)] [Dense(1)] [MeanSquaredError] public partial class Usual;",
        "[Network(Timesteps = 4)] [Encoder(Tokens = 6)] [Embedding(3)] [Gru(5)] [Decoder(Tokens = 6, Start = 0, End = 5, Timesteps = 3)] [Embedding(3)] [Gru(5)] [Dense(6)] [SoftmaxCrossEntropy] public partial class Translator;",
        "[Network(Timesteps = 4)] [Encoder(Inputs = 2)] [Gru(5)] [Decoder(Inputs = 2, Timesteps = 4)] [Gru(5)] [Dense(2)] [MeanSquaredError] public partial class Continuing;",
    ]));

    /// <summary>torch 1.13: Linear(in, out) and Conv1d(in, out, kernel) draw weights and biases within 1/sqrt(in) and 1/sqrt(in * kernel), GRU(., H) all within
    /// 1/sqrt(H). So many numbers come within a hundredth of the bound.</summary>
    [Theory]
    [InlineData("Starts", "big.weight", 0.5)]
    [InlineData("Starts", "big.bias", 0.5)]
    [InlineData("Starts", "tdnn.weight", 0.353553)]
    [InlineData("Starts", "tdnn.bias", 0.353553)]
    [InlineData("More", "autoregressive.bias", 0.235702)]
    [InlineData("More", "gru.weight_ih_l0", 0.2)]
    [InlineData("More", "gru.weight_hh_l0", 0.2)]
    [InlineData("More", "gru.bias_ih_l0", 0.2)]
    [InlineData("More", "dense.bias", 0.141421)]
    public void Uniform_beginnings_are_within_the_bound(string network, string parameter, double bound)
    {
        float[] values = Create(network).Parameters[parameter].ToArray();
        Assert.InRange(values.Max(MathF.Abs), bound * (values.Length > 100 ? 0.985 : 0.9), bound * 1.000001);
    }

    [Theory]
    [InlineData("Words", 1, 3, 6)]
    [InlineData("Plain", 1, 3, 6)]
    [InlineData("Glorot", 0.0894, 0.152, 0.155)]
    public void Embeddings_begin_standard_normal_unless_told_otherwise(string network, double deviation, double least, double most)
    {
        float[] values = Create(network).Parameters["embedding.weight"].ToArray();
        Assert.Equal(deviation, Math.Sqrt(values.Average(v => (double)v * v)), 0.02 * deviation);
        Assert.InRange(values.Max(MathF.Abs), least, most);
    }

    [Theory]
    [InlineData("Silence", "Heard")]
    [InlineData("SilentGru", "HeardGru")]
    public void Silence_that_ends_a_training_is_named_and_a_larger_epsilon_lets_it_go_on(string silent, string heard)
    {
        string message = Assert.Throws<TrainingDivergedException>(() => Fit(silent)).Message;
        Assert.Contains("the gradient's norm is", message, StringComparison.Ordinal);
        Assert.Contains("Where a sequence is silent", message, StringComparison.Ordinal);
        Assert.Contains("give these layers a larger Epsilon", message, StringComparison.Ordinal);
        Assert.True(Fit(heard).Last.Training.Loss < 1);
        Assert.DoesNotContain("Epsilon", Assert.Throws<TrainingDivergedException>(() => Fit("Usual", 1e25f)).Message, StringComparison.Ordinal);
    }

    /// <summary>An encoder-decoder with scheduled sampling has a workspace more; what a report asks for leaves that alone too.</summary>
    [Fact]
    public void What_a_report_asks_for_leaves_a_decoders_training_alone()
    {
        Assert.Equal(Train(_ => { }), Train(trainer =>
        {
            Assert.True(trainer.Evaluate(Pairs(50, 8)).Loss > 0);
            Assert.Equal(50 * 3 * 6, trainer.Predict(Pairs(50, 8)).Length);
        }));

        float[] Train(Action<Trainer> report)
        {
            INetwork network = Create("Translator");
            Trainer trainer = Trainer.For(network, new Adam(1e-2f), new() { BatchSize = 4, Threads = 1, TeacherForcing = TeacherForcing.Constant(0.5) });
            trainer.Fit(Pairs(10, 4), 2, progress: new Reports(_ => report(trainer)), cancellationToken: TestContext.Current.CancellationToken);
            return network.Parameters.Values.ToArray();
        }
    }

    /// <summary>A decoder is fed with targets; where one is not known, with the last that was.</summary>
    [Fact]
    public void What_does_not_count_may_be_unknown_to_a_decoder_too()
    {
        INetwork network = Create("Continuing");
        float[] targets = [float.NaN, 2, 3, float.NaN, 5, float.NaN, 7, 8], weights = [0, 2, 1, 0, 1, 0, 0.5f, 1];
        SequenceData data = SequenceData.FromArrays(RandomData.Uniform(new(1), 8), null, 4, 2).WithTargets(targets, 2, 4, mask: weights);
        Workspace workspace = network.CreateWorkspace(1, 4);
        workspace.Fill(data, [0]);
        Assert.Equal([0, 0, 0, 2, 3, 2, 5, 2], workspace.InputOf("decoder_input").ToArray());
        Trainer trainer = Trainer.For(network, new Adam());
        Assert.True(trainer.Fit(data, 3, cancellationToken: TestContext.Current.CancellationToken).Last.Training.Loss > 0);
        float[] y = trainer.Predict(data);
        Assert.Equal(targets.Select((t, i) => weights[i] == 0 ? 0 : weights[i] * Math.Abs((double)t - y[i])).Sum() / 5.5, trainer.Evaluate(data).MeanAbsoluteError!.Value, 1e-6);
    }

    private static INetwork Create(string name) => (INetwork)_networks.Value.Create(name, seed: 1);

    private static SequenceData Pairs(int count, int steps)
    {
        var random = new System.Random(count);
        int[] Tokens(int of) => Enumerable.Range(0, count * of).Select(_ => random.Next(6)).ToArray();
        return SequenceData.FromTokenPairs(Tokens(steps), Tokens(3), steps, 3);
    }

    private static TrainingHistory Fit(string name, float target = 0)
    {
        // Three quarters of every sequence are silent.
        var random = new System.Random(1);
        float[] x = RandomData.Uniform(random, 16 * 40), y = RandomData.Uniform(random, 16 * 40);
        for (int i = 0; i < 16; i++)
        {
            Array.Clear(x, i * 40, 30);
        }

        y[0] += target;
        return Trainer.For(Create(name), new Adam(1e-3f), new() { GradientClipping = GradientClipping.ByNorm(1) })
            .Fit(SequenceData.FromArrays(x, y, 40, targetEveryStep: true), 3, cancellationToken: TestContext.Current.CancellationToken);
    }
}
