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
    public EvaluationResult Evaluate(SequenceData data)
    {
        using OneThread.Stay stay = Enter();
        Check(data, targets: true, nameof(data));
        Prepare(data);
        return EvaluatePrepared(data, Enumerable.Range(0, data.Count).ToArray());
    }

    /// <summary>The outputs for some data, without noise; targets are not needed (but by a decoder, which is fed with them: a
    /// <c>SequenceDecoder</c> does without).</summary>
    /// <param name="data">What to predict from.</param>
    /// <param name="head">The head whose outputs are wanted; null for the first.</param>
    /// <returns>[N, OutputSize], or [N, T, OutputSize] where there is an output a step (zero beyond lengths).</returns>
    public float[] Predict(SequenceData data, string? head = null)
    {
        using OneThread.Stay stay = Enter();
        bool targets = AxisSteps.TargetAxis(_plan) >= 0 && data is { HasTargets: true };
        Check(data, targets, nameof(data));
        Prepare(data);
        int index = head is null ? 0 : Array.IndexOf(_plan.OutputNames, head);
        if (index < 0)
        {
            throw new ArgumentException($"{_plan.Name} has no head '{head}'. It has {string.Join(", ", _plan.OutputNames)}.", nameof(head));
        }

        if (AxisSteps.TargetAxis(_plan) >= 0 && !targets && DataChecks.TargetSteps(data, _plan) == 0)
        {
            throw new ArgumentException($"The data has no targets to feed the decoder of {_plan.Name} with: use a SequenceDecoder, which feeds it with its own outputs.", nameof(data));
        }

        int size = _plan.Outputs[index].Size;
        float[] outputs = [];
        int[] order = Enumerable.Range(0, data.Count).ToArray();
        for (int first = 0; first < order.Length; first += EvaluationBatch)
        {
            int batch = Math.Min(EvaluationBatch, order.Length - first);
            Infer(data, order.AsSpan(first, batch), targets, goesOn: first > 0);
            int steps = _workspace!.StepsOfHead(index);
            outputs = outputs.Length > 0 ? outputs : new float[checked(data.Count * steps * size)];
            ReadOnlySpan<float> y = _workspace.OutputOfHead(_plan.Outputs[index].Name);
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

    private EvaluationResult EvaluatePrepared(SequenceData data, int[] order)
    {
        _sums.Clear();
        for (int first = 0; first < order.Length; first += EvaluationBatch)
        {
            Infer(data, order.AsSpan(first, Math.Min(EvaluationBatch, order.Length - first)), targets: true, goesOn: first > 0);
            _workspace!.Loss();
            _workspace.AddTo(_sums);
        }

        return _sums.Result();
    }

    /// <summary>Samples of a pass without updates: one where the sequence is read in one piece.</summary>
    private int EvaluationBatch => _options.Stateful ? 1 : _options.BatchSize;

    private void Infer(SequenceData data, ReadOnlySpan<int> samples, bool targets, bool goesOn)
    {
        bool keep = _options.Stateful && goesOn;
        if (keep)
        {
            _workspace!.CarryState();
        }

        BatchFiller.Fill(data, samples, _workspace!, targets, keep);
        _workspace!.Forward(ForwardMode.Inference);
    }

    private void Check(SequenceData data, bool targets, string name)
    {
        DataChecks.Check(data, _plan, targets, name);
        if (_options.Stateful && data.WhyNotContiguous is { } reason)
        {
            throw new ArgumentException($"A stateful training reads the samples one after the other as one long sequence, but {reason}.", name);
        }
    }

    /// <summary>What one call of Fit works with; its clock and its reports.</summary>
    private sealed class Run
    {
        private readonly IProgress<TrainingProgress>? _progress;
        private readonly int _batchSize;
        private readonly long _start = Stopwatch.GetTimestamp();
        private long _epochStart;

        public Run(
            SequenceData train, SequenceData? validation, int epochs, TrainerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            Train = train;
            Validation = validation;
            Epochs = epochs;
            Cancellation = cancellation;
            Order = options.Stateful ? SideBySide(train.Count, options.BatchSize) : Enumerable.Range(0, train.Count).ToArray();
            ValidationOrder = Enumerable.Range(0, validation?.Count ?? 0).ToArray();
            Batches = (train.Count + options.BatchSize - 1) / options.BatchSize;
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
            _progress.Report(new TrainingProgress(
                epoch + 1, Epochs, batchesDone, Batches, loss, samples / Math.Max(1e-9, seconds), elapsed, elapsed * ((Epochs - done) / done), completed));
        }
    }
}
