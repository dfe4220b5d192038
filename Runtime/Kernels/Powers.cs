// Knows: powers of vectors, by logarithms and exponentials in double.
// Refuses to know: who raises what.

using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGen.Kernels.V1;

/// <summary>x^y lane by lane: exp(y log x) in double and rounded once, which is <see cref="MathF.Pow"/> to its last bit or the one beside it.
/// Negative, infinite and undefined operands, and 0 to a power that is not positive, are left to <see cref="MathF.Pow"/> itself.</summary>
internal static class Powers
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<float> Of(Vector512<float> x, Vector512<float> y)
    {
        Vector512<float> limit = Vector512.Create(float.PositiveInfinity);
        var ordinary = Vector512.LessThan(x, limit) & Vector512.LessThan(Vector512.Abs(y), limit)
            & (Vector512.GreaterThan(x, Vector512<float>.Zero) | (Vector512.Equals(x, Vector512<float>.Zero) & Vector512.GreaterThan(y, Vector512<float>.Zero)));
        var result = Vector512.Narrow(
            Vector512.Exp(Vector512.WidenLower(y) * Vector512.Log(Vector512.WidenLower(x))),
            Vector512.Exp(Vector512.WidenUpper(y) * Vector512.Log(Vector512.WidenUpper(x))));
        for (var left = (uint)~ordinary.ExtractMostSignificantBits() & 0xFFFF; left != 0; left &= left - 1)
        {
            var lane = BitOperations.TrailingZeroCount(left);
            result = result.WithElement(lane, MathF.Pow(x.GetElement(lane), y.GetElement(lane)));
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector256<float> Of(Vector256<float> x, Vector256<float> y)
    {
        Vector256<float> limit = Vector256.Create(float.PositiveInfinity);
        var ordinary = Vector256.LessThan(x, limit) & Vector256.LessThan(Vector256.Abs(y), limit)
            & (Vector256.GreaterThan(x, Vector256<float>.Zero) | (Vector256.Equals(x, Vector256<float>.Zero) & Vector256.GreaterThan(y, Vector256<float>.Zero)));
        var result = Vector256.Narrow(
            Vector256.Exp(Vector256.WidenLower(y) * Vector256.Log(Vector256.WidenLower(x))),
            Vector256.Exp(Vector256.WidenUpper(y) * Vector256.Log(Vector256.WidenUpper(x))));
        for (var left = ~ordinary.ExtractMostSignificantBits() & 0xFF; left != 0; left &= left - 1)
        {
            var lane = BitOperations.TrailingZeroCount(left);
            result = result.WithElement(lane, MathF.Pow(x.GetElement(lane), y.GetElement(lane)));
        }

        return result;
    }
}
