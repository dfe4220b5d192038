// The logarithm of the error's hyperbolic cosine: the squared error's half near 0, the absolute error less log 2 far from it (used so by Chen et al. 2019, "Log hyperbolic cosine loss").
// log cosh e = |e| + log(1 + exp(-2 |e|)) - log 2, which no large error overflows.
using System;
using SeqGen;

namespace Cells;

public sealed class LogCoshAttribute : CustomLossAttribute
{
    public static Vec Loss(Vec y, [Target(TargetKind.Values)] Vec target)
    {
        Vec e = Abs(y - target);
        return e + Softplus(-2 * e) - Math.Log(2);
    }
}
