// Arguments of the long short-term memory layer.
namespace SeqGen;

/// <summary>A long short-term memory layer (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).</summary>
/// <remarks>
/// <code>
/// i, f, o = sigmoid(W x + b + W_h h + b_h)     g = tanh(...)
/// c' = f * c + i * g                           h' = o * tanh(c')
/// </code>
/// Takes <c>[batch, time, inputs]</c>; weights <c>weight_ih [4H, inputs]</c>, <c>weight_hh [4H, H]</c>, two biases <c>[4H]</c>, gates in the order i, f, g, o.
/// </remarks>
/// <param name="units">Size of the state and of the output, H.</param>
public sealed class LstmAttribute(int units) : RecurrentLayerAttribute(units)
{
    /// <summary>Where the forget gate's input bias begins; one keeps memories alive early in training (Jozefowicz et al. 2015).</summary>
    public double ForgetBias { get; set; } = 1;
}
