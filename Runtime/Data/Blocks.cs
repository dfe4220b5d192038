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

    /// <summary>Weights in the loss: one a target, or one a value of each (<see cref="MaskSize"/>), or one a sample where there are several.</summary>
    public Block<float>? Masks { get; init; }

    /// <summary>Weights of a target: 1, or as many as it has values; 0 where there is one a sample.</summary>
    public int MaskSize => Masks!.Length == Steps ? 1 : Masks.Length == Steps * (long)Size ? Size : 0;

    /// <summary>The weight of a value of a target.</summary>
    public float WeightOf(int index, int step, int value)
    {
        int size = Masks is null ? 1 : MaskSize;
        return Masks is null ? 1 : Masks[index][size == 0 ? 0 : size == 1 ? step : (step * size) + value];
    }

    /// <summary>Whether anything of a target counts.</summary>
    public bool Counts(int index, int step)
    {
        if (Masks is not { } masks)
        {
            return true;
        }

        int size = MaskSize;
        return masks[index].Slice(step * size, Math.Max(1, size)).ContainsAnyExcept(0f);
    }

    /// <summary>Labels of a CTC loss, <see cref="Steps"/> the longest.</summary>
    public Block<int>? Labels { get; init; }

    public int[]? LabelLengths { get; init; }

    public int[]? LossLengths { get; init; }
}
