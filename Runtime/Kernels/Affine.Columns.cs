// Knows: how the columns of z = bias + x Wx + h Wh, one for each slot of each unit block, are grouped for the tiles of many rows.
// Refuses to know: the insides of a tile, and how rows are divided.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

public static unsafe partial class Affine<T>
{
    // Where one column of 16 units lies.
    private struct Column
    {
        public float* Z, Init, Wx, Wh;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Columns(
        Job* job, int blocks, int rows, int xMask, int hMask, float* z, float* init, float* w, float* x, float* h, bool reverse)
    {
        nint xStep = 16 * BitOperations.PopCount((uint)xMask), hStep = 16 * BitOperations.PopCount((uint)hMask);
        var stretches = stackalloc Stretch[2];
        Unsafe.SkipInit(out Product product);
        product.Stretches = stretches;
        product.CRow = job->ZRow;
        product.InitRow = job->InitRow;

        // By the terms that feed them: x, h, both. Columns of a kind go in pairs, wherever the two lie.
        var waiting = stackalloc Column[4];
        waiting[1].Z = waiting[2].Z = waiting[3].Z = null;
        for (var i = 0; i < blocks; i++)
        {
            nint block = reverse ? blocks - 1 - i : i;
            float* zc = z + (block * job->ZBlock), ic = init + (block * job->InitBlock), wx = w + (block * job->WBlock), wh = wx + (job->Nx * xStep);
            for (var slot = 0; slot < 4; slot++, zc += 16, ic += 16)
            {
                int inX = (xMask >> slot) & 1, inH = (hMask >> slot) & 1, kind = inX + (2 * inH);
                if (kind == 0)
                {
                    continue;
                }

                nint nx = inX * job->Nx, nh = inH * job->Nh;
                Column* other = waiting + kind;
                if (T.Count < 16)
                {
                    Stretches(&product, job, nx, nh, xStep, hStep, T.Count, T.Count, x, h);
                    product.CNext = product.InitNext = T.Count;
                    for (nint lane = 0; lane < 16; lane += 2 * T.Count)
                    {
                        At(&product, zc + lane, ic + lane, wx + lane, wh + lane, nx);
                        Products<T>.Pair(&product, rows);
                    }
                }
                else if (other->Z == null)
                {
                    other->Z = zc;
                    other->Init = ic;
                    other->Wx = wx;
                    other->Wh = wh;
                }
                else
                {
                    Stretches(&product, job, nx, nh, xStep, hStep, (nint)(wx - other->Wx), (nint)(wh - other->Wh), x, h);
                    product.CNext = (nint)(zc - other->Z);
                    product.InitNext = (nint)(ic - other->Init);
                    At(&product, other->Z, other->Init, other->Wx, other->Wh, nx);
                    Products<T>.Pair(&product, rows);
                    other->Z = null;
                }

                wx += 16 * inX;
                wh += 16 * inH;
            }
        }

        for (var kind = 1; kind < 4; kind++)
        {
            if (waiting[kind].Z != null)
            {
                nint nx = (kind & 1) * job->Nx, nh = (kind >> 1) * job->Nh;
                Stretches(&product, job, nx, nh, xStep, hStep, 0, 0, x, h);
                At(&product, waiting[kind].Z, waiting[kind].Init, waiting[kind].Wx, waiting[kind].Wh, nx);
                Products<T>.Single(&product, rows);
            }
        }
    }

    // The terms that there are. The second stretch starts behind the first, if there is one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stretches(Product* product, Job* job, nint nx, nint nh, nint xStep, nint hStep, nint xNext, nint hNext, float* x, float* h)
    {
        var stretch = product->Stretches;
        if (nx > 0)
        {
            Stretch.Set(stretch++, x, job->XRow, 1, null, xStep, xNext, nx);
        }

        if (nh > 0)
        {
            Stretch.Set(stretch++, h, job->HRow, 1, null, hStep, hNext, nh);
        }

        product->Count = (nint)(stretch - product->Stretches);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At(Product* product, float* z, float* init, float* wx, float* wh, nint nx)
    {
        product->C = z;
        product->Init = init;
        product->Stretches[0].B = nx > 0 ? wx : wh;
        product->Stretches[1].B = wh;
    }
}
