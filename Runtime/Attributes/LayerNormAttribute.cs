// Arguments of the normalization between layers.
using System;

namespace SeqGen;

/// <summary>Layer normalization (Ba et al. 2016) of the features of every step: <c>y = w (x - mean(x)) / sqrt(var(x) + epsilon) + b</c>.</summary>
/// <remarks>Takes <c>[batch, time, features]</c> or <c>[batch, features]</c>; <c>weight [features]</c>, <c>bias [features]</c> (PyTorch's <c>nn.LayerNorm</c>).</remarks>
public sealed class LayerNormAttribute : LayerAttribute
{
    /// <summary>What is added to the variance, 1e-38 to 1. Where all features are equal, gradients are divided by its root.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>A function of what was normalized, for a <c>[Dense]</c> or <c>[Tdnn]</c> before the layer that has none itself; any but <see cref="Activation.Softmax"/> and <see cref="Activation.PRelu"/>.</summary>
    public Activation Activation { get; set; } = Activation.Linear;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="Activation"/>.</summary>
    public Type? CustomActivation { get; set; }
}
