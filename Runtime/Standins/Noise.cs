// A stand-in until the kernels' noise is merged; replaced then.
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

internal static class Noise
{
    public static void FillBernoulli(
        ulong seed, int layer, long sampleOffset, int batch, int steps, int width, float keep, ref float destination, int rowStride)
    {
        for (int t = 0; t < steps; t++)
        {
            for (int b = 0; b < batch; b++)
            {
                RandomSource random = new(seed + (ulong)(sampleOffset + b), ((ulong)layer << 32) + (ulong)t);
                ref float row = ref Unsafe.Add(ref destination, ((nint)(t * batch) + b) * rowStride);
                for (int i = 0; i < width; i++)
                {
                    Unsafe.Add(ref row, i) = random.NextDouble() < keep ? 1 / keep : 0;
                }
            }
        }
    }
}
