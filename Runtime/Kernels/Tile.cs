// Knows: up to twelve rows times two vectors of accumulators, the tile behind every product of several rows, forward and backward.
// Refuses to know: which product it is; what the rows, the inputs and the two vectors are, the distances say.

using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>The 12 x 2 tile: 24 accumulators in 32 registers, or six rows of it in 16.</summary>
internal static unsafe class Tile<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>Rows from <paramref name="first"/> on, as many as the shape has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TShape>(Product* product, nint first)
        where TShape : IShape
    {
        T a00 = default, a01 = default;
        T a10 = default, a11 = default;
        T a20 = default, a21 = default;
        T a30 = default, a31 = default;
        T a40 = default, a41 = default;
        T a50 = default, a51 = default;
        T a60 = default, a61 = default;
        T a70 = default, a71 = default;
        T a80 = default, a81 = default;
        T a90 = default, a91 = default;
        T aA0 = default, aA1 = default;
        T aB0 = default, aB1 = default;
        nint row = product->InitRow, next = product->InitNext;
        float* at = product->Init + (first * row);
        a00 = T.Load(ref *at, 0);
        if (TShape.Vectors > 1) { a01 = T.Load(ref *at, next); }
        if (TShape.Rows > 1)
        {
            at += row;
            a10 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a11 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 2)
        {
            at += row;
            a20 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a21 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 3)
        {
            at += row;
            a30 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a31 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 4)
        {
            at += row;
            a40 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a41 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 5)
        {
            at += row;
            a50 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a51 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 6)
        {
            at += row;
            a60 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a61 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 7)
        {
            at += row;
            a70 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a71 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 8)
        {
            at += row;
            a80 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a81 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 9)
        {
            at += row;
            a90 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { a91 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 10)
        {
            at += row;
            aA0 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { aA1 = T.Load(ref *at, next); }
        }

        if (TShape.Rows > 11)
        {
            at += row;
            aB0 = T.Load(ref *at, 0);
            if (TShape.Vectors > 1) { aB1 = T.Load(ref *at, next); }
        }

        var stretch = product->Stretches;
        for (var left = product->Count; left > 0; left--, stretch++)
        {
            // Two pointers and five distances reach twelve rows: every instruction that is not a product takes its port.
            row = stretch->ARow;
            next = stretch->BNext;
            nint row2 = 2 * row, row3 = 3 * row, row4 = 4 * row, row5 = 5 * row;
            nint aStep = sizeof(float) * stretch->AStep, bStep = sizeof(float) * stretch->BStep;
            float* x0 = stretch->A + (first * row), x6 = x0 + (6 * row), b = stretch->B, end = b + (stretch->N * stretch->BStep);
            while (b < end)
            {
                T b0 = T.Load(ref *b, 0), b1 = default;
                if (TShape.Vectors > 1) { b1 = T.Load(ref *b, next); }
                T v = T.Set(*x0);
                T.AddProduct(ref a00, v, b0);
                if (TShape.Vectors > 1) { T.AddProduct(ref a01, v, b1); }
                if (TShape.Rows > 1)
                {
                    v = T.Set(x0[row]);
                    T.AddProduct(ref a10, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a11, v, b1); }
                }

                if (TShape.Rows > 2)
                {
                    v = T.Set(x0[row2]);
                    T.AddProduct(ref a20, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a21, v, b1); }
                }

                if (TShape.Rows > 3)
                {
                    v = T.Set(x0[row3]);
                    T.AddProduct(ref a30, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a31, v, b1); }
                }

                if (TShape.Rows > 4)
                {
                    v = T.Set(x0[row4]);
                    T.AddProduct(ref a40, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a41, v, b1); }
                }

                if (TShape.Rows > 5)
                {
                    v = T.Set(x0[row5]);
                    T.AddProduct(ref a50, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a51, v, b1); }
                }

                if (TShape.Rows > 6)
                {
                    v = T.Set(*x6);
                    T.AddProduct(ref a60, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a61, v, b1); }
                }

                if (TShape.Rows > 7)
                {
                    v = T.Set(x6[row]);
                    T.AddProduct(ref a70, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a71, v, b1); }
                }

                if (TShape.Rows > 8)
                {
                    v = T.Set(x6[row2]);
                    T.AddProduct(ref a80, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a81, v, b1); }
                }

                if (TShape.Rows > 9)
                {
                    v = T.Set(x6[row3]);
                    T.AddProduct(ref a90, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref a91, v, b1); }
                }

                if (TShape.Rows > 10)
                {
                    v = T.Set(x6[row4]);
                    T.AddProduct(ref aA0, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref aA1, v, b1); }
                }

                if (TShape.Rows > 11)
                {
                    v = T.Set(x6[row5]);
                    T.AddProduct(ref aB0, v, b0);
                    if (TShape.Vectors > 1) { T.AddProduct(ref aB1, v, b1); }
                }

                b = (float*)((byte*)b + bStep);
                x0 = (float*)((byte*)x0 + aStep);
                if (TShape.Rows > 6) { x6 = (float*)((byte*)x6 + aStep); }
            }
        }

        row = product->CRow;
        next = product->CNext;
        at = product->C + (first * row);
        T.Store(ref *at, 0, a00);
        if (TShape.Vectors > 1) { T.Store(ref *at, next, a01); }
        if (TShape.Rows > 1)
        {
            at += row;
            T.Store(ref *at, 0, a10);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a11); }
        }

        if (TShape.Rows > 2)
        {
            at += row;
            T.Store(ref *at, 0, a20);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a21); }
        }

        if (TShape.Rows > 3)
        {
            at += row;
            T.Store(ref *at, 0, a30);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a31); }
        }

        if (TShape.Rows > 4)
        {
            at += row;
            T.Store(ref *at, 0, a40);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a41); }
        }

        if (TShape.Rows > 5)
        {
            at += row;
            T.Store(ref *at, 0, a50);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a51); }
        }

        if (TShape.Rows > 6)
        {
            at += row;
            T.Store(ref *at, 0, a60);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a61); }
        }

        if (TShape.Rows > 7)
        {
            at += row;
            T.Store(ref *at, 0, a70);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a71); }
        }

        if (TShape.Rows > 8)
        {
            at += row;
            T.Store(ref *at, 0, a80);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a81); }
        }

        if (TShape.Rows > 9)
        {
            at += row;
            T.Store(ref *at, 0, a90);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, a91); }
        }

        if (TShape.Rows > 10)
        {
            at += row;
            T.Store(ref *at, 0, aA0);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, aA1); }
        }

        if (TShape.Rows > 11)
        {
            at += row;
            T.Store(ref *at, 0, aB0);
            if (TShape.Vectors > 1) { T.Store(ref *at, next, aB1); }
        }
    }
}
