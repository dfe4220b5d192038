// Independent random sequences out of one seed. Knows how keys are mixed; refuses to know what is drawn.
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class RandomSequences
{
    /// <summary>The sequence number <paramref name="stream"/> of a seed.</summary>
    public static RandomSource Create(ulong seed, ulong stream)
    {
        (uint low, uint high, _, _) = Noise.Philox(seed, (uint)stream, (uint)(stream >> 32), 0x53657147, 0);
        return new RandomSource(((ulong)high << 32) | low);
    }
}
