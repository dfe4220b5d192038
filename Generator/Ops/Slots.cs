// Views: one slot of [slots, units], and slots put side by side. No arithmetic; planned as addresses, not as copies.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>One slot (gate) of a value of shape [slots, units].</summary>
internal sealed class SlotOp(int slot) : Op
{
    public int Slot { get; } = slot;

    public override string Name => "slot";

    public override string Attributes => Slot.ToString(CultureInfo.InvariantCulture);

    public override Shape Infer(IReadOnlyList<Value> inputs) =>
        inputs[0].Shape.Rank == 2 && Slot < inputs[0].Shape.Dims[0]
            ? inputs[0].Shape.WithDims(inputs[0].Shape.Dims[1])
            : throw Misfit($"no slot {Slot} in {inputs[0].Shape}");

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.AddSlot(0, Slot, rule.OutputGradient);
        }
    }
}

/// <summary>Values of shape [units] side by side: [slots, units].</summary>
internal sealed class StackOp : Op
{
    public override string Name => "stack";

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape widest = inputs.Select(i => i.Shape).Aggregate(Shape.Broadcast);
        return widest.WithDims(inputs.Count, widest.Dims[0]);
    }

    public override void Gradient(GradientRule rule)
    {
        for (int i = 0; i < rule.Node.Inputs.Count; i++)
        {
            if (rule.Needs(i))
            {
                rule.Add(i, rule.Emit(new SlotOp(i), rule.OutputGradient));
            }
        }
    }
}
