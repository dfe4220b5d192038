// Knows: the 16-lane form of every vector operation, and the approximations behind the activations at this width.
// Refuses to know: any other width, and where the numbers come from.
//
// 2^f and e^r are near-minimax polynomials, log(1 + y) goes through atanh.
// Range limits are literals with the limit as first operand: there the x86 minimum returns the second, so NaN survives.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqGen.Kernels.V1;

/// <summary>Sixteen floats in one 512-bit vector.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public partial struct V16 : IVec<V16>
{
    private Vector512<float> v;

    // The bits of 2^(i/16), less i << 19: what the exponent's sum brings along.
    private static Vector512<int> Roots
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            0x3F800000, 0x3F7DAAC3, 0x3F7B95C2, 0x3F79C3D3, 0x3F7837F0, 0x3F76F532, 0x3F75FED7, 0x3F75583F,
            0x3F7504F3, 0x3F7508A4, 0x3F75672A, 0x3F76248C, 0x3F7744FD, 0x3F78CCDF, 0x3F7AC0C7, 0x3F7D257D);
    }

    // By how much 2^(i/16) is more than the float that stands for it, relatively.
    private static Vector512<float> RootErrors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            0f, 4.62854708e-8f, -1.19921571e-8f, 4.72978236e-8f, 3.19341809e-8f, 3.62105731e-8f, -3.09907208e-8f, -7.47521317e-9f,
            1.71142713e-8f, -3.04768342e-8f, 5.23333425e-9f, 6.10759162e-9f, -1.47196054e-8f, -5.25879512e-9f, -6.12825982e-9f, 5.14060921e-9f);
    }

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Set(float value) => new V16 { v = Vector512.Create(value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Load(ref float source, nint offset) => new V16 { v = Unsafe.As<float, Vector512<float>>(ref Unsafe.Add(ref source, offset)) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref float destination, nint offset, V16 value) =>
        Unsafe.As<float, Vector512<float>>(ref Unsafe.Add(ref destination, offset)) = value.v;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 operator +(V16 a, V16 b) => new V16 { v = a.v + b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 operator -(V16 a, V16 b) => new V16 { v = a.v - b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 operator *(V16 a, V16 b) => new V16 { v = a.v * b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 operator /(V16 a, V16 b) => new V16 { v = a.v / b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 operator -(V16 a) => new V16 { v = -a.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Fma(V16 a, V16 b, V16 c) => new V16 { v = Vector512.MultiplyAddEstimate(a.v, b.v, c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref V16 sum, V16 a, V16 b) => sum.v = Vector512.MultiplyAddEstimate(a.v, b.v, sum.v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Fnma(V16 a, V16 b, V16 c) => new V16 { v = Vector512.MultiplyAddEstimate(-a.v, b.v, c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 FmaMem(V16 a, ref float source, nint offset, V16 c) =>
        new V16 { v = Vector512.MultiplyAddEstimate(a.v, Unsafe.As<float, Vector512<float>>(ref Unsafe.Add(ref source, offset)), c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Min(V16 a, V16 b)
    {
        if (Avx512F.IsSupported)
        {
            // The instruction returns b when either is NaN: put a's NaN back.
            return new V16 { v = Vector512.ConditionalSelect(Vector512.Equals(a.v, a.v), Avx512F.Min(a.v, b.v), a.v) };
        }

        return new V16 { v = Vector512.Min(a.v, b.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Max(V16 a, V16 b)
    {
        if (Avx512F.IsSupported)
        {
            // The instruction returns b when either is NaN: put a's NaN back.
            return new V16 { v = Vector512.ConditionalSelect(Vector512.Equals(a.v, a.v), Avx512F.Max(a.v, b.v), a.v) };
        }

        return new V16 { v = Vector512.Max(a.v, b.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Abs(V16 a) => new V16 { v = Vector512.Abs(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Sqrt(V16 a) => new V16 { v = Vector512.Sqrt(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Floor(V16 a) => new V16 { v = Vector512.Floor(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Inside(nint first, int count) => new V16
    {
        v = Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices + Vector512.Create((int)first), Vector512.Create(count)).AsSingle(), Vector512<float>.One, Vector512<float>.Zero),
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Exp(V16 a)
    {
        Vector512<float> x;
        if (Avx512F.IsSupported)
        {
            x = Avx512F.Min(Vector512.Create(89f), Avx512F.Max(Vector512.Create(-105f), a.v));
        }
        else
        {
            x = Vector512.Min(Vector512.Create(89f), Vector512.Max(Vector512.Create(-105f), a.v));
        }

        var t = Vector512.MultiplyAddEstimate(x, Vector512.Create(1.44269504f), Vector512.Create(12582912f));
        var n = t - Vector512.Create(12582912f);
        var r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-0.693145752f), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-1.42860677e-6f), r);
        var r2 = r * r;
        var high = Vector512.MultiplyAddEstimate(Vector512.Create(0.00836317905f), r, Vector512.Create(0.0416665546f));
        high = Vector512.MultiplyAddEstimate(Vector512.Create(0.00139261836f), r2, high);
        var low = Vector512.MultiplyAddEstimate(Vector512.Create(0.166665770f), r, Vector512.Create(0.5f));
        var p = Vector512.MultiplyAddEstimate(Vector512.MultiplyAddEstimate(high, r2, low), r2, r) + Vector512.Create(1f);
        if (Avx512F.IsSupported)
        {
            return new V16 { v = Avx512F.Scale(p, n) };
        }

        // 2^n in two factors, for results that are denormal or infinite.
        var whole = t.AsInt32() - Vector512.Create(0x4B400000);
        var half = whole >> 1;
        var first = ((half + Vector512.Create(127)) << 23).AsSingle();
        var second = ((whole - half + Vector512.Create(127)) << 23).AsSingle();
        return new V16 { v = p * first * second };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Log(V16 a) => new V16 { v = Vector512.Log(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V16 Pow(V16 a, V16 b)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new V16 { v = Powers.Of(a.v, b.v) };
        }

        ref float x = ref Unsafe.As<V16, float>(ref a);
        ref float y = ref Unsafe.As<V16, float>(ref b);
        for (var i = 0; i < 16; i++)
        {
            Unsafe.Add(ref x, i) = MathF.Pow(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i));
        }

        return a;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Sigmoid(V16 a)
    {
        if (Avx512F.IsSupported)
        {
            // 2^(-a log2 e) = power * p; power, a multiple of a sixteenth root, comes from the table and the exponent's bits.
            var x = Avx512F.Min(Vector512.Create(30f), Avx512F.Max(Vector512.Create(-88.72284f), a.v));
            var t = Vector512.MultiplyAddEstimate(x, Vector512.Create(-1.44269504f), Vector512.Create(786432f));
            var f = Vector512.MultiplyAddEstimate(x, Vector512.Create(-1.44269504f), Vector512.Create(786432f) - t);
            var power = (Avx512F.PermuteVar16x32(Roots, t.AsInt32()) + (t.AsInt32() << 19)).AsSingle();
            var p = Vector512.MultiplyAddEstimate(Vector512.Create(0.0555050853f), f, Vector512.Create(0.240233552f));
            p = Vector512.MultiplyAddEstimate(Vector512.MultiplyAddEstimate(p, f, Vector512.Create(0.693147181f)), f, Vector512.Create(1f));

            // At the lower limit the power is infinite, and 1 / infinity the right limit.
            return new V16 { v = Vector512.Create(1f) / Vector512.MultiplyAddEstimate(p, power, Vector512.Create(1f)) };
        }

        return Sigmoid512(a);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Tanh(V16 a)
    {
        if (Avx512F.IsSupported)
        {
            // e = exp(2 |a|) - 1 = power (1 + q) - 1, as in Sigmoid; q also takes back the rounding of the table.
            var x = Avx512F.Min(Vector512.Create(10f), Vector512.Abs(a.v));
            var t = Vector512.MultiplyAddEstimate(x, Vector512.Create(2.88539008f), Vector512.Create(786432f));
            var f = Vector512.MultiplyAddEstimate(x, Vector512.Create(2.88539008f), Vector512.Create(786432f) - t);
            var power = (Avx512F.PermuteVar16x32(Roots, t.AsInt32()) + (t.AsInt32() << 19)).AsSingle();
            var q = Vector512.MultiplyAddEstimate(Vector512.Create(0.0555050853f), f, Vector512.Create(0.240233552f));
            q = Vector512.MultiplyAddEstimate(Vector512.MultiplyAddEstimate(q, f, Vector512.Create(0.693147181f)), f, Avx512F.PermuteVar16x32(RootErrors, t.AsInt32()));
            var e = Vector512.MultiplyAddEstimate(power, q, power - Vector512.Create(1f));
            var y = e / (e + Vector512.Create(2f));
            return new V16 { v = y | (a.v & Vector512.Create(-0f)) };
        }

        return Tanh512(a);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Relu(V16 a)
    {
        if (Avx512F.IsSupported)
        {
            return new V16 { v = Avx512F.Max(Vector512<float>.Zero, a.v) };
        }

        return new V16 { v = Vector512.Max(Vector512<float>.Zero, a.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Elu(V16 a)
    {
        // max(a, 0) + (exp(min(a, 0)) - 1), 2^f = 1 + q as in Tanh: exact to the last bits near zero. What is not a number comes from above.
        var x = Vector512.Min(Vector512<float>.Zero, Vector512.Max(Vector512.Create(-20f), a.v));
        var above = a.v;
        if (Avx512F.IsSupported)
        {
            above = Avx512F.Max(Vector512<float>.Zero, above);
        }
        else
        {
            above = Vector512.Max(Vector512<float>.Zero, above);
        }

        var t = Vector512.MultiplyAddEstimate(x, Vector512.Create(1.44269504f), Vector512.Create(12582912f));
        var f = Vector512.MultiplyAddEstimate(x, Vector512.Create(1.44269504f), Vector512.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector512.MultiplyAddEstimate(Vector512.Create(0.000154531629f), f, Vector512.Create(0.00133908634f));
        var middle = Vector512.MultiplyAddEstimate(Vector512.Create(0.00961808256f), f, Vector512.Create(0.0555035711f));
        var low = Vector512.MultiplyAddEstimate(Vector512.Create(0.240226508f), f, Vector512.Create(0.693147188f));
        var q = Vector512.MultiplyAddEstimate(Vector512.MultiplyAddEstimate(high, f2, middle), f2, low) * f;
        var power = ((t.AsInt32() << 23) + Vector512.Create(1f).AsInt32()).AsSingle();
        return new V16 { v = above + Vector512.MultiplyAddEstimate(power, q, power - Vector512.Create(1f)) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Softplus(V16 a)
    {
        // max(a, 0) + log(1 + e), e = exp(-|a|), log(1 + e) = 2 atanh(e / (e + 2)); at the limit e is 0.
        var x = -Vector512.Abs(a.v);
        var above = a.v;
        if (Avx512F.IsSupported)
        {
            x = Avx512F.Max(Vector512.Create(-88f), x);
            above = Avx512F.Max(Vector512<float>.Zero, above);
        }
        else
        {
            x = Vector512.Max(Vector512.Create(-88f), x);
            above = Vector512.Max(Vector512<float>.Zero, above);
        }

        var t = Vector512.MultiplyAddEstimate(x, Vector512.Create(1.44269504f), Vector512.Create(12582912f));
        var n = t - Vector512.Create(12582912f);
        var r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-0.693145752f), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-1.42860677e-6f), r);
        var r2 = r * r;
        var high = Vector512.MultiplyAddEstimate(Vector512.Create(0.00836317905f), r, Vector512.Create(0.0416665546f));
        high = Vector512.MultiplyAddEstimate(Vector512.Create(0.00139261836f), r2, high);
        var low = Vector512.MultiplyAddEstimate(Vector512.Create(0.166665770f), r, Vector512.Create(0.5f));
        var p = Vector512.MultiplyAddEstimate(Vector512.MultiplyAddEstimate(high, r2, low), r2, r) + Vector512.Create(1f);
        var e = p * ((t.AsInt32() << 23) + Vector512.Create(1f).AsInt32()).AsSingle();
        var s = e / (e + Vector512.Create(2f));
        var u = s * s;
        var w = Vector512.MultiplyAddEstimate(Vector512.Create(0.134257490f), u, Vector512.Create(0.141183099f));
        w = Vector512.MultiplyAddEstimate(Vector512.MultiplyAddEstimate(w, u, Vector512.Create(0.200037803f)), u, Vector512.Create(0.333333202f));
        var atanh = Vector512.MultiplyAddEstimate(w * u, s, s);
        return new V16 { v = Vector512.MultiplyAddEstimate(Vector512.Create(2f), atanh, above) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 GreaterThan(V16 a, V16 b) =>
        new V16 { v = Vector512.GreaterThan(a.v, b.v) & Vector512.Create(1f) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V16 Select(V16 mask, V16 a, V16 b) =>
        new V16 { v = Vector512.ConditionalSelect(Vector512.Equals(mask.v, Vector512<float>.Zero), b.v, a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(V16 a) => Vector512.Sum(a.v);
}
