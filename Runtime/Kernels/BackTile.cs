// Knows: the tiles of the input gradient, dx = dz W^T: up to six rows by two vectors, and one row by two vectors in four chains.
// Refuses to know: which rows and which k blocks; it takes two vectors of k lanes at the pointers and sums over all blocks and slots.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Where the operands of an input gradient lie; distances in floats.</summary>
internal struct BackJob
{
    /// <summary>Unit blocks that are summed over, and the slots of each.</summary>
    public int Blocks, Mask;

    /// <summary>Distances in the gradient of the pre-activations.</summary>
    public nint DzBlock, DzRow;

    /// <summary>Distance of the rows of the result, and of the second vector in weights and result.</summary>
    public nint DxRow, WtNext, DxNext;

    /// <summary>Whether the result is added to.</summary>
    public bool Accumulate;
}

/// <summary>Tiles of dx = dz W^T.</summary>
internal static unsafe class BackTile<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>Up to six rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TShape>(BackJob* job, float* dz, float* wt, float* dx)
        where TShape : IShape
    {
        T a00 = default, a01 = default;
        T a10 = default, a11 = default;
        T a20 = default, a21 = default;
        T a30 = default, a31 = default;
        T a40 = default, a41 = default;
        T a50 = default, a51 = default;
        nint row = job->DzRow, row2 = 2 * row, row3 = 3 * row, row4 = 4 * row, row5 = 5 * row;
        nint next = job->WtNext;
        for (var block = job->Blocks; block > 0; block--, dz += job->DzBlock)
        {
            for (var mask = job->Mask; mask != 0;)
            {
                // A run of neighbouring slots is one run of lanes.
                int first = BitOperations.TrailingZeroCount(mask), count = BitOperations.TrailingZeroCount(~(mask >> first));
                mask &= ~(((1 << count) - 1) << first);
                float* a = dz + (16 * first);
                for (nint lane = 16 * count; lane > 0; lane--, a++, wt += 16)
                {
                    T b0 = T.Load(ref *wt, 0), b1 = default;
                    if (TShape.Vectors > 1) { b1 = T.Load(ref *wt, next); }
                    T v = T.Set(*a);
                    a00 = T.Fma(v, b0, a00);
                    if (TShape.Vectors > 1) { a01 = T.Fma(v, b1, a01); }
                    if (TShape.Rows > 1)
                    {
                        v = T.Set(a[row]);
                        a10 = T.Fma(v, b0, a10);
                        if (TShape.Vectors > 1) { a11 = T.Fma(v, b1, a11); }
                    }

                    if (TShape.Rows > 2)
                    {
                        v = T.Set(a[row2]);
                        a20 = T.Fma(v, b0, a20);
                        if (TShape.Vectors > 1) { a21 = T.Fma(v, b1, a21); }
                    }

                    if (TShape.Rows > 3)
                    {
                        v = T.Set(a[row3]);
                        a30 = T.Fma(v, b0, a30);
                        if (TShape.Vectors > 1) { a31 = T.Fma(v, b1, a31); }
                    }

                    if (TShape.Rows > 4)
                    {
                        v = T.Set(a[row4]);
                        a40 = T.Fma(v, b0, a40);
                        if (TShape.Vectors > 1) { a41 = T.Fma(v, b1, a41); }
                    }

                    if (TShape.Rows > 5)
                    {
                        v = T.Set(a[row5]);
                        a50 = T.Fma(v, b0, a50);
                        if (TShape.Vectors > 1) { a51 = T.Fma(v, b1, a51); }
                    }
                }
            }
        }

        row = job->DxRow;
        next = job->DxNext;
        var accumulate = job->Accumulate;
        Put<TShape>(dx, next, accumulate, a00, a01);
        if (TShape.Rows > 1)
        {
            Put<TShape>(dx + row, next, accumulate, a10, a11);
        }

        if (TShape.Rows > 2)
        {
            Put<TShape>(dx + (2 * row), next, accumulate, a20, a21);
        }

        if (TShape.Rows > 3)
        {
            Put<TShape>(dx + (3 * row), next, accumulate, a30, a31);
        }

        if (TShape.Rows > 4)
        {
            Put<TShape>(dx + (4 * row), next, accumulate, a40, a41);
        }

        if (TShape.Rows > 5)
        {
            Put<TShape>(dx + (5 * row), next, accumulate, a50, a51);
        }
    }

    /// <summary>One row, in four chains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row<TShape>(BackJob* job, float* dz, float* wt, float* dx)
        where TShape : IShape
    {
        T a00 = default, a10 = default, a20 = default, a30 = default, a01 = default, a11 = default, a21 = default, a31 = default;
        nint next = job->WtNext;
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

        Put<TShape>(dx, job->DxNext, job->Accumulate, (a00 + a10) + (a20 + a30), (a01 + a11) + (a21 + a31));
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
