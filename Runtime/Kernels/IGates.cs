// Knows: how a cell tells the matrix kernels which gate slots its terms feed, and how slots become tile columns.
// Refuses to know: what a gate does.

using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>The gate slots of an affine map, as constants of a type: bit s of a mask is set if the term feeds slot s.</summary>
/// <remarks>LSTM 15 and 15, GRU with reset after the product 7 and 11, one gate 1 and 1. Slots 0 to 3.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IGates
{
    /// <summary>The slots that the first term feeds.</summary>
    static abstract int XMask { get; }

    /// <summary>The slots that the second term feeds.</summary>
    static abstract int HMask { get; }
}

/// <summary>The (up to four) columns of 16 units that a tile computes side by side: masks, and where each column lies.</summary>
/// <remarks>Everything folds to constants, except the distances between blocks.</remarks>
internal interface IColumns
{
    /// <summary>The columns that the first term feeds.</summary>
    static abstract int XMask { get; }

    /// <summary>The columns that the second term feeds.</summary>
    static abstract int HMask { get; }

    /// <summary>Floats of one row of the first term in a block's weights.</summary>
    static abstract int XStep { get; }

    /// <summary>Floats of one row of the second term in a block's weights.</summary>
    static abstract int HStep { get; }

    /// <summary>From column 0 to <paramref name="column"/> in the first term's weights.</summary>
    static abstract nint X(int column, nint block);

    /// <summary>From column 0 to <paramref name="column"/> in the second term's weights.</summary>
    static abstract nint H(int column, nint block);

    /// <summary>From column 0 to <paramref name="column"/> in the panel.</summary>
    static abstract nint Z(int column, nint block);
}

/// <summary>One unit block: a column is a slot.</summary>
internal readonly struct Slots<TGates> : IColumns
    where TGates : IGates
{
    public static int XMask => TGates.XMask;

    public static int HMask => TGates.HMask;

    public static int XStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)Before(TGates.XMask, 4);
    }

    public static int HStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)Before(TGates.HMask, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint X(int column, nint block) => Before(TGates.XMask, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint H(int column, nint block) => Before(TGates.HMask, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Z(int column, nint block) => 16 * column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Before(int mask, int column)
    {
        mask &= (1 << column) - 1;
        return 16 * ((mask & 1) + ((mask >> 1) & 1) + ((mask >> 2) & 1) + ((mask >> 3) & 1));
    }
}

/// <summary>Four unit blocks of one slot: a column is a block.</summary>
internal readonly struct FourBlocks : IColumns
{
    public static int XMask => 15;

    public static int HMask => 15;

    public static int XStep => 16;

    public static int HStep => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint X(int column, nint block) => column * block;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint H(int column, nint block) => column * block;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Z(int column, nint block) => column * block;
}

/// <summary>Two unit blocks of one slot: a column is a block.</summary>
internal readonly struct TwoBlocks : IColumns
{
    public static int XMask => 3;

    public static int HMask => 3;

    public static int XStep => 16;

    public static int HStep => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint X(int column, nint block) => column * block;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint H(int column, nint block) => column * block;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Z(int column, nint block) => column * block;
}

/// <summary>Two unit blocks of two slots: columns 0, 1 are the slots of the first, 2, 3 of the second.</summary>
internal readonly struct TwoBlocksOfTwo : IColumns
{
    public static int XMask => 15;

    public static int HMask => 15;

    public static int XStep => 32;

    public static int HStep => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint X(int column, nint block) => ((column >> 1) * block) + ((column & 1) * 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint H(int column, nint block) => ((column >> 1) * block) + ((column & 1) * 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Z(int column, nint block) => ((column >> 1) * block) + ((column & 1) * 16);
}
