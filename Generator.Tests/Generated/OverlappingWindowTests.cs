// Truncated back-propagation through time with windows that overlap (k1 steps from one to the next, k2 in a window), against the interpreter and a loop by hand.
// Knows windows; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Fuzz;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class OverlappingWindowTests
{
    private const int Window = 8;
    private const int Batch = 3;

    private static readonly string[] _stacks =
    [
        "[Lstm(17)] [Gru(5, ResetAfter = false)] [Dense(2)]",
        "[Rnn(16, Zoneout = 0.3)] [Dropout(0.2)] [Lstm(4, Projection = 2, InitialState = InitialState.Learned)]",
        "[Elman(7, 4, Context = 2)] [Jordan(5, 3, Recurrent = true)] [Dense(2)]",
        "[NeuralTuringMachine(2, ControllerUnits = 9, Slots = 5, Width = 4)]",
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        .. _stacks.Select((s, i) => $"[Network(Inputs = 2, Timesteps = 8{(i % 2 == 1 ? ", TimeMajor = true" : "")})] {s} [MeanSquaredError] public partial class N{i};"),
        "[Network(Inputs = 2, Timesteps = 8)] [Gru(4)] [SelfAttention(4)] [Dense(2)] [MeanSquaredError] public partial class Whole;",
        "[Network(Inputs = 2, Timesteps = 8)] [Gru(4)] [Dense(3)] [Ctc] public partial class Labels;",
        "[Network(Inputs = 2, Timesteps = 8)] [Tdnn(3, 5, Padding = Padding.Valid)] [Gru(4)] [Dense(2)] [MeanSquaredError] public partial class Valid;",
        "[Network(Inputs = 2, Timesteps = 8)] [Gru(4, Direction = Direction.Both)] [Dense(2)] [MeanSquaredError] public partial class Both;",
    ]));

    public static TheoryData<int, int> Cases => new(_stacks.SelectMany((_, i) => new[] { 1, 3, 7 }.Select(k => (i, k))));

    /// <summary>Every window begins at the interpreter's states of that moment, and counts what no window before it had.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_window_is_what_the_interpreter_says(int index, int update)
    {
        const int windows = 4;
        INetwork network = Create(index);
        Oracle oracle = Oracle.Of(_networks.Value, "N" + index);
        int steps = Window + ((windows - 1) * update), positions = 0;

        PassData[] all = Windows(network, oracle, windows, update, steps);
        Workspace workspace = network.CreateWorkspace(Batch, Window);
        workspace.CarrySteps = update;
        for (int w = 0; w < windows; w++)
        {
            PassData data = all[w];
            if (w == 0)
            {
                Passes.Start(network, workspace, data);
            }
            else
            {
                workspace.CarryState();
                workspace.Resize(Batch, Window, keepStates: true);
                foreach ((string name, float[] values) in data.Noise)
                {
                    workspace.SetNoise(name, Passes.Ordered(network.Core.Plan, values, data, 0));
                }
            }

            workspace.LossSteps = w == 0 ? 0 : update;
            workspace.ZeroGradients();
            PassResults got = Passes.Train(network, workspace, data with { Mask = [] });
            positions += workspace.CountedPositions;
            Judgement.From(oracle, network, data, firstStep: 0).Check(got, $"window {w}");
        }

        Assert.Equal(Batch * steps, positions);
    }

    [Theory]
    [InlineData(0, 3, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 1, 5)]
    [InlineData(0, 8, 3)]
    public void A_trainer_is_the_loop_by_hand(int index, int update, int back)
    {
        INetwork trained = Create(index), own = Create(index);
        (SequenceData data, float[] series) = Series(update);
        TrainerOptions options = new()
        {
            BatchSize = 2,
            Threads = 1,
            Stateful = true,
            UpdateSteps = update,
            GradientSteps = back,
            LossReduction = LossReduction.SumOverSteps,
            Seed = 3,
            Lanes = 4,
            Shuffle = false,
        };
        var trainer = Trainer.For(trained, new Sgd(0.01f, momentum: 0.9f), options);
        TrainingHistory history = trainer.Fit(data, 2, cancellationToken: TestContext.Current.CancellationToken);

        Sgd sgd = new(0.01f, momentum: 0.9f);
        Workspace workspace = own.CreateWorkspace(2, Window);
        (workspace.Seed, workspace.CarrySteps, workspace.Reduction) = (3, update, LossReduction.SumOverSteps);
        int each = data.Count / 4, longer = data.Count % 4, counted = 0;
        int[] starts = [.. Enumerable.Range(0, 4).Select(l => (l * each) + Math.Min(l, longer))], lengths = [.. Enumerable.Range(0, 4).Select(l => each + (l < longer ? 1 : 0))];
        for (int epoch = 0; epoch < 2; epoch++)
        {
            counted = 0;
            for (int pair = 0; pair < 4; pair += 2)
            {
                for (int w = 0; w < lengths[pair]; w++)
                {
                    int[] samples = [.. new[] { pair, pair + 1 }.Where(l => w < lengths[l]).Select(l => starts[l] + w)];
                    workspace.Fill(data, samples, keepStates: w > 0);
                    int fresh = w == 0 ? Window : update;
                    workspace.LossSteps = back > 0 ? Math.Min(back, fresh) : fresh;
                    workspace.ZeroGradients();
                    workspace.ForwardBackward(back);
                    counted += workspace.CountedPositions;
                    sgd.Step(workspace);
                    workspace.SampleOffset += samples.Length;
                    workspace.CarryState();
                }
            }
        }

        Closeness.Same(own.Parameters.Values, trained.Parameters.Values, "parameters");
        Assert.Equal(counted, history.Last.Training.Positions);
    }

    /// <summary>Evaluation reads every step once, whatever windows overlap; predictions of a step are the same in every window that has it.</summary>
    [Fact]
    public void Evaluation_and_prediction_are_those_of_windows_that_follow_each_other()
    {
        INetwork network = Create(0);
        (SequenceData overlapping, float[] series) = Series(update: 4);
        SequenceData following = SequenceData.Windows(series, Window, 2, stride: Window, targetEveryStep: true);
        Trainer one = Trainer.For(network, new Adam(), new() { Stateful = true, UpdateSteps = 4 }), two = Trainer.For(network, new Adam(), new() { Stateful = true });
        EvaluationResult expected = two.Evaluate(following.Take(5)), got = one.Evaluate(overlapping.Take(9));
        Assert.Equal(5 * Window, expected.Positions);
        Assert.Equal(expected.Positions, got.Positions);
        Assert.Equal(expected.Loss, got.Loss, 1e-6);
        float[] predicted = one.Predict(overlapping.Take(9)), plain = two.Predict(following.Take(5));
        for (int i = 0; i < 9; i++)
        {
            Closeness.Equal(plain.AsSpan(i * 4 * 2, Window * 2), predicted.AsSpan(i * Window * 2, Window * 2), $"window {i}");
        }
    }

    [Fact]
    public void A_reduction_changes_what_is_trained_and_not_what_is_reported()
    {
        INetwork network = Create(0);
        PassData data = RandomData.Batch(network, Batch, 5, seed: 3, lengths: true, mask: true);
        Workspace workspace = network.CreateWorkspace(Batch, 5);
        Passes.Start(network, workspace, data);
        PassResults mean = Passes.Train(network, workspace, data);
        double counted = workspace.CountedWeight;
        workspace.Reduction = LossReduction.SumOverSteps;
        workspace.ZeroGradients();
        PassResults sum = Passes.Train(network, workspace, data);
        Assert.Equal(mean.Loss * counted / Batch, sum.Loss, 1e-12);
        Closeness.Equal([.. mean["grad.lstm.bias_ih_l0"].Select(g => g * counted / Batch)], sum["grad.lstm.bias_ih_l0"], "gradient");

        (SequenceData samples, _) = Series(update: Window);
        EpochResult Fit(LossReduction reduction) => Trainer.For(Create(0), new Sgd(1e-9f), new() { LossReduction = reduction, Shuffle = false }).Fit(samples, 1, cancellationToken: TestContext.Current.CancellationToken).Last;
        Assert.Equal(Fit(LossReduction.Mean).Training.Loss, Fit(LossReduction.SumOverSteps).Training.Loss, 1e-6);
    }

    /// <summary>The loss that a pass says is the one that its gradients are of, whatever counts and however it is added up.</summary>
    [Theory]
    [InlineData(LossReduction.Mean, 3)]
    [InlineData(LossReduction.SumOverSteps, 0)]
    [InlineData(LossReduction.SumOverSteps, 5)]
    public void Difference_quotients_agree(LossReduction reduction, int lossSteps)
    {
        INetwork network = Create(0);
        PassData data = RandomData.Batch(network, Batch, Window, seed: 5);
        Workspace workspace = network.CreateWorkspace(Batch, Window);
        (workspace.Reduction, workspace.LossSteps) = (reduction, lossSteps);
        Passes.Start(network, workspace, data);
        PassResults results = Passes.Train(network, workspace, data);
        foreach (Parameter parameter in network.Parameters)
        {
            // Along its gradient, where the difference is largest.
            float[] values = parameter.ToArray(), gradient = results["grad." + parameter.Name];
            double norm = Math.Sqrt(gradient.Sum(g => (double)g * g)), step = 2e-3;
            double difference = (At(step) - At(-step)) / (2 * step);
            parameter.CopyFrom(values);
            Assert.True(Math.Abs(difference - norm) <= 0.01 * norm, $"{parameter.Name}: the gradient is {norm}, the difference {difference}");

            double At(double distance)
            {
                parameter.CopyFrom([.. values.Select((v, i) => (float)(v + (distance * gradient[i] / norm)))]);
                workspace.Forward(ForwardMode.Inference);
                return workspace.Loss();
            }
        }
    }

    [Fact]
    public void Misuse_is_told()
    {
        (SequenceData data, _) = Series(update: 3);
        string Refused<T>(string name, TrainerOptions options, SequenceData? with = null)
            where T : Exception => Assert.ThrowsAny<T>(() => Trainer.For((INetwork)_networks.Value.Create(name, seed: 1), new Adam(), options).Fit(with ?? data, 1, cancellationToken: TestContext.Current.CancellationToken)).Message;
        Assert.Contains("UpdateSteps is about windows that follow each other: set Stateful = true", Refused<ArgumentException>("N0", new() { UpdateSteps = 3 }), StringComparison.Ordinal);
        Assert.Contains("Lanes is about windows", Refused<ArgumentException>("N0", new() { Lanes = 3 }), StringComparison.Ordinal);
        Assert.Contains("GradientSteps is 9, and the windows have 8 steps", Refused<ArgumentException>("N0", new() { GradientSteps = 9 }), StringComparison.Ordinal);
        Assert.Contains("these windows of 8 steps start every 3 steps: use a stride of 8, or UpdateSteps = 3", Refused<ArgumentException>("N0", new() { Stateful = true }), StringComparison.Ordinal);
        Assert.Contains("start every 3 steps: use a stride of 4.", Refused<ArgumentException>("N0", new() { Stateful = true, UpdateSteps = 4 }), StringComparison.Ordinal);
        Assert.Contains("Whole reads sequences from their ends or as a whole", Refused<NotSupportedException>("Whole", new() { GradientSteps = 3 }), StringComparison.Ordinal);
        Assert.Contains("CTC loss", Refused<NotSupportedException>("Labels", new() { GradientSteps = 3 }), StringComparison.Ordinal);
        Assert.Contains("keeps no states of N0 but the last", Assert.Throws<NotSupportedException>(() => Create(0).CreateWorkspace(1, training: false).CarrySteps = 3).Message, StringComparison.Ordinal);
    }

    /// <summary>A failure in the midst of an update of several batches is told as what it is, and the training goes on from the states before that update: also where the batch
    /// that failed had fewer rows (7 windows in lanes of 4 and 3), or began other lanes (12 in four of 3).</summary>
    [Theory]
    [InlineData(0, 7, 2, 3)]
    [InlineData(1, 7, 2, 3)]
    [InlineData(0, 12, 4, 6)]
    [InlineData(1, 12, 4, 6)]
    public void An_update_that_fails_leaves_the_states_before_it(int index, int windows, int lanes, int spoiled)
    {
        float[] series = [.. Enumerable.Range(0, ((windows * Window) + 1) * 2).Select(i => MathF.Sin(i))];
        SequenceData data = SequenceData.Windows(series, Window, 2, stride: Window, targetEveryStep: true);
        TrainerOptions options = new() { BatchSize = 2, Lanes = lanes, Stateful = true, Shuffle = false, AccumulatedBatches = 2, Threads = 1 };
        INetwork plain = Create(index), failed = Create(index);
        Trainer.For(plain, new Sgd(0.1f), options).Fit(data, 1, cancellationToken: TestContext.Current.CancellationToken);

        int at = ((spoiled * Window) + 4) * 2;
        float kept = series[at];
        Trainer trainer = Trainer.For(failed, new Sgd(0.1f), options);
        Assert.Throws<TrainingDivergedException>(() => trainer.Fit(data, 1, progress: new AtReport(() => series[at] = float.NaN), cancellationToken: TestContext.Current.CancellationToken));
        series[at] = kept;
        trainer.Resume(data, 1, cancellationToken: TestContext.Current.CancellationToken);
        Closeness.Same(plain.Parameters.Values, failed.Parameters.Values, "parameters");
    }

    [Fact]
    public void Steps_of_gradients_are_a_matter_of_training_alone()
    {
        Trainer trainer = Trainer.For(Create(0), new Adam(), new() { GradientSteps = 6 });
        SequenceData Of(int steps, int[]? lengths = null) => SequenceData.FromArrays(new float[2 * steps * 2], new float[2 * steps * 2], steps, 2, 2, targetEveryStep: true, lengths);
        trainer.Fit(Of(8, [8, 3]), 1, Of(4), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(8, trainer.Evaluate(Of(4)).Positions);
        Assert.Equal(2 * 4 * 2, trainer.Predict(Of(4)).Length);
        Trainer.For(Create(0), new Adam(), new() { GradientSteps = 6, ValidationSplit = 0.5 }).Fit(Of(8, [8, 2]), 1, cancellationToken: TestContext.Current.CancellationToken);
        string message = Assert.Throws<ArgumentException>(() => trainer.Fit(Of(8, [8, 2]), 1, cancellationToken: TestContext.Current.CancellationToken)).Message;
        Assert.Contains("GradientSteps goes back through the last 6 of 8 steps, and sample 1 ends before them, after 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void States_are_carried_from_a_pass_that_kept_them_or_not_at_all()
    {
        INetwork network = Create(0);
        Workspace workspace = network.CreateWorkspace(1, Window);
        workspace.Forward(ForwardMode.Inference);
        workspace.CarrySteps = 3;
        string message = Assert.Throws<InvalidOperationException>(workspace.CarryState).Message;
        Assert.Contains("CarryState after 3 steps (CarrySteps has been set since Forward) of N0's workspace needs another Forward first", message, StringComparison.Ordinal);
        workspace.Forward(ForwardMode.Inference);
        workspace.CarryState();
        workspace.CarrySteps = 5;
        Assert.Throws<InvalidOperationException>(workspace.CarryState);
        workspace.CarrySteps = 0;
        workspace.CarryState();
        foreach (string name in new[] { "Whole", "Valid", "Both" })
        {
            workspace = ((INetwork)_networks.Value.Create(name, seed: 1)).CreateWorkspace(1, Window);
            Assert.Contains(name + " reads sequences from their ends or as a whole", Assert.Throws<NotSupportedException>(() => workspace.CarrySteps = 6).Message, StringComparison.Ordinal);
        }
    }

    private static INetwork Create(int index)
    {
        INetwork network = Variants.Create(_networks.Value["N" + index], seed: 1);
        RandomData.SetParameters(network, seed: 2 + index, scale: index == 3 ? 2 : 1);
        return network;
    }

    private static (SequenceData Data, float[] Series) Series(int update)
    {
        float[] series = [.. Enumerable.Range(0, 94).Select(i => MathF.Sin(i * 0.7f) + (0.3f * MathF.Cos(i * i)))];
        return (SequenceData.Windows(series, Window, 2, stride: update, targetEveryStep: true), series);
    }

    /// <summary>Does something once, at the first report.</summary>
    private sealed class AtReport(Action act) : IProgress<TrainingProgress>
    {
        private Action? _act = act;

        public void Report(TrainingProgress value)
        {
            _act?.Invoke();
            _act = null;
        }
    }

    /// <summary>What each window is given: states after the steps before it, and a mask of what no window before it counted.</summary>
    private static PassData[] Windows(INetwork network, Oracle oracle, int windows, int update, int steps)
    {
        StatePlace[] states = network.Core.Plan.Training!.States;
        PassData series = RandomData.Batch(network, Batch, steps, seed: 6) with { Noise = Expected(network, Batch * steps) };
        series = series with { States = series.States.Where(s => states.First(p => p.Name == s.Key).Start != StateStart.Learned).ToDictionary() };
        return [.. Enumerable.Range(0, windows).Select(w =>
        {
            PassData data = series.Between(w * update, Window) with { Mask = [.. Enumerable.Range(0, Batch * Window).Select(i => w == 0 || i % Window >= Window - update ? 1f : 0)] };
            if (w > 0)
            {
                IReadOnlyDictionary<string, double[]> before = oracle.Forward(network, series.Between(0, w * update));
                data = data with { States = states.ToDictionary(s => s.Name, s => Array.ConvertAll(before["final." + s.Name], v => (float)v)) };
            }

            return data;
        })];
    }

    /// <summary>The factors of inference, given: the same at every step, so that windows see what the whole series sees.</summary>
    private static Dictionary<string, float[]> Expected(INetwork network, int rows) =>
        network.Core.Plan.Training!.Noises.Where(n => n.Life == NoiseLife.Step).ToDictionary(n => n.Name, n => Enumerable.Repeat(n.Expected, rows * n.Width).ToArray());
}
