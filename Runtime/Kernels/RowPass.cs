// Knows: one row of several panels at once, the streaming pass: z = init + x Wx + h Wh, with enough independent sums to hide the latency.
// Refuses to know: what a panel is (a unit block, several, or part of one); the job's panel distances say that.

using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Passes of P panels by C chains; chain i sums every C-th product, the chains are added at the end.</summary>
internal static unsafe partial class RowPass<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>Four panels, one chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourPanels<TColumns>(Job* job, float* z, float* init, float* w, float* x, float* h)
        where TColumns : IColumns
    {
        // Once into locals: every mention of a generic member costs inlining budget.
        int xMask = TColumns.XMask, hMask = TColumns.HMask;
        bool hasX0 = (xMask & 1) != 0, hasX1 = (xMask & 2) != 0, hasX2 = (xMask & 4) != 0, hasX3 = (xMask & 8) != 0;
        bool hasH0 = (hMask & 1) != 0, hasH1 = (hMask & 2) != 0, hasH2 = (hMask & 4) != 0, hasH3 = (hMask & 8) != 0;
        nint xStep = TColumns.XStep, hStep = TColumns.HStep;
        T p0c0s0 = default, p0c1s0 = default, p0c2s0 = default, p0c3s0 = default;
        T p1c0s0 = default, p1c1s0 = default, p1c2s0 = default, p1c3s0 = default;
        T p2c0s0 = default, p2c1s0 = default, p2c2s0 = default, p2c3s0 = default;
        T p3c0s0 = default, p3c1s0 = default, p3c2s0 = default, p3c3s0 = default;
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
        init += job->InitPanel;
        if (hasX0 | hasH0) { p2c0s0 = T.Load(ref *init, TColumns.Z(0, block)); }
        if (hasX1 | hasH1) { p2c1s0 = T.Load(ref *init, TColumns.Z(1, block)); }
        if (hasX2 | hasH2) { p2c2s0 = T.Load(ref *init, TColumns.Z(2, block)); }
        if (hasX3 | hasH3) { p2c3s0 = T.Load(ref *init, TColumns.Z(3, block)); }
        init += job->InitPanel;
        if (hasX0 | hasH0) { p3c0s0 = T.Load(ref *init, TColumns.Z(0, block)); }
        if (hasX1 | hasH1) { p3c1s0 = T.Load(ref *init, TColumns.Z(1, block)); }
        if (hasX2 | hasH2) { p3c2s0 = T.Load(ref *init, TColumns.Z(2, block)); }
        if (hasX3 | hasH3) { p3c3s0 = T.Load(ref *init, TColumns.Z(3, block)); }

        block = job->WPanel;
        float* w1 = w + block, w2 = w1 + block, w3 = w2 + block;
        block = job->WBlock;
        nint x1 = TColumns.X(1, block), x2 = TColumns.X(2, block), x3 = TColumns.X(3, block);
        for (nint k = job->Nx; k > 0; k--, x++)
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
            if (hasX0) { p2c0s0 = T.FmaMem(v, ref *w2, 0, p2c0s0); }
            if (hasX1) { p2c1s0 = T.FmaMem(v, ref *w2, x1, p2c1s0); }
            if (hasX2) { p2c2s0 = T.FmaMem(v, ref *w2, x2, p2c2s0); }
            if (hasX3) { p2c3s0 = T.FmaMem(v, ref *w2, x3, p2c3s0); }
            if (hasX0) { p3c0s0 = T.FmaMem(v, ref *w3, 0, p3c0s0); }
            if (hasX1) { p3c1s0 = T.FmaMem(v, ref *w3, x1, p3c1s0); }
            if (hasX2) { p3c2s0 = T.FmaMem(v, ref *w3, x2, p3c2s0); }
            if (hasX3) { p3c3s0 = T.FmaMem(v, ref *w3, x3, p3c3s0); }
            w += xStep;
            w1 += xStep;
            w2 += xStep;
            w3 += xStep;
        }

        nint h1 = TColumns.H(1, block), h2 = TColumns.H(2, block), h3 = TColumns.H(3, block);
        for (nint k = job->Nh; k > 0; k--, h++)
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
            if (hasH0) { p2c0s0 = T.FmaMem(v, ref *w2, 0, p2c0s0); }
            if (hasH1) { p2c1s0 = T.FmaMem(v, ref *w2, h1, p2c1s0); }
            if (hasH2) { p2c2s0 = T.FmaMem(v, ref *w2, h2, p2c2s0); }
            if (hasH3) { p2c3s0 = T.FmaMem(v, ref *w2, h3, p2c3s0); }
            if (hasH0) { p3c0s0 = T.FmaMem(v, ref *w3, 0, p3c0s0); }
            if (hasH1) { p3c1s0 = T.FmaMem(v, ref *w3, h1, p3c1s0); }
            if (hasH2) { p3c2s0 = T.FmaMem(v, ref *w3, h2, p3c2s0); }
            if (hasH3) { p3c3s0 = T.FmaMem(v, ref *w3, h3, p3c3s0); }
            w += hStep;
            w1 += hStep;
            w2 += hStep;
            w3 += hStep;
        }

        block = job->ZBlock;
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), p0c0s0); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), p0c1s0); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), p0c2s0); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), p0c3s0); }
        z += job->ZPanel;
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), p1c0s0); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), p1c1s0); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), p1c2s0); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), p1c3s0); }
        z += job->ZPanel;
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), p2c0s0); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), p2c1s0); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), p2c2s0); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), p2c3s0); }
        z += job->ZPanel;
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), p3c0s0); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), p3c1s0); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), p3c2s0); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), p3c3s0); }
    }

    /// <summary>Two panels, one chain: for sixteen registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoPanelsOneChain<TColumns>(Job* job, float* z, float* init, float* w, float* x, float* h)
        where TColumns : IColumns
    {
        // Once into locals: every mention of a generic member costs inlining budget.
        int xMask = TColumns.XMask, hMask = TColumns.HMask;
        bool hasX0 = (xMask & 1) != 0, hasX1 = (xMask & 2) != 0, hasX2 = (xMask & 4) != 0, hasX3 = (xMask & 8) != 0;
        bool hasH0 = (hMask & 1) != 0, hasH1 = (hMask & 2) != 0, hasH2 = (hMask & 4) != 0, hasH3 = (hMask & 8) != 0;
        nint xStep = TColumns.XStep, hStep = TColumns.HStep;
        T p0c0s0 = default, p0c1s0 = default, p0c2s0 = default, p0c3s0 = default;
        T p1c0s0 = default, p1c1s0 = default, p1c2s0 = default, p1c3s0 = default;
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
        for (nint k = job->Nx; k > 0; k--, x++)
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
        for (nint k = job->Nh; k > 0; k--, h++)
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
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), p0c0s0); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), p0c1s0); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), p0c2s0); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), p0c3s0); }
        z += job->ZPanel;
        if (hasX0 | hasH0) { T.Store(ref *z, TColumns.Z(0, block), p1c0s0); }
        if (hasX1 | hasH1) { T.Store(ref *z, TColumns.Z(1, block), p1c1s0); }
        if (hasX2 | hasH2) { T.Store(ref *z, TColumns.Z(2, block), p1c2s0); }
        if (hasX3 | hasH3) { T.Store(ref *z, TColumns.Z(3, block), p1c3s0); }
    }
}
