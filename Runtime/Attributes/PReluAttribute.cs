// Arguments of the parametric rectifier between layers.
namespace SeqGen;

/// <summary>A parametric rectifier (He et al. 2015): <c>y = x</c> above zero, else <c>weight * x</c>, with a slope that is learned and begins at 0.25.</summary>
/// <remarks>
/// Takes <c>[batch, time, features]</c> or <c>[batch, features]</c>; <c>weight [1]</c> or <c>[features]</c> (PyTorch's <c>nn.PReLU</c>, under the name that the module has there).
/// <see cref="Activation.PRelu"/> of <c>[Dense]</c> and <c>[Tdnn]</c> is the same with the slope inside the layer.
/// </remarks>
public sealed class PReluAttribute : LayerAttribute
{
    /// <summary>Whether every feature has a slope of its own (PyTorch's <c>num_parameters</c>); by default all have one.</summary>
    public bool PerUnit { get; set; }
}
