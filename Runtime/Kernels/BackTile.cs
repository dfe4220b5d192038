// Knows: the pass of the input gradient, dx = dz W^T, for one row: two vectors in four chains.
// Refuses to know: which row and which k blocks; it takes two vectors of k lanes at the pointers and sums over all blocks and slots.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Where the operands of an input gradient lie; distances in floats.</summary>
internal unsafe struct BackJob
{
    /// <summary>Unit blocks that are summed over, and the slots of each.</summary>
    public int Blocks, Mask;

    /// <summary>The gradient of the pre-activations, the transposed weights and the result, all three at the first vector's k.</summary>
    public float* Dz, Wt, Dx;

    /// <summary>Distances of blocks and rows, and of the second vector in the weights; in the result it is the next.</summary>
    public nint DzBlock, DzRow, DxRow, WtNext;

    /// <summary>Whether the result is added to.</summary>
    public bool Accumulate;
}

/// <summary>Passes of dx = dz W^T.</summary>
internal static unsafe class BackTile<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>One row, in four chains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row<TShape>(BackJob* job)
        where TShape : IShape
    {
        T a00 = default, a10 = default, a20 = default, a30 = default, a01 = default, a11 = default, a21 = default, a31 = default;
        nint next = job->WtNext;
        float* dz = job->Dz, wt = job->Wt;
        for (var block = job->Blocks; block > 0; block--, dz += job->DzBlock)
        {
            for (var mask = job->Mask; mask != 0;)
            {
                int first = BitOperations.TrailingZeroCount(mask), count = BitOperations.TrailingZeroCount(~(mask >> first));
                mask &= ~(((1 << count) - 1) << first);
                float* a = dz + (16 * first);
                for (nint lane = 16 * count; lane > 0; lane -= 4, a += 4, wt += 64)
                {
                    T v = T.Set(a[0]);
                    a00 = T.FmaMem(v, ref *wt, 0, a00);
                    if (TShape.Vectors > 1) { a01 = T.FmaMem(v, ref *wt, next, a01); }
                    v = T.Set(a[1]);
                    a10 = T.FmaMem(v, ref *wt, 16, a10);
                    if (TShape.Vectors > 1) { a11 = T.FmaMem(v, ref *wt, next + 16, a11); }
                    v = T.Set(a[2]);
                    a20 = T.FmaMem(v, ref *wt, 32, a20);
                    if (TShape.Vectors > 1) { a21 = T.FmaMem(v, ref *wt, next + 32, a21); }
                    v = T.Set(a[3]);
                    a30 = T.FmaMem(v, ref *wt, 48, a30);
                    if (TShape.Vectors > 1) { a31 = T.FmaMem(v, ref *wt, next + 48, a31); }
                }
            }
        }

        Put<TShape>(job->Dx, T.Count, job->Accumulate, (a00 + a10) + (a20 + a30), (a01 + a11) + (a21 + a31));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TShape>(float* dx, nint next, bool accumulate, T first, T second)
        where TShape : IShape
    {
        if (accumulate)
        {
            first += T.Load(ref *dx, 0);
            if (TShape.Vectors > 1) { second += T.Load(ref *dx, next); }
        }

        T.Store(ref *dx, 0, first);
        if (TShape.Vectors > 1) { T.Store(ref *dx, next, second); }
    }
}
