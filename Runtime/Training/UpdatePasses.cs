// The optimizers' single pass over packed parameters, written once for every vector width.
// Knows formulas per element; refuses to know what an element is.
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>One optimizer's formula on the vectors of one offset.</summary>
internal interface IUpdate
{
    /// <summary>Updates <c>T.Count</c> parameters at <paramref name="i"/>.</summary>
    void Apply<T>(ref float p, ref float g, ref float first, ref float second, ref float third, nint i)
        where T : unmanaged, IVec<T>;

    /// <summary>The same for one parameter.</summary>
    void Apply(ref float p, float g, ref float first, ref float second, ref float third);
}

internal static class UpdatePasses
{
    /// <summary>Applies a formula to <paramref name="count"/> parameters with their gradients and up to three accumulators; what a formula does not use is anything.</summary>
    public static void Run<TUpdate>(in TUpdate update, ref float p, ref float g, ref float first, ref float second, ref float third, nint count)
        where TUpdate : struct, IUpdate
    {
        if (System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
        {
            Run<TUpdate, V16>(update, ref p, ref g, ref first, ref second, ref third, count);
        }
        else if (System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated)
        {
            Run<TUpdate, V8>(update, ref p, ref g, ref first, ref second, ref third, count);
        }
        else
        {
            Run<TUpdate, V4>(update, ref p, ref g, ref first, ref second, ref third, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TUpdate, T>(TUpdate update, ref float p, ref float g, ref float first, ref float second, ref float third, nint count)
        where TUpdate : struct, IUpdate
        where T : unmanaged, IVec<T>
    {
        nint i = 0;
        for (; i <= count - T.Count; i += T.Count)
        {
            update.Apply<T>(ref p, ref g, ref first, ref second, ref third, i);
        }

        for (; i < count; i++)
        {
            update.Apply(ref Unsafe.Add(ref p, i), Unsafe.Add(ref g, i), ref Unsafe.Add(ref first, i), ref Unsafe.Add(ref second, i), ref Unsafe.Add(ref third, i));
        }
    }
}
