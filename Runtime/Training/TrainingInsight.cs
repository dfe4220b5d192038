// What a trainer looks at beside losses, and how often. Knows settings; measures nothing.
namespace SeqGen;

/// <summary>Measurements of a training while it runs: gradient norms, how much updates change, saturated gates and dead units, and on request how far back in time
/// gradients reach. They are in <see cref="TrainingHistory.Measurements"/> and change nothing: the training is the same with them, to the bit.</summary>
/// <example><code>
/// var trainer = Trainer.For(net, new Adam(1e-3f), new() { Insight = new TrainingInsight(everyUpdates: 50) { GradientFlow = true } });
/// </code></example>
public sealed class TrainingInsight
{
    /// <summary>Creates the setting.</summary>
    /// <param name="everyUpdates">Measure the first update and every so many after it, at least 1.</param>
    public TrainingInsight(int everyUpdates = 50)
    {
        EveryUpdates = Settings.Check(everyUpdates, everyUpdates >= 1, nameof(everyUpdates), "at least 1");
    }

    /// <summary>Updates from one measurement to the next.</summary>
    public int EveryUpdates { get; }

    /// <summary>Whether a measurement has the gradient flow too (<see cref="SeqGen.GradientFlow"/>): of up to 16 sequences of the batch that are full, at up to 12
    /// distances, with the parameters before the update and without noise; from states at their beginnings, in a stateful training too. Where a network or its data
    /// cannot be measured so, <see cref="TrainingHistory.Notices"/> say why, once.</summary>
    public bool GradientFlow { get; init; }

    internal bool IsDue(long updates) => updates % EveryUpdates == 0;
}
