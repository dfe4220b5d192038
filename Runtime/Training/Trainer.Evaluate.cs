// Evaluation over data.
// Knows batches without updates; refuses to know the training loop.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public sealed partial class Trainer
{
    /// <summary>Called after a batch that was run over.</summary>
    private delegate void BatchDone(Workspace workspace, bool isFirst, ReadOnlySpan<int> samples);

    /// <summary>The loss and metrics over some data, without noise.</summary>
    /// <exception cref="ArgumentException">The data does not fit the network, or nothing in it counts.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public EvaluationResult Evaluate(SequenceData data)
    {
        using Call call = Enter(nameof(Evaluate));
        Check(data, losses: true, nameof(data));
        return EvaluateIn(data, Enumerable.Range(0, data.Count).ToArray(), WorkspaceFor(data), measures: null, groups: []);
    }

    /// <summary>The loss and metrics over some data, without noise, and what else is to be measured: <see cref="EvaluationResult.Measures"/>.</summary>
    /// <param name="data">The data.</param>
    /// <param name="measures">What to measure, each of the head that it names, or of all of which it can be taken.</param>
    /// <param name="groups">A group of each sample, any numbers, for <see cref="Measure.ByGroup"/>; null for none.</param>
    /// <example><code>
    /// Console.WriteLine(trainer.Evaluate(test, [Measure.Classification(), Measure.LogLoss, Measure.RocArea()]).Measures);
    /// </code></example>
    /// <exception cref="ArgumentException">The data does not fit the network, nothing in it counts, or a measure cannot be taken: the message says why.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public EvaluationResult Evaluate(SequenceData data, IReadOnlyList<Measure> measures, IReadOnlyList<int>? groups = null)
    {
        ArgumentNullException.ThrowIfNull(measures);
        using Call call = Enter(nameof(Evaluate));
        Check(data, losses: true, nameof(data));
        int[] named = GroupsOf(data, groups, out int[] numbers);
        HeadMeasures all = MeasuresFor(data, measures, named);
        return EvaluateIn(data, Enumerable.Range(0, data.Count).ToArray(), WorkspaceFor(data), all, numbers);
    }

    /// <summary>The network beside simple forecasts of the same windows: what it has to beat. For a head whose targets are values, of windows over a series.</summary>
    /// <param name="train">What baselines learn from, and the scale of the mean absolute scaled error: the network's training windows.</param>
    /// <param name="data">What is forecast.</param>
    /// <param name="season">Rows of a season; 1 for none.</param>
    /// <param name="measures">What to measure; null for MAE, RMSE, sMAPE and MASE of that season. Of baselines those that a single forecast has.</param>
    /// <param name="baselines">The forecasts; null for <see cref="Baseline.Common"/>.</param>
    /// <returns>The network's numbers, by its name, and each baseline's; a table, as text.</returns>
    /// <exception cref="ArgumentException">The data does not fit the network, or are not windows over a series.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public Comparison Compare(SequenceData train, SequenceData data, int season = 1, IReadOnlyList<Measure>? measures = null, IReadOnlyList<Baseline>? baselines = null)
    {
        using Call call = Enter(nameof(Compare));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(season);
        Check(train, losses: true, nameof(train));
        Check(data, losses: true, nameof(data));
        int head = Array.FindIndex(_plan.Outputs, o => o.Loss is { Kind: not LossKind.None });
        string name = _plan.Outputs[head].Name;
        TargetSeries past = new(train, name, head == 0, nameof(train)), series = new(data, name, head == 0, nameof(data)), rest = new(Rest(data), name, head == 0, nameof(data));
        baselines ??= Baseline.Common(season);
        measures ??= [Measure.MeanAbsoluteError, Measure.RootMeanSquaredError, Measure.SymmetricMeanAbsolutePercentageError, Measure.ScaledBy(past, season)];
        measures = _plan.Outputs.Length == 1 ? measures : [.. measures.Select(m => m.Head is null ? m.OfHead(name) : m)];
        foreach (Baseline baseline in baselines)
        {
            ArgumentNullException.ThrowIfNull(baseline, nameof(baselines));
            baseline.Fit(past);
        }

        HeadMeasures own = MeasuresFor(data, measures, groups: []);
        BaselineMeasures others = new(_plan, head, series, baselines, measures, StepsIn(data, head));
        EvaluationResult result = EvaluateIn(data, Enumerable.Range(0, data.Count).ToArray(), WorkspaceFor(data), own, groups: [], (workspace, first, samples) => others.Add(workspace, first ? series : rest, samples));
        return new Comparison([(_plan.Name, result.Measures), .. others.Results()]);
    }

    /// <summary>How many steps an epoch over some data runs as this trainer is set, and how many of them are padding. (The first epoch's order; others differ a little.)</summary>
    /// <exception cref="ArgumentException">The data does not fit the network.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public EpochSteps CountSteps(SequenceData data)
    {
        using Call call = Enter(nameof(CountSteps));
        Check(data, losses: true, nameof(data));
        int axis = AxisSteps.TargetAxis(_plan), targetSteps = DataChecks.TargetSteps(data, _plan);
        long own = 0, run = 0, all = data.Count * ((long)data.Steps + targetSteps);
        using Run epoch = new(TrainingState.After(null, 0), data, null, 1, _options, null, default);
        epoch.Shuffle();
        for (int batch = 0; batch < epoch.Batches; batch++)
        {
            ReadOnlySpan<int> samples = epoch.SamplesOf(batch);
            foreach (int sample in samples)
            {
                int index = data.Index(sample);
                own += (data.Lengths?[index] ?? data.Steps) + (targetSteps > 0 ? data.TargetLengths?[index] ?? targetSteps : 0);
            }

            run += samples.Length * ((long)BatchFiller.StepsFor(data, samples, data.Lengths, data.Steps, _plan, 0)
                + (targetSteps > 0 ? BatchFiller.StepsFor(data, samples, data.TargetLengths, targetSteps, _plan, axis) : 0));
        }

        return new(own, all, _options.BucketBatches > 0 ? run : all);
    }

    /// <summary>Steps from one window of a stateful training to the next.</summary>
    private int Advance(SequenceData data) => _options.UpdateSteps > 0 ? _options.UpdateSteps : data.Steps;

    /// <summary>What is to be read of the windows after the first: of those that overlap the last steps.</summary>
    private SequenceData Rest(SequenceData data) => Advance(data) is var steps && steps < data.Steps ? data.Section(data.Steps - steps, steps) : data;

    private EvaluationResult EvaluateIn(SequenceData data, int[] order, ParallelWorkspace workspace, HeadMeasures? measures, ReadOnlySpan<int> groups, BatchDone? done = null)
    {
        SequenceData rest = Rest(data);
        using BatchReader? reader = ReaderFor(data, rest);
        _evaluated.Clear();
        measures?.Clear();
        for (int first = 0; first < order.Length; first += EvaluationBatch)
        {
            int batch = Math.Min(EvaluationBatch, order.Length - first);
            Infer(first > 0 ? rest : data, order, first, batch, workspace, targets: true, reader);
            workspace.Loss();
            workspace.AddTo(_evaluated);
            measures?.Add(workspace, groups.IsEmpty ? default : groups.Slice(first, batch));
            done?.Invoke(workspace, first == 0, order.AsSpan(first, batch));
        }

        EvaluationResult result = _evaluated.Result();
        return measures is null ? result : result with { Measures = measures.Results() };
    }

    /// <summary>Measures of some data.</summary>
    private HeadMeasures MeasuresFor(SequenceData data, IReadOnlyList<Measure> measures, int[] groups)
    {
        int[] steps = [.. Enumerable.Range(0, _plan.Outputs.Length).Select(head => StepsIn(data, head))];
        return new HeadMeasures(_plan, measures, steps, groups, data.TargetBlocks.Max(t => t.Labels is null ? 0 : t.Steps));
    }

    /// <summary>Steps of a head's output over some data.</summary>
    private int StepsIn(SequenceData data, int head)
    {
        int axis = _plan.Outputs[head].Axis;
        return axis < 0 ? 1
            : AxisSteps.Of(_plan, axis, AxisSteps.Root(_plan, axis) == 0 ? data.Steps : DataChecks.TargetSteps(data, _plan) is var given and > 0 ? given : _plan.Axes[AxisSteps.Root(_plan, axis)].Max);
    }

    /// <summary>The groups that there are, in rising order, and which of them each sample is of.</summary>
    private static int[] GroupsOf(SequenceData data, IReadOnlyList<int>? groups, out int[] numbers)
    {
        if (groups is not null && groups.Count != data.Count)
        {
            throw new ArgumentException($"There are {data.Count} samples and {groups.Count} groups. Give one a sample, in the order of the samples.", nameof(groups));
        }

        int[] named = [.. (groups ?? []).Distinct().Order()];
        numbers = [.. (groups ?? []).Select(g => Array.BinarySearch(named, g))];
        return named;
    }

    /// <summary>Samples of a pass without updates: one where the sequence is read in one piece.</summary>
    private int EvaluationBatch => _options.Stateful ? 1 : _options.BatchSize;

    /// <summary>What reads ahead; windows that overlap in a stateful training are read as they come.</summary>
    private BatchReader? ReaderFor(SequenceData data, SequenceData rest) => ReferenceEquals(data, rest) ? BatchReader.For(data, EvaluationBatch) : null;

    private void Infer(SequenceData data, int[] order, int first, int count, ParallelWorkspace workspace, bool targets, BatchReader? reader)
    {
        bool keep = _options.Stateful && first > 0;
        ReadOnlySpan<int> samples = order.AsSpan(first, count);
        (workspace.LossSteps, workspace.CarrySteps) = (0, 0);
        if (keep)
        {
            workspace.CarryState();
        }

        if (reader is not null)
        {
            int next = first + count;
            data = reader.Take(samples, order.AsSpan(next, Math.Min(EvaluationBatch, order.Length - next)));
            samples = order.AsSpan(0, count);
        }

        BatchFiller.Fill(data, samples, workspace, targets, keep);
        workspace.Forward(ForwardMode.Inference);
    }

    /// <summary>Checks data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="targets">Whether its targets are used.</param>
    /// <param name="losses">Whether a loss is wanted of them.</param>
    /// <param name="name">The argument that it is.</param>
    private void Check(SequenceData data, bool targets, bool losses, string name)
    {
        DataChecks.Check(data, _plan, targets, name);
        if (losses)
        {
            RequireLosses(data, name);
            DataChecks.CheckCounts(data, _plan, name);
        }

        TrainingChecks.RequireUpdateSteps(data, _options, name);
        if (_options.Stateful && data.WhyNotContiguous(Advance(data)) is { } reason)
        {
            throw new ArgumentException($"A stateful training reads the samples one after the other as one long sequence, but {reason}.", name);
        }
    }

    /// <summary>Fails where there are targets that nothing would be learnt of.</summary>
    private void RequireLosses(SequenceData data, string name)
    {
        for (int i = 0; i < _plan.Outputs.Length; i++)
        {
            if (_plan.Outputs[i].Loss is not { Kind: not LossKind.None } && DataChecks.TargetOf(data, _plan, i) is not null)
            {
                throw new ArgumentException(
                    $"The data has targets of '{_plan.OutputNames[i]}', and {_plan.Name} has no loss on it: declare one, hand one in (TrainerOptions.Losses), or leave the targets out.", name);
            }
        }
    }

    private void Check(SequenceData data, bool losses, string name) => Check(data, targets: true, losses, name);
}
