// Knows: rows times four columns of 512-bit accumulators, the training tile: z = init + x Wx + h Wh for some rows of one panel.
// Refuses to know: how rows and panels are divided, and what the columns are; masks and distances say that.

using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Where one panel's operands lie; distances in floats.</summary>
internal struct Job
{
    /// <summary>Length of the first term's input, and the distance of its rows.</summary>
    public nint Nx, XRow;

    /// <summary>Length of the second term's input, and the distance of its rows.</summary>
    public nint Nh, HRow;

    /// <summary>Distances in the result: unit blocks, rows, panels.</summary>
    public nint ZBlock, ZRow, ZPanel;

    /// <summary>Distances in the values that sums start from (the bias, or the result itself): unit blocks, rows, panels.</summary>
    public nint InitBlock, InitRow, InitPanel;

    /// <summary>Distances in the weights: unit blocks, panels.</summary>
    public nint WBlock, WPanel;
}

/// <summary>The 4 x 4 tile: few rows, all columns.</summary>
internal static unsafe class WideTile<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>Two to four rows of one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TColumns, TShape>(Job* job, float* z, float* init, float* w, float* x, float* h)
        where TColumns : IColumns
        where TShape : IShape
    {
        // Once into locals: every mention of a generic member costs inlining budget.
        int xMask = TColumns.XMask, hMask = TColumns.HMask;
        bool hasX0 = (xMask & 1) != 0, hasX1 = (xMask & 2) != 0, hasX2 = (xMask & 4) != 0, hasX3 = (xMask & 8) != 0;
        bool hasH0 = (hMask & 1) != 0, hasH1 = (hMask & 2) != 0, hasH2 = (hMask & 4) != 0, hasH3 = (hMask & 8) != 0;
        nint xStep = TColumns.XStep, hStep = TColumns.HStep;
        T a00 = default, a01 = default, a02 = default, a03 = default;
        T a10 = default, a11 = default, a12 = default, a13 = default;
        T a20 = default, a21 = default, a22 = default, a23 = default;
        T a30 = default, a31 = default, a32 = default, a33 = default;
        nint row = job->InitRow, block = job->InitBlock;
        nint row2 = row * 2, row3 = row * 3;
        if (hasX0 | hasH0)
        {
            nint at = TColumns.Z(0, block);
            a00 = T.Load(ref *init, at);
            a10 = T.Load(ref *init, at + row);
            if (TShape.Rows > 2) { a20 = T.Load(ref *init, at + row2); }
            if (TShape.Rows > 3) { a30 = T.Load(ref *init, at + row3); }
        }

        if (hasX1 | hasH1)
        {
            nint at = TColumns.Z(1, block);
            a01 = T.Load(ref *init, at);
            a11 = T.Load(ref *init, at + row);
            if (TShape.Rows > 2) { a21 = T.Load(ref *init, at + row2); }
            if (TShape.Rows > 3) { a31 = T.Load(ref *init, at + row3); }
        }

        if (hasX2 | hasH2)
        {
            nint at = TColumns.Z(2, block);
            a02 = T.Load(ref *init, at);
            a12 = T.Load(ref *init, at + row);
            if (TShape.Rows > 2) { a22 = T.Load(ref *init, at + row2); }
            if (TShape.Rows > 3) { a32 = T.Load(ref *init, at + row3); }
        }

        if (hasX3 | hasH3)
        {
            nint at = TColumns.Z(3, block);
            a03 = T.Load(ref *init, at);
            a13 = T.Load(ref *init, at + row);
            if (TShape.Rows > 2) { a23 = T.Load(ref *init, at + row2); }
            if (TShape.Rows > 3) { a33 = T.Load(ref *init, at + row3); }
        }

        row = job->XRow;
        block = job->WBlock;
        row2 = row * 2;
        row3 = row * 3;
        nint x1 = TColumns.X(1, block), x2 = TColumns.X(2, block), x3 = TColumns.X(3, block);
        for (nint k = job->Nx; k > 0; k--, x++, w += xStep)
        {
            T b0 = default, b1 = default, b2 = default, b3 = default;
            if (hasX0) { b0 = T.Load(ref *w, 0); }
            if (hasX1) { b1 = T.Load(ref *w, x1); }
            if (hasX2) { b2 = T.Load(ref *w, x2); }
            if (hasX3) { b3 = T.Load(ref *w, x3); }
            T v = T.Set(*x);
            if (hasX0) { T.AddProduct(ref a00, v, b0); }
            if (hasX1) { T.AddProduct(ref a01, v, b1); }
            if (hasX2) { T.AddProduct(ref a02, v, b2); }
            if (hasX3) { T.AddProduct(ref a03, v, b3); }
            v = T.Set(x[row]);
            if (hasX0) { T.AddProduct(ref a10, v, b0); }
            if (hasX1) { T.AddProduct(ref a11, v, b1); }
            if (hasX2) { T.AddProduct(ref a12, v, b2); }
            if (hasX3) { T.AddProduct(ref a13, v, b3); }
            if (TShape.Rows > 2)
            {
                v = T.Set(x[row2]);
                if (hasX0) { T.AddProduct(ref a20, v, b0); }
                if (hasX1) { T.AddProduct(ref a21, v, b1); }
                if (hasX2) { T.AddProduct(ref a22, v, b2); }
                if (hasX3) { T.AddProduct(ref a23, v, b3); }
            }

            if (TShape.Rows > 3)
            {
                v = T.Set(x[row3]);
                if (hasX0) { T.AddProduct(ref a30, v, b0); }
                if (hasX1) { T.AddProduct(ref a31, v, b1); }
                if (hasX2) { T.AddProduct(ref a32, v, b2); }
                if (hasX3) { T.AddProduct(ref a33, v, b3); }
            }
        }

        row = job->HRow;
        block = job->WBlock;
        row2 = row * 2;
        row3 = row * 3;
        nint h1 = TColumns.H(1, block), h2 = TColumns.H(2, block), h3 = TColumns.H(3, block);
        for (nint k = job->Nh; k > 0; k--, h++, w += hStep)
        {
            T b0 = default, b1 = default, b2 = default, b3 = default;
            if (hasH0) { b0 = T.Load(ref *w, 0); }
            if (hasH1) { b1 = T.Load(ref *w, h1); }
            if (hasH2) { b2 = T.Load(ref *w, h2); }
            if (hasH3) { b3 = T.Load(ref *w, h3); }
            T v = T.Set(*h);
            if (hasH0) { T.AddProduct(ref a00, v, b0); }
            if (hasH1) { T.AddProduct(ref a01, v, b1); }
            if (hasH2) { T.AddProduct(ref a02, v, b2); }
            if (hasH3) { T.AddProduct(ref a03, v, b3); }
            v = T.Set(h[row]);
            if (hasH0) { T.AddProduct(ref a10, v, b0); }
            if (hasH1) { T.AddProduct(ref a11, v, b1); }
            if (hasH2) { T.AddProduct(ref a12, v, b2); }
            if (hasH3) { T.AddProduct(ref a13, v, b3); }
            if (TShape.Rows > 2)
            {
                v = T.Set(h[row2]);
                if (hasH0) { T.AddProduct(ref a20, v, b0); }
                if (hasH1) { T.AddProduct(ref a21, v, b1); }
                if (hasH2) { T.AddProduct(ref a22, v, b2); }
                if (hasH3) { T.AddProduct(ref a23, v, b3); }
            }

            if (TShape.Rows > 3)
            {
                v = T.Set(h[row3]);
                if (hasH0) { T.AddProduct(ref a30, v, b0); }
                if (hasH1) { T.AddProduct(ref a31, v, b1); }
                if (hasH2) { T.AddProduct(ref a32, v, b2); }
                if (hasH3) { T.AddProduct(ref a33, v, b3); }
            }
        }

        row = job->ZRow;
        block = job->ZBlock;
        row2 = row * 2;
        row3 = row * 3;
        if (hasX0 | hasH0)
        {
            nint at = TColumns.Z(0, block);
            T.Store(ref *z, at, a00);
            T.Store(ref *z, at + row, a10);
            if (TShape.Rows > 2) { T.Store(ref *z, at + row2, a20); }
            if (TShape.Rows > 3) { T.Store(ref *z, at + row3, a30); }
        }

        if (hasX1 | hasH1)
        {
            nint at = TColumns.Z(1, block);
            T.Store(ref *z, at, a01);
            T.Store(ref *z, at + row, a11);
            if (TShape.Rows > 2) { T.Store(ref *z, at + row2, a21); }
            if (TShape.Rows > 3) { T.Store(ref *z, at + row3, a31); }
        }

        if (hasX2 | hasH2)
        {
            nint at = TColumns.Z(2, block);
            T.Store(ref *z, at, a02);
            T.Store(ref *z, at + row, a12);
            if (TShape.Rows > 2) { T.Store(ref *z, at + row2, a22); }
            if (TShape.Rows > 3) { T.Store(ref *z, at + row3, a32); }
        }

        if (hasX3 | hasH3)
        {
            nint at = TColumns.Z(3, block);
            T.Store(ref *z, at, a03);
            T.Store(ref *z, at + row, a13);
            if (TShape.Rows > 2) { T.Store(ref *z, at + row2, a23); }
            if (TShape.Rows > 3) { T.Store(ref *z, at + row3, a33); }
        }
    }
}
