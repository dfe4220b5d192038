// The loss of counts.
namespace SeqGen;

/// <summary>Mean over counted positions and features of <c>exp(a) - target a</c>, the negative logarithm of a Poisson distribution's probability but for what the network does not change (PyTorch's <c>PoissonNLLLoss</c>).</summary>
/// <remarks>What the last layer gives, which is linear, is the logarithm a of the rate; the network's output is the rate <c>exp(a)</c>. Targets, 0 or more, have the shape of the output.</remarks>
public sealed class PoissonLikelihoodAttribute : LossAttribute;
