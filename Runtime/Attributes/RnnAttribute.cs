// Arguments of the simple recurrent layer.
namespace SeqGen;

/// <summary>A simple recurrent layer (Elman 1990): <c>h' = f(W_ih x + b_ih + W_hh h + b_hh)</c>.</summary>
/// <remarks>Takes <c>[batch, time, inputs]</c>; weights <c>weight_ih [H, inputs]</c>, <c>weight_hh [H, H]</c>, biases <c>[H]</c>.</remarks>
/// <param name="units">Size of the state and of the output, H.</param>
public sealed class RnnAttribute(int units) : RecurrentLayerAttribute(units)
{
    /// <summary>The function f: any but <see cref="Activation.Softmax"/>.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;
}
