// Heads with several outputs for each target, and rates: what they give, learn, are fed back and measured by.
// Knows outputs of generated networks; refuses to know kernels, whose numbers are elsewhere.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class LikelihoodTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 1, Timesteps = 3)] [Gru(4, Returns = Returns.Last)] [Dense(6)] [Quantile(0.1, 0.5, 0.9, NonCrossing = true)] public partial class Rising;",
        "[Network(Inputs = 1, Timesteps = 3)] [Gru(4, Returns = Returns.Last)] [Dense(3)] [Quantile(0.1, 0.5, 0.9)] public partial class Free;",
        "[Network(Inputs = 1, Timesteps = 3)] [Gru(4, Returns = Returns.Last)] [Dense(4)] [GaussianLikelihood] public partial class Normal;",
        "[Network(Inputs = 1, Timesteps = 3)] [Gru(4)] [Dense(2, Name = \"logs\")] [PoissonLikelihood] public partial class Counts;",
        "[Network(Timesteps = 3)] [Encoder(Inputs = 1)] [Gru(5)] [Decoder(Inputs = 2, Timesteps = 4)] [Gru(5)] [Dense(4)] [GaussianLikelihood] public partial class Path;",
        "[Network(Inputs = 2, Timesteps = 3)] [Gru(4)] [Dense(4)] [Quantile(0.2, 0.6)] public partial class Next;",
        "[Network(Inputs = 2, Timesteps = 3)] [Gru(4)] [Dense(2)] [GaussianLikelihood] public partial class Two;",
    ]));

    [Fact]
    public void Quantiles_that_rise_never_cross_in_passes_and_streams()
    {
        INetwork network = Create("Rising");
        for (int draw = 0; draw < 50; draw++)
        {
            RandomData.SetParameters(network, draw, scale: 1 + draw);
            PassData data = RandomData.Batch(network, 4, 3, draw);
            float[] y = Passes.Predict(network, data)["output"];
            Assert.Equal(24, y.Length);
            Assert.All(Enumerable.Range(0, 24).Where(i => i % 3 > 0), i => Assert.True(y[i] >= y[i - 1], $"{y[i - 1]}, then {y[i]}"));
        }

        // By hand from what the last layer gives.
        PassData one = RandomData.Batch(network, 1, 3, 1);
        PassResults got = Passes.Predict(network, one);
        double[] raw = [.. got["out.dense"].Select(v => (double)v)];
        double Step(int k) => Math.Log(1 + Math.Exp(raw[k]));
        Closeness.Equal(
            [raw[0], raw[0] + Step(1), raw[0] + Step(1) + Step(2), raw[3], raw[3] + Step(4), raw[3] + Step(4) + Step(5)], got["output"], "quantiles");
    }

    /// <summary>Of numbers that are drawn evenly from 0 to 10 the tenth, the half and nine tenths lie below 1, 5 and 9; of a second target half as much.</summary>
    [Theory]
    [InlineData("Rising")]
    [InlineData("Free")]
    public void Quantiles_are_what_a_share_of_the_targets_lies_below(string name)
    {
        const int Count = 1000;
        INetwork network = Create(name);
        int targets = network.Core.Plan.Outputs[0].TargetSize;
        float[] values = [.. Enumerable.Range(0, Count * targets).Select(i => (((i / targets * 7919) % Count) + 0.5f) / 100 / (1 + (i % targets)))];
        SequenceData data = SequenceData.FromArrays(new float[Count * 3], values, 3, outputs: targets);
        Trainer trainer = Fit(network, data, 0.05f, 120);
        float[] y = trainer.Predict(data.Take(1));
        double[] expected = [1, 5, 9, 0.5, 2.5, 4.5];
        Assert.All(y.Select((v, i) => Math.Abs(v - expected[i])), d => Assert.True(d < 0.4, string.Join(", ", y)));

        EvaluationResult result = trainer.Evaluate(data, [Measure.Interval(0.1, 0.9), Measure.Pinball(), Measure.MeanAbsoluteError]);
        Assert.Equal(0.8, result.Measures["coverage 0.1 to 0.9"], 0.06);
        double mae = values.Select((v, i) => Math.Abs((double)v - y[(i % targets * 3) + 1])).Average();
        Assert.Equal(mae, result.MeanAbsoluteError!.Value, 1e-4);
        Assert.Equal(mae, result.Measures["MAE"], 1e-4);
        Assert.Equal(result.Loss, result.Measures["pinball"], 1e-5);
    }

    [Fact]
    public void Means_and_variances_are_those_of_the_targets()
    {
        const int Count = 1000;
        INetwork network = Create("Normal");

        // Evenly from 0 to 6: mean 3, variance 3; and from -1 to 0.2: mean -0.4, variance 0.12.
        float[] values = [.. Enumerable.Range(0, Count * 2).Select(i => i % 2 == 0 ? 6 * ((i / 2 * 7919 % Count) + 0.5f) / Count : (1.2f * ((i / 2 * 7919 % Count) + 0.5f) / Count) - 1)];
        SequenceData data = SequenceData.FromArrays(new float[Count * 3], values, 3, outputs: 2);
        Trainer trainer = Fit(network, data, 0.03f, 100);
        float[] y = trainer.Predict(data.Take(1));
        Assert.Equal([3, -0.4, 3, 0.12], y.Select((v, i) => Math.Abs(v - new[] { 3, -0.4, 3, 0.12 }[i]) < 0.15 * Math.Max(0.2, Math.Abs(v)) ? new[] { 3, -0.4, 3, 0.12 }[i] : v));
        EvaluationResult result = trainer.Evaluate(data);
        Assert.Equal(Math.Sqrt((3 + 0.12) / 2), result.RootMeanSquaredError!.Value, 0.02);
        Assert.Equal((Math.Log(3) + 1 + Math.Log(0.12) + 1) / 4, result.Loss, 0.02);
    }

    [Fact]
    public void Rates_are_what_a_network_gives_and_their_logarithms_what_its_loss_reads()
    {
        INetwork network = Create("Counts");
        float[] counts = [.. Enumerable.Range(0, 100 * 3 * 2).Select(i => (float)(i % 2 == 0 ? i / 6 % 5 : i / 6 % 3 * 10))];
        SequenceData data = SequenceData.FromArrays(new float[300], counts, 3, outputs: 2, targetEveryStep: true);
        Trainer trainer = Fit(network, data, 0.05f, 300);
        float[] y = trainer.Predict(data.Take(1));
        Assert.Equal(2, y[4], 0.2f);
        Assert.Equal(10, y[5], 0.6f);

        Workspace workspace = network.CreateWorkspace(2, 3);
        workspace.Fill(data, [0, 1]);
        workspace.Forward(ForwardMode.Inference);
        float[] logs = new float[12];
        workspace.OutputOf("logs", logs);
        Closeness.Equal([.. logs.Select(v => Math.Exp(v))], workspace.Output, "rates");
        Assert.Equal(logs.Select((v, i) => Math.Exp(v) - (counts[i] * v)).Average(), workspace.Loss(), 1e-4);
        Workspace plain = network.CreateWorkspace(2, 3, training: false);
        plain.Fill(data.Take(2), [0, 1]);
        plain.Forward(ForwardMode.Inference);
        Closeness.Equal(workspace.Output, plain.Output, "rates");
        Assert.Equal(workspace.Loss(), plain.Loss(), 1e-6);

        // A metric is one of rates.
        Assert.Equal(Math.Sqrt(counts.Select((c, i) => Math.Pow(trainer.Predict(data)[i] - c, 2)).Average()), trainer.Evaluate(data).RootMeanSquaredError!.Value, 1e-3);
        counts[7] = -1;
        string message = Assert.Throws<ArgumentException>(() => trainer.Evaluate(data)).Message;
        Assert.Contains("Sample 1 has the target -1 at step 0, value 1; the Poisson likelihood takes counts, finite and 0 or more", message, StringComparison.Ordinal);
        workspace.Fill(data, [0, 1]);
        workspace.Forward(ForwardMode.Training);
        Assert.Contains("Target -1 at sequence 1, step 0: the Poisson likelihood of Counts takes", Assert.Throws<InvalidOperationException>(() => workspace.Loss()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decoders_and_generators_are_fed_forecasts()
    {
        INetwork path = Create("Path");
        SequenceDecoder decoder = new(path, 1, 3, 4);
        float[] source = [0.5f, -1, 2], y = new float[16];
        decoder.Generate(source, 1, 4, y);
        Workspace workspace = path.CreateWorkspace(1, 3, training: false, maxTargetSteps: 4);
        source.CopyTo(workspace.Input);
        for (int t = 1; t < 4; t++)
        {
            y.AsSpan((t - 1) * 4, 2).CopyTo(workspace.InputOf("decoder_input")[(t * 2)..]);
        }

        workspace.Forward(ForwardMode.Inference);
        Closeness.Equal(workspace.Output, y, "decoder");
        SequenceData pairs = SequenceData.FromArrays(RandomData.Uniform(new(1), 24), null, 3).WithTargets(RandomData.Uniform(new(2), 64), 2, 4);
        Trainer.For(path, new Adam(), new() { TeacherForcing = TeacherForcing.Constant(0.3) }).Fit(pairs, 2, cancellationToken: TestContext.Current.CancellationToken);

        // The quantile next to the median is the second of two.
        INetwork next = Create("Next");
        SequenceGenerator generator = new(next.Core.CreateStreams(1));
        float[] written = new float[12];
        generator.Generate(new float[] { 1, 2, -1, 0.5f }, written);
        StreamBatch stream = next.Core.CreateStreams(1);
        float[] x = [1, 2], one = new float[4];
        stream.Step(x, one);
        stream.Step([-1, 0.5f], one);
        for (int t = 0; t < 3; t++)
        {
            Assert.Equal(one, written[(t * 4)..((t * 4) + 4)]);
            stream.Step([one[1], one[3]], one);
        }

        // A mean and a variance are not two inputs.
        Assert.Contains("cannot be fed back", Assert.Throws<NotSupportedException>(() => new SequenceGenerator(Create("Two").Core.CreateStreams(1))).Message, StringComparison.Ordinal);
    }

    private static Trainer Fit(INetwork network, SequenceData data, float rate, int epochs)
    {
        Trainer trainer = Trainer.For(network, new Adam(rate), new() { BatchSize = 100, Threads = 1, LearningRate = LearningRateSchedule.Cosine() });
        trainer.Fit(data, epochs, cancellationToken: TestContext.Current.CancellationToken);
        return trainer;
    }

    private static INetwork Create(string name) => (INetwork)_networks.Value.Create(name, seed: 1);
}
