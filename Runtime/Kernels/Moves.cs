// Copies and clears of rows, and what sequences that have ended ask of a time loop. Knows rows and lengths, no arithmetic.
// References are turned into spans: buffers come from AlignedBuffer and do not move.
using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SeqGen.Kernels.V1;

/// <summary>Moves of whole rows between places. Part of the contract with generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Moves
{
    /// <summary>Copies <paramref name="rows"/> rows of <paramref name="row"/> floats.</summary>
    public static void Copy(ref float from, ref float to, int rows, int row)
    {
        int length = rows * row;
        MemoryMarshal.CreateReadOnlySpan(ref from, length).CopyTo(MemoryMarshal.CreateSpan(ref to, length));
    }

    /// <summary>Copies the first <paramref name="size"/> floats of rows that lie apart: features are often few, and a call of the
    /// general copy for each row would take longer than the moves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(ref float from, nint fromRow, ref float to, nint toRow, int rows, int size)
    {
        if (size > 64)
        {
            for (nint r = 0; r < rows; r++)
            {
                MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref from, r * fromRow), size).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref to, r * toRow), size));
            }

            return;
        }

        nint fours = size & ~3;
        for (nint r = 0, a = 0, b = 0; r < rows; r++, a += fromRow, b += toRow)
        {
            nint i = 0;
            for (; i < fours; i += 4)
            {
                Unsafe.As<float, Vector128<float>>(ref Unsafe.Add(ref to, b + i)) = Unsafe.As<float, Vector128<float>>(ref Unsafe.Add(ref from, a + i));
            }

            for (; i < size; i++)
            {
                Unsafe.Add(ref to, b + i) = Unsafe.Add(ref from, a + i);
            }
        }
    }

    /// <summary>Clears the first <paramref name="size"/> floats of rows that lie apart.</summary>
    public static void ClearRows(ref float at, nint row, int rows, int size)
    {
        for (nint r = 0; r < rows; r++)
        {
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, r * row), size).Clear();
        }
    }

    /// <summary>Clears <paramref name="rows"/> rows of <paramref name="row"/> floats.</summary>
    public static void Clear(ref float at, int rows, int row) => MemoryMarshal.CreateSpan(ref at, rows * row).Clear();

    /// <summary>Adds <paramref name="rows"/> rows of <paramref name="row"/> floats to others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(ref float from, ref float to, int rows, int row)
    {
        nint length = (nint)rows * row;
        nint i = 0;
        for (; Vector512.IsHardwareAccelerated && i <= length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512.LoadUnsafe(ref to, (nuint)i) + Vector512.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < length; i += Vector128<float>.Count)
        {
            (Vector128.LoadUnsafe(ref to, (nuint)i) + Vector128.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }
    }

    /// <summary>Rows whose sequence has ended keep their state: <c>next := previous</c> where <c>step >= length</c>.</summary>
    /// <param name="lengths">Length of each row's sequence.</param>
    /// <param name="step">The step that was just computed.</param>
    /// <param name="previous">First row of the state before it.</param>
    /// <param name="next">First row of the state after it.</param>
    /// <param name="row">Floats from one row to the next.</param>
    public static void Hold(ReadOnlySpan<int> lengths, int step, ref float previous, ref float next, int row)
    {
        for (int b = 0; b < lengths.Length; b++)
        {
            if (step >= lengths[b])
            {
                Copy(ref Unsafe.Add(ref previous, b * row), ref Unsafe.Add(ref next, b * row), 1, row);
            }
        }
    }

    /// <summary>Rows whose sequence has ended contribute nothing: clears them where <c>step >= length</c>.</summary>
    /// <param name="lengths">Length of each row's sequence.</param>
    /// <param name="step">The step that was just computed.</param>
    /// <param name="at">The step's first row in the first unit block.</param>
    /// <param name="blocks">Unit blocks; 1 for rows that are stored whole.</param>
    /// <param name="block">Floats from one unit block to the next.</param>
    /// <param name="row">Floats from one row to the next.</param>
    /// <param name="width">Floats of a row to clear: all of them, or the 16 of one slot of a panel.</param>
    public static void ClearEnded(ReadOnlySpan<int> lengths, int step, ref float at, int blocks, int block, int row, int width)
    {
        for (int b = 0; b < lengths.Length; b++)
        {
            if (step >= lengths[b])
            {
                for (int u = 0; u < blocks; u++)
                {
                    Clear(ref Unsafe.Add(ref at, ((nint)u * block) + (b * row)), 1, width);
                }
            }
        }
    }

    /// <summary>Weights of a few units as one row a unit, <c>to[u][k] = from[k][u]</c>; behind the rows, 16 numbers that tell inputs of
    /// the last block (1) from padding (0).</summary>
    /// <param name="from">Packed weights of one unit block and one slot, <c>[count][16]</c>.</param>
    /// <param name="count">Inputs.</param>
    /// <param name="units">Units, at most 16.</param>
    /// <param name="to">The copy; the padding of its rows is left as it is.</param>
    /// <param name="toRow">Distance of its rows.</param>
    public static void UnitRows(ref float from, int count, int units, ref float to, nint toRow)
    {
        for (nint u = 0; u < units; u++)
        {
            for (nint k = 0; k < count; k++)
            {
                Unsafe.Add(ref to, (u * toRow) + k) = Unsafe.Add(ref from, (k * 16) + u);
            }
        }

        for (nint k = 0; k < 16; k++)
        {
            Unsafe.Add(ref to, (units * toRow) + k) = k < count % 16 ? 1f : 0f;
        }
    }
}
