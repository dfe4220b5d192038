// Knows: the tile of the weight gradient, dW += x^T dz over many rows: up to six inputs by two vectors of units.
// Refuses to know: which inputs, blocks and slots; the two vectors are at a pointer and a distance.

using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Tiles of dW += x^T dz.</summary>
internal static unsafe class WeightTile<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>Adds the sum over all rows of x[row][k] dz[row] to dw[k], for up to six k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TShape>(nint rows, float* x, nint xRow, float* dz, nint dzRow, nint dzNext, float* dw, nint dwRow, nint dwNext)
        where TShape : IShape
    {
        T a00 = default, a01 = default;
        T a10 = default, a11 = default;
        T a20 = default, a21 = default;
        T a30 = default, a31 = default;
        T a40 = default, a41 = default;
        T a50 = default, a51 = default;
        a00 = T.Load(ref *dw, 0);
        if (TShape.Vectors > 1) { a01 = T.Load(ref *dw, dwNext); }
        if (TShape.Rows > 1)
        {
            a10 = T.Load(ref *dw, dwRow);
            if (TShape.Vectors > 1) { a11 = T.Load(ref *dw, dwRow + dwNext); }
        }

        if (TShape.Rows > 2)
        {
            a20 = T.Load(ref *dw, 2 * dwRow);
            if (TShape.Vectors > 1) { a21 = T.Load(ref *dw, (2 * dwRow) + dwNext); }
        }

        if (TShape.Rows > 3)
        {
            a30 = T.Load(ref *dw, 3 * dwRow);
            if (TShape.Vectors > 1) { a31 = T.Load(ref *dw, (3 * dwRow) + dwNext); }
        }

        if (TShape.Rows > 4)
        {
            a40 = T.Load(ref *dw, 4 * dwRow);
            if (TShape.Vectors > 1) { a41 = T.Load(ref *dw, (4 * dwRow) + dwNext); }
        }

        if (TShape.Rows > 5)
        {
            a50 = T.Load(ref *dw, 5 * dwRow);
            if (TShape.Vectors > 1) { a51 = T.Load(ref *dw, (5 * dwRow) + dwNext); }
        }

        for (; rows > 0; rows--, x += xRow, dz += dzRow)
        {
            T b0 = T.Load(ref *dz, 0), b1 = default;
            if (TShape.Vectors > 1) { b1 = T.Load(ref *dz, dzNext); }
            T v = T.Set(x[0]);
            a00 = T.Fma(v, b0, a00);
            if (TShape.Vectors > 1) { a01 = T.Fma(v, b1, a01); }
            if (TShape.Rows > 1)
            {
                v = T.Set(x[1]);
                a10 = T.Fma(v, b0, a10);
                if (TShape.Vectors > 1) { a11 = T.Fma(v, b1, a11); }
            }

            if (TShape.Rows > 2)
            {
                v = T.Set(x[2]);
                a20 = T.Fma(v, b0, a20);
                if (TShape.Vectors > 1) { a21 = T.Fma(v, b1, a21); }
            }

            if (TShape.Rows > 3)
            {
                v = T.Set(x[3]);
                a30 = T.Fma(v, b0, a30);
                if (TShape.Vectors > 1) { a31 = T.Fma(v, b1, a31); }
            }

            if (TShape.Rows > 4)
            {
                v = T.Set(x[4]);
                a40 = T.Fma(v, b0, a40);
                if (TShape.Vectors > 1) { a41 = T.Fma(v, b1, a41); }
            }

            if (TShape.Rows > 5)
            {
                v = T.Set(x[5]);
                a50 = T.Fma(v, b0, a50);
                if (TShape.Vectors > 1) { a51 = T.Fma(v, b1, a51); }
            }
        }

        T.Store(ref *dw, 0, a00);
        if (TShape.Vectors > 1) { T.Store(ref *dw, dwNext, a01); }
        if (TShape.Rows > 1)
        {
            T.Store(ref *dw, dwRow, a10);
            if (TShape.Vectors > 1) { T.Store(ref *dw, dwRow + dwNext, a11); }
        }

        if (TShape.Rows > 2)
        {
            T.Store(ref *dw, 2 * dwRow, a20);
            if (TShape.Vectors > 1) { T.Store(ref *dw, (2 * dwRow) + dwNext, a21); }
        }

        if (TShape.Rows > 3)
        {
            T.Store(ref *dw, 3 * dwRow, a30);
            if (TShape.Vectors > 1) { T.Store(ref *dw, (3 * dwRow) + dwNext, a31); }
        }

        if (TShape.Rows > 4)
        {
            T.Store(ref *dw, 4 * dwRow, a40);
            if (TShape.Vectors > 1) { T.Store(ref *dw, (4 * dwRow) + dwNext, a41); }
        }

        if (TShape.Rows > 5)
        {
            T.Store(ref *dw, 5 * dwRow, a50);
            if (TShape.Vectors > 1) { T.Store(ref *dw, (5 * dwRow) + dwNext, a51); }
        }
    }
}
