// Knows: the public entry points of z = bias + x Wx + h Wh, and how blocks and rows are divided into tiles and passes.
// Refuses to know: the insides of a tile, and every elementwise operation.

using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Affine maps of one or two terms, forward and backward, over panels of unit blocks of 16.</summary>
/// <remarks>
/// A panel element is at <c>block * zBlock + row * zRow + slot * 16 + lane</c>, unit = block * 16 + lane.
/// Weights are packed, one unit block after the other: nx rows of [used x slots][16], then nh rows of [used h slots][16].
/// The layout is the same at every vector width. All references lead into <see cref="AlignedBuffer"/>s. Nothing is allocated.
/// Sums may be rounded differently for different numbers of rows, never for different orders of walking.
/// </remarks>
/// <typeparam name="T">The vector.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class Affine<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>z = bias + x Wx + h Wh.</summary>
    /// <param name="blocks">Unit blocks.</param>
    /// <param name="rows">Rows of x, h and z.</param>
    /// <param name="z">The result: the slots of either mask.</param>
    /// <param name="zBlock">Distance of z's blocks.</param>
    /// <param name="zRow">Distance of z's rows.</param>
    /// <param name="w">Packed weights of both terms.</param>
    /// <param name="bias"><c>[block][slots][16]</c>, slots = the highest slot of either mask + 1.</param>
    /// <param name="x">The first term's input.</param>
    /// <param name="nx">Its length.</param>
    /// <param name="xRow">Distance of its rows.</param>
    /// <param name="h">The second term's input; not read when <paramref name="nh"/> is 0.</param>
    /// <param name="nh">Its length.</param>
    /// <param name="hRow">Distance of its rows.</param>
    /// <param name="reverse">Walks the blocks from the last to the first: the same result, other weights in the cache.</param>
    /// <param name="wBlock">Floats from one block of weights to the next where one term of a pair is left out; 0: blocks follow each other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Forward<TGates>(
        int blocks, int rows, ref float z, nint zBlock, nint zRow, ref float w, ref float bias,
        ref float x, int nx, nint xRow, ref float h, int nh, nint hRow, bool reverse = false, nint wBlock = 0)
        where TGates : IGates
    {
        fixed (float* zPin = &z, biasPin = &bias, wPin = &w, xPin = &x, hPin = &h)
        {
            var slots = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(TGates.XMask | TGates.HMask));
            Unsafe.SkipInit(out Job job);
            Set(&job, nx, xRow, nh, hRow, zBlock, zRow);
            job.InitBlock = 16 * slots;
            job.InitRow = 0;
            job.WBlock = wBlock;
            Run<TGates>(&job, blocks, rows, zPin, biasPin, wPin, xPin, hPin, reverse);
        }
    }

    /// <summary>z = bias + x Wx: one term alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TGates>(
        int blocks, int rows, ref float z, nint zBlock, nint zRow, ref float w, ref float bias, ref float x, int nx, nint xRow, bool reverse = false, nint wBlock = 0)
        where TGates : IGates =>
        Forward<TGates>(blocks, rows, ref z, zBlock, zRow, ref w, ref bias, ref x, nx, xRow, ref x, 0, 0, reverse, wBlock);

    /// <summary>z += x Wx + h Wh. Parameters as those of Forward.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate<TGates>(
        int blocks, int rows, ref float z, nint zBlock, nint zRow, ref float w,
        ref float x, int nx, nint xRow, ref float h, int nh, nint hRow, bool reverse = false)
        where TGates : IGates =>
        Accumulate<TGates>(blocks, rows, ref z, zBlock, zRow, ref w, ref x, nx, xRow, ref h, nh, hRow, reverse, 0);

    /// <summary>The same where one term of a pair may be left out: see <c>wBlock</c> of Forward.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Accumulate<TGates>(
        int blocks, int rows, ref float z, nint zBlock, nint zRow, ref float w,
        ref float x, int nx, nint xRow, ref float h, int nh, nint hRow, bool reverse, nint wBlock)
        where TGates : IGates
    {
        fixed (float* zPin = &z, wPin = &w, xPin = &x, hPin = &h)
        {
            Unsafe.SkipInit(out Job job);
            Set(&job, nx, xRow, nh, hRow, zBlock, zRow);
            job.InitBlock = zBlock;
            job.InitRow = zRow;
            job.WBlock = wBlock;
            Run<TGates>(&job, blocks, rows, zPin, zPin, wPin, xPin, hPin, reverse);
        }
    }

    /// <summary>z += x Wx: one term alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate<TGates>(int blocks, int rows, ref float z, nint zBlock, nint zRow, ref float w, ref float x, int nx, nint xRow, bool reverse = false)
        where TGates : IGates =>
        Accumulate<TGates>(blocks, rows, ref z, zBlock, zRow, ref w, ref x, nx, xRow, ref x, 0, 0, reverse);

    // Field by field: clearing the rest would be felt in a streaming step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Set(Job* job, nint nx, nint xRow, nint nh, nint hRow, nint zBlock, nint zRow)
    {
        job->Nx = nx;
        job->XRow = xRow;
        job->Nh = nh;
        job->HRow = hRow;
        job->ZBlock = zBlock;
        job->ZRow = zRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TGates>(Job* job, int blocks, int rows, float* z, float* init, float* w, float* x, float* h, bool reverse)
        where TGates : IGates
    {
        if (TGates.XMask == 0)
        {
            job->Nx = 0;
        }

        if (TGates.HMask == 0)
        {
            job->Nh = 0;
        }

        if (job->WBlock == 0)
        {
            job->WBlock = (job->Nx * Slots<TGates>.XStep) + (job->Nh * Slots<TGates>.HStep);
        }

        // Taller tiles for one slot, which fills no wide one, and for panels beyond 48 KiB, which they read less often.
        if (T.Count < 16 ? rows > 1 : rows > 4 && (TGates.XMask == 1 || job->WBlock > 12 * 1024))
        {
            Columns(job, blocks, rows, TGates.XMask, TGates.HMask, z, init, w, x, h, reverse);
            return;
        }

        if (TGates.XMask == 1 && TGates.HMask <= 1)
        {
            if (blocks == 1)
            {
                Part<Slots<TGates>>(job, 0, 1, 1, rows, z, init, w, x, h, reverse);
            }
            else if (blocks == 2)
            {
                Part<TwoBlocks>(job, 0, 1, 2, rows, z, init, w, x, h, reverse);
            }
            else
            {
                OneSlot<Slots<TGates>>(job, blocks, rows, z, init, w, x, h, reverse);
            }
        }
        else if (TGates.XMask == 3 && (TGates.HMask == 3 || TGates.HMask == 0))
        {
            var pairs = blocks >> 1;
            if (!reverse)
            {
                Part<TwoBlocksOfTwo>(job, 0, pairs, 2, rows, z, init, w, x, h, reverse);
            }

            if ((blocks & 1) != 0)
            {
                Part<Slots<TGates>>(job, blocks - 1, 1, 1, rows, z, init, w, x, h, reverse);
            }

            if (reverse)
            {
                Part<TwoBlocksOfTwo>(job, 0, pairs, 2, rows, z, init, w, x, h, reverse);
            }
        }
        else
        {
            Part<Slots<TGates>>(job, 0, blocks, 1, rows, z, init, w, x, h, reverse);
        }
    }

    // Four blocks make a panel as wide as an LSTM's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneSlot<TColumns>(Job* job, int blocks, int rows, float* z, float* init, float* w, float* x, float* h, bool reverse)
        where TColumns : IColumns
    {
        var fours = blocks >> 2;
        if (!reverse)
        {
            Part<FourBlocks>(job, 0, fours, 4, rows, z, init, w, x, h, reverse);
        }

        if ((blocks & 2) != 0 && !reverse)
        {
            Part<TwoBlocks>(job, fours * 4, 1, 2, rows, z, init, w, x, h, reverse);
        }

        if ((blocks & 1) != 0)
        {
            Part<TColumns>(job, blocks - 1, 1, 1, rows, z, init, w, x, h, reverse);
        }

        if ((blocks & 2) != 0 && reverse)
        {
            Part<TwoBlocks>(job, fours * 4, 1, 2, rows, z, init, w, x, h, reverse);
        }

        if (reverse)
        {
            Part<FourBlocks>(job, 0, fours, 4, rows, z, init, w, x, h, reverse);
        }
    }

    // Panels of panelBlocks blocks each, from block first on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TColumns>(
        Job* job, int first, int panels, int panelBlocks, int rows, float* z, float* init, float* w, float* x, float* h, bool reverse)
        where TColumns : IColumns
    {
        if (panels == 0 || rows == 0)
        {
            return;
        }

        job->ZPanel = panelBlocks * job->ZBlock;
        job->InitPanel = panelBlocks * job->InitBlock;
        job->WPanel = panelBlocks * job->WBlock;
        z += first * job->ZBlock;
        init += first * job->InitBlock;
        w += first * job->WBlock;
        if (T.Count < 16)
        {
            NarrowRow<TColumns>(job, panels, z, init, w, x, h, reverse);
        }
        else if (rows == 1)
        {
            WideRow<TColumns>(job, panels, z, init, w, x, h, reverse);
        }
        else
        {
            WideRows<TColumns>(job, panels, rows, z, init, w, x, h, reverse);
        }
    }

    // All columns of a panel in one tile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideRows<TColumns>(Job* job, int panels, int rows, float* z, float* init, float* w, float* x, float* h, bool reverse)
        where TColumns : IColumns
    {
        for (var i = 0; i < panels; i++)
        {
            nint panel = reverse ? panels - 1 - i : i;
            float* zp = z + (panel * job->ZPanel), ip = init + (panel * job->InitPanel), wp = w + (panel * job->WPanel), xp = x, hp = h;
            for (int left = rows, count; left > 0; left -= count)
            {
                // 5 = 3 + 2.
                count = left >= 4 && left != 5 ? 4 : left == 2 ? 2 : 3;
                if (count == 4)
                {
                    WideTile<T>.Run<TColumns, Rows4>(job, zp, ip, wp, xp, hp);
                }
                else if (count == 3)
                {
                    WideTile<T>.Run<TColumns, Rows3>(job, zp, ip, wp, xp, hp);
                }
                else
                {
                    WideTile<T>.Run<TColumns, Rows2>(job, zp, ip, wp, xp, hp);
                }

                zp += count * job->ZRow;
                ip += count * job->InitRow;
                xp += count * job->XRow;
                hp += count * job->HRow;
            }
        }
    }

    // Groups of four panels where there are many (the weights come from far), then of two, then one; the same groups in either direction.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WideRow<TColumns>(Job* job, int panels, float* z, float* init, float* w, float* x, float* h, bool reverse)
        where TColumns : IColumns
    {
        int fours = panels >= 8 ? panels >> 2 : 0, pairs = (panels - (4 * fours)) >> 1, groups = fours + pairs + (panels & 1);
        for (var i = 0; i < groups; i++)
        {
            var group = reverse ? groups - 1 - i : i;
            nint panel = group <= fours ? 4 * group : (4 * fours) + (2 * (group - fours));
            float* zp = z + (panel * job->ZPanel), ip = init + (panel * job->InitPanel), wp = w + (panel * job->WPanel);
            if (group < fours)
            {
                RowPass<T>.FourPanels<TColumns>(job, zp, ip, wp, x, h);
            }
            else if (group < fours + pairs)
            {
                RowPass<T>.TwoPanels<TColumns>(job, zp, ip, wp, x, h);
            }
            else
            {
                RowPass<T>.OnePanel<TColumns>(job, zp, ip, wp, x, h);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowRow<TColumns>(Job* job, int panels, float* z, float* init, float* w, float* x, float* h, bool reverse)
        where TColumns : IColumns
    {
        nint zPanel = job->ZPanel, initPanel = job->InitPanel, wPanel = job->WPanel;
        job->ZPanel = job->InitPanel = job->WPanel = T.Count;
        for (var i = 0; i < panels; i++)
        {
            var panel = reverse ? panels - 1 - i : i;
            float* zp = z + (panel * zPanel), ip = init + (panel * initPanel), wp = w + (panel * wPanel);
            for (nint lane = 0; lane < 16; lane += 2 * T.Count)
            {
                // The fewer the columns, the more chains; all fit sixteen registers.
                if (TColumns.XMask == 1 && TColumns.HMask <= 1)
                {
                    RowPass<T>.TwoPanelsOneColumn(job, zp + lane, ip + lane, wp + lane, x, h);
                }
                else if ((TColumns.XMask | TColumns.HMask) < 4)
                {
                    RowPass<T>.TwoPanels<TColumns>(job, zp + lane, ip + lane, wp + lane, x, h);
                }
                else
                {
                    RowPass<T>.TwoPanelsOneChain<TColumns>(job, zp + lane, ip + lane, wp + lane, x, h);
                }
            }
        }
    }
}
