// Names of the ways parameters can begin; the drawing itself is in the runtime.
namespace SeqGen;

/// <summary>How parameters begin. <c>in</c> and <c>out</c> are the columns and rows of a weight <c>[out, in]</c>, counted per gate; a whole window of a
/// convolution is <c>in</c>, as are an embedding's tokens. Of a bias <c>[n]</c> both are n, but for <see cref="PyTorchUniform"/>.</summary>
public enum Initializer
{
    /// <summary>What the layer's property says is its default.</summary>
    Default,

    /// <summary>All 0.</summary>
    Zeros,

    /// <summary>All 1.</summary>
    Ones,

    /// <summary>Uniform within <c>±sqrt(6 / (in + out))</c> (Glorot and Bengio 2010).</summary>
    GlorotUniform,

    /// <summary>Normal with deviation <c>sqrt(2 / (in + out))</c> (Glorot and Bengio 2010).</summary>
    GlorotNormal,

    /// <summary>Uniform within <c>±sqrt(6 / in)</c> (He et al. 2015).</summary>
    HeUniform,

    /// <summary>Normal with deviation <c>sqrt(2 / in)</c> (He et al. 2015).</summary>
    HeNormal,

    /// <summary>A random orthogonal matrix (Saxe et al. 2014).</summary>
    Orthogonal,

    /// <summary>What PyTorch draws: uniform within <c>±1 / sqrt(units)</c> in recurrent layers and <c>±1 / sqrt(in)</c> in dense ones and convolutions, where a
    /// bias takes the weight's <c>in</c>; standard normal in embeddings.</summary>
    PyTorchUniform,
}
