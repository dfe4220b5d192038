// Where the samples of one input or one target lie in their array. Knows strides; refuses to know what the elements mean.
using System;

namespace SeqGen;

/// <summary>Sample i is the <paramref name="Length"/> elements from <paramref name="Start"/> + i * Stride; strides below the length overlap.</summary>
internal sealed record Block<T>(T[] Array, int Start, int Length, int Stride)
{
    public Block(T[] array, int start, int length)
        : this(array, start, length, length)
    {
    }

    public ReadOnlySpan<T> this[int sample] => Array.AsSpan(checked(Start + (sample * Stride)), Length);
}

/// <summary>One input.</summary>
/// <param name="Name">The port's name; empty for the first.</param>
/// <param name="Values">Numbers; null for tokens.</param>
/// <param name="Tokens">Tokens; null for numbers.</param>
/// <param name="Size">Numbers a step; 0 for tokens.</param>
/// <param name="Steps">Steps; 1 for one a sequence.</param>
internal sealed record InputBlock(string Name, Block<float>? Values, Block<int>? Tokens, int Size, int Steps);

/// <summary>The targets of one head.</summary>
/// <param name="Name">The head's name; empty for the first.</param>
/// <param name="Steps">Targets a sequence.</param>
/// <param name="IsSequence">Whether they are targets of steps, or the one of the sequence.</param>
internal sealed record TargetBlock(string Name, int Steps, bool IsSequence)
{
    /// <summary>Numbers a target; 0 for classes and labels.</summary>
    public int Size { get; init; }

    public Block<float>? Values { get; init; }

    public Block<int>? Classes { get; init; }

    public Block<float>? Masks { get; init; }

    /// <summary>Labels of a CTC loss, <see cref="Steps"/> the longest.</summary>
    public Block<int>? Labels { get; init; }

    public int[]? LabelLengths { get; init; }

    public int[]? LossLengths { get; init; }
}
