// The trainings that are broken off here, an optimizer and a schedule of one's own, and what must be the same afterwards.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class HostileCheckpointTests
{
    private sealed class Schedule(Action asked, bool asks) : LearningRateSchedule
    {
        public override double Factor(in TrainingPosition at)
        {
            if (asks)
            {
                asked();
            }

            return 1 / (1.0 + at.Epoch);
        }
    }

    private static SequenceData Data { get; } = TestData.Learnable(26);

    private static SequenceData Valid { get; } = TestData.Learnable(9, seed: 8);

    private static float[] Series() => TestData.Random(210, 1);

    private static SequenceData Windows(float[] series) => SequenceData.Windows(series, 5, features: 3, stride: 5, targetEveryStep: true);

    private static Kind Stateful(int accumulated) => new()
    {
        Network = () => new TinyNetwork(3, new() { Sequence = true, Units = 3, Keep = 0.8f }),
        Train = Windows(Series()),
        Validation = null,
        Options = new() { BatchSize = 3, Seed = 3, Threads = 1, Stateful = true, AccumulatedBatches = accumulated },
    };

    private static string Whole(Kind kind)
    {
        Training training = new(kind);
        training.Fit();
        return training.Outcome;
    }

    /// <summary>Throws once, in the report after some batches.</summary>
    private static Action<TrainingProgress> After(int batches, Func<Exception> exception)
    {
        bool done = false;
        return p =>
        {
            if (!done && ((p.Epoch - 1) * p.Batches) + p.Batch >= batches)
            {
                done = true;
                throw exception();
            }
        };
    }

    private Checkpoints Folder(string name) => new(Path.Combine(_directory, name)) { Waits = true };

    private sealed record Kind
    {
        public Func<TinyNetwork> Network { get; init; } = () => new TinyNetwork(3, new() { Keep = 0.8f });

        public Func<Optimizer> Optimizer { get; init; } = () => new Adam(0.02f);

        public TrainerOptions Options { get; init; } = new() { BatchSize = 4, Seed = 3, Threads = 1 };

        public SequenceData Train { get; init; } = Data;

        public SequenceData? Validation { get; init; } = Valid;
    }

    /// <summary>What one process has.</summary>
    private sealed class Training
    {
        private readonly Kind _kind;

        public Training(Kind kind)
        {
            _kind = kind;
            Net = kind.Network();
            Trainer = Trainer.For(Net, kind.Optimizer(), kind.Options);
            Trainer.Processors = 4;
        }

        public TinyNetwork Net { get; }

        public Trainer Trainer { get; }

        /// <summary>All that must be the same.</summary>
        public string Outcome
        {
            get
            {
                TrainingHistory history = Trainer.History!;
                StringBuilder text = new();
                foreach (EpochResult e in history.Epochs)
                {
                    text.AppendLine(CultureInfo.InvariantCulture, $"{e.Epoch} {e.LearningRate:R} {e.Monitored:R} {e.Training.Loss:R} {e.Training.Positions} {e.Validation?.Loss:R}");
                }

                text.AppendLine(CultureInfo.InvariantCulture, $"best {history.Best.Epoch}, stopped early {history.StoppedEarly}, updates {Trainer.Optimizer.StepCount}, rate {Trainer.Optimizer.LearningRate}");
                return text.Append(Convert.ToHexString(MemoryMarshal.AsBytes(Net.Parameters.Values))).ToString();
            }
        }

        public TrainingHistory Fit(Checkpoints? folder = null, Action<TrainingProgress>? report = null, int epochs = Epochs, CancellationToken token = default) =>
            Trainer.Fit(_kind.Train, epochs, _kind.Validation, report is null ? null : new Reports(report), folder, token);

        public TrainingHistory Resume(int epochs = Epochs) => Trainer.Resume(_kind.Train, epochs, _kind.Validation);
    }

    /// <summary>An optimizer of one's own, with a long and a short memory.</summary>
    private sealed class Signs(string longName, string shortName, int less = 0, Action? update = null) : Optimizer(0.01f)
    {
        private float[] _long = [];
        private float[] _short = [];

        public override int SlotCount => 2;

        protected override IReadOnlyList<OptimizerSlot> Slots => _long.Length == 0 ? [] : [new(longName, _long), new(shortName, _short.AsMemory(less))];

        protected override void Allocate(int length) => (_long, _short) = (new float[length], new float[length]);

        protected override void Clear()
        {
            Array.Clear(_long);
            Array.Clear(_short);
        }

        protected override void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients, in UpdateSettings settings)
        {
            if (start == 0)
            {
                update?.Invoke();
            }

            for (int i = 0; i < parameters.Length; i++)
            {
                ref float slow = ref _long[start + i], fast = ref _short[start + i];
                (slow, fast) = ((0.9f * slow) + gradients[i], (0.3f * fast) + gradients[i]);
                parameters[i] -= settings.LearningRate * (slow + fast);
            }
        }
    }
}
