// The training loop: epochs of shuffled mini-batches, validation, early stopping.
// Knows the order of things; refuses to know networks, formulas and drawing of progress.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Trains a network on data in memory, evaluates it and predicts with it. Used by one thread at a time.</summary>
/// <example><code>
/// var trainer = Trainer.For(net, new Adam(1e-3f), new() { GradientClipping = GradientClipping.ByNorm(1f) });
/// trainer.Fit(train, epochs: 30, validation: test, progress: new ConsoleProgress());
/// </code></example>
public sealed partial class Trainer
{
    private readonly INetwork _network;
    private readonly NetworkPlan _plan;
    private readonly TrainerOptions _options;
    private readonly MetricSums _sums;
    private ParallelWorkspace? _workspace;
    private ScheduledSampler? _sampler;
    private long _samplesSeen;
    private int _epochsDone;

    // The thread whose call runs; 0 for none.
    private int _user;

    /// <summary>Where batches run; for tests.</summary>
    internal ParallelWorkspace? Workspace => _workspace;

    /// <summary>Processors there are, for tests.</summary>
    internal int Processors { get; set; } = Environment.ProcessorCount;

    private Trainer(INetwork network, Optimizer optimizer, TrainerOptions options)
    {
        _network = network;
        _plan = network.Core.Plan;
        _options = options;
        _sums = new MetricSums(_plan);
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
        options.Check();
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
    /// <param name="progress">Told after every batch; <see cref="ConsoleProgress"/> draws a bar.</param>
    /// <param name="cancellationToken">Stops between two batches; the network keeps what it has learnt.</param>
    /// <returns>Losses and metrics of every epoch.</returns>
    /// <exception cref="TrainingDivergedException">A loss or gradient is infinite or not a number.</exception>
    public TrainingHistory Fit(
        SequenceData train,
        int epochs,
        SequenceData? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        using OneThread.Stay stay = Enter();
        Check(train, targets: true, nameof(train));
        if (validation is null && _options.ValidationSplit > 0)
        {
            (train, validation) = train.Split(1 - _options.ValidationSplit);
        }

        if (validation is not null)
        {
            Check(validation, targets: true, nameof(validation));
        }

        if (_options.FitNormalization && InputNormalization.IsDeclared(_network) && !InputNormalization.IsSet(_network))
        {
            InputNormalization.Fit(_network, train);
        }

        Run run = new(train, validation, epochs, _options, progress, cancellationToken);
        Prepare(train, validation);
        float rate = Optimizer.LearningRate;
        _options.LearningRate.Start();
        try
        {
            return Loop(run, rate);
        }
        finally
        {
            Optimizer.LearningRate = rate;
        }
    }

    /// <summary>A call of one thread at a time. (What is called back may call the trainer.)</summary>
    private OneThread.Stay Enter() => OneThread.Enter(ref _user, "A trainer", _plan.Name);

    private TrainingHistory Loop(Run run, float rate)
    {
        EarlyStopping? stopping = _options.EarlyStopping;
        float[]? bestValues = stopping is { RestoreBest: true } ? new float[_plan.ParameterLength] : null;
        List<EpochResult> results = new(run.Epochs);
        EpochResult? best = null;
        double toBeat = double.PositiveInfinity;
        int waited = 0;
        for (int epoch = 0; epoch < run.Epochs && !(stopping is not null && waited >= stopping.Patience); epoch++)
        {
            EpochResult result = Epoch(run, epoch, rate);
            results.Add(result);
            _options.LearningRate.EndEpoch(result.MonitoredLoss);
            run.Report(epoch, run.Batches, result.Training.Loss, result);

            waited++;
            if (result.MonitoredLoss < toBeat - (stopping?.MinDelta ?? 0))
            {
                (toBeat, waited) = (result.MonitoredLoss, 0);
            }

            if (best is null || result.MonitoredLoss < best.MonitoredLoss)
            {
                best = result;
                if (bestValues is not null)
                {
                    _network.Parameters.Values.CopyTo(bestValues);
                }
            }
        }

        if (bestValues is not null && !ReferenceEquals(best, results[^1]))
        {
            bestValues.CopyTo(_network.Core.Master.Span);
            _network.Core.PublishParameters();
        }

        return new TrainingHistory(results, best!, results.Count < run.Epochs);
    }

    private EpochResult Epoch(Run run, int epoch, float rate)
    {
        long start = Stopwatch.GetTimestamp();
        if (_options is { Shuffle: true, Stateful: false })
        {
            RandomSequences.Create(_options.Seed, (ulong)_epochsDone).Shuffle(run.Order.AsSpan());
        }

        run.StartEpoch();
        _sums.Clear();
        for (int batch = 0; batch < run.Batches; batch++)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            double factor = _options.LearningRate.Factor(epoch + (batch / (double)run.Batches), run.Epochs);
            Optimizer.LearningRate = (float)(rate * factor);
            double forced = _options.TeacherForcing.Ratio(epoch + (batch / (double)run.Batches), run.Epochs, ((long)epoch * run.Batches) + batch);
            int first = batch * _options.BatchSize;
            Update(run.Train, run.Order.AsSpan(first, Math.Min(_options.BatchSize, run.Order.Length - first)), epoch, batch, forced);
            if (batch + 1 < run.Batches)
            {
                run.Report(epoch, batch + 1, _sums.Loss, null);
            }
        }

        _epochsDone++;
        EvaluationResult training = _sums.Result();
        EvaluationResult? validation = run.Validation is null ? null : EvaluatePrepared(run.Validation, run.ValidationOrder);
        if (validation is { Loss: double.NaN })
        {
            throw new TrainingDivergedException(
                $"The validation loss of {_plan.Name} is not a number after epoch {epoch + 1}, while the training loss is {training.Loss:G5}. Check the validation data for values that are not finite.");
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
    private void Update(SequenceData data, ReadOnlySpan<int> samples, int epoch, int batch, double forced)
    {
        Workspace workspace = _workspace!;
        BatchFiller.Fill(data, samples, workspace, targets: true, keepStates: _options.Stateful && batch > 0);
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
            throw Diverged($"the loss is {loss}", epoch, batch);
        }

        workspace.AddTo(_sums);
        double norm = _options.GradientClipping.Apply(workspace);
        if (!double.IsFinite(norm))
        {
            throw Diverged($"the gradient's norm is {norm}", epoch, batch);
        }

        Optimizer.Step(workspace);
        if (_options.Stateful)
        {
            workspace.CarryState();
        }
    }

    private TrainingDivergedException Diverged(string what, int epoch, int batch) => new(
        $"Training of {_plan.Name} diverged in epoch {epoch + 1}, batch {batch + 1}: {what}. The parameters are those before this batch. " +
        $"Check the data for values that are not finite; then try a lower learning rate (now {Optimizer.LearningRate}), " +
        "GradientClipping.ByNorm(1), and inputs and targets scaled to about -1 to 1.");

    /// <summary>Makes sure that the workspace is large enough.</summary>
    private void Prepare(SequenceData data, SequenceData? more = null)
    {
        int batch = Math.Min(Math.Max(data.Count, more?.Count ?? 0), _options.BatchSize), steps = Math.Max(data.Steps, more?.Steps ?? 0);
        int targetSteps = Math.Max(DataChecks.TargetSteps(data, _plan), more is null ? 0 : DataChecks.TargetSteps(more, _plan));
        if (_workspace is null || _workspace.MaxBatch < batch || _workspace.MaxSteps < steps || _workspace.MaxTargetSteps < targetSteps)
        {
            _workspace?.Dispose();
            _sampler?.Dispose();
            _sampler = null;
            (int maxBatch, int maxSteps) = (Math.Max(batch, _workspace?.MaxBatch ?? 0), Math.Max(steps, _workspace?.MaxSteps ?? 0));
            _workspace = new ParallelWorkspace(
                _network.Core, maxBatch, maxSteps, _options.Threads, training: true, Processors, Math.Max(targetSteps, _workspace?.MaxTargetSteps ?? 0));
        }
    }
}
