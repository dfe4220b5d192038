// Where a matrix of rows lives in a workspace or a stream. Knows the address rule, shared by generated code and the runtime.
// Refuses to know what the rows mean.
using System.ComponentModel;

namespace SeqGen.Kernels.V1;

/// <summary>The two arenas a program works in.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum Area
{
    /// <summary>Kept from the forward to the backward pass; divided into classes, whose widths are multiplied by their rows: see
    /// <see cref="WorkArea.TapeWidths"/>. For a stream: the persistent state, one class of <c>batch</c> rows.</summary>
    Tape,

    /// <summary>Temporary values of one call; widths are multiplied by <c>batch</c> rows.</summary>
    Scratch,
}

/// <summary>A matrix of rows inside an arena. Rows are time-major: row <c>r = t * batch + b</c>.</summary>
/// <remarks>
/// The address of row r, in floats from the start of the scratch, or of the place's class of the tape:
/// <c>Offset * extent + ((Slot + (AtSteps ? steps : 0)) * batch + r) * Row</c>, where extent is the number of rows of the class
/// (<c>(steps + 1) * batch</c> for the class of an axis) and <c>batch</c> for <see cref="Area.Scratch"/> and for everything in a
/// stream (where steps is 1 and <see cref="AtSteps"/> is not used).
/// <para>A carry kept for every step has steps + 1 slots of batch rows: slot 0 is its initial value (<c>Slot = 0</c>), the value after
/// step t is slot t + 1 (so its sequence is <c>Slot = 1</c>), its final value is slot steps (<c>AtSteps = true</c>).</para>
/// </remarks>
/// <param name="Area">The arena.</param>
/// <param name="Offset">Sum of the widths (floats per row) of what lies before; a multiple of 16, which keeps rows 64-byte aligned.</param>
/// <param name="Row">Floats from one row to the next; a multiple of 16.</param>
/// <param name="Slot">Groups of <c>batch</c> rows to skip.</param>
/// <param name="AtSteps">Whether to skip another <c>steps</c> groups, steps of the class's axis: the last slot of a carry.</param>
/// <param name="Class">The class of the tape; 0 in the scratch.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Place(Area Area, int Offset, int Row, int Slot = 0, bool AtSteps = false, int Class = 0)
{
    /// <summary>Floats from the start of the class (or of the scratch) to row 0 of this place.</summary>
    /// <param name="batch">Rows a step.</param>
    /// <param name="steps">Steps of the class's axis.</param>
    /// <param name="extent">Rows the class's widths are multiplied by: see the remarks.</param>
    public nint Start(int batch, int steps, nint extent) =>
        (nint)Offset * extent + ((nint)Slot + (AtSteps ? steps : 0)) * batch * Row;
}
