// What an expression in a user's cell can be while the method is worked through: a constant, a value of the step, several of them, or the weights.
namespace SeqGen.Generator.Layers.Cells;

internal abstract record CellItem
{
    /// <summary>What messages call it.</summary>
    public abstract string Kind { get; }
}

/// <summary>A number that is known while compiling.</summary>
internal sealed record NumberItem(double Value, bool IsInteger) : CellItem
{
    public override string Kind => "a constant";
}

internal sealed record TruthItem(bool Value) : CellItem
{
    public override string Kind => "true or false";
}

/// <summary>A text, or the name of an enum's member.</summary>
internal sealed record TextItem(string Value) : CellItem
{
    public override string Kind => "a text";
}

internal sealed record ValueItem(CellValue Value) : CellItem
{
    public override string Kind => Value.Dims.Length == 2 ? "a matrix" : "a vector";
}

internal sealed record TupleItem(CellItem[] Items) : CellItem
{
    public override string Kind => "a tuple";
}

/// <summary>What a statement ends with that leaves a loop, or its round.</summary>
internal sealed record JumpItem(bool LeavesLoop) : CellItem
{
    public override string Kind => "a jump";
}

internal sealed record WeightsItem : CellItem
{
    public override string Kind => "the weights";
}
