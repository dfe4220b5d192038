// Arguments of the normalization over a batch.
using System;

namespace SeqGen;

/// <summary>Batch normalization (Ioffe and Szegedy 2015) of every feature: <c>y = w (x - mean(x)) / sqrt(var(x) + epsilon) + b</c>, mean and variance over all sequences of a
/// batch and all steps within their lengths while training, and over the batches of the past everywhere else.</summary>
/// <remarks>Takes <c>[batch, time, features]</c> or <c>[batch, features]</c>; <c>weight [features]</c>, <c>bias [features]</c>, <c>running_mean [features]</c>, <c>running_var [features]</c>
/// (PyTorch's <c>nn.BatchNorm1d</c>). The running statistics are no optimizer's: every training step moves them. With <c>Trainable = false</c> they normalize in training too, and stay.</remarks>
public sealed class BatchNormAttribute : LayerAttribute
{
    /// <summary>The share of the newest batch in the running statistics, above 0 and at most 1: PyTorch's convention. Keras calls what remains of the old ones momentum, 1 less this.</summary>
    public double Momentum { get; set; } = 0.1;

    /// <summary>What is added to the variance, 1e-38 to 1.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether a trained factor and a trained offset follow; without them there are no <c>weight</c> and <c>bias</c>.</summary>
    public bool Affine { get; set; } = true;

    /// <summary>A function of what was normalized, for a <c>[Dense]</c> or <c>[Tdnn]</c> before the layer that has none itself; any but <see cref="Activation.Softmax"/> and <see cref="Activation.PRelu"/>.</summary>
    public Activation Activation { get; set; } = Activation.Linear;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="Activation"/>.</summary>
    public Type? CustomActivation { get; set; }
}
