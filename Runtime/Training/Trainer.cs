// The training loop: epochs of shuffled mini-batches, validation, early stopping.
// Knows the order of things; refuses to know networks, formulas and drawing of progress, and who may call when (Trainer.Calls).
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Trains a network on data in memory, evaluates it and predicts with it. Used by one thread at a time; what <see cref="Fit"/> calls (progress, schedules)
/// may call <see cref="Evaluate"/> and <see cref="Predict"/>, and save the network or change it.</summary>
/// <example><code>
/// var trainer = Trainer.For(net, new Adam(1e-3f), new() { GradientClipping = GradientClipping.ByNorm(1f) });
/// trainer.Fit(train, epochs: 30, validation: test, progress: new ConsoleProgress());
/// </code></example>
public sealed partial class Trainer
{
    private readonly INetwork _network;
    private readonly NetworkPlan _plan;
    private readonly TrainerOptions _options;
    private readonly MetricSums _trained;
    private readonly MetricSums _evaluated;
    private ScheduledSampler? _sampler;
    private long _samplesSeen;
    private int _epochsBegun;

    /// <summary>Processors there are, for tests.</summary>
    internal int Processors { get; set; } = Environment.ProcessorCount;

    // An infinite gradient of a finite loss that comes from many silent steps: the derivative of x / sqrt(var(x) + epsilon) at equal x is 1 / sqrt(epsilon),
    // 316 for 1e-5, and an LSTM's way back goes through two of them a step.
    private const string OnSilence = "It has recurrent layers with LayerNorm, which divide by the spread of their sums. Where a sequence is silent (zeros for many steps) there is no " +
        "spread, and every step multiplies the gradient by up to 1 / Epsilon: give these layers a larger Epsilon (LayerNorm = true, Epsilon = 1), or leave silence out with lengths. ";

    /// <summary>Whether there are cells that normalize their sums: their parameters have these names in files.</summary>
    private bool NormalizesCells => Array.Exists(_plan.Parameters, p => p.Name.Contains(".ln_hh", StringComparison.Ordinal));

    private Trainer(INetwork network, Optimizer optimizer, TrainerOptions options)
    {
        _network = network;
        _plan = network.Core.Plan;
        _options = options;
        (_trained, _evaluated) = (new MetricSums(_plan), new MetricSums(_plan));
        Optimizer = optimizer;
        optimizer.Attach(network.Parameters);
    }

    /// <summary>The optimizer, whose state goes on from one <see cref="Fit"/> to the next.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>A trainer for a network.</summary>
    /// <param name="network">A network with a loss.</param>
    /// <param name="optimizer">An optimizer that belongs to no other network.</param>
    /// <param name="options">Batch size, seed, clipping and so on; null for the defaults.</param>
    public static Trainer For(INetwork network, Optimizer optimizer, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        options ??= new TrainerOptions();
        NetworkPlan plan = network.Core.Plan;
        if (!plan.CanTrain)
        {
            throw new NotSupportedException($"{plan.Name} was generated without training. Leave Training = false out of its [Network].");
        }

        if (!Array.Exists(plan.Outputs, o => o.Loss is { Kind: not LossKind.None }))
        {
            throw new NotSupportedException(
                $"{plan.Name} has no loss to train on. Give it one ([MeanSquaredError], say), or write the loop with a Workspace: Forward, OutputGradient, Backward, Optimizer.Step.");
        }

        if (options.Stateful && !plan.TruncatesBackward)
        {
            throw new NotSupportedException(
                $"{plan.Name} reads sequences from their ends or as a whole (a backward direction, attention, a strided convolution or a decoder does): it cannot go on from window to " +
                "window, and a Stateful training would give it ends that are none. Leave Stateful out, and make windows long enough.");
        }

        if (!ReferenceEquals(options.TeacherForcing, TeacherForcing.Always) && !plan.DecodesByItself)
        {
            throw new NotSupportedException($"{plan.Name} has no decoder that could be fed with its own outputs: leave TeacherForcing out.");
        }

        return new Trainer(network, optimizer, options);
    }

    /// <summary>Trains for some epochs. Calling it again goes on: with the optimizer's state, and with other orders and noise.</summary>
    /// <param name="train">What to learn from.</param>
    /// <param name="epochs">Times to go through it.</param>
    /// <param name="validation">What to check on after every epoch; null for the last part of <paramref name="train"/> (<see cref="TrainerOptions.ValidationSplit"/>) or none.</param>
    /// <param name="progress">Told after every batch, on this thread; <see cref="ConsoleProgress"/> draws a bar. It may evaluate, predict, save, and change parameters;
    /// a learning rate that it sets takes the place of the optimizer's. What it throws ends the training.</param>
    /// <param name="cancellationToken">Stops between two batches; the network keeps what it has learnt.</param>
    /// <returns>Losses and metrics of every epoch.</returns>
    /// <remarks>When it ends with an exception, the network has the parameters of the last update (those of the best epoch are not brought back), and everything can be
    /// used on: Fit again goes on with the optimizer's state.</remarks>
    /// <exception cref="ArgumentException">Data does not fit the network: the message says what and, where it is about values, which sample. Nothing was changed.</exception>
    /// <exception cref="TrainingDivergedException">A loss, a gradient or a parameter is infinite or not a number.</exception>
    /// <exception cref="InvalidOperationException">Fit is running already, or the trainer is in use on another thread.</exception>
    public TrainingHistory Fit(
        SequenceData train,
        int epochs,
        SequenceData? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        using Call call = Enter(nameof(Fit));
        Check(train, losses: true, nameof(train));
        if (validation is null && _options.ValidationSplit > 0)
        {
            (train, validation) = train.Split(1 - _options.ValidationSplit);
            DataChecks.CheckCounts(train, _plan, nameof(train));
            DataChecks.CheckCounts(validation, _plan, nameof(validation));
        }
        else if (validation is not null)
        {
            Check(validation, losses: true, nameof(validation));
        }

        Run run = new(train, validation, epochs, _options, Optimizer.LearningRate, progress, cancellationToken);
        ParallelWorkspace workspace = WorkspaceFor(train, validation);
        if (_options.FitNormalization && InputNormalization.IsDeclared(_network) && !InputNormalization.IsSet(_network))
        {
            InputNormalization.Fit(_network, train);
        }

        call.BeginTraining();
        run.Schedule.Start();
        try
        {
            return Loop(run, workspace);
        }
        finally
        {
            run.TakeRate(Optimizer);
            Optimizer.LearningRate = run.Rate;
        }
    }

    private TrainingHistory Loop(Run run, ParallelWorkspace workspace)
    {
        EarlyStopping? stopping = _options.EarlyStopping;
        float[]? bestValues = stopping is { RestoreBest: true } ? new float[_plan.ParameterLength] : null;
        List<EpochResult> results = [];
        EpochResult? best = null;
        double toBeat = double.PositiveInfinity;
        int waited = 0;
        for (int epoch = 0; epoch < run.Epochs && !(stopping is not null && waited >= stopping.Patience); epoch++)
        {
            EpochResult result = Epoch(run, workspace, epoch);
            results.Add(result);
            run.Schedule.EndEpoch(result.MonitoredLoss);
            waited++;
            if (result.MonitoredLoss < toBeat - (stopping?.MinDelta ?? 0))
            {
                (toBeat, waited) = (result.MonitoredLoss, 0);
            }

            // Before the report: it may change parameters, and those are not the epoch's.
            if (best is null || result.MonitoredLoss < best.MonitoredLoss)
            {
                best = result;
                if (bestValues is not null)
                {
                    _network.Parameters.Values.CopyTo(bestValues);
                }
            }

            run.Report(epoch, run.Batches, result.Training.Loss, result);
        }

        if (bestValues is not null)
        {
            bestValues.CopyTo(_network.Core.Master.Span);
            _network.Core.PublishParameters();
        }

        return new TrainingHistory(results, best!, results.Count < run.Epochs);
    }

    private EpochResult Epoch(Run run, ParallelWorkspace workspace, int epoch)
    {
        long start = Stopwatch.GetTimestamp();

        // Counted when it begins: after one that was broken off, the next has another order.
        int number = _epochsBegun++;
        if (_options is { Shuffle: true, Stateful: false })
        {
            RandomSequences.Create(_options.Seed, (ulong)number).Shuffle(run.Order.AsSpan());
        }

        run.StartEpoch();
        _trained.Clear();
        for (int batch = 0; batch < run.Batches; batch++)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            double now = epoch + (batch / (double)run.Batches);
            run.SetRate(Optimizer, now);
            double forced = _options.TeacherForcing.Ratio(now, run.Epochs, ((long)epoch * run.Batches) + batch);
            if (!(forced is >= 0 and <= 1))
            {
                throw new InvalidOperationException($"A ratio of teacher forcing is 0 to 1, {_options.TeacherForcing.GetType().Name} gave {forced}.");
            }

            Update(run, workspace, epoch, batch, forced);
            if (batch + 1 < run.Batches)
            {
                run.Report(epoch, batch + 1, _trained.Loss, null);
            }
        }

        EvaluationResult training = _trained.Result();
        CheckParameters(epoch);
        EvaluationResult? validation = run.Validation is null ? null : EvaluateIn(run.Validation, run.ValidationOrder, workspace);
        if (validation is not null && !double.IsFinite(validation.Loss))
        {
            throw NotFinite(run.Validation!, validation, training, epoch);
        }

        return new EpochResult
        {
            Epoch = epoch + 1,
            Training = training,
            Validation = validation,
            LearningRate = Optimizer.LearningRate,
            Duration = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>One update from one batch.</summary>
    private void Update(Run run, ParallelWorkspace workspace, int epoch, int batch, double forced)
    {
        ReadOnlySpan<int> samples = run.SamplesOf(batch);
        BatchFiller.Fill(run.Train, samples, workspace, targets: true, keepStates: _options.Stateful && batch > 0);
        workspace.Seed = _options.Seed;
        workspace.SampleOffset = _samplesSeen;
        _samplesSeen += samples.Length;
        if (forced < 1)
        {
            _sampler ??= new ScheduledSampler(workspace, _options.Threads, Processors);
            _sampler.Mix(workspace, forced, _options.Seed);
        }

        workspace.ZeroGradients();
        double loss = workspace.ForwardBackward();
        if (!double.IsFinite(loss))
        {
            throw Diverged($"the loss is {loss}", "", run, epoch, batch);
        }

        workspace.AddTo(_trained);
        double norm = _options.GradientClipping.Apply(workspace);
        if (!double.IsFinite(norm))
        {
            throw Diverged($"the gradient's norm is {norm}", NormalizesCells ? OnSilence : "", run, epoch, batch);
        }

        Optimizer.Step(workspace);
        if (_options.Stateful)
        {
            workspace.CarryState();
        }
    }

    /// <summary>An update that no batch followed must not leave parameters that nobody has looked at.</summary>
    private void CheckParameters(int epoch)
    {
        ReadOnlySpan<float> values = _network.Parameters.Values;
        foreach ((int first, int length) in _network.Parameters.TrainableRanges)
        {
            foreach (float value in values.Slice(first, length))
            {
                if (!float.IsFinite(value))
                {
                    throw new TrainingDivergedException(
                        $"Training of {_plan.Name} diverged in epoch {epoch + 1}: after its last update a parameter is {value}. Load or initialize the network again, " +
                        $"and try a lower learning rate (now {Optimizer.LearningRate}).");
                }
            }
        }
    }

    private TrainingDivergedException Diverged(string what, string cause, Run run, int epoch, int batch)
    {
        string? suspect = DataChecks.Suspect(run.Train, run.SamplesOf(batch), _plan);
        return new($"Training of {_plan.Name} diverged in epoch {epoch + 1}, batch {batch + 1}: {what}. The parameters are those before this batch. " +
            (suspect is null ? "" : suspect + ": that may be why. ") +
            cause +
            $"Check the data for values that are not finite; then try a lower learning rate (now {Optimizer.LearningRate}), " +
            "GradientClipping.ByNorm(1), and inputs and targets scaled to about -1 to 1.");
    }

    private TrainingDivergedException NotFinite(SequenceData data, EvaluationResult validation, EvaluationResult training, int epoch)
    {
        string? suspect = DataChecks.Suspect(data, Enumerable.Range(0, data.Count).ToArray(), _plan);
        return new(
            $"The validation loss of {_plan.Name} is {(double.IsNaN(validation.Loss) ? "not a number" : "infinite")} after epoch {epoch + 1}, while the training loss is {training.Loss:G5}. " +
            (suspect is null ? "Check the validation data for values that are not finite or far from the training's." : $"{suspect}, counted in the validation data."));
    }
}
