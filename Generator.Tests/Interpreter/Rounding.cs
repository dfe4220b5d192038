// How an evaluation in float would round. Knows float's neighbours; refuses to know what is computed.
using System;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class Rounding
{
    /// <summary>To the nearest float, as hardware does. Equal values are rounded equally, so a sum of them that cancels still does.</summary>
    public static double ToNearest(double value) => (float)value;

    /// <summary>Up or down as it falls, where float does not have the value: what one kernel may give here and another there, in the last
    /// place, for rows or steps that are equal.</summary>
    public static Func<double, double> UpOrDown(int seed)
    {
        var random = new Random(seed);
        return value =>
        {
            float nearest = (float)value;
            return nearest == value || !float.IsFinite(nearest) || random.Next(2) == 0 ? nearest
                : nearest < value ? MathF.BitIncrement(nearest) : MathF.BitDecrement(nearest);
        };
    }
}
