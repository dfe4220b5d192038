// A value passed on unchanged, at a place where an instrumented network reports the norms of the value and of its gradient.
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

internal sealed class ProbeOp(string probe, bool ofGradient = false) : Op
{
    public string Probe { get; } = probe;

    public bool OfGradient { get; } = ofGradient;

    public override string Name => "probe";

    public override string Attributes => Probe + (OfGradient ? " gradient" : "");

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[0].Shape;

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new ProbeOp(Probe, ofGradient: true), rule.OutputGradient));
        }
    }
}
