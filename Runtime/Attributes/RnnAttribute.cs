// Arguments of the simple recurrent layer.
using System;

namespace SeqGen;

/// <summary>A simple recurrent layer (Elman 1990): <c>h' = f(W_ih x + b_ih + W_hh h + b_hh)</c>.</summary>
/// <remarks>Takes <c>[batch, time, inputs]</c>; weights <c>weight_ih [H, inputs]</c>, <c>weight_hh [H, H]</c>, biases <c>[H]</c>.</remarks>
/// <param name="units">Size of the state and of the output, H.</param>
public sealed class RnnAttribute(int units) : RecurrentLayerAttribute(units)
{
    /// <summary>The function f; any but <see cref="Activation.Softmax"/>. <see cref="Activation.Linear"/> makes a linear dynamical system.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="Activation"/>.</summary>
    public Type? CustomActivation { get; set; }

    /// <summary>Whether the layer gives its state, or an output of its own made of the input and the previous state.</summary>
    public RnnOutput Output { get; set; } = RnnOutput.State;

    /// <summary>Size of the output of <see cref="RnnOutput.PreviousState"/>; by default H.</summary>
    public int Outputs { get; set; }

    /// <summary>The function g of <see cref="RnnOutput.PreviousState"/>.</summary>
    public Activation OutputActivation { get; set; } = Activation.Linear;
}
