// An activation that is a user's own method: its values become ops where a layer applies it. From there nothing knows that it was a user's.
// Knows what such a function must be; the language is in CellEvaluator and CellFunctions, the ops in FunctionWriter.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

/// <param name="code">The method.</param>
/// <param name="arguments">Options of its class.</param>
internal sealed class UserFunction(CellCode code, ArgumentList arguments)
{
    /// <summary>Reports what is wrong with it.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="isLayer">Whether it is the layer itself, and not a function that a layer has.</param>
    /// <param name="problems">Where to.</param>
    public void Check(string name, bool isLayer, ProblemSink problems) =>
        CellMistakeException.Report(problems, name, () => CellEvaluator.Function(code, arguments, 1), isFunction: !isLayer);

    public Value Apply(Lowering lowering, Value a)
    {
        CellStep step = CellEvaluator.Function(code, arguments, a.Shape.Width);
        Value x = a.Shape.Width % 16 == 0 || CellPadding.IsFiniteAtZero(step) ? a : lowering.Map(MapKind.Guard, a);
        var writer = new FunctionWriter(lowering, step, x, []);
        writer.Write();
        return writer.Of(step.Output);
    }
}

/// <summary>The same as a layer of its own, between two others.</summary>
internal sealed class UserActivation(string kind, CellCode code) : Layer
{
    public override string Kind => kind;

    // Not linear: a cross entropy after it says that it wants logits.
    public override string OutputActivation(ArgumentList arguments) => Kind;

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsNumbers(Kind, input, problems);
        new UserFunction(code, arguments).Check(Kind, isLayer: true, problems);
        return input with { IsTokens = false };
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input) => new UserFunction(code, arguments).Apply(lowering, input);
}
