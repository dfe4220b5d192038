// Knows: layer normalisation of rows in panels and vectors, and its derivatives.
// Refuses to know: what is normalised, and in which cell.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>
/// Layer normalisation (Ba, Kiros, Hinton 2016) over all slots and units of a row at once:
/// y = w n + b, n = (x - mean) / sqrt(var + epsilon), var the mean of the squared deviations. Mean and var are computed in double.
/// </summary>
/// <remarks>
/// Element (slot s, unit u) of row r is at (u / 16) * block + r * row + s * 16 + u % 16; a vector has one slot and blocks of 16.
/// w, b and their gradients are one panel row, [block][slot][16]. Padding of sources is ignored, of results anything,
/// of the gradients of w and b it stays. All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.
/// </remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Normalization<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>y = w n + b. y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        int rows, int slots, int units, ref float x, nint xBlock, nint xRow, ref float weight, ref float bias, float epsilon,
        ref float y, nint yBlock, nint yRow)
    {
        fixed (float* xPin = &x, weightPin = &weight, biasPin = &bias, yPin = &y)
        {
            nint run = slots * 16;
            var pieces = new Pieces(slots, units, xBlock == run && yBlock == run);
            for (nint r = 0; r < rows; r++)
            {
                float* xr = xPin + (r * xRow), yr = yPin + (r * yRow);
                var n = new Normal(xr, xBlock, slots, units, epsilon);
                for (var k = 0; k < pieces.Count; k++)
                {
                    pieces.Get(k, out var block, out var inner, out var length);
                    float* from = xr + (block * xBlock) + inner, to = yr + (block * yBlock) + inner;
                    float* w = weightPin + (block * run) + inner, b = biasPin + (block * run) + inner;
                    for (nint i = 0; i < length; i += T.Count)
                    {
                        T.Store(ref *to, i, T.Fma(n.Of(T.Load(ref *from, i)), T.Load(ref *w, i), T.Load(ref *b, i)));
                    }
                }
            }
        }
    }

    /// <summary>dx = (g - mean(g) - n mean(g n)) / sqrt(var + epsilon), g = w dy. dx may be dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGradient(
        int rows, int slots, int units, ref float x, nint xBlock, nint xRow, ref float weight, float epsilon,
        ref float dy, nint dyBlock, nint dyRow, ref float dx, nint dxBlock, nint dxRow)
    {
        fixed (float* xPin = &x, weightPin = &weight, dyPin = &dy, dxPin = &dx)
        {
            nint run = slots * 16;
            var pieces = new Pieces(slots, units, xBlock == run && dyBlock == run && dxBlock == run);
            for (nint r = 0; r < rows; r++)
            {
                float* xr = xPin + (r * xRow), dyr = dyPin + (r * dyRow), dxr = dxPin + (r * dxRow);
                var n = new Normal(xr, xBlock, slots, units, epsilon);
                double sum = 0, along = 0;
                for (var k = 0; k < pieces.Count; k++)
                {
                    pieces.Get(k, out var block, out var inner, out var length);
                    Wide.AddGradientSums(
                        xr + (block * xBlock) + inner, weightPin + (block * run) + inner, dyr + (block * dyBlock) + inner, length, n.Mean, ref sum, ref along);
                }

                double count = (double)slots * units;
                T mean = T.Set((float)(sum / count)), slope = T.Set((float)(along * n.Factor / count)), factor = T.Set((float)n.Factor);
                for (var k = 0; k < pieces.Count; k++)
                {
                    pieces.Get(k, out var block, out var inner, out var length);
                    float* from = xr + (block * xBlock) + inner, w = weightPin + (block * run) + inner;
                    float* d = dyr + (block * dyBlock) + inner, to = dxr + (block * dxBlock) + inner;
                    for (nint i = 0; i < length; i += T.Count)
                    {
                        var g = (T.Load(ref *w, i) * T.Load(ref *d, i)) - mean;
                        T.Store(ref *to, i, Rows<T>.First(length - i, T.Fnma(n.Of(T.Load(ref *from, i)), slope, g) * factor));
                    }
                }
            }
        }
    }

    /// <summary>dw += sum over rows of dy n. Padding of dw stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightGradient(
        int rows, int slots, int units, ref float dy, nint dyBlock, nint dyRow, ref float x, nint xBlock, nint xRow, float epsilon, ref float dWeight)
    {
        fixed (float* dyPin = &dy, xPin = &x, dWeightPin = &dWeight)
        {
            nint run = slots * 16;
            var pieces = new Pieces(slots, units, xBlock == run && dyBlock == run);
            for (nint r = 0; r < rows; r++)
            {
                float* xr = xPin + (r * xRow), dyr = dyPin + (r * dyRow);
                var n = new Normal(xr, xBlock, slots, units, epsilon);
                for (var k = 0; k < pieces.Count; k++)
                {
                    pieces.Get(k, out var block, out var inner, out var length);
                    float* from = xr + (block * xBlock) + inner, d = dyr + (block * dyBlock) + inner, to = dWeightPin + (block * run) + inner;
                    for (nint i = 0; i < length; i += T.Count)
                    {
                        var product = n.Of(T.Load(ref *from, i)) * T.Load(ref *d, i);
                        T.Store(ref *to, i, T.Load(ref *to, i) + Rows<T>.First(length - i, product));
                    }
                }
            }
        }
    }

    /// <summary>db += sum over rows of dy. Padding of db stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BiasGradient(int rows, int slots, int units, ref float dy, nint dyBlock, nint dyRow, ref float dBias)
    {
        fixed (float* dyPin = &dy, dBiasPin = &dBias)
        {
            nint run = slots * 16;
            var pieces = new Pieces(slots, units, dyBlock == run);
            for (var k = 0; k < pieces.Count; k++)
            {
                pieces.Get(k, out var block, out var inner, out var length);
                float* first = dyPin + (block * dyBlock) + inner, to = dBiasPin + (block * run) + inner;
                for (nint i = 0; i < length; i += T.Count)
                {
                    T sum = default;
                    float* from = first;
                    for (var r = 0; r < rows; r++, from += dyRow)
                    {
                        sum += T.Load(ref *from, i);
                    }

                    T.Store(ref *to, i, T.Load(ref *to, i) + Rows<T>.First(length - i, sum));
                }
            }
        }
    }

    /// <summary>The statistics of one row.</summary>
    private readonly struct Normal
    {
        private readonly T _mean, _rest, _factor;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public Normal(float* x, nint xBlock, int slots, int units, float epsilon)
        {
            var pieces = new Pieces(slots, units, xBlock == slots * 16);
            double sum = 0, squares = 0, count = (double)slots * units, pivot = x[0];
            for (var k = 0; k < pieces.Count; k++)
            {
                pieces.Get(k, out var block, out var inner, out var length);
                Wide.AddMoments(x + (block * xBlock) + inner, length, pivot, ref sum, ref squares);
            }

            var distance = sum / count;
            Mean = pivot + distance;
            Factor = 1 / Math.Sqrt((squares / count) - (distance * distance) + epsilon);
            _mean = T.Set((float)Mean);
            _rest = T.Set((float)(Mean - (float)Mean));
            _factor = T.Set((float)Factor);
        }

        public double Mean { get; }

        /// <summary>1 / sqrt(var + epsilon).</summary>
        public double Factor { get; }

        // x - mean as if the mean were double: its first part cancels exactly where that matters.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of(T x) => (x - _mean - _rest) * _factor;
    }

    /// <summary>The contiguous runs of a row's elements: unit blocks, and slot by slot those of a last block that has padding.</summary>
    private readonly struct Pieces
    {
        private readonly nint _slots, _units, _whole;

        public Pieces(int slots, int units, bool contiguous)
        {
            // Where blocks follow each other, the whole ones are one run; a vector is one run altogether.
            (_slots, _units, _whole) = (slots, units, contiguous ? Math.Min(1, units / 16) : units / 16);
            Contiguous = contiguous;
            Count = contiguous && slots == 1 ? 1 : (int)_whole + (units % 16 != 0 ? slots : 0);
        }

        public int Count { get; }

        private bool Contiguous { get; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Get(int index, out nint block, out nint inner, out nint length)
        {
            if (Contiguous && _slots == 1)
            {
                (block, inner, length) = (0, 0, _units);
            }
            else if (index < _whole)
            {
                (block, inner, length) = (index, 0, Contiguous ? _units / 16 * 16 * _slots : 16 * _slots);
            }
            else
            {
                (block, inner, length) = (_units / 16, (index - _whole) * 16, _units % 16);
            }
        }
    }
}
