// Activations of every width against Math in double: accuracy, NaN, infinities. Knows the bounds; times nothing.
using System;
using System.Collections.Generic;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class VectorTests512 : VectorTests<V16>;

public sealed class VectorTests256 : VectorTests<V8>;

public sealed class VectorTests128 : VectorTests<V4>;

/// <summary>The vector operations against Math in double, at one width.</summary>
public abstract class VectorTests<T>
    where T : unmanaged, IVec<T>
{
    private const float NaN = float.NaN, Infinity = float.PositiveInfinity;

    [Fact]
    public void SigmoidIsAccurate()
    {
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        Sweep(T.Sigmoid, Sigmoid, -20, 20, error => error.Absolute <= 1e-7 && error.Relative <= 2e-6);
        Sweep(T.Sigmoid, Sigmoid, -86, -20, error => error.Relative <= 1e-5);
        Sweep(T.Sigmoid, Sigmoid, -200, -86, error => error.Absolute <= 1e-37);
        Sweep(T.Sigmoid, Sigmoid, 20, 200, error => error.Absolute <= 1e-8);
    }

    [Fact]
    public void TanhIsAccurateAndOdd()
    {
        var bias = Sweep(T.Tanh, Math.Tanh, -20, 20, error => error.Absolute <= 1.5e-7 && error.Relative <= 4e-7);
        Assert.InRange(bias, -1e-10, 1e-10);
        bias = Sweep(T.Tanh, Math.Tanh, 0, 4, error => error.Absolute <= 1.5e-7);
        Assert.InRange(bias, -1e-8, 1e-8);
        Sweep(T.Tanh, Math.Tanh, -1e-3, 1e-3, error => error.Relative <= 4e-7);
        foreach (var x in Points(0, 12))
        {
            Assert.Equal(-One(T.Tanh, x), One(T.Tanh, -x));
        }
    }

    [Fact]
    public void ExpIsAccurate()
    {
        Sweep(T.Exp, Math.Exp, -87, 88.7, error => error.Relative <= 2e-7);

        // Below, results are denormal.
        Sweep(T.Exp, Math.Exp, -110, -87, error => error.Absolute <= 2e-45);
    }

    [Fact]
    public void FloorIsExact()
    {
        foreach (var x in new[] { 0f, -0f, 0.5f, -0.5f, 1f, -1f, 1.9999999f, -1e-30f, 123456.75f, -123456.75f, 1e30f, -1e30f, Infinity, -Infinity, NaN })
        {
            Assert.Equal(MathF.Floor(x), One(T.Floor, x));
        }
    }

    [Fact]
    public void InsideTellsUnitsFromPadding()
    {
        var lanes = new float[T.Count];
        for (var count = 0; count <= 40; count++)
        {
            for (nint first = 0; first < 48; first += T.Count)
            {
                T.Store(ref lanes[0], 0, T.Inside(first, count));
                for (var lane = 0; lane < T.Count; lane++)
                {
                    Assert.Equal(first + lane < count ? 1 : 0, lanes[lane]);
                }
            }
        }
    }

    [Fact]
    public void LogIsAccurate()
    {
        Sweep(T.Log, Math.Log, 1e-30, 10, error => error.Absolute <= 2e-7 || error.Relative <= 1e-7);
        Sweep(T.Log, Math.Log, 10, 3e38, error => error.Relative <= 1e-7);
        Sweep(T.Log, Math.Log, 1e-44, 1e-38, error => error.Relative <= 1e-7);
    }

    [Fact]
    public void SoftplusIsAccurate()
    {
        static double Softplus(double x) => Math.Max(x, 0) + Log1P(Math.Exp(-Math.Abs(x)));
        Sweep(T.Softplus, Softplus, -20, 20, error => error.Absolute <= 2e-7 || error.Relative <= 2e-7);
        Sweep(T.Softplus, Softplus, -86, -20, error => error.Relative <= 3e-7);
        Sweep(T.Softplus, Softplus, 20, 1e6, error => error.Relative <= 1e-7);
    }

    [Fact]
    public void EluIsAccurate()
    {
        static double Elu(double x) => x > 0 ? x : Math.Abs(x) < 1e-4 ? x + (x * x / 2) + (x * x * x / 6) : Math.Exp(x) - 1;
        Sweep(T.Elu, Elu, -30, 0, error => error.Absolute <= 1e-7 && error.Relative <= 4e-7);
        Sweep(T.Elu, Elu, -1e-3, 1e-3, error => error.Relative <= 4e-7);
        Sweep(T.Elu, Elu, 0, 1e6, error => error.Absolute == 0);
    }

    [Theory]
    [InlineData(0f, 0.5f, 0f, 1f, 0f, 0.6931472f, 0f)]
    [InlineData(Infinity, 1f, 1f, Infinity, Infinity, Infinity, Infinity)]
    [InlineData(-Infinity, 0f, -1f, 0f, 0f, 0f, -1f)]
    [InlineData(NaN, NaN, NaN, NaN, NaN, NaN, NaN)]
    [InlineData(float.MaxValue, 1f, 1f, Infinity, float.MaxValue, float.MaxValue, float.MaxValue)]
    [InlineData(float.MinValue, 0f, -1f, 0f, 0f, 0f, -1f)]
    public void LimitsAreExact(float x, float sigmoid, float tanh, float exp, float relu, float softplus, float elu)
    {
        Assert.Equal(sigmoid, One(T.Sigmoid, x));
        Assert.Equal(tanh, One(T.Tanh, x));
        Assert.Equal(exp, One(T.Exp, x));
        Assert.Equal(relu, One(T.Relu, x));
        Assert.Equal(softplus, One(T.Softplus, x));
        Assert.Equal(elu, One(T.Elu, x));
    }

    [Theory]
    [InlineData(0x7FC00000)]
    [InlineData(unchecked((int)0xFFC00000))]
    [InlineData(0x7FC001FF)]
    [InlineData(unchecked((int)0xFFFFFFFF))]
    public void EveryNaNPropagates(int bits)
    {
        var nan = BitConverter.Int32BitsToSingle(bits);
        foreach (var f in new Func<T, T>[] { T.Sigmoid, T.Tanh, T.Exp, T.Log, T.Relu, T.Softplus, T.Elu, T.Sqrt, T.Abs })
        {
            Assert.True(float.IsNaN(One(f, nan)));
        }

        Assert.True(float.IsNaN(One(a => T.Max(a, T.Set(1)), nan)));
        Assert.True(float.IsNaN(One(a => T.Max(T.Set(1), a), nan)));
        Assert.True(float.IsNaN(One(a => T.Min(a, T.Set(1)), nan)));
        Assert.True(float.IsNaN(One(a => T.Min(T.Set(1), a), nan)));
        Assert.True(float.IsNaN(T.Sum(T.Set(nan))));
    }

    [Fact]
    public void LogOfLimits()
    {
        Assert.Equal(float.NegativeInfinity, One(T.Log, 0));
        Assert.Equal(Infinity, One(T.Log, Infinity));
        Assert.Equal(NaN, One(T.Log, -1));
        Assert.Equal(0, One(T.Log, 1));
    }

    [Fact]
    public void Arithmetic()
    {
        AlignedBuffer a = Data.Random(T.Count, 1), b = Data.Random(T.Count, 2), c = Data.Random(T.Count, 3);
        T va = T.Load(ref a.Origin, 0), vb = T.Load(ref b.Origin, 0), vc = T.Load(ref c.Origin, 0);
        var sum = 0d;
        for (var i = 0; i < T.Count; i++)
        {
            float x = a.Span[i], y = b.Span[i], z = c.Span[i];
            sum += x;
            Assert.Equal(x + y, Lane(va + vb, i));
            Assert.Equal(x - y, Lane(va - vb, i));
            Assert.Equal(x * y, Lane(va * vb, i));
            Assert.Equal(x / y, Lane(va / vb, i));
            Assert.Equal(-x, Lane(-va, i));
            Data.Near(((double)x * y) + z, Lane(T.Fma(va, vb, vc), i), 2e-7, "fma");
            Data.Near(z - ((double)x * y), Lane(T.Fnma(va, vb, vc), i), 2e-7, "fnma");
            Assert.Equal(Lane(T.Fma(va, vb, vc), i), Lane(T.FmaMem(va, ref b.Origin, 0, vc), i));
            Assert.Equal(MathF.Min(x, y), Lane(T.Min(va, vb), i));
            Assert.Equal(MathF.Max(x, y), Lane(T.Max(va, vb), i));
            Assert.Equal(MathF.Abs(x), Lane(T.Abs(va), i));
            Assert.Equal(MathF.Sqrt(MathF.Abs(x)), Lane(T.Sqrt(T.Abs(va)), i));
            Assert.Equal(MathF.Pow(x, y), Lane(T.Pow(va, vb), i));
            Assert.Equal(x > y ? 1f : 0f, Lane(T.GreaterThan(va, vb), i));
            Assert.Equal(x > y ? x : z, Lane(T.Select(T.GreaterThan(va, vb), va, vc), i));
            Assert.Equal(MathF.Max(0, x), Lane(T.Relu(va), i));
        }

        Data.Near(sum, T.Sum(va), 1e-6, "sum");
        Assert.Equal(0f, Lane(T.GreaterThan(T.Set(NaN), T.Set(1)), 0));
        Assert.Equal(0f, Lane(T.GreaterThan(T.Set(1), T.Set(1)), 0));
        Assert.Equal(0, 16 % T.Count);
    }

    [Fact]
    public void LoadAndStoreGoWhereTheyAreTold()
    {
        AlignedBuffer from = Data.Random(64, 1), to = new(64);
        for (var offset = 0; offset + T.Count <= 64; offset++)
        {
            to.Span.Clear();
            T.Store(ref to.Origin, offset, T.Load(ref from.Origin, offset));
            for (var i = 0; i < 64; i++)
            {
                Assert.Equal(i >= offset && i < offset + T.Count ? from.Span[i] : 0f, to.Span[i]);
            }
        }
    }

    private static float Lane(T value, int lane)
    {
        Span<float> lanes = stackalloc float[16];
        T.Store(ref lanes[0], 0, value);
        return lanes[lane];
    }

    private static float One(Func<T, T> f, float x)
    {
        var y = f(T.Set(x));
        for (var i = 1; i < T.Count; i++)
        {
            Assert.Equal(Lane(y, 0), Lane(y, i));
        }

        return Lane(y, 0);
    }

    private static IEnumerable<float> Points(double low, double high)
    {
        for (var i = 0; i <= 2000; i++)
        {
            yield return (float)(low + ((high - low) * i / 2000));
        }
    }

    // Compares at 40,000 points; gives the mean error.
    private static double Sweep(
        Func<T, T> f, Func<double, double> exact, double low, double high, Func<(double Absolute, double Relative), bool> allowed)
    {
        const int Count = 40_000;
        Span<float> x = stackalloc float[16], y = stackalloc float[16];
        var sum = 0d;
        for (var i = 0; i < Count; i += T.Count)
        {
            for (var lane = 0; lane < T.Count; lane++)
            {
                x[lane] = (float)(low + ((high - low) * (i + lane) / (Count - 1)));
            }

            T.Store(ref y[0], 0, f(T.Load(ref x[0], 0)));
            for (var lane = 0; lane < T.Count; lane++)
            {
                double expected = exact(x[lane]), error = Math.Abs(y[lane] - expected);
                if (!allowed((error, error == 0 ? 0 : error / Math.Abs(expected))))
                {
                    Assert.Fail($"at {x[lane]}: expected {expected}, got {y[lane]}, off by {error:E2}, relative {error / Math.Abs(expected):E2}");
                }

                sum += y[lane] - expected;
            }
        }

        return sum / Count;
    }

    private static double Log1P(double x) => x < 1e-4 ? x - (x * x / 2) + (x * x * x / 3) : Math.Log(1 + x);
}
