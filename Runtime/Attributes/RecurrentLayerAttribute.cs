// What layers with a state carried from step to step have in common. It knows no cell equations.
namespace SeqGen;

/// <summary>A layer that carries a state from step to step.</summary>
/// <param name="units">Size of the state and of the output, H.</param>
public abstract class RecurrentLayerAttribute(int units) : LayerAttribute
{
    /// <summary>Size of the state and of the output, H.</summary>
    public int Units { get; } = units;

    /// <summary>Whether the layer gives its output at every step, <c>[batch, time, H]</c>, or that of the last step alone, <c>[batch, H]</c>.</summary>
    public Returns Returns { get; set; } = Returns.Sequence;

    /// <summary>Whether the layer has biases; <c>false</c> leaves out both the input's and the recurrent one.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>How the input weights <c>[gates * H, inputs]</c> begin; by default <see cref="Initializer.GlorotUniform"/>.</summary>
    public Initializer InputInitializer { get; set; } = Initializer.Default;

    /// <summary>How the recurrent weights <c>[gates * H, H]</c> begin; by default <see cref="Initializer.Orthogonal"/>, gate by gate.</summary>
    public Initializer RecurrentInitializer { get; set; } = Initializer.Default;

    /// <summary>How both biases begin; by default <see cref="Initializer.Zeros"/>.</summary>
    public Initializer BiasInitializer { get; set; } = Initializer.Default;
}
