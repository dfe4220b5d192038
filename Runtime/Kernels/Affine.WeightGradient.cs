// Knows: how dW += x^T dz is divided into tiles, and the gradients and sums of biases.
// Refuses to know: the insides of a tile, and which parameter a gradient belongs to.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

public static unsafe partial class Affine<T>
{
    // Rows of dz that stay in the first-level cache while the inputs pass by.
    private const int ChunkRows = 128;

    /// <summary>Steps whose gradients go into one product, so that they are still in the second-level cache: rows enough for full speed.</summary>
    /// <param name="batch">Rows of a step.</param>
    public static int ChunkOf(int batch) => batch >= ChunkRows ? 1 : ChunkRows / batch;

    /// <summary>dw += x^T dz of one term, in the packing of the weights.</summary>
    /// <param name="blocks">Unit blocks.</param>
    /// <param name="rows">Rows of dz and x: all steps of a batch at once.</param>
    /// <param name="mask">The slots that the term feeds.</param>
    /// <param name="dz">Gradient of the pre-activations.</param>
    /// <param name="dzBlock">Distance of dz's blocks.</param>
    /// <param name="dzRow">Distance of dz's rows.</param>
    /// <param name="x">The term's input.</param>
    /// <param name="nx">Its length.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="dw">The term's first row in the first block of the gradient.</param>
    /// <param name="dwBlock">Distance of the gradient's blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightGradient(
        int blocks, int rows, int mask, ref float dz, nint dzBlock, nint dzRow, ref float x, int nx, nint xRow, ref float dw, nint dwBlock)
    {
        fixed (float* xPin = &x, dzPin = &dz, dwPin = &dw)
        {
            nint dwRow = 16 * BitOperations.PopCount((uint)mask);
            Stretch stretch;
            var product = new Product { Stretches = &stretch, Count = 1, CRow = dwRow, InitRow = dwRow };
            for (var row = 0; row < rows; row += ChunkRows)
            {
                // The tiles' rows are the inputs, their inner dimension the rows.
                var count = rows - row < ChunkRows ? rows - row : ChunkRows;
                Stretch.Set(&stretch, xPin + (row * xRow), 1, xRow, null, dzRow, T.Count, count);
                float* dzr = dzPin + (row * dzRow), waitingDz = null, waitingDw = null;
                for (var block = 0; block < blocks; block++)
                {
                    float* dwc = dwPin + (block * dwBlock);
                    for (var left = mask; left != 0; left &= left - 1, dwc += 16)
                    {
                        float* dzc = dzr + (block * dzBlock) + (16 * BitOperations.TrailingZeroCount(left));
                        if (T.Count < 16)
                        {
                            product.CNext = product.InitNext = T.Count;
                            for (nint lane = 0; lane < 16; lane += 2 * T.Count)
                            {
                                stretch.B = dzc + lane;
                                product.C = product.Init = dwc + lane;
                                Products<T>.Pair(&product, nx);
                            }
                        }
                        else if (waitingDz == null)
                        {
                            // Columns go in pairs, wherever the two lie.
                            waitingDz = dzc;
                            waitingDw = dwc;
                        }
                        else
                        {
                            stretch.B = waitingDz;
                            stretch.BNext = (nint)(dzc - waitingDz);
                            product.C = product.Init = waitingDw;
                            product.CNext = product.InitNext = (nint)(dwc - waitingDw);
                            Products<T>.Pair(&product, nx);
                            waitingDz = null;
                        }
                    }
                }

                if (waitingDz != null)
                {
                    stretch.B = waitingDz;
                    product.C = product.Init = waitingDw;
                    Products<T>.Single(&product, nx);
                }
            }
        }
    }

    /// <summary>Adds the sums of dz over all rows to the gradients of one or two biases.</summary>
    /// <param name="blocks">Unit blocks.</param>
    /// <param name="rows">Rows of dz.</param>
    /// <param name="slots">Slots of dz.</param>
    /// <param name="dz">Gradient of the pre-activations.</param>
    /// <param name="dzBlock">Distance of dz's blocks.</param>
    /// <param name="dzRow">Distance of dz's rows.</param>
    /// <param name="mask1">The first bias's slots.</param>
    /// <param name="db1"><c>[block][slots of mask1][16]</c>.</param>
    /// <param name="mask2">The second bias's slots; 0 if there is none.</param>
    /// <param name="db2"><c>[block][slots of mask2][16]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BiasGradient(
        int blocks, int rows, int slots, ref float dz, nint dzBlock, nint dzRow, int mask1, ref float db1, int mask2, ref float db2)
    {
        fixed (float* db1Pin = &db1, db2Pin = &db2, dzPin = &dz)
        {
            float* to1 = db1Pin, to2 = db2Pin;
            float* sums = stackalloc float[4 * 16];
            for (var block = 0; block < blocks; block++)
            {
                float* from = dzPin + (block * dzBlock);
                for (var start = 0; start < 16 * slots; start += 4 * T.Count)
                {
                    SumOfRows(from + start, dzRow, rows, (16 * slots) - start, sums + start);
                }

                for (var slot = 0; slot < slots; slot++)
                {
                    if (((mask1 >> slot) & 1) != 0)
                    {
                        AddSixteen(to1, sums + (16 * slot));
                        to1 += 16;
                    }

                    if (((mask2 >> slot) & 1) != 0)
                    {
                        AddSixteen(to2, sums + (16 * slot));
                        to2 += 16;
                    }
                }
            }
        }
    }

    // Sums of up to four neighbouring vectors: whole cache lines one after the other, two chains each.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOfRows(float* dz, nint row, int rows, int width, float* sums)
    {
        nint n1 = width > T.Count ? T.Count : 0, n2 = width > 2 * T.Count ? 2 * T.Count : 0, n3 = width > 3 * T.Count ? 3 * T.Count : 0;
        T a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        if (n1 == 0)
        {
            // One vector: the chains take a row each.
            for (; rows >= 4; rows -= 4, dz += 4 * row)
            {
                a0 += T.Load(ref *dz, 0);
                a1 += T.Load(ref *dz, row);
                a2 += T.Load(ref *dz, 2 * row);
                a3 += T.Load(ref *dz, 3 * row);
            }

            for (; rows > 0; rows--, dz += row)
            {
                a0 += T.Load(ref *dz, 0);
            }

            T.Store(ref *sums, 0, (a0 + a1) + (a2 + a3));
            return;
        }

        for (; rows >= 2; rows -= 2, dz += 2 * row)
        {
            a0 += T.Load(ref *dz, 0);
            a1 += T.Load(ref *dz, n1);
            a2 += T.Load(ref *dz, n2);
            a3 += T.Load(ref *dz, n3);
            b0 += T.Load(ref *dz, row);
            b1 += T.Load(ref *dz, row + n1);
            b2 += T.Load(ref *dz, row + n2);
            b3 += T.Load(ref *dz, row + n3);
        }

        if (rows > 0)
        {
            a0 += T.Load(ref *dz, 0);
            a1 += T.Load(ref *dz, n1);
            a2 += T.Load(ref *dz, n2);
            a3 += T.Load(ref *dz, n3);
        }

        // Vectors that are not there repeated the first one; it is stored last.
        T.Store(ref *sums, n3, a3 + b3);
        T.Store(ref *sums, n2, a2 + b2);
        T.Store(ref *sums, n1, a1 + b1);
        T.Store(ref *sums, 0, a0 + b0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSixteen(float* to, float* from)
    {
        for (nint lane = 0; lane < 16; lane += T.Count)
        {
            T.Store(ref *to, lane, T.Load(ref *to, lane) + T.Load(ref *from, lane));
        }
    }

    /// <summary>The bias that Forward reads: the sum of two biases, each scattered to its slots, zero elsewhere.</summary>
    /// <param name="blocks">Unit blocks.</param>
    /// <param name="slots">Slots of the result.</param>
    /// <param name="bias"><c>[block][slots][16]</c>.</param>
    /// <param name="mask1">The first bias's slots, may be 0.</param>
    /// <param name="b1"><c>[block][slots of mask1][16]</c>.</param>
    /// <param name="mask2">The second bias's slots, may be 0.</param>
    /// <param name="b2"><c>[block][slots of mask2][16]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BiasSum(int blocks, int slots, ref float bias, int mask1, ref float b1, int mask2, ref float b2)
    {
        fixed (float* biasPin = &bias, b1Pin = &b1, b2Pin = &b2)
        {
            float* to = biasPin, from1 = b1Pin, from2 = b2Pin;
            for (var i = 0; i < blocks * slots; i++, to += 16)
            {
                var slot = i % slots;
                bool first = ((mask1 >> slot) & 1) != 0, second = ((mask2 >> slot) & 1) != 0;
                for (nint lane = 0; lane < 16; lane += T.Count)
                {
                    T sum = default;
                    if (first)
                    {
                        sum += T.Load(ref *from1, lane);
                    }

                    if (second)
                    {
                        sum += T.Load(ref *from2, lane);
                    }

                    T.Store(ref *to, lane, sum);
                }

                from1 += first ? 16 : 0;
                from2 += second ? 16 : 0;
            }
        }
    }
}
