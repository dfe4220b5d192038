// The loss of regression that is square near its target and straight far from it.
namespace SeqGen;

/// <summary>Mean over counted positions and features of Huber's function (Huber 1964) of <c>r = |y - target|</c>: <c>r²/2</c> up to delta, <c>delta (r - delta/2)</c> beyond.</summary>
/// <remarks>Targets have the shape of the output.</remarks>
/// <param name="delta">Where the square ends, above 0.</param>
public sealed class HuberAttribute(double delta = 1) : LossAttribute
{
    /// <summary>Where the square ends.</summary>
    public double Delta { get; } = delta;
}
