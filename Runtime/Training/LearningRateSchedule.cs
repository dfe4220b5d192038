// How the learning rate moves over a training: functions of where it stands. Knows epochs and losses; refuses to know optimizers, and remembers nothing.
using System;
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen;

/// <summary>A factor on the optimizer's learning rate that changes over a call of <see cref="Trainer.Fit"/>.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>Always the optimizer's own rate.</summary>
    public static LearningRateSchedule Constant { get; } = new Rule($"Constant", _ => 1);

    /// <summary>Times <paramref name="factor"/> after every <paramref name="epochs"/> epochs.</summary>
    public static LearningRateSchedule StepDecay(int epochs, double factor = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        CheckFactor(factor, nameof(factor));
        return new Rule($"StepDecay(epochs {epochs}, factor {factor})", at => Math.Pow(factor, Math.Floor(at.Epoch / epochs)));
    }

    /// <summary>Times <paramref name="factor"/> an epoch, smoothly: factor^epoch.</summary>
    public static LearningRateSchedule Exponential(double factor)
    {
        CheckFactor(factor, nameof(factor));
        return new Rule($"Exponential(factor {factor})", at => Math.Pow(factor, at.Epoch));
    }

    /// <summary>Rises linearly over the first epochs, then falls along a half cosine to <paramref name="floor"/> at the last
    /// (Loshchilov and Hutter, 2017, without restarts).</summary>
    /// <param name="warmupEpochs">Epochs of the rise, 0 for none; may be a fraction.</param>
    /// <param name="floor">The factor at the end, 0 to 1.</param>
    public static LearningRateSchedule Cosine(double warmupEpochs = 0, double floor = 0)
    {
        Settings.Check(warmupEpochs, warmupEpochs >= 0 && double.IsFinite(warmupEpochs), nameof(warmupEpochs), "finite and 0 or more");
        Settings.Check(floor, floor is >= 0 and <= 1, nameof(floor), "a factor from 0 to 1");

        return new Rule($"Cosine(warmupEpochs {warmupEpochs}, floor {floor})", at =>
        {
            if (at.Epoch < warmupEpochs)
            {
                return (at.Epoch + 1e-3) / (warmupEpochs + 1e-3);
            }

            double progress = Math.Min(1, (at.Epoch - warmupEpochs) / Math.Max(1e-9, at.Epochs - warmupEpochs));
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
        return new Rule($"ReduceOnPlateau(factor {factor}, patience {patience}, minDelta {minDelta}, floor {floor})", at => Plateau(at.Monitored, factor, patience, minDelta, floor));
    }

    /// <summary>The factor at a moment of the training; asked before every update. It follows from the moment alone: a schedule that remembers something would give
    /// something else where it is shared, or where a training goes on from a checkpoint.</summary>
    /// <param name="at">Where the training stands.</param>
    /// <returns>Finite, 0 or more.</returns>
    public abstract double Factor(in TrainingPosition at);

    /// <summary>Name and settings in a line: what must be equal where a training goes on from a checkpoint. A schedule of one's own adds its settings.</summary>
    public override string ToString() => GetType().Name;

    private static double Plateau(IReadOnlyList<double> losses, double factor, int patience, double minDelta, double floor)
    {
        double current = 1, best = double.PositiveInfinity;
        int waited = 0;
        for (int epoch = 0; epoch < losses.Count; epoch++)
        {
            if (losses[epoch] < best - minDelta)
            {
                (best, waited) = (losses[epoch], 0);
            }
            else if (++waited > patience)
            {
                (current, waited) = (Math.Max(floor, current * factor), 0);
            }
        }

        return current;
    }

    private static void CheckFactor(double factor, string name) => Settings.Check(factor, factor is > 0 and <= 1, name, "above 0 and at most 1");

    private sealed class Rule(FormattableString name, Func<TrainingPosition, double> factor) : LearningRateSchedule
    {
        public override string ToString() => name.ToString(CultureInfo.InvariantCulture);

        public override double Factor(in TrainingPosition at) => factor(at);
    }
}
