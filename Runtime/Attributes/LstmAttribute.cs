// Arguments of the long short-term memory layer.
using System;

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

    /// <summary>Whether the gates see the cell (Gers and Schmidhuber 2000): <c>weight_ci</c>, <c>weight_cf</c> on the old one, <c>weight_co</c> on the new one, each <c>[H]</c>.</summary>
    public bool Peephole { get; set; }

    /// <summary>Size P of a linear projection of the output, which is what the recurrence reads too (Sak et al. 2014): <c>weight_hr [P, H]</c>; 0 for none.</summary>
    public int Projection { get; set; }

    /// <summary>Whether the input gate is one minus the forget gate (CIFG, Greff et al. 2017): three gates, in the order f, g, o.</summary>
    public bool CoupledGates { get; set; }

    /// <summary>The function of all gates, Keras' <c>recurrent_activation</c> and ONNX's f; any but <see cref="SeqGen.Activation.Softmax"/>, as all here.</summary>
    public Activation GateActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The function of the input gate i; by default <see cref="GateActivation"/>. There is none with <see cref="CoupledGates"/>.</summary>
    public Activation InputGateActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The function of the forget gate f; by default <see cref="GateActivation"/>.</summary>
    public Activation ForgetGateActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The function of the output gate o; by default <see cref="GateActivation"/>.</summary>
    public Activation OutputGateActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The function of the candidate g, and of the cell's output unless <see cref="OutputActivation"/> says otherwise: Keras' <c>activation</c>, ONNX's g.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>A function of one's own, a class that derives from <see cref="CustomActivationAttribute"/>: it is that of every activation here that is <see cref="Activation.Custom"/>,
    /// and where none is, <see cref="Activation"/>.</summary>
    public Type? CustomActivation { get; set; }

    /// <summary>The function of the cell in <c>h' = o * tanh(c')</c>, ONNX's h; by default <see cref="Activation"/>.</summary>
    public Activation OutputActivation { get; set; } = Activation.Tanh;

    /// <summary>The most that an element of the cell may be in size, from 1e-6 to 1e6 (Sak et al. 2014; TensorFlow's <c>cell_clip</c>); 0 for no limit. No gradient flows through an element that is at its limit.</summary>
    public double CellClip { get; set; }

    /// <summary>Whether the gates' two sums and the cell before its tanh are normalized (Ba et al. 2016): <c>ln_ih</c>, <c>ln_hh</c>, <c>ln_c</c>, whose offsets take the place of the biases.</summary>
    public bool LayerNorm { get; set; }

    /// <summary>What <see cref="LayerNorm"/> adds to the variance, 1e-38 to 1. Where sequences are silent for many steps (zeros in, so that sums have no
    /// spread), a small one makes gradients grow from step to step: 1 is safe.</summary>
    public double Epsilon { get; set; } = 1e-5;
}
