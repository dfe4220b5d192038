// Buffers between pages that nobody may touch and numbers that nobody may change: what reads or writes outside of one is found at once.
// Knows memory; refuses to know what is in it.
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Fuzz;

/// <summary>While one exists, every <see cref="AlignedBuffer"/> that its thread makes is watched, until <see cref="Release"/>. One a thread.</summary>
/// <remarks>
/// A buffer lies at the end of whole pages and the page behind it is protected, so that one float too far ends the process; every fourth
/// lies at the beginning and the page before it is. What remains between a buffer and its other page is filled with a NaN that
/// <see cref="Verify"/> looks for: who reads it computes NaN, who writes there is found afterwards.
/// The pages are inside of pinned arrays of the garbage collector's, which neither moves nor reads floats.
/// </remarks>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int Page = 4096;
    private const int PageFloats = Page / sizeof(float);
    private const int Canary = 0x7FC0_D1E5;

    private readonly List<Guarded> _buffers = [];
    private readonly bool _protects;

    /// <param name="protects">Whether pages are protected; without it a write outside is an error, and no crash.</param>
    public GuardedMemory(bool protects)
    {
        _protects = protects && OperatingSystem.IsLinux() && Environment.SystemPageSize == Page;
        AlignedBuffer.Allocator = Allocate;
    }

    /// <summary>Throws if anything was written beside a buffer.</summary>
    public void Verify()
    {
        foreach (Guarded buffer in _buffers)
        {
            Check(buffer, buffer.First, buffer.Start, "before");
            Check(buffer, buffer.Start + buffer.Length, buffer.End, "behind");
        }
    }

    /// <summary>Lets go of all buffers that were made; nobody may use them any more.</summary>
    public void Release()
    {
        foreach (Guarded buffer in _buffers)
        {
            Protect(buffer, ReadWrite);
        }

        _buffers.Clear();
    }

    public void Dispose()
    {
        AlignedBuffer.Allocator = null;
        Release();
    }

    private const int None = 0;
    private const int ReadWrite = 3;

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nint length, int protection);

    private static void Check(Guarded buffer, int from, int to, string where)
    {
        for (int i = from; i < to; i++)
        {
            if (BitConverter.SingleToInt32Bits(buffer.Array[i]) != Canary)
            {
                int away = i < buffer.Start ? buffer.Start - i : i - buffer.Start - buffer.Length + 1;
                throw new InvalidOperationException($"{buffer.Array[i]:R} was written {away} floats {where} a buffer of {buffer.Length}");
            }
        }
    }

    private (float[] Array, int Start) Allocate(int length)
    {
        int rounded = checked((length + 15) & ~15);
        float[] array = GC.AllocateArray<float>(checked(rounded + (4 * PageFloats)), pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));

        // The first page boundary in the array is a whole page away from its header at least.
        int low = (int)((-address & (Page - 1)) / sizeof(float)) + PageFloats;
        int end = low + (((rounded + PageFloats - 1) / PageFloats) * PageFloats);
        int start = _buffers.Count % 4 == 3 ? low : end - rounded;
        var buffer = new Guarded(array, low, start, length, end);
        array.AsSpan(low, start - low).Fill(BitConverter.Int32BitsToSingle(Canary));
        array.AsSpan(start + length, end - start - length).Fill(BitConverter.Int32BitsToSingle(Canary));
        _buffers.Add(buffer);
        Protect(buffer, None);
        return (array, start);
    }

    private void Protect(Guarded buffer, int protection)
    {
        if (!_protects)
        {
            return;
        }

        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(buffer.Array));
        if (Protect(address + ((nint)(buffer.First - PageFloats) * sizeof(float)), Page, protection) != 0
            || Protect(address + ((nint)buffer.End * sizeof(float)), Page, protection) != 0)
        {
            throw new InvalidOperationException("pages cannot be protected");
        }
    }

    /// <summary>A buffer's array; floats from First to End lie between the protected pages.</summary>
    private sealed record Guarded(float[] Array, int First, int Start, int Length, int End);
}
