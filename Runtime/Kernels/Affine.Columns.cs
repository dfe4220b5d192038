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
    private static void Columns(
        Job* job, int blocks, int rows, int xMask, int hMask, float* z, float* init, float* w, float* x, float* h, bool reverse)
    {
        nint xStep = 16 * BitOperations.PopCount((uint)xMask), hStep = 16 * BitOperations.PopCount((uint)hMask);
        var stretches = stackalloc Stretch[2];
        var product = new Product { CRow = job->ZRow, InitRow = job->InitRow, Stretches = stretches };

        // By the terms that feed them: x, h, both. Columns of a kind go in pairs, wherever the two lie.
        var waiting = stackalloc Column[4];
        for (var i = 0; i < blocks; i++)
        {
            nint block = reverse ? blocks - 1 - i : i;
            var column = new Column { Z = z + (block * job->ZBlock), Init = init + (block * job->InitBlock), Wx = w + (block * job->WBlock) };
            column.Wh = column.Wx + (job->Nx * xStep);
            for (var slot = 0; slot < 4; slot++, column.Z += 16, column.Init += 16)
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
                        At(&product, &column, nx, lane);
                        Products<T>.Pair(&product, rows);
                    }
                }
                else if (other->Z == null)
                {
                    *other = column;
                }
                else
                {
                    Stretches(&product, job, nx, nh, xStep, hStep, (nint)(column.Wx - other->Wx), (nint)(column.Wh - other->Wh), x, h);
                    product.CNext = (nint)(column.Z - other->Z);
                    product.InitNext = (nint)(column.Init - other->Init);
                    At(&product, other, nx, 0);
                    Products<T>.Pair(&product, rows);
                    other->Z = null;
                }

                column.Wx += 16 * inX;
                column.Wh += 16 * inH;
            }
        }

        for (var kind = 1; kind < 4; kind++)
        {
            if (waiting[kind].Z != null)
            {
                nint nx = (kind & 1) * job->Nx, nh = (kind >> 1) * job->Nh;
                Stretches(&product, job, nx, nh, xStep, hStep, 0, 0, x, h);
                At(&product, waiting + kind, nx, 0);
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
            *stretch++ = new Stretch { A = x, ARow = job->XRow, AStep = 1, BStep = xStep, BNext = xNext, N = nx };
        }

        if (nh > 0)
        {
            *stretch++ = new Stretch { A = h, ARow = job->HRow, AStep = 1, BStep = hStep, BNext = hNext, N = nh };
        }

        product->Count = (nint)(stretch - product->Stretches);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At(Product* product, Column* column, nint nx, nint lane)
    {
        product->C = column->Z + lane;
        product->Init = column->Init + lane;
        product->Stretches[0].B = (nx > 0 ? column->Wx : column->Wh) + lane;
        product->Stretches[1].B = column->Wh + lane;
    }
}
