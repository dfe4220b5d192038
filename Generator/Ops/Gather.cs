// Rows of a table chosen by integers: embeddings.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>y = row i of the table [rows, size]. Inputs: table, i32 index.</summary>
internal sealed class GatherOp : Op
{
    public override string Name => "gather";

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        inputs[0].Shape.Extent == Extent.None && inputs[0].Shape.Rank == 2 && inputs[1].Shape.Type == DType.I32
            ? inputs[1].Shape.WithDims(inputs[0].Shape.Dims[1]) with { Type = DType.F32 }
            : throw Misfit($"cannot look {inputs[1].Shape} up in {inputs[0].Shape}");

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new GatherGradientOp(rule.Node.Inputs[0].Shape.Dims[0]), rule.OutputGradient, rule.Input(1)));
        }
    }
}

/// <summary>Adds each dy to the row of the table that it came from. Inputs: dy, index.</summary>
internal sealed class GatherGradientOp(int rows) : Op
{
    public override string Name => "gather_dw";

    public override Shape Infer(IReadOnlyList<Value> inputs) => Shape.Whole(rows, inputs[0].Shape.Dims[0]);
}
