// Knows: the activations of sixteen lanes where there is no AVX-512, as the narrower vectors have them: right, seldom fast.
// Refuses to know: everything else.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGen.Kernels.V1;

public partial struct V16
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V16 Sigmoid512(V16 a)
    {
        var x = Vector512.Min(Vector512.Create(30f), Vector512.Max(Vector512.Create(-88.72284f), a.v));
        var t = Vector512.MultiplyAddEstimate(x, Vector512.Create(-1.44269504f), Vector512.Create(12582912f));
        var f = Vector512.MultiplyAddEstimate(x, Vector512.Create(-1.44269504f), Vector512.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector512.MultiplyAddEstimate(Vector512.Create(0.00133908634f), f, Vector512.Create(0.00961808256f));
        high = Vector512.MultiplyAddEstimate(Vector512.Create(0.000154531629f), f2, high);
        var middle = Vector512.MultiplyAddEstimate(Vector512.Create(0.0555035711f), f, Vector512.Create(0.240226508f));
        var low = Vector512.MultiplyAddEstimate(Vector512.Create(0.693147188f), f, Vector512.Create(1f));
        var p = Vector512.MultiplyAddEstimate(Vector512.MultiplyAddEstimate(high, f2, middle), f2, low);
        var power = ((t.AsInt32() << 23) + Vector512.Create(1f).AsInt32()).AsSingle();


        // At the lower limit the power is infinite, and 1 / infinity the right limit.
        return new V16 { v = Vector512.Create(1f) / Vector512.MultiplyAddEstimate(p, power, Vector512.Create(1f)) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V16 Tanh512(V16 a)
    {
        var x = Vector512.Min(Vector512.Create(10f), Vector512.Abs(a.v));
        var t = Vector512.MultiplyAddEstimate(x, Vector512.Create(2.88539008f), Vector512.Create(12582912f));
        var f = Vector512.MultiplyAddEstimate(x, Vector512.Create(2.88539008f), Vector512.Create(12582912f) - t);
        var f2 = f * f;
        var high = Vector512.MultiplyAddEstimate(Vector512.Create(0.000154531629f), f, Vector512.Create(0.00133908634f));
        var middle = Vector512.MultiplyAddEstimate(Vector512.Create(0.00961808256f), f, Vector512.Create(0.0555035711f));
        var low = Vector512.MultiplyAddEstimate(Vector512.Create(0.240226508f), f, Vector512.Create(0.693147188f));
        var q = Vector512.MultiplyAddEstimate(Vector512.MultiplyAddEstimate(high, f2, middle), f2, low) * f;
        var power = ((t.AsInt32() << 23) + Vector512.Create(1f).AsInt32()).AsSingle();
        var e = Vector512.MultiplyAddEstimate(power, q, power - Vector512.Create(1f));
        var y = e / (e + Vector512.Create(2f));
        return new V16 { v = y | (a.v & Vector512.Create(-0f)) };
    }
}
