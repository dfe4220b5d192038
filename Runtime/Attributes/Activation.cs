// Names of elementwise functions; what they compute is in the generator and in Kernels/.
namespace SeqGen;

/// <summary>A function applied to each unit of a layer.</summary>
public enum Activation
{
    /// <summary><c>x</c></summary>
    Linear,

    /// <summary><c>max(0, x)</c></summary>
    Relu,

    /// <summary><c>tanh(x)</c></summary>
    Tanh,

    /// <summary><c>1 / (1 + exp(-x))</c></summary>
    Sigmoid,

    /// <summary><c>exp(x_k) / sum exp(x_j)</c> over the units of one step; for a last layer.</summary>
    Softmax,
}
