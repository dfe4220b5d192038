// The matrix shapes of the workloads, as kernels see them.
// Knows units, inputs, slots and rows; refuses to know layers.
using SeqGen.Kernels.V1;

namespace SeqGen.Benchmarks.Suites;

/// <summary>A product of the matrix part of a layer.</summary>
/// <param name="Name">Layer, inputs and units, rows.</param>
/// <param name="Slots">Gates.</param>
/// <param name="Inputs">Length of x.</param>
/// <param name="Units">Length of h.</param>
/// <param name="Rows">Rows of a step: the batch.</param>
/// <param name="Steps">Steps that a weight gradient runs over.</param>
public sealed record Shape(string Name, int Slots, int Inputs, int Units, int Rows, int Steps)
{
    /// <summary>Those of A to C that differ in kind: streaming and batched, caches of every level.</summary>
    public static IReadOnlyList<Shape> All { get; } =
    [
        new("lstm 8-64 x1", 4, 8, 64, 1, 50),
        new("lstm 8-64 x32", 4, 8, 64, 32, 50),
        new("gru 64-32 x32", 3, 64, 32, 32, 50),
        new("lstm 40-128 x32", 4, 40, 128, 32, 50),
        new("gru 256-256 x64", 3, 256, 256, 64, 50),
        new("lstm 64-256 x1", 4, 64, 256, 1, 50),
    ];

    public int Blocks => Units / 16;

    public int Mask => (1 << Slots) - 1;

    public int InputRow => (Inputs + 15) & ~15;

    public override string ToString() => Name;
}

/// <summary>Random operands of a shape, in aligned buffers.</summary>
public sealed class Operands
{
    public Operands(Shape shape)
    {
        int rows = shape.Rows * shape.Steps;
        int row = 16 * shape.Slots;
        Weights = Filled(shape.Blocks * (shape.Inputs + shape.Units) * row);
        Transposed = Filled(shape.Blocks * shape.Slots * 256 * (shape.InputRow / 16));
        Bias = Filled(shape.Blocks * row);
        X = Filled(rows * shape.InputRow);
        H = Filled(rows * shape.Units);
        Z = Filled(shape.Blocks * rows * row);
        Gradient = new AlignedBuffer(Weights.Length);
        Result = new AlignedBuffer(rows * Math.Max(shape.InputRow, shape.Units));
    }

    public AlignedBuffer Weights { get; }

    public AlignedBuffer Transposed { get; }

    public AlignedBuffer Bias { get; }

    public AlignedBuffer X { get; }

    public AlignedBuffer H { get; }

    public AlignedBuffer Z { get; }

    public AlignedBuffer Gradient { get; }

    public AlignedBuffer Result { get; }

    private static AlignedBuffer Filled(int length)
    {
        var buffer = new AlignedBuffer(length);
        Lcg.Signal(length).CopyTo(buffer.Span);
        return buffer;
    }
}
