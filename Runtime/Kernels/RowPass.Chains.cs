// Knows: one row of one or two panels at once, the streaming pass: z = init + x Wx + h Wh, with enough independent sums to hide the latency.
// Refuses to know: what a panel is (a unit block, several, or part of one); the job's panel distances say that.

using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

internal static unsafe partial class RowPass<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>Two panels, two chains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoPanels<TColumns>(Job* job, float* z, float* init, float* w, float* x, float* h)
        where TColumns : IColumns
    {
        // Once into locals: every mention of a generic member costs inlining budget.
        int xMask = TColumns.XMask, hMask = TColumns.HMask;
        bool hasX0 = (xMask & 1) != 0, hasX1 = (xMask & 2) != 0, hasX2 = (xMask & 4) != 0, hasX3 = (xMask & 8) != 0;
        bool hasH0 = (hMask & 1) != 0, hasH1 = (hMask & 2) != 0, hasH2 = (hMask & 4) != 0, hasH3 = (hMask & 8) != 0;
        nint xStep = TColumns.XStep, hStep = TColumns.HStep;
        T p0c0s0 = default, p0c1s0 = default, p0c2s0 = default, p0c3s0 = default;
        T p0c0s1 = default, p0c1s1 = default, p0c2s1 = default, p0c3s1 = default;
        T p1c0s0 = default, p1c1s0 = default, p1c2s0 = default, p1c3s0 = default;
        T p1c0s1 = default, p1c1s1 = default, p1c2s1 = default, p1c3s1 = default;
        nint block = job->InitBlock;
        if (hasX0 | hasH0) { p0c0s0 = T.Load(ref *init, TColumns.Z(0, block)); }
        if (hasX1 | hasH1) { p0c1s0 = T.Load(ref *init, TColumns.Z(1, block)); }
        if (hasX2 | hasH2) { p0c2s0 = T.Load(ref *init, TColumns.Z(2, block)); }
        if (hasX3 | hasH3) { p0c3s0 = T.Load(ref *init, TColumns.Z(3, block)); }
        init += job->InitPanel;
        if (hasX0 | hasH0) { p1c0s0 = T.Load(ref *init, TColumns.Z(0, block)); }
        if (hasX1 | hasH1) { p1c1s0 = T.Load(ref *init, TColumns.Z(1, block)); }
        if (hasX2 | hasH2) { p1c2s0 = T.Load(ref *init, TColumns.Z(2, block)); }
        if (hasX3 | hasH3) { p1c3s0 = T.Load(ref *init, TColumns.Z(3, block)); }

        block = job->WPanel;
        float* w1 = w + block;
        block = job->WBlock;
        nint x1 = TColumns.X(1, block), x2 = TColumns.X(2, block), x3 = TColumns.X(3, block);
        nint nx = job->Nx;
        for (; nx >= 2; nx -= 2, x += 2)
        {
            T v = T.Set(x[0]);
            if (hasX0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if (hasX1) { p0c1s0 = T.FmaMem(v, ref *w, x1, p0c1s0); }
            if (hasX2) { p0c2s0 = T.FmaMem(v, ref *w, x2, p0c2s0); }
            if (hasX3) { p0c3s0 = T.FmaMem(v, ref *w, x3, p0c3s0); }
            if (hasX0) { p1c0s0 = T.FmaMem(v, ref *w1, 0, p1c0s0); }
            if (hasX1) { p1c1s0 = T.FmaMem(v, ref *w1, x1, p1c1s0); }
            if (hasX2) { p1c2s0 = T.FmaMem(v, ref *w1, x2, p1c2s0); }
            if (hasX3) { p1c3s0 = T.FmaMem(v, ref *w1, x3, p1c3s0); }
            v = T.Set(x[1]);
            if (hasX0) { p0c0s1 = T.FmaMem(v, ref *w, xStep, p0c0s1); }
            if (hasX1) { p0c1s1 = T.FmaMem(v, ref *w, xStep + x1, p0c1s1); }
            if (hasX2) { p0c2s1 = T.FmaMem(v, ref *w, xStep + x2, p0c2s1); }
            if (hasX3) { p0c3s1 = T.FmaMem(v, ref *w, xStep + x3, p0c3s1); }
            if (hasX0) { p1c0s1 = T.FmaMem(v, ref *w1, xStep, p1c0s1); }
            if (hasX1) { p1c1s1 = T.FmaMem(v, ref *w1, xStep + x1, p1c1s1); }
            if (hasX2) { p1c2s1 = T.FmaMem(v, ref *w1, xStep + x2, p1c2s1); }
            if (hasX3) { p1c3s1 = T.FmaMem(v, ref *w1, xStep + x3, p1c3s1); }
            w += 2 * xStep;
            w1 += 2 * xStep;
        }

        for (; nx > 0; nx--, x++)
        {
            T v = T.Set(x[0]);
            if (hasX0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if (hasX1) { p0c1s0 = T.FmaMem(v, ref *w, x1, p0c1s0); }
            if (hasX2) { p0c2s0 = T.FmaMem(v, ref *w, x2, p0c2s0); }
            if (hasX3) { p0c3s0 = T.FmaMem(v, ref *w, x3, p0c3s0); }
            if (hasX0) { p1c0s0 = T.FmaMem(v, ref *w1, 0, p1c0s0); }
            if (hasX1) { p1c1s0 = T.FmaMem(v, ref *w1, x1, p1c1s0); }
            if (hasX2) { p1c2s0 = T.FmaMem(v, ref *w1, x2, p1c2s0); }
            if (hasX3) { p1c3s0 = T.FmaMem(v, ref *w1, x3, p1c3s0); }
            w += xStep;
            w1 += xStep;
        }

        nint h1 = TColumns.H(1, block), h2 = TColumns.H(2, block), h3 = TColumns.H(3, block);
        nint nh = job->Nh;
        for (; nh >= 2; nh -= 2, h += 2)
        {
            T v = T.Set(h[0]);
            if (hasH0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if (hasH1) { p0c1s0 = T.FmaMem(v, ref *w, h1, p0c1s0); }
            if (hasH2) { p0c2s0 = T.FmaMem(v, ref *w, h2, p0c2s0); }
            if (hasH3) { p0c3s0 = T.FmaMem(v, ref *w, h3, p0c3s0); }
            if (hasH0) { p1c0s0 = T.FmaMem(v, ref *w1, 0, p1c0s0); }
            if (hasH1) { p1c1s0 = T.FmaMem(v, ref *w1, h1, p1c1s0); }
            if (hasH2) { p1c2s0 = T.FmaMem(v, ref *w1, h2, p1c2s0); }
            if (hasH3) { p1c3s0 = T.FmaMem(v, ref *w1, h3, p1c3s0); }
            v = T.Set(h[1]);
            if (hasH0) { p0c0s1 = T.FmaMem(v, ref *w, hStep, p0c0s1); }
            if (hasH1) { p0c1s1 = T.FmaMem(v, ref *w, hStep + h1, p0c1s1); }
            if (hasH2) { p0c2s1 = T.FmaMem(v, ref *w, hStep + h2, p0c2s1); }
            if (hasH3) { p0c3s1 = T.FmaMem(v, ref *w, hStep + h3, p0c3s1); }
            if (hasH0) { p1c0s1 = T.FmaMem(v, ref *w1, hStep, p1c0s1); }
            if (hasH1) { p1c1s1 = T.FmaMem(v, ref *w1, hStep + h1, p1c1s1); }
            if (hasH2) { p1c2s1 = T.FmaMem(v, ref *w1, hStep + h2, p1c2s1); }
            if (hasH3) { p1c3s1 = T.FmaMem(v, ref *w1, hStep + h3, p1c3s1); }
            w += 2 * hStep;
            w1 += 2 * hStep;
        }

        for (; nh > 0; nh--, h++)
        {
            T v = T.Set(h[0]);
            if (hasH0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if (hasH1) { p0c1s0 = T.FmaMem(v, ref *w, h1, p0c1s0); }
            if (hasH2) { p0c2s0 = T.FmaMem(v, ref *w, h2, p0c2s0); }
            if (hasH3) { p0c3s0 = T.FmaMem(v, ref *w, h3, p0c3s0); }
            if (hasH0) { p1c0s0 = T.FmaMem(v, ref *w1, 0, p1c0s0); }
            if (hasH1) { p1c1s0 = T.FmaMem(v, ref *w1, h1, p1c1s0); }
            if (hasH2) { p1c2s0 = T.FmaMem(v, ref *w1, h2, p1c2s0); }
            if (hasH3) { p1c3s0 = T.FmaMem(v, ref *w1, h3, p1c3s0); }
            w += hStep;
            w1 += hStep;
        }

        block = job->ZBlock;
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), p0c0s0 + p0c0s1); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), p0c1s0 + p0c1s1); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), p0c2s0 + p0c2s1); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), p0c3s0 + p0c3s1); }
        z += job->ZPanel;
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), p1c0s0 + p1c0s1); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), p1c1s0 + p1c1s1); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), p1c2s0 + p1c2s1); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), p1c3s0 + p1c3s1); }
    }

    /// <summary>One panel, four chains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OnePanel<TColumns>(Job* job, float* z, float* init, float* w, float* x, float* h)
        where TColumns : IColumns
    {
        // Once into locals: every mention of a generic member costs inlining budget.
        int xMask = TColumns.XMask, hMask = TColumns.HMask;
        bool hasX0 = (xMask & 1) != 0, hasX1 = (xMask & 2) != 0, hasX2 = (xMask & 4) != 0, hasX3 = (xMask & 8) != 0;
        bool hasH0 = (hMask & 1) != 0, hasH1 = (hMask & 2) != 0, hasH2 = (hMask & 4) != 0, hasH3 = (hMask & 8) != 0;
        nint xStep = TColumns.XStep, hStep = TColumns.HStep;
        T p0c0s0 = default, p0c1s0 = default, p0c2s0 = default, p0c3s0 = default;
        T p0c0s1 = default, p0c1s1 = default, p0c2s1 = default, p0c3s1 = default;
        T p0c0s2 = default, p0c1s2 = default, p0c2s2 = default, p0c3s2 = default;
        T p0c0s3 = default, p0c1s3 = default, p0c2s3 = default, p0c3s3 = default;
        nint block = job->InitBlock;
        if (hasX0 | hasH0) { p0c0s0 = T.Load(ref *init, TColumns.Z(0, block)); }
        if (hasX1 | hasH1) { p0c1s0 = T.Load(ref *init, TColumns.Z(1, block)); }
        if (hasX2 | hasH2) { p0c2s0 = T.Load(ref *init, TColumns.Z(2, block)); }
        if (hasX3 | hasH3) { p0c3s0 = T.Load(ref *init, TColumns.Z(3, block)); }

        block = job->WBlock;
        nint x1 = TColumns.X(1, block), x2 = TColumns.X(2, block), x3 = TColumns.X(3, block);
        nint nx = job->Nx;
        for (; nx >= 4; nx -= 4, x += 4)
        {
            T v = T.Set(x[0]);
            if (hasX0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if (hasX1) { p0c1s0 = T.FmaMem(v, ref *w, x1, p0c1s0); }
            if (hasX2) { p0c2s0 = T.FmaMem(v, ref *w, x2, p0c2s0); }
            if (hasX3) { p0c3s0 = T.FmaMem(v, ref *w, x3, p0c3s0); }
            v = T.Set(x[1]);
            if (hasX0) { p0c0s1 = T.FmaMem(v, ref *w, xStep, p0c0s1); }
            if (hasX1) { p0c1s1 = T.FmaMem(v, ref *w, xStep + x1, p0c1s1); }
            if (hasX2) { p0c2s1 = T.FmaMem(v, ref *w, xStep + x2, p0c2s1); }
            if (hasX3) { p0c3s1 = T.FmaMem(v, ref *w, xStep + x3, p0c3s1); }
            v = T.Set(x[2]);
            if (hasX0) { p0c0s2 = T.FmaMem(v, ref *w, 2 * xStep, p0c0s2); }
            if (hasX1) { p0c1s2 = T.FmaMem(v, ref *w, (2 * xStep) + x1, p0c1s2); }
            if (hasX2) { p0c2s2 = T.FmaMem(v, ref *w, (2 * xStep) + x2, p0c2s2); }
            if (hasX3) { p0c3s2 = T.FmaMem(v, ref *w, (2 * xStep) + x3, p0c3s2); }
            v = T.Set(x[3]);
            if (hasX0) { p0c0s3 = T.FmaMem(v, ref *w, 3 * xStep, p0c0s3); }
            if (hasX1) { p0c1s3 = T.FmaMem(v, ref *w, (3 * xStep) + x1, p0c1s3); }
            if (hasX2) { p0c2s3 = T.FmaMem(v, ref *w, (3 * xStep) + x2, p0c2s3); }
            if (hasX3) { p0c3s3 = T.FmaMem(v, ref *w, (3 * xStep) + x3, p0c3s3); }
            w += 4 * xStep;
        }

        for (; nx > 0; nx--, x++)
        {
            T v = T.Set(x[0]);
            if (hasX0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if (hasX1) { p0c1s0 = T.FmaMem(v, ref *w, x1, p0c1s0); }
            if (hasX2) { p0c2s0 = T.FmaMem(v, ref *w, x2, p0c2s0); }
            if (hasX3) { p0c3s0 = T.FmaMem(v, ref *w, x3, p0c3s0); }
            w += xStep;
        }

        nint h1 = TColumns.H(1, block), h2 = TColumns.H(2, block), h3 = TColumns.H(3, block);
        nint nh = job->Nh;
        for (; nh >= 4; nh -= 4, h += 4)
        {
            T v = T.Set(h[0]);
            if (hasH0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if (hasH1) { p0c1s0 = T.FmaMem(v, ref *w, h1, p0c1s0); }
            if (hasH2) { p0c2s0 = T.FmaMem(v, ref *w, h2, p0c2s0); }
            if (hasH3) { p0c3s0 = T.FmaMem(v, ref *w, h3, p0c3s0); }
            v = T.Set(h[1]);
            if (hasH0) { p0c0s1 = T.FmaMem(v, ref *w, hStep, p0c0s1); }
            if (hasH1) { p0c1s1 = T.FmaMem(v, ref *w, hStep + h1, p0c1s1); }
            if (hasH2) { p0c2s1 = T.FmaMem(v, ref *w, hStep + h2, p0c2s1); }
            if (hasH3) { p0c3s1 = T.FmaMem(v, ref *w, hStep + h3, p0c3s1); }
            v = T.Set(h[2]);
            if (hasH0) { p0c0s2 = T.FmaMem(v, ref *w, 2 * hStep, p0c0s2); }
            if (hasH1) { p0c1s2 = T.FmaMem(v, ref *w, (2 * hStep) + h1, p0c1s2); }
            if (hasH2) { p0c2s2 = T.FmaMem(v, ref *w, (2 * hStep) + h2, p0c2s2); }
            if (hasH3) { p0c3s2 = T.FmaMem(v, ref *w, (2 * hStep) + h3, p0c3s2); }
            v = T.Set(h[3]);
            if (hasH0) { p0c0s3 = T.FmaMem(v, ref *w, 3 * hStep, p0c0s3); }
            if (hasH1) { p0c1s3 = T.FmaMem(v, ref *w, (3 * hStep) + h1, p0c1s3); }
            if (hasH2) { p0c2s3 = T.FmaMem(v, ref *w, (3 * hStep) + h2, p0c2s3); }
            if (hasH3) { p0c3s3 = T.FmaMem(v, ref *w, (3 * hStep) + h3, p0c3s3); }
            w += 4 * hStep;
        }

        for (; nh > 0; nh--, h++)
        {
            T v = T.Set(h[0]);
            if (hasH0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if (hasH1) { p0c1s0 = T.FmaMem(v, ref *w, h1, p0c1s0); }
            if (hasH2) { p0c2s0 = T.FmaMem(v, ref *w, h2, p0c2s0); }
            if (hasH3) { p0c3s0 = T.FmaMem(v, ref *w, h3, p0c3s0); }
            w += hStep;
        }

        block = job->ZBlock;
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), (p0c0s0 + p0c0s1) + (p0c0s2 + p0c0s3)); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), (p0c1s0 + p0c1s1) + (p0c1s2 + p0c1s3)); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), (p0c2s0 + p0c2s1) + (p0c2s2 + p0c2s3)); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), (p0c3s0 + p0c3s1) + (p0c3s2 + p0c3s3)); }
    }

    /// <summary>Two panels of one column, four chains: for sixteen registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoPanelsOneColumn(Job* job, float* z, float* init, float* w, float* x, float* h)
    {
        T p0s0 = T.Load(ref *init, 0), p0s1 = default, p0s2 = default, p0s3 = default;
        T p1s0 = T.Load(ref *init, job->InitPanel), p1s1 = default, p1s2 = default, p1s3 = default;
        nint panel = job->WPanel, n = job->Nx;
        for (var term = 0; term < 2; term++, n = job->Nh, x = h)
        {
            for (; n >= 4; n -= 4, x += 4, w += 64)
            {
                T v = T.Set(x[0]);
                p0s0 = T.FmaMem(v, ref *w, 0, p0s0);
                p1s0 = T.FmaMem(v, ref *w, panel, p1s0);
                v = T.Set(x[1]);
                p0s1 = T.FmaMem(v, ref *w, 16, p0s1);
                p1s1 = T.FmaMem(v, ref *w, panel + 16, p1s1);
                v = T.Set(x[2]);
                p0s2 = T.FmaMem(v, ref *w, 32, p0s2);
                p1s2 = T.FmaMem(v, ref *w, panel + 32, p1s2);
                v = T.Set(x[3]);
                p0s3 = T.FmaMem(v, ref *w, 48, p0s3);
                p1s3 = T.FmaMem(v, ref *w, panel + 48, p1s3);
            }

            for (; n > 0; n--, x++, w += 16)
            {
                T v = T.Set(x[0]);
                p0s0 = T.FmaMem(v, ref *w, 0, p0s0);
                p1s0 = T.FmaMem(v, ref *w, panel, p1s0);
            }
        }

        T.Store(ref *z, 0, (p0s0 + p0s1) + (p0s2 + p0s3));
        T.Store(ref *z, job->ZPanel, (p1s0 + p1s1) + (p1s2 + p1s3));
    }
}
