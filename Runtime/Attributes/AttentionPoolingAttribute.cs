// Arguments of the attention that sums a sequence up in one vector.
namespace SeqGen;

/// <summary>Sums a sequence up in one vector: a weighted mean whose weights are learned (the word attention of Yang et al. 2016).</summary>
/// <remarks>
/// <code>
/// w = softmax over t of v . tanh(W x_t + b)      y = sum of w_t x_t
/// </code>
/// Takes <c>[batch, time, inputs]</c>, gives <c>[batch, inputs]</c>. Parameters: <c>key.weight [units, inputs]</c>, <c>key.bias [units]</c>, <c>v.weight [1, units]</c>.
/// The weights can be looked at as <c>OutputOf("LAYER.weights")</c>, <c>[batch, time]</c>.
/// </remarks>
/// <param name="units">Size of the space in which steps are compared.</param>
public sealed class AttentionPoolingAttribute(int units) : LayerAttribute
{
    /// <summary>Size of the space in which steps are compared.</summary>
    public int Units { get; } = units;
}
