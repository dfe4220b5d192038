// Knows: how floats that kernels may see are held: pinned, zeroed, on a 64-byte boundary.
// Refuses to know: what the floats mean.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqGen.Kernels.V1;

/// <summary>A zeroed area of floats that does not move and starts on a 64-byte boundary.</summary>
/// <remarks>
/// Every buffer that kernels are given comes from here: aligned, and padded as the kernels' layouts have it.
/// Kernels check no bounds. They pin the references they receive, so an operand lives as long as the kernel runs
/// even if its owner is not used again.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AlignedBuffer
{
    // Floats that may lie before the boundary.
    private const int Alignment = 16;

    private readonly float[] _array;
    private readonly int _start;

    /// <summary>Allocates <paramref name="length"/> zeros.</summary>
    /// <param name="length">The number of floats, 0 or more.</param>
    public AlignedBuffer(int length)
    {
        if (length < 0 || length > Array.MaxLength - Alignment)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A block of memory holds 0 to {Array.MaxLength - Alignment} floats.");
        }

        Length = length;
        if (Allocator is { } allocator)
        {
            (_array, _start) = allocator(length);
            return;
        }

        _array = GC.AllocateArray<float>(length + Alignment, pinned: true);
        _start = (int)(-Address(_array) & 63) / sizeof(float);
    }

    /// <summary>For tests that watch what lies around the buffers that a thread makes: gives the pinned array for that many zeros and where in
    /// it they begin, on a 64-byte boundary. Null otherwise.</summary>
    [field: ThreadStatic]
    internal static Func<int, (float[] Array, int Start)>? Allocator { get; set; }

    /// <summary>Bytes that a buffer of some floats takes, what aligns it included.</summary>
    internal static long BytesOf(long length) => sizeof(float) * (length + Alignment);

    /// <summary>The number of floats.</summary>
    public int Length { get; }

    /// <summary>The first float.</summary>
    public ref float Origin => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _start);

    /// <summary>All floats.</summary>
    public Span<float> Span => new(_array, _start, Length);

    /// <summary>All floats, for what outlives a call.</summary>
    internal Memory<float> Memory => new(_array, _start, Length);

    private static unsafe nint Address(float[] array) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
}
