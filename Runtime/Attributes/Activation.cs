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

    /// <summary><c>min(max(x / 6 + 1/2, 0), 1)</c>, as PyTorch and Keras 3 have it.</summary>
    HardSigmoid,

    /// <summary><c>min(max(x / 5 + 1/2, 0), 1)</c>, as ONNX has it by default, and Keras before 3.</summary>
    HardSigmoidFifth,

    /// <summary><c>min(max(x, -1), 1)</c></summary>
    HardTanh,

    /// <summary><c>x</c> above zero, else <c>exp(x) - 1</c> (Clevert et al. 2016).</summary>
    Elu,

    /// <summary><c>x</c> above zero, else <c>0.01 x</c>.</summary>
    LeakyRelu,

    /// <summary><c>log(1 + exp(x))</c></summary>
    Softplus,

    /// <summary><c>x / (1 + |x|)</c></summary>
    Softsign,

    /// <summary><c>x / (1 + exp(-x))</c>, also called swish.</summary>
    Silu,

    /// <summary><c>x</c> above zero, else <c>w x</c> with a slope that is learned and begins at 0.25 (He et al. 2015); in <c>[Dense]</c> and <c>[Tdnn]</c>. Elsewhere <c>[PRelu]</c> is a layer.</summary>
    PRelu,

    /// <summary>A function of one's own, the layer's <c>CustomActivation</c>: see <see cref="CustomActivationAttribute"/>.</summary>
    Custom,
}
