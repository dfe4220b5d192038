// The matrix kernels at the shapes of the workloads, at the widest vectors of the machine.
// Knows how kernels are called; refuses to know what generated code makes of them.
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using SeqGen.Kernels.V1;

namespace SeqGen.Benchmarks.Suites;

/// <summary>Products, their gradients, and the transposed copy. Panels are [block][row][slot][16].</summary>
public class KernelBenchmarks
{
    private Operands _operands = null!;

    [ParamsSource(nameof(Shapes))]
    public Shape Shape { get; set; } = null!;

    public static IEnumerable<Shape> Shapes => Shape.All;

    private int Row => 16 * Shape.Slots;

    private int Block => Shape.Rows * Shape.Steps * Row;

    [GlobalSetup]
    public void Setup() => _operands = new Operands(Shape);

    /// <summary>One step of all rows: bias + x Wx + h Wh.</summary>
    [Benchmark]
    public void Forward()
    {
        if (Shape.Slots == 4)
        {
            Run<Four>();
        }
        else
        {
            Run<Three>();
        }
    }

    /// <summary>One step on the way back: the gradient of x.</summary>
    [Benchmark]
    public void InputGradient()
    {
        Operands o = _operands;
        if (Vector512.IsHardwareAccelerated)
        {
            Affine<V16>.InputGradient(Shape.Blocks, Shape.Rows, Shape.Mask, ref o.Transposed.Origin, ref o.Z.Origin, Block, Row, ref o.Result.Origin, Shape.Inputs, Shape.InputRow, accumulate: false);
        }
        else
        {
            Affine<V8>.InputGradient(Shape.Blocks, Shape.Rows, Shape.Mask, ref o.Transposed.Origin, ref o.Z.Origin, Block, Row, ref o.Result.Origin, Shape.Inputs, Shape.InputRow, accumulate: false);
        }
    }

    /// <summary>All steps of all rows at once: the gradient of the weights that x passes.</summary>
    [Benchmark]
    public void WeightGradient()
    {
        Operands o = _operands;
        int rows = Shape.Rows * Shape.Steps, block = (Shape.Inputs + Shape.Units) * Row;
        if (Vector512.IsHardwareAccelerated)
        {
            Affine<V16>.WeightGradient(Shape.Blocks, rows, Shape.Mask, ref o.Z.Origin, Block, Row, ref o.X.Origin, Shape.Inputs, Shape.InputRow, ref o.Gradient.Origin, block);
        }
        else
        {
            Affine<V8>.WeightGradient(Shape.Blocks, rows, Shape.Mask, ref o.Z.Origin, Block, Row, ref o.X.Origin, Shape.Inputs, Shape.InputRow, ref o.Gradient.Origin, block);
        }
    }

    /// <summary>The transposed copy of the weights that x passes, rebuilt after every update.</summary>
    [Benchmark]
    public void Transpose()
    {
        Operands o = _operands;
        Affine<V4>.Transpose(Shape.Blocks, ref o.Weights.Origin, (Shape.Inputs + Shape.Units) * Row, 0, Shape.Slots, Shape.Inputs, ref o.Transposed.Origin);
    }

    private void Run<TGates>()
        where TGates : IGates
    {
        Operands o = _operands;
        if (Vector512.IsHardwareAccelerated)
        {
            Affine<V16>.Forward<TGates>(Shape.Blocks, Shape.Rows, ref o.Z.Origin, Block, Row, ref o.Weights.Origin, ref o.Bias.Origin, ref o.X.Origin, Shape.Inputs, Shape.InputRow, ref o.H.Origin, Shape.Units, Shape.Units);
        }
        else
        {
            Affine<V8>.Forward<TGates>(Shape.Blocks, Shape.Rows, ref o.Z.Origin, Block, Row, ref o.Weights.Origin, ref o.Bias.Origin, ref o.X.Origin, Shape.Inputs, Shape.InputRow, ref o.H.Origin, Shape.Units, Shape.Units);
        }
    }

    private readonly struct Four : IGates
    {
        public static int XMask => 15;

        public static int HMask => 15;
    }

    private readonly struct Three : IGates
    {
        public static int XMask => 7;

        public static int HMask => 7;
    }
}
