// Arguments of the gated recurrent layer.
using System;

namespace SeqGen;

/// <summary>A gated recurrent layer (Cho et al. 2014).</summary>
/// <remarks>
/// <code>
/// r, z = sigmoid(W x + b + W_h h + b_h)
/// n = tanh(W_n x + b_n + r * (W_hn h + b_hn))     ResetAfter = true, as cuDNN and PyTorch have it
/// n = tanh(W_n x + b_n + W_hn (r * h))            ResetAfter = false, as the paper has it; there is no recurrent bias
/// h' = (1 - z) * n + z * h
/// </code>
/// Takes <c>[batch, time, inputs]</c>; weights <c>weight_ih [3H, inputs]</c>, <c>weight_hh [3H, H]</c>, two biases <c>[3H]</c>, gates in the order r, z, n.
/// </remarks>
/// <param name="units">Size of the state and of the output, H.</param>
public sealed class GruAttribute(int units) : RecurrentLayerAttribute(units)
{
    /// <summary>Whether the reset gate acts after the recurrent product (cuDNN, PyTorch) or on the state before it (the paper).</summary>
    public bool ResetAfter { get; set; } = true;

    /// <summary>The function of both gates, Keras' <c>recurrent_activation</c>; any but <see cref="SeqGen.Activation.Softmax"/>, as all here.</summary>
    public Activation GateActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The function of the reset gate r; by default <see cref="GateActivation"/>.</summary>
    public Activation ResetGateActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The function of the update gate z; by default <see cref="GateActivation"/>.</summary>
    public Activation UpdateGateActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The function of the candidate n, Keras' <c>activation</c>.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="Activation"/>.</summary>
    public Type? CustomActivation { get; set; }

    /// <summary>Whether the input's and the state's sums are normalized, each over all gates at once (Ba et al. 2016): <c>ln_ih</c>, <c>ln_hh</c>, whose offsets take the place of the biases.</summary>
    public bool LayerNorm { get; set; }

    /// <summary>What <see cref="LayerNorm"/> adds to the variance, 1e-38 to 1. Where sequences are silent for many steps (zeros in, so that sums have no
    /// spread), a small one makes gradients grow from step to step: 1 is safe.</summary>
    public double Epsilon { get; set; } = 1e-5;
}
