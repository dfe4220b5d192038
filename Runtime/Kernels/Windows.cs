// Knows: which steps of a sequence a convolution's window covers, laid side by side for a product, and the way back; the same with one
// step at a time, from a ring of the last ones.
// Refuses to know: the weights that windows are multiplied by.

using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Windows of convolutions along the steps of sequences, rows t * batch + b.</summary>
/// <remarks>
/// Tap j of output step t reads step t * stride + j * dilation, and (kernel - 1) * dilation steps earlier if causal. Before the beginning
/// of a sequence is 0, and for windows around their step after its end. Padding is neither read nor written. All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.
/// </remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Windows<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>Element i * kernel + j of y(t, b) = element i of the row of x that tap j reads.</summary>
    /// <param name="outputs">Steps of y.</param>
    /// <param name="steps">Steps of x.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="inputs">Width of x.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="dilation">Steps from tap to tap.</param>
    /// <param name="stride">Steps of x from one step of y to the next.</param>
    /// <param name="causal">No tap reads a later step than its output's.</param>
    /// <param name="x">The source.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="y">The result.</param>
    /// <param name="yRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unfold(
        int outputs, int steps, int batch, int inputs, int kernel, int dilation, int stride, bool causal, ref float x, nint xRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            nint back = causal ? (nint)(kernel - 1) * dilation : 0;
            nint step = batch * xRow, far = (nint)dilation * step;
            for (nint t = 0; t < outputs; t++)
            {
                var first = (t * stride) - back;
                for (nint b = 0; b < batch; b++)
                {
                    float* to = yPin + (((t * batch) + b) * yRow), from = xPin + (b * xRow) + (first * step);
                    nint j = 0;
                    if (first >= 0 && first + ((nint)(kernel - 1) * dilation) < steps)
                    {
                        j = Taps(from, far, to, inputs, kernel);
                    }

                    for (; j < kernel; j++)
                    {
                        var source = first + (j * dilation);
                        Tap(source >= 0 && source < steps ? from + (j * far) : null, to + j, inputs, kernel);
                    }
                }
            }
        }
    }

    /// <summary>The transpose of Unfold: dx(s, b) = the sum of the elements of dy that were read from there, for all steps of dx.</summary>
    /// <param name="outputs">Steps of dy.</param>
    /// <param name="steps">Steps of dx.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="inputs">Width of dx.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="dilation">Steps from tap to tap.</param>
    /// <param name="stride">Steps of dx from one step of dy to the next.</param>
    /// <param name="causal">No tap reads a later step than its output's.</param>
    /// <param name="dy">The gradient of what Unfold gave.</param>
    /// <param name="dyRow">Distance of its rows.</param>
    /// <param name="dx">The result.</param>
    /// <param name="dxRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(
        int outputs, int steps, int batch, int inputs, int kernel, int dilation, int stride, bool causal, ref float dy, nint dyRow, ref float dx, nint dxRow)
    {
        fixed (float* dyPin = &dy, dxPin = &dx)
        {
            nint back = causal ? (nint)(kernel - 1) * dilation : 0;
            for (nint s = 0; s < steps; s++)
            {
                // Taps that read this step: from the first one's dy, each next is a number of rows earlier.
                nint start = 0, count = 0, output = 0;
                for (nint j = 0; j < kernel; j++)
                {
                    var ahead = s + back - (j * dilation);
                    if (ahead >= 0 && ahead % stride == 0 && ahead / stride < outputs)
                    {
                        (start, output) = count == 0 ? (j, ahead / stride) : (start, output);
                        count++;
                    }
                }

                // Where the stride takes no part they are neighbours; else one by one.
                float* to = dxPin + (s * batch * dxRow), from = dyPin + (output * batch * dyRow) + start;
                for (nint b = 0; b < batch; b++, to += dxRow, from += dyRow)
                {
                    if (stride == 1)
                    {
                        Gather(from, 1 - ((nint)dilation * batch * dyRow), count, to, inputs, kernel);
                        continue;
                    }

                    new System.Span<float>(to, inputs).Clear();
                    for (nint j = start; j < kernel && count > 0; j++)
                    {
                        var ahead = s + back - (j * dilation);
                        if (ahead >= 0 && ahead % stride == 0 && ahead / stride < outputs)
                        {
                            Add(dyPin + (((ahead / stride * batch) + b) * dyRow) + j, to, inputs, kernel);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Unfold of windows around every step: tap j of step t reads step t + j * dilation - back, and 0 outside of the row's own sequence.</summary>
    /// <param name="steps">Steps of x and y.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="lengths">Steps of each, or nothing where all have all of them.</param>
    /// <param name="inputs">Width of x.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="dilation">Steps from tap to tap.</param>
    /// <param name="back">Steps from the first tap to the output's own.</param>
    /// <param name="x">The source.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="y">The result.</param>
    /// <param name="yRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void UnfoldAround(
        int steps, int batch, System.ReadOnlySpan<int> lengths, int inputs, int kernel, int dilation, int back, ref float x, nint xRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, yPin = &y)
        {
            nint step = batch * xRow, far = (nint)dilation * step;
            for (nint t = 0; t < steps; t++)
            {
                var first = t - back;
                for (var b = 0; b < batch; b++)
                {
                    nint end = lengths.IsEmpty ? steps : lengths[b];
                    float* to = yPin + (((t * batch) + b) * yRow), from = xPin + (b * xRow) + (first * step);
                    nint j = first >= 0 && first + ((nint)(kernel - 1) * dilation) < end ? Taps(from, far, to, inputs, kernel) : 0;
                    for (; j < kernel; j++)
                    {
                        var source = first + (j * dilation);
                        Tap(source >= 0 && source < end ? from + (j * far) : null, to + j, inputs, kernel);
                    }
                }
            }
        }
    }

    /// <summary>The transpose of UnfoldAround; where no sequence is any more, it is 0.</summary>
    /// <param name="steps">Steps of dy and dx.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="lengths">Steps of each, or nothing where all have all of them.</param>
    /// <param name="inputs">Width of dx.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="dilation">Steps from tap to tap.</param>
    /// <param name="back">Steps from the first tap to the output's own.</param>
    /// <param name="dy">The gradient of what UnfoldAround gave.</param>
    /// <param name="dyRow">Distance of its rows.</param>
    /// <param name="dx">The result.</param>
    /// <param name="dxRow">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FoldAround(
        int steps, int batch, System.ReadOnlySpan<int> lengths, int inputs, int kernel, int dilation, int back, ref float dy, nint dyRow, ref float dx, nint dxRow)
    {
        fixed (float* dyPin = &dy, dxPin = &dx)
        {
            for (nint s = 0; s < steps; s++)
            {
                // Taps that read this step: from the first one's dy, each next is a number of rows earlier.
                nint start = s + back < steps ? 0 : (s + back - steps + dilation) / dilation, last = System.Math.Min(kernel - 1, (s + back) / dilation);
                float* to = dxPin + (s * batch * dxRow), from = dyPin + ((s + back - (start * dilation)) * batch * dyRow) + start;
                for (var b = 0; b < batch; b++, to += dxRow, from += dyRow)
                {
                    var count = lengths.IsEmpty || s < lengths[b] ? System.Math.Max(0, last - start + 1) : 0;
                    Gather(from, 1 - ((nint)dilation * batch * dyRow), count, to, inputs, kernel);
                }
            }
        }
    }

    /// <summary>Puts a step into the rings and gives the windows that end with it, as Unfold lays them out.</summary>
    /// <remarks>
    /// A ring row: L * inputs floats, L = (kernel - 1) * dilation + 1, then the place of the next step, and how many steps were seen: up to the
    /// first output all of them, later those since an output. A ring row of zeros is a stream at its beginning.
    /// </remarks>
    /// <param name="batch">Sequences.</param>
    /// <param name="inputs">Width of x.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="dilation">Steps from tap to tap.</param>
    /// <param name="stride">Steps from output to output.</param>
    /// <param name="causal">Whether the first step has an output; else the first is that of the first whole window.</param>
    /// <param name="x">The step.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="ring">The rings.</param>
    /// <param name="ringRow">Distance of their rows.</param>
    /// <param name="y">The windows.</param>
    /// <param name="yRow">Distance of their rows.</param>
    /// <returns>Whether a window ends here; where that is not with every step, all sequences must be at the same one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Step(int batch, int inputs, int kernel, int dilation, int stride, bool causal, ref float x, nint xRow, ref float ring, nint ringRow, ref float y, nint yRow)
    {
        fixed (float* xPin = &x, ringPin = &ring, yPin = &y)
        {
            nint length = ((nint)(kernel - 1) * dilation) + 1;
            float first = causal ? 1 : length;
            var complete = true;
            for (nint b = 0; b < batch; b++)
            {
                float* from = xPin + (b * xRow), slots = ringPin + (b * ringRow), to = yPin + (b * yRow), marks = slots + (length * inputs);

                // A state from elsewhere must not lead out of the ring.
                nint place = marks[0] >= 0 && marks[0] < length ? (nint)marks[0] : 0;
                for (nint i = 0; i < inputs; i++)
                {
                    slots[(place * inputs) + i] = from[i];
                }

                for (nint j = 0; j < kernel; j++)
                {
                    var slot = place - ((kernel - 1 - j) * dilation);
                    Tap(slots + ((slot < 0 ? slot + length : slot) * inputs), to + j, inputs, kernel);
                }

                marks[0] = place + 1 == length ? 0 : place + 1;
                var seen = marks[1] >= 0 && marks[1] + 1 < first + stride ? marks[1] + 1 : first;
                marks[1] = seen;
                complete = seen == first;
            }

            return complete;
        }
    }

    // The columns of as many taps as go four or three at a time; gives their number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Taps(float* from, nint far, float* to, nint inputs, nint kernel)
    {
        nint j = 0;
        for (; kernel - j >= 3; j += kernel - j is 3 or 5 or 6 ? 3 : 4)
        {
            float* a = from + (j * far), b = a + far, c = b + far, d = c + far, at = to + j;
            if (kernel - j is 3 or 5 or 6)
            {
                for (nint i = 0; i < inputs; i++, at += kernel)
                {
                    (at[0], at[1], at[2]) = (a[i], b[i], c[i]);
                }
            }
            else
            {
                for (nint i = 0; i < inputs; i++, at += kernel)
                {
                    (at[0], at[1], at[2], at[3]) = (a[i], b[i], c[i], d[i]);
                }
            }
        }

        if (kernel - j == 2)
        {
            float* a = from + (j * far), b = a + far, at = to + j;
            for (nint i = 0; i < inputs; i++, at += kernel)
            {
                (at[0], at[1]) = (a[i], b[i]);
            }

            j += 2;
        }

        return j;
    }

    // to = the sum of count columns; the next one's first element is at a distance.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather(float* from, nint next, nint count, float* to, nint inputs, nint kernel)
    {
        nint j = 0;
        if (count >= 3)
        {
            float* a = from, b = a + next, c = b + next;
            for (nint i = 0, k = 0; i < inputs; i++, k += kernel)
            {
                to[i] = a[k] + b[k] + c[k];
            }

            j = 3;
        }
        else
        {
            new System.Span<float>(to, (int)inputs).Clear();
        }

        for (; j < count; j++)
        {
            Add(from + (j * next), to, inputs, kernel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* from, float* to, nint inputs, nint kernel)
    {
        for (nint i = 0, k = 0; i < inputs; i++, k += kernel)
        {
            to[i] += from[k];
        }
    }

    // One tap's column of a window; zeros where there is no source.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tap(float* from, float* to, nint inputs, nint kernel)
    {
        if (from == null)
        {
            for (nint i = 0; i < inputs; i++)
            {
                to[i * kernel] = 0;
            }

            return;
        }

        for (nint i = 0; i < inputs; i++)
        {
            to[i * kernel] = from[i];
        }
    }
}
