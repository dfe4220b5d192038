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
        T p0c0s0 = default, p0c1s0 = default, p0c2s0 = default, p0c3s0 = default;
        T p0c0s1 = default, p0c1s1 = default, p0c2s1 = default, p0c3s1 = default;
        T p1c0s0 = default, p1c1s0 = default, p1c2s0 = default, p1c3s0 = default;
        T p1c0s1 = default, p1c1s1 = default, p1c2s1 = default, p1c3s1 = default;
        nint block = job->InitBlock;
        if (((TColumns.XMask | TColumns.HMask) & 1) != 0) { p0c0s0 = T.Load(ref *init, TColumns.Z(0, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 2) != 0) { p0c1s0 = T.Load(ref *init, TColumns.Z(1, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 4) != 0) { p0c2s0 = T.Load(ref *init, TColumns.Z(2, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 8) != 0) { p0c3s0 = T.Load(ref *init, TColumns.Z(3, block)); }
        init += job->InitPanel;
        if (((TColumns.XMask | TColumns.HMask) & 1) != 0) { p1c0s0 = T.Load(ref *init, TColumns.Z(0, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 2) != 0) { p1c1s0 = T.Load(ref *init, TColumns.Z(1, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 4) != 0) { p1c2s0 = T.Load(ref *init, TColumns.Z(2, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 8) != 0) { p1c3s0 = T.Load(ref *init, TColumns.Z(3, block)); }

        block = job->WPanel;
        float* w1 = w + block;
        block = job->WBlock;
        nint x1 = TColumns.X(1, block), x2 = TColumns.X(2, block), x3 = TColumns.X(3, block);
        nint nx = job->Nx;
        for (; nx >= 2; nx -= 2, x += 2)
        {
            T v = T.Set(x[0]);
            if ((TColumns.XMask & 1) != 0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if ((TColumns.XMask & 2) != 0) { p0c1s0 = T.FmaMem(v, ref *w, x1, p0c1s0); }
            if ((TColumns.XMask & 4) != 0) { p0c2s0 = T.FmaMem(v, ref *w, x2, p0c2s0); }
            if ((TColumns.XMask & 8) != 0) { p0c3s0 = T.FmaMem(v, ref *w, x3, p0c3s0); }
            if ((TColumns.XMask & 1) != 0) { p1c0s0 = T.FmaMem(v, ref *w1, 0, p1c0s0); }
            if ((TColumns.XMask & 2) != 0) { p1c1s0 = T.FmaMem(v, ref *w1, x1, p1c1s0); }
            if ((TColumns.XMask & 4) != 0) { p1c2s0 = T.FmaMem(v, ref *w1, x2, p1c2s0); }
            if ((TColumns.XMask & 8) != 0) { p1c3s0 = T.FmaMem(v, ref *w1, x3, p1c3s0); }
            v = T.Set(x[1]);
            if ((TColumns.XMask & 1) != 0) { p0c0s1 = T.FmaMem(v, ref *w, TColumns.XStep, p0c0s1); }
            if ((TColumns.XMask & 2) != 0) { p0c1s1 = T.FmaMem(v, ref *w, TColumns.XStep + x1, p0c1s1); }
            if ((TColumns.XMask & 4) != 0) { p0c2s1 = T.FmaMem(v, ref *w, TColumns.XStep + x2, p0c2s1); }
            if ((TColumns.XMask & 8) != 0) { p0c3s1 = T.FmaMem(v, ref *w, TColumns.XStep + x3, p0c3s1); }
            if ((TColumns.XMask & 1) != 0) { p1c0s1 = T.FmaMem(v, ref *w1, TColumns.XStep, p1c0s1); }
            if ((TColumns.XMask & 2) != 0) { p1c1s1 = T.FmaMem(v, ref *w1, TColumns.XStep + x1, p1c1s1); }
            if ((TColumns.XMask & 4) != 0) { p1c2s1 = T.FmaMem(v, ref *w1, TColumns.XStep + x2, p1c2s1); }
            if ((TColumns.XMask & 8) != 0) { p1c3s1 = T.FmaMem(v, ref *w1, TColumns.XStep + x3, p1c3s1); }
            w += 2 * TColumns.XStep;
            w1 += 2 * TColumns.XStep;
        }

        for (; nx > 0; nx--, x++)
        {
            T v = T.Set(x[0]);
            if ((TColumns.XMask & 1) != 0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if ((TColumns.XMask & 2) != 0) { p0c1s0 = T.FmaMem(v, ref *w, x1, p0c1s0); }
            if ((TColumns.XMask & 4) != 0) { p0c2s0 = T.FmaMem(v, ref *w, x2, p0c2s0); }
            if ((TColumns.XMask & 8) != 0) { p0c3s0 = T.FmaMem(v, ref *w, x3, p0c3s0); }
            if ((TColumns.XMask & 1) != 0) { p1c0s0 = T.FmaMem(v, ref *w1, 0, p1c0s0); }
            if ((TColumns.XMask & 2) != 0) { p1c1s0 = T.FmaMem(v, ref *w1, x1, p1c1s0); }
            if ((TColumns.XMask & 4) != 0) { p1c2s0 = T.FmaMem(v, ref *w1, x2, p1c2s0); }
            if ((TColumns.XMask & 8) != 0) { p1c3s0 = T.FmaMem(v, ref *w1, x3, p1c3s0); }
            w += TColumns.XStep;
            w1 += TColumns.XStep;
        }

        nint h1 = TColumns.H(1, block), h2 = TColumns.H(2, block), h3 = TColumns.H(3, block);
        nint nh = job->Nh;
        for (; nh >= 2; nh -= 2, h += 2)
        {
            T v = T.Set(h[0]);
            if ((TColumns.HMask & 1) != 0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if ((TColumns.HMask & 2) != 0) { p0c1s0 = T.FmaMem(v, ref *w, h1, p0c1s0); }
            if ((TColumns.HMask & 4) != 0) { p0c2s0 = T.FmaMem(v, ref *w, h2, p0c2s0); }
            if ((TColumns.HMask & 8) != 0) { p0c3s0 = T.FmaMem(v, ref *w, h3, p0c3s0); }
            if ((TColumns.HMask & 1) != 0) { p1c0s0 = T.FmaMem(v, ref *w1, 0, p1c0s0); }
            if ((TColumns.HMask & 2) != 0) { p1c1s0 = T.FmaMem(v, ref *w1, h1, p1c1s0); }
            if ((TColumns.HMask & 4) != 0) { p1c2s0 = T.FmaMem(v, ref *w1, h2, p1c2s0); }
            if ((TColumns.HMask & 8) != 0) { p1c3s0 = T.FmaMem(v, ref *w1, h3, p1c3s0); }
            v = T.Set(h[1]);
            if ((TColumns.HMask & 1) != 0) { p0c0s1 = T.FmaMem(v, ref *w, TColumns.HStep, p0c0s1); }
            if ((TColumns.HMask & 2) != 0) { p0c1s1 = T.FmaMem(v, ref *w, TColumns.HStep + h1, p0c1s1); }
            if ((TColumns.HMask & 4) != 0) { p0c2s1 = T.FmaMem(v, ref *w, TColumns.HStep + h2, p0c2s1); }
            if ((TColumns.HMask & 8) != 0) { p0c3s1 = T.FmaMem(v, ref *w, TColumns.HStep + h3, p0c3s1); }
            if ((TColumns.HMask & 1) != 0) { p1c0s1 = T.FmaMem(v, ref *w1, TColumns.HStep, p1c0s1); }
            if ((TColumns.HMask & 2) != 0) { p1c1s1 = T.FmaMem(v, ref *w1, TColumns.HStep + h1, p1c1s1); }
            if ((TColumns.HMask & 4) != 0) { p1c2s1 = T.FmaMem(v, ref *w1, TColumns.HStep + h2, p1c2s1); }
            if ((TColumns.HMask & 8) != 0) { p1c3s1 = T.FmaMem(v, ref *w1, TColumns.HStep + h3, p1c3s1); }
            w += 2 * TColumns.HStep;
            w1 += 2 * TColumns.HStep;
        }

        for (; nh > 0; nh--, h++)
        {
            T v = T.Set(h[0]);
            if ((TColumns.HMask & 1) != 0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if ((TColumns.HMask & 2) != 0) { p0c1s0 = T.FmaMem(v, ref *w, h1, p0c1s0); }
            if ((TColumns.HMask & 4) != 0) { p0c2s0 = T.FmaMem(v, ref *w, h2, p0c2s0); }
            if ((TColumns.HMask & 8) != 0) { p0c3s0 = T.FmaMem(v, ref *w, h3, p0c3s0); }
            if ((TColumns.HMask & 1) != 0) { p1c0s0 = T.FmaMem(v, ref *w1, 0, p1c0s0); }
            if ((TColumns.HMask & 2) != 0) { p1c1s0 = T.FmaMem(v, ref *w1, h1, p1c1s0); }
            if ((TColumns.HMask & 4) != 0) { p1c2s0 = T.FmaMem(v, ref *w1, h2, p1c2s0); }
            if ((TColumns.HMask & 8) != 0) { p1c3s0 = T.FmaMem(v, ref *w1, h3, p1c3s0); }
            w += TColumns.HStep;
            w1 += TColumns.HStep;
        }

        block = job->ZBlock;
        if (((TColumns.XMask | TColumns.HMask) & 1) != 0) { T.Store(ref *z, TColumns.Z(0, block), p0c0s0 + p0c0s1); }
        if (((TColumns.XMask | TColumns.HMask) & 2) != 0) { T.Store(ref *z, TColumns.Z(1, block), p0c1s0 + p0c1s1); }
        if (((TColumns.XMask | TColumns.HMask) & 4) != 0) { T.Store(ref *z, TColumns.Z(2, block), p0c2s0 + p0c2s1); }
        if (((TColumns.XMask | TColumns.HMask) & 8) != 0) { T.Store(ref *z, TColumns.Z(3, block), p0c3s0 + p0c3s1); }
        z += job->ZPanel;
        if (((TColumns.XMask | TColumns.HMask) & 1) != 0) { T.Store(ref *z, TColumns.Z(0, block), p1c0s0 + p1c0s1); }
        if (((TColumns.XMask | TColumns.HMask) & 2) != 0) { T.Store(ref *z, TColumns.Z(1, block), p1c1s0 + p1c1s1); }
        if (((TColumns.XMask | TColumns.HMask) & 4) != 0) { T.Store(ref *z, TColumns.Z(2, block), p1c2s0 + p1c2s1); }
        if (((TColumns.XMask | TColumns.HMask) & 8) != 0) { T.Store(ref *z, TColumns.Z(3, block), p1c3s0 + p1c3s1); }
    }

    /// <summary>One panel, four chains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OnePanel<TColumns>(Job* job, float* z, float* init, float* w, float* x, float* h)
        where TColumns : IColumns
    {
        T p0c0s0 = default, p0c1s0 = default, p0c2s0 = default, p0c3s0 = default;
        T p0c0s1 = default, p0c1s1 = default, p0c2s1 = default, p0c3s1 = default;
        T p0c0s2 = default, p0c1s2 = default, p0c2s2 = default, p0c3s2 = default;
        T p0c0s3 = default, p0c1s3 = default, p0c2s3 = default, p0c3s3 = default;
        nint block = job->InitBlock;
        if (((TColumns.XMask | TColumns.HMask) & 1) != 0) { p0c0s0 = T.Load(ref *init, TColumns.Z(0, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 2) != 0) { p0c1s0 = T.Load(ref *init, TColumns.Z(1, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 4) != 0) { p0c2s0 = T.Load(ref *init, TColumns.Z(2, block)); }
        if (((TColumns.XMask | TColumns.HMask) & 8) != 0) { p0c3s0 = T.Load(ref *init, TColumns.Z(3, block)); }

        block = job->WBlock;
        nint x1 = TColumns.X(1, block), x2 = TColumns.X(2, block), x3 = TColumns.X(3, block);
        nint nx = job->Nx;
        for (; nx >= 4; nx -= 4, x += 4)
        {
            T v = T.Set(x[0]);
            if ((TColumns.XMask & 1) != 0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if ((TColumns.XMask & 2) != 0) { p0c1s0 = T.FmaMem(v, ref *w, x1, p0c1s0); }
            if ((TColumns.XMask & 4) != 0) { p0c2s0 = T.FmaMem(v, ref *w, x2, p0c2s0); }
            if ((TColumns.XMask & 8) != 0) { p0c3s0 = T.FmaMem(v, ref *w, x3, p0c3s0); }
            v = T.Set(x[1]);
            if ((TColumns.XMask & 1) != 0) { p0c0s1 = T.FmaMem(v, ref *w, TColumns.XStep, p0c0s1); }
            if ((TColumns.XMask & 2) != 0) { p0c1s1 = T.FmaMem(v, ref *w, TColumns.XStep + x1, p0c1s1); }
            if ((TColumns.XMask & 4) != 0) { p0c2s1 = T.FmaMem(v, ref *w, TColumns.XStep + x2, p0c2s1); }
            if ((TColumns.XMask & 8) != 0) { p0c3s1 = T.FmaMem(v, ref *w, TColumns.XStep + x3, p0c3s1); }
            v = T.Set(x[2]);
            if ((TColumns.XMask & 1) != 0) { p0c0s2 = T.FmaMem(v, ref *w, 2 * TColumns.XStep, p0c0s2); }
            if ((TColumns.XMask & 2) != 0) { p0c1s2 = T.FmaMem(v, ref *w, (2 * TColumns.XStep) + x1, p0c1s2); }
            if ((TColumns.XMask & 4) != 0) { p0c2s2 = T.FmaMem(v, ref *w, (2 * TColumns.XStep) + x2, p0c2s2); }
            if ((TColumns.XMask & 8) != 0) { p0c3s2 = T.FmaMem(v, ref *w, (2 * TColumns.XStep) + x3, p0c3s2); }
            v = T.Set(x[3]);
            if ((TColumns.XMask & 1) != 0) { p0c0s3 = T.FmaMem(v, ref *w, 3 * TColumns.XStep, p0c0s3); }
            if ((TColumns.XMask & 2) != 0) { p0c1s3 = T.FmaMem(v, ref *w, (3 * TColumns.XStep) + x1, p0c1s3); }
            if ((TColumns.XMask & 4) != 0) { p0c2s3 = T.FmaMem(v, ref *w, (3 * TColumns.XStep) + x2, p0c2s3); }
            if ((TColumns.XMask & 8) != 0) { p0c3s3 = T.FmaMem(v, ref *w, (3 * TColumns.XStep) + x3, p0c3s3); }
            w += 4 * TColumns.XStep;
        }

        for (; nx > 0; nx--, x++)
        {
            T v = T.Set(x[0]);
            if ((TColumns.XMask & 1) != 0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if ((TColumns.XMask & 2) != 0) { p0c1s0 = T.FmaMem(v, ref *w, x1, p0c1s0); }
            if ((TColumns.XMask & 4) != 0) { p0c2s0 = T.FmaMem(v, ref *w, x2, p0c2s0); }
            if ((TColumns.XMask & 8) != 0) { p0c3s0 = T.FmaMem(v, ref *w, x3, p0c3s0); }
            w += TColumns.XStep;
        }

        nint h1 = TColumns.H(1, block), h2 = TColumns.H(2, block), h3 = TColumns.H(3, block);
        nint nh = job->Nh;
        for (; nh >= 4; nh -= 4, h += 4)
        {
            T v = T.Set(h[0]);
            if ((TColumns.HMask & 1) != 0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if ((TColumns.HMask & 2) != 0) { p0c1s0 = T.FmaMem(v, ref *w, h1, p0c1s0); }
            if ((TColumns.HMask & 4) != 0) { p0c2s0 = T.FmaMem(v, ref *w, h2, p0c2s0); }
            if ((TColumns.HMask & 8) != 0) { p0c3s0 = T.FmaMem(v, ref *w, h3, p0c3s0); }
            v = T.Set(h[1]);
            if ((TColumns.HMask & 1) != 0) { p0c0s1 = T.FmaMem(v, ref *w, TColumns.HStep, p0c0s1); }
            if ((TColumns.HMask & 2) != 0) { p0c1s1 = T.FmaMem(v, ref *w, TColumns.HStep + h1, p0c1s1); }
            if ((TColumns.HMask & 4) != 0) { p0c2s1 = T.FmaMem(v, ref *w, TColumns.HStep + h2, p0c2s1); }
            if ((TColumns.HMask & 8) != 0) { p0c3s1 = T.FmaMem(v, ref *w, TColumns.HStep + h3, p0c3s1); }
            v = T.Set(h[2]);
            if ((TColumns.HMask & 1) != 0) { p0c0s2 = T.FmaMem(v, ref *w, 2 * TColumns.HStep, p0c0s2); }
            if ((TColumns.HMask & 2) != 0) { p0c1s2 = T.FmaMem(v, ref *w, (2 * TColumns.HStep) + h1, p0c1s2); }
            if ((TColumns.HMask & 4) != 0) { p0c2s2 = T.FmaMem(v, ref *w, (2 * TColumns.HStep) + h2, p0c2s2); }
            if ((TColumns.HMask & 8) != 0) { p0c3s2 = T.FmaMem(v, ref *w, (2 * TColumns.HStep) + h3, p0c3s2); }
            v = T.Set(h[3]);
            if ((TColumns.HMask & 1) != 0) { p0c0s3 = T.FmaMem(v, ref *w, 3 * TColumns.HStep, p0c0s3); }
            if ((TColumns.HMask & 2) != 0) { p0c1s3 = T.FmaMem(v, ref *w, (3 * TColumns.HStep) + h1, p0c1s3); }
            if ((TColumns.HMask & 4) != 0) { p0c2s3 = T.FmaMem(v, ref *w, (3 * TColumns.HStep) + h2, p0c2s3); }
            if ((TColumns.HMask & 8) != 0) { p0c3s3 = T.FmaMem(v, ref *w, (3 * TColumns.HStep) + h3, p0c3s3); }
            w += 4 * TColumns.HStep;
        }

        for (; nh > 0; nh--, h++)
        {
            T v = T.Set(h[0]);
            if ((TColumns.HMask & 1) != 0) { p0c0s0 = T.FmaMem(v, ref *w, 0, p0c0s0); }
            if ((TColumns.HMask & 2) != 0) { p0c1s0 = T.FmaMem(v, ref *w, h1, p0c1s0); }
            if ((TColumns.HMask & 4) != 0) { p0c2s0 = T.FmaMem(v, ref *w, h2, p0c2s0); }
            if ((TColumns.HMask & 8) != 0) { p0c3s0 = T.FmaMem(v, ref *w, h3, p0c3s0); }
            w += TColumns.HStep;
        }

        block = job->ZBlock;
        if (((TColumns.XMask | TColumns.HMask) & 1) != 0) { T.Store(ref *z, TColumns.Z(0, block), (p0c0s0 + p0c0s1) + (p0c0s2 + p0c0s3)); }
        if (((TColumns.XMask | TColumns.HMask) & 2) != 0) { T.Store(ref *z, TColumns.Z(1, block), (p0c1s0 + p0c1s1) + (p0c1s2 + p0c1s3)); }
        if (((TColumns.XMask | TColumns.HMask) & 4) != 0) { T.Store(ref *z, TColumns.Z(2, block), (p0c2s0 + p0c2s1) + (p0c2s2 + p0c2s3)); }
        if (((TColumns.XMask | TColumns.HMask) & 8) != 0) { T.Store(ref *z, TColumns.Z(3, block), (p0c3s0 + p0c3s1) + (p0c3s2 + p0c3s3)); }
    }
}
