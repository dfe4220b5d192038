// Knows: a reproducible sequence of random numbers for initial values and shuffles: SplitMix64.
// Refuses to know: noise inside networks, which must not be a sequence (see Noise).
//
// G. L. Steele, D. Lea, C. H. Flood: Fast splittable pseudorandom number generators. OOPSLA 2014.

using System;
using System.ComponentModel;

namespace SeqGen.Kernels.V1;

/// <summary>A small generator: the same numbers for the same seed on every machine.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct RandomSource
{
    /// <summary>Starts a sequence.</summary>
    /// <param name="seed">Any value; also a <see cref="State"/> to go on from.</param>
    public RandomSource(ulong seed) => State = seed;

    /// <summary>Everything that the rest of the sequence depends on.</summary>
    public ulong State { get; private set; }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        State += 0x9E3779B97F4A7C15;
        var z = State;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1d / 9007199254740992);

    /// <summary>Uniform in [low, high); high itself only by rounding.</summary>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    public float NextUniform(float low, float high) => (float)(low + ((high - (double)low) * NextDouble()));

    /// <summary>Normal with mean 0 and variance 1.</summary>
    public float NextNormal()
    {
        // Box and Muller, the cosine half; 1 - u is never 0.
        double u = 1 - NextDouble(), v = NextDouble();
        return (float)(Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v));
    }

    /// <summary>Uniform in 0 .. bound - 1, without bias.</summary>
    /// <param name="bound">Above 0.</param>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var n = (ulong)bound;
        var reject = (0 - n) % n;
        while (true)
        {
            var high = Math.BigMul(NextUInt64(), n, out var low);
            if (low >= reject)
            {
                return (int)high;
            }
        }
    }

    /// <summary>Puts the elements in a random order, all orders equally likely.</summary>
    /// <param name="values">The elements.</param>
    public void Shuffle<TValue>(Span<TValue> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
