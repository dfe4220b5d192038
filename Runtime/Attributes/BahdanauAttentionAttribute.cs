// Arguments of the attention before a decoder's recurrent layer.
namespace SeqGen;

/// <summary>Attention of a decoder over what its encoder gave (Bahdanau et al. 2015), directly before a recurrent layer of the decoder: it looks from that layer's previous state.</summary>
/// <remarks>
/// <code>
/// w = softmax over i of v . tanh(W_q d + W_k e_i + b_k)      ctx = sum of w_i e_i
/// d' = cell([x ; ctx], d)                                    y = [d' ; ctx]
/// </code>
/// Parameters: <c>query.weight [units, D]</c>, <c>key.weight [units, E]</c>, <c>key.bias [units]</c>, <c>v.weight [1, units]</c>.
/// The recurrent layer takes the context beside its input and gives it beside its output.
/// The weights can be looked at as <c>OutputOf("LAYER.weights")</c>, <c>[batch, target step, source step]</c>.
/// </remarks>
/// <param name="units">Size of the space in which states and steps are compared.</param>
public sealed class BahdanauAttentionAttribute(int units) : LayerAttribute
{
    /// <summary>Size of the space in which states and steps are compared.</summary>
    public int Units { get; } = units;
}
