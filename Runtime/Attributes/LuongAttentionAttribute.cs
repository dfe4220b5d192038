// Arguments of the attention after a decoder's recurrent layer.
namespace SeqGen;

/// <summary>Attention of a decoder over what its encoder gave (Luong et al. 2015), after a recurrent layer of the decoder.</summary>
/// <remarks>
/// <code>
/// w = softmax over i of score(d, e_i)      ctx = sum of w_i e_i      y = tanh(W [ctx ; d] + b)
/// </code>
/// Parameters: <c>combine.weight [units, E + D]</c>, <c>combine.bias [units]</c>, and for <see cref="Score.General"/> <c>score.weight [D, E]</c>.
/// The weights can be looked at as <c>OutputOf("LAYER.weights")</c>, <c>[batch, target step, source step]</c>.
/// </remarks>
/// <param name="units">Size of the output.</param>
public sealed class LuongAttentionAttribute(int units) : LayerAttribute
{
    /// <summary>Size of the output.</summary>
    public int Units { get; } = units;

    /// <summary>How a state is compared with what the encoder gave.</summary>
    public Score Score { get; set; } = Score.Dot;
}
