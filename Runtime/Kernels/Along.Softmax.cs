// Knows: softmax of one number a row over the valid steps of each sequence, and its derivative.
// Refuses to know: whose scores they are; softmax inside a row, see Rows.

using System;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

public static unsafe partial class Along<T>
    where T : unmanaged, IVec<T>
{
    // Floats on the stack: more steps than most sequences have.
    private const int Chunk = 512;

    /// <summary>Softmax of element 0 of the rows of each sequence over its steps s &lt; length and s &lt; limit; 0 at the others. y may be x.</summary>
    /// <param name="steps">Steps.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="lengths">Their lengths, or empty.</param>
    /// <param name="limit">How many steps may take part; <see cref="int.MaxValue"/> for all.</param>
    /// <param name="x">The source.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="y">The result.</param>
    /// <param name="yRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(
        int steps, int batch, ReadOnlySpan<int> lengths, int limit, ref float x, nint xRow, ref float y, nint yRow)
    {
        float* buffer = stackalloc float[Chunk];
        fixed (float* xPin = &x, yPin = &y)
        {
            nint xStep = batch * xRow, yStep = batch * yRow;
            for (var b = 0; b < batch; b++)
            {
                float* from = xPin + (b * xRow), to = yPin + (b * yRow);
                nint valid = Valid(lengths, b, Math.Min(steps, limit));
                if (valid <= Chunk)
                {
                    Short(buffer, from, xStep, valid, to, yStep);
                }
                else
                {
                    Long(buffer, from, xStep, valid, to, yStep);
                }

                ClearFrom(to, yStep, valid, steps);
            }
        }
    }

    /// <summary>dx = y (dy - sum(dy y)) at the steps that took part, 0 at the others. dx may be dy.</summary>
    /// <param name="steps">Steps.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="lengths">Their lengths, or empty.</param>
    /// <param name="limit">How many steps took part; <see cref="int.MaxValue"/> for all.</param>
    /// <param name="y">The softmax.</param>
    /// <param name="yRow">Distance of its rows.</param>
    /// <param name="dy">Its gradient.</param>
    /// <param name="dyRow">Distance of its rows.</param>
    /// <param name="dx">The result.</param>
    /// <param name="dxRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxGradient(
        int steps, int batch, ReadOnlySpan<int> lengths, int limit, ref float y, nint yRow, ref float dy, nint dyRow, ref float dx, nint dxRow)
    {
        fixed (float* yPin = &y, dyPin = &dy, dxPin = &dx)
        {
            nint yStep = batch * yRow, dyStep = batch * dyRow, dxStep = batch * dxRow;
            for (var b = 0; b < batch; b++)
            {
                float* p = yPin + (b * yRow), d = dyPin + (b * dyRow), to = dxPin + (b * dxRow);
                nint valid = Valid(lengths, b, Math.Min(steps, limit));
                var sum = 0d;
                for (nint s = 0; s < valid; s++)
                {
                    sum += (double)p[s * yStep] * d[s * dyStep];
                }

                for (nint s = 0; s < valid; s++)
                {
                    to[s * dxStep] = (float)(p[s * yStep] * (d[s * dyStep] - sum));
                }

                ClearFrom(to, dxStep, valid, steps);
            }
        }
    }

    // Everything in the buffer: rows lie far apart, and each is touched once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Short(float* buffer, float* from, nint step, nint count, float* to, nint toStep)
    {
        for (nint i = 0; i < count; i++)
        {
            buffer[i] = from[i * step];
        }

        var factor = T.Set((float)(1 / Exponentials(buffer, count, Rows<T>.Max(buffer, count))));
        for (nint i = 0; i < count; i += T.Count)
        {
            T.Store(ref *buffer, i, T.Load(ref *buffer, i) * factor);
        }

        for (nint i = 0; i < count; i++)
        {
            to[i * toStep] = buffer[i];
        }
    }

    // Chunk by chunk, the factor last.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Long(float* buffer, float* from, nint step, nint count, float* to, nint toStep)
    {
        var max = float.NegativeInfinity;
        for (nint s = 0; s < count; s++)
        {
            max = MathF.Max(max, from[s * step]);
        }

        var sum = 0d;
        for (nint start = 0; start < count; start += Chunk)
        {
            var some = Math.Min(Chunk, count - start);
            for (nint i = 0; i < some; i++)
            {
                buffer[i] = from[(start + i) * step];
            }

            sum += Exponentials(buffer, some, max);
            for (nint i = 0; i < some; i++)
            {
                to[(start + i) * toStep] = buffer[i];
            }
        }

        var factor = (float)(1 / sum);
        for (nint s = 0; s < count; s++)
        {
            to[s * toStep] *= factor;
        }
    }

    // exp(x - max) in place; gives the sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Exponentials(float* buffer, nint count, float max)
    {
        for (nint i = 0; i < count; i += T.Count)
        {
            T.Store(ref *buffer, i, T.Exp(T.Load(ref *buffer, i) - T.Set(max)));
        }

        return Wide.Sum(buffer, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ClearFrom(float* to, nint step, nint start, nint steps)
    {
        for (var s = start; s < steps; s++)
        {
            to[s * step] = 0;
        }
    }
}
