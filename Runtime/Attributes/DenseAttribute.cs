// Arguments of the fully connected layer.
using System;

namespace SeqGen;

/// <summary>A fully connected layer, <c>y = f(W x + b)</c>, at every step of a sequence or once on a last step.</summary>
/// <remarks>Takes <c>[batch, time, inputs]</c> or <c>[batch, inputs]</c>; <c>weight [units, inputs]</c>, <c>bias [units]</c>.</remarks>
/// <param name="units">Size of the output.</param>
public sealed class DenseAttribute(int units) : LayerAttribute
{
    /// <summary>Size of the output.</summary>
    public int Units { get; } = units;

    /// <summary>The function f. <see cref="Activation.Softmax"/> is for a last layer and turns the outputs of one step into probabilities.</summary>
    public Activation Activation { get; set; } = Activation.Linear;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="Activation"/>.</summary>
    public Type? CustomActivation { get; set; }

    /// <summary>Whether every unit has a slope of its own, <c>prelu.weight [units]</c>, with <see cref="Activation.PRelu"/>; by default all have one, <c>[1]</c>.</summary>
    public bool SlopePerUnit { get; set; }

    /// <summary>Whether the layer has a bias.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether the input is added to the output, <c>x + f(W x + b)</c>; their sizes must be equal.</summary>
    public bool Residual { get; set; }

    /// <summary>Whether the input passes by: <see cref="SeqGen.Skip.Concatenate"/> gives <c>[x, f(W x + b)]</c>.</summary>
    public Skip Skip { get; set; } = Skip.None;

    /// <summary>How the weights begin; by default <see cref="Initializer.GlorotUniform"/>.</summary>
    public Initializer WeightInitializer { get; set; } = Initializer.Default;

    /// <summary>How the bias begins; by default <see cref="Initializer.Zeros"/>.</summary>
    public Initializer BiasInitializer { get; set; } = Initializer.Default;
}
