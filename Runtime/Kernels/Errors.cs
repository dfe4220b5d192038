// Knows: errors between an output and a target, element by element, and their derivatives.
// Refuses to know: rows, weights, sums.

using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>An error between an output and a target, element by element.</summary>
internal interface IError
{
    /// <summary>The loss of each element.</summary>
    T Loss<T>(T y, T target)
        where T : unmanaged, IVec<T>;

    /// <summary>Its derivative, up to a constant factor.</summary>
    T Slope<T>(T y, T target)
        where T : unmanaged, IVec<T>;
}

/// <summary>(y - target)^2; the slope is half the derivative.</summary>
internal readonly struct SquaredError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Loss<T>(T y, T target)
        where T : unmanaged, IVec<T> => (y - target) * (y - target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Slope<T>(T y, T target)
        where T : unmanaged, IVec<T> => y - target;
}

/// <summary>|y - target|; the slope at 0 is 0.</summary>
internal readonly struct AbsoluteError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Loss<T>(T y, T target)
        where T : unmanaged, IVec<T> => T.Abs(y - target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Slope<T>(T y, T target)
        where T : unmanaged, IVec<T>
    {
        // What is neither above nor below stays: 0, and what is not a number.
        T r = y - target;
        return T.Select(T.GreaterThan(r, default), T.Set(1f), T.Select(T.GreaterThan(default, r), T.Set(-1f), r));
    }
}

/// <summary>r^2/2 where r = |y - target| is at most delta, else delta (r - delta/2) (Huber, 1964).</summary>
internal readonly struct HuberError(float delta) : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Loss<T>(T y, T target)
        where T : unmanaged, IVec<T>
    {
        T r = T.Abs(y - target), near = T.Select(T.GreaterThan(r, T.Set(delta)), T.Set(delta), r);
        return near * (r - (near * T.Set(0.5f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Slope<T>(T y, T target)
        where T : unmanaged, IVec<T>
    {
        T r = y - target, most = T.Set(delta);
        return T.Select(T.GreaterThan(r, most), most, T.Select(T.GreaterThan(-most, r), -most, r));
    }
}

/// <summary>-(target log s(y) + (1 - target) log(1 - s(y))) = max(y, 0) - y target + log(1 + exp(-|y|)).</summary>
internal readonly struct LogisticError : IError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Loss<T>(T y, T target)
        where T : unmanaged, IVec<T> => T.Fnma(y, target, T.Relu(y)) + T.Softplus(-T.Abs(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Slope<T>(T y, T target)
        where T : unmanaged, IVec<T> => T.Sigmoid(y) - target;
}
