// Knows: up to six rows times two vectors of accumulators, which fit sixteen registers: the training tile below 512 bits.
// Refuses to know: masks and blocks; it computes two vectors of one slot.

using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>How many rows and vectors a tile has; the rest of its body compiles to nothing.</summary>
internal interface IShape
{
    /// <summary>Rows of accumulators, at most six.</summary>
    static abstract int Rows { get; }

    /// <summary>Vectors in a row, one or two.</summary>
    static abstract int Vectors { get; }
}

/// <summary>Six by two.</summary>
internal readonly struct SixRows : IShape
{
    public static int Rows => 6;

    public static int Vectors => 2;
}

/// <summary>Four by two.</summary>
internal readonly struct FourRows : IShape
{
    public static int Rows => 4;

    public static int Vectors => 2;
}

/// <summary>Two by two.</summary>
internal readonly struct TwoRows : IShape
{
    public static int Rows => 2;

    public static int Vectors => 2;
}

/// <summary>One by two.</summary>
internal readonly struct OneRows : IShape
{
    public static int Rows => 1;

    public static int Vectors => 2;
}

/// <summary>The same rows, one vector.</summary>
internal readonly struct Single<TShape> : IShape
    where TShape : IShape
{
    public static int Rows => TShape.Rows;

    public static int Vectors => 1;
}

/// <summary>The 6 x 2 tile.</summary>
internal static unsafe class NarrowTile<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>z = init + x Wx + h Wh for <typeparamref name="TShape"/> rows and the two vectors at the pointers. Steps are the weights' row distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TShape>(Job* job, float* z, float* init, float* wx, nint xStep, float* x, nint nx, float* wh, nint hStep, float* h, nint nh)
        where TShape : IShape
    {
        T a00 = default, a01 = default;
        T a10 = default, a11 = default;
        T a20 = default, a21 = default;
        T a30 = default, a31 = default;
        T a40 = default, a41 = default;
        T a50 = default, a51 = default;
        nint row = job->InitRow;
        a00 = T.Load(ref *init, 0);
        a01 = T.Load(ref *init, T.Count);
        if (TShape.Rows > 1)
        {
            a10 = T.Load(ref *init, row);
            a11 = T.Load(ref *init, row + T.Count);
        }

        if (TShape.Rows > 2)
        {
            a20 = T.Load(ref *init, 2 * row);
            a21 = T.Load(ref *init, (2 * row) + T.Count);
        }

        if (TShape.Rows > 3)
        {
            a30 = T.Load(ref *init, 3 * row);
            a31 = T.Load(ref *init, (3 * row) + T.Count);
        }

        if (TShape.Rows > 4)
        {
            a40 = T.Load(ref *init, 4 * row);
            a41 = T.Load(ref *init, (4 * row) + T.Count);
        }

        if (TShape.Rows > 5)
        {
            a50 = T.Load(ref *init, 5 * row);
            a51 = T.Load(ref *init, (5 * row) + T.Count);
        }

        row = job->XRow;
        for (var term = 0; ; term++)
        {
            nint row2 = 2 * row, row3 = 3 * row, row4 = 4 * row, row5 = 5 * row;
            for (; nx > 0; nx--, x++, wx += xStep)
            {
                T b0 = T.Load(ref *wx, 0), b1 = T.Load(ref *wx, T.Count);
                T v = T.Set(*x);
                a00 = T.Fma(v, b0, a00);
                a01 = T.Fma(v, b1, a01);
                if (TShape.Rows > 1)
                {
                    v = T.Set(x[row]);
                    a10 = T.Fma(v, b0, a10);
                    a11 = T.Fma(v, b1, a11);
                }

                if (TShape.Rows > 2)
                {
                    v = T.Set(x[row2]);
                    a20 = T.Fma(v, b0, a20);
                    a21 = T.Fma(v, b1, a21);
                }

                if (TShape.Rows > 3)
                {
                    v = T.Set(x[row3]);
                    a30 = T.Fma(v, b0, a30);
                    a31 = T.Fma(v, b1, a31);
                }

                if (TShape.Rows > 4)
                {
                    v = T.Set(x[row4]);
                    a40 = T.Fma(v, b0, a40);
                    a41 = T.Fma(v, b1, a41);
                }

                if (TShape.Rows > 5)
                {
                    v = T.Set(x[row5]);
                    a50 = T.Fma(v, b0, a50);
                    a51 = T.Fma(v, b1, a51);
                }
            }

            if (term == 1)
            {
                break;
            }

            x = h;
            wx = wh;
            nx = nh;
            xStep = hStep;
            row = job->HRow;
        }

        row = job->ZRow;
        T.Store(ref *z, 0, a00);
        T.Store(ref *z, T.Count, a01);
        if (TShape.Rows > 1)
        {
            T.Store(ref *z, row, a10);
            T.Store(ref *z, row + T.Count, a11);
        }

        if (TShape.Rows > 2)
        {
            T.Store(ref *z, 2 * row, a20);
            T.Store(ref *z, (2 * row) + T.Count, a21);
        }

        if (TShape.Rows > 3)
        {
            T.Store(ref *z, 3 * row, a30);
            T.Store(ref *z, (3 * row) + T.Count, a31);
        }

        if (TShape.Rows > 4)
        {
            T.Store(ref *z, 4 * row, a40);
            T.Store(ref *z, (4 * row) + T.Count, a41);
        }

        if (TShape.Rows > 5)
        {
            T.Store(ref *z, 5 * row, a50);
            T.Store(ref *z, (5 * row) + T.Count, a51);
        }
    }
}
