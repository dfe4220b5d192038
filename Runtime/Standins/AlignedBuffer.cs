// A stand-in until the kernels' own AlignedBuffer is merged; removed then.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqGen.Kernels.V1;

/// <summary>Zeroed floats on a 64-byte boundary, pinned by the runtime: nothing to dispose.</summary>
public sealed class AlignedBuffer
{
    private readonly float[] _memory;
    private readonly int _offset;

    /// <summary>Allocates <paramref name="length"/> zeroed floats.</summary>
    public AlignedBuffer(int length)
    {
        Length = length;
        _memory = GC.AllocateArray<float>(length + 16, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _offset = (int)((-address & 63) / sizeof(float));
    }

    /// <summary>The first float; its address is a multiple of 64 bytes.</summary>
    public ref float Origin => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_memory), _offset);

    /// <summary>All floats.</summary>
    public Span<float> Span => MemoryMarshal.CreateSpan(ref Origin, Length);

    /// <summary>How many floats.</summary>
    public int Length { get; }
}
