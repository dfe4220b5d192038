// The one form in which a setting out of range is refused. Knows texts; refuses to know settings.
using System;

namespace SeqGen;

internal static class Settings
{
    /// <summary>Gives a setting back that keeps its rule.</summary>
    /// <param name="value">The setting.</param>
    /// <param name="holds">Whether it keeps the rule; written so that NaN does not.</param>
    /// <param name="name">Its name.</param>
    /// <param name="rule">What it must be.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static T Check<T>(T value, bool holds, string name, string rule) =>
        holds ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {rule}, {value} was given.");
}
