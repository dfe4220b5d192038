// Arguments of the autoregressive model.
namespace SeqGen;

/// <summary>A linear autoregressive model AR(p) (Yule 1927): the next step foretold from the last p. Of order 1 it is a Markov model.</summary>
/// <remarks>
/// <code>
/// y_t = c + A_1 x_t + A_2 x_(t-1) + ... + A_p x_(t+1-p)        y_t stands for x_(t+1)
/// </code>
/// Takes <c>[batch, time, inputs]</c>; <c>weight [units, inputs, p]</c>, the newest step last (<c>A_j = weight[:, :, p - j]</c>), <c>bias [units]</c>. Targets are the inputs one step later.
/// </remarks>
/// <param name="order">Steps that a prediction reads, p.</param>
public sealed class AutoregressiveAttribute(int order) : LayerAttribute
{
    /// <summary>Steps that a prediction reads, p.</summary>
    public int Order { get; } = order;

    /// <summary>Size of the prediction; by default that of the input.</summary>
    public int Units { get; set; }

    /// <summary>What the first predictions read: zeros before the beginning, or there is no prediction before p steps. Not <see cref="Padding.Same"/>.</summary>
    public Padding Padding { get; set; } = Padding.Causal;

    /// <summary>Whether there is a constant c.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>How the weights begin; by default <see cref="Initializer.GlorotUniform"/>.</summary>
    public Initializer WeightInitializer { get; set; } = Initializer.Default;

    /// <summary>How the constant begins; by default <see cref="Initializer.Zeros"/>.</summary>
    public Initializer BiasInitializer { get; set; } = Initializer.Default;
}
