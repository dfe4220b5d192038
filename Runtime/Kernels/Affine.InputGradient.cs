// Knows: how dx = dz W^T is divided into tiles, and the transposed copy of the weights that it reads.
// Refuses to know: the insides of a tile, and when the copy is to be rebuilt.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqGen.Kernels.V1;

public static unsafe partial class Affine<T>
{
    /// <summary>dx = dz W^T of one term (or dx += ...), over the padded width of x; padding lanes get 0 (or stay).</summary>
    /// <param name="blocks">Unit blocks.</param>
    /// <param name="rows">Rows of dz and dx.</param>
    /// <param name="mask">The slots that the term feeds.</param>
    /// <param name="wt">Transposed weights of the term: <c>[k block][block][used slot][16 lanes][16 k lanes]</c>.</param>
    /// <param name="dz">Gradient of the pre-activations.</param>
    /// <param name="dzBlock">Distance of dz's blocks.</param>
    /// <param name="dzRow">Distance of dz's rows.</param>
    /// <param name="dx">The result.</param>
    /// <param name="nx">The logical width of x.</param>
    /// <param name="dxRow">Distance of dx's rows.</param>
    /// <param name="accumulate">Adds to dx.</param>
    /// <param name="reverse">Walks the k blocks from the last to the first.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGradient(
        int blocks, int rows, int mask, ref float wt, ref float dz, nint dzBlock, nint dzRow,
        ref float dx, int nx, nint dxRow, bool accumulate, bool reverse = false)
    {
        fixed (float* wtPin = &wt, dzPin = &dz, dxPin = &dx)
        {
            float* wtp = wtPin, dzp = dzPin, dxp = dxPin;
            var kBlocks = (nx + 15) >> 4;
            nint kBlock = (nint)blocks * BitOperations.PopCount((uint)mask) * 256;
            var job = new BackJob { Blocks = blocks, Mask = mask, DzBlock = dzBlock, DzRow = dzRow, DxRow = dxRow, Accumulate = accumulate };
            if (T.Count == 16)
            {
                job.WtNext = kBlock;
                job.DxNext = 16;
                var groups = (kBlocks + 1) >> 1;
                for (var i = 0; i < groups; i++)
                {
                    var k = 2 * (reverse ? groups - 1 - i : i);
                    if (k + 1 < kBlocks)
                    {
                        BackRows<SixRows, FourRows, TwoRows, OneRows>(&job, rows, dzp, wtp + (k * kBlock), dxp + (16 * k));
                    }
                    else
                    {
                        BackRows<Single<SixRows>, Single<FourRows>, Single<TwoRows>, Single<OneRows>>(&job, rows, dzp, wtp + (k * kBlock), dxp + (16 * k));
                    }
                }

                return;
            }

            job.WtNext = job.DxNext = T.Count;
            for (var i = 0; i < kBlocks; i++)
            {
                var k = reverse ? kBlocks - 1 - i : i;
                for (nint lane = 0; lane < 16; lane += 2 * T.Count)
                {
                    BackRows<SixRows, FourRows, TwoRows, OneRows>(&job, rows, dzp, wtp + (k * kBlock) + lane, dxp + (16 * k) + lane);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackRows<TSix, TFour, TTwo, TOne>(BackJob* job, int rows, float* dz, float* wt, float* dx)
        where TSix : IShape
        where TFour : IShape
        where TTwo : IShape
        where TOne : IShape
    {
        while (rows > 0)
        {
            var count = RowsOfNextTile(rows);
            if (count == 6)
            {
                BackTile<T>.Run<TSix>(job, dz, wt, dx);
            }
            else if (count == 4)
            {
                BackTile<T>.Run<TFour>(job, dz, wt, dx);
            }
            else if (count == 2)
            {
                BackTile<T>.Run<TTwo>(job, dz, wt, dx);
            }
            else
            {
                BackTile<T>.Row<TOne>(job, dz, wt, dx);
            }

            rows -= count;
            dz += count * job->DzRow;
            dx += count * job->DxRow;
        }
    }

    /// <summary>Builds the transposed copy of one term's weights, with zeros in the padding of its last k block.</summary>
    /// <param name="blocks">Unit blocks.</param>
    /// <param name="w">Packed weights.</param>
    /// <param name="wBlock">Distance of their blocks.</param>
    /// <param name="wOffsetOfTerm">Where the term starts in a block.</param>
    /// <param name="used">Slots that the term feeds.</param>
    /// <param name="nx">Length of the term's input.</param>
    /// <param name="wt">The copy.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(int blocks, ref float w, nint wBlock, nint wOffsetOfTerm, int used, int nx, ref float wt)
    {
        fixed (float* wtPin = &wt, wPin = &w)
        {
            float* to = wtPin;
            nint row = 16 * used;
            for (var k = 0; k < nx; k += 16)
            {
                for (var block = 0; block < blocks; block++)
                {
                    float* from = wPin + (block * wBlock) + wOffsetOfTerm + (k * row);
                    for (var slot = 0; slot < used; slot++, from += 16, to += 256)
                    {
                        TransposeBlock(from, row, nx - k < 16 ? nx - k : 16, to);
                    }
                }
            }
        }
    }

    // to[lane][k] = from[k][lane] for 16 x 16, zero from k = count on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeBlock(float* from, nint row, int count, float* to)
    {
        for (var k = 0; k < 16; k += 4)
        {
            if (Sse.IsSupported && k + 4 <= count)
            {
                for (var lane = 0; lane < 16; lane += 4)
                {
                    float* source = from + (k * row) + lane;
                    var a = *(Vector128<float>*)source;
                    var b = *(Vector128<float>*)(source + row);
                    var c = *(Vector128<float>*)(source + (2 * row));
                    var d = *(Vector128<float>*)(source + (3 * row));
                    Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
                    float* target = to + (16 * lane) + k;
                    *(Vector128<float>*)target = Sse.MoveLowToHigh(ab, cd);
                    *(Vector128<float>*)(target + 16) = Sse.MoveHighToLow(cd, ab);
                    ab = Sse.UnpackHigh(a, b);
                    cd = Sse.UnpackHigh(c, d);
                    *(Vector128<float>*)(target + 32) = Sse.MoveLowToHigh(ab, cd);
                    *(Vector128<float>*)(target + 48) = Sse.MoveHighToLow(cd, ab);
                }
            }
            else
            {
                for (var i = k; i < k + 4; i++)
                {
                    for (var lane = 0; lane < 16; lane++)
                    {
                        to[(16 * lane) + i] = i < count ? from[(i * row) + lane] : 0f;
                    }
                }
            }
        }
    }
}
