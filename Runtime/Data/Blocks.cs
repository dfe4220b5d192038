// Where the samples of one input or one target lie in their array, or in a file. Knows strides and columns; refuses to know what the elements mean.
using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace SeqGen;

/// <summary>Sample i is the <paramref name="Length"/> elements from <paramref name="Start"/> + i * Stride; strides below the length overlap.</summary>
internal sealed record Block<T>(T[] Array, int Start, int Length, int Stride)
{
    public Block(T[] array, int start, int length)
        : this(array, start, length, length)
    {
    }

    /// <summary>What takes the place of i where samples are not evenly apart, one a sample: windows over several series. Null for i itself.</summary>
    public int[]? Places { get; init; }

    /// <summary>The elements of each step as offsets from where it begins, which may lie in later steps' rows; null for those that follow each other.</summary>
    public int[]? Picks { get; init; }

    /// <summary>Elements from one step to the next in the array, where there are <see cref="Picks"/>.</summary>
    public int StepStride { get; init; }

    /// <summary>Where the elements are read from instead of the array; null for the array. For numbers alone.</summary>
    public FileReads? File { get; init; }

    /// <summary>A sample; what a file gives is there until the same thread asks this block for another.</summary>
    public BlockSample<T> this[int sample]
    {
        get
        {
            long start = StartOf(sample);
            return new(File is null ? Array.AsSpan(checked((int)start)) : Numbers(File.Read(start, Extent)), Picks, StepStride, 0, Length);
        }
    }

    /// <summary>Where a sample begins.</summary>
    public long StartOf(int sample) => Start + ((Places is null ? sample : Places[sample]) * (long)Stride);

    // A block of a file is one of floats: T is float.
    private static ReadOnlySpan<T> Numbers(Span<float> read) => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<float, T>(ref MemoryMarshal.GetReference(read)), read.Length);

    /// <summary>Elements from the first of a sample to its last.</summary>
    private int Extent => Picks is null || Length == 0 ? Length : (((Length / Picks.Length) - 1) * StepStride) + Picks.Max() + 1;

    /// <summary>Some elements of every sample; whole steps where there are <see cref="Picks"/>.</summary>
    public Block<T> Cut(int start, int length) =>
        this with { Start = Start + (Picks is null ? start : start / Picks.Length * StepStride), Length = length, File = File is null ? null : new FileReads(File.Source) };
}

/// <summary>What a block has read of a file: for each thread the sample that it asked for last, since checks ask for a sample's steps one after the other.</summary>
internal sealed class FileReads(SeriesFile source)
{
    private readonly ThreadLocal<Last> _last = new(() => new Last());

    public SeriesFile Source => source;

    public Span<float> Read(long start, int count)
    {
        Last last = _last.Value!;
        if (last.Numbers.Length < count)
        {
            (last.Numbers, last.Start) = (new float[count], -1);
        }

        Span<float> numbers = last.Numbers.AsSpan(0, count);
        if (last.Start != start || last.Count != count)
        {
            last.Start = -1;
            source.Read(start, numbers);
            (last.Start, last.Count) = (start, count);
        }

        return numbers;
    }

    private sealed class Last
    {
        public float[] Numbers = [];
        public long Start = -1;
        public int Count;
    }
}

/// <summary>The elements of one sample, wherever they lie.</summary>
internal readonly ref struct BlockSample<T>
{
    private readonly ReadOnlySpan<T> _array;
    private readonly ReadOnlySpan<int> _picks;
    private readonly int _stepStride;
    private readonly int _first;

    public BlockSample(ReadOnlySpan<T> array, ReadOnlySpan<int> picks, int stepStride, int first, int length)
    {
        _array = array;
        _picks = picks;
        (_stepStride, _first, Length) = (stepStride, first, length);
    }

    public int Length { get; }

    /// <summary>Whether the elements follow each other: <see cref="Span"/> can be had.</summary>
    public bool IsSpan => _picks.IsEmpty;

    /// <summary>The elements, which follow each other.</summary>
    public ReadOnlySpan<T> Span => IsSpan ? _array.Slice(_first, Length) : throw new InvalidOperationException("These elements do not follow each other.");

    public T this[int i]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)Length, nameof(i));
            if (IsSpan)
            {
                return _array[_first + i];
            }

            (int step, int k) = Math.DivRem(_first + i, _picks.Length);
            return _array[(step * _stepStride) + _picks[k]];
        }
    }

    public BlockSample<T> Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)Length, nameof(start));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(Length - start), nameof(length));
        return new(_array, _picks, _stepStride, _first + start, length);
    }

    public void CopyTo(Span<T> destination)
    {
        if (IsSpan)
        {
            Span.CopyTo(destination);
            return;
        }

        (int step, int k) = Math.DivRem(_first, _picks.Length);
        for (int i = 0; i < Length; i++)
        {
            destination[i] = _array[(step * _stepStride) + _picks[k]];
            if (++k == _picks.Length)
            {
                (step, k) = (step + 1, 0);
            }
        }
    }

    public T[] ToArray()
    {
        T[] all = new T[Length];
        CopyTo(all);
        return all;
    }
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

    /// <summary>Which targets that are not a number do not count; null where they are a mistake.</summary>
    public MissingTargets? Missing { get; init; }

    /// <summary>The weight of a value of a target.</summary>
    public float WeightOf(int index, int step, int value) => Missing is not null && IsMissing(index, step, value) ? 0 : MaskOf(index, step, value);

    /// <summary>The weight that the mask gives a value of a target, whatever the value is.</summary>
    public float MaskOf(int index, int step, int value)
    {
        int size = Masks is null ? 1 : MaskSize;
        return Masks is null ? 1 : Masks[index][size == 0 ? 0 : size == 1 ? step : (step * size) + value];
    }

    /// <summary>Whether anything of a target counts.</summary>
    public bool Counts(int index, int step)
    {
        if (Masks is null && Missing is null)
        {
            return true;
        }

        int most = Missing is null ? Math.Max(1, MaskSize) : Math.Max(1, Size);
        for (int k = 0; k < most; k++)
        {
            if (WeightOf(index, step, k) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsMissing(int index, int step, int value)
    {
        if (Values is null)
        {
            return false;
        }

        BlockSample<float> own = Values[index].Slice(step * Size, Size);
        for (int k = 0; k < Size && Missing == MissingTargets.Positions; k++)
        {
            if (float.IsNaN(own[k]))
            {
                return true;
            }
        }

        return float.IsNaN(own[value]);
    }

    /// <summary>Labels of a CTC loss, <see cref="Steps"/> the longest.</summary>
    public Block<int>? Labels { get; init; }

    public int[]? LabelLengths { get; init; }

    public int[]? LossLengths { get; init; }
}
