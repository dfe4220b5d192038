// Knows: the 8-lane form of every vector operation, and the approximations behind the activations at this width.
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

/// <summary>Eight floats in one 256-bit vector.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct V8 : IVec<V8>
{
    private Vector256<float> v;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Set(float value) => new V8 { v = Vector256.Create(value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Load(ref float source, nint offset) => new V8 { v = Unsafe.As<float, Vector256<float>>(ref Unsafe.Add(ref source, offset)) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref float destination, nint offset, V8 value) =>
        Unsafe.As<float, Vector256<float>>(ref Unsafe.Add(ref destination, offset)) = value.v;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 operator +(V8 a, V8 b) => new V8 { v = a.v + b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 operator -(V8 a, V8 b) => new V8 { v = a.v - b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 operator *(V8 a, V8 b) => new V8 { v = a.v * b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 operator /(V8 a, V8 b) => new V8 { v = a.v / b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 operator -(V8 a) => new V8 { v = -a.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Fma(V8 a, V8 b, V8 c) => new V8 { v = Vector256.MultiplyAddEstimate(a.v, b.v, c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref V8 sum, V8 a, V8 b) => sum.v = Vector256.MultiplyAddEstimate(a.v, b.v, sum.v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Fnma(V8 a, V8 b, V8 c) => new V8 { v = Vector256.MultiplyAddEstimate(-a.v, b.v, c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 FmaMem(V8 a, ref float source, nint offset, V8 c) =>
        new V8 { v = Vector256.MultiplyAddEstimate(a.v, Unsafe.As<float, Vector256<float>>(ref Unsafe.Add(ref source, offset)), c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Min(V8 a, V8 b)
    {
        if (Avx.IsSupported)
        {
            // The instruction returns b when either is NaN: put a's NaN back.
            return new V8 { v = Vector256.ConditionalSelect(Vector256.Equals(a.v, a.v), Avx.Min(a.v, b.v), a.v) };
        }

        return new V8 { v = Vector256.Min(a.v, b.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Max(V8 a, V8 b)
    {
        if (Avx.IsSupported)
        {
            // The instruction returns b when either is NaN: put a's NaN back.
            return new V8 { v = Vector256.ConditionalSelect(Vector256.Equals(a.v, a.v), Avx.Max(a.v, b.v), a.v) };
        }

        return new V8 { v = Vector256.Max(a.v, b.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Abs(V8 a) => new V8 { v = Vector256.Abs(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Sqrt(V8 a) => new V8 { v = Vector256.Sqrt(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Floor(V8 a) => new V8 { v = Vector256.Floor(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Inside(nint first, int count) => new V8
    {
        v = Vector256.ConditionalSelect(Vector256.LessThan(Vector256<int>.Indices + Vector256.Create((int)first), Vector256.Create(count)).AsSingle(), Vector256<float>.One, Vector256<float>.Zero),
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Exp(V8 a)
    {
        Vector256<float> x;
        if (Avx.IsSupported)
        {
            x = Avx.Min(Vector256.Create(89f), Avx.Max(Vector256.Create(-105f), a.v));
        }
        else
        {
            x = Vector256.Min(Vector256.Create(89f), Vector256.Max(Vector256.Create(-105f), a.v));
        }

        var t = Vector256.MultiplyAddEstimate(x, Vector256.Create(1.44269504f), Vector256.Create(12582912f));
        var n = t - Vector256.Create(12582912f);
        var r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-0.693145752f), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-1.42860677e-6f), r);
        var r2 = r * r;
        var high = Vector256.MultiplyAddEstimate(Vector256.Create(0.00836317905f), r, Vector256.Create(0.0416665546f));
        high = Vector256.MultiplyAddEstimate(Vector256.Create(0.00139261836f), r2, high);
        var low = Vector256.MultiplyAddEstimate(Vector256.Create(0.166665770f), r, Vector256.Create(0.5f));
        var p = Vector256.MultiplyAddEstimate(Vector256.MultiplyAddEstimate(high, r2, low), r2, r) + Vector256.Create(1f);

        // 2^n in two factors, for results that are denormal or infinite.
        var whole = t.AsInt32() - Vector256.Create(0x4B400000);
        var half = whole >> 1;
        var first = ((half + Vector256.Create(127)) << 23).AsSingle();
        var second = ((whole - half + Vector256.Create(127)) << 23).AsSingle();
        return new V8 { v = p * first * second };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Log(V8 a) => new V8 { v = Vector256.Log(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V8 Pow(V8 a, V8 b)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            return new V8 { v = Powers.Of(a.v, b.v) };
        }

        ref float x = ref Unsafe.As<V8, float>(ref a);
        ref float y = ref Unsafe.As<V8, float>(ref b);
        for (var i = 0; i < 8; i++)
        {
            Unsafe.Add(ref x, i) = MathF.Pow(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i));
        }

        return a;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Sigmoid(V8 a)
    {
        Vector256<float> x;
        if (Avx.IsSupported)
        {
            x = Avx.Min(Vector256.Create(30f), Avx.Max(Vector256.Create(-88.72284f), a.v));
        }
        else
        {
            x = Vector256.Min(Vector256.Create(30f), Vector256.Max(Vector256.Create(-88.72284f), a.v));
        }


        var t = Vector256.MultiplyAddEstimate(x, Vector256.Create(-1.44269504f), Vector256.Create(12582912f));
        var f = Vector256.MultiplyAddEstimate(x, Vector256.Create(-1.44269504f), Vector256.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector256.MultiplyAddEstimate(Vector256.Create(0.00133908634f), f, Vector256.Create(0.00961808256f));
        high = Vector256.MultiplyAddEstimate(Vector256.Create(0.000154531629f), f2, high);
        var middle = Vector256.MultiplyAddEstimate(Vector256.Create(0.0555035711f), f, Vector256.Create(0.240226508f));
        var low = Vector256.MultiplyAddEstimate(Vector256.Create(0.693147188f), f, Vector256.Create(1f));
        var p = Vector256.MultiplyAddEstimate(Vector256.MultiplyAddEstimate(high, f2, middle), f2, low);
        var power = ((t.AsInt32() << 23) + Vector256.Create(1f).AsInt32()).AsSingle();


        // At the lower limit the power is infinite, and 1 / infinity the right limit.
        return new V8 { v = Vector256.Create(1f) / Vector256.MultiplyAddEstimate(p, power, Vector256.Create(1f)) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Tanh(V8 a)
    {
        Vector256<float> x;
        if (Avx.IsSupported)
        {
            x = Avx.Min(Vector256.Create(10f), Vector256.Abs(a.v));
        }
        else
        {
            x = Vector256.Min(Vector256.Create(10f), Vector256.Abs(a.v));
        }

        var t = Vector256.MultiplyAddEstimate(x, Vector256.Create(2.88539008f), Vector256.Create(12582912f));
        var f = Vector256.MultiplyAddEstimate(x, Vector256.Create(2.88539008f), Vector256.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector256.MultiplyAddEstimate(Vector256.Create(0.000154531629f), f, Vector256.Create(0.00133908634f));
        var middle = Vector256.MultiplyAddEstimate(Vector256.Create(0.00961808256f), f, Vector256.Create(0.0555035711f));
        var low = Vector256.MultiplyAddEstimate(Vector256.Create(0.240226508f), f, Vector256.Create(0.693147188f));
        var q = Vector256.MultiplyAddEstimate(Vector256.MultiplyAddEstimate(high, f2, middle), f2, low) * f;
        var power = ((t.AsInt32() << 23) + Vector256.Create(1f).AsInt32()).AsSingle();
        var e = Vector256.MultiplyAddEstimate(power, q, power - Vector256.Create(1f));
        var y = e / (e + Vector256.Create(2f));
        return new V8 { v = y | (a.v & Vector256.Create(-0f)) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Relu(V8 a)
    {
        if (Avx.IsSupported)
        {
            return new V8 { v = Avx.Max(Vector256<float>.Zero, a.v) };
        }

        return new V8 { v = Vector256.Max(Vector256<float>.Zero, a.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Elu(V8 a)
    {
        // max(a, 0) + (exp(min(a, 0)) - 1), 2^f = 1 + q as in Tanh: exact to the last bits near zero. What is not a number comes from above.
        var x = Vector256.Min(Vector256<float>.Zero, Vector256.Max(Vector256.Create(-20f), a.v));
        var above = a.v;
        if (Avx.IsSupported)
        {
            above = Avx.Max(Vector256<float>.Zero, above);
        }
        else
        {
            above = Vector256.Max(Vector256<float>.Zero, above);
        }

        var t = Vector256.MultiplyAddEstimate(x, Vector256.Create(1.44269504f), Vector256.Create(12582912f));
        var f = Vector256.MultiplyAddEstimate(x, Vector256.Create(1.44269504f), Vector256.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector256.MultiplyAddEstimate(Vector256.Create(0.000154531629f), f, Vector256.Create(0.00133908634f));
        var middle = Vector256.MultiplyAddEstimate(Vector256.Create(0.00961808256f), f, Vector256.Create(0.0555035711f));
        var low = Vector256.MultiplyAddEstimate(Vector256.Create(0.240226508f), f, Vector256.Create(0.693147188f));
        var q = Vector256.MultiplyAddEstimate(Vector256.MultiplyAddEstimate(high, f2, middle), f2, low) * f;
        var power = ((t.AsInt32() << 23) + Vector256.Create(1f).AsInt32()).AsSingle();
        return new V8 { v = above + Vector256.MultiplyAddEstimate(power, q, power - Vector256.Create(1f)) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Softplus(V8 a)
    {
        // max(a, 0) + log(1 + e), e = exp(-|a|), log(1 + e) = 2 atanh(e / (e + 2)); at the limit e is 0.
        var x = -Vector256.Abs(a.v);
        var above = a.v;
        if (Avx.IsSupported)
        {
            x = Avx.Max(Vector256.Create(-88f), x);
            above = Avx.Max(Vector256<float>.Zero, above);
        }
        else
        {
            x = Vector256.Max(Vector256.Create(-88f), x);
            above = Vector256.Max(Vector256<float>.Zero, above);
        }

        var t = Vector256.MultiplyAddEstimate(x, Vector256.Create(1.44269504f), Vector256.Create(12582912f));
        var n = t - Vector256.Create(12582912f);
        var r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-0.693145752f), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-1.42860677e-6f), r);
        var r2 = r * r;
        var high = Vector256.MultiplyAddEstimate(Vector256.Create(0.00836317905f), r, Vector256.Create(0.0416665546f));
        high = Vector256.MultiplyAddEstimate(Vector256.Create(0.00139261836f), r2, high);
        var low = Vector256.MultiplyAddEstimate(Vector256.Create(0.166665770f), r, Vector256.Create(0.5f));
        var p = Vector256.MultiplyAddEstimate(Vector256.MultiplyAddEstimate(high, r2, low), r2, r) + Vector256.Create(1f);
        var e = p * ((t.AsInt32() << 23) + Vector256.Create(1f).AsInt32()).AsSingle();
        var s = e / (e + Vector256.Create(2f));
        var u = s * s;
        var w = Vector256.MultiplyAddEstimate(Vector256.Create(0.134257490f), u, Vector256.Create(0.141183099f));
        w = Vector256.MultiplyAddEstimate(Vector256.MultiplyAddEstimate(w, u, Vector256.Create(0.200037803f)), u, Vector256.Create(0.333333202f));
        var atanh = Vector256.MultiplyAddEstimate(w * u, s, s);
        return new V8 { v = Vector256.MultiplyAddEstimate(Vector256.Create(2f), atanh, above) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 GreaterThan(V8 a, V8 b) =>
        new V8 { v = Vector256.GreaterThan(a.v, b.v) & Vector256.Create(1f) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V8 Select(V8 mask, V8 a, V8 b) =>
        new V8 { v = Vector256.ConditionalSelect(Vector256.Equals(mask.v, Vector256<float>.Zero), b.v, a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(V8 a) => Vector256.Sum(a.v);
}
