// The loop over an axis. Knows what goes in and out of a body at every step; lengths are its business alone:
// a row whose sequence has ended keeps its carries and emits zero. A reverse scan starts at each row's last valid step.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Graph;

/// <summary>A sequence read at the current step.</summary>
internal sealed class ScanEach(Value inner)
{
    public Value Outer
    {
        get => Inner.Outer!;
        set => Inner.Outer = value;
    }

    public Value Inner { get; } = inner;
}

/// <summary>A state handed from step to step.</summary>
internal sealed class ScanCarry(string name, Value init, Value previous, Value final)
{
    public string Name { get; } = name;

    public Value Init { get; set; } = init;

    public Value Previous { get; } = previous;

    /// <summary>The body's value that becomes the state; set once the body is written.</summary>
    public Value? Next { get; set; }

    /// <summary>The state after the last step.</summary>
    public Value Final { get; } = final;
}

/// <summary>A body's value stacked into a sequence (emit), or added up over all steps (sum).</summary>
internal sealed class ScanResult(Value inner, Value outer)
{
    public Value Inner { get; set; } = inner;

    public Value Outer { get; } = outer;
}

internal sealed class Scan : Node
{
    public Scan(Axis axis, bool reverse, Region region)
        : base(new ScanOp(axis, reverse), Enumerable.Empty<Value>(), region)
    {
        Axis = axis;
        Reverse = reverse;
        Body = new Region { Owner = this };
    }

    public Axis Axis { get; }

    public bool Reverse { get; }

    public Region Body { get; }

    /// <summary>The scan that this one differentiates, if any.</summary>
    public Scan? Forward { get; set; }

    public List<ScanEach> Each { get; } = new();

    public List<ScanCarry> Carries { get; } = new();

    public List<ScanResult> Emits { get; } = new();

    public List<ScanResult> Sums { get; } = new();

    public override IReadOnlyList<Value> Inputs => Each.Select(e => e.Outer).Concat(Carries.Select(c => c.Init)).ToList();

    public override IReadOnlyList<Value> Outputs =>
        Emits.Select(e => e.Outer).Concat(Carries.Select(c => c.Final)).Concat(Sums.Select(s => s.Outer)).ToList();

    /// <summary>Root values that the body reads whole.</summary>
    public IEnumerable<Value> Captures =>
        Body.Nodes.SelectMany(n => n.Inputs).Concat(BodyResults).Where(v => v.Region != Body).Distinct();

    /// <summary>Body values that leave the body: next states, emits and sums.</summary>
    public IEnumerable<Value> BodyResults =>
        Carries.Select(c => c.Next!).Concat(Emits.Select(e => e.Inner)).Concat(Sums.Select(s => s.Inner));

    public override IEnumerable<Value> Reads => Inputs.Concat(Captures);

    public override void Replace(Value old, Value with)
    {
        foreach (ScanEach each in Each)
        {
            each.Outer = each.Outer == old ? with : each.Outer;
        }

        foreach (ScanCarry carry in Carries)
        {
            carry.Init = carry.Init == old ? with : carry.Init;
            carry.Next = carry.Next == old ? with : carry.Next;
        }

        foreach (ScanResult result in Emits.Concat(Sums))
        {
            result.Inner = result.Inner == old ? with : result.Inner;
        }

        foreach (Node node in Body.Nodes)
        {
            node.Replace(old, with);
        }
    }
}
