// Compares every reference tensor of a case with what a graph computed under the same name.
using System;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Tests.Goldens;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class GoldenResults
{
    private static readonly string[] _references = ["output", "logits", "loss", "attention_weights", "out.", "final.", "grad.", "trace."];

    public static void Check(GoldenCase golden, NetworkGraph graph, Run run, string where)
    {
        GraphInterpreter results = GraphInterpreter.Execute(graph, run);
        Comparison.Equal(golden.Json.GetProperty("loss").GetProperty("value").GetDouble(), results["loss"].Data[0], where + " loss");
        foreach (string name in golden.TensorNames.Where(n => _references.Any(r => r.EndsWith('.') ? n.StartsWith(r, StringComparison.Ordinal) : n == r)))
        {
            Assert.True(graph.Results.ContainsKey(name), $"{where}: the graph has no result {name}");
            Tensor got = results[name];
            bool whole = name.StartsWith("grad.", StringComparison.Ordinal);
            Comparison.Equal(golden[name], got.Data, where, whole ? null : i => IsValid(run, got, i / got.Size));
        }
    }

    /// <summary>Outputs beyond a row's length need not be compared.</summary>
    private static bool IsValid(Run run, Tensor tensor, int item)
    {
        if (tensor.Shape.Extent != Extent.BatchAxis)
        {
            return true;
        }

        int inner = tensor.Shape.Across is null ? 1 : run.StepsOf(tensor.Shape.Across), steps = run.StepsOf(tensor.Shape.Axis!);
        return item / inner % steps < run.LengthOf(tensor.Shape.Axis!, run.RowOf(tensor.Shape, item));
    }
}
