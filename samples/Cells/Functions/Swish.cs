// Swish (Ramachandran et al. 2017): x sigmoid(beta x). With Beta = 1 it is Activation.Silu, with a large one nearly a rectifier.
using SeqGen;

namespace Cells;

public sealed class SwishAttribute : CustomActivationAttribute
{
    public double Beta { get; set; } = 1;

    public Vec Apply(Vec x) => x * Sigmoid(Beta * x);
}
