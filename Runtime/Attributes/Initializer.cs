// Names of the ways parameters can begin; the drawing itself is in the runtime.
namespace SeqGen;

/// <summary>How parameters begin. <c>in</c> and <c>out</c> are the columns and rows of a weight <c>[out, in]</c>, counted per gate.</summary>
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

    /// <summary>What PyTorch draws: uniform within <c>±1 / sqrt(units)</c> in recurrent layers, <c>±1 / sqrt(in)</c> in dense ones, standard normal in embeddings.</summary>
    PyTorchUniform,
}
