// Evaluation and prediction over data, and the bookkeeping of one run.
// Knows batches without updates; refuses to know the training loop.
using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace SeqGen;

public sealed partial class Trainer
{
    /// <summary>The loss and metrics over some data, without noise.</summary>
    /// <exception cref="ArgumentException">The data does not fit the network, or nothing in it counts.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public EvaluationResult Evaluate(SequenceData data)
    {
        using Call call = Enter(nameof(Evaluate));
        Check(data, losses: true, nameof(data));
        return EvaluateIn(data, Enumerable.Range(0, data.Count).ToArray(), WorkspaceFor(data));
    }

    /// <summary>The outputs for some data, without noise; targets are not needed (but by a decoder, which is fed with them: a
    /// <c>SequenceDecoder</c> does without).</summary>
    /// <param name="data">What to predict from.</param>
    /// <param name="head">The head whose outputs are wanted; null for the first.</param>
    /// <returns>[N, OutputSize], or [N, T, OutputSize] where there is an output a step (zero beyond lengths).</returns>
    /// <exception cref="ArgumentException">The data does not fit the network, or there is no such head.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public float[] Predict(SequenceData data, string? head = null)
    {
        using Call call = Enter(nameof(Predict));
        int index = head is null ? 0 : Array.IndexOf(_plan.OutputNames, head);
        if (index < 0)
        {
            throw new ArgumentException($"{_plan.Name} has no head '{head}'. It has {string.Join(", ", _plan.OutputNames)}.", nameof(head));
        }

        bool targets = AxisSteps.TargetAxis(_plan) >= 0 && data is { HasTargets: true };
        Check(data, targets, losses: false, nameof(data));
        if (AxisSteps.TargetAxis(_plan) >= 0 && !targets && DataChecks.TargetSteps(data, _plan) == 0)
        {
            throw new ArgumentException($"The data has no targets to feed the decoder of {_plan.Name} with: use a SequenceDecoder, which feeds it with its own outputs.", nameof(data));
        }

        ParallelWorkspace workspace = WorkspaceFor(data);
        int size = _plan.Outputs[index].Size;
        float[] outputs = [];
        int[] order = Enumerable.Range(0, data.Count).ToArray();
        for (int first = 0; first < order.Length; first += EvaluationBatch)
        {
            int batch = Math.Min(EvaluationBatch, order.Length - first);
            Infer(data, order.AsSpan(first, batch), workspace, targets, goesOn: first > 0);
            int steps = workspace.StepsOfHead(index);
            outputs = outputs.Length > 0 ? outputs : Room(data.Count, steps, size);
            ReadOnlySpan<float> y = workspace.OutputOfHead(_plan.Outputs[index].Name);
            for (int b = 0; b < batch; b++)
            {
                for (int t = 0; t < steps; t++)
                {
                    int row = _plan.TimeMajor && _plan.Outputs[index].Axis >= 0 ? (t * batch) + b : (b * steps) + t;
                    y.Slice(row * size, size).CopyTo(outputs.AsSpan((((first + b) * steps) + t) * size));
                }
            }
        }

        return outputs;
    }

    private static float[] Room(int samples, int steps, int size) => (long)samples * steps * size <= Array.MaxLength
        ? new float[samples * steps * size]
        : throw new ArgumentException($"The outputs of {samples} samples of {steps} x {size} are more than one array holds ({Array.MaxLength} floats): predict in parts, with Take and Skip.", "data");

    private EvaluationResult EvaluateIn(SequenceData data, int[] order, ParallelWorkspace workspace)
    {
        _evaluated.Clear();
        for (int first = 0; first < order.Length; first += EvaluationBatch)
        {
            Infer(data, order.AsSpan(first, Math.Min(EvaluationBatch, order.Length - first)), workspace, targets: true, goesOn: first > 0);
            workspace.Loss();
            workspace.AddTo(_evaluated);
        }

        return _evaluated.Result();
    }

    /// <summary>Samples of a pass without updates: one where the sequence is read in one piece.</summary>
    private int EvaluationBatch => _options.Stateful ? 1 : _options.BatchSize;

    private void Infer(SequenceData data, ReadOnlySpan<int> samples, ParallelWorkspace workspace, bool targets, bool goesOn)
    {
        bool keep = _options.Stateful && goesOn;
        if (keep)
        {
            workspace.CarryState();
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
            DataChecks.CheckCounts(data, _plan, name);
        }

        if (_options.Stateful && data.WhyNotContiguous is { } reason)
        {
            throw new ArgumentException($"A stateful training reads the samples one after the other as one long sequence, but {reason}.", name);
        }
    }

    private void Check(SequenceData data, bool losses, string name) => Check(data, targets: true, losses, name);

    /// <summary>What one call of Fit works with; its clock and its reports.</summary>
    private sealed class Run
    {
        private readonly IProgress<TrainingProgress>? _progress;
        private readonly int _batchSize;
        private readonly long _start = Stopwatch.GetTimestamp();
        private long _epochStart;
        private float _set;

        public Run(
            SequenceData train, SequenceData? validation, int epochs, TrainerOptions options, float rate, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            Train = train;
            Validation = validation;
            Epochs = epochs;
            Cancellation = cancellation;
            Order = options.Stateful ? SideBySide(train.Count, options.BatchSize) : Enumerable.Range(0, train.Count).ToArray();
            ValidationOrder = Enumerable.Range(0, validation?.Count ?? 0).ToArray();
            Batches = (int)((train.Count + (long)options.BatchSize - 1) / options.BatchSize);
            Schedule = options.LearningRate.ForOneTraining();
            Rate = _set = rate;
            _batchSize = options.BatchSize;
            _progress = progress;
        }

        public SequenceData Train { get; }

        public SequenceData? Validation { get; }

        public int Epochs { get; }

        public int Batches { get; }

        public CancellationToken Cancellation { get; }

        public int[] Order { get; }

        public int[] ValidationOrder { get; }

        public LearningRateSchedule Schedule { get; }

        /// <summary>The optimizer's own rate, which the schedule's factor is of.</summary>
        public float Rate { get; private set; }

        public ReadOnlySpan<int> SamplesOf(int batch) => Order.AsSpan(batch * _batchSize, Math.Min(_batchSize, Order.Length - (batch * _batchSize)));

        /// <summary>Sets the rate of the next update.</summary>
        public void SetRate(Optimizer optimizer, double now)
        {
            TakeRate(optimizer);
            double factor = Schedule.Factor(now, Epochs);
            if (!(factor >= 0 && float.IsFinite((float)(Rate * factor))))
            {
                throw new InvalidOperationException($"A learning rate is finite and 0 or more; {Schedule.GetType().Name} gave the factor {factor} at epoch {now:G5}, on a rate of {Rate}.");
            }

            optimizer.LearningRate = _set = (float)(Rate * factor);
        }

        /// <summary>A rate that somebody has set since is the optimizer's own from now on.</summary>
        public void TakeRate(Optimizer optimizer)
        {
            if (optimizer.LearningRate != _set)
            {
                Rate = _set = optimizer.LearningRate;
            }
        }

        public void StartEpoch() => _epochStart = Stopwatch.GetTimestamp();

        /// <summary>Windows 0 to <paramref name="count"/> - 1 cut into one piece a row: each batch takes the next window of every piece. The first
        /// pieces are one window longer where they must be; the last batch is those.</summary>
        private static int[] SideBySide(int count, int rows)
        {
            (int each, int longer) = Math.DivRem(count, rows);
            return Enumerable.Range(0, count).Select(i => (i % rows * each) + Math.Min(i % rows, longer) + (i / rows)).ToArray();
        }

        public void Report(int epoch, int batchesDone, double loss, EpochResult? completed)
        {
            if (_progress is null)
            {
                return;
            }

            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
            double seconds = (completed?.Duration ?? Stopwatch.GetElapsedTime(_epochStart)).TotalSeconds;
            double samples = Math.Min((long)batchesDone * _batchSize, Order.Length);
            double done = epoch + (batchesDone / (double)Batches);

            // A training without end ("until it is cancelled") has more time left than a TimeSpan holds.
            double left = elapsed.Ticks * ((Epochs - done) / done);
            TimeSpan remaining = left < TimeSpan.MaxValue.Ticks ? TimeSpan.FromTicks((long)left) : TimeSpan.MaxValue;
            _progress.Report(new TrainingProgress(
                epoch + 1, Epochs, batchesDone, Batches, loss, samples / Math.Max(1e-9, seconds), elapsed, remaining, completed));
        }
    }
}
