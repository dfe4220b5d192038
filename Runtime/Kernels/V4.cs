// Knows: the 4-lane form of every vector operation, and the approximations behind the activations at this width.
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

/// <summary>Four floats in one 128-bit vector.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct V4 : IVec<V4>
{
    private Vector128<float> v;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Set(float value) => new V4 { v = Vector128.Create(value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Load(ref float source, nint offset) => new V4 { v = Unsafe.As<float, Vector128<float>>(ref Unsafe.Add(ref source, offset)) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref float destination, nint offset, V4 value) =>
        Unsafe.As<float, Vector128<float>>(ref Unsafe.Add(ref destination, offset)) = value.v;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 operator +(V4 a, V4 b) => new V4 { v = a.v + b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 operator -(V4 a, V4 b) => new V4 { v = a.v - b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 operator *(V4 a, V4 b) => new V4 { v = a.v * b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 operator /(V4 a, V4 b) => new V4 { v = a.v / b.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 operator -(V4 a) => new V4 { v = -a.v };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Fma(V4 a, V4 b, V4 c) => new V4 { v = Vector128.MultiplyAddEstimate(a.v, b.v, c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref V4 sum, V4 a, V4 b) => sum.v = Vector128.MultiplyAddEstimate(a.v, b.v, sum.v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Fnma(V4 a, V4 b, V4 c) => new V4 { v = Vector128.MultiplyAddEstimate(-a.v, b.v, c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 FmaMem(V4 a, ref float source, nint offset, V4 c) =>
        new V4 { v = Vector128.MultiplyAddEstimate(a.v, Unsafe.As<float, Vector128<float>>(ref Unsafe.Add(ref source, offset)), c.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Min(V4 a, V4 b)
    {
        if (Sse.IsSupported)
        {
            // The instruction returns b when either is NaN: put a's NaN back.
            return new V4 { v = Vector128.ConditionalSelect(Vector128.Equals(a.v, a.v), Sse.Min(a.v, b.v), a.v) };
        }

        return new V4 { v = Vector128.Min(a.v, b.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Max(V4 a, V4 b)
    {
        if (Sse.IsSupported)
        {
            // The instruction returns b when either is NaN: put a's NaN back.
            return new V4 { v = Vector128.ConditionalSelect(Vector128.Equals(a.v, a.v), Sse.Max(a.v, b.v), a.v) };
        }

        return new V4 { v = Vector128.Max(a.v, b.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Abs(V4 a) => new V4 { v = Vector128.Abs(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Sqrt(V4 a) => new V4 { v = Vector128.Sqrt(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Floor(V4 a) => new V4 { v = Vector128.Floor(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Inside(nint first, int count) => new V4
    {
        v = Vector128.ConditionalSelect(Vector128.LessThan(Vector128<int>.Indices + Vector128.Create((int)first), Vector128.Create(count)).AsSingle(), Vector128<float>.One, Vector128<float>.Zero),
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Exp(V4 a)
    {
        Vector128<float> x;
        if (Sse.IsSupported)
        {
            x = Sse.Min(Vector128.Create(89f), Sse.Max(Vector128.Create(-105f), a.v));
        }
        else
        {
            x = Vector128.Min(Vector128.Create(89f), Vector128.Max(Vector128.Create(-105f), a.v));
        }

        var t = Vector128.MultiplyAddEstimate(x, Vector128.Create(1.44269504f), Vector128.Create(12582912f));
        var n = t - Vector128.Create(12582912f);
        var r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-0.693145752f), x);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-1.42860677e-6f), r);
        var r2 = r * r;
        var high = Vector128.MultiplyAddEstimate(Vector128.Create(0.00836317905f), r, Vector128.Create(0.0416665546f));
        high = Vector128.MultiplyAddEstimate(Vector128.Create(0.00139261836f), r2, high);
        var low = Vector128.MultiplyAddEstimate(Vector128.Create(0.166665770f), r, Vector128.Create(0.5f));
        var p = Vector128.MultiplyAddEstimate(Vector128.MultiplyAddEstimate(high, r2, low), r2, r) + Vector128.Create(1f);

        // 2^n in two factors, for results that are denormal or infinite.
        var whole = t.AsInt32() - Vector128.Create(0x4B400000);
        var half = whole >> 1;
        var first = ((half + Vector128.Create(127)) << 23).AsSingle();
        var second = ((whole - half + Vector128.Create(127)) << 23).AsSingle();
        return new V4 { v = p * first * second };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Log(V4 a) => new V4 { v = Vector128.Log(a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V4 Pow(V4 a, V4 b)
    {
        ref float x = ref Unsafe.As<V4, float>(ref a);
        ref float y = ref Unsafe.As<V4, float>(ref b);
        for (var i = 0; i < 4; i++)
        {
            Unsafe.Add(ref x, i) = MathF.Pow(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i));
        }

        return a;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Sigmoid(V4 a)
    {
        Vector128<float> x;
        if (Sse.IsSupported)
        {
            x = Sse.Min(Vector128.Create(30f), Sse.Max(Vector128.Create(-88.72284f), a.v));
        }
        else
        {
            x = Vector128.Min(Vector128.Create(30f), Vector128.Max(Vector128.Create(-88.72284f), a.v));
        }


        var t = Vector128.MultiplyAddEstimate(x, Vector128.Create(-1.44269504f), Vector128.Create(12582912f));
        var f = Vector128.MultiplyAddEstimate(x, Vector128.Create(-1.44269504f), Vector128.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector128.MultiplyAddEstimate(Vector128.Create(0.00133908634f), f, Vector128.Create(0.00961808256f));
        high = Vector128.MultiplyAddEstimate(Vector128.Create(0.000154531629f), f2, high);
        var middle = Vector128.MultiplyAddEstimate(Vector128.Create(0.0555035711f), f, Vector128.Create(0.240226508f));
        var low = Vector128.MultiplyAddEstimate(Vector128.Create(0.693147188f), f, Vector128.Create(1f));
        var p = Vector128.MultiplyAddEstimate(Vector128.MultiplyAddEstimate(high, f2, middle), f2, low);
        var power = ((t.AsInt32() << 23) + Vector128.Create(1f).AsInt32()).AsSingle();


        // At the lower limit the power is infinite, and 1 / infinity the right limit.
        return new V4 { v = Vector128.Create(1f) / Vector128.MultiplyAddEstimate(p, power, Vector128.Create(1f)) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Tanh(V4 a)
    {
        Vector128<float> x;
        if (Sse.IsSupported)
        {
            x = Sse.Min(Vector128.Create(10f), Vector128.Abs(a.v));
        }
        else
        {
            x = Vector128.Min(Vector128.Create(10f), Vector128.Abs(a.v));
        }

        var t = Vector128.MultiplyAddEstimate(x, Vector128.Create(2.88539008f), Vector128.Create(12582912f));
        var f = Vector128.MultiplyAddEstimate(x, Vector128.Create(2.88539008f), Vector128.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector128.MultiplyAddEstimate(Vector128.Create(0.000154531629f), f, Vector128.Create(0.00133908634f));
        var middle = Vector128.MultiplyAddEstimate(Vector128.Create(0.00961808256f), f, Vector128.Create(0.0555035711f));
        var low = Vector128.MultiplyAddEstimate(Vector128.Create(0.240226508f), f, Vector128.Create(0.693147188f));
        var q = Vector128.MultiplyAddEstimate(Vector128.MultiplyAddEstimate(high, f2, middle), f2, low) * f;
        var power = ((t.AsInt32() << 23) + Vector128.Create(1f).AsInt32()).AsSingle();
        var e = Vector128.MultiplyAddEstimate(power, q, power - Vector128.Create(1f));
        var y = e / (e + Vector128.Create(2f));
        return new V4 { v = y | (a.v & Vector128.Create(-0f)) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Relu(V4 a)
    {
        if (Sse.IsSupported)
        {
            return new V4 { v = Sse.Max(Vector128<float>.Zero, a.v) };
        }

        return new V4 { v = Vector128.Max(Vector128<float>.Zero, a.v) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Elu(V4 a)
    {
        // max(a, 0) + (exp(min(a, 0)) - 1), 2^f = 1 + q as in Tanh: exact to the last bits near zero. What is not a number comes from above.
        var x = Vector128.Min(Vector128<float>.Zero, Vector128.Max(Vector128.Create(-20f), a.v));
        var above = a.v;
        if (Sse.IsSupported)
        {
            above = Sse.Max(Vector128<float>.Zero, above);
        }
        else
        {
            above = Vector128.Max(Vector128<float>.Zero, above);
        }

        var t = Vector128.MultiplyAddEstimate(x, Vector128.Create(1.44269504f), Vector128.Create(12582912f));
        var f = Vector128.MultiplyAddEstimate(x, Vector128.Create(1.44269504f), Vector128.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector128.MultiplyAddEstimate(Vector128.Create(0.000154531629f), f, Vector128.Create(0.00133908634f));
        var middle = Vector128.MultiplyAddEstimate(Vector128.Create(0.00961808256f), f, Vector128.Create(0.0555035711f));
        var low = Vector128.MultiplyAddEstimate(Vector128.Create(0.240226508f), f, Vector128.Create(0.693147188f));
        var q = Vector128.MultiplyAddEstimate(Vector128.MultiplyAddEstimate(high, f2, middle), f2, low) * f;
        var power = ((t.AsInt32() << 23) + Vector128.Create(1f).AsInt32()).AsSingle();
        return new V4 { v = above + Vector128.MultiplyAddEstimate(power, q, power - Vector128.Create(1f)) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Softplus(V4 a)
    {
        // max(a, 0) + log(1 + e), e = exp(-|a|), log(1 + e) = 2 atanh(e / (e + 2)); at the limit e is 0.
        var x = -Vector128.Abs(a.v);
        var above = a.v;
        if (Sse.IsSupported)
        {
            x = Sse.Max(Vector128.Create(-88f), x);
            above = Sse.Max(Vector128<float>.Zero, above);
        }
        else
        {
            x = Vector128.Max(Vector128.Create(-88f), x);
            above = Vector128.Max(Vector128<float>.Zero, above);
        }

        var t = Vector128.MultiplyAddEstimate(x, Vector128.Create(1.44269504f), Vector128.Create(12582912f));
        var n = t - Vector128.Create(12582912f);
        var r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-0.693145752f), x);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-1.42860677e-6f), r);
        var r2 = r * r;
        var high = Vector128.MultiplyAddEstimate(Vector128.Create(0.00836317905f), r, Vector128.Create(0.0416665546f));
        high = Vector128.MultiplyAddEstimate(Vector128.Create(0.00139261836f), r2, high);
        var low = Vector128.MultiplyAddEstimate(Vector128.Create(0.166665770f), r, Vector128.Create(0.5f));
        var p = Vector128.MultiplyAddEstimate(Vector128.MultiplyAddEstimate(high, r2, low), r2, r) + Vector128.Create(1f);
        var e = p * ((t.AsInt32() << 23) + Vector128.Create(1f).AsInt32()).AsSingle();
        var s = e / (e + Vector128.Create(2f));
        var u = s * s;
        var w = Vector128.MultiplyAddEstimate(Vector128.Create(0.134257490f), u, Vector128.Create(0.141183099f));
        w = Vector128.MultiplyAddEstimate(Vector128.MultiplyAddEstimate(w, u, Vector128.Create(0.200037803f)), u, Vector128.Create(0.333333202f));
        var atanh = Vector128.MultiplyAddEstimate(w * u, s, s);
        return new V4 { v = Vector128.MultiplyAddEstimate(Vector128.Create(2f), atanh, above) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 GreaterThan(V4 a, V4 b) =>
        new V4 { v = Vector128.GreaterThan(a.v, b.v) & Vector128.Create(1f) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V4 Select(V4 mask, V4 a, V4 b) =>
        new V4 { v = Vector128.ConditionalSelect(Vector128.Equals(mask.v, Vector128<float>.Zero), b.v, a.v) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(V4 a) => Vector128.Sum(a.v);
}
