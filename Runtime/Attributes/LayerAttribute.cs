// What every layer attribute has. The generator recognises a layer by this base type, so a new layer needs no change in its parser.
using System;

namespace SeqGen;

/// <summary>A layer of a network. The order of layers is the order of their attributes in the source.</summary>
/// <remarks>The usage declared here holds for every layer: attribute usage is inherited by attribute classes.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class LayerAttribute : Differentiable
{
    /// <summary>Name of the layer in parameters, files and tables; by default its kind, e.g. <c>lstm</c>, and its position where there are several, e.g. <c>lstm0</c>.</summary>
    /// <remarks>For the <c>state_dict</c> of a PyTorch model: the name of the module there, <c>encoder</c> for <c>self.encoder = nn.LSTM(...)</c>, <c>encoder.rnn</c> for one inside it,
    /// <c>0</c> for the first of an <c>nn.Sequential</c>. Recurrent layers of one kind
    /// with the same name are the layers of one module, in their order, each with parameters of its own: <c>encoder.weight_ih_l0</c>, <c>encoder.weight_ih_l1</c> and so on.</remarks>
    public string? Name { get; set; }

    /// <summary>Whether an optimizer may change the layer's parameters. Gradients still flow through a layer that it may not change.</summary>
    public bool Trainable { get; set; } = true;
}
