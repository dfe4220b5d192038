// Elementwise functions over 1,024 floats: the arithmetic of cells, in loops of our own.
// Knows IVec; refuses to know cells.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using SeqGen.Kernels.V1;

namespace SeqGen.Benchmarks.Suites;

/// <summary>A time is of 1,024 elements: divide by 1,024.</summary>
public class ActivationBenchmarks
{
    private const int Count = 1024;
    private readonly AlignedBuffer _source = new(Count);
    private readonly AlignedBuffer _target = new(Count);

    private interface IFunction
    {
        static abstract T Of<T>(T x)
            where T : unmanaged, IVec<T>;
    }

    [GlobalSetup]
    public void Setup() => new Lcg(7).Take(Count, 4).CopyTo(_source.Span);

    [Benchmark]
    public void Sigmoid() => Map<SigmoidOf>();

    [Benchmark]
    public void Tanh() => Map<TanhOf>();

    [Benchmark]
    public void Exp() => Map<ExpOf>();

    [Benchmark]
    public void Relu() => Map<ReluOf>();

    private void Map<TFunction>()
        where TFunction : IFunction
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Loop<TFunction, V16>(ref _source.Origin, ref _target.Origin);
        }
        else
        {
            Loop<TFunction, V8>(ref _source.Origin, ref _target.Origin);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TFunction, T>(ref float source, ref float target)
        where TFunction : IFunction
        where T : unmanaged, IVec<T>
    {
        for (nint i = 0; i < Count; i += T.Count)
        {
            T.Store(ref target, i, TFunction.Of(T.Load(ref source, i)));
        }
    }

    private readonly struct SigmoidOf : IFunction
    {
        public static T Of<T>(T x)
            where T : unmanaged, IVec<T> => T.Sigmoid(x);
    }

    private readonly struct TanhOf : IFunction
    {
        public static T Of<T>(T x)
            where T : unmanaged, IVec<T> => T.Tanh(x);
    }

    private readonly struct ExpOf : IFunction
    {
        public static T Of<T>(T x)
            where T : unmanaged, IVec<T> => T.Exp(x);
    }

    private readonly struct ReluOf : IFunction
    {
        public static T Of<T>(T x)
            where T : unmanaged, IVec<T> => T.Relu(x);
    }
}
