// Knows: how dx = dz W^T is divided into tiles, and the transposed copy of the weights that it reads.
// Refuses to know: the insides of a tile, and when the copy is to be rebuilt.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqGen.Kernels.V1;

public static unsafe partial class Affine<T>
{
    // Longer lists come in several products.
    private const int MostStretches = 16;

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
    [SkipLocalsInit]
    public static void InputGradient(
        int blocks, int rows, int mask, ref float wt, ref float dz, nint dzBlock, nint dzRow,
        ref float dx, int nx, nint dxRow, bool accumulate, bool reverse = false)
    {
        fixed (float* wtPin = &wt, dzPin = &dz, dxPin = &dx)
        {
            var kBlocks = (nx + 15) >> 4;
            nint kBlock = (nint)blocks * BitOperations.PopCount((uint)mask) * 256;
            Unsafe.SkipInit(out BackJob job);
            job.Blocks = blocks;
            job.Mask = mask;
            job.Dz = dzPin;
            job.DzBlock = dzBlock;
            job.DzRow = dzRow;
            job.DxRow = dxRow;
            job.WtNext = T.Count == 16 ? kBlock : T.Count;
            job.Accumulate = accumulate;
            var width = T.Count == 16 ? 2 : 1;

            // Where rows are few, four k blocks at a time: two would have too few sums to hide the latency.
            var fours = T.Count == 16 && rows is > 1 and < 5 ? kBlocks >> 2 : 0;
            var groups = fours + ((kBlocks - (4 * fours) + width - 1) / width);
            for (var i = 0; i < groups; i++)
            {
                // At 512 bits a pair of vectors is two k blocks, else it lies inside of one.
                var group = reverse ? groups - 1 - i : i;
                nint k = group < fours ? 4 * group : (4 * fours) + (width * (group - fours));
                var vectors = group < fours ? 4 : T.Count == 16 && k + 1 == kBlocks ? 1 : 2;
                for (nint lane = 0; lane < 16; lane += 2 * T.Count)
                {
                    job.Wt = wtPin + (k * kBlock) + lane;
                    job.Dx = dxPin + (16 * k) + lane;
                    if (rows > 1)
                    {
                        BackRows(&job, rows, vectors);
                    }
                    else if (rows == 1 && vectors == 1)
                    {
                        BackTile<T>.Row<Single<Rows1>>(&job);
                    }
                    else if (rows == 1)
                    {
                        BackTile<T>.Row<Rows1>(&job);
                    }
                }
            }
        }
    }

    // Some blocks at a time; a few runs of neighbouring slots each.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void BackRows(BackJob* job, int rows, int vectors)
    {
        var stretches = stackalloc Stretch[MostStretches];
        float* zero = stackalloc float[16];
        T.Store(ref *zero, 0, default);
        Unsafe.SkipInit(out Product product);
        product.Stretches = stretches;
        product.C = job->Dx;
        product.CRow = job->DxRow;
        product.CNext = T.Count;
        product.Init = job->Accumulate ? job->Dx : zero;
        product.InitRow = job->Accumulate ? job->DxRow : 0;
        product.InitNext = job->Accumulate ? T.Count : 0;

        float* dz = job->Dz, wt = job->Wt;
        for (var block = 0; block < job->Blocks;)
        {
            // Two runs in a block at most; blocks of one slot may follow each other without a gap.
            var stretch = stretches;
            for (; block < job->Blocks && stretch < stretches + MostStretches - 1; block++, dz += job->DzBlock)
            {
                for (var mask = job->Mask; mask != 0;)
                {
                    // A run of neighbouring slots is one run of lanes.
                    int first = BitOperations.TrailingZeroCount(mask), count = BitOperations.TrailingZeroCount(~(mask >> first));
                    mask &= ~(((1 << count) - 1) << first);
                    if (stretch > stretches && stretch[-1].A + stretch[-1].N == dz + (16 * first))
                    {
                        stretch[-1].N += 16 * count;
                    }
                    else
                    {
                        Stretch.Set(stretch++, dz + (16 * first), job->DzRow, 1, wt, 16, job->WtNext, 16 * count);
                    }

                    wt += 256 * count;
                }
            }

            product.Count = (nint)(stretch - stretches);
            if (vectors == 4)
            {
                BackFew(&product, job->WtNext, rows);
            }
            else if (vectors == 1)
            {
                Products<T>.Single(&product, rows);
            }
            else
            {
                Products<T>.Pair(&product, rows);
            }

            product.Init = job->Dx;
            product.InitRow = job->DxRow;
            product.InitNext = T.Count;
        }
    }

    // Two to four rows of four vectors. The weights of a stretch follow those of the one before: to the tile they are x and h.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void BackFew(Product* product, nint wtNext, int rows)
    {
        Unsafe.SkipInit(out Job job);
        job.ZBlock = product->CNext;
        job.ZRow = product->CRow;
        job.InitBlock = product->InitNext;
        job.InitRow = product->InitRow;
        job.WBlock = wtNext;
        float* dx = product->C, init = product->Init;
        for (nint i = 0; i < product->Count; i += 2)
        {
            Stretch* first = product->Stretches + i, second = i + 1 < product->Count ? first + 1 : first;
            job.Nx = first->N;
            job.Nh = second == first ? 0 : second->N;
            job.XRow = job.HRow = first->ARow;
            if (rows == 4)
            {
                WideTile<T>.Run<FourBlocks, Rows4>(&job, dx, init, first->B, first->A, second->A);
            }
            else if (rows == 3)
            {
                WideTile<T>.Run<FourBlocks, Rows3>(&job, dx, init, first->B, first->A, second->A);
            }
            else
            {
                WideTile<T>.Run<FourBlocks, Rows2>(&job, dx, init, first->B, first->A, second->A);
            }

            init = dx;
            job.InitBlock = job.ZBlock;
            job.InitRow = job.ZRow;
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
        var k = 0;
        for (; Avx.IsSupported && k + 8 <= count; k += 8)
        {
            for (var lane = 0; lane < 16; lane += 4)
            {
                // Rows k to k + 3 in the lower halves, the next four in the upper ones.
                float* source = from + (k * row) + lane;
                var a = Vector256.Create(*(Vector128<float>*)source, *(Vector128<float>*)(source + (4 * row)));
                var b = Vector256.Create(*(Vector128<float>*)(source + row), *(Vector128<float>*)(source + (5 * row)));
                var c = Vector256.Create(*(Vector128<float>*)(source + (2 * row)), *(Vector128<float>*)(source + (6 * row)));
                var d = Vector256.Create(*(Vector128<float>*)(source + (3 * row)), *(Vector128<float>*)(source + (7 * row)));
                Vector256<float> ab = Avx.UnpackLow(a, b), cd = Avx.UnpackLow(c, d);
                float* target = to + (16 * lane) + k;
                *(Vector256<float>*)target = Avx.Shuffle(ab, cd, 0x44);
                *(Vector256<float>*)(target + 16) = Avx.Shuffle(ab, cd, 0xEE);
                ab = Avx.UnpackHigh(a, b);
                cd = Avx.UnpackHigh(c, d);
                *(Vector256<float>*)(target + 32) = Avx.Shuffle(ab, cd, 0x44);
                *(Vector256<float>*)(target + 48) = Avx.Shuffle(ab, cd, 0xEE);
            }
        }

        for (; Sse.IsSupported && k + 4 <= count; k += 4)
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

        for (; k < 16; k++)
        {
            for (var lane = 0; lane < 16; lane++)
            {
                to[(16 * lane) + k] = k < count ? from[(k * row) + lane] : 0f;
            }
        }
    }
}
