// The training loop: epochs of shuffled mini-batches, validation, early stopping.
// Knows the order of things; refuses to know networks, formulas and drawing of progress, and who may call when (Trainer.Calls).
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Trains a network on data in memory or on disk, evaluates it and predicts with it. Used by one thread at a time; what <see cref="Fit"/> calls (progress, schedules)
/// may call <see cref="Evaluate(SequenceData)"/> and <see cref="Predict"/>, and save the network or change it.</summary>
/// <example><code>
/// var trainer = Trainer.For(net, new Adam(1e-3f), new() { GradientClipping = GradientClipping.ByNorm(1f) });
/// trainer.Fit(train, epochs: 30, validation: test, progress: new ConsoleProgress());
/// </code></example>
public sealed partial class Trainer
{
    private readonly INetwork _network;
    private readonly HeadLosses _losses;
    private readonly NetworkPlan _plan;
    private readonly TrainerOptions _options;
    private readonly MetricSums _trained;
    private readonly MetricSums _evaluated;
    private readonly double[] _sums;
    private ScheduledSampler? _sampler;
    private bool _stops;
    private TrainingState? _last;
    private (int Train, int Validation) _lastCounts;

    /// <summary>Processors there are, for tests.</summary>
    internal int Processors { get; set; } = Environment.ProcessorCount;

    private Trainer(INetwork network, HeadLosses losses, Optimizer optimizer, TrainerOptions options)
    {
        _network = network;
        (_losses, _plan) = (losses, losses.Plan);
        _options = options;
        (_trained, _evaluated) = (new MetricSums(_plan), new MetricSums(_plan));
        _sums = _trained.Save();
        Optimizer = optimizer;
        optimizer.Attach(network.Parameters);
    }

    /// <summary>The optimizer, whose state goes on from one <see cref="Fit"/> to the next.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>A trainer for a network.</summary>
    /// <param name="network">A network with a loss, or one that <see cref="TrainerOptions.Losses"/> has a loss for.</param>
    /// <param name="optimizer">An optimizer that belongs to no other network.</param>
    /// <param name="options">Batch size, seed, clipping and so on; null for the defaults.</param>
    public static Trainer For(INetwork network, Optimizer optimizer, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        options ??= new TrainerOptions();
        TrainingChecks.RequireTraining(network.Core.Plan);
        HeadLosses losses = ClassWeights.Apply(HeadLosses.With(network.Core.Plan, options.Losses, nameof(options)), options.ClassWeights, nameof(options));
        NetworkPlan plan = losses.Plan;
        if (!Array.Exists(plan.Outputs, o => o.Loss is { Kind: not LossKind.None }))
        {
            throw new NotSupportedException(
                $"{plan.Name} has no loss to train on. Give it one: an attribute ([MeanSquaredError], say), or one of your own in TrainerOptions.Losses. (Or write the loop with a Workspace: Forward, OutputGradient, Backward, Optimizer.Step.)");
        }

        if (options.Stateful)
        {
            StepChecks.RequireWindows(
                plan, "it cannot go on from window to window, and a Stateful training would give it ends that are none. Leave Stateful out, and make windows long enough.");
        }

        TrainingChecks.RequireWindowSettings(plan, options);
        options.Monitor.Check(plan);
        HeadMeasures.Check(plan, options.Measures, groups: []);
        if (!ReferenceEquals(options.TeacherForcing, TeacherForcing.Always) && !plan.DecodesByItself)
        {
            throw new NotSupportedException($"{plan.Name} has no decoder that could be fed with its own outputs: leave TeacherForcing out.");
        }

        return new Trainer(network, losses, optimizer, options);
    }

    /// <summary>What the last training came to, also where it was cancelled or failed; null before the first.</summary>
    public TrainingHistory? History { get; private set; }

    /// <summary>Trains for some epochs. Calling it again begins another training of the same network: the optimizer's state and the numbers of samples and epochs
    /// go on, so that orders and noise are others; schedules, patience and the best epoch begin anew. (To go on with the same training, see <see cref="Resume"/>.)</summary>
    /// <param name="train">What to learn from.</param>
    /// <param name="epochs">Times to go through it.</param>
    /// <param name="validation">What to check on after every epoch; null for the last part of <paramref name="train"/> (<see cref="TrainerOptions.ValidationSplit"/>) or none.</param>
    /// <param name="progress">Told after every batch, on this thread; <see cref="ConsoleProgress"/> draws a bar. It may evaluate, predict, save, and change parameters;
    /// a learning rate that it sets takes the place of the optimizer's. What it throws ends the training.</param>
    /// <param name="checkpoints">Where to keep checkpoints, and to go on from where there are some; null for none. With them the training is one of
    /// <paramref name="epochs"/> epochs in all, however often it was broken off; one that is cancelled leaves a checkpoint of that moment.</param>
    /// <param name="cancellationToken">Stops between two batches; the network keeps what it has learnt.</param>
    /// <returns>Losses and metrics of every epoch.</returns>
    /// <remarks>When it ends with an exception, the network has the parameters of the last update, and everything can be used on: <see cref="History"/> has the epochs
    /// that were done, <see cref="RestoreBest"/> gives the best one's parameters back, <see cref="Resume"/> goes on.</remarks>
    /// <exception cref="ArgumentException">Data does not fit the network: the message says what and, where it is about values, which sample. Nothing was changed.</exception>
    /// <exception cref="TrainingDivergedException">A loss, a gradient or a parameter is infinite or not a number.</exception>
    /// <exception cref="NetworkFileException">The newest whole checkpoint is one of another training: the message names what differs. Nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">Fit is running already, the trainer is in use on another thread, or the folder is in use by another training.</exception>
    public TrainingHistory Fit(
        SequenceData train,
        int epochs,
        SequenceData? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Checkpoints? checkpoints = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        using Call call = Enter(nameof(Fit));
        return Train(call, train, epochs, validation, progress, checkpoints, from: null, cancellationToken);
    }

    /// <summary>Goes on with the last training to <paramref name="epochs"/> epochs in all, from the update where it ended (cancelled, failed or done), as if it had
    /// not: with the same order, noise, schedule, patience and best epoch. Where the best epoch's parameters had been brought back, those of the last update are first.</summary>
    /// <param name="train">The same data as before.</param>
    /// <param name="epochs">Epochs of the whole training, those before included.</param>
    /// <param name="validation">The same as before.</param>
    /// <param name="progress">See <see cref="Fit"/>.</param>
    /// <param name="cancellationToken">See <see cref="Fit"/>.</param>
    /// <returns>Losses and metrics of all epochs, those before included.</returns>
    /// <exception cref="InvalidOperationException">There was no training yet.</exception>
    /// <exception cref="ArgumentException">The data is not that of before, by the number of its samples.</exception>
    public TrainingHistory Resume(
        SequenceData train,
        int epochs,
        SequenceData? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        using Call call = Enter(nameof(Resume));
        TrainingState last = _last ?? throw new InvalidOperationException($"There is no training of {_plan.Name} to go on with: this trainer has begun none. Call Fit.");
        return Train(call, train, epochs, validation, progress, checkpoints: null, last, cancellationToken);
    }

    /// <summary>Ends the training that runs after the update at hand, as early stopping would: to be called from a progress report. An epoch that is not done counts
    /// for nothing, until <see cref="Resume"/>, or Fit with the same checkpoints, goes on.</summary>
    /// <exception cref="InvalidOperationException">No training runs.</exception>
    public void Stop()
    {
        using Call call = Enter(nameof(Stop));
        _stops = _isTraining ? true : throw new InvalidOperationException($"Stop ends a training that runs, and this trainer of {_plan.Name} runs none: call it from a progress report.");
    }

    private TrainingHistory Train(
        Call call, SequenceData train, int epochs, SequenceData? validation, IProgress<TrainingProgress>? progress, Checkpoints? checkpoints, TrainingState? from, CancellationToken cancellationToken)
    {
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

        TrainingChecks.RequireGradientSteps(train, _options, nameof(train));
        TrainingChecks.RequireBatches(_plan, _options, train.Count, nameof(train));
        if (from is not null)
        {
            CheckCounts(_lastCounts.Train, train.Count, "samples", nameof(train));
            CheckCounts(_lastCounts.Validation, validation?.Count ?? 0, "samples of validation data", nameof(validation));
        }

        HeadMeasures? measures = validation is null || _options.Measures.Count == 0 ? null : MeasuresFor(validation, _options.Measures, groups: []);
        _options.Monitor.Check(measures?.Results(), _plan.Name);
        ForgetThreadsOfOthers(Math.Max(train.Count, validation?.Count ?? 0));
        ParallelWorkspace workspace = WorkspaceFor(train, validation);
        List<string> notices = [.. new[] { DataChecks.LeftOut(train, _plan) }.OfType<string>()];
        using CheckpointFolder? folder = checkpoints is null ? null : new(checkpoints);
        float rate = RateAtBeginning(checkpoints);
        TrainingSettings? settings = folder is null ? null : TrainingSettings.Of(_losses, Optimizer, rate, _options, workspace.Threads, train, validation);
        TrainingState? state = from ?? (folder is null ? null : Newest(folder, settings!, notices));
        bool isNew = state is null;
        if (isNew && _options.FitNormalization)
        {
            if (InputNormalization.IsDeclared(_network) && !InputNormalization.IsSet(_network))
            {
                InputNormalization.Fit(_network, train);
            }

            TargetNormalization.FitNew(_network, train);
        }

        if (state?.LastValues is { } values)
        {
            _network.Core.ReplaceParameters(values);
            state.LastValues = null;
        }

        state ??= TrainingState.After(_last, Optimizer.LearningRate);
        (_last, _lastCounts) = (state, (train.Count, validation?.Count ?? 0));
        _kept = checkpoints is null ? _kept : (checkpoints.FullPath, rate);
        call.BeginTraining();
        using Run run = new(state, train, validation, epochs, _options, progress, cancellationToken)
        {
            Folder = folder,
            Settings = settings,
            Notices = notices,
            Measures = measures,
            Meter = _options.Insight is { } insight ? Meter(insight, train, notices) : null,
        };
        return Train(run, workspace, isNew);
    }

    private InsightMeter Meter(TrainingInsight insight, SequenceData train, List<string> notices)
    {
        string? whyNot = insight.GradientFlow ? InsightMeter.WhyNoFlow(_plan, train) : null;
        if (whyNot is not null)
        {
            notices.Add($"gradient flow is not measured: {whyNot}");
        }

        return new InsightMeter(_network.Core, _losses, train, _options.BatchSize, insight.GradientFlow && whyNot is null);
    }

    private static void CheckCounts(int before, int now, string what, string name)
    {
        if (now != before)
        {
            throw new ArgumentException($"The training to go on with has {before} {what}, {now} were given. Give the same data, or call Fit for another training.", name);
        }
    }

    private TrainingHistory Train(Run run, ParallelWorkspace workspace, bool isNew)
    {
        TrainingState state = run.State;
        _stops = false;
        try
        {
            if (isNew)
            {
                // What fails before its first checkpoint begins where it began, also where the same trainer tries again.
                Save(run, workspace, force: true);
            }

            Loop(run, workspace);
            Save(run, workspace, force: true);
            run.Saved(run.Folder?.Finish());
        }
        catch (OperationCanceledException)
        {
            Save(run, workspace, force: true);
            run.Folder?.Finish();
            throw;
        }
        catch (TrainingDivergedException e)
        {
            e.History = run.History(_options.EarlyStopping);
            throw;
        }
        finally
        {
            Note(run, workspace);
            Optimizer.LearningRate = state.Rate;
            History = run.History(_options.EarlyStopping);
        }

        if (_options.EarlyStopping is { RestoreBest: true } && state.BestValues is not null)
        {
            BringBack(state, state.BestValues);
        }
        else if (state.Average is not null)
        {
            BringBack(state, state.Average);
        }

        return run.History(_options.EarlyStopping);
    }

    private void Loop(Run run, ParallelWorkspace workspace)
    {
        TrainingState state = run.State;
        GoOn(run, workspace);
        while (run.Epoch < run.Epochs && !(state.Batch == 0 && state.IsOver(_options.EarlyStopping)))
        {
            if (_stops || Epoch(run, workspace) is not { } result)
            {
                return;
            }

            // Before the report: it may change parameters, and those are not the epoch's.
            if (state.Add(result, _options.Monitor.HigherIsBetter))
            {
                state.BestValues ??= new float[_plan.ParameterLength];
                (state.Average ?? _network.Parameters.Values).CopyTo(state.BestValues);
                run.Folder?.BestIsNew();
            }

            run.Report(result.Training.Loss, result);
            if (run.Folder?.IsDue(run.Updates, run.Epoch) == true)
            {
                Save(run, workspace);
            }
        }
    }

    /// <summary>What is left of the epoch that runs.</summary>
    /// <returns>Its result; null where <see cref="Stop"/> was called within.</returns>
    private EpochResult? Epoch(Run run, ParallelWorkspace workspace)
    {
        TrainingState state = run.State;
        int epoch = run.Epoch;
        if (state.Batch == 0)
        {
            _trained.Clear();
        }

        run.Shuffle();
        run.StartEpoch();
        while (state.Batch < run.Batches)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            if (_stops)
            {
                return null;
            }

            run.SetRate(Optimizer);
            double forced = _options.TeacherForcing.Ratio(run.Position);
            if (!(forced is >= 0 and <= 1))
            {
                throw new InvalidOperationException($"A ratio of teacher forcing is 0 to 1, {_options.TeacherForcing.GetType().Name} gave {forced}.");
            }

            state.Batch += Update(run, workspace, epoch, state.Batch, forced);
            state.UpdateRate = Optimizer.LearningRate;
            if (state.Batch < run.Batches)
            {
                run.Report(_trained.Loss, null);
                if (run.Folder?.IsDue(run.Updates, null) == true)
                {
                    Save(run, workspace);
                }
            }
        }

        EvaluationResult training = _trained.Result();
        CheckParameters(epoch);
        EvaluationResult? validation = run.Validation is null ? null : Validate(run, workspace);
        if (validation is not null && !double.IsFinite(validation.Loss))
        {
            throw NotFinite(run, workspace, validation, training, epoch);
        }

        return new EpochResult
        {
            Epoch = epoch + 1,
            Training = training,
            Validation = validation,
            Monitored = _options.Monitor.Read(validation ?? training),
            LearningRate = state.UpdateRate,
            Duration = run.EpochTime,
        };
    }
}
