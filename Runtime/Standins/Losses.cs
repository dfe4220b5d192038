// A stand-in until the kernels' losses are merged; replaced then.
using System;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

internal static class Losses
{
    public static double MeanSquaredError(
        ref float output, int outputStride, ref float target, int targetStride, ref float gradient, int gradientStride,
        ReadOnlySpan<float> weights, int size, double scale)
    {
        double sum = 0;
        for (int r = 0; r < weights.Length; r++)
        {
            for (int j = 0; j < size; j++)
            {
                double e = weights[r] == 0 ? 0 : (double)Unsafe.Add(ref output, (r * outputStride) + j) - Unsafe.Add(ref target, (r * targetStride) + j);
                sum += weights[r] * e * e;
                if (!Unsafe.IsNullRef(ref gradient))
                {
                    Unsafe.Add(ref gradient, (r * gradientStride) + j) = (float)(2 * scale * weights[r] * e);
                }
            }
        }

        return sum * scale;
    }

    public static double SoftmaxCrossEntropy(
        ref float output, int outputStride, ReadOnlySpan<int> classes, ref float gradient, int gradientStride,
        ReadOnlySpan<float> weights, int size, double scale)
    {
        double sum = 0;
        for (int r = 0; r < weights.Length; r++)
        {
            double max = double.NegativeInfinity, total = 0;
            for (int j = 0; j < size; j++)
            {
                max = Math.Max(max, Unsafe.Add(ref output, (r * outputStride) + j));
            }

            for (int j = 0; j < size; j++)
            {
                total += Math.Exp(Unsafe.Add(ref output, (r * outputStride) + j) - max);
            }

            sum += weights[r] == 0 ? 0 : weights[r] * (max + Math.Log(total) - Unsafe.Add(ref output, (r * outputStride) + classes[r]));
            for (int j = 0; j < size && !Unsafe.IsNullRef(ref gradient); j++)
            {
                double p = Math.Exp(Unsafe.Add(ref output, (r * outputStride) + j) - max) / total;
                Unsafe.Add(ref gradient, (r * gradientStride) + j) =
                    weights[r] == 0 ? 0 : (float)(scale * weights[r] * (p - (j == classes[r] ? 1 : 0)));
            }
        }

        return sum * scale;
    }

    public static double BinaryCrossEntropy(
        ref float output, int outputStride, ref float target, int targetStride, ref float gradient, int gradientStride,
        ReadOnlySpan<float> weights, int size, double scale)
    {
        double sum = 0;
        for (int r = 0; r < weights.Length; r++)
        {
            for (int j = 0; j < size; j++)
            {
                double y = Unsafe.Add(ref output, (r * outputStride) + j), z = Unsafe.Add(ref target, (r * targetStride) + j);
                bool counted = weights[r] != 0;
                sum += counted ? weights[r] * (Math.Max(y, 0) - (y * z) + Math.Log(1 + Math.Exp(-Math.Abs(y)))) : 0;
                if (!Unsafe.IsNullRef(ref gradient))
                {
                    Unsafe.Add(ref gradient, (r * gradientStride) + j) = counted ? (float)(scale * weights[r] * ((1 / (1 + Math.Exp(-y))) - z)) : 0;
                }
            }
        }

        return sum * scale;
    }
}
