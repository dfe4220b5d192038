// How the learning rate moves over a training. Knows epochs and losses; refuses to know optimizers.
using System;

namespace SeqGen;

/// <summary>A factor on the optimizer's learning rate that changes over a call of <see cref="Trainer.Fit"/>.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>Always the optimizer's own rate.</summary>
    public static LearningRateSchedule Constant { get; } = new Rule((_, _) => 1);

    /// <summary>Times <paramref name="factor"/> after every <paramref name="epochs"/> epochs.</summary>
    public static LearningRateSchedule StepDecay(int epochs, double factor = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        CheckFactor(factor, nameof(factor));
        return new Rule((epoch, _) => Math.Pow(factor, Math.Floor(epoch / epochs)));
    }

    /// <summary>Times <paramref name="factor"/> an epoch, smoothly: factor^epoch.</summary>
    public static LearningRateSchedule Exponential(double factor)
    {
        CheckFactor(factor, nameof(factor));
        return new Rule((epoch, _) => Math.Pow(factor, epoch));
    }

    /// <summary>Rises linearly over the first epochs, then falls along a half cosine to <paramref name="floor"/> at the last
    /// (Loshchilov and Hutter, 2017, without restarts).</summary>
    /// <param name="warmupEpochs">Epochs of the rise, 0 for none; may be a fraction.</param>
    /// <param name="floor">The factor at the end, 0 to 1.</param>
    public static LearningRateSchedule Cosine(double warmupEpochs = 0, double floor = 0)
    {
        Settings.Check(warmupEpochs, warmupEpochs >= 0 && double.IsFinite(warmupEpochs), nameof(warmupEpochs), "finite and 0 or more");
        Settings.Check(floor, floor is >= 0 and <= 1, nameof(floor), "a factor from 0 to 1");

        return new Rule((epoch, epochs) =>
        {
            if (epoch < warmupEpochs)
            {
                return (epoch + 1e-3) / (warmupEpochs + 1e-3);
            }

            double progress = Math.Min(1, (epoch - warmupEpochs) / Math.Max(1e-9, epochs - warmupEpochs));
            return floor + ((1 - floor) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
        });
    }

    /// <summary>Times <paramref name="factor"/> whenever the loss (of the validation, if there is one) has not improved for some epochs.</summary>
    /// <param name="factor">Above 0, at most 1.</param>
    /// <param name="patience">Epochs to wait for an improvement, 0 or more.</param>
    /// <param name="minDelta">How much lower a loss must be to count as an improvement; finite, 0 or more.</param>
    /// <param name="floor">The smallest factor in all, 0 to 1.</param>
    public static LearningRateSchedule ReduceOnPlateau(double factor = 0.1, int patience = 10, double minDelta = 1e-4, double floor = 1e-6)
    {
        CheckFactor(factor, nameof(factor));
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        Settings.Check(minDelta, minDelta >= 0 && double.IsFinite(minDelta), nameof(minDelta), "finite and 0 or more");
        Settings.Check(floor, floor is >= 0 and <= 1, nameof(floor), "a factor from 0 to 1");
        return new Plateau(factor, patience, minDelta, floor);
    }

    /// <summary>The factor at a moment of the training; asked before every update.</summary>
    /// <param name="epoch">Epochs done in this Fit, with the fraction of the current one.</param>
    /// <param name="epochs">Epochs of this Fit.</param>
    /// <returns>Finite, 0 or more.</returns>
    public abstract double Factor(double epoch, int epochs);

    /// <summary>The schedule that a call of <see cref="Trainer.Fit"/> asks: this one, unless it has a state that belongs to one training. Then it is one with
    /// the same settings and a state of its own, so that trainers can share their options.</summary>
    public virtual LearningRateSchedule ForOneTraining() => this;

    /// <summary>A training begins: forget the one before.</summary>
    public virtual void Start()
    {
    }

    /// <summary>An epoch ended with a loss (of the validation, if there is one).</summary>
    public virtual void EndEpoch(double loss)
    {
    }

    private static void CheckFactor(double factor, string name) => Settings.Check(factor, factor is > 0 and <= 1, name, "above 0 and at most 1");

    private sealed class Rule(Func<double, int, double> factor) : LearningRateSchedule
    {
        public override double Factor(double epoch, int epochs) => factor(epoch, epochs);
    }

    private sealed class Plateau(double factor, int patience, double minDelta, double floor) : LearningRateSchedule
    {
        private double _current = 1;
        private double _best = double.PositiveInfinity;
        private int _waited;

        public override double Factor(double epoch, int epochs) => _current;

        public override LearningRateSchedule ForOneTraining() => new Plateau(factor, patience, minDelta, floor);

        public override void Start() => (_current, _best, _waited) = (1, double.PositiveInfinity, 0);

        public override void EndEpoch(double loss)
        {
            if (loss < _best - minDelta)
            {
                (_best, _waited) = (loss, 0);
            }
            else if (++_waited > patience)
            {
                (_current, _waited) = (Math.Max(floor, _current * factor), 0);
            }
        }
    }
}
