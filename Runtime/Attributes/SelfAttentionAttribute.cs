// Arguments of the attention of a sequence over itself.
namespace SeqGen;

/// <summary>Scaled dot-product attention of a sequence over its own steps (Vaswani et al. 2017), the past ones and the present by default.</summary>
/// <remarks>
/// <code>
/// q, k, v = W x + b at every step      w_s = softmax over s of q_t . k_s / sqrt(units / heads)      y_t = W_o (sum of w_s v_s) + b_o
/// </code>
/// Takes <c>[batch, time, inputs]</c>, gives <c>[batch, time, units]</c>. Parameters as in PyTorch's MultiheadAttention: <c>in_proj_weight [3 * units, inputs]</c>, <c>in_proj_bias</c>,
/// <c>out_proj.weight [units, units]</c>, <c>out_proj.bias</c>; every head has its own part of the units.
/// The weights can be looked at as <c>OutputOf("LAYER.weights")</c>, <c>[batch, step, step]</c> (<c>weights0</c>, <c>weights1</c> with several heads).
/// </remarks>
/// <param name="units">Size of the output, a multiple of the heads.</param>
public sealed class SelfAttentionAttribute(int units) : LayerAttribute
{
    /// <summary>Size of the output.</summary>
    public int Units { get; } = units;

    /// <summary>Whether a step sees the steps up to itself alone.</summary>
    public bool Causal { get; set; } = true;

    /// <summary>How many places a step can look at, each with its own part of the units; at most 64.</summary>
    public int Heads { get; set; } = 1;
}
