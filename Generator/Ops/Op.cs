// What every op states about itself: its shape rule and its gradient rule as ops. Its double forward is in the tests' interpreter,
// its kernel in Emission/.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

internal abstract class Op
{
    /// <summary>Name in printed graphs.</summary>
    public abstract string Name { get; }

    /// <summary>Attributes in printed graphs.</summary>
    public virtual string Attributes => "";

    /// <summary>A name for its result.</summary>
    public virtual string NameHint => "";

    /// <summary>The result's shape; throws <see cref="GraphException"/> where the inputs do not fit.</summary>
    public abstract Shape Infer(IReadOnlyList<Value> inputs);

    /// <summary>Adds to the gradients of its inputs; the default is an op that no gradient flows through.</summary>
    public virtual void Gradient(GradientRule rule)
    {
    }

    /// <summary>Whether it is itself and no other of the same attributes: what is handed in, a parameter, a draw of noise, a loss. Two of all other ops
    /// give the same where they have one type, name, attributes, result's shape and inputs.</summary>
    public virtual bool HasIdentity => false;

    /// <summary>Whether one step of it can be computed from the step's input and a state.</summary>
    public virtual bool CanStep => true;

    protected GraphException Misfit(string what) => new(Name + ": " + what);
}

/// <summary>What a gradient rule can see and do. Forward values must be asked for by <see cref="Use"/>: that is what gets them saved.</summary>
internal abstract class GradientRule
{
    public abstract Node Node { get; }

    /// <summary>Derivative of the loss by the node's output.</summary>
    public abstract Value OutputGradient { get; }

    /// <summary>Whether anybody needs the derivative by this input.</summary>
    public abstract bool Needs(int input);

    /// <summary>A value of the forward computation, made available where the gradient is computed.</summary>
    public abstract Value Use(Value forward);

    public Value Input(int index) => Use(Node.Inputs[index]);

    public Value Output => Use(Node.Output);

    public abstract Value Emit(Op op, params Value[] inputs);

    /// <summary>Adds to the derivative by an input; sums a broadcast back to the input's shape.</summary>
    public abstract void Add(int input, Value gradient);

    /// <summary>Adds to one slot of the derivative by an input of shape [slots, units].</summary>
    public abstract void AddSlot(int input, int slot, Value gradient);

    /// <summary>What has been added so far, for ops that can add onto it themselves: taken out, and to be given back by <see cref="Add"/>.</summary>
    public abstract Value? Take(int input);

    public Value Constant(double value) => Emit(new ConstOp(value));

    public Value Map(MapKind kind, params Value[] inputs) => Emit(new MapOp(kind), inputs);
}

/// <summary>Marks a <see cref="Scan"/>; its meaning is in the scan itself.</summary>
internal sealed class ScanOp(Axis axis, bool reverse) : Op
{
    public override string Name => "scan";

    public override string Attributes => axis + (reverse ? " reverse" : "");

    public override Shape Infer(IReadOnlyList<Value> inputs) => throw Misfit("has its outputs in its results");
}
