// Arguments of the time-delay layer.
using System;

namespace SeqGen;

/// <summary>A time-delay layer (Waibel et al. 1989): the same small network over every window of steps; a convolution over time.</summary>
/// <remarks>
/// <code>
/// y_t = f(b + sum over j of W[:, :, j] x_(t - (kernel - 1 - j) * dilation))
/// </code>
/// Takes <c>[batch, time, inputs]</c>; <c>weight [units, inputs, kernel]</c>, <c>bias [units]</c> (PyTorch's <c>nn.Conv1d</c>). A sliding window over a dense layer is the same thing.
/// It streams with the last <c>(kernel - 1) * dilation + 1</c> inputs in a ring.
/// </remarks>
/// <param name="units">Size of the output.</param>
/// <param name="kernel">Steps that a window reads.</param>
public sealed class TdnnAttribute(int units, int kernel) : LayerAttribute
{
    /// <summary>Size of the output.</summary>
    public int Units { get; } = units;

    /// <summary>Steps that a window reads.</summary>
    public int Kernel { get; } = kernel;

    /// <summary>Steps from one that a window reads to the next.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Steps from one window to the next.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Groups, at most 256, into which features and units are divided: the units of a group read its features alone, <c>weight [units, inputs / groups, kernel]</c>
    /// (PyTorch's <c>groups</c>). Each is a product of its own, so few groups of many features are fast, and a group for every feature is not.</summary>
    public int Groups { get; set; } = 1;

    /// <summary>What windows see at the ends: zeros before the beginning, zeros on both sides, or only whole windows count.</summary>
    public Padding Padding { get; set; } = Padding.Causal;

    /// <summary>The function f. <see cref="Activation.Softmax"/> is for a last layer.</summary>
    public Activation Activation { get; set; } = Activation.Linear;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="Activation"/>.</summary>
    public Type? CustomActivation { get; set; }

    /// <summary>Whether every unit has a slope of its own, <c>prelu.weight [units]</c>, with <see cref="Activation.PRelu"/>; by default all have one, <c>[1]</c>.</summary>
    public bool SlopePerUnit { get; set; }

    /// <summary>Whether the layer has a bias.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether the input is added to the output; their sizes must be equal, and the output must have a step for every one of the input.</summary>
    public bool Residual { get; set; }

    /// <summary>Whether the input passes by: <see cref="SeqGen.Skip.Concatenate"/> gives <c>[x, layer(x)]</c>.</summary>
    public Skip Skip { get; set; } = Skip.None;

    /// <summary>How the weights begin; by default <see cref="Initializer.GlorotUniform"/> over whole windows.</summary>
    public Initializer WeightInitializer { get; set; } = Initializer.Default;

    /// <summary>How the bias begins; by default <see cref="Initializer.Zeros"/>.</summary>
    public Initializer BiasInitializer { get; set; } = Initializer.Default;
}
