// How the two directions of a recurrent layer become one output.
namespace SeqGen;

/// <summary>What a layer of <see cref="Direction.Both"/> makes of its forward output f and its backward output b.</summary>
public enum Merge
{
    /// <summary><c>[f, b]</c>, twice the size (PyTorch).</summary>
    Concatenate,

    /// <summary><c>f + b</c></summary>
    Sum,

    /// <summary><c>(f + b) / 2</c></summary>
    Average,

    /// <summary><c>f * b</c></summary>
    Product,
}
