// The same networks in use: decoders and what they are fed, forecasts that are inputs, other units, noise, streams and files.
// Knows who feeds what; refuses to know losses.
using System;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public partial class TargetNormalizationTests
{
    [Fact]
    public void A_decoder_is_fed_normalized_numbers_whoever_feeds_it()
    {
        INetwork network = Create("Path"), plain = Create("PathPlain");
        foreach (Parameter parameter in plain.Parameters)
        {
            parameter.CopyFrom(network.Parameters[parameter.Name].ToArray());
        }

        TargetNormalization.Fit(network, Data(network, v => v));
        float[] mean = network.Parameters["target.mean"].ToArray(), std = network.Parameters["target.std"].ToArray();
        Assert.Equal(mean, network.Parameters["decoder_input.mean"].ToArray());
        Assert.Equal(std, network.Parameters["decoder_input.std"].ToArray());

        // Written by itself: what the network without writes, put back.
        float[] source = [.. Enumerable.Range(0, 8).Select(i => MathF.Sin(i))], y = new float[12], z = new float[12];
        new SequenceDecoder(network, 1, 4, 3).Generate(source, 1, 3, y);
        new SequenceDecoder(plain, 1, 4, 3).Generate(source, 1, 3, z);
        Closeness.Equal([.. z.Select((v, i) => i % 4 < 2 ? (v * (double)std[i % 2]) + mean[i % 2] : v * (double)std[i % 2] * std[i % 2])], y, "written");

        // Before the first step it is fed the mean, which is 0 to its layers; then targets, in their unit.
        Workspace workspace = network.CreateWorkspace(2, 4, maxTargetSteps: 3);
        workspace.Fill(Data(network, v => v), [0, 1]);
        float[] fed = workspace.InputOf("decoder_input").ToArray(), target = workspace.Target.ToArray();
        Assert.Equal([.. mean, .. target[..4], .. mean, .. target[6..10]], fed);
        Trainer.For(network, new Adam(), new() { TeacherForcing = TeacherForcing.Constant(0.3), BatchSize = 8 }).Fit(Data(network, v => v), 2, cancellationToken: TestContext.Current.CancellationToken);
        Assert.All(network.Parameters, p => Assert.All(p.ToArray(), v => Assert.True(float.IsFinite(v))));
    }

    [Fact]
    public void A_decoder_that_is_fed_something_else_has_the_mean_and_the_deviation_of_that()
    {
        INetwork network = Create("Known");
        SequenceData data = SequenceData.FromArrays(new float[6], null, 3).WithTargets([100, 300, 100, 300], 1, 2).WithInput("decoder_input", [1, 2, 3, 6], 1, 2);
        TargetNormalization.Fit(network, data);
        Assert.Equal([200], network.Parameters["target.mean"].ToArray());
        Assert.Equal([100], network.Parameters["target.std"].ToArray());
        Assert.Equal([3], network.Parameters["decoder_input.mean"].ToArray());
        Assert.Equal([(float)Math.Sqrt(14 / 4.0)], network.Parameters["decoder_input.std"].ToArray());
    }

    /// <summary>Where a target is missing the decoder is fed the last that was known, value by value, and before the first what it begins with: the same where a mask leaves it out and where missing targets are.</summary>
    [Theory]
    [InlineData("Path")]
    [InlineData("PathPlain")]
    public void A_decoder_is_fed_the_last_known_target_where_one_is_missing(string name)
    {
        INetwork network = Create(name);
        const float N = float.NaN;
        float[] targets = [.. Enumerable.Repeat<float[]>([310, N, N, 350, 305, 352], 8).SelectMany(t => t)], mask = [.. targets.Select(t => float.IsNaN(t) ? 0f : 1f)];
        SequenceData inputs = SequenceData.FromArrays([.. Enumerable.Range(0, 64).Select(i => MathF.Sin(i))], null, 4, 2);
        SequenceData missing = inputs.WithTargets(targets, 2, 3).IgnoreMissingTargets(), masked = inputs.WithTargets(targets, 2, 3, mask: mask);
        Trainer trainer = Trainer.For(network, new Adam(0.01f), Options());
        TrainingHistory history = trainer.Fit(missing, 3, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(double.IsFinite(history.Last.Training.Loss));
        float[] learnt = network.Parameters.Values.ToArray(), start = name == "Path" ? network.Parameters["target.mean"].ToArray() : [0, 0];
        foreach (SequenceData data in new[] { missing, masked })
        {
            Workspace workspace = network.CreateWorkspace(1, 4, maxTargetSteps: 3);
            workspace.Fill(data, [0]);
            Assert.Equal([start[0], start[1], 310, start[1], 310, 350], workspace.InputOf("decoder_input").ToArray());
        }

        INetwork other = Create(name);
        Trainer.For(other, new Adam(0.01f), Options()).Fit(masked, 3, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(learnt, other.Parameters.Values.ToArray());
        Assert.Contains("Sample 0 has the target NaN at step 0, value 1", Assert.Throws<ArgumentException>(() => trainer.Evaluate(inputs.WithTargets(targets, 2, 3))).Message, StringComparison.Ordinal);
    }

    /// <summary>Of units that are 2^40 times smaller nothing but the exponents differs; of 1e-12 the rounding of the numbers.</summary>
    [Fact]
    public void What_is_learnt_does_not_depend_on_the_unit()
    {
        float[] series = [.. Enumerable.Range(0, 200).Select(i => 5 + (0.3f * MathF.Sin(i * 0.4f)))];
        (float[] ones, float[] forecasts) = Learnt(1);
        (float[] small, float[] smallForecasts) = Learnt(MathF.Pow(2, -40));
        Assert.Equal(ones, small);
        Assert.Equal(forecasts.Select(v => v * MathF.Pow(2, -40)), smallForecasts);
        (float[] near, float[] nearForecasts) = Learnt(1e-12f);
        Assert.All(near.Zip(ones), p => Assert.Equal(p.Second, p.First, 1e-3f));
        Assert.All(nearForecasts.Zip(forecasts), p => Assert.Equal(p.Second, p.First * 1e12f, 1e-3f));

        (float[] Trained, float[] Forecasts) Learnt(float unit)
        {
            INetwork network = Create("Next");
            float[] own = [.. series.Select(v => v * unit)];
            SequenceData data = SequenceData.FromArrays([.. own[..198].Chunk(3).SelectMany(c => c)], [.. own[1..199].Chunk(3).SelectMany(c => c)], 3, targetEveryStep: true);
            Trainer trainer = Trainer.For(network, new Adam(0.01f), Options());
            trainer.Fit(data, 10, cancellationToken: TestContext.Current.CancellationToken);
            return ([.. network.Parameters.Where(p => p.IsTrainable).SelectMany(p => p.ToArray())], trainer.Predict(data));
        }
    }

    /// <summary>A model that reads its own forecasts: they are in the unit of its inputs, and a stream's are those of a pass.</summary>
    [Fact]
    public void Forecasts_that_are_inputs_are_in_their_unit()
    {
        INetwork network = Create("Next");
        float[] series = [.. Enumerable.Range(0, 200).Select(i => 5000 + (300 * MathF.Sin(i * 0.4f)))];
        SequenceData data = SequenceData.FromArrays([.. series[..198].Chunk(3).SelectMany(c => c)], [.. series[1..199].Chunk(3).SelectMany(c => c)], 3, targetEveryStep: true);
        Trainer trainer = Trainer.For(network, new Adam(0.02f), new() { BatchSize = 16, Threads = 1 });
        trainer.Fit(data, 150, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(trainer.Evaluate(data).RootMeanSquaredError < 100, trainer.Evaluate(data).ToString());
        RecurrentStream stream = Streaming.Create(network);
        float[] x = [5100], y = new float[1], written = new float[4];
        new SequenceGenerator(Streaming.Create(network)).Generate(x, written);
        for (int t = 0; t < 4; t++)
        {
            Assert.True(stream.Step(x, y));
            Assert.Equal(y[0], written[t]);
            Assert.InRange(y[0], 4000, 6000);
            x[0] = y[0];
        }
    }

    [Fact]
    public void What_is_drawn_with_noise_learned_from_a_stream_and_saved_is_in_the_targets_unit()
    {
        INetwork network = Create("Doubt");
        network.Parameters["target.mean"].CopyFrom([1000]);
        network.Parameters["target.std"].CopyFrom([10]);
        Workspace workspace = network.CreateWorkspace(1, 3);
        float[] mean = new float[3], deviation = new float[3];
        new MonteCarlo(workspace).Predict(20, mean, deviation);
        Assert.All(mean, m => Assert.InRange(m, 950, 1050));
        OnlineLearner learner = new(Streaming.Create(network), new Sgd(0), new() { Window = 2 });
        float[] y = new float[1], targets = [1013, 990];
        Assert.Equal(learner.Bytes, MemoryWalk.BytesOf(learner));
        double expected = 0;
        for (int t = 0; t < 2; t++)
        {
            learner.Step([1], y);
            learner.Observe([targets[t]]);
            expected += Math.Pow((y[0] - targets[t]) / 10.0, 2) / 2;
        }

        Assert.InRange(learner.Loss, expected / 4, expected * 4);
        string path = Path.Combine(Path.GetTempPath(), $"seqgen-{Guid.NewGuid():N}.safetensors");
        try
        {
            NetworkCalls.Save(network.Core, path);
            INetwork other = Create("Doubt");
            NetworkCalls.Load(other.Core, path);
            Assert.Equal([1000], other.Parameters["target.mean"].ToArray());
            Assert.True(TargetNormalization.IsSet(other));

            // They may be missing: a file of before they were declared.
            NetworkCalls.Save(CreatePlainDoubt().Core, path);
            NetworkCalls.Load(other.Core, path);
            Assert.False(TargetNormalization.IsSet(other));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
