// Arguments of Elman's network.
using System;

namespace SeqGen;

/// <summary>An Elman network (Elman 1990): a hidden layer that sees its own last values, and an output layer on it.</summary>
/// <remarks>
/// <code>
/// h' = f(W_ih x + W_hh h + b_h)        y = g(W_ho h' + b_o)
/// </code>
/// Takes <c>[batch, time, inputs]</c>, gives <c>[batch, time, outputs]</c>; <c>weight_ih [H, inputs]</c>, <c>weight_hh [H, H]</c>, <c>bias_h [H]</c>, <c>weight_ho [outputs, H]</c>,
/// <c>bias_o [outputs]</c>; with <see cref="Context"/> = 2 <c>weight_hh1</c> and <c>weight_hh2</c> in place of <c>weight_hh</c>.
/// </remarks>
/// <param name="units">Size of the hidden layer and of its state, H.</param>
/// <param name="outputs">Size of the output.</param>
public sealed class ElmanAttribute(int units, int outputs) : RecurrentLayerAttribute(units)
{
    /// <summary>Size of the output.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>The function f: any but <see cref="Activation.Softmax"/>.</summary>
    public Activation HiddenActivation { get; set; } = Activation.Tanh;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="HiddenActivation"/>.</summary>
    public Type? CustomActivation { get; set; }

    /// <summary>The function g: any but <see cref="Activation.Softmax"/>.</summary>
    public Activation OutputActivation { get; set; } = Activation.Linear;

    /// <summary>How many steps back the hidden layer sees: 1 (state h), or 2 with weights for each (states h1, h2).</summary>
    public int Context { get; set; } = 1;
}
