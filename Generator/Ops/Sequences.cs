// Between sequences and single values: the last valid step, and back. Layout, no arithmetic.
// They obey lengths: steps beyond a row's length are not read and come out as zero, as a scan's do.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>The last valid step of every row; zero for a row without any. In a stream: the step of now.</summary>
internal sealed class LastOp : Op
{
    public override string Name => "last";

    public override Shape Infer(IReadOnlyList<Value> inputs) => Sequence.Checked(inputs[0].Shape, Misfit).AtStep();

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new AtLastOp(rule.Node.Inputs[0].Shape.Axis!), rule.OutputGradient));
        }
    }
}

/// <summary>A sequence of zeros with the value at every row's last valid step.</summary>
internal sealed class AtLastOp(Axis axis) : Op
{
    public override string Name => "at_last";

    public override string Attributes => axis.ToString();

    // Which step is the last is known at the end only.
    public override bool CanStep => false;

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        inputs[0].Shape.Extent == Extent.Batch ? inputs[0].Shape.Along(axis) : throw Misfit($"{inputs[0].Shape} is not one per row");

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new LastOp(), rule.OutputGradient));
        }
    }
}

internal static class Sequence
{
    public static Shape Checked(Shape shape, System.Func<string, GraphException> misfit) =>
        shape.Extent == Extent.BatchAxis && shape.Across is null ? shape : throw misfit($"{shape} is not a sequence");
}
