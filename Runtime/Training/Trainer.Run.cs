// The bookkeeping of one call of Fit or Resume: its data, its clock, its reports, its checkpoints.
// Knows counts and times; refuses to know what an update is.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using SeqGen.Kernels.V1;

namespace SeqGen;

public sealed partial class Trainer
{
    private sealed class Run : IDisposable
    {
        private readonly IProgress<TrainingProgress>? _progress;
        private readonly TrainerOptions _options;
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly TimeSpan _before;
        private readonly LaneOrder? _lanes;
        private readonly BucketOrder? _buckets;
        private readonly int[] _places;
        private readonly BlockOrder _blocks;
        private long _epochStart = Stopwatch.GetTimestamp();
        private int _orderOf = -1;
        private float _set;
        private int _told;
        private CheckpointReport? _checkpoint;

        public Run(
            TrainingState state, SequenceData train, SequenceData? validation, int epochs, TrainerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            State = state;
            Train = train;
            Validation = validation;
            Epochs = epochs;
            Cancellation = cancellation;
            _lanes = options.Stateful ? new LaneOrder(train.Count, options.Lanes > 0 ? options.Lanes : options.BatchSize, options.BatchSize) : null;
            _buckets = options.BucketBatches > 0 ? new BucketOrder(train, options.BatchSize, options.BucketBatches) : null;
            Order = new int[train.Count];
            ValidationOrder = Enumerable.Range(0, validation?.Count ?? 0).ToArray();
            _blocks = new BlockOrder(train.Count, options.ShuffleBlock > 0 ? options.ShuffleBlock : train.Count);
            Reader = BatchReader.For(train, options.BatchSize);
            _places = Reader is null ? [] : [.. Enumerable.Range(0, Math.Min(options.BatchSize, train.Count))];
            Batches = _lanes?.Batches ?? (int)((train.Count + (long)options.BatchSize - 1) / options.BatchSize);
            _set = state.Rate;
            _options = options;
            _before = state.Elapsed;
            _progress = progress;
        }

        /// <summary>Where the training stands.</summary>
        public TrainingState State { get; }

        public SequenceData Train { get; }

        public SequenceData? Validation { get; }

        public int Epochs { get; }

        public int Batches { get; }

        public CancellationToken Cancellation { get; }

        /// <summary>The samples in the order of the epoch that runs; see <see cref="Shuffle"/>.</summary>
        public int[] Order { get; }

        public int[] ValidationOrder { get; }

        /// <summary>Reads what lies on disk; null where all is in memory.</summary>
        public BatchReader? Reader { get; }

        public CheckpointFolder? Folder { get; init; }

        public TrainingSettings? Settings { get; init; }

        public List<string> Notices { get; init; } = [];

        /// <summary>What is measured of the validation data; null for nothing.</summary>
        public HeadMeasures? Measures { get; init; }

        /// <summary>Measures updates; null where none is measured.</summary>
        public InsightMeter? Meter { get; init; }

        /// <summary>The gradients' norm of the last update.</summary>
        public double GradientNorm { get; set; }

        /// <summary>What was measured since the last report.</summary>
        public TrainingMeasurement? Measurement { get; set; }

        /// <summary>The epoch that runs, from 0.</summary>
        public int Epoch => State.Results.Count;

        /// <summary>Updates done.</summary>
        public long Updates => ((long)Epoch * UpdatesPerEpoch) + UpdatesOf(State.Batch);

        public TrainingPosition Position => new(Updates, UpdatesPerEpoch, Epochs, State.Monitored);

        private int UpdatesPerEpoch => UpdatesOf(Batches);

        private int UpdatesOf(int batches) => (int)((batches + (long)_options.AccumulatedBatches - 1) / _options.AccumulatedBatches);

        public ReadOnlySpan<int> SamplesOf(int batch) => Order.AsSpan(StartOf(batch)..StartOf(batch + 1));

        /// <summary>Fills the workspace with a batch.</summary>
        public void Fill(int batch, ParallelWorkspace workspace)
        {
            ReadOnlySpan<int> samples = SamplesOf(batch);
            if (Reader is null)
            {
                BatchFiller.Fill(Train, samples, workspace, targets: true, keepStates: GoesOn(batch), isShort: _buckets is not null);
                return;
            }

            // The order of the next epoch is not known yet.
            SequenceData read = Reader.Take(samples, batch + 1 < Batches ? SamplesOf(batch + 1) : []);
            BatchFiller.Fill(read, _places.AsSpan(0, samples.Length), workspace, targets: true, keepStates: GoesOn(batch), isShort: _buckets is not null);
        }

        public void Dispose() => Reader?.Dispose();

        /// <summary>Whether a batch goes on where the one before ended.</summary>
        public bool GoesOn(int batch) => _lanes?.Begins(batch) == false;

        /// <summary>Puts the samples into the order of the epoch that runs: a function of the options, the seed and the epoch's number alone.</summary>
        public void Shuffle()
        {
            if (State.EpochNumber == _orderOf)
            {
                return;
            }

            _orderOf = State.EpochNumber;
            RandomSource? random = _options.Shuffle ? RandomSequences.Create(_options.Seed, (ulong)State.EpochNumber) : null;
            if (_lanes is not null)
            {
                _lanes.Fill(Order, random);
                return;
            }

            _blocks.Fill(Order, random);

            // The numbers of a source go on; a copy of it would give the same again.
            _buckets?.Arrange(Order, _options.Shuffle ? RandomSequences.Create(_options.Seed ^ 0xB0CE, (ulong)State.EpochNumber) : null);
        }

        /// <summary>Sets the rate of the next update.</summary>
        public void SetRate(Optimizer optimizer)
        {
            TakeRate(optimizer);
            double factor = _options.LearningRate.Factor(Position);
            if (!(factor >= 0 && float.IsFinite((float)(State.Rate * factor))))
            {
                throw new InvalidOperationException(
                    $"A learning rate is finite and 0 or more; {_options.LearningRate.GetType().Name} gave the factor {factor} at epoch {Position.Epoch:G5}, on a rate of {State.Rate}.");
            }

            optimizer.LearningRate = _set = (float)(State.Rate * factor);
        }

        /// <summary>A rate that somebody has set since is the optimizer's own from now on.</summary>
        public void TakeRate(Optimizer optimizer)
        {
            if (optimizer.LearningRate != _set)
            {
                State.Rate = _set = optimizer.LearningRate;
            }
        }

        public void StartEpoch() => _epochStart = Stopwatch.GetTimestamp();

        /// <summary>Time that the epoch took so far, before this call too.</summary>
        public TimeSpan EpochTime => State.EpochElapsed + Stopwatch.GetElapsedTime(_epochStart);

        /// <summary>Notes the times in the state.</summary>
        public void StopClock()
        {
            State.Elapsed = _before + Stopwatch.GetElapsedTime(_start);
            State.EpochElapsed = State.Batch > 0 ? EpochTime : TimeSpan.Zero;
            _epochStart = Stopwatch.GetTimestamp();
        }

        public TrainingHistory History(EarlyStopping? stopping) => new([.. State.Results], State.Best, Epoch < Epochs && State.IsOver(stopping), [.. Notices], [.. State.Measurements]);

        public void Report(double loss, EpochResult? completed)
        {
            if (_progress is null)
            {
                return;
            }

            // The report of an epoch comes when it is counted already, and that of a training that is over when there is none left.
            int epoch = Math.Min(completed is null ? Epoch : Epoch - 1, Epochs - 1), batches = completed is null && Epoch < Epochs ? State.Batch : Batches;
            TimeSpan elapsed = _before + Stopwatch.GetElapsedTime(_start);
            double seconds = (completed?.Duration ?? EpochTime).TotalSeconds;
            double samples = StartOf(batches);
            double done = Math.Max(1e-9, epoch + (batches / (double)Batches));

            // A training without end ("until it is cancelled") has more time left than a TimeSpan holds.
            double left = elapsed.Ticks * ((Epochs - done) / done);
            TimeSpan remaining = left < TimeSpan.MaxValue.Ticks ? TimeSpan.FromTicks((long)left) : TimeSpan.MaxValue;
            _progress.Report(new TrainingProgress(epoch + 1, Epochs, batches, Batches, loss, samples / Math.Max(1e-9, seconds), elapsed, remaining, completed)
            {
                Notice = Notices.Count > _told ? string.Join(Environment.NewLine, Notices.Skip(_told)) : null,
                Checkpoint = _checkpoint,
                LearningRate = State.UpdateRate,
                GradientNorm = GradientNorm,
                Measurement = Measurement,
                Monitor = _options.Monitor.Name,
                Monitored = State.Results.Count > 0 ? State.Results[^1].Monitored : null,
            });
            (_told, Measurement) = (Notices.Count, null);
        }

        /// <summary>Remembers what came to be on disk.</summary>
        public void Saved(CheckpointReport? report) => _checkpoint = report ?? _checkpoint;

        /// <summary>Where a batch begins in the order.</summary>
        private int StartOf(int batch) => _lanes?.StartOf(batch) ?? (int)Math.Min((long)batch * _options.BatchSize, Order.Length);
    }
}
