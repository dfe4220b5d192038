// Knows: weighted sums of losses over rows, and their gradients row by row, at one vector width.
// Refuses to know: averages and scales; the factor arrives ready.

using System;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>An error between an output and a target, element by element.</summary>
internal interface IError
{
    /// <summary>The loss of each element; <paramref name="option"/> is the threshold of those that have one.</summary>
    static abstract T Loss<T>(T y, T target, T option)
        where T : unmanaged, IVec<T>;

    /// <summary>Its derivative, up to a constant factor.</summary>
    static abstract T Slope<T>(T y, T target, T option)
        where T : unmanaged, IVec<T>;
}

/// <summary>(y - target)^2; the slope is half the derivative.</summary>
internal readonly struct SquaredError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Loss<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => (y - target) * (y - target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => y - target;
}

/// <summary>-(target log s(y) + (1 - target) log(1 - s(y))) = max(y, 0) - y target + log(1 + exp(-|y|)).</summary>
internal readonly struct LogisticError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Loss<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => T.Fnma(y, target, T.Relu(y)) + T.Softplus(-T.Abs(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => T.Sigmoid(y) - target;
}

/// <summary>-(p target log s(y) + (1 - target) log(1 - s(y))) = (1 - target) y + (1 + (p - 1) target) log(1 + exp(-y)), p the option.</summary>
internal readonly struct WeightedLogisticError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Loss<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => T.Fma(T.Set(1f) - target, y, Weight(target, option) * T.Softplus(-y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => T.Fnma(Weight(target, option), T.Sigmoid(-y), T.Set(1f) - target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Weight<T>(T target, T option)
        where T : unmanaged, IVec<T> => T.Fma(option - T.Set(1f), target, T.Set(1f));
}

/// <summary>exp(y) - target y.</summary>
internal readonly struct RateError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Loss<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => T.Fnma(y, target, T.Exp(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => T.Exp(y) - target;
}

/// <summary>|y - target|; the slope is 0 at 0.</summary>
internal readonly struct AbsoluteError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Loss<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => T.Abs(y - target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T y, T target, T option)
        where T : unmanaged, IVec<T>
    {
        // The sign, which comparisons would make 0 for NaN.
        T difference = y - target, sign = T.GreaterThan(difference, default) - T.GreaterThan(default, difference);
        return T.Select(T.GreaterThan(T.Abs(difference), T.Set(-1f)), sign, difference);
    }
}

/// <summary>With r = |y - target|: r^2 / 2 up to r = option, then option (r - option / 2) (Huber 1964).</summary>
internal readonly struct HuberError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Loss<T>(T y, T target, T option)
        where T : unmanaged, IVec<T>
    {
        T distance = T.Abs(y - target), inner = T.Min(distance, option);
        return inner * T.Fnma(T.Set(0.5f), inner, distance);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T y, T target, T option)
        where T : unmanaged, IVec<T> => T.Max(-option, T.Min(option, y - target));
}

/// <summary>Losses at one width. An empty span of weights is a 1 for each row.</summary>
internal static unsafe class RowLosses<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>The sum over rows of weight * loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum<TError>(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width, float option)
        where TError : IError
    {
        fixed (float* yPin = &y, targetPin = &target)
        {
            float* yp = yPin, tp = targetPin;
            var total = 0d;
            for (var r = 0; r < rows; r++, yp += yRow, tp += targetRow)
            {
                if (!Counts(weights, r))
                {
                    continue;
                }

                T sum = default;
                for (nint i = 0; i < width; i += T.Count)
                {
                    sum += Rows<T>.First(width - i, TError.Loss(T.Load(ref *yp, i), T.Load(ref *tp, i), T.Set(option)));
                }

                total += (double)Weight(weights, r) * T.Sum(sum);
            }

            return total;
        }
    }

    /// <summary>dy = factor * weight * slope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<TError>(
        ref float y, nint yRow, ref float target, nint targetRow, ReadOnlySpan<float> weights, int rows, int width,
        float option, double factor, ref float dy, nint dyRow)
        where TError : IError
    {
        fixed (float* yPin = &y, targetPin = &target, dyPin = &dy)
        {
            float* yp = yPin, tp = targetPin, dyp = dyPin;
            for (var r = 0; r < rows; r++, yp += yRow, tp += targetRow, dyp += dyRow)
            {
                if (!Counts(weights, r))
                {
                    Rows<T>.Clear(dyp, 0, width);
                    continue;
                }

                var rowFactor = T.Set((float)(factor * Weight(weights, r)));
                for (nint i = 0; i < width; i += T.Count)
                {
                    var slope = TError.Slope(T.Load(ref *yp, i), T.Load(ref *tp, i), T.Set(option));
                    T.Store(ref *dyp, i, Rows<T>.First(width - i, slope * rowFactor));
                }

                Rows<T>.ClearPadding(dyp, width);
            }
        }
    }

    /// <summary>Sum of weight * (log(sum(exp(y))) - (1 - smoothing) y[target] - smoothing mean(y)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double CrossEntropy(ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width, float smoothing)
    {
        var total = 0d;
        for (var r = 0; r < rows; r++)
        {
            if (Counts(weights, r))
            {
                ref float row = ref Unsafe.Add(ref y, r * yRow);
                double chosen = Unsafe.Add(ref row, target[r]);
                if (smoothing != 0)
                {
                    var sum = 0d;
                    for (nint i = 0; i < width; i++)
                    {
                        sum += Unsafe.Add(ref row, i);
                    }

                    chosen += smoothing * ((sum / width) - chosen);
                }

                total += Weight(weights, r) * (Rows<T>.LogSumExp(ref row, width) - chosen);
            }
        }

        return total;
    }

    /// <summary>dy = factor * weight * (softmax(y) - (1 - smoothing) one-hot(target) - smoothing / width).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CrossEntropyGradient(
        ref float y, nint yRow, ReadOnlySpan<int> target, ReadOnlySpan<float> weights, int rows, int width, double factor, ref float dy, nint dyRow, float smoothing)
    {
        fixed (float* dyPin = &dy)
        {
            for (var r = 0; r < rows; r++)
            {
                float* dyp = dyPin + (r * dyRow);
                if (!Counts(weights, r))
                {
                    Rows<T>.Clear(dyp, 0, width);
                    continue;
                }

                Rows<T>.Softmax(1, width, ref Unsafe.Add(ref y, r * yRow), yRow, ref *dyp, dyRow);
                for (nint i = 0; i < width && smoothing != 0; i++)
                {
                    dyp[i] -= smoothing / width;
                }

                dyp[target[r]] -= 1f - smoothing;
                var rowFactor = T.Set((float)(factor * Weight(weights, r)));
                for (nint i = 0; i < width; i += T.Count)
                {
                    T.Store(ref *dyp, i, T.Load(ref *dyp, i) * rowFactor);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Counts(ReadOnlySpan<float> weights, int row) => weights.IsEmpty || weights[row] != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Weight(ReadOnlySpan<float> weights, int row) => weights.IsEmpty ? 1 : weights[row];
}
