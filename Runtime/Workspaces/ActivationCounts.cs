// How many values of gates and other activations are at the ends of their ranges. Knows ranges and counts; refuses to know where values lie.
using System;
using System.Numerics;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Counts of one activation, over the positions of the batches that were added.</summary>
internal sealed class ActivationCounts(ActivationPlace place)
{
    /// <summary>What is said of sigmoids and tanhs: below and above these, they pass a tenth of a gradient on, or less.</summary>
    private const float LowGate = 0.05f, HighGate = 0.95f;

    private readonly int[] _alive = new int[(place.Size + 15) & ~15];
    private long _low;
    private long _high;
    private long _values;

    public ActivationPlace Place { get; } = place;

    /// <summary>Values below it are at the lower end: of a rectifier and a hard sigmoid those that are 0.</summary>
    public float LowBound { get; } = place.Function switch { ActivationFunction.Sigmoid => LowGate, ActivationFunction.Tanh => -HighGate, _ => float.Epsilon };

    /// <summary>Values above it are at the upper end: of a hard sigmoid those that are 1.</summary>
    public float HighBound { get; } = place.Function switch { ActivationFunction.Relu => float.PositiveInfinity, ActivationFunction.HardSigmoid => MathF.BitDecrement(1), _ => HighGate };

    /// <summary>The share of values at the lower end; 0 of none.</summary>
    public double Low => _values > 0 ? (double)_low / _values : 0;

    /// <summary>The share of values at the upper end; 0 of none.</summary>
    public double High => _values > 0 ? (double)_high / _values : 0;

    /// <summary>The share of units that were at the lower end always; 0 where nothing was counted.</summary>
    public double Dead => _values > 0 ? (double)_alive.AsSpan(0, Place.Size).Count(0) / Place.Size : 0;

    public void Clear()
    {
        (_low, _high, _values) = (0, 0, 0);
        _alive.AsSpan().Clear();
    }

    /// <summary>Adds rows of neighbouring units; those beyond the last do not count.</summary>
    /// <param name="unit">The first.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="low">Of each unit, how many values are at the lower end.</param>
    /// <param name="high">The same of the upper end.</param>
    public void Add(int unit, int rows, Vector<int> low, Vector<int> high)
    {
        for (int i = 0; i < Vector<int>.Count && unit + i < Place.Size; i++)
        {
            _values += rows;
            _low += low[i];
            _high += high[i];
            _alive[unit + i] |= low[i] < rows ? 1 : 0;
        }
    }
}
