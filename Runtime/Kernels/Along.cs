// Knows: what reduces the valid steps of sequences to one row each, what spreads a row over them, and softmax along them.
// Refuses to know: reductions inside a row; see Reductions.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Operations along the steps of sequences, rows s * batch + b.</summary>
/// <remarks>
/// Step s of sequence b is valid where s &lt; steps and s &lt; lengths[b]; an empty span of lengths means that all are full.
/// Rows beyond are not read, and in results that are sequences they are 0. Padding of sources is ignored, of results anything.
/// All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.
/// </remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class Along<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>y(b) = sum of the valid x(s, b).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(int steps, int batch, ReadOnlySpan<int> lengths, int width, ref float x, nint xRow, ref float y, nint yRow) =>
        Total(steps, batch, lengths, width, false, ref x, xRow, ref y, yRow);

    /// <summary>y(b) = mean of the valid x(s, b); 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean(int steps, int batch, ReadOnlySpan<int> lengths, int width, ref float x, nint xRow, ref float y, nint yRow) =>
        Total(steps, batch, lengths, width, true, ref x, xRow, ref y, yRow);

    /// <summary>y(b) = the largest of the valid x(s, b), element by element; NaN if one is, 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(int steps, int batch, ReadOnlySpan<int> lengths, int width, ref float x, nint xRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            nint step = batch * xRow;
            for (var b = 0; b < batch; b++)
            {
                var valid = Valid(lengths, b, steps);
                for (nint i = 0; i < width; i += T.Count)
                {
                    float* from = xPin + (b * xRow) + i;
                    T max = valid == 0 ? default : T.Load(ref *from, 0);
                    for (var s = 1; s < valid; s++)
                    {
                        from += step;
                        max = T.Max(max, T.Load(ref *from, 0));
                    }

                    T.Store(ref *yPin, (b * yRow) + i, max);
                }
            }
        }
    }

    /// <summary>dx(s, b) = dy(b) where the step is valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumGradient(int steps, int batch, ReadOnlySpan<int> lengths, int width, ref float dy, nint dyRow, ref float dx, nint dxRow) =>
        Spread(steps, batch, lengths, width, false, ref dy, dyRow, ref dx, dxRow);

    /// <summary>dx(s, b) = dy(b) / number of valid steps where the step is valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MeanGradient(int steps, int batch, ReadOnlySpan<int> lengths, int width, ref float dy, nint dyRow, ref float dx, nint dxRow) =>
        Spread(steps, batch, lengths, width, true, ref dy, dyRow, ref dx, dxRow);

    /// <summary>dx(s, b) = dy(b) at the first step whose x(s, b) is the largest (or the first NaN), element by element; 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MaxGradient(
        int steps, int batch, ReadOnlySpan<int> lengths, int width, ref float dy, nint dyRow, ref float x, nint xRow, ref float dx, nint dxRow)
    {
        fixed (float* dyPin = &dy, xPin = &x, dxPin = &dx)
        {
            nint step = batch * xRow, dxStep = batch * dxRow;
            for (var b = 0; b < batch; b++)
            {
                var valid = Valid(lengths, b, steps);
                for (nint i = 0; i < width; i += T.Count)
                {
                    float* from = xPin + (b * xRow) + i, to = dxPin + (b * dxRow) + i;
                    T at = First(from, step, valid), d = T.Load(ref *dyPin, (b * dyRow) + i);
                    for (var s = 0; s < steps; s++, to += dxStep)
                    {
                        T here = s < valid ? T.Select(T.Abs(at - T.Set(s)), default, d) : default;
                        T.Store(ref *to, 0, here);
                    }
                }
            }
        }
    }

    /// <summary>y(b) = x at the last valid step of b; 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Last(int steps, int batch, ReadOnlySpan<int> lengths, int width, ref float x, nint xRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            for (var b = 0; b < batch; b++)
            {
                nint valid = Valid(lengths, b, steps);
                Write(yPin + (b * yRow), valid == 0 ? null : xPin + ((((valid - 1) * batch) + b) * xRow), width);
            }
        }
    }

    /// <summary>y(s, b) = x(b) at the last valid step of b, 0 at the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AtLast(int steps, int batch, ReadOnlySpan<int> lengths, int width, ref float x, nint xRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            float* to = yPin;
            for (var s = 0; s < steps; s++)
            {
                for (var b = 0; b < batch; b++, to += yRow)
                {
                    Write(to, s == Valid(lengths, b, steps) - 1 ? xPin + (b * xRow) : null, width);
                }
            }
        }
    }

    /// <summary>How many steps of a sequence are valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Valid(ReadOnlySpan<int> lengths, int b, int steps) =>
        lengths.IsEmpty ? steps : Math.Max(0, Math.Min(lengths[b], steps));

    /// <summary>Writes a row, or zeros where there is none to copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(float* to, float* from, int width)
    {
        for (nint i = 0; i < width; i += T.Count)
        {
            T.Store(ref *to, i, from == null ? default : T.Load(ref *from, i));
        }
    }

    // The step of the first largest, lane by lane, as floats.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T First(float* from, nint step, int valid)
    {
        T at = default, none = T.Set(-1f);
        if (valid == 0)
        {
            return at;
        }

        var max = T.Load(ref *from, 0);
        for (var s = 1; s < valid; s++)
        {
            from += step;
            var x = T.Load(ref *from, 0);

            // 1 where a value is a number: a NaN takes the place of numbers, and nothing takes its place.
            var taken = T.GreaterThan(x, max) + (T.GreaterThan(T.Abs(max), none) * (T.Set(1f) - T.GreaterThan(T.Abs(x), none)));
            max = T.Select(taken, x, max);
            at = T.Select(taken, T.Set(s), at);
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Total(int steps, int batch, ReadOnlySpan<int> lengths, int width, bool mean, ref float x, nint xRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            nint step = batch * xRow;
            for (var b = 0; b < batch; b++)
            {
                var valid = Valid(lengths, b, steps);
                var divisor = T.Set(mean ? Math.Max(1, valid) : 1);
                for (nint i = 0; i < width; i += T.Count)
                {
                    T even = default, odd = default;
                    float* from = xPin + (b * xRow) + i;
                    var s = 0;
                    for (; s < valid - 1; s += 2, from += 2 * step)
                    {
                        even += T.Load(ref *from, 0);
                        odd += T.Load(ref *from, step);
                    }

                    if (s < valid)
                    {
                        even += T.Load(ref *from, 0);
                    }

                    T.Store(ref *yPin, (b * yRow) + i, (even + odd) / divisor);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spread(int steps, int batch, ReadOnlySpan<int> lengths, int width, bool mean, ref float dy, nint dyRow, ref float dx, nint dxRow)
    {
        fixed (float* dyPin = &dy, dxPin = &dx)
        {
            float* to = dxPin;
            for (var s = 0; s < steps; s++)
            {
                for (var b = 0; b < batch; b++, to += dxRow)
                {
                    var valid = Valid(lengths, b, steps);
                    if (s >= valid)
                    {
                        Write(to, null, width);
                        continue;
                    }

                    var divisor = T.Set(mean ? valid : 1);
                    for (nint i = 0; i < width; i += T.Count)
                    {
                        T.Store(ref *to, i, T.Load(ref *dyPin, (b * dyRow) + i) / divisor);
                    }
                }
            }
        }
    }
}
