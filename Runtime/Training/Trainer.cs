// The training loop: epochs of shuffled mini-batches, validation, early stopping.
// Knows the order of things; refuses to know networks, formulas and drawing of progress, and who may call when (Trainer.Calls).
using System;
using System.Collections.Generic;
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
    private TrainingState? _last;
    private int _lastCount;

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

    /// <summary>Gives the network the parameters of the last training's best epoch (<see cref="EarlyStopping.RestoreBest"/> does it by itself at the end).</summary>
    /// <exception cref="InvalidOperationException">No epoch of it was done, or it is running.</exception>
    public void RestoreBest()
    {
        using Call call = Enter(nameof(RestoreBest));
        if (_isTraining || _last?.BestValues is null)
        {
            throw new InvalidOperationException(_isTraining ? "RestoreBest was called from within a training: wait for its end." : "There is no best epoch yet: no epoch of a training was done.");
        }

        BringBack(_last);
    }

    private void BringBack(TrainingState state)
    {
        state.LastValues ??= _network.Parameters.Values.ToArray();
        Set(state.BestValues!);
    }

    private void Set(float[] parameters)
    {
        parameters.CopyTo(_network.Core.Master.Span);
        _network.Core.PublishParameters();
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

        if (from is not null && train.Count != _lastCount)
        {
            throw new ArgumentException($"The training to go on with has {_lastCount} samples, {train.Count} were given. Give the same data, or call Fit for another training.", nameof(train));
        }

        ParallelWorkspace workspace = WorkspaceFor(train, validation);
        List<string> notices = [];
        using CheckpointFolder? folder = checkpoints is null ? null : new(checkpoints);
        TrainingSettings? settings = folder is null ? null : TrainingSettings.Of(_plan, Optimizer, Optimizer.LearningRate, _options, workspace.Threads, train, validation);
        TrainingState? state = from ?? (folder is null ? null : Newest(folder, settings!, notices));
        if (state is null && _options.FitNormalization && InputNormalization.IsDeclared(_network) && !InputNormalization.IsSet(_network))
        {
            InputNormalization.Fit(_network, train);
        }

        if (state?.LastValues is { } values)
        {
            Set(values);
            state.LastValues = null;
        }

        state ??= new() { FirstRate = Optimizer.LearningRate, Rate = Optimizer.LearningRate, SamplesSeen = _last?.SamplesSeen ?? 0, EpochsBegun = _last?.EpochsBegun ?? 0 };
        (_last, _lastCount) = (state, train.Count);
        Run run = new(state, train, validation, epochs, _options, progress, cancellationToken) { Folder = folder, Settings = settings, Notices = notices };
        call.BeginTraining();
        try
        {
            Loop(run, workspace);
            Save(run, workspace, force: true);
            run.Saved(folder?.Finish());
        }
        catch (OperationCanceledException)
        {
            Save(run, workspace, force: true);
            folder?.Finish();
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

        if (_options.EarlyStopping is { RestoreBest: true })
        {
            BringBack(state);
        }

        return run.History(_options.EarlyStopping);
    }

    /// <summary>Where a training stands that is to go on; null where there is none.</summary>
    private TrainingState? Newest(CheckpointFolder folder, TrainingSettings settings, List<string> notices)
    {
        using CheckpointFile? file = folder.Newest(notices);
        if (file?.WhyNot(settings) is { } reason)
        {
            throw new NetworkFileException(
                $"{file.Path}: this checkpoint is of another training: {reason}. Set these back to go on with it, or give the new training another folder. Nothing was changed.");
        }

        TrainingState? state = file?.Load(_network.Core, Optimizer, _trained, wantsState: true);
        Optimizer.LearningRate = state?.Rate ?? Optimizer.LearningRate;
        return state;
    }

    private void Loop(Run run, ParallelWorkspace workspace)
    {
        TrainingState state = run.State;
        GoOn(run, workspace);
        while (run.Epoch < run.Epochs && !(state.Batch == 0 && state.IsOver(_options.EarlyStopping)))
        {
            EpochResult result = Epoch(run, workspace);

            // Before the report: it may change parameters, and those are not the epoch's.
            bool isBest = state.Add(result);
            (state.Batch, state.EpochElapsed) = (0, TimeSpan.Zero);
            if (isBest)
            {
                state.BestValues ??= new float[_plan.ParameterLength];
                _network.Parameters.Values.CopyTo(state.BestValues);
            }

            run.Report(result.Training.Loss, result);
            if (run.Folder?.IsDue(run.Updates, run.Epoch, isBest) == true)
            {
                Save(run, workspace);
            }
        }
    }

    /// <summary>Puts back what a training that was broken off within an epoch had in its hands.</summary>
    private void GoOn(Run run, ParallelWorkspace workspace)
    {
        TrainingState state = run.State;
        if (run.Notices.Count > 0)
        {
            run.StartEpoch();
            run.Report(0, null);
        }

        if (state.Batch == 0)
        {
            return;
        }

        _trained.Load(state.Sums);
        if (state.Carried is { } carried)
        {
            workspace.Resize(state.CarriedRows, run.Train.Steps);
            foreach ((string name, float[] values) in carried)
            {
                workspace.SetInitialState(name, values);
            }
        }
    }

    /// <summary>Notes in the state what the training has in its hands.</summary>
    private void Note(Run run, ParallelWorkspace workspace)
    {
        TrainingState state = run.State;
        run.TakeRate(Optimizer);
        run.StopClock();
        bool isWithin = state.Batch > 0;
        state.Sums = isWithin ? _trained.Save() : [];
        state.Carried = isWithin && _options.Stateful ? workspace.GivenStates() : null;
        state.CarriedRows = state.Carried is null ? 0 : workspace.Batch;
    }

    private void Save(Run run, ParallelWorkspace workspace, bool force = false)
    {
        if (run.Folder is not { } folder)
        {
            return;
        }

        Note(run, workspace);
        SafetensorsWriter? Best()
        {
            if (run.State.BestValues is not { } best)
            {
                return null;
            }

            SafetensorsWriter writer = new();
            ParameterFile.Describe(writer, _plan);
            ParameterFile.Add(writer, _plan, best);
            return writer;
        }

        run.Saved(folder.Save(run.Updates, () => CheckpointFile.Of(_network.Core, Optimizer, new Dictionary<string, string>(), (run.State, run.Settings!)), Best, force));
    }

    private EpochResult Epoch(Run run, ParallelWorkspace workspace)
    {
        TrainingState state = run.State;
        int epoch = run.Epoch;
        if (state.Batch == 0)
        {
            // Counted when it begins: after a training that was broken off, the next one has another order.
            state.EpochsBegun++;
            _trained.Clear();
        }

        run.Shuffle();
        run.StartEpoch();
        while (state.Batch < run.Batches)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            run.SetRate(Optimizer);
            double forced = _options.TeacherForcing.Ratio(run.Position);
            if (!(forced is >= 0 and <= 1))
            {
                throw new InvalidOperationException($"A ratio of teacher forcing is 0 to 1, {_options.TeacherForcing.GetType().Name} gave {forced}.");
            }

            Update(run, workspace, epoch, state.Batch, forced);
            state.Batch++;
            if (state.Batch < run.Batches)
            {
                run.Report(_trained.Loss, null);
                if (run.Folder?.IsDue(run.Updates, null, isBest: false) == true)
                {
                    Save(run, workspace);
                }
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
            Duration = run.EpochTime,
        };
    }

    /// <summary>One update from one batch. Where it fails, sums and counts are those before it.</summary>
    private void Update(Run run, ParallelWorkspace workspace, int epoch, int batch, double forced)
    {
        ReadOnlySpan<int> samples = run.SamplesOf(batch);
        BatchFiller.Fill(run.Train, samples, workspace, targets: true, keepStates: _options.Stateful && batch > 0);
        workspace.Seed = _options.Seed;
        workspace.SampleOffset = run.State.SamplesSeen;
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

        double norm = _options.GradientClipping.Apply(workspace);
        if (!double.IsFinite(norm))
        {
            throw Diverged($"the gradient's norm is {norm}", NormalizesCells ? OnSilence : "", run, epoch, batch);
        }

        workspace.AddTo(_trained);
        Optimizer.Step(workspace);
        run.State.SamplesSeen += samples.Length;
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
