// Networks that normalize their targets: what is fitted, what losses and outputs are then, and that training is that of targets which were normalized by hand.
// Knows declarations and generated networks; refuses to know how compiled code puts outputs back.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public partial class TargetNormalizationTests
{
    private static readonly (string Name, string Network, string Layers)[] _pairs =
    [
        ("Mean", "Inputs = 2, Timesteps = 4", "[Gru(5, Returns = Returns.Last)] [Dense(3)] [MeanSquaredError]"),
        ("Median", "Inputs = 2, Timesteps = 4", "[Lstm(5)] [Dense(2, Activation = Activation.LeakyRelu)] [MeanAbsoluteError]"),
        ("Huber", "Inputs = 2, Timesteps = 4, TimeMajor = true", "[Rnn(5)] [Dense(17)] [Huber(0.5)]"),
        ("Spread", "Inputs = 2, Timesteps = 4", "[Gru(5)] [Dense(3)] [Quantile(0.1, 0.5, 0.9, NonCrossing = true)]"),
        ("Spreads", "Inputs = 2, Timesteps = 4", "[Gru(5)] [Dense(34)] [Quantile(0.2, 0.7)]"),
        ("Normal", "Inputs = 2, Timesteps = 4", "[Gru(5, Returns = Returns.Last)] [Dense(4)] [GaussianLikelihood]"),
        ("Window", "Inputs = 2, Timesteps = 6", "[Tdnn(4, 3, Padding = Padding.Valid)] [Gru(5)] [Dense(1)] [MeanSquaredError]"),
        ("Heads", "Inputs = 2, Timesteps = 4", "[Gru(5)] [Head(\"level\")] [Dense(2)] [MeanSquaredError] [Head(\"kind\")] [Dense(3)] [SoftmaxCrossEntropy] [Head(\"band\")] [Dense(2)] [GaussianLikelihood(Weight = 0.5)]"),
        ("Path", "Timesteps = 4", "[Encoder(Inputs = 2)] [Gru(5)] [Decoder(Inputs = 2, Timesteps = 3)] [Gru(5)] [Dense(4)] [GaussianLikelihood]"),
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
    [
        .. _pairs.SelectMany(p => new[]
        {
            $"[Network({p.Network}, NormalizeTargets = true)] {p.Layers} public partial class {p.Name};",
            $"[Network({p.Network})] {p.Layers} public partial class {p.Name}Plain;",
        }),
        "[Network(Inputs = 1, Timesteps = 3, NormalizeInputs = true, NormalizeTargets = true)] [Gru(4)] [Dense(1)] [MeanSquaredError] public partial class Next;",
        "[Network(Timesteps = 3, NormalizeTargets = true)] [Encoder(Inputs = 1)] [Gru(4)] [Decoder(Inputs = 1, Timesteps = 2)] [Gru(4)] [Dense(1)] [MeanSquaredError] public partial class Known;",
        "[Network(Inputs = 1, Timesteps = 3, NormalizeTargets = true)] [Gru(4)] [Dropout(0.5)] [Dense(1)] [MeanSquaredError] public partial class Doubt;",
    ]));

    public static TheoryData<string> Names => new(_pairs.Select(p => p.Name));

    public static TheoryData<string> OneHead => new(_pairs.Select(p => p.Name).Where(n => n != "Heads"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Generated_code_is_what_the_interpreter_computes(string name)
    {
        Oracle oracle = Oracle.Of(_networks.Value, name);
        INetwork network = Create(name);
        (int, int, bool, bool)[] shapes = [(5, 7, false, false), (2, 7, true, false), (1, 3, false, true), (5, 7, true, true)];
        Equivalence.CheckTraining(oracle, shapes, [network]);
        Equivalence.CheckInference(oracle, shapes, [network]);
    }

    /// <summary>From outputs and targets in their unit: residuals in scales.</summary>
    [Theory]
    [MemberData(nameof(OneHead))]
    public void A_loss_is_one_of_normalized_units_and_outputs_are_in_the_targets(string name)
    {
        INetwork network = Create(name);
        RandomData.SetParameters(network, 3);
        OutputPort port = network.Core.Plan.Outputs[0];
        int targets = port.TargetSize;
        float[] mean = [.. Enumerable.Range(0, targets).Select(k => 100f + k)], std = [.. Enumerable.Range(0, targets).Select(k => k == 1 ? 0 : 5f + k)];
        network.Parameters["target.mean"].CopyFrom(mean);
        network.Parameters["target.std"].CopyFrom(std);
        std = [.. std.Select(s => s == 0 ? 1 : s)];
        PassData data = RandomData.Batch(network, 3, network.Core.Plan.Timesteps, 5, targetSteps: 3);
        data = data with { Target = [.. data.Target.Select((v, i) => mean[i % targets] + (std[i % targets] * v))] };
        foreach (bool training in new[] { true, false })
        {
            Workspace workspace = network.CreateWorkspace(3, network.Core.Plan.Timesteps, training, maxTargetSteps: port.Axis >= 0 && network.Core.Plan.Inputs.Length > 1 ? 3 : 0);
            Passes.Start(network, workspace, data);
            Passes.Fill(network.Core.Plan, workspace, data);
            workspace.Forward(ForwardMode.Inference);
            float[] y = workspace.Output.ToArray(), target = workspace.Target.ToArray();
            double expected = Enumerable.Range(0, target.Length).Average(i =>
            {
                int row = i / targets, k = i % targets;
                double m = mean[k], s = std[k];
                ReadOnlySpan<float> own = y.AsSpan(row * port.Size, port.Size);
                double r = (own[port.Loss!.Kind == LossKind.Quantile ? k * (port.Size / targets) : k] - (double)target[i]) / s;
                switch (port.Loss.Kind)
                {
                    case LossKind.MeanSquaredError:
                        return r * r;
                    case LossKind.MeanAbsoluteError:
                        return Math.Abs(r);
                    case LossKind.Huber:
                        return Math.Abs(r) <= 0.5 ? r * r / 2 : 0.5 * (Math.Abs(r) - 0.25);
                    case LossKind.GaussianLikelihood:
                        double variance = own[targets + k] / (s * s);
                        return (Math.Log(variance) + (r * r / variance)) / 2;
                    default:
                        double sum = 0;
                        for (int q = 0; q < port.Loss.Quantiles!.Length; q++)
                        {
                            double error = (target[i] - (double)own[(k * port.Loss.Quantiles.Length) + q]) / s;
                            sum += Math.Max(port.Loss.Quantiles[q] * error, (port.Loss.Quantiles[q] - 1) * error);
                        }

                        return sum / port.Loss.Quantiles.Length;
                }
            });
            Assert.Equal(expected, workspace.Loss(), 2e-5 * Math.Max(1, Math.Abs(expected)));
        }
    }

    /// <summary>The same network without, trained on targets that were normalized before: all that is learned is equal to the bit, and outputs are those, put back.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Training_is_that_of_targets_which_were_normalized_by_hand(string name)
    {
        INetwork network = Create(name), plain = Create(name + "Plain");
        foreach (Parameter parameter in plain.Parameters)
        {
            parameter.CopyFrom(network.Parameters[parameter.Name].ToArray());
        }

        SequenceData data = Data(network, v => v);
        Trainer trainer = Trainer.For(network, new Adam(0.01f), Options());
        trainer.Fit(data, 3, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(TargetNormalization.IsSet(network));
        SequenceData scaled = Data(network, (head, values) => head.Normalization is { } moments ? Normalized(network, moments, values) : values);
        Trainer other = Trainer.For(plain, new Adam(0.01f), Options());
        other.Fit(scaled, 3, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(other.Evaluate(scaled).Loss, trainer.Evaluate(data).Loss);
        Assert.All(plain.Parameters, p => Assert.Equal(p.ToArray(), network.Parameters[p.Name].ToArray()));
        foreach (OutputPort head in network.Core.Plan.Outputs)
        {
            float[] y = trainer.Predict(data, head.Name), z = other.Predict(scaled, head.Name);
            float[] mean = head.Normalization is null ? [] : network.Parameters[head.Normalization + ".mean"].ToArray(), std = head.Normalization is null ? [] : network.Parameters[head.Normalization + ".std"].ToArray();
            for (int i = 0; i < y.Length; i++)
            {
                int at = i % head.Size, k = head.Loss!.Kind == LossKind.GaussianLikelihood ? at % head.TargetSize : at / (head.Size / head.TargetSize);
                double expected = head.Normalization is null ? z[i] : head.Loss.Kind == LossKind.GaussianLikelihood && at >= head.TargetSize ? z[i] * (double)std[k] * std[k] : (z[i] * (double)std[k]) + mean[k];
                Assert.Equal(expected, y[i], 1e-6 * Math.Max(1e-3, Math.Abs(expected)));
            }
        }

        // So are intervals.
        if (name == "Spread")
        {
            SplitConformal own = trainer.Calibrate(data, 0.8), plainer = other.Calibrate(scaled, 0.8);
            double std = network.Parameters["target.std"].ToArray()[0];
            Assert.All(own.Margins.ToArray().Zip(plainer.Margins.ToArray()), p => Assert.Equal(p.Second * std, p.First, 1e-3));
            Assert.InRange(trainer.PredictIntervals(data, own).Lower.Average(), 250, 350);
        }

        // Metrics are in the unit of the targets.
        if (name == "Mean")
        {
            float[] y = trainer.Predict(data), targets = Values(network.Core.Plan.Outputs[0], 40);
            Assert.Equal(y.Select((v, i) => Math.Abs((double)v - targets[i])).Average(), trainer.Evaluate(data).MeanAbsoluteError!.Value, 1e-3);
            Assert.Equal(y.Select((v, i) => Math.Abs((double)v - targets[i])).Average(), trainer.Evaluate(data, [Measure.MeanAbsoluteError]).Measures["MAE"], 1e-3);
        }
    }

    /// <summary>Of losses without kinks, between whose sides a quotient lies.</summary>
    [Theory]
    [InlineData("Mean")]
    [InlineData("Huber")]
    [InlineData("Window")]
    [InlineData("Path")]
    public void Gradients_are_difference_quotients_of_the_loss(string name)
    {
        INetwork network = Create(name);
        SequenceData data = Data(network, v => v).Take(6);
        TargetNormalization.Fit(network, data);
        GradientCheckResult result = GradientCheck.Run(network, data);
        Assert.True(result.Passes, result.ToString());
    }

    /// <summary>1, 2, 3 and 6 have the mean 3 and the variance 14 / 4; a mask of 0 and what is beyond a length do not count, a weight of 2 counts once, and a constant has the scale 1.</summary>
    [Fact]
    public void What_is_fitted_is_the_mean_and_the_deviation_of_what_counts()
    {
        INetwork network = Create("Median");
        float[] targets = [1, 7, 2, 7, float.NaN, 7, -900, 7, 3, float.NaN, 6, 7, 5000, 5000, 5000, 5000];
        float[] mask = [1, 1, 2, 2, 1, 1, 0, 0, 1, 1, 0.5f, 0.5f, 1, 1, 1, 1];
        SequenceData data = SequenceData.FromArrays(new float[16], targets, 4, 2, 2, targetEveryStep: true, lengths: [4, 2], mask: mask).IgnoreMissingTargets();
        TargetNormalization.Fit(network, data);
        Assert.Equal([3, 7], network.Parameters["target.mean"].ToArray());
        Assert.Equal([(float)Math.Sqrt(14 / 4.0), 1], network.Parameters["target.std"].ToArray());

        // Values that are there are kept; those of a call by name are not.
        Trainer.For(network, new Sgd(0)).Fit(SequenceData.FromArrays(new float[8], [10, 1, 10, 2, 20, 3, 20, 4], 4, 2, 2, targetEveryStep: true), 1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([3, 7], network.Parameters["target.mean"].ToArray());
        TargetNormalization.Fit(network, SequenceData.FromArrays(new float[8], [10, 1, 10, 2, 20, 3, 20, 4], 4, 2, 2, targetEveryStep: true));
        Assert.Equal([15, 2.5f], network.Parameters["target.mean"].ToArray());
        Assert.Equal([5, (float)Math.Sqrt(1.25)], network.Parameters["target.std"].ToArray());
        Assert.Contains("declares no normalization of targets", Assert.Throws<InvalidOperationException>(() => TargetNormalization.Fit(Create("MeanPlain"), data)).Message, StringComparison.Ordinal);
        Assert.False(TargetNormalization.IsDeclared(Create("MeanPlain")));
        INetwork unfitted = Create("Median");
        Trainer.For(unfitted, new Sgd(0), new() { FitNormalization = false }).Fit(SequenceData.FromArrays(new float[8], new float[8], 4, 2, 2, targetEveryStep: true), 1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(TargetNormalization.IsSet(unfitted));
    }

    [Fact]
    public void Heads_have_their_own_and_a_head_that_was_set_keeps_it()
    {
        INetwork network = Create("Heads");
        network.Parameters["target.band.mean"].CopyFrom([9]);
        Assert.Equal(
            ["target.level.mean", "target.level.std", "target.band.mean", "target.band.std"], network.Parameters.Where(p => p.Name.StartsWith("target", StringComparison.Ordinal)).Select(p => p.Name));
        Assert.All(network.Parameters.Where(p => p.Name.StartsWith("target", StringComparison.Ordinal)), p => Assert.False(p.IsTrainable));
        Trainer.For(network, new Sgd(0), Options()).Fit(Data(network, v => v), 1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([9], network.Parameters["target.band.mean"].ToArray());
        float[] level = Values(network.Core.Plan.Outputs[0], 160);
        Assert.Equal(level.Where((_, i) => i % 2 == 1).Average(v => (double)v), network.Parameters["target.level.mean"].ToArray()[1], 1e-3);
    }

    [Theory]
    [InlineData("[Network(Inputs = 2, Timesteps = 4, {|SEQ0104:NormalizeTargets = true|})] [Gru(5)] [Dense(3)] [SoftmaxCrossEntropy]", "NormalizeTargets must be false for a network none of whose losses is of values ([MeanSquaredError], [MeanAbsoluteError], [Huber], [Quantile], [GaussianLikelihood], one of your own with [Target(TargetKind.Values)]), and is true")]
    [InlineData("[Network(Inputs = 2, Timesteps = 4, {|SEQ0104:NormalizeTargets = true|})] [Gru(5)] [Dense(3)] [PoissonLikelihood]", "NormalizeTargets must be false for")]
    [InlineData("[Network(Inputs = 2, Timesteps = 4, {|SEQ0104:NormalizeTargets = true|})] [Gru(5)] [Dense(3)] [Ctc]", "NormalizeTargets must be false for")]
    [InlineData("[Network(Inputs = 2, Timesteps = 4, {|SEQ0104:NormalizeTargets = true|})] [Gru(5)] [Dense(3)]", "NormalizeTargets must be false for")]
    [InlineData("[Network(Inputs = 2, Timesteps = 4, {|SEQ0104:NormalizeTargets = true|})] [Gru(5)] [Head(\"a\")] [Dense(3)] [BinaryCrossEntropy] [Head(\"b\")] [Dense(3)]", "NormalizeTargets must be false for")]
    [InlineData("[Network(Inputs = 2, Timesteps = 4, NormalizeTargets = true)] [Gru(5)] [Dense(3, Activation = Activation.Relu)] [{|SEQ0107:Huber|}]", "[Huber] does not fit the output: NormalizeTargets needs a last layer that can give any number, as normalized targets lie on both sides of 0, not Relu; leave its Activation out")]
    [InlineData("[Network(Inputs = 2, Timesteps = 4, NormalizeTargets = true)] [Gru(5)] [Dense(3, {|SEQ0110:Name = \"target\"|})] [MeanSquaredError]", "The layer name 'target' is not possible: NormalizeTargets has parameters of that name")]
    public void Where_it_makes_no_sense_it_is_an_error(string declaration, string message) =>
        Assert.StartsWith(message, Assert.Single(Marked.Check(declaration + " public partial class Net;")), StringComparison.Ordinal);

    private static TrainerOptions Options() => new() { BatchSize = 8, Threads = 1 };

    private static INetwork CreatePlainDoubt() =>
        (INetwork)NetworkHarness.Load("[Network(Inputs = 1, Timesteps = 3)] [Gru(4)] [Dropout(0.5)] [Dense(1)] [MeanSquaredError] public partial class Doubt;").Create("Doubt", seed: 1);

    private static float[] Normalized(INetwork network, string name, float[] values)
    {
        float[] mean = network.Parameters[name + ".mean"].ToArray(), std = network.Parameters[name + ".std"].ToArray();
        return [.. values.Select((v, i) => (v - mean[i % mean.Length]) / std[i % std.Length])];
    }

    private static float[] Values(OutputPort head, int rows) =>
        [.. Enumerable.Range(0, rows * head.TargetSize).Select(i => 300 + (40 * (i % head.TargetSize)) + (20 * MathF.Sin((i * 0.37f) + head.Size)))];

    private static SequenceData Data(INetwork network, Func<float[], float[]> targets) => Data(network, (_, values) => targets(values));

    /// <summary>Forty samples with targets around 300.</summary>
    private static SequenceData Data(INetwork network, Func<OutputPort, float[], float[]> targets)
    {
        NetworkPlan plan = network.Core.Plan;
        const int Count = 40;
        int steps = plan.Timesteps;
        SequenceData data = SequenceData.FromArrays([.. Enumerable.Range(0, Count * steps * plan.InputSize).Select(i => MathF.Sin(i * 0.71f))], null, steps, plan.InputSize);
        foreach (OutputPort head in plan.Outputs)
        {
            int own = head.Axis < 0 ? 0 : plan.Axes[head.Axis].Max, rows = Count * Math.Max(1, own);
            data = head.Loss!.Kind.TakesClasses() ? data.WithClasses([.. Enumerable.Range(0, rows).Select(i => i % head.Size)], own, head: head.Name)
                : data.WithTargets(targets(head, Values(head, rows)), head.TargetSize, own, head: plan.Outputs.Length == 1 ? null : head.Name);
        }

        return data;
    }

    private static INetwork Create(string name) => (INetwork)_networks.Value.Create(name, seed: 1);
}
