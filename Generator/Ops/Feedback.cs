// What a network needs to be fed its own output: the most likely class, and the choice between that and the truth.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>Index of the largest element, the first of equals. No gradient flows through it.</summary>
internal sealed class ArgMaxOp : Op
{
    public override string Name => "argmax";

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        inputs[0].Shape.Rank == 1 && inputs[0].Shape.IsFloat
            ? inputs[0].Shape.WithDims() with { Type = DType.I32 }
            : throw Misfit($"{inputs[0].Shape} is not a vector");
}

/// <summary>a where the row's (or step's) mask is not zero, else b; tokens or numbers. Inputs: mask, a, b.</summary>
internal sealed class ChooseOp : Op
{
    public override string Name => "choose";

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape mask = inputs[0].Shape, a = inputs[1].Shape;
        bool fits = mask.Size == 1 && mask.Extent <= a.Extent && (mask.Axis is null || mask.Axis == a.Axis) && mask.Across == (mask.Axis is null ? null : a.Across);
        return fits && a == inputs[2].Shape ? a : throw Misfit($"{mask} does not choose between {a} and {inputs[2].Shape}");
    }

    public override void Gradient(GradientRule rule)
    {
        Value Zeros() => rule.Emit(new ZerosOp(rule.OutputGradient.Shape));
        if (rule.Needs(1))
        {
            rule.Add(1, rule.Emit(new ChooseOp(), rule.Input(0), rule.OutputGradient, Zeros()));
        }

        if (rule.Needs(2))
        {
            rule.Add(2, rule.Emit(new ChooseOp(), rule.Input(0), Zeros(), rule.OutputGradient));
        }
    }
}
