// Knows: which operations kernels and emitted elementwise loops may use, at any vector width.
// Refuses to know: how wide a vector is, which instruction set is there, what a kernel does with it.

using System.ComponentModel;

namespace SeqGen.Kernels.V1;

/// <summary>A vector of floats of some width. Kernels and emitted loops are written once against it and compiled once for each width.</summary>
/// <remarks>
/// Every member is one level deep in plain vector code: the JIT's inlining budget, about 150 wrapped operations
/// and 24 activations a method, is what limits an emitted loop.
/// Offsets count floats. NaN propagates through every operation.
/// </remarks>
/// <typeparam name="T">The vector itself.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IVec<T>
    where T : unmanaged, IVec<T>
{
    /// <summary>The number of lanes; it divides 16.</summary>
    static abstract int Count { get; }

    /// <summary>All lanes equal to <paramref name="value"/>.</summary>
    static abstract T Set(float value);

    /// <summary>Reads <see cref="Count"/> floats that start <paramref name="offset"/> floats after <paramref name="source"/>.</summary>
    static abstract T Load(ref float source, nint offset);

    /// <summary>Writes <see cref="Count"/> floats that start <paramref name="offset"/> floats after <paramref name="destination"/>.</summary>
    static abstract void Store(ref float destination, nint offset, T value);

    /// <summary>Lanewise sum.</summary>
    static abstract T operator +(T a, T b);

    /// <summary>Lanewise difference.</summary>
    static abstract T operator -(T a, T b);

    /// <summary>Lanewise product.</summary>
    static abstract T operator *(T a, T b);

    /// <summary>Lanewise quotient.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>Lanewise negation.</summary>
    static abstract T operator -(T a);

    /// <summary><c>a * b + c</c>, rounded once or twice as the hardware has it.</summary>
    static abstract T Fma(T a, T b, T c);

    /// <summary><c>sum += a * b</c> as Fma rounds it. In the register of the sum, where Fma may choose that of a factor and cost a move.</summary>
    static abstract void AddProduct(ref T sum, T a, T b);

    /// <summary><c>c - a * b</c>, rounded once or twice as the hardware has it.</summary>
    static abstract T Fnma(T a, T b, T c);

    /// <summary><c>a * source[offset...] + c</c>, with the load inside the instruction.</summary>
    static abstract T FmaMem(T a, ref float source, nint offset, T c);

    /// <summary>Lanewise minimum; NaN if either is NaN.</summary>
    static abstract T Min(T a, T b);

    /// <summary>Lanewise maximum; NaN if either is NaN.</summary>
    static abstract T Max(T a, T b);

    /// <summary>Absolute value.</summary>
    static abstract T Abs(T a);

    /// <summary>Square root.</summary>
    static abstract T Sqrt(T a);

    /// <summary>The largest whole number that is not above.</summary>
    static abstract T Floor(T a);

    /// <summary>1 in lanes whose number, from <paramref name="first"/> on, is below <paramref name="count"/>, else 0: units, and the padding behind them.</summary>
    static abstract T Inside(nint first, int count);

    /// <summary>Exponential, within 2e-7 relative.</summary>
    static abstract T Exp(T a);

    /// <summary>Natural logarithm.</summary>
    static abstract T Log(T a);

    /// <summary>Power: the special cases of <see cref="System.MathF.Pow"/>, other values within a unit in the last place.</summary>
    static abstract T Pow(T a, T b);

    /// <summary><c>1 / (1 + exp(-a))</c>, within 1e-7 absolute and 2e-6 relative.</summary>
    static abstract T Sigmoid(T a);

    /// <summary>Hyperbolic tangent, within 1.5e-7 absolute; odd.</summary>
    static abstract T Tanh(T a);

    /// <summary><c>max(a, 0)</c>.</summary>
    static abstract T Relu(T a);

    /// <summary><c>a</c> where <c>a &gt; 0</c>, else <c>exp(a) - 1</c>, within 1e-7 absolute and 4e-7 relative.</summary>
    static abstract T Elu(T a);

    /// <summary><c>log(1 + exp(a))</c>, within 2e-7 relative or absolute.</summary>
    static abstract T Softplus(T a);

    /// <summary>1 where <c>a &gt; b</c>, else 0 (also where either is NaN).</summary>
    static abstract T GreaterThan(T a, T b);

    /// <summary><paramref name="a"/> where <paramref name="mask"/> is not 0, else <paramref name="b"/>.</summary>
    static abstract T Select(T mask, T a, T b);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(T a);
}
