// Arguments of the table that turns tokens into vectors.
namespace SeqGen;

/// <summary>A table with a trained vector for every token; the first layer of a network with <see cref="NetworkAttribute.Tokens"/>.</summary>
/// <remarks>Takes ids <c>[batch, time]</c>, gives <c>[batch, time, size]</c>; <c>weight [tokens, size]</c>.</remarks>
/// <param name="size">Length of a token's vector.</param>
public sealed class EmbeddingAttribute(int size) : LayerAttribute
{
    /// <summary>Length of a token's vector.</summary>
    public int Size { get; } = size;

    /// <summary>How the table begins; by default standard normal, as PyTorch's.</summary>
    public Initializer Initializer { get; set; } = Initializer.Default;
}
