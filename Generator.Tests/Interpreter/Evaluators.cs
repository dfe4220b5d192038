// The table from op to evaluator, and what an evaluator sees. Knows no op's arithmetic.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

/// <summary>One op being computed. The result is there already, filled with zeros.</summary>
/// <param name="Active">In a scan's body: the rows whose sequences still run; sums over rows leave the others out.</param>
/// <param name="Step">In a scan's body: the step that the scan is at.</param>
internal sealed record Evaluation(Run Run, bool[]? Active, Tensor[] Inputs, Tensor Result, int Step = 0)
{
    /// <summary>Whether an item of that shape counts in a sum over rows.</summary>
    public bool Counts(Shape shape, int item) => Active is null || shape.Extent == Extent.None || Active[Run.RowOf(shape, item)];

    /// <summary>A value on the way inside of an op, as an evaluation in float would have it where that is asked for: differences of such values
    /// lose what their rounding has lost.</summary>
    public double OnTheWay(double value) => Run.Round is { } round ? round(value) : value;

    /// <summary>Whether step <paramref name="step"/> of a row is a valid one of the value's axis.</summary>
    public bool IsValid(Axis axis, int row, int step) => step < Run.LengthOf(axis, row);
}

internal static class Evaluators
{
    private static readonly Dictionary<Type, Action<Op, Evaluation>> _table = Build();

    public static IReadOnlyCollection<Type> Known => _table.Keys;

    public static void Evaluate(Op op, Evaluation evaluation)
    {
        if (!_table.TryGetValue(op.GetType(), out Action<Op, Evaluation>? evaluator))
        {
            throw new NotSupportedException($"the interpreter has no evaluator for {op.GetType().Name} ({op.Name})");
        }

        evaluator(op, evaluation);
    }

    private static Dictionary<Type, Action<Op, Evaluation>> Build()
    {
        var table = new Dictionary<Type, Action<Op, Evaluation>>();
        SourceEvaluators.Register(table);
        ElementwiseEvaluators.Register(table);
        AffineEvaluators.Register(table);
        NormalizationEvaluators.Register(table);
        ReduceEvaluators.Register(table);
        ContractEvaluators.Register(table);
        ConvolutionEvaluators.Register(table);
        LayoutEvaluators.Register(table);
        LossEvaluators.Register(table);
        return table;
    }

    public static void On<T>(this Dictionary<Type, Action<Op, Evaluation>> table, Action<T, Evaluation> evaluator)
        where T : Op => table.Add(typeof(T), (op, evaluation) => evaluator((T)op, evaluation));
}
