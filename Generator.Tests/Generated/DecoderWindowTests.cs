// Windows for networks with a decoder: what is known ahead reaches its steps, and what it cannot read is named.
// Knows windows and one decoder; refuses to know kernels.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class DecoderWindowTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Timesteps = 5)] [Encoder(Inputs = 3)] [Gru(8)] [Decoder(Inputs = 2, Timesteps = 3)] [Gru(8)] [Dense(1)] [MeanSquaredError] public partial class Known;",
        "[Network(Timesteps = 5)] [Encoder(Inputs = 3)] [Gru(8)] [Decoder(Inputs = 1, Timesteps = 3)] [Gru(8)] [Dense(1)] [MeanSquaredError] public partial class Fed;",
    ]));

    private static readonly WindowOptions Steps = new() { Timesteps = 5, Columns = 3, TargetSteps = 3, TargetColumns = [0], Target = WindowTarget.DecoderSteps };

    // Column 1 and 2 say three rows ahead what column 0 will be: half each.
    private static float[] Series(int rows)
    {
        var random = new Random(1);
        float[] series = RandomData.Uniform(random, rows * 3);
        for (int r = 0; r < rows; r++)
        {
            series[r * 3] = (series[(r * 3) + 1] + series[(r * 3) + 2]) / 2;
        }

        return series;
    }

    /// <summary>The target is noise to whoever reads the past alone: only what is known ahead tells it.</summary>
    [Fact]
    public void A_decoder_learns_from_what_is_known_ahead()
    {
        SequenceData data = SequenceData.Windows(Series(400), Steps with { KnownColumns = [1, 2] });
        (SequenceData train, SequenceData test) = data.Split(0.8);
        var trainer = Trainer.For((INetwork)_networks.Value.Create("Known", 1), new Adam(1e-2f));
        double before = trainer.Evaluate(test).Loss;
        trainer.Fit(train, 30, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(trainer.Evaluate(test).Loss < 0.02 * before, $"{before} became {trainer.Evaluate(test).Loss}");

        // And the windows are what arrays written out by hand are.
        float[] series = Series(400);
        int count = data.Count;
        SequenceData byHand = SequenceData.FromArrays([.. from i in Enumerable.Range(0, count) from k in Enumerable.Range(0, 15) select series[(i * 3) + k]], null, 5, 3)
            .WithTargets([.. from i in Enumerable.Range(0, count) from h in Enumerable.Range(0, 3) select series[(i + 5 + h) * 3]], 1, 3)
            .WithInput("decoder_input", [.. from i in Enumerable.Range(0, count) from h in Enumerable.Range(0, 3) from c in new[] { 1, 2 } select series[((i + 5 + h) * 3) + c]], 2, 3);
        Assert.Equal(trainer.Evaluate(byHand).Loss, trainer.Evaluate(data).Loss);
        Closeness.Same(trainer.Predict(byHand), trainer.Predict(data), "forecasts");
    }

    [Fact]
    public void A_decoder_without_its_input_is_named()
    {
        SequenceData data = SequenceData.Windows(Series(60), Steps);
        var known = Trainer.For((INetwork)_networks.Value.Create("Known", 1), new Adam());
        string message = Assert.Throws<ArgumentException>(() => known.Fit(data, 1, cancellationToken: TestContext.Current.CancellationToken)).Message;
        Assert.Contains("has no input 'decoder_input', which Known takes: add it with WithInput (of windows: KnownColumns)", message, StringComparison.Ordinal);
        var fed = Trainer.For((INetwork)_networks.Value.Create("Fed", 1), new Adam());
        fed.Fit(data, 1, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Targets_that_a_decoder_reads_can_be_left_out()
    {
        float[] series = Series(60);
        float[] targets = [.. Enumerable.Range(0, 60).Select(r => r == 20 ? float.NaN : series[r * 3])];
        WindowOptions gaps = Steps with { TargetSeries = targets };
        SequenceData fed = SequenceData.Windows(series, gaps).IgnoreMissingTargets(), known = SequenceData.Windows(series, gaps with { KnownColumns = [1, 2] }).IgnoreMissingTargets();
        foreach ((string name, SequenceData data) in new[] { ("Fed", fed), ("Known", known) })
        {
            Trainer trainer = Trainer.For((INetwork)_networks.Value.Create(name, 1), new Adam());
            trainer.Fit(data, 1, cancellationToken: TestContext.Current.CancellationToken);
            EvaluationResult result = trainer.Evaluate(data);
            Assert.True(double.IsFinite(result.Loss));
            Assert.Equal((53 * 3) - 3, result.Positions);
        }
    }
}
