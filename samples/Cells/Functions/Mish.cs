// Mish (Misra 2019): x tanh(softplus(x)).
using SeqGen;

namespace Cells;

public sealed class MishAttribute : CustomActivationAttribute
{
    public static Vec Apply(Vec x) => x * Tanh(Softplus(x));
}
