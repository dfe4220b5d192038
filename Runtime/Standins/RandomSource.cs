// A stand-in until the kernels' random generator is merged; replaced then.
using System;

namespace SeqGen;

/// <summary>SplitMix64 (Steele, Lea and Flood, 2014).</summary>
internal struct RandomSource
{
    private ulong _state;

    public RandomSource(ulong seed, ulong stream)
    {
        _state = Mix(seed + 0x9E3779B97F4A7C15) ^ Mix((stream * 0xD1B54A32D192ED03) + 0x8CB92BA72F3D8DD7);
    }

    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, bound).</summary>
    public int NextInt32(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>Standard normal (Box and Muller, 1958).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
