// The settings of a learner. Knows names, defaults and ranges; does nothing.
using System;

namespace SeqGen;

/// <summary>Settings of an <see cref="OnlineLearner"/>. What is out of range is refused when it is set.</summary>
public sealed record OnlineLearnerOptions
{
    /// <summary>Steps of a window: an update is made after as many, and its gradients go back through as many (truncated back-propagation through time, Williams and Peng,
    /// 1990). 0 for the network's Timesteps.</summary>
    public int Window { get; init => field = Settings.Check(value, value >= 0, nameof(Window), "at least 1, or 0 for the network's Timesteps"); }

    /// <summary>Steps until the truth about a step is known: 0 where it is there before the next step, 13 where it comes 13 steps later. Inputs are kept for as long.</summary>
    public int Horizon { get; init => field = Settings.Check(value, value is >= 0 and < int.MaxValue, nameof(Horizon), "0 or more"); }

    /// <summary>Limits on gradients. On a device nobody looks at, so that there is one unless something else is said: a norm of 1.</summary>
    public GradientClipping GradientClipping { get; init => field = value ?? throw new ArgumentNullException(nameof(GradientClipping)); } = GradientClipping.ByNorm(1f);

    /// <summary>Fixes the noise of dropouts and random states; that of a window is drawn by its number.</summary>
    public ulong Seed { get; init; }
}
