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

    /// <summary>Times <paramref name="factor"/> at each of some epochs.</summary>
    /// <param name="epochs">Epochs done, in rising order.</param>
    /// <param name="factor">Above 0, at most 1.</param>
    public static LearningRateSchedule MultiStep(IReadOnlyList<int> epochs, double factor = 0.1)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        CheckFactor(factor, nameof(factor));
        int[] all = [.. epochs];
        for (int i = 0; i < all.Length; i++)
        {
            Settings.Check(all[i], all[i] > (i == 0 ? 0 : all[i - 1]), nameof(epochs), "above 0, each more than the one before");
        }

        return new Rule($"MultiStep(epochs {string.Join(" ", all)}, factor {factor})", at =>
        {
            int done = 0;
            while (done < all.Length && all[done] <= at.Epoch)
            {
                done++;
            }

            return Math.Pow(factor, done);
        });
    }

    /// <summary>Goes in a straight line from one factor to another, and stays there.</summary>
    /// <param name="start">The factor at first, 0 or more.</param>
    /// <param name="end">The factor at last, 0 or more.</param>
    /// <param name="epochs">Epochs of the way; 0 for all of the training. May be a fraction.</param>
    public static LearningRateSchedule Linear(double start, double end = 1, double epochs = 0)
    {
        Settings.Check(start, start >= 0 && double.IsFinite(start), nameof(start), "finite and 0 or more");
        Settings.Check(end, end >= 0 && double.IsFinite(end), nameof(end), "finite and 0 or more");
        Settings.Check(epochs, epochs >= 0 && double.IsFinite(epochs), nameof(epochs), "finite and 0 or more");
        return new Rule($"Linear(start {start}, end {end}, epochs {epochs})", at => start + ((end - start) * Math.Min(1, at.Epoch / (epochs > 0 ? epochs : at.Epochs))));
    }

    /// <summary>(1 - epoch / epochs)^power.</summary>
    /// <param name="power">Above 0.</param>
    /// <param name="epochs">Epochs until 0 is reached; 0 for all of the training.</param>
    public static LearningRateSchedule Polynomial(double power = 1, double epochs = 0)
    {
        Settings.Check(power, power > 0 && double.IsFinite(power), nameof(power), "finite and above 0");
        Settings.Check(epochs, epochs >= 0 && double.IsFinite(epochs), nameof(epochs), "finite and 0 or more");
        return new Rule($"Polynomial(power {power}, epochs {epochs})", at => Math.Pow(1 - Math.Min(1, at.Epoch / (epochs > 0 ? epochs : at.Epochs)), power));
    }

    /// <summary>Falls along a half cosine again and again (Loshchilov and Hutter, 2017).</summary>
    /// <param name="epochs">Epochs of the first fall.</param>
    /// <param name="growth">How many times as long each fall is as the one before, at least 1.</param>
    /// <param name="floor">The factor at the end of each, 0 to 1.</param>
    public static LearningRateSchedule CosineRestarts(int epochs, int growth = 1, double floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(growth);
        Settings.Check(floor, floor is >= 0 and <= 1, nameof(floor), "a factor from 0 to 1");
        return new Rule($"CosineRestarts(epochs {epochs}, growth {growth}, floor {floor})", at =>
        {
            double since = at.Epoch, length = epochs;
            while (since >= length)
            {
                since -= length;
                length *= growth;
            }

            return floor + ((1 - floor) * 0.5 * (1 + Math.Cos(Math.PI * since / length)));
        });
    }

    /// <summary>Rises to the optimizer's rate and falls far below where it began, along half cosines over all updates of the training (Smith and Topin, 2018).</summary>
    /// <param name="rise">The share of the updates that it rises over, above 0 and below 1.</param>
    /// <param name="start">The factor at first, above 0 and at most 1.</param>
    /// <param name="end">The factor at last, 0 to 1.</param>
    public static LearningRateSchedule OneCycle(double rise = 0.3, double start = 1 / 25.0, double end = 1 / 25.0 / 1e4)
    {
        Settings.Check(rise, rise is > 0 and < 1, nameof(rise), "a share above 0 and below 1");
        CheckFactor(start, nameof(start));
        Settings.Check(end, end is >= 0 and <= 1, nameof(end), "a factor from 0 to 1");
        return new Rule($"OneCycle(rise {rise}, start {start}, end {end})", at =>
        {
            double last = Math.Max(1, at.Updates - 1), top = Math.Clamp((rise * at.Updates) - 1, 1e-9, last);
            return at.Update <= top ? Way(start, 1, at.Update / top) : Way(1, end, Math.Min(1, (at.Update - top) / Math.Max(1e-9, last - top)));
        });

        static double Way(double from, double to, double share) => to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * share)));
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

    /// <summary>Times <paramref name="factor"/> whenever the loss (of the validation, if there is one), or what else is monitored, has not improved for some epochs.</summary>
    /// <param name="factor">Above 0, at most 1.</param>
    /// <param name="patience">Epochs to wait for an improvement, 0 or more.</param>
    /// <param name="minDelta">How much lower a loss must be to count as an improvement; finite, 0 or more.</param>
    /// <param name="floor">The smallest factor in all, 0 to 1.</param>
    /// <param name="relative">Whether <paramref name="minDelta"/> is a share of the best loss (PyTorch's default); otherwise it is a loss.</param>
    /// <param name="cooldown">Epochs after a reduction that are not counted, 0 or more.</param>
    public static LearningRateSchedule ReduceOnPlateau(
        double factor = 0.1, int patience = 10, double minDelta = 1e-4, double floor = 1e-6, bool relative = false, int cooldown = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cooldown);
        CheckFactor(factor, nameof(factor));
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        Settings.Check(minDelta, minDelta >= 0 && double.IsFinite(minDelta), nameof(minDelta), "finite and 0 or more");
        Settings.Check(floor, floor is >= 0 and <= 1, nameof(floor), "a factor from 0 to 1");
        return new Rule($"ReduceOnPlateau(factor {factor}, patience {patience}, minDelta {minDelta}, floor {floor}, relative {relative}, cooldown {cooldown})", at => Plateau(at.Monitored, factor, patience, minDelta, floor, relative, cooldown));
    }

    /// <summary>The same, moving at the end of epochs alone, as PyTorch's schedulers do where they are stepped once an epoch:
    /// <c>Cosine().PerEpoch()</c> is <c>CosineAnnealingLR</c> with <c>T_max</c> = epochs.</summary>
    public LearningRateSchedule PerEpoch() => new Rule($"{this}.PerEpoch", at => Factor(at.BeginningOfEpoch));

    /// <summary>The same with every update for an epoch: <c>StepDecay(1000).PerUpdate()</c> moves after every 1,000 updates.</summary>
    public LearningRateSchedule PerUpdate() => new Rule($"{this}.PerUpdate", at => Factor(at.ByUpdates));

    /// <summary>The same times a straight line from <paramref name="start"/> to 1 over the first epochs.</summary>
    /// <param name="epochs">Epochs of the rise; may be a fraction.</param>
    /// <param name="start">The factor at first, 0 to 1.</param>
    public LearningRateSchedule WithWarmup(double epochs, double start = 1e-3)
    {
        Settings.Check(epochs, epochs > 0 && double.IsFinite(epochs), nameof(epochs), "finite and above 0");
        Settings.Check(start, start is >= 0 and <= 1, nameof(start), "a factor from 0 to 1");
        return new Rule($"{this}.WithWarmup(epochs {epochs}, start {start})", at => Factor(at) * (start + ((1 - start) * Math.Min(1, at.Epoch / epochs))));
    }

    /// <summary>This one for some epochs, and then another that begins there (PyTorch's <c>SequentialLR</c>). To this one the training seems as long as its part.</summary>
    /// <param name="epochs">Epochs of this one.</param>
    /// <param name="next">The other.</param>
    public LearningRateSchedule Then(int epochs, LearningRateSchedule next)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        ArgumentNullException.ThrowIfNull(next);
        return new Rule($"{this}.Then(epochs {epochs}, {next})", at => at.EpochsDone < epochs ? Factor(at.Of(epochs)) : next.Factor(at.After(epochs)));
    }

    /// <summary>The factor at a moment of the training; asked before every update. It follows from the moment alone: a schedule that remembers something would give
    /// something else where it is shared, or where a training goes on from a checkpoint.</summary>
    /// <param name="at">Where the training stands.</param>
    /// <returns>Finite, 0 or more.</returns>
    public abstract double Factor(in TrainingPosition at);

    /// <summary>Name and settings in a line: what must be equal where a training goes on from a checkpoint. A schedule of one's own adds its settings.</summary>
    public override string ToString() => GetType().Name;

    private static double Plateau(IReadOnlyList<double> losses, double factor, int patience, double minDelta, double floor, bool relative, int cooldown)
    {
        double current = 1, best = double.PositiveInfinity;
        (int waited, int resting) = (0, 0);
        for (int epoch = 0; epoch < losses.Count; epoch++)
        {
            if (losses[epoch] < (double.IsPositiveInfinity(best) ? best : relative ? best - (Math.Abs(best) * minDelta) : best - minDelta))
            {
                (best, waited) = (losses[epoch], 0);
            }
            else
            {
                waited++;
            }

            if (resting > 0)
            {
                (resting, waited) = (resting - 1, 0);
            }

            if (waited > patience)
            {
                (current, waited, resting) = (Math.Max(floor, current * factor), 0, cooldown);
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
