// Arguments of Jordan's network.
using System;

namespace SeqGen;

/// <summary>A Jordan network (Jordan 1986): a hidden layer that sees the network's last output, and an output layer on it.</summary>
/// <remarks>
/// <code>
/// h = f(W_ih x + W_oh y + b_h)        y' = g(W_ho h + b_o)
/// </code>
/// Takes <c>[batch, time, inputs]</c>, gives <c>[batch, time, outputs]</c>; <c>weight_ih [H, inputs]</c>, <c>weight_oh [H, outputs]</c>, <c>bias_h [H]</c>, <c>weight_ho [outputs, H]</c>,
/// <c>bias_o [outputs]</c>. Its state is the output y.
/// </remarks>
/// <param name="units">Size of the hidden layer, H.</param>
/// <param name="outputs">Size of the output and of the state.</param>
public sealed class JordanAttribute(int units, int outputs) : RecurrentLayerAttribute(units)
{
    /// <summary>Size of the output and of the state y.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>The function f: any but <see cref="Activation.Softmax"/>.</summary>
    public Activation HiddenActivation { get; set; } = Activation.Tanh;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="HiddenActivation"/>.</summary>
    public Type? CustomActivation { get; set; }

    /// <summary>The function g: any but <see cref="Activation.Softmax"/>.</summary>
    public Activation OutputActivation { get; set; } = Activation.Linear;

    /// <summary>Whether the hidden layer sees its own last values too: <c>weight_hh [H, H]</c> and a state h beside y.</summary>
    public bool Recurrent { get; set; }
}
